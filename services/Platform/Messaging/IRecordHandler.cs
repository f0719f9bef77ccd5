using System.Text;
using ECommerce.Channels.Contracts;

namespace ECommerce.Channels.Platform.Messaging;

/// <summary>A record of a business topic, out of the batch's buffer.</summary>
/// <param name="Envelope">Its CloudEvents attributes; null where a stranger sent it without.</param>
public sealed record ConsumedRecord(
    int Partition, long Offset, DateTimeOffset AppendedAt, string Key, ReadOnlyMemory<byte> Value, IReadOnlyList<LogHeader> Headers, Envelope? Envelope)
{
    /// <summary>What its sequence counts.</summary>
    public string Subject => Envelope?.Subject ?? Key;

    /// <summary>Copies of what a batch holds.</summary>
    public static List<ConsumedRecord> Of(RecordBatch batch)
    {
        var records = new List<ConsumedRecord>(batch.Count);
        for (var i = 0; i < batch.Count; i++)
            records.Add(new ConsumedRecord(
                batch.Partition(i), batch.Offset(i), DateTimeOffset.FromUnixTimeMilliseconds(batch.AppendedAt(i)),
                Encoding.UTF8.GetString(batch.Key(i)), batch.Value(i).ToArray(), batch.Headers(i), CloudEvents.Read(batch.Headers(i))));
        return records;
    }
}

/// <summary>What a service does with the records of a topic.</summary>
public interface IRecordHandler
{
    /// <summary>
    /// Writes what the records change, on the given transaction, which the consumer commits with their offsets. In order per key; without
    /// what was seen before. Called again with the same records after a failure: it keeps nothing outside of the transaction.
    /// </summary>
    /// <exception cref="PoisonRecordException">One record cannot be read: it becomes a dead letter, and the others come again without it.</exception>
    Task HandleAsync(IReadOnlyList<ConsumedRecord> records, Npgsql.NpgsqlTransaction transaction, CancellationToken cancellation);
}

/// <summary>A record that will never be readable. The reason goes into the dead letter.</summary>
public sealed class PoisonRecordException(ConsumedRecord record, string reason, DateTimeOffset? eventTime = null, Exception? inner = null)
    : Exception(reason, inner)
{
    public ConsumedRecord Record { get; } = record;

    /// <summary>When the event happened, where the record tells.</summary>
    public DateTimeOffset? EventTime { get; } = eventTime;
}
