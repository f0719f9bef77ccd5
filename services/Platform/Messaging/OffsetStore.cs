using ECommerce.Channels.Platform.Storage;
using Npgsql;

namespace ECommerce.Channels.Platform.Messaging;

/// <summary>A partition this process owns: where it goes on, and the epoch that proves the ownership.</summary>
/// <param name="Next">Offset of the next record; -1 where the group never read the partition.</param>
public readonly record struct OwnedPartition(int Partition, long Next, long Epoch);

/// <summary>One step of one partition, written in the transaction of what its records changed.</summary>
/// <param name="AsOf">Everything the log had accepted by then is applied with this step.</param>
public readonly record struct OffsetMove(int Partition, long Epoch, long Expected, long Next, DateTimeOffset AsOf);

/// <summary>
/// The offsets of consumer groups, in the schema of the service whose rows they commit with. Taking a partition raises its epoch;
/// a step is written only where epoch and expected offset are still the stored ones, so an owner that was stopped and wakes up
/// later commits nothing.
/// </summary>
public sealed class OffsetStore(NpgsqlDataSource database, string schema)
{
    /// <summary>Makes the partitions ours and tells where they go on.</summary>
    /// <exception cref="LogIdentityChangedException">The group has offsets of another log or topic of this name.</exception>
    public async Task<IReadOnlyList<OwnedPartition>> TakeAsync(
        string group, LogIdentity log, IReadOnlyList<int> partitions, CancellationToken cancellation)
    {
        await RefuseAnotherLogAsync(group, log, cancellation);
        await using var command = database.CreateCommand($"""
            INSERT INTO {schema}.consumer_offsets AS o (consumer_group, log_id, topic, topic_id, partition, next_offset, epoch)
            SELECT $1, $2, $3, $4, p, -1, 1 FROM unnest($5::int[]) p ORDER BY p
            ON CONFLICT (consumer_group, topic, partition) DO UPDATE SET epoch = o.epoch + 1
            RETURNING partition, next_offset, epoch
            """);
        command.With(group).With(log.LogId).With(log.Topic).With(log.TopicId).With(partitions.ToArray());
        var owned = new List<OwnedPartition>();
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
            owned.Add(new OwnedPartition(reader.GetInt32(0), reader.GetInt64(1), reader.GetInt64(2)));
        return owned;
    }

    /// <summary>Writes the steps inside the caller's transaction.</summary>
    /// <exception cref="FencedException">One of the partitions is not ours any more; the transaction must be rolled back.</exception>
    public async Task AdvanceAsync(
        NpgsqlTransaction transaction, string group, LogIdentity log, IReadOnlyList<OffsetMove> moves, CancellationToken cancellation)
    {
        // Sorted, so that two members never wait for each other crosswise.
        var sorted = moves.OrderBy(move => move.Partition).ToList();
        await using var command = new NpgsqlCommand($"""
            UPDATE {schema}.consumer_offsets o SET next_offset = m.next, as_of = greatest(o.as_of, m.as_of)
            FROM unnest($3::int[], $4::bigint[], $5::bigint[], $6::bigint[], $7::timestamptz[]) m (partition, epoch, expected, next, as_of)
            WHERE o.consumer_group = $1 AND o.topic = $2 AND o.partition = m.partition AND o.topic_id = $8
              AND o.epoch = m.epoch AND o.next_offset = m.expected
            """, transaction.Connection, transaction);
        command.With(group).With(log.Topic)
            .With(sorted.Select(move => move.Partition).ToArray())
            .With(sorted.Select(move => move.Epoch).ToArray())
            .With(sorted.Select(move => move.Expected).ToArray())
            .With(sorted.Select(move => move.Next).ToArray())
            .With(sorted.Select(move => move.AsOf.UtcDateTime).ToArray())
            .With(log.TopicId);
        var written = await command.ExecuteNonQueryAsync(cancellation);
        if (written != moves.Count)
            throw new FencedException($"{moves.Count - written} of {moves.Count} partitions of {log.Topic} are not owned by this member of {group} any more.");
    }

    private async Task RefuseAnotherLogAsync(string group, LogIdentity log, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand($"""
            SELECT log_id, topic_id FROM {schema}.consumer_offsets
            WHERE consumer_group = $1 AND topic = $2 AND (log_id <> $3 OR topic_id <> $4) LIMIT 1
            """);
        command.With(group).With(log.Topic).With(log.LogId).With(log.TopicId);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        if (await reader.ReadAsync(cancellation))
            throw new LogIdentityChangedException(
                $"Group {group} has offsets of {log.Topic} in log {reader.GetString(0)}, topic {reader.GetString(1)}; "
                + $"this is log {log.LogId}, topic {log.TopicId}.");
    }
}
