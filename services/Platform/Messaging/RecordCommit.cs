using Npgsql;

namespace ECommerce.Channels.Platform.Messaging;

/// <summary>
/// Applies a batch in one transaction. Where the handler refuses it, the records are applied one by one, and the one that fails becomes
/// a dead letter: a record never stops the topic.
/// </summary>
internal sealed class RecordCommit(NpgsqlDataSource database, string schema, IRecordHandler handler, ConsumerOptions options)
{
    private readonly OffsetStore offsets = new(database, schema);
    private readonly SequenceStore sequences = new(schema);
    private readonly DeadLetters deadLetters = new(schema);

    /// <summary>Commits all of it, or throws what passes (database down) or a fence; then what is not committed comes again.</summary>
    public async Task ApplyAsync(
        List<ConsumedRecord> records, LogIdentity log, Dictionary<int, OwnedPartition> owned, CancellationToken cancellation)
    {
        // What an earlier try committed already, one by one; and what was read of a partition that has gone since.
        var rest = records.Where(record => owned.TryGetValue(record.Partition, out var partition) && record.Offset >= partition.Next).ToList();
        if (rest.Count == 0) return;
        try
        {
            await CommitAsync(rest, null, log, owned, cancellation);
        }
        catch (Exception e) when (IsOfARecord(e, cancellation))
        {
            foreach (var record in rest) await OneAsync(record, log, owned, cancellation);
        }
    }

    /// <summary>Writes down up to when everything is applied, where the ends of partitions were reached.</summary>
    public async Task StandAsync(
        IReadOnlyDictionary<int, DateTimeOffset> ends, LogIdentity log, Dictionary<int, OwnedPartition> owned, CancellationToken cancellation)
    {
        var moves = ends.Where(end => owned.ContainsKey(end.Key)).Select(end => (Mine: owned[end.Key], AsOf: end.Value))
            .Select(one => new OffsetMove(one.Mine.Partition, one.Mine.Epoch, one.Mine.Next, one.Mine.Next, one.AsOf)).ToList();
        if (moves.Count == 0) return;
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await offsets.AdvanceAsync(transaction, options.Group, log, moves, cancellation);
        await transaction.CommitAsync(cancellation);
    }

    private async Task OneAsync(
        ConsumedRecord record, LogIdentity log, Dictionary<int, OwnedPartition> owned, CancellationToken cancellation)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await CommitAsync([record], null, log, owned, cancellation);
                return;
            }
            catch (Exception e) when (IsOfARecord(e, cancellation))
            {
                if (e is not PoisonRecordException && attempt < options.Attempts) continue;
                var reason = e is PoisonRecordException ? e.Message : $"{e.GetType().Name}: {e.Message}";
                var dead = new DeadRecord(
                    record.Partition, record.Offset, System.Text.Encoding.UTF8.GetBytes(record.Key), record.Value, reason,
                    (e as PoisonRecordException)?.EventTime ?? record.Envelope?.Time, record.Headers);
                await CommitAsync([record], dead, log, owned, cancellation);
                return;
            }
        }
    }

    private async Task CommitAsync(
        List<ConsumedRecord> records, DeadRecord? dead, LogIdentity log, Dictionary<int, OwnedPartition> owned,
        CancellationToken cancellation)
    {
        var moves = records.GroupBy(record => record.Partition)
            .Select(group => new OffsetMove(group.Key, owned[group.Key].Epoch, owned[group.Key].Next, group.Last().Offset + 1, Before(group.Last()))).ToList();
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        // First, so that an owner of yesterday waits for nobody and changes nothing.
        await offsets.AdvanceAsync(transaction, options.Group, log, moves, cancellation);
        if (dead is not null)
        {
            await deadLetters.AddAsync(transaction, options.Group, options.Topic, [dead], cancellation);
        }
        else
        {
            await HandleAsync(records, transaction, cancellation);
        }
        await transaction.CommitAsync(cancellation);
        foreach (var move in moves) owned[move.Partition] = owned[move.Partition] with { Next = move.Next };
    }

    private async Task HandleAsync(List<ConsumedRecord> records, NpgsqlTransaction transaction, CancellationToken cancellation)
    {
        if (!options.KeepSequences)
        {
            await handler.HandleAsync(records, transaction, cancellation);
            return;
        }
        var unseen = await sequences.UnseenAsync(transaction, options.Group, options.Topic, records, cancellation);
        if (unseen.Count > 0) await handler.HandleAsync(unseen, transaction, cancellation);
        await sequences.SaveAsync(transaction, options.Group, options.Topic, unseen, cancellation);
    }

    /// <summary>Another record of the same millisecond may still come.</summary>
    private static DateTimeOffset Before(ConsumedRecord record) => record.AppendedAt.AddMilliseconds(-1);

    private static bool IsOfARecord(Exception e, CancellationToken cancellation) =>
        e is not FencedException and not OutOfMemoryException && !Faults.Passing(e)
        && !(e is OperationCanceledException && cancellation.IsCancellationRequested);
}
