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

    /// <summary>Puts another id in the place of a customer's, wherever a dead letter holds it.</summary>
    public async Task ForgetAsync(NpgsqlTransaction transaction, string customer, string replacement, CancellationToken cancellation)
    {
        var (old, other) = (Encoding.UTF8.GetBytes(customer), Encoding.UTF8.GetBytes(replacement));
        foreach (var (id, key, value, headers) in await HoldingAsync(transaction, old, cancellation))
        {
            var renamed = HeaderCodec.Decode(headers).Select(header => new LogHeader(header.Name, Replace(header.Value, old, other))).ToList();
            await using var command = new NpgsqlCommand(
                $"UPDATE {schema}.dead_letters SET record_key = $2, value = $3, headers = $4, reason = replace(reason, $5, $6) WHERE id = $1",
                transaction.Connection, transaction);
            command.With(id).With(Replace(key, old, other)).With(Replace(value, old, other)).With(HeaderCodec.Encode(renamed)).With(customer).With(replacement);
            await command.ExecuteNonQueryAsync(cancellation);
        }
    }

    private async Task<List<(long Id, byte[] Key, byte[] Value, byte[] Headers)>> HoldingAsync(NpgsqlTransaction transaction, byte[] sought, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand($"""
            SELECT id, record_key, value, headers FROM {schema}.dead_letters
            WHERE position($1 IN record_key) > 0 OR position($1 IN value) > 0 OR position($1 IN headers) > 0 FOR UPDATE
            """, transaction.Connection, transaction).With(sought);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var found = new List<(long, byte[], byte[], byte[])>();
        while (await reader.ReadAsync(cancellation))
            found.Add((reader.GetInt64(0), reader.GetFieldValue<byte[]>(1), reader.GetFieldValue<byte[]>(2), reader.GetFieldValue<byte[]>(3)));
        return found;
    }

    private static byte[] Replace(byte[] text, byte[] old, byte[] other)
    {
        var replaced = new List<byte>(text.Length);
        for (var rest = text.AsSpan(); ;)
        {
            var at = rest.IndexOf(old);
            replaced.AddRange(at < 0 ? rest : rest[..at]);
            if (at < 0) return [.. replaced];
            replaced.AddRange(other);
            rest = rest[(at + old.Length)..];
        }
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
