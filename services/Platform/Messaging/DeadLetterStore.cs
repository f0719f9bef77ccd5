using System.Text;
using ECommerce.Channels.Platform.Audit;
using ECommerce.Channels.Platform.Storage;
using Npgsql;
using NpgsqlTypes;

namespace ECommerce.Channels.Platform.Messaging;

/// <summary>One dead letter, as lists show it.</summary>
/// <param name="State"><c>open</c>, <c>replayed</c>, or <c>resolved</c>: settled by a person without sending it again.</param>
/// <param name="Masked">Something that looked like a phone number was masked: the record cannot be sent again from here.</param>
public sealed record DeadLetterLine(
    long Id, string Group, string Topic, int Partition, long Offset, string Reason, DateTimeOffset At, DateTimeOffset? EventTime,
    string State, bool Masked, string? SettledBy);

/// <summary>With what the record held.</summary>
/// <param name="Value">As text; base64 where it is no UTF-8 (see <paramref name="Encoding"/>).</param>
/// <param name="Encoding"><c>utf-8</c> or <c>base64</c>, of <paramref name="Value"/>.</param>
public sealed record DeadLetter(DeadLetterLine Line, string Key, string Value, string Encoding, IReadOnlyDictionary<string, string> Headers);

/// <summary>How an attempt to settle one ended.</summary>
public enum Settlement
{
    Done,
    NotFound,

    /// <summary>Somebody has settled it already.</summary>
    AlreadySettled,

    /// <summary>Parts of it are masked: send the event again from its source, then resolve this one.</summary>
    Masked,
}

/// <summary>Reads and settles the dead letters of a service.</summary>
public sealed class DeadLetterStore(NpgsqlDataSource database, IEventLog log, AuditLog audit)
{
    private const string Columns =
        "id, consumer_group, topic, partition, log_offset, reason, at, event_time, state, masked, settled_by";

    /// <summary>Newest first.</summary>
    public async Task<IReadOnlyList<DeadLetterLine>> ListAsync(string? state, long? before, int limit, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand($"""
            SELECT {Columns} FROM dead_letters
            WHERE ($1::text IS NULL OR state = $1) AND ($2::bigint IS NULL OR id < $2) ORDER BY id DESC LIMIT $3
            """);
        command.WithNullable(state, NpgsqlDbType.Text).WithNullable(before, NpgsqlDbType.Bigint).With(limit);
        var lines = new List<DeadLetterLine>();
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation)) lines.Add(Line(reader));
        return lines;
    }

    public async Task<DeadLetter?> FindAsync(long id, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand($"SELECT {Columns}, record_key, value, headers FROM dead_letters WHERE id = $1").With(id);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        if (!await reader.ReadAsync(cancellation)) return null;
        var value = reader.GetFieldValue<byte[]>(12);
        var text = Utf8(value);
        var headers = HeaderCodec.Decode(reader.GetFieldValue<byte[]>(13))
            .GroupBy(header => header.Name).ToDictionary(group => group.Key, group => Encoding.UTF8.GetString(group.Last().Value));
        return new DeadLetter(
            Line(reader), Encoding.UTF8.GetString(reader.GetFieldValue<byte[]>(11)), text ?? Convert.ToBase64String(value),
            text is null ? "base64" : "utf-8", headers);
    }

    /// <summary>How many are open; for metrics and the console.</summary>
    public async Task<long> OpenAsync(CancellationToken cancellation)
    {
        await using var command = database.CreateCommand("SELECT count(*) FROM dead_letters WHERE state = 'open'");
        return (long)(await command.ExecuteScalarAsync(cancellation))!;
    }

    /// <summary>Appends the record to its topic again, with its key, id and sequence: readers that have it already ignore it.</summary>
    /// <exception cref="EventLogUnavailableException">The log did not take it; the dead letter stays open.</exception>
    public Task<Settlement> ReplayAsync(long id, string actor, CancellationToken cancellation) => SettleAsync(id, actor, "replayed", cancellation);

    /// <summary>Settles it without sending it again.</summary>
    public Task<Settlement> ResolveAsync(long id, string actor, CancellationToken cancellation) => SettleAsync(id, actor, "resolved", cancellation);

    private async Task<Settlement> SettleAsync(long id, string actor, string state, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        var (settlement, topic, record) = await LockAsync(connection, id, cancellation);
        if (settlement != Settlement.Done) return settlement;
        if (state == "replayed")
        {
            if (record is not { } again) return Settlement.Masked;
            await log.AppendAsync(topic, [again], cancellation);
        }
        await using (var command = new NpgsqlCommand(
            "UPDATE dead_letters SET state = $2, settled_at = now(), settled_by = $3 WHERE id = $1", connection).With(id).With(state).With(actor))
            await command.ExecuteNonQueryAsync(cancellation);
        await audit.AppendAsync(transaction, actor, $"dead-letter.{state}", $"dead-letter:{id}", new { topic }, cancellation);
        await transaction.CommitAsync(cancellation);
        return Settlement.Done;
    }

    private static async Task<(Settlement Settlement, string Topic, LogRecord? Record)> LockAsync(NpgsqlConnection connection, long id, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(
            "SELECT state, masked, topic, record_key, value, headers FROM dead_letters WHERE id = $1 FOR UPDATE", connection).With(id);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        if (!await reader.ReadAsync(cancellation)) return (Settlement.NotFound, "", null);
        var topic = reader.GetString(2);
        if (reader.GetString(0) != "open") return (Settlement.AlreadySettled, topic, null);
        if (reader.GetBoolean(1)) return (Settlement.Done, topic, null);
        var record = new LogRecord(
            Encoding.UTF8.GetString(reader.GetFieldValue<byte[]>(3)), reader.GetFieldValue<byte[]>(4), HeaderCodec.Decode(reader.GetFieldValue<byte[]>(5)));
        return (Settlement.Done, topic, record);
    }

    private static DeadLetterLine Line(NpgsqlDataReader reader) => new(
        reader.GetInt64(0), reader.GetString(1), reader.GetString(2), reader.GetInt32(3), reader.GetInt64(4), reader.GetString(5),
        reader.GetFieldValue<DateTimeOffset>(6), reader.IsDBNull(7) ? null : reader.GetFieldValue<DateTimeOffset>(7),
        reader.GetString(8), reader.GetBoolean(9), reader.IsDBNull(10) ? null : reader.GetString(10));

    private static string? Utf8(byte[] value)
    {
        try
        {
            return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(value);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }
}
