using ECommerce.Channels.Kpi.Catalogue;
using ECommerce.Channels.Kpi.Feeds;
using ECommerce.Channels.Kpi.Indicators;
using ECommerce.Channels.Platform.Security;

namespace ECommerce.Channels.Kpi.Targets;

/// <summary>Puts the targets of a month beside its figures: one view of the roll-ups for all of them.</summary>
internal sealed class AttainmentService(OpenFigureSource open, OperatorZone zone, TimeProvider time)
{
    /// <summary>So many past months a forecast looks at.</summary>
    private const int PastMonths = 6;

    private readonly Periods periods = new(zone);

    public async Task<AttainmentBody> AnswerAsync(
        DateOnly month, IReadOnlyList<Target> targets, IndicatorBook book, CatalogueTimeline catalogue, RegionGrant grant, CancellationToken cancellation)
    {
        await using var source = await open(cancellation);
        var days = await source.DaysAsync(cancellation);
        var soFar = MonthSoFar.Of(month, source.AsOf.ToUnixTimeSeconds() / 60, days?.Last, zone);
        var granted = grant.All ? null : grant.Codes;
        var figures = new TargetFigures(new FigureEngine(source, catalogue, periods), catalogue, periods, soFar, Past(month, days?.First), granted);
        var lines = new List<AttainmentLine>();
        foreach (var group in targets.GroupBy(target => target.Key.Indicator))
        {
            // What the catalogue never heard of any more has no figures.
            var known = group.Where(target => IsKnown(target.Key, catalogue)).ToList();
            var versions = book.Versions(group.Key)!;
            var found = known.Zip(await figures.ComputeAsync(versions, known, cancellation)).ToDictionary(pair => pair.First, pair => pair.Second);
            lines.AddRange(group.Select(target => Line(ValidAt(versions, month), target, soFar, found.GetValueOrDefault(target, TargetFigure.Nothing))));
        }
        var completeness = new Completeness(await source.CompletenessAsync(catalogue, cancellation), time.GetUtcNow(), zone);
        return new AttainmentBody(
            month.ToString("yyyy-MM"), zone.Id, source.AsOf, completeness.Of(zone.StartOf(month), zone.StartOf(month.AddMonths(1))),
            grant.All ? ["*"] : grant.Codes, soFar.Day == 0 ? null : month.AddDays(soFar.Day - 1), lines);
    }

    /// <summary>Months before, as far as the data goes back to their first day.</summary>
    private static List<DateOnly> Past(DateOnly month, DateOnly? first) =>
    [
        .. Enumerable.Range(1, PastMonths).Select(back => month.AddMonths(back - 1 - PastMonths)).Where(one => first <= one),
    ];

    private static bool IsKnown(TargetKey key, CatalogueTimeline catalogue) =>
        (key.Channel is null || catalogue.WasEver(CatalogueField.Channel, key.Channel))
        && (key.Region is null || catalogue.WasEver(CatalogueField.Region, key.Region));

    private static Definition ValidAt(IReadOnlyList<Definition> versions, DateOnly month) =>
        versions.LastOrDefault(version => version.ValidFrom <= month) ?? versions[0];

    private static AttainmentLine Line(Definition definition, Target target, MonthSoFar month, TargetFigure figure)
    {
        var more = TargetRules.MoreIsBetter(definition);
        return new AttainmentLine(
            target.Key.Indicator, target.Key.Channel, target.Key.Region, target.Value, definition.Unit, more ? "up" : "down", definition.Version,
            figure.Value, figure.Numerator, figure.Denominator, figure.N, figure.Low, figure.High,
            figure.Value is { } value ? Attainments.Attainment(more, target.Value, value) : null,
            figure.Value is { } reached ? Attainments.Gap(more, target.Value, reached) : null,
            month.DaysLeft, figure.Needed, ForecastBody.Of(figure.Forecast), WithheldBody.Of(figure.Withheld),
            Attainments.Verdict(definition, target.Value, month, figure), target.Revision);
    }
}

/// <summary>How the targets of a month stand.</summary>
/// <param name="AsOf">Everything accepted up to then is in the figures.</param>
/// <param name="Complete">The month has ended and nothing of it is missing.</param>
/// <param name="Regions">The caller's granted regions; <c>*</c> is all.</param>
/// <param name="Through">The last day that is over and in the data: what forecasts and needed values stand on. Null where there is none.</param>
internal sealed record AttainmentBody(
    string Month, string TimeZone, DateTimeOffset AsOf, bool Complete, IReadOnlyList<string> Regions, DateOnly? Through,
    IReadOnlyList<AttainmentLine> Targets);

/// <summary>A target and where it stands.</summary>
/// <param name="Channel">Null is all channels.</param>
/// <param name="Region">Null is all regions.</param>
/// <param name="Direction">Whether more (up) or less (down) is better; an indicator without a direction is aimed at from below.</param>
/// <param name="Version">The definition's version valid on the month's first day.</param>
/// <param name="Value">The month so far, as <c>values</c> has it.</param>
/// <param name="Low">95 % interval of the value, where one is defined.</param>
/// <param name="Attainment">Value ÷ target; where less is better, 2 − value ÷ target.</param>
/// <param name="Gap">How much better than the target, in the unit; below 0 it falls short.</param>
/// <param name="DaysLeft">Days after <c>through</c>.</param>
/// <param name="Needed">What the days left must bring a day (counts, sums), or their events average (rates), to reach the target.</param>
/// <param name="Verdict">met, ahead, on-track, at-risk, missed, too-few or no-data.</param>
/// <param name="Revision">To change the target only if nobody else did.</param>
internal sealed record AttainmentLine(
    string Indicator, string? Channel, string? Region, double Target, string Unit, string Direction, int Version, double? Value,
    long? Numerator, long? Denominator, long N, double? Low, double? High, double? Attainment, double? Gap, int DaysLeft, double? Needed,
    ForecastBody? Forecast, WithheldBody? Withheld, string Verdict, long Revision);

/// <summary>What the month will come to.</summary>
/// <param name="Low">95 % interval, by how far the method would have missed the months of its basis.</param>
internal sealed record ForecastBody(double Value, double Low, double High, ForecastBasis Basis)
{
    public static ForecastBody? Of(Forecast? forecast) =>
        forecast is null ? null : new ForecastBody(forecast.Value, forecast.Low, forecast.High, new ForecastBasis(forecast.Months, forecast.Method));
}

/// <param name="Months">How many past months it stands on.</param>
/// <param name="Method">day-profile (counts and sums), remaining-n (rates) or to-date (what does not add up).</param>
internal sealed record ForecastBasis(int Months, string Method);

/// <summary>Why there is no forecast.</summary>
/// <param name="Code">too-little-history, too-early, no-data or over.</param>
internal sealed record WithheldBody(string Code, Names Text)
{
    public static WithheldBody? Of(Withheld? withheld) => withheld switch
    {
        null => null,
        Withheld.TooLittleHistory => new("too-little-history", new("历史不足三个完整月份", "Fewer than three past months with enough data")),
        Withheld.TooEarly => new("too-early", new("本月完整天数不足三天", "Fewer than three whole days of the month have passed")),
        Withheld.Over => new("over", new("该月已结束", "The month is over")),
        _ => new("no-data", new("尚无数据", "No data yet")),
    };
}
