using ECommerce.Channels.Kpi;
using ECommerce.Channels.Kpi.Rollups;
using ECommerce.Channels.Platform.Storage;
using Npgsql;
using NpgsqlTypes;

namespace ECommerce.Channels.Benchmarks.Values;

/// <summary>
/// Thirteen months of an operator's figures: 10 channels × 40 services × 31 regions × 3 brands, every cell of every day with events, and
/// some of a million customers each day. Written as the consumer writes them and folded as the service folds them.
/// </summary>
internal sealed class ThirteenMonths(NpgsqlDataSource database, OperatorZone zone, DateOnly lastDay)
{
    public const int Channels = 10, Services = 40, Regions = 31, Brands = 3;
    private const int Customers = 1_000_000;
    private readonly Random random = new(5);

    /// <param name="customersPerDay">How many of the million are seen on a day.</param>
    public async Task MakeAsync(int customersPerDay, CancellationToken cancellation)
    {
        await CodesAsync(cancellation);
        var folding = new Folding(database, zone);
        for (var day = lastDay.AddMonths(-13).AddDays(1); day <= lastDay; day = day.AddDays(1))
        {
            await CellsAsync(day, cancellation);
            await CustomersAsync(day, customersPerDay, cancellation);
            while (await folding.FoldAsync(cancellation) > 0) cancellation.ThrowIfCancellationRequested();
            if (day.Day == 1) Figures.Progress($"made up to {day:yyyy-MM-dd}");
        }
        await ExecuteAsync("""
            INSERT INTO consumer_offsets (consumer_group, topic, partition, log_id, topic_id, next_offset, epoch, as_of)
            VALUES ('kpi-rollups', 'made', 0, 'made', 'made', 0, 0, now())
            """, cancellation);
        await ExecuteAsync("VACUUM ANALYZE", cancellation);
    }

    private async Task CodesAsync(CancellationToken cancellation)
    {
        foreach (var (field, prefix, count) in new[] { ("channel", "channel-", Channels), ("service", "service-", Services), ("region", "region-", Regions), ("brand", "brand-", Brands), ("reason", "timeout-", 1) })
        {
            await using var command = database.CreateCommand("INSERT INTO codes (field, id, raw) SELECT $1, i, $2 || (i - 1) FROM generate_series(1, $3) i")
                .With(field).With(prefix).With(count);
            await command.ExecuteNonQueryAsync(cancellation);
        }
    }

    private async Task CellsAsync(DateOnly day, CancellationToken cancellation)
    {
        var table = new CellTable();
        var noon = zone.StartOf(day) + 720;
        for (ushort channel = 1; channel <= Channels; channel++)
            for (ushort service = 1; service <= Services; service++)
                for (ushort region = 1; region <= Regions; region++)
                    for (ushort brand = 1; brand <= Brands; brand++)
                        Fill(table, ref table.Cell(noon, new CellKey(channel, service, region, brand).Packed));
        var segment = Segment.Write(table, Segment.Sort(table));
        await using var command = database.CreateCommand("INSERT INTO rollup_minutes (day, hour, cells, reasons, durations) VALUES ($1, $2, $3, $4, $5)")
            .With(day).With(zone.HourOf(noon)).With(segment.Cells)
            .WithNullable(segment.Reasons, NpgsqlDbType.Bytea).WithNullable(segment.Durations, NpgsqlDbType.Bytea);
        await command.ExecuteNonQueryAsync(cancellation);
    }

    private void Fill(CellTable table, ref CellSum cell)
    {
        cell.Sum.Successes = random.Next(1, 300);
        cell.Sum.Failures = random.Next(0, 15);
        cell.Sum.Abandoned = random.Next(0, 5);
        cell.Sum.Amount = cell.Sum.Successes * 5_000;
        table.AddDuration(ref cell, random.Next(400, 800), cell.Sum.Successes);
        if (cell.Sum.Failures > 0) table.AddReason(ref cell, 1, cell.Sum.Failures);
    }

    private async Task CustomersAsync(DateOnly day, int count, CancellationToken cancellation)
    {
        var seen = new CustomerDay(day);
        for (var i = 0; i < count; i++)
        {
            var number = random.Next(Customers);
            var customer = ((uint)(number % 256) << 24) | (uint)(number / 256);
            seen.Add(CustomerDay.Pack(customer, random.Next(1, Channels + 1), 1 + (number % Regions), random.Next(10) > 0));
        }
        await using var command = database.CreateCommand("INSERT INTO customer_days (day, modulus, residue, block) VALUES ($1, 1, 0, $2)")
            .With(day).With(seen.TakeBlock());
        await command.ExecuteNonQueryAsync(cancellation);
    }

    private async Task ExecuteAsync(string sql, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(sql);
        command.CommandTimeout = 0;
        await command.ExecuteNonQueryAsync(cancellation);
    }
}
