using ECommerce.Channels.Platform.Storage;
using Npgsql;

namespace ECommerce.Channels.Kpi.Rollups;

/// <summary>
/// Folds new minutes into hours, days and months. One transaction reads rows that are not folded, adds them to every tier's cubes and
/// to the plain rows of the days, and marks them: at any moment a cell is in the cubes or among the new minutes, never in both.
/// </summary>
internal sealed class Folding(NpgsqlDataSource database, OperatorZone zone)
{
    private const int RowsAtATime = 512;

    private sealed record MinuteRow(long Id, DateOnly Day, long Hour, Segment Segment);

    /// <returns>How many rows were folded; 0 where nothing was new or another replica is folding.</returns>
    public async Task<int> FoldAsync(CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await using (var lease = new NpgsqlCommand("SELECT pg_try_advisory_xact_lock(hashtext('kpi.folding'))", connection))
            if (!(bool)(await lease.ExecuteScalarAsync(cancellation))!) return 0;
        var rows = await NewRowsAsync(connection, cancellation);
        if (rows.Count == 0) return 0;
        foreach (var tier in Tier.All)
            await FoldAsync(tier, rows, connection, cancellation);
        await using var mark = new NpgsqlCommand("UPDATE rollup_minutes SET folded = true WHERE id = ANY($1)", connection)
            .With(rows.Select(row => row.Id).ToArray());
        await mark.ExecuteNonQueryAsync(cancellation);
        await transaction.CommitAsync(cancellation);
        return rows.Count;
    }

    private static async Task<List<MinuteRow>> NewRowsAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(
            "SELECT id, day, hour, cells, reasons, durations FROM rollup_minutes WHERE NOT folded ORDER BY id LIMIT $1", connection).With(RowsAtATime);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var rows = new List<MinuteRow>();
        while (await reader.ReadAsync(cancellation))
            rows.Add(new MinuteRow(reader.GetInt64(0), reader.GetFieldValue<DateOnly>(1), reader.GetInt64(2), StoredSegment.Read(reader, 3)));
        return rows;
    }

    private async Task FoldAsync(Tier tier, List<MinuteRow> rows, NpgsqlConnection connection, CancellationToken cancellation)
    {
        var periods = rows.GroupBy(row => tier.PeriodOf(row.Day, row.Hour)).OrderBy(period => period.Key).ToList();
        var cubes = await StoredCubesAsync(tier, periods.Select(period => period.Key), connection, cancellation);
        var merged = new List<((DateOnly Start, long Hour) Period, Segment Segment)>();
        var table = new CellTable();
        foreach (var period in periods)
        {
            table.Clear();
            foreach (var row in period)
                StoredSegment.AddTo(table, row.Segment, tier.Mask, minute => Tier.BucketOf(tier.Grain, zone, minute, row.Hour, row.Day));
            if (tier == Tier.FullDays) await PlainRows.AddAsync(table, period.Key.Start, connection, cancellation);
            if (cubes.TryGetValue(period.Key, out var stored)) StoredSegment.AddTo(table, stored, tier.Mask, bucket => bucket);
            merged.Add((period.Key, Segment.Write(table, Segment.Sort(table))));
        }
        await WriteAsync(tier, merged, connection, cancellation);
    }

    private static async Task<Dictionary<(DateOnly, long), Segment>> StoredCubesAsync(
        Tier tier, IEnumerable<(DateOnly Start, long Hour)> periods, NpgsqlConnection connection, CancellationToken cancellation)
    {
        var keys = periods.ToList();
        await using var command = new NpgsqlCommand("""
            SELECT c.period, c.hour, c.cells, c.reasons, c.durations
            FROM unnest($2, $3) p (period, hour) JOIN rollup_cubes c ON c.tier = $1 AND c.period = p.period AND c.hour = p.hour
            """, connection)
            .With(tier.Id).With(keys.Select(key => key.Start).ToArray()).With(keys.Select(key => key.Hour).ToArray());
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var cubes = new Dictionary<(DateOnly, long), Segment>();
        while (await reader.ReadAsync(cancellation))
            cubes[(reader.GetFieldValue<DateOnly>(0), reader.GetInt64(1))] = StoredSegment.Read(reader, 2);
        return cubes;
    }

    private static async Task WriteAsync(
        Tier tier, List<((DateOnly Start, long Hour) Period, Segment Segment)> merged, NpgsqlConnection connection, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand("""
            INSERT INTO rollup_cubes AS c (tier, period, hour, version, cells, reasons, durations)
            SELECT $1, p, h, 1, cells, reasons, durations FROM unnest($2, $3, $4, $5, $6) t (p, h, cells, reasons, durations)
            ON CONFLICT (tier, period, hour) DO UPDATE
            SET version = c.version + 1, cells = EXCLUDED.cells, reasons = EXCLUDED.reasons, durations = EXCLUDED.durations
            """, connection)
            .With(tier.Id)
            .With(merged.Select(cube => cube.Period.Start).ToArray())
            .With(merged.Select(cube => cube.Period.Hour).ToArray())
            .With(merged.Select(cube => cube.Segment.Cells).ToArray())
            .With(merged.Select(cube => cube.Segment.Reasons).ToArray())
            .With(merged.Select(cube => cube.Segment.Durations).ToArray());
        await command.ExecuteNonQueryAsync(cancellation);
    }
}

/// <summary>Segments as columns of a row.</summary>
internal static class StoredSegment
{
    public static Segment Read(NpgsqlDataReader reader, int column) => new(
        reader.GetFieldValue<byte[]>(column),
        reader.IsDBNull(column + 1) ? null : reader.GetFieldValue<byte[]>(column + 1),
        reader.IsDBNull(column + 2) ? null : reader.GetFieldValue<byte[]>(column + 2));

    /// <summary>Adds a segment's cells to a table, their keys masked and their buckets mapped.</summary>
    public static void AddTo(CellTable table, Segment segment, ulong mask, Func<long, long> bucketOf, CodeClasses? classes = null)
    {
        var cells = new Segment.CellReader(segment.Cells);
        while (cells.Next())
            if (KeyOf(cells.Key, classes) is { } key) table.Cell(bucketOf(cells.Bucket), key & mask).Sum.Add(cells.Sum);
        var reasons = new Segment.CountReader(segment.Reasons);
        while (reasons.Next())
            if (KeyOf(reasons.Key, classes) is { } key) table.AddReason(ref table.Cell(bucketOf(reasons.Bucket), key & mask), (ushort)reasons.Code, reasons.Count);
        var durations = new Segment.CountReader(segment.Durations);
        while (durations.Next())
            if (KeyOf(durations.Key, classes) is { } key) table.AddDuration(ref table.Cell(bucketOf(durations.Bucket), key & mask), durations.Code, durations.Count);
    }

    private static ulong? KeyOf(ulong key, CodeClasses? classes) => classes is null ? key : classes.Of(key);
}

/// <summary>Days as plain rows: whoever knows SQL reads them without us.</summary>
internal static class PlainRows
{
    public static async Task AddAsync(CellTable table, DateOnly day, NpgsqlConnection connection, CancellationToken cancellation)
    {
        var sorted = Segment.Sort(table);
        var cells = Array.ConvertAll(sorted, index => table.Cells[index]);
        await using var command = new NpgsqlCommand("""
            INSERT INTO rollup_days AS d (day, channel, service, region, brand, successes, assisted_successes, failures, abandoned, amount)
            SELECT $1, * FROM unnest($2, $3, $4, $5, $6, $7, $8, $9, $10)
            ON CONFLICT (day, channel, service, region, brand) DO UPDATE SET
              successes = d.successes + EXCLUDED.successes, assisted_successes = d.assisted_successes + EXCLUDED.assisted_successes,
              failures = d.failures + EXCLUDED.failures, abandoned = d.abandoned + EXCLUDED.abandoned, amount = d.amount + EXCLUDED.amount
            """, connection)
            .With(day)
            .With(Array.ConvertAll(cells, cell => (int)CellKey.Of(cell.Key).Channel))
            .With(Array.ConvertAll(cells, cell => (int)CellKey.Of(cell.Key).Service))
            .With(Array.ConvertAll(cells, cell => (int)CellKey.Of(cell.Key).Region))
            .With(Array.ConvertAll(cells, cell => (int)CellKey.Of(cell.Key).Brand))
            .With(Array.ConvertAll(cells, cell => cell.Sum.Successes))
            .With(Array.ConvertAll(cells, cell => cell.Sum.AssistedSuccesses))
            .With(Array.ConvertAll(cells, cell => cell.Sum.Failures))
            .With(Array.ConvertAll(cells, cell => cell.Sum.Abandoned))
            .With(Array.ConvertAll(cells, cell => cell.Sum.Amount));
        await command.ExecuteNonQueryAsync(cancellation);
    }
}
