using System.Diagnostics;
using System.Text.Json;
using ECommerce.Channels.Contracts;
using ECommerce.Channels.Platform.Storage;
using Npgsql;

namespace ECommerce.Channels.Platform.Messaging;

/// <summary>
/// Events of a service on their way to the log, written in the transaction of what they tell: there is neither without the other.
/// Events of one aggregate leave in the order in which they were added, since their transactions held the aggregate's row. After a
/// crash or an outage some may come twice; consumers tell by the sequence.
/// </summary>
public sealed class Outbox(string schema, TimeProvider time, int maxRecordBytes = 900_000) : IDisposable
{
    internal const int Slices = 8;

    private readonly SemaphoreSlim added = new(0, 1);

    /// <summary>Raised when something was added: the relay looks soon, though the transaction may still take a while.</summary>
    internal SemaphoreSlim Added => added;

    public void Dispose() => added.Dispose();

    /// <summary>Many events of one type in one statement, in the order given.</summary>
    /// <exception cref="RecordTooLargeException">The log would never take one of them.</exception>
    public async Task AddManyAsync<T>(NpgsqlTransaction transaction, Topic topic, string type, IReadOnlyList<OutboxEntry<T>> entries, CancellationToken cancellation)
    {
        var values = entries.Select(one => JsonSerializer.SerializeToUtf8Bytes(one.Data, JsonSerializerOptions.Web)).ToArray();
        var headers = entries.Select(one => HeadersOf(type, one.Sequence, one.Subject, one.At)).ToArray();
        for (var at = 0; at < values.Length; at++) Check(entries[at].Key.Length + values[at].Length + headers[at].Length, at);
        await using var command = new NpgsqlCommand($"""
            INSERT INTO {schema}.outbox (slice, topic, record_key, value, headers)
            SELECT slice, $2, key, value, headers FROM unnest($1::smallint[], $3::text[], $4::bytea[], $5::bytea[]) WITH ORDINALITY t (slice, key, value, headers, n) ORDER BY n
            """, transaction.Connection, transaction);
        command.With(entries.Select(one => (short)(CustomerShard.Of(one.Key) % Slices)).ToArray()).With(topic.Name).With(entries.Select(one => one.Key).ToArray())
            .With(values).With(headers);
        await command.ExecuteNonQueryAsync(cancellation);
        Raise();
    }

    /// <summary>Data as the suite's JSON.</summary>
    public Task AddAsync<T>(
        NpgsqlTransaction transaction, Topic topic, string key, string type, T data, long sequence,
        string? subject = null, DateTimeOffset? at = null, CancellationToken cancellation = default) =>
        AddAsync(transaction, topic, key, type, (ReadOnlyMemory<byte>)JsonSerializer.SerializeToUtf8Bytes(data, JsonSerializerOptions.Web), sequence, subject, at, cancellation);

    /// <param name="transaction">The change's own.</param>
    /// <param name="key">Customer, conversation or code: decides the partition.</param>
    /// <param name="type"><c>channels.&lt;noun&gt;.&lt;past participle&gt;.v&lt;N&gt;</c>.</param>
    /// <param name="data">JSON in UTF-8; empty is a tombstone of a compacted topic.</param>
    /// <param name="sequence">Version of the aggregate after this change; it never goes back.</param>
    /// <param name="subject">The aggregate that the sequence counts, where several share a key.</param>
    /// <param name="at">When it happened; now where not said.</param>
    /// <exception cref="RecordTooLargeException">The log would never take it.</exception>
    public async Task AddAsync(
        NpgsqlTransaction transaction, Topic topic, string key, string type, ReadOnlyMemory<byte> data, long sequence,
        string? subject = null, DateTimeOffset? at = null, CancellationToken cancellation = default)
    {
        var encoded = HeadersOf(type, sequence, subject, at);
        Check(key.Length + data.Length + encoded.Length, 0);
        await using var command = new NpgsqlCommand(
            $"INSERT INTO {schema}.outbox (slice, topic, record_key, value, headers) VALUES ($1, $2, $3, $4, $5)", transaction.Connection, transaction);
        command.With((short)(CustomerShard.Of(key) % Slices)).With(topic.Name).With(key).With(data).With(encoded);
        await command.ExecuteNonQueryAsync(cancellation);
        Raise();
    }

    private byte[] HeadersOf(string type, long sequence, string? subject, DateTimeOffset? at)
    {
        var headers = CloudEvents.Write(new Envelope(Guid.CreateVersion7().ToString(), $"/channels/{schema}", type, at ?? time.GetUtcNow())
        {
            Sequence = sequence,
            Subject = subject,
        });
        TraceHeaders.Inject(Activity.Current, headers);
        return HeaderCodec.Encode(headers);
    }

    private void Check(int bytes, int index)
    {
        if (bytes > maxRecordBytes) throw new RecordTooLargeException(index, bytes, maxRecordBytes);
    }

    private void Raise()
    {
        lock (added)
            if (added.CurrentCount == 0) added.Release();
    }
}

/// <summary>One of many events: see <see cref="Outbox.AddAsync{T}"/>.</summary>
public sealed record OutboxEntry<T>(string Key, string? Subject, long Sequence, DateTimeOffset? At, T Data);
