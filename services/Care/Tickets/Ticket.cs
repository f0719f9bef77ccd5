namespace ECommerce.Channels.Care.Tickets;

/// <summary>What a ticket is about; all of it can be edited.</summary>
/// <param name="Type">complaint, incident, request, question or suggestion.</param>
/// <param name="Severity">low, normal, high or critical.</param>
/// <param name="Priority">1, the first to be looked at, to 4.</param>
/// <param name="Service">A service of the catalogue.</param>
/// <param name="Channel">Where it came from; a channel of the catalogue.</param>
/// <param name="Product">A code of the operator's own.</param>
/// <param name="FaultClass">A code of the list of fault classes.</param>
/// <param name="Task">What other contacts about the same matter have in common.</param>
/// <param name="Conversation">The conversation it came out of.</param>
/// <param name="NotFirstTime">Why it could not be solved the first time.</param>
internal sealed record TicketMatter(
    string Type, string Severity, int Priority, string? Service, string? Channel, string? Product, string? FaultClass, string? Task, string? Conversation,
    string? NotFirstTime);

/// <param name="FirstResponseAt">Since it was opened or last reopened.</param>
internal sealed record TicketTimes(DateTimeOffset OpenedAt, DateTimeOffset? FirstResponseAt, DateTimeOffset? ResolvedAt, DateTimeOffset? ClosedAt, DateTimeOffset UpdatedAt);

/// <summary>What the clocks came to at the last change: enough to tell the state of either at any later instant without its history.</summary>
/// <param name="Response">Due instant of the first response; null as <see cref="ClockReading.Due"/>.</param>
/// <param name="ResponseInTime">Null until there is one.</param>
/// <param name="Next">The nearest due instant of a promise that is open still.</param>
/// <param name="NextAlarm">When somebody is to be reminded next.</param>
/// <param name="CalendarRevision">Of the calendar that it was counted by.</param>
internal sealed record TicketDue(
    DateTimeOffset? Response, DateTimeOffset? ResponseImminent, bool? ResponseInTime, DateTimeOffset? Resolution, DateTimeOffset? ResolutionImminent,
    bool? ResolutionInTime, DateTimeOffset? Next, DateTimeOffset? NextAlarm, int CalendarRevision)
{
    public static readonly TicketDue None = new(null, null, null, null, null, null, null, null, 0);

    /// <param name="told">Keys of the alarms that were told already.</param>
    public static TicketDue Of(SlaReading reading, string status, IReadOnlySet<string> told, int calendarRevision)
    {
        var (response, resolution) = (reading.FirstResponse, reading.Resolution);
        var isOver = status is Ticket.Resolved or Ticket.Closed or Ticket.Cancelled;
        var open = new[] { response, resolution }.Where(clock => !isOver && clock.DoneAt is null);
        return new TicketDue(
            response.Due, response.ImminentAt, InTime(response), resolution.Due, resolution.ImminentAt, InTime(resolution), open.Min(clock => clock.Due),
            isOver ? null : reading.Alarms.FirstOrDefault(alarm => !told.Contains(alarm.Key))?.At, calendarRevision);
    }

    private static bool? InTime(ClockReading clock) => clock.DoneAt is null ? null : clock.State == SlaClock.Met;
}

/// <summary>A ticket, without what is sealed.</summary>
/// <param name="Customer">The pseudonym.</param>
/// <param name="Status">open, pending, resolved, closed or cancelled.</param>
/// <param name="StatusReason">Why it is pending or cancelled.</param>
/// <param name="Owner">User name.</param>
/// <param name="Resolution">What it came to.</param>
/// <param name="EscalatedTo">The highest role that was told of it.</param>
/// <param name="Reopened">How often.</param>
/// <param name="Revision">Counts its changes; the sequence of its events.</param>
internal sealed record Ticket(
    string Id, string Customer, TicketMatter Matter, string Status, string? StatusReason, string? Owner, string? Team, string? Resolution, string? EscalatedTo,
    int Reopened, string OpenedBy, TicketTimes Times, SlaTerms Terms, TicketDue Due, long Revision)
{
    public const string Open = "open";
    public const string Pending = "pending";
    public const string Resolved = "resolved";
    public const string Closed = "closed";
    public const string Cancelled = "cancelled";

    public static readonly string[] Statuses = [Open, Pending, Resolved, Closed, Cancelled];
    public static readonly string[] Types = ["complaint", "incident", "request", "question", "suggestion"];

    /// <summary>From the least to the gravest.</summary>
    public static readonly string[] Severities = ["low", "normal", "high", "critical"];

    public static readonly string[] PendReasons = ["customer-information", "customer-confirmation", "customer-unavailable", "other"];
    public static readonly string[] CancelReasons = ["duplicate", "withdrawn", "by-mistake", "other"];

    public static readonly string[] Resolutions =
        ["solved", "explained", "compensated", "workaround", "no-fault-found", "not-possible", "other"];

    public static readonly string[] NotFirstTimeReasons =
        ["missing-information", "needs-other-team", "needs-visit", "system-down", "knowledge-missing", "no-authority", "customer-unavailable", "other"];

    /// <summary>It is worked on, or the customer is waited for.</summary>
    public bool IsLive => Status is Open or Pending;

    /// <summary>
    /// The instant of the next change of a ticket, as exact as the database keeps it: not before the last one, which another replica
    /// may have made by a clock that is ahead.
    /// </summary>
    public static DateTimeOffset Next(Ticket? before, TimeProvider time)
    {
        var now = time.GetUtcNow();
        now = now.AddTicks(-(now.Ticks % TimeSpan.TicksPerMicrosecond));
        return before is not null && before.Times.UpdatedAt > now ? before.Times.UpdatedAt : now;
    }

    public static int PriorityOf(string severity) => Severities.Length - Math.Max(0, Array.IndexOf(Severities, severity));
}
