using System.Text.RegularExpressions;

namespace ECommerce.Channels.Care.Knowledge;

/// <summary>A token that is looked for.</summary>
/// <param name="IsPrefix">Whatever begins with it is found.</param>
internal readonly record struct SearchTerm(string Text, bool IsPrefix)
{
    public bool Finds(SearchToken token) => IsPrefix ? token.Text.StartsWith(Text, StringComparison.Ordinal) : token.Text == Text;

    /// <summary>As PostgreSQL reads a <c>tsquery</c>: letters and digits, so that nothing is to be escaped.</summary>
    public override string ToString() => IsPrefix ? $"'{Text}':*" : $"'{Text}'";
}

/// <summary>What somebody looks for, down to the terms that say it: pure.</summary>
internal sealed partial record SearchQuestion(IReadOnlyList<SearchTerm> Terms)
{
    /// <summary>More terms than that make no difference, but cost.</summary>
    private const int MostTerms = 32;

    /// <summary>From here on the beginning of a word is looked for rather than the word.</summary>
    private const int LeastPrefix = 3;

    private static readonly HashSet<string> EmptyWords =
    [
        "a", "am", "an", "and", "any", "are", "at", "be", "but", "by", "can", "could", "did", "do", "does", "for", "from", "get", "has", "have", "how", "i", "if",
        "in", "is", "it", "its", "me", "my", "of", "on", "or", "our", "please", "should", "so", "that", "the", "there", "this", "to", "want", "was", "we",
        "what", "when", "where", "which", "who", "why", "will", "with", "would", "you", "your",
    ];

    public string All => string.Join(" & ", Terms);

    public string Any => string.Join(" | ", Terms);

    /// <summary>Without the words of a question that say nothing; with them where it has no others.</summary>
    public static SearchQuestion Of(string text)
    {
        var runs = SearchText.Runs(SearchText.Fold(text)).ToList();
        var telling = TermsOf(runs.SelectMany(run => run.IsChinese
            ? EmptyChinese().Split(run.Text).Select(part => (part, true, part.Length < run.Text.Length))
            : EmptyWords.Contains(run.Text) ? [] : [(run.Text, false, false)]));
        return new SearchQuestion(telling.Count > 0 ? telling : TermsOf(runs.Select(run => (run.Text, run.IsChinese, false))));
    }

    /// <summary>Where in a text the first of the terms is; null where none is.</summary>
    public int? FirstIn(string text)
    {
        foreach (var token in SearchText.Tokens(text))
            if (Terms.Any(term => term.Finds(token))) return token.Start;
        return null;
    }

    /// <param name="runs">Each with whether it is what was left of a run of Chinese.</param>
    private static List<SearchTerm> TermsOf(IEnumerable<(string Text, bool IsChinese, bool IsRest)> runs)
    {
        var (terms, rests) = (new List<SearchTerm>(), new List<SearchTerm>());
        foreach (var (text, isChinese, isRest) in runs)
        {
            if (!isChinese) terms.Add(Word(text));
            // 卡 of "SIM卡" says something; 在 of "在哪里" is only left over.
            else if (text.Length == 1) (isRest ? rests : terms).Add(new SearchTerm(text, true));
            for (var at = 0; isChinese && at + 1 < text.Length; at++) terms.Add(new SearchTerm(text.Substring(at, 2), false));
        }
        return [.. (terms.Count > 0 ? terms : rests).Distinct().Take(MostTerms)];
    }

    private static SearchTerm Word(string text)
    {
        var stem = SearchText.Stem(text);
        return new SearchTerm(stem, stem.Length >= LeastPrefix && stem.All(char.IsLetter));
    }

    [GeneratedRegex(
        "请问|为什么|怎么办|怎么样|怎么|怎样|如何|什么|为何|哪里|哪些|哪个|哪儿|多少|可以|能不能|能否|是否|是不是|有没有|我的|我想|我要|我们|你们|一下|的|了|吗|呢|吧|啊|呀|我|你|您",
        RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex EmptyChinese();
}
