using ECommerce.Channels.Gateway.Access;
using ECommerce.Channels.Platform.Storage;
using Microsoft.Extensions.Options;

namespace ECommerce.Channels.Gateway.Sessions;

/// <summary>Sessions in PostgreSQL: the hash of each one's token.</summary>
internal sealed class SessionStore(AccessChanges changes, IOptions<GatewayOptions> options, TimeProvider time)
{
    /// <summary>Starts a session of an account and returns its token, with the end of its life.</summary>
    public Task<(string Token, DateTimeOffset ExpiresAt)> StartAsync(string account, string address, CancellationToken cancellation) => changes.RunAsync(
        async change =>
        {
            var token = SessionToken.New();
            var expires = time.GetUtcNow() + options.Value.SessionLifetime;
            await using var command = change.Command("INSERT INTO sessions (token_sha256, account, expires_at, version) VALUES ($1, $2, $3, $4)");
            command.With(SessionToken.HashOf(token)!).With(account).With(expires.UtcDateTime).With(change.Version);
            await command.ExecuteNonQueryAsync(cancellation);
            await change.AuditAsync(new Actor("user:" + account), "session.started", "user:" + account, new { address }, cancellation);
            return (token, expires);
        },
        cancellation);

    /// <summary>Ends a session at once; nothing happens where it is over already.</summary>
    public Task EndAsync(string token, CancellationToken cancellation) => changes.RunAsync(
        async change =>
        {
            if (SessionToken.HashOf(token) is not { } hash) return false;
            await using var command = change.Command("""
                UPDATE sessions SET ended_at = now(), version = $2 WHERE token_sha256 = $1 AND ended_at IS NULL RETURNING account
                """);
            if (await command.With(hash).With(change.Version).ExecuteScalarAsync(cancellation) is not string account) return false;
            await change.AuditAsync(new Actor("user:" + account), "session.ended", "user:" + account, details: null, cancellation);
            return true;
        },
        cancellation);
}
