using ECommerce.Channels.Platform.Audit;
using Npgsql;

namespace ECommerce.Channels.Gateway.Access;

/// <summary>Who changes something, as the audit chain names them.</summary>
internal readonly record struct Actor(string Subject)
{
    /// <summary>The start of the suite itself, from its own file of accounts.</summary>
    public static readonly Actor Suite = new("system:suite");

    public static Actor Of(HttpContext context) => new(CallerIdentity.Of(context)?.Caller.Subject ?? "anonymous");
}

/// <summary>One change of accounts, keys or sessions: a transaction that holds its version, its rows and its audit lines.</summary>
internal sealed class AccessChange(NpgsqlTransaction transaction, long version, AuditLog audit)
{
    public long Version => version;

    /// <summary>The change's line in the audit chain; the last thing of a change.</summary>
    public Task AuditAsync(Actor actor, string action, string subject, object? details, CancellationToken cancellation) =>
        audit.AppendAsync(transaction, actor.Subject, action, subject, details, cancellation);

    public NpgsqlCommand Command(string sql) => new(sql, transaction.Connection, transaction);
}

/// <summary>Runs changes one after the other over all replicas, and makes this replica know of them before it answers.</summary>
internal sealed class AccessChanges(NpgsqlDataSource database, AccessDirectory directory, AuditLog audit)
{
    public async Task<T> RunAsync<T>(Func<AccessChange, Task<T>> change, CancellationToken cancellation)
    {
        var result = await CommitAsync(change, cancellation);
        await directory.RefreshAsync(cancellation);
        return result;
    }

    private async Task<T> CommitAsync<T>(Func<AccessChange, Task<T>> change, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await using var raise = new NpgsqlCommand("UPDATE access_version SET version = version + 1 RETURNING version", connection, transaction);
        var version = (long)(await raise.ExecuteScalarAsync(cancellation))!;
        var result = await change(new AccessChange(transaction, version, audit));
        await transaction.CommitAsync(cancellation);
        return result;
    }
}
