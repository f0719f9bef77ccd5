using ECommerce.Channels.Platform.Hosting;
using ECommerce.Channels.Platform.Storage;
using Npgsql;
using NpgsqlTypes;

namespace ECommerce.Channels.Gateway.Access;

/// <summary>API keys in PostgreSQL: hashes, never secrets.</summary>
internal sealed class KeyStore(NpgsqlDataSource database, AccessChanges changes, TimeProvider time)
{
    public async Task<IReadOnlyList<ApiKey>> ListAsync(PageRequest page, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand("""
            SELECT id, name, roles, regions, source, requests_per_minute, ingest_bytes_per_second, created_at, expires_at,
                   CASE WHEN previous_until > now() THEN previous_until END, revoked_at
            FROM api_keys WHERE id > $1 ORDER BY id LIMIT $2
            """);
        command.With(page.AfterKey(1)?[0] ?? "").With(page.Limit + 1);
        var found = new List<ApiKey>();
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
        {
            found.Add(new ApiKey(
                reader.GetString(0), reader.GetString(1), reader.GetFieldValue<string[]>(2), reader.GetFieldValue<string[]>(3), reader.GetString(4),
                reader.GetInt32(5), reader.GetInt64(6), reader.GetFieldValue<DateTimeOffset>(7), Instant(reader, 8), Instant(reader, 9), Instant(reader, 10)));
        }
        return found;
    }

    /// <param name="secret">The secret to give it; its id must not be taken.</param>
    public Task CreateAsync(Actor actor, ApiKeySecret secret, NewKey key, CancellationToken cancellation) => changes.RunAsync(
        async change =>
        {
            await using var command = change.Command("""
                INSERT INTO api_keys (id, name, secret_sha256, roles, regions, source, requests_per_minute, ingest_bytes_per_second, expires_at, version)
                VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
                """);
            command.With(secret.Id).With(key.Name).With(secret.Sha256).With(key.Roles.ToArray()).With(key.Regions.ToArray()).With(key.Source)
                .With(key.RequestsPerMinute).With(key.IngestBytesPerSecond).WithNullable(key.ExpiresAt?.UtcDateTime, NpgsqlDbType.TimestampTz)
                .With(change.Version);
            await command.ExecuteNonQueryAsync(cancellation);
            await change.AuditAsync(actor, "key.created", "key:" + secret.Id, key, cancellation);
            return true;
        },
        cancellation);

    /// <summary>Gives the key a new secret; the old one works until the grace is over. False where there is no such key, or it is revoked.</summary>
    public Task<bool> RotateAsync(Actor actor, ApiKeySecret secret, TimeSpan grace, CancellationToken cancellation) => changes.RunAsync(
        async change =>
        {
            await using var command = change.Command("""
                UPDATE api_keys SET previous_sha256 = secret_sha256, previous_until = $3, secret_sha256 = $2, version = $4
                WHERE id = $1 AND revoked_at IS NULL
                """);
            var until = (time.GetUtcNow() + grace).UtcDateTime;
            command.With(secret.Id).With(secret.Sha256).With(until).With(change.Version);
            if (await command.ExecuteNonQueryAsync(cancellation) == 0) return false;
            await change.AuditAsync(actor, "key.rotated", "key:" + secret.Id, new { previousUntil = until }, cancellation);
            return true;
        },
        cancellation);

    /// <summary>Ends a key, and the secret before its last rotation with it. False where there is none.</summary>
    public Task<bool> RevokeAsync(Actor actor, string id, CancellationToken cancellation) => changes.RunAsync(
        async change =>
        {
            await using var command = change.Command("""
                UPDATE api_keys SET revoked_at = coalesce(revoked_at, now()), previous_sha256 = NULL, previous_until = NULL, version = $2 WHERE id = $1
                """);
            if (await command.With(id).With(change.Version).ExecuteNonQueryAsync(cancellation) == 0) return false;
            await change.AuditAsync(actor, "key.revoked", "key:" + id, details: null, cancellation);
            return true;
        },
        cancellation);

    private static DateTimeOffset? Instant(NpgsqlDataReader reader, int column) =>
        reader.IsDBNull(column) ? null : reader.GetFieldValue<DateTimeOffset>(column);
}
