using ECommerce.Channels.Kpi.Live;
using ECommerce.Channels.Kpi.Rollups;
using ECommerce.Channels.Platform.Messaging;
using ECommerce.Channels.Platform.Storage;
using Npgsql;

namespace ECommerce.Channels.Kpi.Sources;

internal sealed class SourceStore(NpgsqlDataSource database)
{
    /// <summary>Everything that is made of counted events. Not the ids of codes: cells that are counted anew use them again.</summary>
    private const string Counted = """
        rollup_minutes, rollup_cubes, rollup_days, seen_events, customer_numbers, customer_days, customer_buckets, feeds_seen,
        unknown_codes, rollup_counters, import_rows, import_unknown, import_channels, source_offsets
        """;

    private const int Tries = 20;

    public async Task<IReadOnlyList<SourceOffset>> OffsetsAsync(CancellationToken cancellation)
    {
        await using var command = database.CreateCommand("SELECT source, partition, first_offset FROM source_offsets");
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var offsets = new List<SourceOffset>();
        while (await reader.ReadAsync(cancellation)) offsets.Add(new SourceOffset(reader.GetString(0), reader.GetInt32(1), reader.GetInt64(2)));
        return offsets;
    }

    /// <summary>
    /// In one transaction: the source's records so far are marked as forgotten, everything counted goes, and the group starts again at the
    /// log's beginning under new epochs, so that no consumer can write what it had counted before. Done again it changes nothing.
    /// </summary>
    /// <param name="ends">Where the log ended before the transaction began: what is appended later is not forgotten.</param>
    public async Task ForgetAsync(
        string source, LogIdentity log, IReadOnlyList<OffsetRange> ends, Func<NpgsqlTransaction, Task> audit, CancellationToken cancellation)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await TryForgetAsync(source, log, ends, audit, cancellation);
                return;
            }
            catch (PostgresException busy) when (attempt < Tries && busy.SqlState is PostgresErrorCodes.LockNotAvailable or PostgresErrorCodes.DeadlockDetected)
            {
                // Readers took the tables in another order, or take long: let them finish, and ask again.
                await Task.Delay(TimeSpan.FromMilliseconds(50 * attempt), cancellation);
            }
        }
    }

    private async Task TryForgetAsync(
        string source, LogIdentity log, IReadOnlyList<OffsetRange> ends, Func<NpgsqlTransaction, Task> audit, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await ExecuteAsync(transaction, "SET LOCAL lock_timeout = '2s'", command => command, cancellation);
        // First the fence: a commit that is under way ends before, and none begins after.
        await ExecuteAsync(
            transaction, "UPDATE consumer_offsets SET epoch = epoch + 1, next_offset = -1, as_of = NULL WHERE consumer_group = $1 AND topic = $2",
            command => command.With(RollupConsumer.Group).With(log.Topic), cancellation);
        await ExecuteAsync(transaction, "SELECT pg_advisory_xact_lock(hashtext('kpi.folding'))", command => command, cancellation);
        var alone = await IsAloneAsync(transaction, source, cancellation);
        await ExecuteAsync(transaction, $"TRUNCATE {Counted}", command => command, cancellation);
        await ExecuteAsync(transaction, """
            UPDATE imports SET accepted = 0, repeated = 0, conflict = 0, refused = 0, delivered = false
            """, command => command, cancellation);
        await ExecuteAsync(transaction, "DELETE FROM feeds WHERE source = $1", command => command.With(source), cancellation);
        await DropWarningsAsync(transaction, source, alone, cancellation);
        await ExecuteAsync(transaction, """
            INSERT INTO forgotten_sources AS f (source, topic_id, partition, before_offset) SELECT $1, $2, * FROM unnest($3::int[], $4::bigint[])
            ON CONFLICT (source, topic_id, partition) DO UPDATE SET before_offset = greatest(f.before_offset, EXCLUDED.before_offset)
            """, command => command.With(source).With(log.TopicId)
                .With(ends.Select(range => range.Partition).ToArray()).With(ends.Select(range => range.End).ToArray()), cancellation);
        await KpiChanges.TellAsync(transaction, new { kind = "figures", days = (string[]?)null }, cancellation);
        await audit(transaction);
        await transaction.CommitAsync(cancellation);
    }

    /// <summary>Whether no other source was ever met: the codes of sources stay when everything counted goes.</summary>
    private static async Task<bool> IsAloneAsync(NpgsqlTransaction transaction, string source, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(
            "SELECT NOT EXISTS (SELECT 1 FROM codes WHERE field = 'source' AND raw <> $1)", transaction.Connection, transaction).With(source);
        return (bool)(await command.ExecuteScalarAsync(cancellation))!;
    }

    /// <summary>
    /// Warnings of the source's feeds go. Those of figures stay, with what people wrote to them, unless nothing but the source was ever
    /// in the figures.
    /// </summary>
    private static async Task DropWarningsAsync(NpgsqlTransaction transaction, string source, bool alone, CancellationToken cancellation)
    {
        await ExecuteAsync(transaction, "DELETE FROM feed_delays WHERE source = $1", command => command.With(source), cancellation);
        await ExecuteAsync(transaction, """
            WITH gone AS (SELECT id FROM warnings WHERE $2 OR source = $1),
            history AS (DELETE FROM warning_history h USING gone WHERE h.warning = gone.id)
            DELETE FROM warnings w USING gone WHERE w.id = gone.id
            """, command => command.With(source).With(alone), cancellation);
        await ExecuteAsync(transaction, "UPDATE warning_rules SET episode = NULL, evidence = '[]' WHERE $1", command => command.With(alone), cancellation);
    }

    private static async Task ExecuteAsync(
        NpgsqlTransaction transaction, string sql, Func<NpgsqlCommand, NpgsqlCommand> with, CancellationToken cancellation)
    {
        await using var command = with(new NpgsqlCommand(sql, transaction.Connection, transaction));
        await command.ExecuteNonQueryAsync(cancellation);
    }
}
