namespace ECommerce.Channels.Kpi.Rollups;

/// <summary>Width of a roll-up's buckets, in the operator's zone.</summary>
public enum Grain
{
    Minute,
    Hour,
    Day,
    Month,
}

/// <summary>What a cell can be told apart by.</summary>
[Flags]
public enum Dimensions
{
    None = 0,
    Channel = 1,
    Service = 2,
    Region = 4,
    Brand = 8,
}

/// <summary>
/// The raw codes of a cell, as ids of <see cref="CodeBook"/>; 0 where the question does not tell that dimension apart.
/// Cells keep raw codes, and the catalogue gives them their meaning when a figure is asked for: so a code that nobody knew can be
/// assigned later, from a date on.
/// </summary>
public readonly record struct CellKey(ushort Channel, ushort Service, ushort Region, ushort Brand)
{
    /// <summary>All four ids in one number; the order of segments.</summary>
    public ulong Packed => ((ulong)Channel << 48) | ((ulong)Service << 32) | ((ulong)Region << 16) | Brand;

    public static CellKey Of(ulong packed) =>
        new((ushort)(packed >> 48), (ushort)(packed >> 32), (ushort)(packed >> 16), (ushort)packed);
}

/// <summary>The additive figures of a cell. Attempts are successes + failures + abandoned.</summary>
public struct Measures
{
    public long Successes;

    /// <summary>Of the successes, those that an employee did.</summary>
    public long AssistedSuccesses;

    public long Failures;
    public long Abandoned;

    /// <summary>Of successes; fen.</summary>
    public long Amount;

    public void Add(in Measures other)
    {
        Successes += other.Successes;
        AssistedSuccesses += other.AssistedSuccesses;
        Failures += other.Failures;
        Abandoned += other.Abandoned;
        Amount += other.Amount;
    }
}

/// <summary>A set of code ids; for filters. Two sets of the same ids are equal.</summary>
public sealed class CodeSet : IEquatable<CodeSet>
{
    // As long as its last member needs.
    private readonly bool[] members;

    public CodeSet(IEnumerable<ushort> ids)
    {
        var all = ids.ToList();
        members = new bool[all.Count == 0 ? 0 : all.Max() + 1];
        foreach (var id in all) members[id] = true;
    }

    public bool Contains(ushort id) => id < members.Length && members[id];

    public bool Equals(CodeSet? other) => other is not null && members.AsSpan().SequenceEqual(other.members);

    public override bool Equals(object? obj) => Equals(obj as CodeSet);

    public override int GetHashCode()
    {
        var hash = default(HashCode);
        for (var id = 0; id < members.Length; id++)
            if (members[id]) hash.Add(id);
        return hash.ToHashCode();
    }
}

/// <summary>
/// Codes that a question need not tell apart, as services of one group: by raw id, the id that stands for all of its class; 0 where the
/// question's filter leaves the code out. Null where the question needs each code by itself.
/// </summary>
/// <param name="Name">The same for the same catalogue, filters and conditions, whatever codes were seen since.</param>
public sealed record CodeClasses(string Name, ushort[]? Channels, ushort[]? Services)
{
    /// <summary>Whether both put alike what the older one knows.</summary>
    public bool Continues(CodeClasses older) => Continues(Channels, older.Channels) && Continues(Services, older.Services);

    /// <summary>The key of a cell's class; null where it is left out.</summary>
    public ulong? Of(ulong key)
    {
        // A tier that does not tell a dimension apart has 0 there.
        var channel = Stands(Channels, (ushort)(key >> 48));
        var service = Stands(Services, (ushort)(key >> 32));
        if ((channel == 0 && key >> 48 != 0) || (service == 0 && (ushort)(key >> 32) != 0)) return null;
        return ((ulong)channel << 48) | ((ulong)service << 32) | (key & 0xFFFF_FFFF);
    }

    private static ushort Stands(ushort[]? of, ushort id) => of is null ? id : of[id];

    private static bool Continues(ushort[]? these, ushort[]? older) =>
        these is null || older is null ? these == older : these.AsSpan().StartsWith(older);
}

/// <summary>A question to the roll-ups.</summary>
/// <param name="From">Start of the first bucket, minutes since 1970 UTC, aligned with the grain in the operator's zone.</param>
/// <param name="To">End, exclusive.</param>
/// <param name="By">The dimensions that the answer tells apart; fewer are faster.</param>
public sealed record CellQuery(Grain Grain, long From, long To, Dimensions By)
{
    /// <summary>Only these raw codes; null is all of them.</summary>
    public CodeSet? Channels { get; init; }

    public CodeSet? Services { get; init; }

    public CodeSet? Regions { get; init; }

    public CodeSet? Brands { get; init; }

    /// <summary>Where the answer needs codes only by class, cells may come with the ids that stand for their classes, and are kept ready so.</summary>
    public CodeClasses? Classes { get; init; }

    /// <summary>Ask for failures by reason too.</summary>
    public bool Reasons { get; init; }

    /// <summary>Ask for durations of successes too.</summary>
    public bool Durations { get; init; }
}

/// <summary>
/// Takes the answer of a <see cref="CellQuery"/>. The same bucket and key may come several times: add them up.
/// <c>bucket</c> is the start of the bucket, minutes since 1970 UTC.
/// </summary>
public interface ICellSink
{
    void Cell(long bucket, CellKey key, in Measures measures);

    /// <param name="reason">Code id of the reason.</param>
    void Failures(long bucket, CellKey key, ushort reason, long count);

    /// <param name="histogramBucket">Index of <c>Statistics.DurationHistogram</c>.</param>
    void Durations(long bucket, CellKey key, int histogramBucket, long count);
}

/// <summary>One stretch of days of a question for distinct customers; null sets are all codes.</summary>
public sealed record DistinctPart(DateOnly From, DateOnly To, CodeSet? Channels, CodeSet? Regions);

/// <summary>How many different customers were seen in any of the parts.</summary>
/// <param name="SuccessOnly">Only customers with a success; else any event counts.</param>
public sealed record DistinctQuestion(IReadOnlyList<DistinctPart> Parts, bool SuccessOnly);

/// <summary>
/// Successes and failures of one channel and day, split over 64 buckets of customers: what the design effect of a rate is computed
/// from, since one customer's transactions are not independent.
/// </summary>
public sealed record CustomerBuckets(DateOnly Day, ushort Channel, long[] Successes, long[] Failures);

/// <summary>What one source delivered for one channel.</summary>
/// <param name="LastAt">The latest event time seen.</param>
public sealed record FeedSeen(string Source, string Channel, DateTimeOffset FirstAt, DateTimeOffset LastAt);
