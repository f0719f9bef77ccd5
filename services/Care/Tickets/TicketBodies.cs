namespace ECommerce.Channels.Care.Tickets;

/// <summary>The state of a clock, told without its history; null of what was cancelled.</summary>
internal static class SlaState
{
    /// <param name="due">As of the last change, like the others.</param>
    public static string? Of(string status, bool? inTime, DateTimeOffset? due, DateTimeOffset? imminent, DateTimeOffset now) => inTime switch
    {
        true => SlaClock.Met,
        false => SlaClock.Breached,
        _ when status == Ticket.Cancelled => null,
        _ when due <= now => SlaClock.Breached,
        _ when status == Ticket.Pending => SlaClock.Paused,
        _ when imminent <= now => SlaClock.Imminent,
        _ => SlaClock.Pending,
    };
}

/// <summary>A ticket without its texts.</summary>
/// <param name="Customer">The pseudonym.</param>
/// <param name="Status">open, pending, resolved, closed or cancelled.</param>
/// <param name="StatusReason">Why it is pending or cancelled.</param>
/// <param name="Policy">What was promised.</param>
/// <param name="FirstResponseAt">Since it was opened or last reopened.</param>
/// <param name="FirstResponseDue">Null while a pause keeps it open.</param>
/// <param name="FirstResponse">pending, imminent, breached, met or paused; null of what was cancelled.</param>
/// <param name="ResolutionDue">Null while a pause keeps it open.</param>
/// <param name="Sla">The same of the resolution.</param>
/// <param name="NextDue">The nearest due instant of a promise that is open still; lists are in its order.</param>
/// <param name="EscalatedTo">The highest role that was told of it.</param>
internal sealed record TicketBody(
    string Id, string Customer, string Type, string Severity, int Priority, string? Service, string? Channel, string? Product, string? FaultClass, string? Task,
    string? Conversation, string? NotFirstTime, string Status, string? StatusReason, string? Owner, string? Team, string? Resolution, string? EscalatedTo,
    string Policy, DateTimeOffset OpenedAt, string OpenedBy, DateTimeOffset? FirstResponseAt, DateTimeOffset? FirstResponseDue, string? FirstResponse,
    DateTimeOffset? ResolvedAt, DateTimeOffset? ResolutionDue, string? Sla, DateTimeOffset? NextDue, DateTimeOffset? ClosedAt, int Reopened,
    DateTimeOffset UpdatedAt, long Revision)
{
    public static TicketBody Of(Ticket one, DateTimeOffset now)
    {
        var (matter, times, due) = (one.Matter, one.Times, one.Due);
        return new TicketBody(
            one.Id, one.Customer, matter.Type, matter.Severity, matter.Priority, matter.Service, matter.Channel, matter.Product, matter.FaultClass, matter.Task,
            matter.Conversation, matter.NotFirstTime, one.Status, one.StatusReason, one.Owner, one.Team, one.Resolution, one.EscalatedTo, one.Terms.Policy,
            times.OpenedAt, one.OpenedBy, times.FirstResponseAt, due.Response,
            SlaState.Of(one.Status, due.ResponseInTime, due.Response, due.ResponseImminent, now), times.ResolvedAt, due.Resolution,
            SlaState.Of(one.Status, due.ResolutionInTime, due.Resolution, due.ResolutionImminent, now), due.Next, times.ClosedAt, one.Reopened,
            times.UpdatedAt, one.Revision);
    }
}

/// <summary>One of a ticket's clocks at the instant of the answer; all minutes are working minutes.</summary>
/// <param name="Remaining">Below zero: so late.</param>
/// <param name="State">pending, imminent, breached, met or paused.</param>
internal sealed record ClockBody(double Elapsed, double Allowed, double Remaining, DateTimeOffset? Due, DateTimeOffset? ImminentAt, string State, DateTimeOffset? DoneAt)
{
    public static ClockBody Of(ClockReading one) => new(
        one.Elapsed.TotalMinutes, one.Allowed.TotalMinutes, one.Remaining.TotalMinutes, one.Due, one.ImminentAt, one.State, one.DoneAt);
}

/// <param name="Calendar">By which working time is counted.</param>
/// <param name="Paused">Working minutes during which the customer was waited for; they count in no clock.</param>
internal sealed record ClocksBody(string Calendar, ClockBody FirstResponse, ClockBody Resolution, double Paused);

/// <summary>A ticket with everything about it.</summary>
/// <param name="Subject">Null where the customer was erased.</param>
/// <param name="Resolved">What was said of the resolution.</param>
/// <param name="Notes">Oldest first.</param>
/// <param name="History">Oldest first.</param>
/// <param name="Clocks">Null of what was cancelled.</param>
internal sealed record TicketDetail(
    TicketBody Ticket, string? Subject, string? Description, string? Resolved, IReadOnlyList<TicketNote> Notes, IReadOnlyList<HistoryLine> History, ClocksBody? Clocks);
