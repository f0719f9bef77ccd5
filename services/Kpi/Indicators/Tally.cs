using System.Runtime.InteropServices;
using ECommerce.Channels.Kpi.Catalogue;
using ECommerce.Channels.Kpi.Rollups;
using ECommerce.Channels.Statistics;

namespace ECommerce.Channels.Kpi.Indicators;

/// <summary>
/// Which figure of an answer a cell belongs to: bucket and the answer's ids of what it tells apart (0 where it does not), in one
/// number that sorts as answers do.
/// </summary>
internal static class GroupKey
{
    // bucket 16, channel 10, service 12, region 13, brand 5, reason 8 bits.
    private static readonly int[] Shifts = [38, 26, 13, 8, 0];
    private static readonly ulong[] Masks = [0x3ff, 0xfff, 0x1fff, 0x1f, 0xff];

    /// <summary>How many codes of a field there may be, <c>none</c> and <c>unknown</c> included.</summary>
    public static int Capacity(CatalogueField field) => (int)Masks[(int)field] + 1;

    public static ulong Of(int bucket) => (ulong)bucket << 48;

    public static ulong Of(CatalogueField field, int id) => (ulong)id << Shifts[(int)field];

    public static int BucketOf(ulong key) => (int)(key >> 48);

    public static int IdOf(ulong key, CatalogueField field) => (int)((key >> Shifts[(int)field]) & Masks[(int)field]);

    /// <summary>The key without a field.</summary>
    public static ulong Without(ulong key, CatalogueField field) => key & ~(Masks[(int)field] << Shifts[(int)field]);

    /// <summary>The key of the bucket alone.</summary>
    public static ulong BucketOnly(ulong key) => key & (0xfffful << 48);
}

/// <summary>What adds up to one figure.</summary>
internal struct Sums
{
    public long Numerator;
    public long Denominator;

    /// <summary>Events that the figure stands on.</summary>
    public long Size;

    /// <summary>Any events at all: without them the figure is absent.</summary>
    public long Events;
}

/// <summary>Part of a bucket in which one definition and one catalogue are valid.</summary>
internal readonly record struct Piece(int Bucket, Span Span);

/// <summary>Consecutive pieces with the same definition and catalogue, and everything made ready for them.</summary>
internal sealed class VersionStretch(Definition definition, CatalogueVersion catalogue)
{
    private int last;

    public Definition Definition => definition;

    public CatalogueVersion Catalogue => catalogue;

    /// <summary>In the order of time.</summary>
    public List<Piece> Pieces { get; } = [];

    public Span Span => new(Pieces[0].Span.From, Pieces[^1].Span.To);

    public required FieldMap[] Fields { get; init; }

    public required CompiledFormula Numerator { get; init; }

    public CompiledFormula? Denominator { get; init; }

    public required CompiledFormula Size { get; init; }

    /// <summary>The bucket that a minute lies in, or -1.</summary>
    public int BucketAt(long minute)
    {
        // Cells come in runs of one bucket.
        if (Holds(last, minute)) return Pieces[last].Bucket;
        var (low, high) = (0, Pieces.Count - 1);
        while (low < high)
        {
            var middle = (low + high + 1) / 2;
            if (Pieces[middle].Span.From <= minute) low = middle;
            else high = middle - 1;
        }
        last = low;
        return Holds(low, minute) ? Pieces[low].Bucket : -1;
    }

    private bool Holds(int piece, long minute) => Pieces[piece].Span.From <= minute && minute < Pieces[piece].Span.To;
}

/// <summary>Adds cells up into groups, in one pass; nothing is allocated per cell.</summary>
/// <param name="by">By field: whether the answer tells it apart.</param>
/// <param name="whole">What a denominator is over: clears from a group's key what it does not tell apart.</param>
internal sealed class Tally(bool[] by, Func<ulong, ulong> whole, bool filterChannels) : ICellSink
{
    private readonly Dictionary<ulong, Sums> groups = [];
    private readonly Dictionary<ulong, Sums> wholes = [];
    private readonly Dictionary<ulong, DurationHistogram> durations = [];
    private readonly bool byReason = by[(int)CatalogueField.Reason];
    private VersionStretch stretch = null!;
    private ulong durationsKey;
    private DurationHistogram? durationsOfKey;

    public Dictionary<ulong, Sums> Groups => groups;

    /// <summary>The denominators, by whole.</summary>
    public Dictionary<ulong, Sums> Wholes => wholes;

    public Dictionary<ulong, DurationHistogram> Histograms => durations;

    public void Enter(VersionStretch next) => stretch = next;

    public void Cell(long bucket, CellKey key, in Measures measures)
    {
        var at = stretch.BucketAt(bucket);
        if (at < 0) return;
        var group = GroupOf(at, key);
        if (stretch.Denominator is { } denominator)
        {
            ref var sums = ref CollectionsMarshal.GetValueRefOrAddDefault(wholes, whole(group), out _);
            sums.Denominator += denominator.Value(key, measures);
            sums.Size += stretch.Size.Value(key, measures);
        }
        if (filterChannels && !stretch.Fields[(int)CatalogueField.Channel].Allowed[key.Channel]) return;
        AddTo(group, key, measures);
    }

    public void Failures(long bucket, CellKey key, ushort reason, long count)
    {
        var at = stretch.BucketAt(bucket);
        if (at < 0 || !byReason || !stretch.Numerator.Takes(key)) return;
        var (none, id) = (NoReason, stretch.Fields[(int)CatalogueField.Reason].Answer[reason]);
        if (id == none) return;
        var group = GroupOf(at, key);
        AddFailures(group | GroupKey.Of(CatalogueField.Reason, id), count);
        AddFailures(group | GroupKey.Of(CatalogueField.Reason, none), -count);
    }

    public void Durations(long bucket, CellKey key, int histogramBucket, long count)
    {
        var at = stretch.BucketAt(bucket);
        if (at < 0 || !stretch.Numerator.Takes(key)) return;
        var group = GroupOf(at, key);
        if (durationsOfKey is null || group != durationsKey)
        {
            if (!durations.TryGetValue(group, out durationsOfKey)) durations[group] = durationsOfKey = new DurationHistogram();
            durationsKey = group;
        }
        durationsOfKey.Add(histogramBucket, count);
    }

    /// <summary>What was counted elsewhere, with numerator and denominator at once.</summary>
    public void Count(long bucket, CellKey key, in Sums counted)
    {
        var at = stretch.BucketAt(bucket);
        if (at < 0) return;
        var group = GroupOf(at, key);
        ref var over = ref CollectionsMarshal.GetValueRefOrAddDefault(wholes, whole(group), out _);
        over.Denominator += counted.Denominator;
        over.Size += counted.Size;
        if (filterChannels && !stretch.Fields[(int)CatalogueField.Channel].Allowed[key.Channel]) return;
        ref var sums = ref CollectionsMarshal.GetValueRefOrAddDefault(groups, group, out _);
        sums.Numerator += counted.Numerator;
        if (stretch.Denominator is null) sums.Size += counted.Numerator;
        sums.Events += counted.Events;
    }

    public ushort NoReason { get; init; }

    private void AddTo(ulong group, in CellKey key, in Measures measures)
    {
        // Failures without a reason are what is left of all of them.
        if (byReason) group |= GroupKey.Of(CatalogueField.Reason, NoReason);
        ref var sums = ref CollectionsMarshal.GetValueRefOrAddDefault(groups, group, out _);
        sums.Numerator += stretch.Numerator.Value(key, measures);
        if (stretch.Denominator is null) sums.Size += stretch.Size.Value(key, measures);
        sums.Events += measures.Successes + measures.Failures + measures.Abandoned;
    }

    private void AddFailures(ulong group, long count)
    {
        ref var sums = ref CollectionsMarshal.GetValueRefOrAddDefault(groups, group, out _);
        sums.Numerator += count;
        sums.Size += count;
    }

    private ulong GroupOf(int bucket, in CellKey key)
    {
        var group = GroupKey.Of(bucket);
        var fields = stretch.Fields;
        if (by[0]) group |= GroupKey.Of(CatalogueField.Channel, fields[0].Answer[key.Channel]);
        if (by[1]) group |= GroupKey.Of(CatalogueField.Service, fields[1].Answer[key.Service]);
        if (by[2]) group |= GroupKey.Of(CatalogueField.Region, fields[2].Answer[key.Region]);
        if (by[3]) group |= GroupKey.Of(CatalogueField.Brand, fields[3].Answer[key.Brand]);
        return group;
    }
}
