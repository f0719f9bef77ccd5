using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using ECommerce.Channels.Platform.Security;
using Microsoft.IdentityModel.Tokens;

namespace ECommerce.Channels.Platform.Tests.Security;

/// <summary>Writes tokens by hand, so that each can be wrong in exactly one way.</summary>
internal sealed class Forge(string keyFile)
{
    private readonly ECDsaSecurityKey key = SigningKeys.Read(keyFile)[0];

    public string Good() => Sign(Header(), Payload());

    public string Expired(TimeSpan by) => Sign(Header(), Payload(expires: Now() - (long)by.TotalSeconds));

    public string Token(string attack) => attack switch
    {
        "empty" => "",
        "garbage" => "not a token; .. '\"",
        "two parts" => Encode(Header()) + "." + Encode(Payload()),
        "alg none" => Encode(Header(algorithm: "none")) + "." + Encode(Payload()) + ".",
        "alg None with signature" => Sign(Header(algorithm: "None"), Payload()),
        "signature removed" => Encode(Header()) + "." + Encode(Payload()) + ".",
        "signature of another token" => Encode(Header()) + "." + Encode(Payload(subject: "user:root")) + "." + Good().Split('.')[2],
        "HS256 with the public key as secret" => SignWithPublicKey(),
        "ES384" => SignWithLongerCurve(),
        "wrong audience" => Sign(Header(), Payload(audience: "care")),
        "no audience" => Sign(Header(), Payload(audience: null)),
        "wrong issuer" => Sign(Header(), Payload(issuer: "https://attacker.example")),
        "expired by 31 s" => Expired(TimeSpan.FromSeconds(31)),
        "without expiry" => Sign(Header(), Payload(expires: -1)),
        "not yet valid" => Sign(Header(), Payload(notBefore: Now() + 90, expires: Now() + 200)),
        "identity token" => Sign(Header(type: "JWT"), Payload()),
        "unknown key id" => Sign(Header(keyId: Guid.NewGuid().ToString("N")), Payload()),
        "no key id" => Sign(Header(keyId: null), Payload()),
        "key id as path" => Sign(Header(keyId: "../../../../dev/null"), Payload()),
        "key id as SQL" => Sign(Header(keyId: "x' OR '1'='1"), Payload()),
        "foreign key with our id" => Sign(Header(), Payload(), ECDsa.Create(ECCurve.NamedCurves.nistP256)),
        "jku of the attacker" => Sign(Header(more: ("jku", "http://127.0.0.1:1/jwks.json")), Payload(), ECDsa.Create(ECCurve.NamedCurves.nistP256)),
        "jwk in the header" => SignWithOwnKeyInHeader(),
        "64 kB" => Sign(Header(), Payload(subject: new string('x', 48 * 1024))),
        "payload altered" => Altered(),
        _ => throw new ArgumentOutOfRangeException(nameof(attack), attack, "no such attack"),
    };

    private static long Now() => TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();

    private static string Encode(Dictionary<string, object?> part) => Base64UrlEncoder.Encode(JsonSerializer.Serialize(part));

    private static Dictionary<string, object?> Payload(
        string subject = "user:li", string? audience = "kpi", string issuer = "gateway", long? notBefore = null, long? expires = null)
    {
        var payload = new Dictionary<string, object?>
        {
            ["iss"] = issuer,
            ["sub"] = subject,
            ["name"] = "李雷",
            ["role"] = new[] { "manager" },
            ["region"] = new[] { "*" },
            ["nbf"] = notBefore ?? Now() - 100,
            ["exp"] = expires ?? Now() + 60,
        };
        if (audience is not null) payload["aud"] = audience;
        if (expires == -1) payload.Remove("exp");
        return payload;
    }

    private Dictionary<string, object?> Header(
        string algorithm = "ES256", string? type = "at+jwt", string? keyId = "ours", (string Name, object Value)? more = null)
    {
        var header = new Dictionary<string, object?> { ["alg"] = algorithm, ["typ"] = type };
        if (keyId is not null) header["kid"] = keyId == "ours" ? key.KeyId : keyId;
        if (more is { } extra) header[extra.Name] = extra.Value;
        return header;
    }

    private string Sign(Dictionary<string, object?> header, Dictionary<string, object?> payload, ECDsa? with = null)
    {
        var signed = Encode(header) + "." + Encode(payload);
        var signature = (with ?? key.ECDsa).SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256);
        return signed + "." + Base64UrlEncoder.Encode(signature);
    }

    private string SignWithPublicKey()
    {
        var signed = Encode(Header(algorithm: "HS256")) + "." + Encode(Payload());
        var secret = Encoding.ASCII.GetBytes(key.ECDsa.ExportSubjectPublicKeyInfoPem());
        return signed + "." + Base64UrlEncoder.Encode(HMACSHA256.HashData(secret, Encoding.ASCII.GetBytes(signed)));
    }

    private string SignWithLongerCurve()
    {
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        var signed = Encode(Header(algorithm: "ES384")) + "." + Encode(Payload());
        return signed + "." + Base64UrlEncoder.Encode(other.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA384));
    }

    private string SignWithOwnKeyInHeader()
    {
        using var own = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var point = own.ExportParameters(includePrivateParameters: false).Q;
        var jwk = new { kty = "EC", crv = "P-256", x = Base64UrlEncoder.Encode(point.X), y = Base64UrlEncoder.Encode(point.Y) };
        return Sign(Header(more: ("jwk", jwk)), Payload(), own);
    }

    private string Altered()
    {
        var parts = Good().Split('.');
        var payload = Base64UrlEncoder.Decode(parts[1]).Replace("manager", "admin", StringComparison.Ordinal);
        return parts[0] + "." + Base64UrlEncoder.Encode(payload) + "." + parts[2];
    }
}
