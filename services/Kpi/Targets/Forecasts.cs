using ECommerce.Channels.Statistics;

namespace ECommerce.Channels.Kpi.Targets;

/// <summary>What a month will come to.</summary>
/// <param name="Low">95 % interval, from how far the same method would have missed past months.</param>
/// <param name="Method">See <see cref="Forecasts"/>.</param>
/// <param name="Months">How many past months it stands on.</param>
internal sealed record Forecast(double Value, double Low, double High, string Method, int Months);

/// <summary>Why there is no forecast, in a word.</summary>
internal enum Withheld
{
    /// <summary>Fewer than three past months with enough data.</summary>
    TooLittleHistory,

    /// <summary>Fewer than three whole days of the month have passed.</summary>
    TooEarly,

    /// <summary>Nothing came yet, or the month has not begun.</summary>
    NoData,

    /// <summary>The month is over: its value is known.</summary>
    Over,
}

/// <summary>A month of an additive figure by day; of a running one, the days so far and zeros.</summary>
/// <param name="Days">One number for each day of the month.</param>
/// <param name="Kinds">What kind each day is, see <see cref="DayKinds"/>.</param>
internal sealed record MonthByDay(IReadOnlyList<double> Days, IReadOnlyList<int> Kinds)
{
    public double Through(int day) => Days.Take(day).Sum();

    public double Total => Days.Sum();

    public PastPeriod Past => new(Days, Kinds);
}

/// <summary>
/// What a running month will come to, out of its whole days so far and how past months went on from the same day. Pure. Three methods:
/// <list type="bullet">
/// <item><c>day-profile</c>, of counts and sums: so far ÷ the share of the month that these days bring in past months, weekdays and
/// holidays weighed (<see cref="PeriodProfile"/>).</item>
/// <item><c>remaining-n</c>, of rates of events: the days left go on at the rate so far. How far the rate of the days left may differ
/// is how far it did in past months, weighed by the part of the denominator that is still to come.</item>
/// <item><c>to-date</c>, of what does not add up (distinct customers, quantiles, standardised rates): so far × the average (geometric)
/// of whole month ÷ month to the same day in past months.</item>
/// </list>
/// </summary>
internal static class Forecasts
{
    public const int MinimumMonths = 3;
    public const int MinimumDays = 3;

    /// <param name="day">Whole days that have passed, 1 to all but one.</param>
    /// <param name="past">At least <see cref="MinimumMonths"/>, each with a total above 0.</param>
    public static Forecast? ByDayProfile(MonthByDay month, int day, IReadOnlyList<MonthByDay> past)
    {
        var periods = past.Select(one => one.Past).ToList();
        var misses = PeriodProfile.Misses(periods, day);
        var share = PeriodProfile.Of(periods).ShareOf(day, month.Kinds);
        if (misses.Count < MinimumMonths || share == 0) return null;
        var total = month.Through(day) / share;
        var reach = Math.Exp(PastMisses.Reach(misses));
        // What is there already is not taken away again.
        double Floor(double value) => Math.Max(value, month.Total);
        return new Forecast(Floor(total), Floor(total / reach), Floor(total * reach), "day-profile", misses.Count);
    }

    /// <summary>A rate of events. The profile is that of the denominator.</summary>
    /// <param name="past">Numerator and denominator of past months.</param>
    public static Forecast? ByRemainingN(
        (MonthByDay Numerator, MonthByDay Denominator) month, int day, IReadOnlyList<(MonthByDay Numerator, MonthByDay Denominator)> past)
    {
        var share = PeriodProfile.Of([.. past.Select(one => one.Denominator.Past)]).ShareOf(day, month.Denominator.Kinds);
        var turns = past.Select(one => Turn(one.Numerator, one.Denominator, day)).OfType<double>().ToList();
        if (turns.Count < MinimumMonths || month.Denominator.Through(day) == 0) return null;
        var rate = month.Numerator.Through(day) / month.Denominator.Through(day);
        var reach = (1 - share) * PastMisses.Reach(turns);
        return new Forecast(rate, Math.Max(0, rate - reach), Math.Min(1, rate + reach), "remaining-n", turns.Count);
    }

    /// <param name="soFar">Of the whole days that have passed, above 0.</param>
    /// <param name="atLeast">What the month can not fall below any more; 0 where it can.</param>
    /// <param name="atMost">1 for a rate, else infinite.</param>
    /// <param name="past">Of past months, to the same day and as a whole, each above 0.</param>
    public static Forecast? ByPastToDate(double soFar, double atLeast, double atMost, IReadOnlyList<(double ToDate, double Whole)> past)
    {
        var growths = past.Where(one => one is { ToDate: > 0, Whole: > 0 }).Select(one => Math.Log(one.Whole / one.ToDate)).ToList();
        if (growths.Count < MinimumMonths || soFar <= 0) return null;
        var all = growths.Sum();
        var misses = growths.ConvertAll(growth => growth - ((all - growth) / (growths.Count - 1)));
        var value = soFar * Math.Exp(all / growths.Count);
        var reach = Math.Exp(PastMisses.Reach(misses));
        double Within(double told) => Math.Clamp(told, Math.Min(atLeast, atMost), atMost);
        return new Forecast(Within(value), Within(value / reach), Within(value * reach), "to-date", growths.Count);
    }

    /// <summary>What the denominator of the days left will be: by the profile, or as many a day as so far where there is too little history.</summary>
    public static double RemainingN(MonthByDay denominator, int day, IReadOnlyList<MonthByDay> past)
    {
        var share = past.Count >= MinimumMonths
            ? PeriodProfile.Of([.. past.Select(one => one.Past)]).ShareOf(day, denominator.Kinds)
            : (double)day / denominator.Days.Count;
        return share == 0 ? 0 : denominator.Through(day) * (1 - share) / share;
    }

    /// <summary>How far the rate of the days after differed from that of the days up to then; null where either had no events.</summary>
    private static double? Turn(MonthByDay numerator, MonthByDay denominator, int day)
    {
        var first = Math.Min(day, denominator.Days.Count - 1);
        var (before, after) = (denominator.Through(first), denominator.Total - denominator.Through(first));
        if (before == 0 || after == 0) return null;
        return ((numerator.Total - numerator.Through(first)) / after) - (numerator.Through(first) / before);
    }
}
