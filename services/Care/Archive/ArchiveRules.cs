using System.Globalization;
using ECommerce.Channels.Statistics;

namespace ECommerce.Channels.Care.Archive;

/// <summary>A count among others.</summary>
internal sealed record Share(string Code, int Count, int Of);

/// <summary>A measure's state in a month.</summary>
/// <param name="Verdict">worked or persists; null where nobody has judged.</param>
internal sealed record MeasureState(string Measure, string? FaultClass, string From, string? Verdict);

/// <summary>One month of a product. Of a ticket that was closed twice the last entry counts.</summary>
/// <param name="Month">2026-11.</param>
/// <param name="FirstTime">Of all cases, those solved the first time.</param>
/// <param name="Timely">Resolved in time ÷ (resolved + overdue and open): leaving a case open does not improve it.</param>
/// <param name="MedianDays">Calendar days to the resolution; null without a case.</param>
internal sealed record ArchiveMonth(
    string Month, int Cases, int Complaints, IReadOnlyList<Share> Natures, IReadOnlyList<Share> FaultClasses, IReadOnlyList<Share> NotFirstTime, Share FirstTime,
    Share Timely, double? MedianDays, IReadOnlyList<MeasureState> Measures);

/// <summary>How the archive is read: pure.</summary>
internal static class ArchiveRules
{
    /// <summary>A fall by less is none.</summary>
    private const double LeastFall = .2;

    /// <summary>A fall that chance brings about more often than this is none.</summary>
    private const double Chance = .05;

    /// <summary>
    /// What the numbers say of a measure: it worked if cases fell by a fifth or more, and by more than chance: were both months alike, each of
    /// the cases of both would lie in either with probability ½ (the conditional test of two Poisson counts; Przyborowski and Wilenski 1940).
    /// </summary>
    public static string Suggest(int before, int after) =>
        after <= before * (1 - LeastFall) && PoissonCounts.ChanceOfAtMost(after, before) < Chance ? ArchivedVerdict.Worked : ArchivedVerdict.Persists;

    /// <param name="cases">The last entry of each ticket.</param>
    /// <param name="overdue">Open and overdue cases by month of opening.</param>
    /// <param name="measures">With the id of each.</param>
    public static IReadOnlyList<ArchiveMonth> Months(
        string from, string to, IReadOnlyList<ArchivedCase> cases, IReadOnlyDictionary<string, int> overdue,
        IReadOnlyList<(string Id, ArchivedMeasure Measure)> measures, IReadOnlyList<ArchivedVerdict> verdicts) =>
    [
        .. Between(from, to).Select(month => Month(
            month, [.. cases.Where(one => one.Month == month)], overdue.GetValueOrDefault(month),
            [
                .. measures.Where(one => string.CompareOrdinal(one.Measure.From, month) <= 0).Select(one => new MeasureState(
                    one.Id, one.Measure.FaultClass, one.Measure.From, verdicts.LastOrDefault(verdict => verdict.Measure == one.Id && verdict.Month == month)?.Verdict)),
            ])),
    ];

    /// <summary>Both included.</summary>
    public static IEnumerable<string> Between(string from, string to)
    {
        var last = Parse(to);
        for (var month = Parse(from); month <= last; month = month.AddMonths(1)) yield return NameOf(month);
    }

    public static string NameOf(DateOnly day) => day.ToString("yyyy-MM", CultureInfo.InvariantCulture);

    public static bool IsMonth(string text) => DateOnly.TryParseExact(text + "-01", "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _) && text.Length == 7;

    public static string Before(string month) => NameOf(Parse(month).AddMonths(-1));

    private static DateOnly Parse(string month) => DateOnly.ParseExact(month + "-01", "yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static ArchiveMonth Month(string month, List<ArchivedCase> cases, int overdue, IReadOnlyList<MeasureState> measures) => new(
        month, cases.Count, cases.Count(one => one.IsComplaint), Shares(cases, one => one.Nature), Shares(cases, one => one.FaultClass),
        Shares(cases, one => one.NotFirstTime), new Share("first-time", cases.Count(one => one.NotFirstTime is null), cases.Count),
        new Share("timely", cases.Count(one => one.InTime), cases.Count + overdue), Median([.. cases.Select(one => (double)one.Days).Order()]), measures);

    private static List<Share> Shares(List<ArchivedCase> cases, Func<ArchivedCase, string?> of) =>
    [
        .. cases.GroupBy(of).Where(group => group.Key is not null).Select(group => new Share(group.Key!, group.Count(), cases.Count))
            .OrderByDescending(share => share.Count).ThenBy(share => share.Code, StringComparer.Ordinal),
    ];

    private static double? Median(double[] sorted) =>
        sorted.Length == 0 ? null : (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
}
