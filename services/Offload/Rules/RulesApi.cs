using ECommerce.Channels.Contracts;
using ECommerce.Channels.Offload.Decisions;
using ECommerce.Channels.Platform.Catalogue;
using ECommerce.Channels.Platform.Hosting;
using ECommerce.Channels.Platform.Security;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ECommerce.Channels.Offload.Rules;

/// <summary>Rule sets over HTTP: read, drafted, submitted, approved by a second person, stopped at once. Trials are in <see cref="TrialsApi"/>.</summary>
internal static class RulesApi
{
    private const int MostHistory = 200;
    private const int MostNote = 500;

    private static readonly string[] Readers = [Roles.Supervisor, Roles.Manager, Roles.Admin];
    private static readonly string[] Writers = [Roles.Manager, Roles.Admin];

    public static void MapRules(this IEndpointRouteBuilder api)
    {
        var rules = api.MapGroup("/rules").WithTags("Rules");
        rules.MapGet("", CurrentAsync).WithName("getRules").WithSummary("The rules that decide now, the draft, and what is stopped").RequireRoles(Readers);
        rules.MapGet("/history", HistoryAsync).WithName("listRuleSets").WithSummary("What was published, newest first").RequireRoles(Readers);
        rules.MapGet("/sets/{number}", FindAsync).WithName("getRuleSet").WithSummary("A rule set that was published").RequireRoles(Readers);
        rules.MapPost("/sets/{number}/revert", RevertAsync).WithName("revertRules").WithSummary("Make a draft of a set that was published before")
            .RequireRoles(Writers).RequireAllRegions();
        rules.MapPut("/draft", DraftAsync).WithName("putRuleDraft").WithSummary("Write the draft; If-Match where there is one")
            .Accepts<RuleSetInput>("application/json").RequireRoles(Writers).RequireAllRegions();
        rules.MapDelete("/draft", DiscardAsync).WithName("deleteRuleDraft").WithSummary("Throw the draft away").RequireRoles(Writers).RequireAllRegions();
        rules.MapPost("/draft/submit", SubmitAsync).WithName("submitRules").WithSummary("Ask for approval")
            .Accepts<NoteInput>("application/json").RequireRoles(Writers).RequireAllRegions();
        rules.MapPost("/draft/return", ReturnAsync).WithName("returnRules").WithSummary("Give it back, with what is to be changed")
            .Accepts<NoteInput>("application/json").RequireRoles(Writers).RequireAllRegions();
        rules.MapPost("/draft/approve", ApproveAsync).WithName("approveRules").WithSummary("Approve what was submitted, and publish it")
            .WithDescription("403 for whoever changed the draft; 412 where it is not the content any more whose hash is given.")
            .Accepts<ApprovalInput>("application/json").RequireRoles(Writers).RequireAllRegions();
        rules.MapPut("/stops/{rule}", StopAsync).WithName("stopRule").WithSummary("Stop a rule at once, or all of them: *")
            .Accepts<NoteInput>("application/json").RequireRoles(Writers).RequireAllRegions();
        rules.MapDelete("/stops/{rule}", GoOnAsync).WithName("resumeRule").WithSummary("Let a stopped rule go on").RequireRoles(Writers).RequireAllRegions();
    }

    private static async Task<Ok<RulesBody>> CurrentAsync(HttpContext http, RuleSetStore store, StopStore stops, CatalogueCopy catalogue, CancellationToken cancellation)
    {
        var known = await catalogue.LatestAsync(cancellation);
        var draft = await store.DraftAsync(cancellation);
        http.Response.Tag(draft?.Revision ?? 0);
        return TypedResults.Ok(new RulesBody(
            PublishedBody.Of(await store.LatestAsync(cancellation), known), draft is null ? null : DraftBody.Of(draft, known), await stops.ListAsync(cancellation)));
    }

    private static async Task<Ok<HistoryBody>> HistoryAsync(RuleSetStore store, CancellationToken cancellation) =>
        TypedResults.Ok(new HistoryBody([.. (await store.AllAsync(MostHistory, cancellation)).Select(HistoryLine.Of)]));

    private static async Task<Results<Ok<PublishedBody>, Problem>> FindAsync(string number, RuleSetStore store, CatalogueCopy catalogue, CancellationToken cancellation) =>
        await store.FindAsync(number, cancellation) is { } found
            ? TypedResults.Ok(PublishedBody.Of(found, await catalogue.LatestAsync(cancellation)))
            : Problem.NotFound();

    private static async Task<Results<Ok<DraftBody>, Problem>> RevertAsync(string number, HttpContext http, RuleSetStore store, CatalogueCopy catalogue, CancellationToken cancellation)
    {
        if (await store.FindAsync(number, cancellation) is not { } found) return Problem.NotFound();
        if (await store.DraftAsync(cancellation) is not null) return Problem.Conflict("draft-exists", new("已有草稿，请先发布或丢弃", "There is a draft already: publish it or throw it away first"));
        var basedOn = (await store.LatestAsync(cancellation)).Number;
        return await SavedAsync(store, catalogue, await store.SaveDraftAsync(found.Rules, basedOn, 0, $"revert to {number}", Caller.Of(http.User).Subject, cancellation), cancellation);
    }

    private static async Task<Results<Ok<DraftBody>, Problem>> DraftAsync(HttpContext http, RuleSetStore store, CatalogueCopy catalogue, CancellationToken cancellation)
    {
        var fields = await JsonInput.ReadAsync(http.Request, cancellation);
        var rules = RuleInput.Read(fields, await catalogue.LatestAsync(cancellation));
        var note = fields.OptionalString("note", MostNote) ?? "";
        if (fields.Errors.Any) return Problem.BadInput(fields.Errors);
        var before = await store.DraftAsync(cancellation);
        if (EntityTags.IfMatch(http.Request, before?.Revision ?? 0, required: before is not null) is { } changed) return changed;
        var basedOn = before?.BasedOn ?? (await store.LatestAsync(cancellation)).Number;
        var refused = await store.SaveDraftAsync(rules, basedOn, before?.Revision ?? 0, note, Caller.Of(http.User).Subject, cancellation);
        return await SavedAsync(store, catalogue, refused, cancellation, http);
    }

    private static Task<Results<NoContent, Problem>> DiscardAsync(HttpContext http, RuleSetStore store, CancellationToken cancellation) =>
        StepAsync(http, store, null, "rules.discarded", "", _ => null, cancellation);

    private static async Task<Results<NoContent, Problem>> SubmitAsync(HttpContext http, RuleSetStore store, CancellationToken cancellation)
    {
        var note = await NoteAsync(http, min: 1, cancellation);
        return await StepAsync(http, store, "submitted", "rules.submitted", note, draft => draft.State == "draft" ? null : WrongState(), cancellation);
    }

    private static async Task<Results<NoContent, Problem>> ReturnAsync(HttpContext http, RuleSetStore store, CancellationToken cancellation)
    {
        var note = await NoteAsync(http, min: 1, cancellation);
        return await StepAsync(http, store, "draft", "rules.returned", note, draft => draft.State == "submitted" ? null : WrongState(), cancellation);
    }

    private static async Task<Results<Ok<NumberBody>, Problem>> ApproveAsync(HttpContext http, RuleSetStore store, CancellationToken cancellation)
    {
        var fields = await JsonInput.ReadAsync(http.Request, cancellation);
        var hash = fields.String("hash");
        if (fields.Errors.Any) return Problem.BadInput(fields.Errors);
        if (await store.DraftAsync(cancellation) is not { } draft) return Problem.NotFound();
        if (draft.State != "submitted") return WrongState();
        var by = Caller.Of(http.User).Subject;
        if (draft.Writers.Contains(by)) return Problem.Forbidden();
        if ((await store.LatestAsync(cancellation)).Number != draft.BasedOn)
            return Problem.Conflict("based-on-older", new("草稿所依据的版本已不是最新", "Another set was published since the draft was begun"));
        var (problem, number) = await store.PublishAsync(draft, hash, by, cancellation);
        return problem is null ? TypedResults.Ok(new NumberBody(number)) : problem;
    }

    private static async Task<Results<NoContent, Problem>> StopAsync(
        string rule, HttpContext http, RuleSetStore store, StopStore stops, Worlds worlds, CancellationToken cancellation)
    {
        var note = await NoteAsync(http, min: 1, cancellation);
        if (rule != StopStore.Everything && (await store.LatestAsync(cancellation)).Rules.Rules.All(one => one.Id != rule)) return Problem.NotFound();
        await stops.StopAsync(rule, note, Caller.Of(http.User).Subject, cancellation);
        await worlds.RefreshAsync(cancellation);
        return TypedResults.NoContent();
    }

    private static async Task<Results<NoContent, Problem>> GoOnAsync(string rule, HttpContext http, StopStore stops, Worlds worlds, CancellationToken cancellation)
    {
        if (!await stops.GoOnAsync(rule, Caller.Of(http.User).Subject, cancellation)) return Problem.NotFound();
        await worlds.RefreshAsync(cancellation);
        return TypedResults.NoContent();
    }

    private static async Task<Results<NoContent, Problem>> StepAsync(
        HttpContext http, RuleSetStore store, string? state, string action, string note, Func<RuleDraft, Problem?> check, CancellationToken cancellation)
    {
        if (await store.DraftAsync(cancellation) is not { } draft) return Problem.NotFound();
        if (EntityTags.IfMatch(http.Request, draft.Revision) is { } changed) return changed;
        if (check(draft) is { } wrong) return wrong;
        var refused = await store.StepAsync(draft.Revision, state, action, note, Caller.Of(http.User).Subject, cancellation);
        return refused is null ? TypedResults.NoContent() : refused;
    }

    private static Problem WrongState() => Problem.Conflict("wrong-state", new("草稿不在这一步", "The draft is not at this step"));

    private static async Task<string> NoteAsync(HttpContext http, int min, CancellationToken cancellation)
    {
        var fields = await JsonInput.ReadAsync(http.Request, cancellation);
        var note = fields.String("note", min, MostNote);
        return fields.Errors.Any ? throw new ProblemException(Problem.BadInput(fields.Errors)) : note;
    }

    private static async Task<Results<Ok<DraftBody>, Problem>> SavedAsync(
        RuleSetStore store, CatalogueCopy catalogue, Problem? refused, CancellationToken cancellation, HttpContext? http = null)
    {
        if (refused is not null) return refused;
        var draft = await store.DraftAsync(cancellation);
        if (draft is null) return Problem.NotFound();
        http?.Response.Tag(draft.Revision);
        return TypedResults.Ok(DraftBody.Of(draft, await catalogue.LatestAsync(cancellation)));
    }
}
