using ECommerce.Channels.Kpi.Calendars;

namespace ECommerce.Channels.Kpi.Indicators;

/// <summary>What a period is compared with.</summary>
internal enum ComparisonKind
{
    Previous,
    Weekday,
    Year,

    /// <summary>The same days before and after the Spring Festival of the year before.</summary>
    Lunar,
    Explicit,
}

/// <param name="Base">The period given by hand, for <see cref="ComparisonKind.Explicit"/>.</param>
internal sealed record ComparisonSpec(ComparisonKind Kind, Span? Base);

/// <summary>A bucket and what it is compared with, both of equal elapsed time.</summary>
internal readonly record struct ComparedPair(int Bucket, Span Current, Span Base);

/// <summary>Which spans are compared: shifted on the operator's calendar, and cut to equal elapsed time.</summary>
internal sealed class Comparisons(Periods periods, long asOf, long firstMinute)
{
    /// <param name="wholeDays">Figures exist for whole days only.</param>
    public List<ComparedPair> Pairs(ComparisonSpec spec, Span period, AnswerGrain grain, IReadOnlyList<Span> buckets, bool wholeDays)
    {
        var shift = Shift(spec, period, grain);
        var pairs = new List<ComparedPair>(buckets.Count);
        for (var bucket = 0; bucket < buckets.Count; bucket++)
        {
            var current = buckets[bucket];
            var other = new Span(shift(current.From), spec.Kind == ComparisonKind.Year ? LastDayShifted(current.To, shift) : shift(current.To));
            // A period given by hand ends where it was said to; a total takes all of it.
            if (spec.Base is { } given) other = new Span(other.From, grain == AnswerGrain.Total ? given.To : Math.Min(other.To, given.To));
            if (Cut(current, other, wholeDays) is { } pair) pairs.Add(new ComparedPair(bucket, pair.Current, pair.Base));
        }
        return pairs;
    }

    /// <summary>The end after the shifted last day: what ends before 29 February ends after 28 February of another year, too.</summary>
    private long LastDayShifted(long end, Func<long, long> shift) =>
        periods.IsDayStart(end) ? periods.Shift(shift(periods.Shift(end, 0, -1)), 0, 1) : shift(end);

    private Func<long, long> Shift(ComparisonSpec spec, Span period, AnswerGrain grain)
    {
        var days = periods.IsDayStart(period.From) && periods.IsDayStart(period.To) ? Days(period) : (int?)null;
        var wholeMonths = periods.IsMonthStart(period.From) && periods.IsMonthStart(period.To) ? Months(period) : 0;
        switch (spec.Kind)
        {
            case ComparisonKind.Year:
                return minute => periods.Shift(minute, -12, 0);
            case ComparisonKind.Lunar:
                return minute => periods.Shift(minute, 0, -LunarYear(period));
            case ComparisonKind.Weekday:
                var weeks = (int)((period.Length + (7 * 1440) - 1) / (7 * 1440));
                return minute => periods.Shift(minute, 0, -7 * weeks);
            case ComparisonKind.Explicit:
                return ShiftTo(period, spec.Base!.Value, grain);
            default:
                if (wholeMonths == 1 || (wholeMonths > 0 && grain == AnswerGrain.Month)) return minute => periods.Shift(minute, -wholeMonths, 0);
                if (days is { } length) return minute => periods.Shift(minute, 0, -length);
                return minute => minute - period.Length;
        }
    }

    /// <summary>Days from the Spring Festival before to that of the year in which the period's last day lies.</summary>
    private int LunarYear(Span period)
    {
        var year = Math.Clamp(periods.Zone.DayOf(period.To - 1).Year, Holidays.FirstYear + 1, Holidays.LastYear);
        return Holidays.SpringFestival(year).DayNumber - Holidays.SpringFestival(year - 1).DayNumber;
    }

    private Func<long, long> ShiftTo(Span period, Span given, AnswerGrain grain)
    {
        var (here, there) = (periods.Zone.DayOf(period.From), periods.Zone.DayOf(given.From));
        if (grain == AnswerGrain.Month)
            return minute => periods.Shift(minute, ((there.Year - here.Year) * 12) + there.Month - here.Month, 0);
        if (periods.IsDayStart(period.From) && periods.IsDayStart(given.From))
            return minute => periods.Shift(minute, 0, there.DayNumber - here.DayNumber);
        return minute => minute - period.From + given.From;
    }

    /// <summary>Both sides end after the same time: the shorter one's, or what has passed of a period that is still running.</summary>
    private (Span Current, Span Base)? Cut(Span current, Span other, bool wholeDays)
    {
        var running = asOf < current.To;
        var end = running ? asOf : current.To;
        if (end <= current.From || other.IsEmpty) return null;
        if (periods.IsDayStart(current.From) && periods.IsDayStart(other.From) && (wholeDays || !running))
        {
            var days = Math.Min(Days(new Span(current.From, periods.DayFloor(end))), Days(new Span(other.From, periods.DayFloor(other.To))));
            var wholeEnds = periods.IsDayStart(end) && periods.IsDayStart(other.To);
            if (wholeDays || wholeEnds)
                return days <= 0 ? null : (AddDays(current.From, days), AddDays(other.From, days));
        }
        var elapsed = Math.Min(end - current.From, other.Length);
        var last = other.From + elapsed;
        // Where the minutes of then are not kept any more, the last full hour is compared.
        var hour = periods.Zone.HourOf(last);
        if (hour != last && hour < firstMinute) elapsed -= last - hour;
        return elapsed <= 0 ? null : (new Span(current.From, current.From + elapsed), new Span(other.From, other.From + elapsed));
    }

    private Span AddDays(long from, int days) => new(from, periods.Shift(from, 0, days));

    private int Days(Span span) => periods.Zone.DayOf(span.To).DayNumber - periods.Zone.DayOf(span.From).DayNumber;

    private int Months(Span span)
    {
        var (from, to) = (periods.Zone.DayOf(span.From), periods.Zone.DayOf(span.To));
        return ((to.Year - from.Year) * 12) + to.Month - from.Month;
    }
}
