using ECommerce.Channels.Kpi.Catalogue;
using ECommerce.Channels.Kpi.Feeds;
using ECommerce.Channels.Platform.Hosting;

namespace ECommerce.Channels.Kpi.Warnings;

/// <summary>Makes warnings of what was found, with the words that people read.</summary>
internal static class Findings
{
    /// <param name="evidence">The last windows, this one included.</param>
    public static Warning Threshold(WarningRule rule, JudgedWindow window, IReadOnlyList<SeriesPoint> evidence, EvaluationView view)
    {
        var figure = window.Figure!;
        var scope = new WarningScope(rule.Condition.Kind, rule.Indicator, rule.Channel, rule.Region, null);
        return New(rule, scope, $"{scope.Kind}/{scope.Indicator}/{scope.Channel ?? "*"}", At(window.Episode!.From), At(window.Span.To)) with
        {
            Reading = new WarningReading(rule.Condition.Threshold, figure.Value, figure.Numerator, figure.Denominator, figure.N, figure.Version),
            NextStep = NextSteps.Threshold(IndicatorName(rule, view), ScopeName(rule, view)),
            Evidence = evidence,
        };
    }

    public static Warning LateFeed(WarningRule rule, FeedDelay delay, Feed feed, EvaluationView view)
    {
        var scope = new WarningScope(WarningCondition.LateFeed, null, delay.Channel, null, delay.Source);
        return New(rule, scope, CauseOf(delay.Source), delay.LateFrom, view.Now) with
        {
            Detail = $"covered to {feed.CoveredTo?.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ}",
            NextStep = NextSteps.LateFeed(delay.Source, NameOf(CatalogueField.Channel, delay.Channel, view)),
        };
    }

    /// <summary>What was promised for the scope did not come, or nobody delivers anything for it.</summary>
    public static Warning NoData(WarningRule rule, Coverage coverage, EvaluationView view)
    {
        var scope = new WarningScope(Warning.NoData, rule.Indicator, rule.Channel, rule.Region, null);
        var since = coverage.Late.Count > 0 ? coverage.Late.Min(feed => feed.CoveredTo!.Value) : view.Now;
        var cause = coverage.Late.Select(feed => feed.Source).Distinct().ToList() is [var only] ? CauseOf(only) : $"no-data/{rule.Channel ?? "*"}";
        return New(rule, scope, cause, since, view.Now) with
        {
            Detail = coverage.Late.Count == 0 ? null : string.Join(", ", coverage.Late.Take(20).Select(feed => $"{feed.Source}/{feed.Channel}")),
            NextStep = NextSteps.NoData(IndicatorName(rule, view), ScopeName(rule, view)),
        };
    }

    /// <param name="error">The kind of error; never a message, which may hold data.</param>
    public static Warning Failed(WarningRule rule, string error, EvaluationView view) =>
        New(rule, new WarningScope(Warning.EvaluationFailed, rule.Indicator, rule.Channel, rule.Region, null), $"evaluation-failed/{error}", view.Now, view.Now) with
        {
            Detail = error,
            NextStep = NextSteps.Failed(rule.Name ?? rule.Id),
        };

    private static Warning New(WarningRule rule, WarningScope scope, string cause, DateTimeOffset since, DateTimeOffset seen) => new(
        "w_" + Guid.CreateVersion7().ToString("N"), rule.Id, rule.Revision, rule.Severity, scope, cause, WarningReading.None, since, seen, true, null,
        Warning.New, null, null, null, null, default, [], rule.Notify, 1);

    private static string CauseOf(string source) => "feed/" + source;

    private static DateTimeOffset At(long minute) => DateTimeOffset.FromUnixTimeSeconds(minute * 60);

    private static Text IndicatorName(WarningRule rule, EvaluationView view) =>
        view.Indicators.Versions(rule.Indicator!)?[^1].Names is { } names ? new Text(names.Chinese, names.English) : new Text(rule.Indicator!, rule.Indicator!);

    private static Text ScopeName(WarningRule rule, EvaluationView view)
    {
        var channel = rule.Channel is { } one ? NameOf(CatalogueField.Channel, one, view) : new Text("全部渠道", "all channels");
        if (rule.Region is not { } code) return channel;
        var region = NameOf(CatalogueField.Region, code, view);
        return new Text($"{channel.Chinese}，{region.Chinese}", $"{channel.English}, {region.English}");
    }

    private static Text NameOf(CatalogueField field, string code, EvaluationView view) =>
        view.Catalogue.Stretches[^1].EntryOf(field, code)?.Names is { } names ? new Text(names.Chinese, names.English) : new Text(code, code);
}

/// <summary>What to do next, by kind of warning.</summary>
internal static class NextSteps
{
    public static Text Threshold(Text indicator, Text scope) => new(
        $"查看{indicator.Chinese}（{scope.Chinese}）按业务、地区和失败原因的构成，判断是业务变化还是系统故障，并指定负责人。",
        $"See what {indicator.English} ({scope.English}) is made of by service, region and reason, tell a change of business from a fault, and name an owner.");

    public static Text LateFeed(string source, Text channel) => new(
        $"联系数据源 {source}（{channel.Chinese}）的负责人：未按约定送达；补送后本预警自动结束。",
        $"Ask whoever runs the feed {source} ({channel.English}): it has not delivered as agreed. This ends by itself once it has.");

    public static Text NoData(Text indicator, Text scope) => new(
        $"{indicator.Chinese}（{scope.Chinese}）目前没有可判断的数据：检查数据源是否停止；不再需要时停用这条规则。",
        $"There are no data to judge {indicator.English} ({scope.English}) by: see whether its feeds have stopped, or switch the rule off if it is no longer wanted.");

    public static Text Failed(string rule) => new(
        $"规则 {rule} 无法计算，不代表指标正常：检查指标定义；仍然失败时请运维查看 kpi 日志。",
        $"Rule {rule} cannot be calculated, which does not mean that all is well: check the indicator's definition, and have operations look at the log of kpi if it goes on.");
}
