namespace ECommerce.Channels.Care.Knowledge;

/// <summary>A part of a text by which it is found.</summary>
/// <param name="Start">Where in the text.</param>
internal readonly record struct SearchToken(string Text, int Start);

/// <summary>
/// Texts as they are searched, pure: Chinese, which is written without spaces, in overlapping pairs of characters, everything else in words
/// down to their stems. The last character of a run of Chinese stands alone too, so that every single one begins some token.
/// </summary>
internal static class SearchText
{
    /// <summary>Longer words are cut: what is that long is no word.</summary>
    private const int LongestWord = 64;

    /// <summary>How often a word counts in one part of a text.</summary>
    private const int MostPlaces = 4;

    /// <summary>The largest place that PostgreSQL keeps.</summary>
    private const int LastPlace = 16_383;

    /// <summary>In lower case, and full-width letters and digits as plain ones; of the same length.</summary>
    public static string Fold(string text) => string.Create(text.Length, text, static (folded, from) =>
    {
        for (var at = 0; at < folded.Length; at++)
        {
            var wide = from[at] is >= '\uFF01' and <= '\uFF5E';
            folded[at] = char.ToLowerInvariant(wide ? (char)(from[at] - 0xFEE0) : from[at]);
        }
    });

    /// <summary>The tokens of a text, in order.</summary>
    public static IEnumerable<SearchToken> Tokens(string text)
    {
        foreach (var (run, start, isChinese) in Runs(Fold(text)))
        {
            if (!isChinese) yield return new SearchToken(Stem(run), start);
            for (var at = 0; isChinese && at < run.Length; at++) yield return new SearchToken(run[at..Math.Min(at + 2, run.Length)], start + at);
        }
    }

    /// <summary>Runs of Chinese, and words of anything else that is letters and digits.</summary>
    /// <param name="folded">As <see cref="Fold"/> gives it.</param>
    public static IEnumerable<(string Text, int Start, bool IsChinese)> Runs(string folded)
    {
        for (var at = 0; at < folded.Length;)
        {
            var start = at;
            var isChinese = IsChinese(folded[at]);
            while (at < folded.Length && char.IsLetterOrDigit(folded[at]) && IsChinese(folded[at]) == isChinese) at++;
            if (at == start) at++;
            else if (isChinese) yield return (folded[start..at], start, true);
            else yield return (folded[start..Math.Min(at, start + LongestWord)], start, false);
        }
    }

    /// <summary>
    /// What is left of an English word without its ending. Being the same for texts and questions matters more than being right: what is
    /// left need not be a word.
    /// </summary>
    public static string Stem(string word)
    {
        if (word.Length <= 3 || !word.All(char.IsAsciiLetterLower)) return word;
        if (word.EndsWith("ies")) word = word[..^3] + "y";
        else if (word[^1] == 's' && word[^2] is not ('s' or 'u')) word = word[..^1];
        if (word.EndsWith("ing") && word.Length >= 6) word = word[..^3];
        else if (word.EndsWith("ed") && !word.EndsWith("eed") && word.Length >= 5) word = word[..^2];
        if (word.EndsWith('e') && word.Length >= 5) word = word[..^1];
        return word.Length >= 4 && word[^1] == word[^2] ? word[..^1] : word;
    }

    /// <summary>
    /// What is indexed of an article, as PostgreSQL reads a <c>tsvector</c>. Written out rather than by <c>array_to_tsvector</c>, which
    /// knows no weights: title A, tags B, body D.
    /// </summary>
    public static string Vector(ArticleContent content)
    {
        var places = new Dictionary<string, List<string>>();
        var place = 0;
        Add(content.Title, "A");
        foreach (var tag in content.Tags) Add(tag, "B");
        Add(content.Body, "");
        return string.Join(' ', places.Select(one => $"'{one.Key}':{string.Join(',', one.Value)}"));

        void Add(string text, string weight)
        {
            var counts = new Dictionary<string, int>();
            foreach (var token in Tokens(text))
            {
                place = Math.Min(place + 1, LastPlace);
                if ((counts[token.Text] = counts.GetValueOrDefault(token.Text) + 1) > MostPlaces) continue;
                if (!places.TryGetValue(token.Text, out var known)) places[token.Text] = known = [];
                known.Add(place + weight);
            }
        }
    }

    public static bool IsChinese(char character) => character is (>= '\u3400' and <= '\u4DBF') or (>= '\u4E00' and <= '\u9FFF') or (>= '\uF900' and <= '\uFAFF');
}
