using System.Text.Json;
using ECommerce.Channels.Platform.Storage;
using Microsoft.Extensions.Options;
using Npgsql;
using NpgsqlTypes;

namespace ECommerce.Channels.Platform.Hosting;

/// <summary>The answer of a call that was executed.</summary>
internal sealed record KeptAnswer(byte[] RequestSha256, int Status, IReadOnlyDictionary<string, string> Headers, byte[] Body);

/// <summary>What was found under a key: ours to execute, being executed elsewhere (neither), or finished.</summary>
internal readonly record struct KeyState(bool Ours, KeptAnswer? Answer);

/// <summary>
/// The keys of idempotent calls in the service's schema. Leases are told by the database's clock, the one clock that all replicas share.
/// </summary>
internal sealed class IdempotencyStore(NpgsqlDataSource database, IOptions<IdempotencyOptions> options)
{
    private const int PruneAtOnce = 10_000;

    /// <summary>Takes the key, or tells what became of it. An execution that vanished is taken over when its lease is over.</summary>
    public async Task<KeyState> TakeAsync(CallId id, Guid owner, CancellationToken cancellation)
    {
        while (true)
        {
            await using var insert = database.CreateCommand("""
                INSERT INTO idempotency_keys AS k (id, owner, lease_until) VALUES ($1, $2, clock_timestamp() + $3)
                ON CONFLICT (id) DO UPDATE SET owner = excluded.owner, lease_until = excluded.lease_until, created_at = now()
                WHERE k.lease_until < clock_timestamp()
                """).With(id.Hash).With(owner).With(options.Value.Lease);
            if (await insert.ExecuteNonQueryAsync(cancellation) == 1) return new KeyState(Ours: true, Answer: null);
            if (await FindAsync(id, cancellation) is { } found) return found;
        }
    }

    /// <returns>Whether the execution still holds its key.</returns>
    public async Task<bool> RenewAsync(CallId id, Guid owner, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand("""
            UPDATE idempotency_keys SET lease_until = clock_timestamp() + $3 WHERE id = $1 AND owner = $2 AND lease_until IS NOT NULL
            """).With(id.Hash).With(owner).With(options.Value.Lease);
        return await command.ExecuteNonQueryAsync(cancellation) == 1;
    }

    public async Task FinishAsync(CallId id, Guid owner, KeptAnswer answer, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand("""
            UPDATE idempotency_keys SET lease_until = NULL, request_sha256 = $3, status = $4, headers = $5, body = $6
            WHERE id = $1 AND owner = $2
            """)
            .With(id.Hash).With(owner).With(answer.RequestSha256).With(answer.Status)
            .With(JsonSerializer.Serialize(answer.Headers), NpgsqlDbType.Jsonb).With(id.Seal(answer.Body));
        await command.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>Forgets a call that was not executed.</summary>
    public async Task ReleaseAsync(CallId id, Guid owner, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand("DELETE FROM idempotency_keys WHERE id = $1 AND owner = $2").With(id.Hash).With(owner);
        await command.ExecuteNonQueryAsync(cancellation);
    }

    /// <returns>How many old keys were removed.</returns>
    public async Task<int> PruneAsync(CancellationToken cancellation)
    {
        var removed = 0;
        while (true)
        {
            await using var command = database.CreateCommand("""
                DELETE FROM idempotency_keys WHERE id IN (
                  SELECT id FROM idempotency_keys
                  WHERE created_at < now() - $1 AND (lease_until IS NULL OR lease_until < clock_timestamp()) LIMIT $2)
                """).With(options.Value.Keep).With(PruneAtOnce);
            var now = await command.ExecuteNonQueryAsync(cancellation);
            removed += now;
            if (now < PruneAtOnce) return removed;
        }
    }

    private async Task<KeyState?> FindAsync(CallId id, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand("""
            SELECT lease_until IS NOT NULL, request_sha256, status, headers, body FROM idempotency_keys WHERE id = $1
            """).With(id.Hash);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        if (!await reader.ReadAsync(cancellation)) return null;
        if (reader.GetBoolean(0)) return new KeyState(Ours: false, Answer: null);
        var headers = JsonSerializer.Deserialize<Dictionary<string, string>>(reader.GetString(3))!;
        var answer = new KeptAnswer(reader.GetFieldValue<byte[]>(1), reader.GetInt32(2), headers, id.Open(reader.GetFieldValue<byte[]>(4)));
        return new KeyState(Ours: false, answer);
    }
}
