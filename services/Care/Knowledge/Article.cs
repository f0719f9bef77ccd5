namespace ECommerce.Channels.Care.Knowledge;

/// <summary>What an article says, and to whom.</summary>
/// <param name="Body">Markdown.</param>
/// <param name="Tags">Words by which it is found too: synonyms, and what people really ask.</param>
/// <param name="Service">A service of the catalogue.</param>
/// <param name="Product">A code of the operator's own.</param>
/// <param name="Audience">customer: may be offered to customers; or internal.</param>
internal sealed record ArticleContent(string Title, string Body, IReadOnlyList<string> Tags, string? Service, string? Product, string Audience)
{
    public bool SameAs(ArticleContent other) => (this with { Tags = other.Tags }) == other && Tags.SequenceEqual(other.Tags);
}

/// <summary>A draft as it was saved; never changed.</summary>
/// <param name="Number">Counts the article's versions.</param>
/// <param name="RevertOf">The version whose content it took up again.</param>
internal sealed record ArticleVersion(int Number, ArticleContent Content, string Author, DateTimeOffset At, int? RevertOf);

/// <summary>What became of an article in the hands of agents and portals.</summary>
/// <param name="Inserted">An agent put it into an answer.</param>
/// <param name="Offered">A customer was shown it.</param>
/// <param name="Helpful">It was what somebody looked for.</param>
/// <param name="NotHelpful">It was not.</param>
internal sealed record UseCounts(long Inserted, long Offered, long Helpful, long NotHelpful)
{
    public static readonly UseCounts None = new(0, 0, 0, 0);
}

/// <summary>An article as it is.</summary>
/// <param name="TranslationOf">The article that it says in another language.</param>
/// <param name="Latest">The last version; to customers the published one, and nothing after it.</param>
/// <param name="Status">Of that version: draft, submitted, approved or rejected.</param>
/// <param name="SubmittedBy">Who submitted it.</param>
/// <param name="Published">Number of the version that readers see.</param>
/// <param name="Revision">Counts its changes.</param>
internal sealed record Article(
    string Id, string Language, string? TranslationOf, ArticleVersion Latest, string Status, string? SubmittedBy, int? Published, bool IsArchived,
    string CreatedBy, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt, long Revision)
{
    public const string Draft = "draft";
    public const string Submitted = "submitted";
    public const string Approved = "approved";
    public const string Rejected = "rejected";
    public const string Archived = "archived";

    /// <summary>Of an older version that nobody decided about.</summary>
    public const string Superseded = "superseded";

    /// <summary>Of whatever has a version that readers see; a word of filters alone.</summary>
    public const string HasReaders = "published";

    public const string ForCustomers = "customer";
    public const string Internal = "internal";

    public static readonly string[] Filters = [Draft, Submitted, Approved, Rejected, Archived, HasReaders];
    public static readonly string[] Languages = ["zh-CN", "en"];
    public static readonly string[] Audiences = [ForCustomers, Internal];

    public UseCounts Uses { get; init; } = UseCounts.None;

    /// <summary>Whether anybody but its makers sees it.</summary>
    public bool IsRead => Published is not null && !IsArchived;

    /// <summary>
    /// The instant of the next change of an article, as exact as the database keeps it: not before the last one, which another replica
    /// may have made by a clock that is ahead.
    /// </summary>
    public static DateTimeOffset Next(Article? before, TimeProvider time)
    {
        var now = time.GetUtcNow();
        now = now.AddTicks(-(now.Ticks % TimeSpan.TicksPerMicrosecond));
        return before is not null && before.UpdatedAt > now ? before.UpdatedAt : now;
    }
}
