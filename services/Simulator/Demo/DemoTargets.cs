using System.Globalization;
using ECommerce.Channels.Simulator.Operator;

namespace ECommerce.Channels.Simulator.Demo;

/// <summary>A target as kpi takes it; a value of null takes it away.</summary>
internal sealed record TargetBody(string Indicator, string? Channel, string? Region, string Month, double? Value);

/// <summary>A warning rule as kpi takes it.</summary>
internal sealed record RuleBody(
    string Name, string Indicator, string? Channel, ConditionBody Condition, IReadOnlyList<string> Notify, string Severity);

internal sealed record ConditionBody(string Kind, double Threshold, string Window);

/// <summary>
/// What the demo operator aims at, and what it watches. The numbers belong to the simulated operator: most targets are met, the one of the
/// planted story is missed.
/// </summary>
internal static class DemoTargets
{
    private const int MonthsAhead = 3;

    /// <summary>Success rates before and after the migration to the app.</summary>
    private static readonly (string? Channel, double Before, double After)[] SuccessRates =
    [
        (null, .955, .957), ("counter", .985, .985), ("agent", .98, .98), ("desk-12580", .975, .975), ("ivr", .925, .93), ("web", .95, .955),
        ("app", .955, .965), ("sms", .93, .94), ("ussd", .89, .9), ("wap", .9, .905), ("kiosk", .95, .95),
    ];

    private static readonly (string? Channel, double Before, double After)[] OffloadRates =
        [(null, .72, .77), ("app", .245, .4), ("web", .115, .085), ("ivr", .1, .08), ("sms", .105, .084), ("kiosk", .055, .04)];

    private static readonly (string? Channel, double Before, double After)[] Penetration =
        [(null, .87, .9), ("app", .42, .6), ("web", .27, .22), ("sms", .25, .21)];

    /// <summary>In fen a day, so that short months have smaller targets; of an operator of the usual size.</summary>
    private static readonly (string? Channel, double Before, double After)[] PaymentsADay =
        [(null, 12_200_000, 13_000_000), ("app", 4_100_000, 6_700_000), ("web", 1_900_000, 1_400_000), ("ivr", 1_900_000, 1_450_000)];

    /// <summary>Those of a demo that was first started on this day: from the first month that the history covers whole.</summary>
    /// <param name="customers">Amounts are in proportion to them.</param>
    public static IReadOnlyList<TargetBody> For(DateOnly anchor, int customers = DemoOperator.DefaultPopulation)
    {
        var current = new DateOnly(anchor.Year, anchor.Month, 1);
        var first = current.AddMonths(1 - DemoOperator.Months);
        var moved = current.AddMonths(-3);
        var targets = new List<TargetBody>();
        for (var month = first; month <= current.AddMonths(MonthsAhead); month = month.AddMonths(1))
        {
            var after = month >= moved;
            Add("success-rate", SuccessRates, 1);
            Add("offload-rate", OffloadRates, 1);
            Add("penetration", Penetration, 1);
            Add("electronic-payment-amount", PaymentsADay, DateTime.DaysInMonth(month.Year, month.Month) * (customers / (double)DemoOperator.DefaultPopulation), whole: true);

            void Add(string indicator, (string? Channel, double Before, double After)[] table, double times, bool whole = false) => targets.AddRange(table.Select(row =>
                new TargetBody(indicator, row.Channel, null, Name(month), Of((after ? row.After : row.Before) * times, whole))));
        }
        return targets;
    }

    /// <summary>An amount is whole fen.</summary>
    private static double Of(double value, bool whole) => whole ? Math.Round(value) : value;

    public static string Name(DateOnly month) => month.ToString("yyyy-MM", CultureInfo.InvariantCulture);

    public static readonly IReadOnlyList<RuleBody> Rules =
    [
        new("掌上营业厅成功率", "success-rate", "app", new("below", .93, "hour"), ["manager", "sre"], "critical"),
        new("网上营业厅成功率", "success-rate", "web", new("below", .94, "day"), ["manager"], "warning"),
        new("总成功率", "success-rate", null, new("below", .955, "day"), ["manager"], "warning"),
        new("分流率", "offload-rate", null, new("below", .75, "day"), ["manager"], "info"),
        new("掌上营业厅时长", "duration-p90", "app", new("above", 60_000, "hour"), ["sre"], "warning"),
    ];
}
