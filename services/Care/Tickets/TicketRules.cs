using ECommerce.Channels.Contracts;

namespace ECommerce.Channels.Care.Tickets;

/// <summary>A step that may be taken on a ticket: what it is after it, or null where its status does not allow it.</summary>
internal delegate Ticket? TicketStep(Ticket before, DateTimeOffset now);

/// <summary>How a ticket changes: pure.</summary>
internal static class TicketRules
{
    /// <summary>Roles that can be told of a ticket, from the nearest to the highest.</summary>
    public static readonly string[] EscalationRoles = [Roles.Supervisor, Roles.Manager, Roles.Admin];

    public static TicketStep Pend(string reason) =>
        (before, _) => before.Status == Ticket.Open ? before with { Status = Ticket.Pending, StatusReason = reason } : null;

    public static TicketStep Resume() => (before, _) => before.Status == Ticket.Pending ? before with { Status = Ticket.Open, StatusReason = null } : null;

    /// <summary>A resolution is an answer too, where there was none before.</summary>
    public static TicketStep Resolve(string resolution, string? notFirstTime) => (before, now) => !before.IsLive ? null : before with
    {
        Status = Ticket.Resolved,
        StatusReason = null,
        Resolution = resolution,
        Matter = before.Matter with { NotFirstTime = notFirstTime ?? before.Matter.NotFirstTime },
        Times = before.Times with { ResolvedAt = now, FirstResponseAt = before.Times.FirstResponseAt ?? now },
    };

    public static TicketStep Close() =>
        (before, now) => before.Status == Ticket.Resolved ? before with { Status = Ticket.Closed, Times = before.Times with { ClosedAt = now } } : null;

    /// <summary>It was not solved after all: the first answer is owed again.</summary>
    public static TicketStep Reopen() => (before, _) => before.Status is not (Ticket.Resolved or Ticket.Closed) ? null : before with
    {
        Status = Ticket.Open,
        Resolution = null,
        Reopened = before.Reopened + 1,
        Times = before.Times with { FirstResponseAt = null, ResolvedAt = null, ClosedAt = null },
    };

    public static TicketStep Cancel(string reason) =>
        (before, _) => before.IsLive ? before with { Status = Ticket.Cancelled, StatusReason = reason } : null;

    public static TicketStep Assign(Func<Ticket, (string? Owner, string? Team)> whom) => (before, _) =>
    {
        if (!before.IsLive) return null;
        var (owner, team) = whom(before);
        return before with { Owner = owner, Team = team };
    };

    public static TicketStep Escalate(string role) => (before, _) => before.IsLive ? before with { EscalatedTo = Higher(before.EscalatedTo, role) } : null;

    /// <summary>A word to the customer is the first response where there was none.</summary>
    public static TicketStep Comment(bool toCustomer) => (before, now) => before.Status switch
    {
        Ticket.Cancelled or Ticket.Closed => null,
        _ when !toCustomer || before.Times.FirstResponseAt is not null => before,
        _ => before with { Times = before.Times with { FirstResponseAt = now } },
    };

    /// <param name="edit">What is to be edited of the ticket.</param>
    public static TicketStep Edit(Func<TicketMatter, TicketMatter> edit) => (before, _) => before.IsLive ? before with { Matter = edit(before.Matter) } : null;

    /// <summary>What is different, by name, in codes: the history's line.</summary>
    public static IReadOnlyDictionary<string, Changed<string>> Differences(Ticket? before, Ticket after)
    {
        var old = before is null ? [] : Facts(before).ToDictionary(fact => fact.Name, fact => fact.Value);
        return Facts(after).Where(fact => old.GetValueOrDefault(fact.Name) != fact.Value)
            .ToDictionary(fact => fact.Name, fact => new Changed<string>(old.GetValueOrDefault(fact.Name), fact.Value));
    }

    private static string Higher(string? one, string other) =>
        Array.IndexOf(EscalationRoles, one) > Array.IndexOf(EscalationRoles, other) ? one! : other;

    private static IEnumerable<(string Name, string? Value)> Facts(Ticket one) =>
    [
        ("type", one.Matter.Type), ("severity", one.Matter.Severity), ("priority", one.Matter.Priority.ToString()), ("service", one.Matter.Service),
        ("channel", one.Matter.Channel), ("product", one.Matter.Product), ("faultClass", one.Matter.FaultClass), ("task", one.Matter.Task),
        ("conversation", one.Matter.Conversation), ("notFirstTime", one.Matter.NotFirstTime), ("status", one.Status), ("statusReason", one.StatusReason),
        ("owner", one.Owner), ("team", one.Team), ("resolution", one.Resolution), ("escalatedTo", one.EscalatedTo), ("policy", one.Terms.Policy),
    ];
}

/// <summary>From what, to what; null is nothing.</summary>
internal sealed record Changed<T>(T? From, T? To);
