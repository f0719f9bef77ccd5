using System.Text.Json.Serialization;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace ECommerce.Channels.Platform.Security;

/// <summary>What a signed caller token looks like; the gateway writes it, every service checks it.</summary>
public static class CallerTokenFormat
{
    public const string Issuer = "gateway";
    public const string Algorithm = SecurityAlgorithms.EcdsaSha256;

    /// <summary>Header <c>typ</c>: an access token, so that no identity token of another issuer can be mistaken for one.</summary>
    public const string Type = "at+jwt";

    /// <summary>How long a token is valid, clock skew of the verifier not counted.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(60);

    /// <summary>How far the clocks of gateway and service may be apart.</summary>
    public static readonly TimeSpan ClockSkew = TimeSpan.FromSeconds(30);
}

/// <summary>One public key as RFC 7517 writes it.</summary>
public sealed record PublicKey(
    [property: JsonPropertyName("kty")] string KeyType,
    [property: JsonPropertyName("crv")] string Curve,
    [property: JsonPropertyName("use")] string Use,
    [property: JsonPropertyName("alg")] string Algorithm,
    [property: JsonPropertyName("kid")] string KeyId,
    [property: JsonPropertyName("x")] string X,
    [property: JsonPropertyName("y")] string Y);

/// <summary>The answer of <c>/.well-known/jwks.json</c>.</summary>
public sealed record PublicKeySet([property: JsonPropertyName("keys")] IReadOnlyList<PublicKey> Keys);

/// <summary>
/// Signs who a caller is, for one service and one minute. The key file is made at first start, and read again when it changes
/// (looked at every ten seconds), so keys are rotated without a restart.
/// </summary>
/// <param name="file">PEM file of private keys; the first one signs.</param>
public sealed class CallerTokens(string file, TimeProvider time)
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(10);
    private static readonly JsonWebTokenHandler Handler = new() { SetDefaultTimesOnTokenCreation = false };
    private readonly Lock gate = new();
    private State? state;

    /// <summary>A token that <paramref name="audience"/>, a service's name, accepts as this caller for <see cref="CallerTokenFormat.Lifetime"/>.</summary>
    public string Sign(Caller caller, string audience)
    {
        var now = time.GetUtcNow().UtcDateTime;
        return Handler.CreateToken(new SecurityTokenDescriptor
        {
            Issuer = CallerTokenFormat.Issuer,
            Audience = audience,
            IssuedAt = now,
            NotBefore = now,
            Expires = now + CallerTokenFormat.Lifetime,
            TokenType = CallerTokenFormat.Type,
            Claims = Claims(caller),
            SigningCredentials = Current().Signing,
        });
    }

    /// <summary>The public halves of all keys of the file.</summary>
    public PublicKeySet PublicKeys() => Current().Public;

    private static Dictionary<string, object> Claims(Caller caller)
    {
        var claims = new Dictionary<string, object>
        {
            [CallerClaims.Subject] = caller.Subject,
            [CallerClaims.Name] = caller.Name,
            [CallerClaims.Role] = caller.Roles.ToArray(),
            [CallerClaims.Region] = caller.Regions.All ? ["*"] : caller.Regions.Codes.ToArray(),
        };
        if (caller.Source is { } source) claims[CallerClaims.Source] = source;
        return claims;
    }

    private State Current()
    {
        var now = time.GetUtcNow();
        var known = Volatile.Read(ref state);
        if (known is not null && now - known.LookedAt < LookEvery) return known;
        lock (gate)
        {
            if (state is { } other && now - other.LookedAt < LookEvery) return other;
            SigningKeys.EnsureFile(file);
            var written = File.GetLastWriteTimeUtc(file);
            var fresh = state is not null && state.Written == written ? state with { LookedAt = now } : Load(written, now);
            Volatile.Write(ref state, fresh);
            return fresh;
        }
    }

    private State Load(DateTime written, DateTimeOffset now)
    {
        var keys = SigningKeys.Read(file);
        if (!SigningKeys.CanSign(keys[0])) throw new InvalidOperationException($"The first key of {file} is a public one; it has to sign.");
        return new State(
            now, written, new SigningCredentials(keys[0], CallerTokenFormat.Algorithm), new PublicKeySet([.. keys.Select(Public)]));
    }

    private static PublicKey Public(ECDsaSecurityKey key)
    {
        var point = key.ECDsa.ExportParameters(includePrivateParameters: false).Q;
        return new PublicKey("EC", "P-256", "sig", CallerTokenFormat.Algorithm, key.KeyId, Base64UrlEncoder.Encode(point.X), Base64UrlEncoder.Encode(point.Y));
    }

    private sealed record State(DateTimeOffset LookedAt, DateTime Written, SigningCredentials Signing, PublicKeySet Public);
}
