namespace ECommerce.Channels.Care.Calendars;

/// <summary>
/// Working time of a calendar, pure. A wall clock's time means the first instant that shows it; one that a clock put forward leaves out means
/// the instant of the change. So windows that meet on the wall meet in time, on the days of a change too, and a window over one is
/// as long as people really work.
/// </summary>
internal sealed class WorkingTime(BusinessCalendar calendar)
{
    /// <summary>Forty years: within them every calendar that is accepted has worked the longest time that a promise may allow.</summary>
    private const int MostDays = 14_640;

    private readonly TimeZoneInfo zone = TimeZoneInfo.FindSystemTimeZoneById(calendar.TimeZone);

    /// <summary>How much of the time between two instants is worked; nothing where the second is not after the first.</summary>
    public TimeSpan Between(DateTimeOffset from, DateTimeOffset to)
    {
        var worked = TimeSpan.Zero;
        if (to <= from) return worked;
        foreach (var (start, end) in Windows(from, (to - from).Days + 3))
        {
            if (start >= to) break;
            worked += Earlier(end, to) - Later(start, from);
        }
        return worked;
    }

    /// <summary>The first instant, in UTC, before which so much has been worked since another; that one itself where nothing is to be worked.</summary>
    /// <exception cref="InvalidOperationException">Nobody works that long within forty years.</exception>
    public DateTimeOffset After(DateTimeOffset from, TimeSpan working)
    {
        if (working <= TimeSpan.Zero) return from.ToUniversalTime();
        var left = working;
        foreach (var (start, end) in Windows(from, MostDays))
        {
            var begin = Later(start, from);
            if (end - begin >= left) return (begin + left).ToUniversalTime();
            left -= end - begin;
        }
        throw new InvalidOperationException($"In calendar {calendar.Id} nobody works {working.TotalMinutes} minutes within {MostDays} days.");
    }

    /// <summary>The windows that end after an instant, in order, over so many days.</summary>
    private IEnumerable<(DateTimeOffset Start, DateTimeOffset End)> Windows(DateTimeOffset from, int days)
    {
        // A day early: where clocks are put back at midnight the day before comes again.
        var first = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(from, zone).DateTime).AddDays(-1);
        for (var ahead = 0; ahead < days; ahead++)
        {
            var day = first.AddDays(ahead);
            foreach (var window in calendar.On(day))
            {
                var (start, end) = (InstantOf(day, window.From), InstantOf(day, window.To));
                if (end > from && end > start) yield return (start, end);
            }
        }
    }

    private DateTimeOffset InstantOf(DateOnly day, int minute)
    {
        var wall = day.ToDateTime(TimeOnly.MinValue).AddMinutes(minute);
        while (zone.IsInvalidTime(wall)) wall = wall.AddMinutes(1);
        var offset = zone.IsAmbiguousTime(wall) ? zone.GetAmbiguousTimeOffsets(wall).Max() : zone.GetUtcOffset(wall);
        return new DateTimeOffset(wall, offset).ToUniversalTime();
    }

    private static DateTimeOffset Earlier(DateTimeOffset one, DateTimeOffset other) => one < other ? one : other;

    private static DateTimeOffset Later(DateTimeOffset one, DateTimeOffset other) => one > other ? one : other;
}
