using System.Net;
using System.Security.Cryptography;
using System.Text;
using ECommerce.Channels.Gateway.Limits;
using ECommerce.Channels.Platform.Storage;
using Microsoft.Extensions.Options;
using Npgsql;

namespace ECommerce.Channels.Gateway.Sessions;

/// <summary>
/// Limits guessing, over all replicas: few attempts on one account from one address, more on an account from anywhere (so that a stranger
/// does not lock its owner out), more again from one address. An attempt counts before it is checked, so that guessing in parallel gains nothing.
/// </summary>
internal sealed class SignInAttempts(NpgsqlDataSource database, IOptions<GatewayOptions> options, TimeProvider time)
{
    private const int AccountFactor = 10;
    private const int AddressFactor = 20;
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(15);

    /// <summary>Counts an attempt; returns how long to wait where there were too many.</summary>
    public async Task<TimeSpan?> CountAsync(string account, IPAddress? address, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        var (names, limits) = Buckets(account, address);
        await using var command = database.CreateCommand("""
            INSERT INTO sign_in_attempts AS a (bucket, attempts, since) SELECT b, 1, $2 FROM unnest($1::text[]) b ORDER BY b
            ON CONFLICT (bucket) DO UPDATE SET
              attempts = CASE WHEN a.since < $3 THEN 1 ELSE a.attempts + 1 END,
              since = CASE WHEN a.since < $3 THEN $2 ELSE a.since END
            RETURNING bucket, attempts, since
            """);
        command.With(names).With(now.UtcDateTime).With((now - Window).UtcDateTime);
        TimeSpan? wait = null;
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
        {
            if (reader.GetInt32(1) <= limits[Array.IndexOf(names, reader.GetString(0))]) continue;
            var left = reader.GetFieldValue<DateTimeOffset>(2) + Window - now;
            if (wait is null || left > wait) wait = left;
        }
        return wait;
    }

    /// <summary>The attempt was good: it does not count.</summary>
    public async Task ForgetAsync(string account, IPAddress? address, CancellationToken cancellation)
    {
        var (names, _) = Buckets(account, address);
        await using var command = database.CreateCommand("""
            UPDATE sign_in_attempts SET attempts = CASE WHEN bucket = $2 THEN 0 ELSE greatest(attempts - 1, 0) END WHERE bucket = ANY ($1)
            """);
        await command.With(names).With(names[1]).ExecuteNonQueryAsync(cancellation);
    }

    private (string[] Names, int[] Limits) Buckets(string account, IPAddress? address)
    {
        var one = options.Value.SignInAttempts;
        var from = AddressGroup.Of(address);
        return (
            [Name("account", account), Name("account and address", account + "\n" + from), Name("address", from)],
            [one * AccountFactor, one, one * AddressFactor]);
    }

    private static string Name(string kind, string value) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(kind + "\n" + value)));
}
