using ECommerce.Channels.Contracts;
using ECommerce.Channels.Platform.Catalogue;
using ECommerce.Channels.Platform.Hosting;
using ECommerce.Channels.Platform.Security;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ECommerce.Channels.Care.Knowledge;

/// <summary>What people do with an article, over HTTP; each with If-Match where two may meet.</summary>
internal static class ArticleStepsApi
{
    private static readonly string[] Approvers = [Roles.Supervisor, Roles.Manager, Roles.Admin];

    public static void Map(IEndpointRouteBuilder articles, string[] writers)
    {
        articles.MapPut("/{id}/draft", DraftAsync).WithName("draftArticle").WithSummary("Save what it is to say as its next version")
            .WithDescription("What is published stays so until the draft is approved. One that waits for approval does not wait any longer.")
            .Accepts<DraftInput>("application/json").RequireRoles(writers);
        articles.MapPost("/{id}/revert", RevertAsync).WithName("revertArticle").WithSummary("Make a draft of what an older version said").RequireRoles(writers);
        articles.MapPost("/{id}/submit", SubmitAsync).WithName("submitArticle").WithSummary("Ask for approval of the last draft").RequireRoles(writers);
        articles.MapPost("/{id}/approve", ApproveAsync).WithName("approveArticle").WithSummary("Publish what was submitted")
            .WithDescription("By somebody other than its author and its submitter. Needs If-Match: what is approved has been read.")
            .RequireRoles(Approvers);
        articles.MapPost("/{id}/reject", RejectAsync).WithName("rejectArticle").WithSummary("Refuse what was submitted, and say why").RequireRoles(Approvers);
        articles.MapPost("/{id}/archive", ArchiveAsync).WithName("archiveArticle").WithSummary("Take it out of use; nothing is lost").RequireRoles(Approvers);
        articles.MapPost("/{id}/restore", RestoreAsync).WithName("restoreArticle").WithSummary("Take it into use again, as it was").RequireRoles(Approvers);
    }

    private static async Task<Results<Ok<ArticleBody>, Problem>> DraftAsync(
        string id, HttpContext http, ArticleActions actions, CatalogueCopy catalogue, CancellationToken cancellation)
    {
        var fields = await JsonInput.ReadAsync(http.Request, cancellation);
        var content = DraftInput.Read(fields, await catalogue.LatestAsync(cancellation));
        if (fields.Errors.Any) return Problem.BadInput(fields.Errors);
        return await actions.ActAsync(id, http, "drafted", ArticleRules.Draft(content), cancellation);
    }

    /// <summary>The version is read beforehand: none ever changes.</summary>
    private static async Task<Results<Ok<ArticleBody>, Problem>> RevertAsync(
        string id, JsonBody<RevertInput> body, HttpContext http, ArticleActions actions, ArticleStore store, ArticleHistory history, CancellationToken cancellation)
    {
        if (await store.FindAsync(id, forCustomers: false, cancellation) is null) return Problem.NotFound();
        if (await history.FindAsync(id, body.Value.Version, cancellation) is not { } older)
            return Problem.BadInput("version", "没有这个版本", "There is no such version");
        return await actions.ActAsync(id, http, "reverted", ArticleRules.Revert(older.Version), cancellation);
    }

    private static Task<Results<Ok<ArticleBody>, Problem>> SubmitAsync(string id, HttpContext http, ArticleActions actions, CancellationToken cancellation) =>
        actions.ActAsync(id, http, "submitted", ArticleRules.Submit(), cancellation);

    private static Task<Results<Ok<ArticleBody>, Problem>> ApproveAsync(string id, HttpContext http, ArticleActions actions, CancellationToken cancellation) =>
        actions.ActAsync(id, http, "approved", ArticleRules.Approve(), cancellation, hasToMatch: true);

    private static Task<Results<Ok<ArticleBody>, Problem>> RejectAsync(
        string id, JsonBody<RejectInput> body, HttpContext http, ArticleActions actions, CancellationToken cancellation) =>
        actions.ActAsync(id, http, "rejected", ArticleRules.Reject(), cancellation, body.Value.Reason);

    private static Task<Results<Ok<ArticleBody>, Problem>> ArchiveAsync(string id, HttpContext http, ArticleActions actions, CancellationToken cancellation) =>
        actions.ActAsync(id, http, "archived", ArticleRules.Archive(), cancellation);

    private static Task<Results<Ok<ArticleBody>, Problem>> RestoreAsync(string id, HttpContext http, ArticleActions actions, CancellationToken cancellation) =>
        actions.ActAsync(id, http, "restored", ArticleRules.Restore(), cancellation);
}

/// <summary>Takes a caller's step over the revision the caller read, and answers with the article.</summary>
internal sealed class ArticleActions(ArticleDesk desk)
{
    public async Task<Results<Ok<ArticleBody>, Problem>> ActAsync(
        string id, HttpContext http, string what, ArticleStep step, CancellationToken cancellation, string? reason = null, bool hasToMatch = false)
    {
        var call = new ArticleCall(id, Caller.Of(http.User).Subject, revision => EntityTags.IfMatch(http.Request, revision, hasToMatch));
        var (after, refused) = await desk.ActAsync(call, what, step, reason, cancellation);
        if (refused is not null) return refused;
        http.Response.Tag(after!.Revision);
        return TypedResults.Ok(ArticleBody.Of(after));
    }
}
