using System.Security.Cryptography;
using ECommerce.Channels.Contracts;
using ECommerce.Channels.Platform.Storage;

namespace ECommerce.Channels.Gateway.Access;

/// <summary>One account and one key of the suite on one machine, as <c>DATA/suite.json</c> holds them.</summary>
public sealed record SuiteAccount(string Role, string User, string Password, string ApiKey)
{
    /// <summary>A new account for a role, named like it, with a random password and key.</summary>
    public static SuiteAccount New(string role) => new(role, role, RandomNumberGenerator.GetHexString(24, lowercase: true), ApiKeySecret.New(role).Text);
}

/// <summary>Makes what <c>DATA/suite.json</c> promises true: accounts that can sign in and keys that work, for all regions.</summary>
public static class SuiteAccounts
{
    /// <summary>No limit that anybody meets: 1 GiB/s.</summary>
    private const long UnboundBytesPerSecond = 1L << 30;

    /// <summary>One new account for each role.</summary>
    public static IReadOnlyList<SuiteAccount> New() => [.. Roles.All.Select(SuiteAccount.New)];

    /// <summary>
    /// Every account given can sign in with its password and every key works, whatever was there before; what is right already is left
    /// alone. Called after the gateway has started.
    /// </summary>
    /// <param name="gateway">The services of the gateway's application.</param>
    /// <exception cref="ArgumentException">A key is not <c>chk_ID_SECRET</c>.</exception>
    public static async Task EnsureAsync(IServiceProvider gateway, IReadOnlyList<SuiteAccount> accounts, CancellationToken cancellation)
    {
        var passwords = gateway.GetRequiredService<Passwords>();
        var store = gateway.GetRequiredService<AccountStore>();
        var directory = gateway.GetRequiredService<AccessDirectory>();
        foreach (var account in accounts)
        {
            var known = await store.PasswordHashAsync(account.User, cancellation);
            var right = known is not null && await passwords.VerifyAsync(known, account.Password, cancellation) && Has(directory.FindAccount(account.User), account);
            if (!right) await PutAccountAsync(gateway, account, await passwords.HashAsync(account.Password, cancellation), cancellation);
            await EnsureKeyAsync(gateway, account.Role, account.Role, account.ApiKey, cancellation);
        }
    }

    /// <summary>A new key with this id; <see cref="EnsureFeedKeyAsync"/> or <see cref="EnsureKeyAsync"/> makes it work.</summary>
    public static string NewKeyText(string id) => ApiKeySecret.New(id).Text;

    /// <summary>A key of a role for all regions.</summary>
    /// <param name="requests">A minute; null for what is usual in the role.</param>
    /// <exception cref="ArgumentException">The key is not <c>chk_ID_SECRET</c>.</exception>
    public static async Task EnsureKeyAsync(
        IServiceProvider gateway, string role, string name, string key, CancellationToken cancellation, int? requests = null)
    {
        var account = new SuiteAccount(role, name, "", key);
        if (Has(await gateway.GetRequiredService<AccessDirectory>().FindKeyAsync(key, cancellation), account)) return;
        await PutKeyAsync(gateway, account, name, requests ?? NewKey.DefaultRequests([role]), KeyLimits.IngestBytesPerSecond, cancellation);
    }

    /// <summary>A manager's key for all regions whose events belong to a feed, and which may send them as fast as the machine takes them.</summary>
    /// <exception cref="ArgumentException">The key is not <c>chk_ID_SECRET</c>.</exception>
    public static async Task EnsureFeedKeyAsync(IServiceProvider gateway, string key, string source, CancellationToken cancellation)
    {
        var account = new SuiteAccount(Roles.Manager, source, "", key);
        if (Has(await gateway.GetRequiredService<AccessDirectory>().FindKeyAsync(key, cancellation), account)) return;
        await PutKeyAsync(gateway, account, source, KeyLimits.PortalRequestsPerMinute, UnboundBytesPerSecond, cancellation);
    }

    private static bool Has(CallerIdentity? identity, SuiteAccount account) =>
        identity is { Caller.Regions.All: true } && identity.Caller.Roles.SequenceEqual([account.Role]);

    private static Task<bool> PutAccountAsync(IServiceProvider gateway, SuiteAccount account, string hash, CancellationToken cancellation) =>
        gateway.GetRequiredService<AccessChanges>().RunAsync(
            async change =>
            {
                await using var command = change.Command("""
                    INSERT INTO accounts (name, kind, display_name, password_hash, roles, regions, version) VALUES ($1, 'local', $1, $2, $3, '{*}', $4)
                    ON CONFLICT (name) DO UPDATE SET kind = 'local', password_hash = $2, roles = $3, regions = '{*}', disabled = false, version = $4
                    """);
                command.With(account.User).With(hash).With(new[] { account.Role }).With(change.Version);
                await command.ExecuteNonQueryAsync(cancellation);
                await change.AuditAsync(Actor.Suite, "user.ensured", "user:" + account.User, new { roles = new[] { account.Role } }, cancellation);
                return true;
            },
            cancellation);

    private static Task<bool> PutKeyAsync(
        IServiceProvider gateway, SuiteAccount account, string source, int requests, long bytes, CancellationToken cancellation)
    {
        var secret = ApiKeySecret.Parse(account.ApiKey)
            ?? throw new ArgumentException($"The key of {account.Role} is not of the form chk_ID_SECRET.", nameof(account));
        return gateway.GetRequiredService<AccessChanges>().RunAsync(
            async change =>
            {
                await using var command = change.Command("""
                    INSERT INTO api_keys (id, name, secret_sha256, roles, regions, source, requests_per_minute, ingest_bytes_per_second, version)
                    VALUES ($1, $2, $3, $4, '{*}', $2, $5, $6, $7)
                    ON CONFLICT (id) DO UPDATE SET secret_sha256 = $3, roles = $4, regions = '{*}', revoked_at = NULL, expires_at = NULL, version = $7
                    """);
                command.With(secret.Id).With(source).With(secret.Sha256).With(new[] { account.Role }).With(requests).With(bytes).With(change.Version);
                await command.ExecuteNonQueryAsync(cancellation);
                await change.AuditAsync(Actor.Suite, "key.ensured", "key:" + secret.Id, new { roles = new[] { account.Role } }, cancellation);
                return true;
            },
            cancellation);
    }
}
