using System.Runtime.InteropServices;
using ECommerce.Channels.Kpi.Catalogue;
using ECommerce.Channels.Statistics;

namespace ECommerce.Channels.Kpi.Indicators;

/// <summary>
/// Rates with the mix of services held fixed: Σ wₛrₛ ÷ Σ wₛ over services with data, and the variance Σ wₛ² rₛ(1−rₛ)/nₛ ÷ (Σ wₛ)².
/// By channel, rₛ is that channel's part over the successes of all channels, so that the channels add up to the whole.
/// </summary>
internal static class StandardisedFigures
{
    /// <param name="tally">By service, besides what is asked for.</param>
    /// <param name="weights">By bucket, the shares of services by the answer's id.</param>
    public static void Fill(Tally tally, FigureTable table, Dictionary<int, double>[] weights, Repetition? repetition)
    {
        var targets = Targets(tally);
        var sums = targets.Values.SelectMany(list => list).ToDictionary(target => target, _ => new Weighted());
        foreach (var (whole, of) in tally.Wholes)
        {
            if (of.Denominator == 0) continue;
            var weight = weights[GroupKey.BucketOf(whole)].GetValueOrDefault(GroupKey.IdOf(whole, CatalogueField.Service));
            var service = GroupKey.Of(CatalogueField.Service, GroupKey.IdOf(whole, CatalogueField.Service));
            foreach (var target in targets.GetValueOrDefault(Bare(whole), []))
            {
                var size = repetition?.Of(target).EffectiveSize(of.Size) ?? of.Size;
                sums[target].Add(weight, tally.Groups.GetValueOrDefault(target | service).Numerator, of, size);
            }
        }
        if (sums.Count > FigureEngine.MaxCells) throw new TooManyCellsException();
        foreach (var (target, sum) in sums) table.Rows[target] = sum.Figure();
    }

    /// <summary>The figures there are (those with any event), by the whole they are over.</summary>
    private static Dictionary<ulong, List<ulong>> Targets(Tally tally)
    {
        var targets = new Dictionary<ulong, List<ulong>>();
        foreach (var target in tally.Groups.Where(group => group.Value.Events > 0).Select(group => GroupKey.Without(group.Key, CatalogueField.Service)).Distinct())
            (CollectionsMarshal.GetValueRefOrAddDefault(targets, Bare(target), out _) ??= []).Add(target);
        return targets;
    }

    private static ulong Bare(ulong key) => GroupKey.Without(GroupKey.Without(key, CatalogueField.Service), CatalogueField.Channel);

    private sealed class Weighted
    {
        private double rates;
        private double weights;
        private double variance;
        private double inverse;
        private long numerator;
        private long denominator;
        private long size;

        public void Add(double weight, long part, in Sums whole, double effectiveSize)
        {
            var rate = (double)part / whole.Denominator;
            rates += weight * rate;
            weights += weight;
            variance += weight * weight * rate * (1 - rate) / effectiveSize;
            inverse += weight * weight / effectiveSize;
            numerator += part;
            denominator += whole.Denominator;
            size += whole.Size;
        }

        public Figure Figure()
        {
            if (weights == 0) return new Figure(null, numerator, denominator, size, null, null, 0);
            var value = Math.Clamp(rates / weights, 0, 1);
            var effective = weights * weights / inverse;
            var reach = Intervals.CriticalValue(Intervals.DefaultConfidence) * Math.Sqrt(variance) / weights;
            // Where every service is at 0 or at 1 the variance would promise certainty: Wilson's interval at the size they are worth together.
            var interval = variance > 0 ? new Interval(Math.Max(0, value - reach), Math.Min(1, value + reach)) : Intervals.Wilson(value, effective)!.Value;
            return new Figure(value, numerator, denominator, size, interval.Low, interval.High, effective);
        }
    }
}
