using System.Text;
using ECommerce.Channels.Platform.Security;
using ECommerce.Channels.Platform.Storage;
using Npgsql;
using NpgsqlTypes;

namespace ECommerce.Channels.Platform.Messaging;

/// <summary>A record that could not be read.</summary>
/// <param name="Reason">What is wrong with it, for a person; it is masked like the record.</param>
/// <param name="EventTime">When the event happened, where the record tells: a figure over that time is not complete while this is open.</param>
public sealed record DeadRecord(
    int Partition, long Offset, ReadOnlyMemory<byte> Key, ReadOnlyMemory<byte> Value, string Reason,
    DateTimeOffset? EventTime = null, IReadOnlyList<LogHeader>? Headers = null);

/// <summary>
/// Dead letters of a service, in its schema: table <c>dead_letters</c>. Written in the transaction that moves the offset past the
/// record, so none is lost and none is there twice.
/// </summary>
public sealed class DeadLetters(string schema)
{
    public Task AddAsync(
        NpgsqlTransaction transaction, string group, string topic, int partition, long offset, ReadOnlyMemory<byte> key, ReadOnlyMemory<byte> value,
        string reason, DateTimeOffset? eventTime = null, IReadOnlyList<LogHeader>? headers = null, CancellationToken cancellation = default) =>
        AddAsync(transaction, group, topic, [new DeadRecord(partition, offset, key, value, reason, eventTime, headers)], cancellation);

    /// <summary>Many at once: a flood of bad records costs one statement per batch. One that is read again is there already.</summary>
    public async Task AddAsync(
        NpgsqlTransaction transaction, string group, string topic, IReadOnlyList<DeadRecord> records, CancellationToken cancellation)
    {
        if (records.Count == 0) return;
        var safe = records.Select(Mask).ToList();
        await using var command = new NpgsqlCommand($"""
            INSERT INTO {schema}.dead_letters (consumer_group, topic, partition, log_offset, record_key, value, headers, reason, masked, event_time)
            SELECT $1, $2, * FROM unnest($3::int[], $4::bigint[], $5::bytea[], $6::bytea[], $7::bytea[], $8::text[], $9::bool[], $10::timestamptz[])
              r (partition, log_offset, record_key, value, headers, reason, masked, event_time)
            WHERE NOT EXISTS (
              SELECT 1 FROM {schema}.dead_letters d
              WHERE d.consumer_group = $1 AND d.topic = $2 AND d.partition = r.partition AND d.log_offset = r.log_offset)
            """, transaction.Connection, transaction);
        command.With(group).With(topic)
            .With(safe.Select(record => record.Partition).ToArray())
            .With(safe.Select(record => record.Offset).ToArray())
            .With(safe.Select(record => record.Key).ToArray())
            .With(safe.Select(record => record.Value).ToArray())
            .With(safe.Select(record => record.Headers).ToArray())
            .With(safe.Select(record => record.Reason).ToArray())
            .With(safe.Select(record => record.Masked).ToArray())
            .With(safe.Select(record => record.EventTime).ToArray(), NpgsqlDbType.Array | NpgsqlDbType.TimestampTz);
        await command.ExecuteNonQueryAsync(cancellation);
    }

    private readonly record struct Safe(
        int Partition, long Offset, byte[] Key, byte[] Value, byte[] Headers, string Reason, bool Masked, DateTime? EventTime);

    private static Safe Mask(DeadRecord record)
    {
        var headers = (record.Headers ?? []).Select(header => new LogHeader(PhoneNumbers.Mask(header.Name), PhoneNumbers.Mask(header.Value))).ToList();
        var masked = PhoneNumbers.Contains(record.Key.Span) || PhoneNumbers.Contains(record.Value.Span)
            || (record.Headers ?? []).Any(header => PhoneNumbers.Contains(header.Value));
        // PostgreSQL's text has no U+0000, and half a surrogate pair is no UTF-8.
        var reason = Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(PhoneNumbers.Mask(record.Reason).Replace('\0', '\uFFFD')));
        return new Safe(
            record.Partition, record.Offset, PhoneNumbers.Mask(record.Key.Span), PhoneNumbers.Mask(record.Value.Span),
            HeaderCodec.Encode(headers), reason, masked, record.EventTime?.UtcDateTime);
    }
}
