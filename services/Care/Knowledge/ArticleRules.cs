using ECommerce.Channels.Platform.Hosting;

namespace ECommerce.Channels.Care.Knowledge;

/// <summary>A step that somebody takes with an article: what it is after it (the same instance where nothing changes), or why not.</summary>
internal delegate (Article? After, Problem? Refused) ArticleStep(Article before, string by, DateTimeOffset now);

/// <summary>How an article changes: pure.</summary>
internal static class ArticleRules
{
    private static (Article? After, Problem? Refused) WrongStatus => (null, NotAsItIs());

    private static (Article? After, Problem? Refused) SameEyes =>
        (null, Problem.Conflict("four-eyes", new Text("须由作者和提交人以外的人批准", "Somebody other than its author and its submitter has to approve it")));

    public static Problem NotAsItIs() => Problem.Conflict("article-status", new Text("文章的当前状态不允许这样做", "The article's status does not allow this"));

    /// <summary>Saves a draft. One that says the same is no other version, unless that was rejected: then somebody insists.</summary>
    public static ArticleStep Draft(ArticleContent content) => (before, by, now) => before switch
    {
        { IsArchived: true } => WrongStatus,
        _ when before.Status != Article.Rejected && content.SameAs(before.Latest.Content) => (before, null),
        _ => (WithVersion(before, content, by, now, null), null),
    };

    /// <summary>Takes up what an older version said.</summary>
    public static ArticleStep Revert(ArticleVersion older) => (before, by, now) =>
        before.IsArchived || older.Number == before.Latest.Number ? WrongStatus : (WithVersion(before, older.Content, by, now, older.Number), null);

    public static ArticleStep Submit() => (before, by, _) =>
        before is { IsArchived: false, Status: Article.Draft } ? (before with { Status = Article.Submitted, SubmittedBy = by }, null) : WrongStatus;

    /// <summary>From here readers see it. Two people are to have read it before.</summary>
    public static ArticleStep Approve() => (before, by, _) => before switch
    {
        { IsArchived: true } or { Status: not Article.Submitted } => WrongStatus,
        _ when by == before.Latest.Author || by == before.SubmittedBy => SameEyes,
        _ => (before with { Status = Article.Approved, Published = before.Latest.Number }, null),
    };

    /// <summary>What readers see stays as it is.</summary>
    public static ArticleStep Reject() => (before, _, _) =>
        before is { IsArchived: false, Status: Article.Submitted } ? (before with { Status = Article.Rejected }, null) : WrongStatus;

    public static ArticleStep Archive() => (before, _, _) => before.IsArchived ? WrongStatus : (before with { IsArchived = true }, null);

    public static ArticleStep Restore() => (before, _, _) => before.IsArchived ? (before with { IsArchived = false }, null) : WrongStatus;

    private static Article WithVersion(Article before, ArticleContent content, string by, DateTimeOffset now, int? revertOf) => before with
    {
        Latest = new ArticleVersion(before.Latest.Number + 1, content, by, now, revertOf),
        Status = Article.Draft,
        SubmittedBy = null,
    };
}
