namespace ECommerce.Channels.Care.Knowledge;

/// <summary>An article without its body: as its last version has it; to customers as it is published.</summary>
/// <param name="Status">draft, submitted, approved, rejected or archived.</param>
/// <param name="Version">Number of the version whose title, tags and so on these are.</param>
/// <param name="Published">Number of the version that readers see.</param>
/// <param name="Uses">Not told to customers.</param>
internal sealed record ArticleBody(
    string Id, string Language, string? TranslationOf, string Title, IReadOnlyList<string> Tags, string? Service, string? Product, string Audience, string Status,
    int Version, int? Published, UseCounts? Uses, DateTimeOffset UpdatedAt, long Revision)
{
    public static ArticleBody Of(Article one, bool forCustomers = false)
    {
        var content = one.Latest.Content;
        return new ArticleBody(
            one.Id, one.Language, one.TranslationOf, content.Title, content.Tags, content.Service, content.Product, content.Audience,
            one.IsArchived ? Article.Archived : one.Status, one.Latest.Number, one.Published, forCustomers ? null : one.Uses, one.UpdatedAt, one.Revision);
    }
}

/// <summary>A version and what became of it.</summary>
/// <param name="Body">Markdown; null in lists.</param>
/// <param name="Status">draft, submitted, approved, rejected, or superseded: nobody decided about it before there was another.</param>
/// <param name="RevertOf">The version whose content it took up again.</param>
/// <param name="Author">Not told to customers, like everybody else.</param>
/// <param name="DecidedBy">Who submitted, approved or rejected it.</param>
/// <param name="Reason">Why it was rejected.</param>
internal sealed record VersionBody(
    int Number, string Title, string? Body, IReadOnlyList<string> Tags, string? Service, string? Product, string Audience, string Status, int? RevertOf,
    string? Author, DateTimeOffset At, string? DecidedBy, DateTimeOffset? DecidedAt, string? Reason)
{
    public static VersionBody Of(VersionState one)
    {
        var content = one.Version.Content;
        return new VersionBody(
            one.Version.Number, content.Title, content.Body, content.Tags, content.Service, content.Product, content.Audience, one.Status, one.Version.RevertOf,
            one.Version.Author, one.Version.At, one.By, one.At, one.Reason);
    }

    /// <summary>What customers are told of it: the text, not who worked on it.</summary>
    public VersionBody ForCustomers() => this with { RevertOf = null, Author = null, DecidedBy = null };
}

/// <summary>An article with everything about it.</summary>
/// <param name="Latest">The last version; not told to customers.</param>
/// <param name="Published">The version that readers see.</param>
/// <param name="History">Oldest first; not told to customers.</param>
internal sealed record ArticleDetail(ArticleBody Article, VersionBody? Latest, VersionBody? Published, IReadOnlyList<ArticleLine> History);

/// <param name="Hits">The best first.</param>
internal sealed record ArticleHits(IReadOnlyList<ArticleHit> Hits);
