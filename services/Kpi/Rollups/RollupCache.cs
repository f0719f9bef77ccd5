using Microsoft.Extensions.Caching.Memory;
using Npgsql;

namespace ECommerce.Channels.Kpi.Rollups;

/// <summary>
/// The state of a stored cube: how often it was changed, and the transaction that did so last (a cube that was deleted and made again
/// counts from one again). Equal stamps in two snapshots mean equal content, in whatever process they are read.
/// </summary>
internal readonly record struct Stamp(long Version, uint Writer)
{
    /// <summary>There is no cube.</summary>
    public static readonly Stamp None;
}

/// <summary>
/// What answers read again and again, ready in memory: reduced cubes, customers' buckets by day, who was seen in a run of days. Each
/// is kept with the stamps of what it was made from, and an answer uses it only where its own snapshot sees the same stamps: so nothing
/// needs to be told of a change, and processes need not know of each other. Bounded by <see cref="RollupOptions.CacheMegabytes"/>;
/// what was not used for longest goes first.
/// </summary>
internal sealed class RollupCache(long bytes) : IDisposable
{
    // A key, a node and the entry itself.
    private const int Overhead = 300;

    private readonly MemoryCache entries = new(new MemoryCacheOptions { SizeLimit = bytes, CompactionPercentage = 0.1 });

    public T? Find<T>(object key)
        where T : class => entries.Get(key) as T;

    public void Keep(object key, object value, long size)
    {
        using var entry = entries.CreateEntry(key);
        entry.Value = value;
        entry.Size = size + Overhead;
    }

    public void Dispose() => entries.Dispose();
}

/// <summary>
/// The stamps of days, as one snapshot sees them. Every event of a day is in the day's cube or in minutes that are not folded yet, and
/// commits together with its customer; so a day whose stamp is the same, with no new minutes, has the same customers.
/// </summary>
internal sealed class DayStamps(NpgsqlConnection connection)
{
    private readonly Dictionary<DateOnly, Stamp> stamps = [];
    private readonly HashSet<DateOnly> growing = [];
    private (DateOnly From, DateOnly To)? known;

    /// <summary>Changes only where all customers were deleted: their numbers are appended to, and merging keeps the first row.</summary>
    public long Epoch { get; private set; }

    /// <summary>The day's cube; <see cref="Stamp.None"/> where it has none.</summary>
    public Stamp Of(DateOnly day) => stamps.GetValueOrDefault(day);

    /// <summary>Has minutes that are not folded yet.</summary>
    public bool IsGrowing(DateOnly day) => growing.Contains(day);

    public async Task LoadAsync(DateOnly from, DateOnly to, CancellationToken cancellation)
    {
        if (known is { } loaded)
        {
            if (loaded.From <= from && to <= loaded.To) return;
            (from, to) = (from < loaded.From ? from : loaded.From, to > loaded.To ? to : loaded.To);
        }
        await using var command = new NpgsqlCommand("""
            SELECT period, version, xmin, false FROM rollup_cubes WHERE tier = $1 AND period >= $2 AND period < $3
            UNION ALL
            SELECT DISTINCT day, 0, '0'::xid, true FROM rollup_minutes WHERE NOT folded
            UNION ALL
            SELECT NULL, min(id), '0'::xid, NULL FROM customer_numbers
            """, connection)
        {
            Parameters = { new() { Value = Tier.EachDay.Id }, new() { Value = from }, new() { Value = to } },
        };
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation)) Take(reader);
        known = (from, to);
    }

    private void Take(NpgsqlDataReader row)
    {
        if (row.IsDBNull(0)) Epoch = row.IsDBNull(1) ? 0 : row.GetInt64(1);
        else if (row.GetBoolean(3)) growing.Add(row.GetFieldValue<DateOnly>(0));
        else stamps[row.GetFieldValue<DateOnly>(0)] = new Stamp(row.GetInt64(1), row.GetFieldValue<uint>(2));
    }
}
