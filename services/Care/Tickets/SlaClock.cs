using ECommerce.Channels.Care.Calendars;

namespace ECommerce.Channels.Care.Tickets;

/// <summary>What of a ticket's history moves its clocks.</summary>
internal enum ClockMark
{
    Opened,

    /// <summary>The customer is waited for.</summary>
    Paused,
    Resumed,

    /// <summary>The first answer to the customer since it was opened or reopened.</summary>
    Responded,
    Resolved,
    Reopened,
    Cancelled,
}

internal sealed record ClockEvent(ClockMark Mark, DateTimeOffset At);

/// <summary>A role that is told when a promise is broken.</summary>
/// <param name="After">Working minutes after the due instant.</param>
internal sealed record EscalationStep(string Role, int After);

/// <summary>What was promised for a ticket: its policy as it was when the ticket got it.</summary>
/// <param name="FirstResponse">Working minutes to the first answer.</param>
/// <param name="Resolution">Working minutes to the resolution.</param>
/// <param name="RemindAt">Percent of that time after which the owner is reminded, and the clock is imminent.</param>
internal sealed record SlaTerms(
    string Policy, int PolicyRevision, string Calendar, int FirstResponse, int Resolution, int RemindAt, IReadOnlyList<EscalationStep> Escalations);

/// <summary>Somebody is to be told, once.</summary>
/// <param name="Clock">first-response or resolution.</param>
/// <param name="Cycle">Of the first response, how often the ticket was reopened before; of the resolution 0.</param>
/// <param name="Step">reminder, or escalation-1, escalation-2 …</param>
/// <param name="Role">Of an escalation.</param>
internal sealed record Alarm(string Clock, int Cycle, string Step, DateTimeOffset At, string? Role)
{
    public string Key => $"{Clock}/{Cycle}/{Step}";
}

/// <summary>One clock of a ticket at an instant.</summary>
/// <param name="Elapsed">Working time without pauses.</param>
/// <param name="Allowed">Working time.</param>
/// <param name="Due">When the time allowed is over, or would be had it not ended; null while a pause keeps that open.</param>
/// <param name="ImminentAt">When the share for a reminder is reached, or was; null likewise.</param>
/// <param name="State">pending, imminent, breached, met or paused.</param>
/// <param name="DoneAt">When what was promised happened.</param>
internal sealed record ClockReading(TimeSpan Elapsed, TimeSpan Allowed, DateTimeOffset? Due, DateTimeOffset? ImminentAt, string State, DateTimeOffset? DoneAt)
{
    /// <summary>Working time; below zero it is what it is late.</summary>
    public TimeSpan Remaining => Allowed - Elapsed;
}

/// <summary>Both clocks of a ticket at an instant.</summary>
/// <param name="Paused">Working time during which the customer was waited for; it counts in no clock.</param>
/// <param name="Alarms">Everybody who was or will be told if nothing else happens, in order of time; of a clock that is done nobody.</param>
internal sealed record SlaReading(ClockReading FirstResponse, ClockReading Resolution, TimeSpan Paused, IReadOnlyList<Alarm> Alarms);

/// <summary>
/// The clocks of a ticket's promises, pure, from its history (decision 10). Both run in working time from the opening, and stand while
/// the customer is waited for. The first response's ends with the first answer to the customer, or with the resolution; a reopening
/// starts it anew. The resolution's ends with the resolution; a reopening lets it go on with what was left, and the time in
/// between does not count. The time allowed is over at the due instant: what happens at that very instant is late.
/// </summary>
internal static class SlaClock
{
    public const string FirstResponse = "first-response";
    public const string Resolution = "resolution";
    public const string Pending = "pending";
    public const string Imminent = "imminent";
    public const string Breached = "breached";
    public const string Met = "met";
    public const string Paused = "paused";
    public const string Reminder = "reminder";

    public static readonly string[] States = [Pending, Imminent, Breached, Met, Paused];

    /// <param name="history">In the order of recording. A mark that is dated before the one before it counts as of that one's instant.</param>
    /// <param name="now">What is dated later is not looked at.</param>
    public static SlaReading Read(IEnumerable<ClockEvent> history, SlaTerms terms, WorkingTime time, DateTimeOffset now)
    {
        var (response, resolution, pauses) = (new RunningClock(time), new RunningClock(time), new RunningClock(time));
        var (reopened, last) = (0, DateTimeOffset.MinValue);
        foreach (var one in history)
        {
            last = one.At > last ? one.At : last;
            if (last > now) break;
            if (one.Mark == ClockMark.Reopened) reopened++;
            response.Take(one.Mark, last, restarts: true);
            resolution.Take(one.Mark is ClockMark.Responded ? null : one.Mark, last, restarts: false);
            if (one.Mark == ClockMark.Paused && resolution.DoneAt is null) pauses.Start(last);
            else if (one.Mark is not ClockMark.Responded) pauses.Stop(last);
        }
        return new SlaReading(
            Reading(response, terms.FirstResponse, terms, now), Reading(resolution, terms.Resolution, terms, now), pauses.ElapsedAt(now),
            [.. Alarms(response, FirstResponse, reopened, terms.FirstResponse, terms)
                .Concat(Alarms(resolution, Resolution, 0, terms.Resolution, terms)).OrderBy(alarm => alarm.At)]);
    }

    /// <summary>The mark that a change of a ticket makes in its clocks' history.</summary>
    public static ClockMark? MarkOf(Ticket? before, Ticket after) => (before?.Status, after.Status) switch
    {
        (null, _) => ClockMark.Opened,
        (not Ticket.Pending, Ticket.Pending) => ClockMark.Paused,
        (Ticket.Pending, Ticket.Open) => ClockMark.Resumed,
        (not Ticket.Resolved, Ticket.Resolved) => ClockMark.Resolved,
        (Ticket.Resolved or Ticket.Closed, Ticket.Open) => ClockMark.Reopened,
        (not Ticket.Cancelled, Ticket.Cancelled) => ClockMark.Cancelled,
        _ => before!.Times.FirstResponseAt is null && after.Times.FirstResponseAt is not null ? ClockMark.Responded : null,
    };

    private static ClockReading Reading(RunningClock clock, int minutes, SlaTerms terms, DateTimeOffset now)
    {
        var allowed = TimeSpan.FromMinutes(minutes);
        var (due, imminent) = (clock.InstantOf(allowed), clock.InstantOf(ShareOf(allowed, terms)));
        var state = clock switch
        {
            _ when due <= (clock.DoneAt ?? now) => Breached,
            { DoneAt: not null } => Met,
            { Runs: false } => Paused,
            _ when imminent <= now => Imminent,
            _ => Pending,
        };
        return new ClockReading(clock.ElapsedAt(now), allowed, due, imminent, state, clock.DoneAt);
    }

    private static IEnumerable<Alarm> Alarms(RunningClock clock, string name, int cycle, int minutes, SlaTerms terms)
    {
        if (clock.DoneAt is not null) yield break;
        var allowed = TimeSpan.FromMinutes(minutes);
        if (clock.InstantOf(ShareOf(allowed, terms)) is { } share) yield return new Alarm(name, cycle, Reminder, share, null);
        for (var step = 0; step < terms.Escalations.Count; step++)
        {
            var (role, after) = (terms.Escalations[step].Role, TimeSpan.FromMinutes(terms.Escalations[step].After));
            if (clock.InstantOf(allowed + after) is { } at) yield return new Alarm(name, cycle, $"escalation-{step + 1}", at, role);
        }
    }

    private static TimeSpan ShareOf(TimeSpan allowed, SlaTerms terms) => allowed * (terms.RemindAt / 100.0);
}
