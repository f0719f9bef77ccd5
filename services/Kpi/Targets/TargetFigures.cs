using ECommerce.Channels.Kpi.Catalogue;
using ECommerce.Channels.Kpi.Indicators;
using ECommerce.Channels.Statistics;

namespace ECommerce.Channels.Kpi.Targets;

/// <summary>
/// The figures of the targets of one indicator and month, with forecasts. What adds up is read by day, channel and region once
/// for all targets; what does not (distinct customers, quantiles, standardised rates) is asked for region by region.
/// </summary>
/// <param name="past">First days of the past months that a forecast may stand on, ascending.</param>
internal sealed class TargetFigures(
    FigureEngine engine, CatalogueTimeline catalogue, Periods periods, MonthSoFar month, IReadOnlyList<DateOnly> past, IReadOnlyList<string>? granted)
{
    /// <summary>A past month with fewer events says nothing of the course of a month.</summary>
    private const long EnoughEvents = 30;

    private readonly Dictionary<DateOnly, IReadOnlyList<int>> kinds = [];

    /// <returns>In the order of the targets.</returns>
    public Task<IReadOnlyList<TargetFigure>> ComputeAsync(
        IReadOnlyList<Definition> versions, IReadOnlyList<Target> targets, CancellationToken cancellation) =>
        versions[^1].Kind is FigureKind.Total or FigureKind.Rate ? AddUpAsync(versions, targets, cancellation) : AskAsync(versions, targets, cancellation);

    private IEnumerable<DateOnly> Months => month.Over || month.Day < Forecasts.MinimumDays ? [month.Month] : [.. past, month.Month];

    private async Task<IReadOnlyList<TargetFigure>> AddUpAsync(
        IReadOnlyList<Definition> versions, IReadOnlyList<Target> targets, CancellationToken cancellation)
    {
        var definition = versions[^1];
        var numerators = await SumsAsync([.. versions.Select(one => Sum(one, one.Numerator))], targets, byChannel: true, cancellation);
        if (definition.Kind == FigureKind.Total)
            return [.. targets.Select((target, i) => OfSum(target, numerators[i]))];
        var denominators = await SumsAsync(
            [.. versions.Select(one => Sum(one, one.Denominator!))], targets, byChannel: !definition.AllChannels, cancellation);
        var repetition = await RepetitionAsync(versions, targets, cancellation);
        return [.. targets.Select((target, i) => OfRate(target, numerators[i], denominators[i], repetition))];
    }

    private TargetFigure OfSum(Target target, SumsOfTarget sums)
    {
        var now = sums.Of(month.Month);
        if (!now.Any) return TargetFigure.Nothing;
        var before = past.Select(sums.Of).Where(one => one.Size >= EnoughEvents && one.Days.Sum() > 0).ToList();
        var current = ByDay(month.Month, now.Days);
        var withheld = Reason(before.Count);
        var forecast = withheld is null ? Forecasts.ByDayProfile(current, month.Day, before.ConvertAll(one => ByDay(one.Month, one.Days))) : null;
        var total = now.Days.Sum();
        var pace = month.Day < Forecasts.MinimumDays ? (double?)null : Math.Max(total, current.Through(month.Day) / month.Day * month.Days);
        return new TargetFigure(
            total, total, null, now.Size, null, null, forecast, forecast is null ? withheld ?? Withheld.TooLittleHistory : null,
            month.Over ? null : Attainments.NeededPerDay(target.Value, current.Through(month.Day), month.DaysLeft), pace);
    }

    private TargetFigure OfRate(Target target, SumsOfTarget numerators, SumsOfTarget denominators, Func<Target, Effect>? repetition)
    {
        var (num, den) = (numerators.Of(month.Month), denominators.Of(month.Month));
        if (!den.Any) return TargetFigure.Nothing;
        var pairs = past.Select(one => (Numerator: numerators.Of(one), Denominator: denominators.Of(one)))
            .Where(one => one.Denominator.Size >= EnoughEvents && one.Denominator.Days.Sum() > 0)
            .Select(one => (ByDay(one.Numerator.Month, one.Numerator.Days), ByDay(one.Denominator.Month, one.Denominator.Days))).ToList();
        var current = (Numerator: ByDay(month.Month, num.Days), Denominator: ByDay(month.Month, den.Days));
        var withheld = Reason(pairs.Count);
        var forecast = withheld is null ? Forecasts.ByRemainingN(current, month.Day, pairs) : null;
        var remaining = Forecasts.RemainingN(current.Denominator, month.Day, pairs.ConvertAll(one => one.Item2));
        var (numerator, denominator) = (num.Days.Sum(), den.Days.Sum());
        double? value = denominator == 0 ? null : (double)numerator / denominator;
        var interval = value is { } rate && repetition is not null
            ? Intervals.Wilson(Math.Clamp(rate, 0, 1), repetition(target).EffectiveSize(den.Size)) : null;
        return new TargetFigure(
            value, numerator, denominator, den.Size, interval?.Low, interval?.High, forecast,
            forecast is null ? withheld ?? Withheld.TooLittleHistory : null,
            month.Over ? null : Attainments.NeededRate(
                target.Value, current.Numerator.Through(month.Day), current.Denominator.Through(month.Day), remaining),
            value);
    }

    private async Task<IReadOnlyList<TargetFigure>> AskAsync(
        IReadOnlyList<Definition> versions, IReadOnlyList<Target> targets, CancellationToken cancellation)
    {
        var figures = new TargetFigure[targets.Count];
        foreach (var group in targets.Select((target, i) => (target, i)).GroupBy(one => (one.target.Key.Region, ByChannel: one.target.Key.Channel is not null)))
        {
            var months = Months.ToList();
            var question = Question(versions, group.Key.Region is { } region ? [region] : null, group.Key.ByChannel, byRegion: false);
            var whole = await engine.ComputeAsync(question, months.ConvertAll(Span), split: true, cancellation);
            var toDate = months.Count == 1 ? null : await engine.ComputeAsync(question, months.ConvertAll(ToDate), split: true, cancellation);
            foreach (var (target, i) in group) figures[i] = OfAnswers(versions[^1], target, months.Count, whole, toDate);
        }
        return figures;
    }

    private TargetFigure OfAnswers(Definition definition, Target target, int months, FigureTable whole, FigureTable? toDate)
    {
        if (Row(whole, months - 1, target) is not { } now) return TargetFigure.Nothing;
        var before = Enumerable.Range(0, months - 1).Select(i => (ToDate: Row(toDate!, i, target), Whole: Row(whole, i, target)))
            .Where(one => one is { ToDate.Value: not null, Whole.Value: not null } && one.Whole.N >= EnoughEvents)
            .Select(one => (one.ToDate!.Value!.Value, one.Whole!.Value!.Value)).ToList();
        var withheld = Reason(before.Count);
        var soFar = toDate is null ? null : Row(toDate, months - 1, target)?.Value;
        var forecast = withheld is null && soFar is { } reached
            ? Forecasts.ByPastToDate(reached, definition.IsWhole ? now.Value!.Value : 0, TargetRules.IsRate(definition) ? 1 : double.PositiveInfinity, before)
            : null;
        // Distinct customers do not add up: without past months nobody knows where they will end.
        return new TargetFigure(
            now.Value, now.Numerator, now.Denominator, now.N, now.Low, now.High, forecast,
            forecast is null ? withheld ?? Withheld.TooLittleHistory : null, null, definition.IsWhole ? null : now.Value);
    }

    private Withheld? Reason(int months)
    {
        if (month.Over) return Withheld.Over;
        if (month.Day < Forecasts.MinimumDays) return Withheld.TooEarly;
        return months < Forecasts.MinimumMonths ? Withheld.TooLittleHistory : null;
    }

    private async Task<List<SumsOfTarget>> SumsAsync(
        IReadOnlyList<Definition> versions, IReadOnlyList<Target> targets, bool byChannel, CancellationToken cancellation)
    {
        byChannel &= targets.Any(target => target.Key.Channel is not null);
        var byRegion = targets.Any(target => target.Key.Region is not null);
        var question = Question(versions, null, byChannel, byRegion);
        var sums = new SumsByTarget(targets, catalogue, periods.Zone, byChannel, byRegion);
        foreach (var one in Months)
        {
            foreach (var days in periods.Buckets(Span(one), AnswerGrain.Day).Chunk(DaysAtOnce(byChannel, byRegion)))
                sums.Add(await engine.ComputeAsync(question, days, split: false, cancellation));
        }
        return sums.Sums;
    }

    /// <summary>So that no answer has more cells than one may have.</summary>
    private int DaysAtOnce(bool byChannel, bool byRegion)
    {
        var cells = (byChannel ? Codes(CatalogueField.Channel) : 1) * (byRegion ? Codes(CatalogueField.Region) : 1);
        return Math.Max(1, FigureEngine.MaxCells / cells);
    }

    private int Codes(CatalogueField field) => catalogue.Stretches.SelectMany(version => version.Codes(field)).Distinct().Count() + 2;

    /// <summary>What the month's customers repeat comes to, as in the intervals of <c>values</c>; null where a rate has no interval.</summary>
    private async Task<Func<Target, Effect>?> RepetitionAsync(
        IReadOnlyList<Definition> versions, IReadOnlyList<Target> targets, CancellationToken cancellation)
    {
        if (!versions[^1].IsProportion) return null;
        var whole = await TableAsync(byChannel: false);
        var channels = targets.Any(target => target.Key.Channel is not null) ? await TableAsync(byChannel: true) : whole;
        return target => target.Key.Channel is not { } channel ? whole.Repetition!.Of(GroupKey.Of(0))
            : channels.Repetition!.Of(GroupKey.Of(0) | GroupKey.Of(CatalogueField.Channel, channels.Codes.IdOf(CatalogueField.Channel, channel)));

        Task<FigureTable> TableAsync(bool byChannel) =>
            engine.ComputeAsync(Question(versions, null, byChannel, byRegion: false), [Span(month.Month)], split: true, cancellation);
    }

    private FigureQuestion Question(IReadOnlyList<Definition> versions, IReadOnlyList<string>? regions, bool byChannel, bool byRegion) => new(
        versions, Span(month.Month), AnswerGrain.Total, [byChannel, false, byRegion, false, false], new IReadOnlySet<string>?[5], regions, granted);

    /// <summary>One side of a rate by itself; its size is that of the rate.</summary>
    private static Definition Sum(Definition definition, string formula) => definition with
    {
        Kind = FigureKind.Total,
        Numerator = formula,
        Denominator = null,
        AllChannels = false,
    };

    private static Figure? Row(FigureTable table, int bucket, Target target)
    {
        var key = GroupKey.Of(bucket);
        if (target.Key.Channel is { } channel) key |= GroupKey.Of(CatalogueField.Channel, table.Codes.IdOf(CatalogueField.Channel, channel));
        return table.Rows.GetValueOrDefault(key);
    }

    private Span Span(DateOnly first) => new(periods.Zone.StartOf(first), periods.Zone.StartOf(first.AddMonths(1)));

    /// <summary>A past month up to the same day; one that has fewer days, as a whole.</summary>
    private Span ToDate(DateOnly first)
    {
        var days = Math.Min(month.Day, DateTime.DaysInMonth(first.Year, first.Month));
        return new Span(periods.Zone.StartOf(first), periods.Zone.StartOf(first.AddDays(days)));
    }

    private MonthByDay ByDay(DateOnly first, long[] days)
    {
        if (!kinds.TryGetValue(first, out var known)) kinds[first] = known = DayKinds.Of(Days(first), past.SelectMany(Days));
        return new MonthByDay([.. days.Select(sum => (double)sum)], known);
    }

    private static IEnumerable<DateOnly> Days(DateOnly first) => Enumerable.Range(0, DateTime.DaysInMonth(first.Year, first.Month)).Select(first.AddDays);
}
