using ECommerce.Channels.Care.Calendars;

namespace ECommerce.Channels.Care.Tickets;

/// <summary>A clock of working time that starts, stands, goes on and ends.</summary>
internal sealed class RunningClock(WorkingTime time)
{
    private readonly List<(DateTimeOffset From, TimeSpan Before)> legs = [];
    private TimeSpan elapsed;
    private DateTimeOffset? since;
    private bool ranToTheEnd;

    public DateTimeOffset? DoneAt { get; private set; }

    public bool Runs => since is not null;

    /// <param name="restarts">A reopening sets it to zero; else it goes on.</param>
    public void Take(ClockMark? mark, DateTimeOffset at, bool restarts)
    {
        switch (mark)
        {
            case ClockMark.Opened or ClockMark.Resumed:
                Start(at);
                break;
            case ClockMark.Paused or ClockMark.Cancelled:
                Stop(at);
                break;
            case ClockMark.Responded or ClockMark.Resolved:
                Finish(at);
                break;
            case ClockMark.Reopened:
                if (restarts) Reset();
                (DoneAt, ranToTheEnd) = (null, false);
                Start(at);
                break;
        }
    }

    public void Start(DateTimeOffset at)
    {
        if (since is not null || DoneAt is not null) return;
        since = at;
        legs.Add((at, elapsed));
    }

    public void Stop(DateTimeOffset at)
    {
        elapsed = ElapsedAt(at);
        since = null;
    }

    public TimeSpan ElapsedAt(DateTimeOffset now) => since is { } start ? elapsed + time.Between(start, now) : elapsed;

    /// <summary>When so much has elapsed, or would have, had it not ended; null where it stands before that.</summary>
    public DateTimeOffset? InstantOf(TimeSpan threshold)
    {
        for (var leg = 0; leg < legs.Count; leg++)
        {
            var (from, before) = legs[leg];
            var isLast = leg == legs.Count - 1;
            if ((isLast && (since is not null || ranToTheEnd)) || threshold <= (isLast ? elapsed : legs[leg + 1].Before)) return time.After(from, threshold - before);
        }
        return null;
    }

    private void Finish(DateTimeOffset at)
    {
        if (DoneAt is not null) return;
        ranToTheEnd = Runs;
        Stop(at);
        DoneAt = at;
    }

    private void Reset()
    {
        legs.Clear();
        (elapsed, since) = (TimeSpan.Zero, null);
    }
}
