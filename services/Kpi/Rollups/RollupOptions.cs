using System.ComponentModel.DataAnnotations;

namespace ECommerce.Channels.Kpi.Rollups;

/// <summary>Settings of the roll-up consumer: section <c>Rollups</c>.</summary>
public sealed class RollupOptions
{
    /// <summary>How often what was read is committed, in milliseconds: the freshness of figures. Default 250.</summary>
    [Range(10, 60_000)]
    public int CommitIntervalMs { get; init; } = 250;

    /// <summary>Records taken from the log at a time. Default 20,000.</summary>
    [Range(100, 1_000_000)]
    public int BatchRecords { get; init; } = 20_000;

    /// <summary>Cells that wait for a commit at most; reading pauses above. Default 400,000.</summary>
    [Range(1_000, 10_000_000)]
    public int MaxPendingCells { get; init; } = 400_000;

    /// <summary>Identities and daily customers kept in memory at most; the rest is read again when touched. Default 20 million (about 400 MB).</summary>
    [Range(10_000, 2_000_000_000)]
    public long MaxEntries { get; init; } = 20_000_000;

    /// <summary>How often new minutes are folded into hours, days and months, in milliseconds. Default 2,000.</summary>
    [Range(100, 600_000)]
    public int FoldIntervalMs { get; init; } = 2_000;

    /// <summary>Days for which minutes are kept. Default 8.</summary>
    [Range(1, 400)]
    public int MinuteDays { get; init; } = 8;

    /// <summary>Megabytes of stored figures that are kept ready in memory, so that a dashboard that is asked again decodes little. Default 256.</summary>
    [Range(0, 1_000_000)]
    public int CacheMegabytes { get; init; } = 256;
}
