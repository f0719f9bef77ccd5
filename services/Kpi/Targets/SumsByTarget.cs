using ECommerce.Channels.Kpi.Catalogue;
using ECommerce.Channels.Kpi.Indicators;

namespace ECommerce.Channels.Kpi.Targets;

/// <summary>What a target's channel and region came to in a month.</summary>
/// <param name="Days">By day of the month.</param>
/// <param name="Size">Events that it stands on.</param>
/// <param name="Any">Whether there was any event at all.</param>
internal sealed record MonthSums(DateOnly Month, long[] Days, long Size, bool Any);

/// <summary>The months of one target.</summary>
internal sealed class SumsOfTarget
{
    private readonly Dictionary<DateOnly, MonthSums> months = [];

    public MonthSums Of(DateOnly month) => months.GetValueOrDefault(month) ?? Empty(month);

    public void Add(DateOnly day, Figure figure)
    {
        var month = new DateOnly(day.Year, day.Month, 1);
        var sums = Of(month);
        sums.Days[day.Day - 1] += figure.Numerator!.Value;
        months[month] = sums with { Size = sums.Size + figure.N, Any = true };
    }

    private static MonthSums Empty(DateOnly month) => new(month, new long[DateTime.DaysInMonth(month.Year, month.Month)], 0, false);
}

/// <summary>
/// Adds figures by day, channel and region up to those of targets: a target for a region takes what lies in it on that day, one
/// for all channels takes them all.
/// </summary>
internal sealed class SumsByTarget(IReadOnlyList<Target> targets, CatalogueTimeline catalogue, OperatorZone zone, bool byChannel, bool byRegion)
{
    private readonly Dictionary<(CatalogueVersion, int Channel, int Region), int[]> targetsOf = [];

    public List<SumsOfTarget> Sums { get; } = [.. targets.Select(_ => new SumsOfTarget())];

    /// <param name="table">Of additive figures, a bucket a day.</param>
    public void Add(FigureTable table)
    {
        foreach (var (key, figure) in table.Rows)
        {
            var day = zone.DayOf(table.Buckets[GroupKey.BucketOf(key)].From);
            foreach (var target in TargetsOf(catalogue.At(day), key, table.Codes)) Sums[target].Add(day, figure);
        }
    }

    private int[] TargetsOf(CatalogueVersion version, ulong key, AnswerCodes codes)
    {
        var (channel, region) = (GroupKey.IdOf(key, CatalogueField.Channel), GroupKey.IdOf(key, CatalogueField.Region));
        if (targetsOf.TryGetValue((version, channel, region), out var known)) return known;
        var (channelCode, regionCode) = (codes.NameOf(CatalogueField.Channel, channel), codes.NameOf(CatalogueField.Region, region));
        var taken = Enumerable.Range(0, targets.Count).Where(i =>
            (!byChannel || targets[i].Key.Channel is not { } wanted || wanted == channelCode)
            && (!byRegion || targets[i].Key.Region is not { } root || LiesIn(version, regionCode, root)));
        return targetsOf[(version, channel, region)] = [.. taken];
    }

    private static bool LiesIn(CatalogueVersion version, string region, string root)
    {
        // A tree is never deeper than it has entries.
        var at = version.Regions.GetValueOrDefault(region);
        for (var steps = version.Regions.Count; at is not null && steps > 0; steps--)
        {
            if (at.Code == root) return true;
            at = at.Parent is { } parent ? version.Regions.GetValueOrDefault(parent) : null;
        }
        return false;
    }
}
