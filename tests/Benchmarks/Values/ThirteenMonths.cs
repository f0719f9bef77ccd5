using System.IO.Hashing;
using System.Runtime.InteropServices;
using ECommerce.Channels.Kpi.Rollups;
using ECommerce.Channels.Platform.Storage;
using ECommerce.Channels.Statistics;
using Npgsql;
using NpgsqlTypes;

namespace ECommerce.Channels.Benchmarks.Values;

/// <summary>
/// Thirteen months of an operator's figures out of raw rows: 10 channels × 40 services × 31 regions × 3 brands and a million customers.
/// Written as the consumer writes them and folded as the service folds them; all of a day at noon, since nothing asked over months
/// reads hours.
/// </summary>
internal sealed class ThirteenMonths(NpgsqlDataSource database, OperatorZone zone, RawRows rows)
{
    private const int Buckets = 64;
    private readonly CellTable table = new();

    public async Task MakeAsync(DateOnly firstDay, DateOnly lastDay, CancellationToken cancellation)
    {
        await CodesAsync(cancellation);
        var folding = new Folding(database, zone);
        for (var day = firstDay; day <= lastDay; day = day.AddDays(1))
        {
            await DayAsync(day, rows.Day(day.DayNumber - firstDay.DayNumber), cancellation);
            if (day.AddDays(1).Day != 1 && day != lastDay) continue;
            while (await folding.FoldAsync(cancellation) > 0) cancellation.ThrowIfCancellationRequested();
            Figures.Progress($"made up to {day:yyyy-MM-dd}");
        }
        await ExecuteAsync("""
            INSERT INTO consumer_offsets (consumer_group, topic, partition, log_id, topic_id, next_offset, epoch, as_of)
            VALUES ('kpi-rollups', 'made', 0, 'made', 'made', 0, 0, now())
            """, cancellation);
        await ExecuteAsync("INSERT INTO feeds_seen SELECT 'bench', raw, now() - interval '13 months', now() FROM codes WHERE field = 'channel'", cancellation);
        await ExecuteAsync("VACUUM ANALYZE", cancellation);
    }

    private async Task CodesAsync(CancellationToken cancellation)
    {
        foreach (var (field, count) in new[] { ("channel", RawRows.Channels), ("service", RawRows.Services), ("region", RawRows.Regions), ("brand", RawRows.Brands) })
        {
            await using var command = database.CreateCommand("INSERT INTO codes (field, id, raw) SELECT $1, i, $1 || '-' || (i - 1) FROM generate_series(1, $2) i")
                .With(field).With(count);
            await command.ExecuteNonQueryAsync(cancellation);
        }
        await ExecuteAsync("INSERT INTO codes (field, id, raw) VALUES ('reason', 1, 'timeout')", cancellation);
    }

    private async Task DayAsync(DateOnly day, IEnumerable<RawRow> events, CancellationToken cancellation)
    {
        table.Clear();
        var noon = zone.StartOf(day) + 720;
        var seen = new CustomerDay(day);
        var buckets = Enumerable.Range(0, RawRows.Channels).Select(_ => (Successes: new long[Buckets], Failures: new long[Buckets])).ToArray();
        foreach (var one in events)
        {
            Count(ref table.Cell(noon, new CellKey(one.Channel, one.Service, one.Region, one.Brand).Packed), one);
            var customer = ((uint)(one.Customer % 256) << 24) | (uint)(one.Customer / 256);
            seen.Add(CustomerDay.Pack(customer, one.Channel, one.Region, one.Outcome == 0));
            var (successes, failures) = buckets[one.Channel - 1];
            if (one.Outcome < 2) (one.Outcome == 0 ? successes : failures)[BucketOf(one.Customer)]++;
        }
        await CellsAsync(day, noon, cancellation);
        await CustomersAsync(day, seen, buckets, cancellation);
    }

    private void Count(ref CellSum cell, RawRow one)
    {
        switch (one.Outcome)
        {
            case 0:
                cell.Sum.Successes++;
                cell.Sum.Amount += one.Amount;
                table.AddDuration(ref cell, DurationHistogram.BucketOf(one.Duration), 1);
                break;
            case 1:
                cell.Sum.Failures++;
                table.AddReason(ref cell, 1, 1);
                break;
            default:
                cell.Sum.Abandoned++;
                break;
        }
    }

    private static int BucketOf(int customer) => (int)(XxHash64.HashToUInt64(MemoryMarshal.AsBytes([customer])) % Buckets);

    private async Task CellsAsync(DateOnly day, long noon, CancellationToken cancellation)
    {
        var segment = Segment.Write(table, Segment.Sort(table));
        await using var command = database.CreateCommand("INSERT INTO rollup_minutes (day, hour, cells, reasons, durations) VALUES ($1, $2, $3, $4, $5)")
            .With(day).With(zone.HourOf(noon)).With(segment.Cells)
            .WithNullable(segment.Reasons, NpgsqlDbType.Bytea).WithNullable(segment.Durations, NpgsqlDbType.Bytea);
        await command.ExecuteNonQueryAsync(cancellation);
    }

    private async Task CustomersAsync(DateOnly day, CustomerDay seen, (long[] Successes, long[] Failures)[] buckets, CancellationToken cancellation)
    {
        await using var customers = database.CreateCommand("INSERT INTO customer_days (day, modulus, residue, block) VALUES ($1, 1, 0, $2)")
            .With(day).With(CustomerDay.Write(seen.Sorted()));
        await customers.ExecuteNonQueryAsync(cancellation);
        for (var channel = 1; channel <= buckets.Length; channel++)
        {
            await using var command = database.CreateCommand("INSERT INTO customer_buckets (day, channel, successes, failures) VALUES ($1, $2, $3, $4)")
                .With(day).With(channel).With(buckets[channel - 1].Successes).With(buckets[channel - 1].Failures);
            await command.ExecuteNonQueryAsync(cancellation);
        }
    }

    private async Task ExecuteAsync(string sql, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(sql);
        command.CommandTimeout = 0;
        await command.ExecuteNonQueryAsync(cancellation);
    }
}
