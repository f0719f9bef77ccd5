using System.Text.RegularExpressions;

namespace ECommerce.Channels.Care.Knowledge;

/// <summary>A few words of an article, without its markup, that show why it was found: pure.</summary>
internal static partial class Snippet
{
    private const int Length = 120;
    private const int Before = 30;

    /// <summary>Around the first hit; the beginning where only title or tags have one.</summary>
    public static string Of(string markdown, SearchQuestion question)
    {
        var text = Plain(markdown);
        var hit = question.FirstIn(text) ?? 0;
        var start = Math.Max(0, Math.Min(hit - Before, text.Length - Length));
        var end = Math.Min(start + Length, text.Length);
        while (start > 0 && start < hit && Cuts(text, start)) start++;
        while (end < text.Length && end > hit && Cuts(text, end)) end--;
        return (start > 0 ? "…" : "") + text[start..end].Trim() + (end < text.Length ? "…" : "");
    }

    /// <summary>What a reader sees of Markdown, in one line.</summary>
    public static string Plain(string markdown)
    {
        var text = Link().Replace(markdown, "${text}");
        text = LineMark().Replace(text, "");
        return Blank().Replace(Mark().Replace(text, ""), " ").Trim();
    }

    /// <summary>Whether a place is within a word or a character.</summary>
    private static bool Cuts(string text, int at) => char.IsLowSurrogate(text[at]) || (IsWord(text[at - 1]) && IsWord(text[at]));

    private static bool IsWord(char character) => char.IsLetterOrDigit(character) && !SearchText.IsChinese(character);

    [GeneratedRegex(@"!?\[(?<text>[^\[\]]*)\]\([^()\s]*\)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Link();

    [GeneratedRegex(@"^[ \t]*(?:#+|>|[-+*](?=[ \t])|[|:-]+[ \t]*$)[ \t]*", RegexOptions.Multiline, matchTimeoutMilliseconds: 1000)]
    private static partial Regex LineMark();

    [GeneratedRegex(@"[*_`|]+", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Mark();

    [GeneratedRegex(@"\s+", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Blank();
}
