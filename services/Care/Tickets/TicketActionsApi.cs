using ECommerce.Channels.Contracts;
using ECommerce.Channels.Platform.Catalogue;
using ECommerce.Channels.Platform.Hosting;
using ECommerce.Channels.Platform.Security;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ECommerce.Channels.Care.Tickets;

/// <summary>What people do about a ticket, over HTTP; each with If-Match where two may meet.</summary>
internal static class TicketActionsApi
{
    private static readonly string[] Actors = [Roles.Agent, Roles.Supervisor, Roles.Admin];

    public static void Map(IEndpointRouteBuilder tickets)
    {
        tickets.MapPost("/{id}/assign", AssignAsync).WithName("assignTicket").WithSummary("Give it an owner and a team, or none").RequireRoles(Actors);
        tickets.MapPost("/{id}/comment", CommentAsync).WithName("commentTicket").WithSummary("Say something about it, to the customer or among colleagues")
            .WithDescription("The first word to the customer since it was opened or reopened is the first response.").RequireRoles(Actors);
        tickets.MapPost("/{id}/pend", PendAsync).WithName("pendTicket").WithSummary("Wait for the customer: its clocks stand").RequireRoles(Actors);
        tickets.MapPost("/{id}/resume", ResumeAsync).WithName("resumeTicket").WithSummary("Go on: its clocks run again").RequireRoles(Actors);
        tickets.MapPost("/{id}/resolve", ResolveAsync).WithName("resolveTicket").WithSummary("Say that it is solved, and how").RequireRoles(Actors);
        tickets.MapPost("/{id}/close", CloseAsync).WithName("closeTicket").WithSummary("Close what is resolved").RequireRoles(Actors);
        tickets.MapPost("/{id}/reopen", ReopenAsync).WithName("reopenTicket").WithSummary("Take up again what was resolved or closed")
            .WithDescription("The first response is owed anew; the resolution's clock goes on with what was left.").RequireRoles(Actors);
        tickets.MapPost("/{id}/cancel", CancelAsync).WithName("cancelTicket").WithSummary("Drop a live ticket; it counts in no promise").RequireRoles(Actors);
        tickets.MapPost("/{id}/escalate", EscalateAsync).WithName("escalateTicket").WithSummary("Tell a higher role of it").RequireRoles(Actors);
    }

    private static Task<Results<Ok<TicketBody>, Problem>> AssignAsync(
        string id, JsonBody<AssignmentInput> body, HttpContext http, TicketActions actions, CancellationToken cancellation) =>
        actions.ActAsync(id, http, TicketEvents.Assigned, body.Value.Step, TicketTexts.None, cancellation);

    private static Task<Results<Ok<TicketBody>, Problem>> CommentAsync(
        string id, JsonBody<CommentInput> body, HttpContext http, TicketActions actions, CancellationToken cancellation)
    {
        var toCustomer = body.Value.To == CommentInput.Customer;
        var texts = new TicketTexts(Note: body.Value.Text, ToCustomer: toCustomer);
        return actions.ActAsync(id, http, TicketEvents.Commented, TicketRules.Comment(toCustomer), texts, cancellation);
    }

    private static Task<Results<Ok<TicketBody>, Problem>> PendAsync(
        string id, JsonBody<PendInput> body, HttpContext http, TicketActions actions, CancellationToken cancellation) =>
        actions.ActAsync(id, http, TicketEvents.Pended, TicketRules.Pend(body.Value.Reason), TicketTexts.None, cancellation);

    private static Task<Results<Ok<TicketBody>, Problem>> ResumeAsync(string id, HttpContext http, TicketActions actions, CancellationToken cancellation) =>
        actions.ActAsync(id, http, TicketEvents.Resumed, TicketRules.Resume(), TicketTexts.None, cancellation);

    private static Task<Results<Ok<TicketBody>, Problem>> ResolveAsync(
        string id, JsonBody<ResolutionInput> body, HttpContext http, TicketActions actions, CancellationToken cancellation) =>
        actions.ActAsync(
            id, http, TicketEvents.Resolved, TicketRules.Resolve(body.Value.Resolution, body.Value.NotFirstTime), new TicketTexts(Resolution: body.Value.Text ?? ""),
            cancellation);

    private static Task<Results<Ok<TicketBody>, Problem>> CloseAsync(string id, HttpContext http, TicketActions actions, CancellationToken cancellation) =>
        actions.ActAsync(id, http, TicketEvents.Closed, TicketRules.Close(), TicketTexts.None, cancellation);

    private static Task<Results<Ok<TicketBody>, Problem>> ReopenAsync(string id, HttpContext http, TicketActions actions, CancellationToken cancellation) =>
        actions.ActAsync(id, http, TicketEvents.Reopened, TicketRules.Reopen(), TicketTexts.None, cancellation);

    private static Task<Results<Ok<TicketBody>, Problem>> CancelAsync(
        string id, JsonBody<CancelInput> body, HttpContext http, TicketActions actions, CancellationToken cancellation) =>
        actions.ActAsync(id, http, TicketEvents.Cancelled, TicketRules.Cancel(body.Value.Reason), TicketTexts.None, cancellation);

    private static Task<Results<Ok<TicketBody>, Problem>> EscalateAsync(
        string id, JsonBody<EscalationInput> body, HttpContext http, TicketActions actions, CancellationToken cancellation) =>
        actions.ActAsync(id, http, TicketEvents.Escalated, TicketRules.Escalate(body.Value.Role), TicketTexts.None, cancellation);
}

/// <summary>Takes a caller's step within the caller's regions and over the revision the caller read, and answers with the ticket.</summary>
internal sealed class TicketActions(TicketDesk desk, CatalogueCopy catalogue, TimeProvider time)
{
    public async Task<Results<Ok<TicketBody>, Problem>> ActAsync(
        string id, HttpContext http, string what, TicketStep step, TicketTexts texts, CancellationToken cancellation)
    {
        var caller = Caller.Of(http.User);
        var regions = await catalogue.GrantedAsync(caller.Regions, cancellation);
        var call = new TicketCall(id, caller.Subject, regions, revision => EntityTags.IfMatch(http.Request, revision));
        var (after, refused) = await desk.ActAsync(call, what, step, texts, cancellation);
        if (refused is not null) return refused;
        http.Response.Tag(after!.Revision);
        return TypedResults.Ok(TicketBody.Of(after, time.GetUtcNow()));
    }
}
