using ECommerce.Channels.Care.Conversations;
using ECommerce.Channels.Contracts;
using ECommerce.Channels.Platform.Audit;
using ECommerce.Channels.Platform.Catalogue;
using ECommerce.Channels.Platform.Hosting;
using ECommerce.Channels.Platform.Security;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;

namespace ECommerce.Channels.Care.Desk;

/// <summary>What agents do with one conversation beside answering: who is there, what is typed, and a copy of it all.</summary>
internal static class ThreadApi
{
    private static readonly string[] Desk = [Roles.Agent, Roles.Supervisor];

    public static void Map(IEndpointRouteBuilder api)
    {
        var thread = api.MapGroup("/conversations/{id}").WithTags("Desk");
        thread.MapGet("/presence", PresenceAsync).WithName("getPresence").WithSummary("Who is with the conversation").RequireRoles(Desk);
        thread.MapPost("/presence", SayPresenceAsync).WithName("putPresence").WithSummary("Say what the caller does with it; again every 20 seconds")
            .RequireRoles(Desk);
        thread.MapGet("/draft", DraftAsync).WithName("getDraft").WithSummary("What the caller has typed and not sent").RequireRoles(Desk);
        thread.MapPut("/draft", SaveDraftAsync).WithName("putDraft").WithSummary("Keep it; an empty text takes it away").RequireRoles(Desk);
        thread.MapGet("/transcript", TranscriptAsync).WithName("getTranscript").WithSummary("All that was said, as text")
            .WithDescription("Leaves an audit line.").Produces<string>(200, "text/plain").RequireRoles(Roles.Agent, Roles.Supervisor, Roles.Manager, Roles.Admin);
    }

    private static async Task<Results<Ok<Attendance>, Problem>> PresenceAsync(
        string id, HttpContext http, ConversationStore store, CatalogueCopy catalogue, Attendances attendances, CancellationToken cancellation) =>
        await FindAsync(id, http, store, catalogue, cancellation) is null ? Problem.NotFound() : TypedResults.Ok(await attendances.OfAsync(id, cancellation));

    private static async Task<Results<NoContent, Problem>> SayPresenceAsync(
        string id, JsonBody<AttendingInput> body, HttpContext http, ConversationStore store, CatalogueCopy catalogue, Attendances attendances,
        NpgsqlDataSource database, CancellationToken cancellation)
    {
        if (await FindAsync(id, http, store, catalogue, cancellation) is not { } one) return Problem.NotFound();
        var who = ConversationsApi.AgentOf(Caller.Of(http.User));
        if (await attendances.SayAsync(id, who, body.Value.Status, cancellation))
            await CareChanges.TellAsync(database, one.Customer, new { kind = CareChanges.Presence, id }, cancellation);
        return TypedResults.NoContent();
    }

    private static async Task<Results<Ok<AnswerDraft>, Problem>> DraftAsync(
        string id, HttpContext http, ConversationStore store, CatalogueCopy catalogue, Drafts drafts, CancellationToken cancellation)
    {
        if (await FindAsync(id, http, store, catalogue, cancellation) is not { } one) return Problem.NotFound();
        http.Response.Headers.CacheControl = "no-store";
        return TypedResults.Ok(await drafts.FindAsync(one, ConversationsApi.AgentOf(Caller.Of(http.User)), cancellation));
    }

    private static async Task<Results<NoContent, Problem>> SaveDraftAsync(
        string id, JsonBody<AnswerDraftInput> body, HttpContext http, ConversationStore store, CatalogueCopy catalogue, Drafts drafts, CancellationToken cancellation)
    {
        if (await FindAsync(id, http, store, catalogue, cancellation) is not { } one) return Problem.NotFound();
        await drafts.SaveAsync(one, ConversationsApi.AgentOf(Caller.Of(http.User)), body.Value, cancellation);
        return TypedResults.NoContent();
    }

    /// <summary>The audit line is written first: without it nothing is told.</summary>
    /// <param name="notes">With what is for agents alone; false is what the customer may have.</param>
    private static async Task<Results<ContentHttpResult, Problem>> TranscriptAsync(
        string id, HttpContext http, ConversationStore store, CatalogueCopy catalogue, Transcripts transcripts, AuditLog audit, CancellationToken cancellation,
        bool notes = false)
    {
        if (await FindAsync(id, http, store, catalogue, cancellation) is not { } one) return Problem.NotFound();
        await audit.AppendAsync(new AuditEntry(Caller.Of(http.User).Subject, "conversation.export", one.Id, new { notes }), cancellation);
        http.Response.Headers.CacheControl = "no-store";
        http.Response.Headers.ContentDisposition = $"attachment; filename=\"conversation_{one.Id}.txt\"";
        return TypedResults.Text(await transcripts.WriteAsync(one, notes, cancellation), "text/plain; charset=utf-8");
    }

    private static async Task<Conversation?> FindAsync(
        string id, HttpContext http, ConversationStore store, CatalogueCopy catalogue, CancellationToken cancellation) =>
        await store.FindAsync(id, await catalogue.GrantedAsync(Caller.Of(http.User).Regions, cancellation), cancellation);
}
