using ECommerce.Channels.Contracts;
using ECommerce.Channels.Platform.Audit;
using ECommerce.Channels.Platform.Catalogue;
using ECommerce.Channels.Platform.Hosting;
using ECommerce.Channels.Platform.Security;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;

namespace ECommerce.Channels.Care.Tickets;

/// <summary>Tickets over HTTP. A ticket of a customer outside of the caller's regions is as if it were not there.</summary>
internal static class TicketsApi
{
    /// <summary>Any but the word that is a route of its own: what does not fit that one is a wrong method, and no ticket.</summary>
    public const string Id = "/{id:regex(^(?!search$))}";

    private static readonly string[] Openers = [Roles.Portal, Roles.Agent, Roles.Supervisor, Roles.Admin];
    private static readonly string[] Actors = [Roles.Agent, Roles.Supervisor, Roles.Admin];
    private static readonly string[] Readers = [Roles.Agent, Roles.Supervisor, Roles.Manager, Roles.Admin];

    public static void Map(IEndpointRouteBuilder api)
    {
        var tickets = api.MapGroup("/tickets").WithTags("Tickets");
        tickets.MapPost("", OpenAsync).WithName("openTicket").WithSummary("A customer needs something").Accepts<TicketInput>("application/json").RequireRoles(Openers);
        tickets.MapGet("", ListAsync).WithName("listTickets").WithSummary("Tickets, the nearest due first").RequireRoles(Readers);
        tickets.MapPost("/search", SearchAsync).WithName("searchTickets").WithSummary("The same, with the filter in the body").RequireRoles(Readers);
        tickets.MapGet(Id, GetAsync).WithName("getTicket").WithSummary("One ticket with its texts, history and clocks")
            .WithDescription("Leaves an audit line.").RequireRoles(Readers);
        tickets.MapPatch(Id, EditAsync).WithName("editTicket").WithSummary("Change what a live ticket is about; fields that are missing stay")
            .WithDescription("Another type or severity brings what is promised for it; the time since the opening counts.")
            .Accepts<TicketPatch>("application/json").RequireRoles(Actors);
        TicketActionsApi.Map(tickets);
    }

    private static async Task<Results<Created<TicketBody>, Problem>> OpenAsync(
        HttpContext http, TicketDesk desk, FaultClassStore faults, CatalogueCopy catalogue, TimeProvider time, CancellationToken cancellation)
    {
        var fields = await JsonInput.ReadAsync(http.Request, cancellation);
        var input = TicketInput.Read(fields, await catalogue.LatestAsync(cancellation), await faults.EnabledAsync(cancellation));
        if (fields.Errors.Any) return Problem.BadInput(fields.Errors);
        var caller = Caller.Of(http.User);
        if (await desk.OpenAsync(input, caller.Subject, CallersKey.Of(http), await catalogue.GrantedAsync(caller.Regions, cancellation), cancellation) is not { } one)
            return Problem.BadInput("customer", "不是所辖地区的客户", "Is no customer of your regions");
        http.Response.Tag(one.Revision);
        return TypedResults.Created($"/api/v1/care/tickets/{one.Id}", TicketBody.Of(one, time.GetUtcNow()));
    }

    /// <param name="status">open, pending, resolved, closed or cancelled.</param>
    /// <param name="type">complaint, incident, request, question or suggestion.</param>
    /// <param name="severity">low, normal, high or critical.</param>
    /// <param name="owner">User name.</param>
    /// <param name="team">A team's code.</param>
    /// <param name="service">A service's code.</param>
    /// <param name="product">A product's code.</param>
    /// <param name="faultClass">A fault class.</param>
    /// <param name="customer">A pseudonym.</param>
    /// <param name="sla">State of the resolution's clock: pending, imminent, breached, met or paused.</param>
    /// <param name="firstResponse">State of the first response's clock.</param>
    private static async Task<Results<Ok<Page<TicketBody>>, Problem>> ListAsync(
        PageRequest page, HttpContext http, TicketStore store, CatalogueCopy catalogue, TimeProvider time, CancellationToken cancellation, string? status = null,
        string? type = null, string? severity = null, string? owner = null, string? team = null, string? service = null, string? product = null,
        string? faultClass = null, string? customer = null, string? sla = null, string? firstResponse = null)
    {
        var search = new TicketSearch(status, type, severity, owner, team, service, product, faultClass, customer, sla, firstResponse);
        var errors = new FieldErrors();
        search.Judge(errors);
        if (errors.Any) return Problem.BadInput(errors);
        return TypedResults.Ok(await FindAsync(search, page, http, store, catalogue, time, cancellation));
    }

    private static async Task<Ok<Page<TicketBody>>> SearchAsync(
        JsonBody<TicketSearch> body, PageRequest page, HttpContext http, TicketStore store, CatalogueCopy catalogue, TimeProvider time,
        CancellationToken cancellation) => TypedResults.Ok(await FindAsync(body.Value, page, http, store, catalogue, time, cancellation));

    /// <summary>The audit line is written first: without it nothing is told.</summary>
    private static async Task<Results<Ok<TicketDetail>, Problem>> GetAsync(
        string id, HttpContext http, TicketStore store, TicketTextStore texts, TicketHistory history, NpgsqlDataSource database, CatalogueCopy catalogue,
        AuditLog audit, TimeProvider time, CancellationToken cancellation)
    {
        var caller = Caller.Of(http.User);
        if (await store.FindAsync(id, await catalogue.GrantedAsync(caller.Regions, cancellation), cancellation) is not { } one) return Problem.NotFound();
        await audit.AppendAsync(new AuditEntry(caller.Subject, "ticket.read", one.Id), cancellation);
        var opened = await texts.OpenAsync(one, cancellation);
        http.Response.Tag(one.Revision);
        http.Response.Headers.CacheControl = "no-store";
        return TypedResults.Ok(new TicketDetail(
            TicketBody.Of(one, time.GetUtcNow()), opened.Subject, opened.Description, opened.Resolution, opened.Notes,
            await history.ReadAsync(id, cancellation), await ClocksAsync(database, one, time.GetUtcNow(), cancellation)));
    }

    private static async Task<Results<Ok<TicketBody>, Problem>> EditAsync(
        string id, HttpContext http, TicketActions actions, FaultClassStore faults, CatalogueCopy catalogue, CancellationToken cancellation)
    {
        var fields = await JsonInput.ReadAsync(http.Request, cancellation);
        var edit = TicketEdit.Read(fields, await catalogue.LatestAsync(cancellation), await faults.EnabledAsync(cancellation));
        if (fields.Errors.Any) return Problem.BadInput(fields.Errors);
        return await actions.ActAsync(id, http, TicketEvents.Changed, TicketRules.Edit(edit.Apply), new TicketTexts(edit.Subject, edit.Description), cancellation);
    }

    private static async Task<Page<TicketBody>> FindAsync(
        TicketSearch search, PageRequest page, HttpContext http, TicketStore store, CatalogueCopy catalogue, TimeProvider time, CancellationToken cancellation)
    {
        var (regions, now) = (await catalogue.GrantedAsync(Caller.Of(http.User).Regions, cancellation), time.GetUtcNow());
        var read = await store.ListAsync(new TicketFilter(regions, search, now, AfterOf(page), page.Limit + 1), cancellation);
        return Page<TicketBody>.Of([.. read.Select(one => TicketBody.Of(one, now))], page, one => [one.NextDue?.UtcTicks.ToString() ?? "", one.Id]);
    }

    private static (DateTimeOffset? Due, string Id)? AfterOf(PageRequest page)
    {
        if (page.AfterKey(2) is not [var due, var id]) return null;
        if (due.Length == 0) return (null, id);
        if (long.TryParse(due, out var ticks) && ticks is >= 0 and <= 3_155_378_975_999_999_999) return (new DateTimeOffset(ticks, TimeSpan.Zero), id);
        throw new ProblemException(Problem.BadInput("cursor", "不是本列表给出的游标", "Is no cursor of this list"));
    }

    private static async Task<ClocksBody?> ClocksAsync(NpgsqlDataSource database, Ticket one, DateTimeOffset now, CancellationToken cancellation)
    {
        if (one.Status == Ticket.Cancelled) return null;
        await using var connection = await database.OpenConnectionAsync(cancellation);
        var (reading, _) = await TicketLedger.ReadAsync(connection, one, null, now, cancellation);
        return new ClocksBody(one.Terms.Calendar, ClockBody.Of(reading.FirstResponse), ClockBody.Of(reading.Resolution), reading.Paused.TotalMinutes);
    }
}
