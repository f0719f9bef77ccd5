using System.Collections.Concurrent;
using System.Security.Cryptography;
using ECommerce.Channels.Gateway.Sessions;
using ECommerce.Channels.Platform.Security;
using ECommerce.Channels.Platform.Storage;
using Microsoft.Extensions.Options;
using Npgsql;

namespace ECommerce.Channels.Gateway.Access;

/// <summary>
/// All accounts, keys and sessions in memory, so that a request is let in or refused without a question to the database. Changes of this
/// replica are seen at once, those of others within half a second. While the database cannot be asked what is known goes on for a
/// minute; after that nobody is let in, since a revocation could have been missed.
/// </summary>
internal sealed class AccessDirectory(
    NpgsqlDataSource database, IOptions<GatewayOptions> options, TimeProvider time, ILogger<AccessDirectory> log) : BackgroundService
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan TrustedFor = TimeSpan.FromSeconds(60);
    private readonly ConcurrentDictionary<string, AccountEntry> accounts = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, KeyEntry> keys = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, SessionEntry> sessions = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim loading = new(1);
    private long version;
    private long loadStarted = -1;
    private long readAtTicks;

    /// <summary>Whether what is known may be relied on.</summary>
    public bool Trusted => time.GetUtcNow().UtcTicks - Interlocked.Read(ref readAtTicks) < TrustedFor.Ticks;

    /// <summary>The caller of a key, or null: unknown, revoked, expired, or another secret.</summary>
    public async ValueTask<CallerIdentity?> FindKeyAsync(string text, CancellationToken cancellation)
    {
        if (ApiKeySecret.Parse(text) is not { } secret) return null;
        var presented = secret.Sha256;
        if (keys.TryGetValue(secret.Id, out var key) && key.Accepts(presented, time.GetUtcNow())) return key.Identity;
        // It may be a second old, or rotated, by another replica.
        await RefreshAsync(cancellation);
        return keys.TryGetValue(secret.Id, out key) && key.Accepts(presented, time.GetUtcNow()) ? key.Identity : null;
    }

    /// <summary>The caller of a session, or null: unknown, ended, too old, or its account is disabled.</summary>
    public async ValueTask<CallerIdentity?> FindSessionAsync(string token, CancellationToken cancellation)
    {
        if (SessionToken.HashOf(token) is not { } hash) return null;
        var name = Convert.ToHexString(hash);
        if (!sessions.ContainsKey(name)) await RefreshAsync(cancellation);
        if (!sessions.TryGetValue(name, out var session) || session.ExpiresAt <= time.GetUtcNow()) return null;
        return FindAccount(session.Account);
    }

    /// <summary>The person of this name, where it may sign in.</summary>
    public CallerIdentity? FindAccount(string name) => accounts.TryGetValue(name, out var account) && !account.Disabled ? account.Identity : null;

    /// <summary>Reads what changed; what was committed before the call is known after it. Calls at the same time share one reading.</summary>
    public async Task RefreshAsync(CancellationToken cancellation)
    {
        var called = time.GetTimestamp();
        await loading.WaitAsync(cancellation);
        try
        {
            if (loadStarted > called) return;
            loadStarted = time.GetTimestamp();
            using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            deadline.CancelAfter(Deadline);
            await LoadAsync(deadline.Token);
            Interlocked.Exchange(ref readAtTicks, time.GetUtcNow().UtcTicks);
        }
        catch (Exception error) when (error is NpgsqlException or OperationCanceledException && !cancellation.IsCancellationRequested)
        {
            log.DirectoryNotRead((error as NpgsqlException)?.SqlState ?? error.GetType().Name);
        }
        finally
        {
            loading.Release();
        }
    }

    /// <summary>Sessions that ended by themselves would stay in memory otherwise.</summary>
    public void ForgetEnded()
    {
        foreach (var (name, session) in sessions)
            if (session.ExpiresAt <= time.GetUtcNow()) sessions.TryRemove(name, out _);
    }

    public override void Dispose()
    {
        loading.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(LookEvery, time);
        do await RefreshAsync(stoppingToken);
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task LoadAsync(CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var command = new NpgsqlCommand("SELECT version FROM access_version", connection);
        var current = (long)(await command.ExecuteScalarAsync(cancellation))!;
        if (current == version) return;
        if (current < version) Forget();
        await LoadAccountsAsync(connection, cancellation);
        await LoadKeysAsync(connection, cancellation);
        await LoadSessionsAsync(connection, cancellation);
        version = current;
    }

    /// <summary>The database was put back to an earlier state: everything is read again.</summary>
    private void Forget()
    {
        accounts.Clear();
        keys.Clear();
        sessions.Clear();
        version = 0;
    }

    private async Task LoadAccountsAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(
            "SELECT name, display_name, roles, regions, disabled FROM accounts WHERE version > $1", connection).With(version);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
        {
            var name = reader.GetString(0);
            var roles = reader.GetFieldValue<string[]>(2);
            var caller = new Caller("user:" + name, reader.GetString(1), roles, RegionGrant.Of(reader.GetFieldValue<string[]>(3)), roles.FirstOrDefault());
            var identity = new CallerIdentity(caller, options.Value.SessionRequestsPerMinute, KeyLimits.IngestBytesPerSecond, bySession: true);
            accounts[name] = new AccountEntry(identity, reader.GetBoolean(4));
        }
    }

    private async Task LoadKeysAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand("""
            SELECT id, name, secret_sha256, previous_sha256, previous_until, roles, regions, source, requests_per_minute,
                   ingest_bytes_per_second, expires_at, revoked_at
            FROM api_keys WHERE version > $1
            """, connection).With(version);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
        {
            var id = reader.GetString(0);
            if (reader.IsDBNull(11))
                keys[id] = Key(reader, id);
            else
                keys.TryRemove(id, out _);
        }
    }

    private static KeyEntry Key(NpgsqlDataReader reader, string id)
    {
        var caller = new Caller(
            "key:" + id, reader.GetString(1), reader.GetFieldValue<string[]>(5), RegionGrant.Of(reader.GetFieldValue<string[]>(6)), reader.GetString(7));
        return new KeyEntry(
            new CallerIdentity(caller, reader.GetInt32(8), reader.GetInt64(9), bySession: false),
            reader.GetFieldValue<byte[]>(2),
            reader.IsDBNull(3) ? null : reader.GetFieldValue<byte[]>(3),
            reader.IsDBNull(4) ? DateTimeOffset.MinValue : reader.GetFieldValue<DateTimeOffset>(4),
            reader.IsDBNull(10) ? DateTimeOffset.MaxValue : reader.GetFieldValue<DateTimeOffset>(10));
    }

    private async Task LoadSessionsAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(
            "SELECT token_sha256, account, expires_at, ended_at IS NOT NULL FROM sessions WHERE version > $1 AND expires_at > $2", connection)
            .With(version).With(time.GetUtcNow().UtcDateTime);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
        {
            var name = Convert.ToHexString(reader.GetFieldValue<byte[]>(0));
            if (reader.GetBoolean(3))
                sessions.TryRemove(name, out _);
            else
                sessions[name] = new SessionEntry(reader.GetString(1), reader.GetFieldValue<DateTimeOffset>(2));
        }
    }

    private sealed record AccountEntry(CallerIdentity Identity, bool Disabled);

    private sealed record SessionEntry(string Account, DateTimeOffset ExpiresAt);

    private sealed record KeyEntry(
        CallerIdentity Identity, byte[] Sha256, byte[]? PreviousSha256, DateTimeOffset PreviousUntil, DateTimeOffset ExpiresAt)
    {
        public bool Accepts(byte[] presented, DateTimeOffset now) =>
            now < ExpiresAt
            && (CryptographicOperations.FixedTimeEquals(presented, Sha256)
                || (PreviousSha256 is not null && now < PreviousUntil && CryptographicOperations.FixedTimeEquals(presented, PreviousSha256)));
    }
}

/// <summary>What a key may do unless it was made with other limits.</summary>
internal static class KeyLimits
{
    public const int RequestsPerMinute = 600;
    public const int PortalRequestsPerMinute = 60_000;
    public const long IngestBytesPerSecond = 64L << 20;
}
