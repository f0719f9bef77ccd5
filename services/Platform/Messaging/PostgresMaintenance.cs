using ECommerce.Channels.Platform.Storage;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace ECommerce.Channels.Platform.Messaging;

/// <summary>Retention by days and compaction by key, in the background; one process at a time does it.</summary>
internal sealed class PostgresMaintenance(NpgsqlDataSource database, PostgresLogOptions options, TimeProvider time, ILogger logger) : IAsyncDisposable
{
    private const string OneAtATime = "SELECT pg_try_advisory_lock(hashtext('log.maintenance'))";
    private readonly CancellationTokenSource ended = new();
    private Task running = Task.CompletedTask;

    private sealed record Row(long End, long Base, DateTime AppendedAt, byte[] Payload);

    public void Start() => running = Task.Run(LoopAsync);

    /// <summary>How many rows were deleted or rewritten; nothing where another process is at it.</summary>
    public async Task<int> RunAsync(CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var gate = new NpgsqlCommand(OneAtATime, connection);
        if (await gate.ExecuteScalarAsync(cancellation) is not true) return 0;
        try
        {
            var changed = await RetainAsync(connection, cancellation);
            foreach (var (topic, partition) in await UncompactedAsync(connection, cancellation))
                changed += await CompactAsync(connection, topic, partition, cancellation);
            return changed;
        }
        finally
        {
            await using var open = new NpgsqlCommand("SELECT pg_advisory_unlock(hashtext('log.maintenance'))", connection);
            await open.ExecuteNonQueryAsync(CancellationToken.None);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await ended.CancelAsync();
        await running;
        ended.Dispose();
    }

    private async Task LoopAsync()
    {
        using var timer = new PeriodicTimer(options.Maintenance, time);
        try
        {
            while (await timer.WaitForNextTickAsync(ended.Token))
            {
                try
                {
                    await RunAsync(ended.Token);
                }
                catch (NpgsqlException e)
                {
                    Log.MaintenanceFailed(logger, e.Message);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // Disposed.
        }
    }

    /// <summary>
    /// Rows leave from the front only, and the first offset moves with them: what is refused is always a whole range. One partition
    /// at a time, as appends lock several of them in order.
    /// </summary>
    private static async Task<int> RetainAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        var old = new List<(int Topic, int Partition, long Until)>();
        await using (var command = new NpgsqlCommand("""
            SELECT s.topic, s.partition, max(s.end_offset)
            FROM log.topics t JOIN log.segments s ON s.topic = t.number
            WHERE t.retention_days IS NOT NULL AND s.appended_at < now() - make_interval(days => t.retention_days)
            GROUP BY s.topic, s.partition
            """, connection) { CommandTimeout = 600 })
        {
            await using var reader = await command.ExecuteReaderAsync(cancellation);
            while (await reader.ReadAsync(cancellation)) old.Add((reader.GetInt32(0), reader.GetInt32(1), reader.GetInt64(2)));
        }
        var deleted = 0;
        foreach (var (topic, partition, until) in old)
        {
            await using var command = new NpgsqlCommand("""
                WITH moved AS (
                  UPDATE log.partitions SET first_offset = greatest(first_offset, $3) WHERE topic = $1 AND partition = $2)
                DELETE FROM log.segments WHERE topic = $1 AND partition = $2 AND end_offset <= $3
                """, connection) { CommandTimeout = 600 };
            deleted += await command.With(topic).With(partition).With(until).ExecuteNonQueryAsync(cancellation);
        }
        return deleted;
    }

    private static async Task<List<(int Topic, int Partition)>> UncompactedAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand("""
            SELECT p.topic, p.partition FROM log.partitions p JOIN log.topics t ON t.number = p.topic
            WHERE t.retention_days IS NULL AND p.compacted_to < p.end_offset ORDER BY 1, 2
            """, connection);
        var found = new List<(int, int)>();
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation)) found.Add((reader.GetInt32(0), reader.GetInt32(1)));
        return found;
    }

    /// <summary>Keeps the last record of each key, where it is; offsets stay, with gaps. Appends go on meanwhile.</summary>
    private async Task<int> CompactAsync(NpgsqlConnection connection, int topic, int partition, CancellationToken cancellation)
    {
        var last = new Dictionary<string, long>(StringComparer.Ordinal);
        long end = 0;
        await foreach (var row in RowsAsync(connection, topic, partition, cancellation))
        {
            Note(row, last);
            end = row.End;
        }
        var changed = 0;
        long after = -1;
        while (await NextAsync(connection, topic, partition, after, end, cancellation) is { } row)
        {
            after = row.End;
            changed += await RewriteAsync(connection, topic, partition, row, last, cancellation) ? 1 : 0;
        }
        await using var command = new NpgsqlCommand("UPDATE log.partitions SET compacted_to = $3 WHERE topic = $1 AND partition = $2", connection)
            .With(topic).With(partition).With(end);
        await command.ExecuteNonQueryAsync(cancellation);
        return changed;
    }

    private static void Note(Row row, Dictionary<string, long> last)
    {
        var lookup = last.GetAlternateLookup<ReadOnlySpan<char>>();
        Span<char> key = stackalloc char[512];
        var reader = new SegmentReader(row.Payload);
        while (reader.Next(headers: false))
        {
            if (reader.Key.Length > key.Length) last[System.Text.Encoding.UTF8.GetString(reader.Key)] = row.Base + reader.Delta;
            else lookup[key[..System.Text.Encoding.UTF8.GetChars(reader.Key, key)]] = row.Base + reader.Delta;
        }
    }

    private async Task<bool> RewriteAsync(
        NpgsqlConnection connection, int topic, int partition, Row row, Dictionary<string, long> last, CancellationToken cancellation)
    {
        var writer = Keep(row, last, time.GetUtcNow().UtcDateTime - row.AppendedAt > options.TombstonesKept, out var dropped);
        if (dropped == 0) return false;
        var sql = writer.Records == 0
            ? "DELETE FROM log.segments WHERE topic = $1 AND partition = $2 AND end_offset = $3"
            : "UPDATE log.segments SET records = $4, bytes = length($5), payload = $5 WHERE topic = $1 AND partition = $2 AND end_offset = $3";
        await using var command = new NpgsqlCommand(sql, connection).With(topic).With(partition).With(row.End);
        if (writer.Records > 0) command.With(writer.Records).With(writer.ToArray());
        await command.ExecuteNonQueryAsync(cancellation);
        return true;
    }

    private static SegmentWriter Keep(Row row, Dictionary<string, long> last, bool oldTombstones, out int dropped)
    {
        var writer = new SegmentWriter();
        dropped = 0;
        var reader = new SegmentReader(row.Payload);
        while (reader.Next(headers: false))
        {
            var offset = row.Base + reader.Delta;
            var newest = last.TryGetValue(System.Text.Encoding.UTF8.GetString(reader.Key), out var at) && at > offset ? false : true;
            if (newest && !(oldTombstones && reader.Value.IsEmpty)) writer.AddEncoded(reader.Delta, reader.Rest);
            else dropped++;
        }
        return writer;
    }

    private static async IAsyncEnumerable<Row> RowsAsync(
        NpgsqlConnection connection, int topic, int partition, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand("""
            SELECT end_offset, base_offset, appended_at, payload FROM log.segments WHERE topic = $1 AND partition = $2 ORDER BY end_offset
            """, connection).With(topic).With(partition);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
            yield return new Row(reader.GetInt64(0), reader.GetInt64(1), reader.GetDateTime(2), reader.GetFieldValue<byte[]>(3));
    }

    private static async Task<Row?> NextAsync(NpgsqlConnection connection, int topic, int partition, long after, long until, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand("""
            SELECT end_offset, base_offset, appended_at, payload FROM log.segments
            WHERE topic = $1 AND partition = $2 AND end_offset > $3 AND end_offset <= $4 ORDER BY end_offset LIMIT 1
            """, connection).With(topic).With(partition).With(after).With(until);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        return await reader.ReadAsync(cancellation)
            ? new Row(reader.GetInt64(0), reader.GetInt64(1), reader.GetDateTime(2), reader.GetFieldValue<byte[]>(3))
            : null;
    }
}
