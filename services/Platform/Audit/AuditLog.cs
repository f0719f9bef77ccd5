using ECommerce.Channels.Platform.Storage;
using Npgsql;
using NpgsqlTypes;

namespace ECommerce.Channels.Platform.Audit;

/// <summary>
/// The service's append-only log of who changed or saw what, each row bound to the one before by a hash. Rows are written in the
/// transaction of the change itself, so there is neither without the other; the end of the chain is published after the commit
/// (the setting <c>Audit:HeadsFile</c>, and a log record), so that who owns the database can not rewrite it unseen.
/// </summary>
public sealed class AuditLog
{
    private readonly NpgsqlDataSource database;
    private readonly ChainName chain;
    private readonly TimeProvider time;
    private readonly AuditHeadSignal signal;

    internal AuditLog(NpgsqlDataSource database, ChainName chain, TimeProvider time, AuditHeadSignal signal)
    {
        this.database = database;
        this.chain = chain;
        this.time = time;
        this.signal = signal;
    }

    /// <summary>Whose chain this is: a service's name, or that and the name of another chain of it.</summary>
    public string Service => chain.Id;

    /// <summary>
    /// Appends to the chain inside the caller's transaction and gives the row's number. Call it last before the commit: from here to
    /// the commit every other writer of this service's chain waits. (In a transaction of REPEATABLE READ a writer that waited fails
    /// with 40001 and may try again.)
    /// </summary>
    public async Task<long> AppendAsync(NpgsqlTransaction transaction, AuditEntry entry, CancellationToken cancellation)
    {
        var at = AuditChain.ToMicroseconds(time.GetUtcNow());
        await using var command = new NpgsqlCommand($"SELECT {chain.Prefix}_append($1, $2, $3, $4, $5, $6)", transaction.Connection, transaction);
        command.With(new AuditChain().Entry(at, entry)).With(at, NpgsqlDbType.TimestampTz)
            .With(entry.Actor).With(entry.Action).With(entry.Subject).With(entry.Details);
        var number = (long)(await command.ExecuteScalarAsync(cancellation))!;
        signal.Raise(number);
        return number;
    }

    /// <summary>The same, in words.</summary>
    public Task<long> AppendAsync(
        NpgsqlTransaction transaction, string actor, string action, string subject, object? details, CancellationToken cancellation) =>
        AppendAsync(transaction, new AuditEntry(actor, action, subject, details), cancellation);

    /// <summary>For what changes nothing in the database, such as a disclosure: a transaction of its own, committed when this returns.</summary>
    public async Task<long> AppendAsync(AuditEntry entry, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        var number = await AppendAsync(transaction, entry, cancellation);
        await transaction.CommitAsync(cancellation);
        return number;
    }

    /// <summary>Rows before a number, newest first.</summary>
    /// <param name="before">Only rows with a smaller number; null starts with the newest.</param>
    public async Task<IReadOnlyList<AuditRow>> ReadAsync(long? before, int limit, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand($"""
            SELECT number, at, actor, action, subject, details FROM {chain.Prefix}_log
            WHERE number < $1 ORDER BY number DESC LIMIT $2
            """);
        command.With(before ?? long.MaxValue).With(limit);
        var rows = new List<AuditRow>();
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation)) rows.Add(Row(reader));
        return rows;
    }

    /// <summary>The committed end of the chain; number 0 where there is no row yet.</summary>
    internal async Task<(long Number, byte[] Hash)> HeadAsync(CancellationToken cancellation)
    {
        await using var command = database.CreateCommand($"SELECT number, hash FROM {chain.Prefix}_head");
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        if (!await reader.ReadAsync(cancellation)) throw new InvalidOperationException($"{chain.Prefix}_head is empty.");
        return (reader.GetInt64(0), await reader.GetFieldValueAsync<byte[]>(1, cancellation));
    }

    /// <summary>A row of a question whose first columns are number, at, actor, action, subject, details.</summary>
    public static AuditRow Row(NpgsqlDataReader reader) => new(
        reader.GetInt64(0), reader.GetDateTime(1), reader.GetString(2), reader.GetString(3), reader.GetString(4), reader.GetString(5));
}
