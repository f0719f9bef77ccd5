using System.Runtime.InteropServices;
using ECommerce.Channels.Platform.Messaging;

namespace ECommerce.Channels.Kpi.Rollups;

/// <summary>A record found in another partition than its customer's.</summary>
internal sealed record Misplaced(string Customer, byte[] Value);

/// <summary>What one import's events came to.</summary>
internal sealed class ImportCounts
{
    public long Accepted;
    public long Repeated;
    public long Conflict;
    public long Refused;
    public readonly Dictionary<(CodeField Field, int Code), long> Unknown = [];
    public readonly Dictionary<ushort, long> Channels = [];
}

/// <summary>Everything that changes in the database by the records read since the last commit.</summary>
internal sealed class Delta
{
    public readonly CellTable Cells = new();
    public readonly Dictionary<(int Day, ushort Channel), long[]> CustomerBuckets = [];
    public readonly Dictionary<(ushort Source, ushort Channel), (long First, long Last)> Feeds = [];
    public readonly Dictionary<(CodeField Field, int Day, int Code), long> Unknown = [];
    public readonly Dictionary<string, ImportCounts> Imports = [];
    public readonly List<DeadRecord> Refusals = [];
    public readonly List<Misplaced> Misplaced = [];
    public readonly List<OffsetMove> Moves = [];

    /// <summary>Where a source was met in a partition for the first time since this process took it.</summary>
    public readonly List<(ushort Source, int Partition, long Offset)> FirstMet = [];

    /// <summary>Blocks for tables keyed by slice; filled when the delta is sealed.</summary>
    public readonly List<(long Hour, Slice Slice, byte[] Block)> Seen = [];

    public readonly List<(long Hour, Slice Slice)> SeenAgain = [];
    public readonly List<(Slice Slice, byte[] Block)> CustomerNumbers = [];
    public readonly List<(int Day, Slice Slice, byte[] Block)> CustomerDays = [];
    public readonly List<(string Import, Slice Slice, byte[] Block)> ImportRows = [];

    /// <summary>Records read, whatever became of them.</summary>
    public long Records { get; set; }

    public long Accepted { get; set; }

    public long Repeated { get; set; }

    public long Conflicts { get; set; }

    public long Generation { get; set; }

    /// <summary>Adds to one of the 64 buckets: successes in the first half of the array, failures in the second.</summary>
    public void CountBucket(int day, ushort channel, int bucket, bool success)
    {
        ref var counts = ref CollectionsMarshal.GetValueRefOrAddDefault(CustomerBuckets, (day, channel), out _);
        counts ??= new long[128];
        counts[success ? bucket : bucket + 64]++;
    }

    public void CountFeed(ushort source, ushort channel, long at)
    {
        ref var feed = ref CollectionsMarshal.GetValueRefOrAddDefault(Feeds, (source, channel), out var known);
        feed = known ? (Math.Min(feed.First, at), Math.Max(feed.Last, at)) : (at, at);
    }

    public void CountUnknown(CodeField field, int day, int code) =>
        CollectionsMarshal.GetValueRefOrAddDefault(Unknown, (field, day, code), out _)++;

    public ImportCounts Import(string id)
    {
        if (!Imports.TryGetValue(id, out var counts)) Imports[id] = counts = new ImportCounts();
        return counts;
    }

    public void Clear()
    {
        Cells.Clear();
        CustomerBuckets.Clear();
        Feeds.Clear();
        Unknown.Clear();
        Imports.Clear();
        Refusals.Clear();
        Misplaced.Clear();
        Moves.Clear();
        FirstMet.Clear();
        Seen.Clear();
        SeenAgain.Clear();
        CustomerNumbers.Clear();
        CustomerDays.Clear();
        ImportRows.Clear();
        Records = Accepted = Repeated = Conflicts = 0;
    }
}
