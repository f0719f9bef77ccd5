using ECommerce.Channels.Platform.Storage;
using Npgsql;
using NpgsqlTypes;

namespace ECommerce.Channels.Platform.State;

/// <summary>State in a table of the service's own schema, for one machine without a sidecar. Time is the database's, one for all replicas.</summary>
internal sealed class PostgresStateStore(NpgsqlDataSource database, string schema, StateDeadline deadline) : IStateStore
{
    public Task<StateEntry?> GetAsync(string key, CancellationToken cancellation)
    {
        StateLimits.CheckKey(key);
        return deadline.RunAsync(async token => (await ReadAsync([key], token)).GetValueOrDefault(key), cancellation);
    }

    public Task<IReadOnlyDictionary<string, StateEntry>> GetManyAsync(IReadOnlyCollection<string> keys, CancellationToken cancellation)
    {
        StateLimits.CheckKeys(keys);
        return deadline.RunAsync(
            async token => (IReadOnlyDictionary<string, StateEntry>)await ReadAsync([.. keys.Distinct()], token), cancellation);
    }

    public Task<StateResult> SaveAsync(
        string key, ReadOnlyMemory<byte> value, StateCondition condition, TimeSpan? timeToLive, CancellationToken cancellation) =>
        ExecuteAsync([StateOperation.Save(key, value, condition, timeToLive)], cancellation);

    public Task<StateResult> DeleteAsync(string key, StateCondition condition, CancellationToken cancellation) =>
        ExecuteAsync([StateOperation.Delete(key, condition)], cancellation);

    public Task<StateResult> ExecuteAsync(IReadOnlyCollection<StateOperation> operations, CancellationToken cancellation)
    {
        var ordered = StateLimits.Ordered(operations);
        return deadline.RunAsync(token => WriteAsync(ordered, token), cancellation);
    }

    /// <summary>Removes entries whose time is over, some at a time; returns how many.</summary>
    public async Task<int> RemoveExpiredAsync(CancellationToken cancellation)
    {
        for (var removed = 0; ;)
        {
            await using var command = database.CreateCommand($"""
                DELETE FROM {schema}.state WHERE key IN (
                  SELECT key FROM {schema}.state WHERE expires_at <= now() ORDER BY key LIMIT 1000 FOR UPDATE SKIP LOCKED)
                """);
            var some = await command.ExecuteNonQueryAsync(cancellation);
            removed += some;
            if (some < 1000) return removed;
        }
    }

    private async Task<Dictionary<string, StateEntry>> ReadAsync(string[] keys, CancellationToken cancellation)
    {
        var found = new Dictionary<string, StateEntry>();
        await using var command = database.CreateCommand($"""
            SELECT key, value, etag FROM {schema}.state WHERE key = ANY($1) AND (expires_at IS NULL OR expires_at > now())
            """);
        command.With(keys);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
            found.Add(reader.GetString(0), new StateEntry(await reader.GetFieldValueAsync<byte[]>(1, cancellation), reader.GetGuid(2).ToString()));
        return found;
    }

    private async Task<StateResult> WriteAsync(IReadOnlyList<StateOperation> operations, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = operations.Count > 1 ? await connection.BeginTransactionAsync(cancellation) : null;
        foreach (var operation in operations)
        {
            await using var command = Command(operation, connection);
            var written = await command.ExecuteNonQueryAsync(cancellation);
            // Disposing the transaction rolls it back.
            if (written == 0 && operation.Condition != StateCondition.Any) return StateResult.Conflict;
        }
        if (transaction is not null) await transaction.CommitAsync(cancellation);
        return StateResult.Saved;
    }

    private NpgsqlCommand Command(StateOperation operation, NpgsqlConnection connection)
    {
        var command = new NpgsqlCommand(Sql(operation), connection).With(operation.Key);
        // An ETag that is none of ours matches nothing, and no row has this one.
        if (operation.Condition.ETag is { } etag) command.With(Guid.TryParse(etag, out var expected) ? expected : Guid.Empty);
        if (operation.Value is { } value)
            command.With(value, NpgsqlDbType.Bytea).WithNullable(StateLimits.Seconds(operation.TimeToLive), NpgsqlDbType.Integer);
        return command;
    }

    private string Sql(StateOperation operation) => operation switch
    {
        { Value: null, Condition.ETag: null } => $"DELETE FROM {schema}.state WHERE key = $1",
        { Value: null } => $"""
            DELETE FROM {schema}.state WHERE key = $1 AND etag = $2 AND (expires_at IS NULL OR expires_at > now())
            """,
        { Condition.ETag: not null } => $"""
            UPDATE {schema}.state SET value = $3, etag = gen_random_uuid(), expires_at = now() + make_interval(secs => $4)
            WHERE key = $1 AND etag = $2 AND (expires_at IS NULL OR expires_at > now())
            """,
        _ => $"""
            INSERT INTO {schema}.state AS old (key, value, expires_at) VALUES ($1, $2, now() + make_interval(secs => $3))
            ON CONFLICT (key) DO UPDATE SET value = excluded.value, etag = gen_random_uuid(), expires_at = excluded.expires_at
            {(operation.Condition.MustBeAbsent ? "WHERE old.expires_at <= now()" : "")}
            """,
    };
}
