using ECommerce.Channels.Statistics;

namespace ECommerce.Channels.Kpi.Indicators;

/// <summary>A value against the one it is compared with.</summary>
/// <param name="Own">The figure's own side over the time compared; differs from the figure where that was cut.</param>
/// <param name="Low">95 % interval of the difference; null where no test is defined.</param>
/// <param name="BeyondNoise">Null where no test is defined, or one of the sides is below the minimum n.</param>
internal sealed record ComparedFigure(
    Span OwnSpan, double? Own, Span BaseSpan, double? Base, double? Difference, double? Low, double? High, bool? BeyondNoise);

/// <summary>Computes what figures are compared with, from the same view of the roll-ups.</summary>
internal sealed class ComparedFigures(FigureEngine engine, Comparisons comparisons)
{
    public async Task<Dictionary<ulong, ComparedFigure>> ComputeAsync(
        FigureQuestion question, ComparisonSpec spec, FigureTable table, bool split, CancellationToken cancellation)
    {
        var definition = question.Definition;
        var pairs = comparisons.Pairs(spec, question.Period, question.Grain, table.Buckets, definition.IsOfWholeDays);
        // Nothing of the period has passed yet.
        if (pairs.Count == 0) return [];
        // 28 and 29 February are both compared with 28: equal spans are computed once.
        var bases = pairs.Select(pair => pair.Base).Distinct().ToList();
        var index = bases.Select((span, i) => (span, i)).ToDictionary(pair => pair.span, pair => pair.i);
        var before = await engine.ComputeAsync(question, bases, split, cancellation);
        var isCut = pairs.Any(pair => pair.Current != table.Buckets[pair.Bucket]);
        var own = isCut ? await engine.ComputeAsync(question, [.. pairs.Select(pair => pair.Current)], split, cancellation) : table;

        var compared = new Dictionary<ulong, ComparedFigure>();
        var pairOf = pairs.Select((pair, i) => (pair, i)).ToDictionary(one => one.pair.Bucket, one => one);
        var zero = before.Rows.Count > 0 && definition.IsWhole ? 0d : (double?)null;
        foreach (var key in table.Rows.Keys)
        {
            if (!pairOf.TryGetValue(GroupKey.BucketOf(key), out var found)) continue;
            var rest = key & ~(0xfffful << 48);
            var now = own.Rows.GetValueOrDefault(isCut ? rest | GroupKey.Of(found.i) : key);
            var then = before.Rows.GetValueOrDefault(rest | GroupKey.Of(index[found.pair.Base]));
            compared[key] = Compare(definition, found.pair, now, then, zero);
        }
        return compared;
    }

    /// <param name="zero">What a side without any event counts as: nothing where the other period has data, else it is not known.</param>
    private static ComparedFigure Compare(Definition definition, ComparedPair pair, Figure? now, Figure? then, double? zero)
    {
        var (own, other) = (now is null ? zero : now.Value, then is null ? zero : then.Value);
        var difference = own - other;
        var interval = difference is not null && definition.HasTest && now is not null && then is not null ? Interval(definition, now, then) : null;
        var enough = now?.N >= definition.MinimumN && then?.N >= definition.MinimumN;
        return new ComparedFigure(
            pair.Current, own, pair.Base, other, difference, interval?.Low, interval?.High, enough ? interval?.ExcludesZero : null);
    }

    private static Interval? Interval(Definition definition, Figure now, Figure then)
    {
        if (definition.Kind != FigureKind.Standardised)
            return Intervals.Newcombe(Proportion(now), now.EffectiveN, Proportion(then), then.EffectiveN);
        if (now.Low is null || then.Low is null) return null;
        // Newcombe's way with the intervals of the standardised rates.
        var difference = now.Value!.Value - then.Value!.Value;
        return new Interval(
            difference - double.Hypot(now.Value.Value - now.Low.Value, then.High!.Value - then.Value.Value),
            difference + double.Hypot(now.High!.Value - now.Value.Value, then.Value.Value - then.Low.Value));
    }

    private static double Proportion(Figure figure) => Math.Clamp(figure.Value!.Value, 0, 1);
}
