using ECommerce.Channels.Platform.Storage;
using Npgsql;

namespace ECommerce.Channels.Kpi.Rollups;

/// <summary>Reads the buckets of customers; those of a day that has not changed come from the cache.</summary>
internal sealed class BucketReader(NpgsqlConnection connection, RollupCache cache, DayStamps days)
{
    private sealed record Key(DateOnly Day, long Epoch);

    private sealed record KnownDay(Stamp Stamp, IReadOnlyList<CustomerBuckets> Channels);

    public async Task<IReadOnlyList<CustomerBuckets>> ReadAsync(DateOnly from, DateOnly to, CancellationToken cancellation)
    {
        await days.LoadAsync(from, to, cancellation);
        var found = new List<CustomerBuckets>();
        var missing = new List<DateOnly>();
        for (var day = from; day < to; day = day.AddDays(1))
        {
            var isStill = !days.IsGrowing(day);
            if (isStill && days.Of(day) == Stamp.None) continue;
            if (isStill && cache.Find<KnownDay>(new Key(day, days.Epoch)) is { } known && known.Stamp == days.Of(day)) found.AddRange(known.Channels);
            else missing.Add(day);
        }
        if (missing.Count == 0) return found;
        foreach (var day in (await StoredAsync(missing, cancellation)).GroupBy(row => row.Day))
        {
            List<CustomerBuckets> channels = [.. day];
            found.AddRange(channels);
            if (!days.IsGrowing(day.Key))
                cache.Keep(new Key(day.Key, days.Epoch), new KnownDay(days.Of(day.Key), channels), channels.Sum(one => 8L * (one.Successes.Length + one.Failures.Length)));
        }
        return found;
    }

    private async Task<List<CustomerBuckets>> StoredAsync(List<DateOnly> missing, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(
            "SELECT day, channel, successes, failures FROM customer_buckets WHERE day = ANY($1)", connection).With(missing.ToArray());
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var rows = new List<CustomerBuckets>();
        while (await reader.ReadAsync(cancellation))
            rows.Add(new CustomerBuckets(
                reader.GetFieldValue<DateOnly>(0), (ushort)reader.GetInt32(1), reader.GetFieldValue<long[]>(2), reader.GetFieldValue<long[]>(3)));
        return rows;
    }
}
