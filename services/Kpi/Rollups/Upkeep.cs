using ECommerce.Channels.Platform.Storage;
using Npgsql;

namespace ECommerce.Channels.Kpi.Rollups;

/// <summary>
/// Keeps the roll-ups' tables small: many small blocks become one, and what is kept no longer goes. Nothing here changes a figure.
/// Each step is one transaction; a consumer that reads meanwhile sees all of the old rows or all of the new.
/// </summary>
internal sealed class Upkeep(NpgsqlDataSource database, TimeProvider time)
{
    /// <summary>Repeats are recognised for so many days after they were last seen.</summary>
    public const int SeenDays = 400;

    private const int CrowdedRows = 16;
    private const int PeriodsAtATime = 200;

    public async Task RunAsync(long firstMinute, CancellationToken cancellation)
    {
        // The current hours fill up still; they are merged when they are over.
        var settled = (time.GetUtcNow().ToUnixTimeSeconds() / 60) - 120;
        await ExecuteAsync("DELETE FROM rollup_minutes WHERE folded AND hour < $1", command => command.With(firstMinute), cancellation);
        await ExecuteAsync("DELETE FROM seen_events WHERE last_seen < $1", command => command.With(Today.AddDays(-SeenDays)), cancellation);
        await ExecuteAsync("""
            DELETE FROM import_rows r USING imports i WHERE i.id = r.import AND i.delivered
            """, command => command, cancellation);
        await MergeSeenAsync(settled, cancellation);
        await MergeCustomerNumbersAsync(cancellation);
        while (await MergeMinutesAsync(settled, cancellation) || await MergeCustomerDaysAsync(cancellation)) cancellation.ThrowIfCancellationRequested();
    }

    private DateOnly Today => DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);

    /// <summary>Blocks of identities are lists: one after the other they are a block again.</summary>
    private Task MergeSeenAsync(long settled, CancellationToken cancellation) => ExecuteAsync("""
        WITH crowded AS (
          SELECT hour, modulus, residue FROM seen_events WHERE hour < $1 GROUP BY 1, 2, 3 HAVING count(*) >= $2 LIMIT $3),
        gone AS (
          DELETE FROM seen_events s USING crowded c WHERE s.hour = c.hour AND s.modulus = c.modulus AND s.residue = c.residue RETURNING s.*)
        INSERT INTO seen_events (hour, modulus, residue, last_seen, block)
        SELECT hour, modulus, residue, max(last_seen), string_agg(block, ''::bytea) FROM gone GROUP BY 1, 2, 3
        """, command => command.With(settled).With(CrowdedRows).With(PeriodsAtATime), cancellation);

    /// <summary>So are blocks of customers, in the order of their ids; the first row takes them all and keeps its place.</summary>
    private Task MergeCustomerNumbersAsync(CancellationToken cancellation) => ExecuteAsync("""
        WITH merged AS (
          SELECT min(id) AS id, modulus, residue, max(id) AS last, string_agg(block, ''::bytea ORDER BY id) AS block
          FROM customer_numbers GROUP BY 2, 3 HAVING count(*) >= $1 * 4),
        gone AS (
          DELETE FROM customer_numbers n USING merged m
          WHERE n.modulus = m.modulus AND n.residue = m.residue AND n.id > m.id AND n.id <= m.last)
        UPDATE customer_numbers n SET block = m.block FROM merged m WHERE n.id = m.id
        """, command => command.With(CrowdedRows), cancellation);

    private async Task<bool> MergeMinutesAsync(long settled, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await using var take = new NpgsqlCommand("""
            WITH crowded AS (SELECT hour FROM rollup_minutes WHERE folded AND hour < $1 GROUP BY 1 HAVING count(*) >= $2 LIMIT 1)
            DELETE FROM rollup_minutes m USING crowded c WHERE m.hour = c.hour AND m.folded
            RETURNING m.day, m.hour, m.cells, m.reasons, m.durations
            """, connection).With(settled).With(CrowdedRows);
        var table = new CellTable();
        var (day, hour) = (default(DateOnly), -1L);
        await using (var reader = await take.ExecuteReaderAsync(cancellation))
            while (await reader.ReadAsync(cancellation))
            {
                (day, hour) = (reader.GetFieldValue<DateOnly>(0), reader.GetInt64(1));
                StoredSegment.AddTo(table, StoredSegment.Read(reader, 2), ulong.MaxValue, minute => minute);
            }
        if (hour < 0) return false;
        var segment = Segment.Write(table, Segment.Sort(table));
        await using var put = new NpgsqlCommand(
            "INSERT INTO rollup_minutes (day, hour, folded, cells, reasons, durations) VALUES ($1, $2, true, $3, $4, $5)", connection)
            .With(day).With(hour).With(segment.Cells).WithNullable(segment.Reasons, NpgsqlTypes.NpgsqlDbType.Bytea)
            .WithNullable(segment.Durations, NpgsqlTypes.NpgsqlDbType.Bytea);
        await put.ExecuteNonQueryAsync(cancellation);
        await transaction.CommitAsync(cancellation);
        return true;
    }

    private async Task<bool> MergeCustomerDaysAsync(CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await using var take = new NpgsqlCommand("""
            WITH crowded AS (SELECT day, modulus, residue FROM customer_days GROUP BY 1, 2, 3 HAVING count(*) >= $1 LIMIT 1)
            DELETE FROM customer_days d USING crowded c WHERE d.day = c.day AND d.modulus = c.modulus AND d.residue = c.residue
            RETURNING d.day, d.modulus, d.residue, d.block
            """, connection).With(CrowdedRows);
        CustomerDay? merged = null;
        var slice = default(Slice);
        await using (var reader = await take.ExecuteReaderAsync(cancellation))
            while (await reader.ReadAsync(cancellation))
            {
                merged ??= new CustomerDay(reader.GetFieldValue<DateOnly>(0));
                slice = new Slice(reader.GetInt32(1), reader.GetInt32(2));
                merged.Load(reader.GetFieldValue<byte[]>(3), slice);
            }
        if (merged is null) return false;
        await using var put = new NpgsqlCommand("INSERT INTO customer_days (day, modulus, residue, block) VALUES ($1, $2, $3, $4)", connection)
            .With(merged.Day).With(slice.Modulus).With(slice.Residue).With(CustomerDay.Write(merged.Sorted()));
        await put.ExecuteNonQueryAsync(cancellation);
        await transaction.CommitAsync(cancellation);
        return true;
    }

    private async Task ExecuteAsync(string sql, Func<NpgsqlCommand, NpgsqlCommand> with, CancellationToken cancellation)
    {
        await using var command = with(database.CreateCommand(sql));
        await command.ExecuteNonQueryAsync(cancellation);
    }
}
