using ECommerce.Channels.Platform.Storage;
using Npgsql;

namespace ECommerce.Channels.Platform.Messaging;

/// <summary>The last sequence a group saw of each subject, kept in the transaction of what the records changed.</summary>
public sealed class SequenceStore(string schema)
{
    /// <summary>The records that are above what was seen, in order; those without a sequence always are.</summary>
    public async Task<IReadOnlyList<ConsumedRecord>> UnseenAsync(
        NpgsqlTransaction transaction, string group, string topic, IReadOnlyList<ConsumedRecord> records, CancellationToken cancellation)
    {
        var seen = await SeenAsync(transaction, group, topic, records, cancellation);
        var unseen = new List<ConsumedRecord>(records.Count);
        foreach (var record in records)
        {
            if (record.Envelope?.Sequence is not { } sequence)
            {
                unseen.Add(record);
            }
            else if (!seen.TryGetValue(record.Subject, out var last) || sequence > last)
            {
                seen[record.Subject] = sequence;
                unseen.Add(record);
            }
        }
        return unseen;
    }

    public async Task SaveAsync(
        NpgsqlTransaction transaction, string group, string topic, IReadOnlyList<ConsumedRecord> records, CancellationToken cancellation)
    {
        var last = new SortedDictionary<string, long>(StringComparer.Ordinal);
        foreach (var record in records)
            if (record.Envelope?.Sequence is { } sequence) last[record.Subject] = sequence;
        if (last.Count == 0) return;
        await using var command = new NpgsqlCommand($"""
            INSERT INTO {schema}.consumer_sequences AS s (consumer_group, topic, subject, sequence)
            SELECT $1, $2, * FROM unnest($3::text[], $4::bigint[])
            ON CONFLICT (consumer_group, topic, subject) DO UPDATE SET sequence = greatest(s.sequence, EXCLUDED.sequence)
            """, transaction.Connection, transaction);
        command.With(group).With(topic).With(last.Keys.ToArray()).With(last.Values.ToArray());
        await command.ExecuteNonQueryAsync(cancellation);
    }

    private async Task<Dictionary<string, long>> SeenAsync(
        NpgsqlTransaction transaction, string group, string topic, IReadOnlyList<ConsumedRecord> records, CancellationToken cancellation)
    {
        var subjects = records.Where(record => record.Envelope?.Sequence is not null).Select(record => record.Subject).Distinct().ToArray();
        var seen = new Dictionary<string, long>(StringComparer.Ordinal);
        if (subjects.Length == 0) return seen;
        await using var command = new NpgsqlCommand($"""
            SELECT subject, sequence FROM {schema}.consumer_sequences WHERE consumer_group = $1 AND topic = $2 AND subject = ANY ($3)
            """, transaction.Connection, transaction);
        command.With(group).With(topic).With(subjects);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation)) seen[reader.GetString(0)] = reader.GetInt64(1);
        return seen;
    }
}
