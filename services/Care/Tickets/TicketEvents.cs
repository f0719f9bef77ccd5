using ECommerce.Channels.Care.Customers;
using ECommerce.Channels.Care.Matters;
using ECommerce.Channels.Contracts;
using ECommerce.Channels.Contracts.Events;
using ECommerce.Channels.Platform.Messaging;
using Npgsql;

namespace ECommerce.Channels.Care.Tickets;

/// <summary>What others are told of a ticket; never a text.</summary>
internal static class TicketEvents
{
    public const string Opened = "opened";
    public const string Changed = "changed";
    public const string Assigned = "assigned";
    public const string Commented = "commented";
    public const string Pended = "pended";
    public const string Resumed = "resumed";
    public const string Resolved = "resolved";
    public const string Closed = "closed";
    public const string Reopened = "reopened";
    public const string Cancelled = "cancelled";
    public const string Escalated = "escalated";
    public const string Reminded = "reminded";
    public const string DueMoved = "due-moved";

    public static async Task TellAsync(Outbox outbox, NpgsqlTransaction transaction, Ticket one, string what, string by, CancellationToken cancellation)
    {
        var (region, brand) = await CustomerStore.PlaceAsync(transaction, one.Customer, cancellation);
        var facts = FactsOf(one, region, brand);
        await MatterTurns.AddAsync(transaction, one.Customer, one.Times.OpenedAt, one.Times.UpdatedAt, cancellation);
        await (what switch
        {
            Opened => AddAsync(TicketOpened.Type, new TicketOpened(facts)),
            Resolved => AddAsync(TicketResolved.Type, new TicketResolved(facts, by)),
            Closed or Cancelled => AddAsync(TicketClosed.Type, new TicketClosed(facts, by)),
            _ => AddAsync(TicketChanged.Type, new TicketChanged(facts, what, by)),
        });

        Task AddAsync<T>(string type, T data) =>
            outbox.AddAsync(transaction, Topics.Tickets, one.Customer, type, data, one.Revision, one.Id, one.Times.UpdatedAt, cancellation);
    }

    public static TicketFacts FactsOf(Ticket one, string? region, string? brand)
    {
        var (matter, times, due) = (one.Matter, one.Times, one.Due);
        return new TicketFacts(
            one.Id, one.Customer, matter.Type, matter.Severity, matter.Priority, matter.Service, matter.Channel, matter.Product, matter.FaultClass, matter.Task,
            matter.Conversation, one.Status, one.StatusReason, one.Owner, one.Team, matter.NotFirstTime, one.Resolution, one.EscalatedTo, one.Terms.Policy,
            times.OpenedAt, times.FirstResponseAt, due.Response, due.ResponseInTime, due.Resolution, due.ResolutionInTime, times.ResolvedAt, times.ClosedAt,
            one.Reopened, region, brand, one.Revision);
    }
}
