using System.Collections.Frozen;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.Tokens;

namespace ECommerce.Channels.Platform.Security;

/// <summary>Where a service finds the public keys of the gateway: one of the two has to be set.</summary>
public sealed class IdentityOptions
{
    public const string Section = "Identity";

    /// <summary>Address of the gateway's key set, for example <c>http://gateway:8080/.well-known/jwks.json</c>.</summary>
    public Uri? JwksAddress { get; set; }

    /// <summary>A PEM file of the gateway's keys (only their public halves are used), in place of the address.</summary>
    public string? PublicKeysFile { get; set; }

    /// <summary>The gateway's own: PEM file of the keys it signs with; made at first start where it is not there.</summary>
    public string? SigningKeyFile { get; set; }
}

/// <summary>
/// The public keys that caller tokens are checked with. An unknown key id makes it look again, at most every few seconds and once for
/// all waiting requests; keys once known go on working while the gateway cannot be reached.
/// </summary>
internal sealed class VerificationKeys(IdentityOptions options, HttpClient client, TimeProvider time, ILogger<VerificationKeys> log)
{
    private static readonly TimeSpan AgainAfterUnknown = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan OutOfDate = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(2);
    private readonly Lock gate = new();
    private volatile FrozenDictionary<string, SecurityKey> keys = FrozenDictionary<string, SecurityKey>.Empty;
    private long lookedAtTicks;
    private Task looking = Task.CompletedTask;

    /// <summary>The key of this id, or none; never waits.</summary>
    public IEnumerable<SecurityKey> Find(string? keyId) =>
        keyId is not null && keys.TryGetValue(keyId, out var key) ? [key] : [];

    /// <summary>Returns when the key is known, or when it was looked for recently enough.</summary>
    public ValueTask LookForAsync(string keyId, CancellationToken cancellation)
    {
        var known = keys.ContainsKey(keyId);
        if (known && Age() < OutOfDate) return ValueTask.CompletedTask;
        var look = LookAgain(known ? OutOfDate : AgainAfterUnknown);
        return known || look.IsCompleted ? ValueTask.CompletedTask : new ValueTask(look.WaitAsync(cancellation));
    }

    private Task LookAgain(TimeSpan unlessWithin)
    {
        lock (gate)
        {
            if (!looking.IsCompleted || Age() < unlessWithin) return looking;
            Interlocked.Exchange(ref lookedAtTicks, time.GetUtcNow().UtcTicks);
            return looking = ReplaceAsync();
        }
    }

    private TimeSpan Age() => TimeSpan.FromTicks(time.GetUtcNow().UtcTicks - Interlocked.Read(ref lookedAtTicks));

    private async Task ReplaceAsync()
    {
        try
        {
            var found = options.PublicKeysFile is { } file ? SigningKeys.Read(file) : await FetchAsync();
            if (found.Count > 0) keys = found.ToFrozenDictionary(key => key.KeyId, StringComparer.Ordinal);
        }
        catch (Exception error) when (error is HttpRequestException or OperationCanceledException or JsonException or IOException
            or UnauthorizedAccessException or InvalidOperationException or ArgumentException)
        {
            log.KeysNotFetched(options.PublicKeysFile ?? options.JwksAddress!.ToString(), error);
        }
    }

    private async Task<IReadOnlyList<SecurityKey>> FetchAsync()
    {
        using var deadline = new CancellationTokenSource(Deadline);
        var body = await client.GetStringAsync(options.JwksAddress, deadline.Token);
        // Only what we sign with: another type of key in the set must never check one of our tokens.
        return [.. new JsonWebKeySet(body).Keys.Where(key => key is { Kty: "EC", Crv: "P-256", KeyId.Length: > 0 })];
    }
}
