namespace ECommerce.Channels.Contracts.Events;

/// <summary>
/// A ticket as it is after a change, without any text; every event of a ticket carries all of it. Topic <c>channels.tickets</c>, key: the
/// customer; the envelope's subject is the ticket, its sequence <paramref name="Revision"/>.
/// </summary>
/// <param name="Customer">The pseudonym.</param>
/// <param name="Type">complaint, incident, request, question or suggestion.</param>
/// <param name="Severity">low, normal, high or critical.</param>
/// <param name="Priority">1, the first to be looked at, to 4.</param>
/// <param name="FaultClass">A code of care's list.</param>
/// <param name="Task">What other contacts about the same matter have in common.</param>
/// <param name="Status">open, pending (the customer is waited for), resolved, closed or cancelled.</param>
/// <param name="StatusReason">Why it is pending or cancelled.</param>
/// <param name="Owner">User name.</param>
/// <param name="NotFirstTime">Why it could not be solved the first time.</param>
/// <param name="Resolution">What it came to.</param>
/// <param name="EscalatedTo">The highest role that was told of it.</param>
/// <param name="Policy">What was promised: the policy's id.</param>
/// <param name="FirstResponseAt">Since it was opened or last reopened.</param>
/// <param name="FirstResponseDue">Null while a pause keeps it open.</param>
/// <param name="FirstResponseInTime">Null until there is one.</param>
/// <param name="ResolutionDue">Null while a pause keeps it open.</param>
/// <param name="ResolutionInTime">Null until it is resolved.</param>
/// <param name="Reopened">How often.</param>
/// <param name="Region">Of the customer in the directory then; null where it has none.</param>
/// <param name="Brand">Likewise.</param>
public sealed record TicketFacts(
    string Id, string Customer, string Type, string Severity, int Priority, string? Service, string? Channel, string? Product, string? FaultClass, string? Task,
    string? Conversation, string Status, string? StatusReason, string? Owner, string? Team, string? NotFirstTime, string? Resolution, string? EscalatedTo,
    string Policy, DateTimeOffset OpenedAt, DateTimeOffset? FirstResponseAt, DateTimeOffset? FirstResponseDue, bool? FirstResponseInTime,
    DateTimeOffset? ResolutionDue, bool? ResolutionInTime, DateTimeOffset? ResolvedAt, DateTimeOffset? ClosedAt, int Reopened,
    string? Region, string? Brand, long Revision);

/// <summary>A customer needs something.</summary>
public sealed record TicketOpened(TicketFacts Ticket)
{
    public const string Type = "channels.ticket.opened.v1";
}

/// <summary>Something about it changed, or somebody was reminded of it.</summary>
/// <param name="What">changed, assigned, commented, pended, resumed, reopened, escalated, reminded or due-moved.</param>
/// <param name="By">Who: <c>user:NAME</c>, <c>key:ID</c> or <c>system</c>.</param>
public sealed record TicketChanged(TicketFacts Ticket, string What, string By)
{
    public const string Type = "channels.ticket.changed.v1";
}

/// <summary>It is solved, as those see it who worked on it; it may be reopened.</summary>
public sealed record TicketResolved(TicketFacts Ticket, string By)
{
    public const string Type = "channels.ticket.resolved.v1";
}

/// <summary>It is over: closed after its resolution, or cancelled, as its status says. A closed one may be reopened.</summary>
public sealed record TicketClosed(TicketFacts Ticket, string By)
{
    public const string Type = "channels.ticket.closed.v1";
}
