using ECommerce.Channels.Kpi.Catalogue;
using ECommerce.Channels.Statistics;

namespace ECommerce.Channels.Kpi.Indicators;

/// <summary>Totals, rates, shares and quantiles out of sums.</summary>
internal static class SimpleFigures
{
    public static void Fill(FigureQuestion question, Tally tally, FigureTable table, Repetition? repetition)
    {
        var definition = question.Definition;
        var byReason = question.By[(int)CatalogueField.Reason];
        foreach (var (key, sums) in tally.Groups)
        {
            if (byReason ? sums.Numerator == 0 : sums.Events == 0) continue;
            table.Rows[key] = definition.Kind switch
            {
                FigureKind.Total => new Figure(sums.Numerator, sums.Numerator, null, sums.Size, null, null, sums.Size),
                FigureKind.Quantile => Quantile(definition.Quantile!.Value, tally.Histograms.GetValueOrDefault(key)),
                _ => Rate(definition, sums.Numerator, Whole(definition, tally, key), repetition?.Of(key)),
            };
        }
    }

    public static Sums Whole(Definition definition, Tally tally, ulong key)
    {
        var whole = definition.Kind == FigureKind.Share ? GroupKey.BucketOnly(key)
            : definition.AllChannels ? GroupKey.Without(key, CatalogueField.Channel) : key;
        return tally.Wholes.GetValueOrDefault(whole);
    }

    private static Figure Quantile(double q, DurationHistogram? histogram) =>
        new(histogram?.Quantile(q), null, null, histogram?.Count ?? 0, null, null, histogram?.Count ?? 0);

    private static Figure Rate(Definition definition, long numerator, Sums whole, Effect? effect)
    {
        double? value = whole.Denominator == 0 ? null : (double)numerator / whole.Denominator;
        var size = effect?.EffectiveSize(whole.Size) ?? whole.Size;
        var interval = value is { } rate && definition.IsProportion ? Intervals.Wilson(Math.Clamp(rate, 0, 1), size) : null;
        return new Figure(value, numerator, whole.Denominator, whole.Size, interval?.Low, interval?.High, size);
    }
}
