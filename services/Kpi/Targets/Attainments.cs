using ECommerce.Channels.Kpi.Indicators;

namespace ECommerce.Channels.Kpi.Targets;

/// <summary>How far a month is.</summary>
/// <param name="Month">Its first day.</param>
/// <param name="Days">How many it has.</param>
/// <param name="Day">How many of them are over and in the data: what a forecast stands on. All of a month that is over.</param>
internal sealed record MonthSoFar(DateOnly Month, int Days, int Day, bool Over)
{
    public int DaysLeft => Days - Day;

    /// <param name="asOf">Minutes since 1970 UTC: everything up to then is in the data.</param>
    /// <param name="lastDay">The last day with any event; days after it did not come yet. Null without any data.</param>
    public static MonthSoFar Of(DateOnly month, long asOf, DateOnly? lastDay, OperatorZone zone)
    {
        var days = DateTime.DaysInMonth(month.Year, month.Month);
        var (today, next) = (zone.DayOf(asOf), month.AddMonths(1));
        if (today >= next) return new MonthSoFar(month, days, days, Over: true);
        var passed = today < month ? 0 : today.Day - 1;
        var came = lastDay is not { } last || last < month ? 0 : last >= next ? days : last.Day;
        return new MonthSoFar(month, days, Math.Min(passed, came), Over: false);
    }
}

/// <summary>What the figures say of a target's month.</summary>
/// <param name="Value">The month so far, as <c>values</c> has it; null without any event.</param>
/// <param name="N">How many events or customers it stands on.</param>
/// <param name="Needed">What the days left must average to reach the target; null where that is not defined.</param>
/// <param name="Pace">Where the month would end if it went on as it is, without any knowledge of past months; null where too little has passed.</param>
internal sealed record TargetFigure(
    double? Value, long? Numerator, long? Denominator, long N, double? Low, double? High, Forecast? Forecast, Withheld? Withheld,
    double? Needed, double? Pace)
{
    public static readonly TargetFigure Nothing = new(null, null, null, 0, null, null, null, Targets.Withheld.NoData, null, null);
}

/// <summary>
/// How a month stands to its target. Pure. Better is more, unless the indicator's direction is down. Comparisons take unrounded
/// values: a rate of 0.94999 has not met 0.95.
/// </summary>
internal static class Attainments
{
    /// <summary>
    /// Value ÷ target, or 2 − value ÷ target where less is better (a tenth too much is 90 %, a tenth less 110 %), so that more is better
    /// in any case. Null where the target is 0.
    /// </summary>
    public static double? Attainment(bool moreIsBetter, double target, double value)
    {
        if (target == 0) return null;
        return moreIsBetter ? value / target : 2 - (value / target);
    }

    /// <summary>How much better than the target, in the indicator's unit; below 0 it falls short.</summary>
    public static double Gap(bool moreIsBetter, double target, double value) => moreIsBetter ? value - target : target - value;

    /// <summary>
    /// What each day left must bring of a sum; what their events must average of a rate. Below 0 (of a rate that is to rise) the target is
    /// reached whatever comes; a rate above 1 is out of reach.
    /// </summary>
    /// <param name="soFar">Of the days that are over.</param>
    public static double? NeededPerDay(double target, double soFar, int daysLeft) => daysLeft == 0 ? null : (target - soFar) / daysLeft;

    /// <param name="remaining">What the denominator of the days left is expected to be.</param>
    public static double? NeededRate(double target, double numerator, double denominator, double remaining) =>
        remaining <= 0 ? null : ((target * (denominator + remaining)) - numerator) / remaining;

    /// <summary>
    /// <list type="table">
    /// <item><term>no-data</term><description>no event of it in the month</description></item>
    /// <item><term>too-few</term><description>a rate or quantile of fewer than the definition's minimum n; or too little of the month has passed</description></item>
    /// <item><term>met, missed</term><description>the month is over; or a sum, which only grows, is past its target already</description></item>
    /// <item><term>ahead</term><description>the whole interval of the forecast meets the target</description></item>
    /// <item><term>on-track</term><description>the forecast meets it, not all of its interval</description></item>
    /// <item><term>at-risk</term><description>the forecast misses it</description></item>
    /// </list>
    /// Where there is no forecast, the pace so far stands for it, and is never more than on-track.
    /// </summary>
    public static string Verdict(Definition definition, double target, MonthSoFar month, TargetFigure figure)
    {
        var more = TargetRules.MoreIsBetter(definition);
        if (figure.Value is not { } value) return "no-data";
        if (!definition.IsWhole && figure.N < definition.MinimumN) return "too-few";
        if (month.Over) return Meets(value) ? "met" : "missed";
        if (definition.IsWhole && more && value >= target) return "met";
        if (definition.IsWhole && !more && value > target) return "missed";
        if (figure.Forecast is { } forecast)
        {
            if (Meets(more ? forecast.Low : forecast.High)) return "ahead";
            return Meets(forecast.Value) ? "on-track" : "at-risk";
        }
        if (figure.Pace is not { } pace) return "too-few";
        return Meets(pace) ? "on-track" : "at-risk";

        bool Meets(double reached) => more ? reached >= target : reached <= target;
    }
}
