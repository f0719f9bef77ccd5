using System.ComponentModel.DataAnnotations;
using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using ECommerce.Channels.Platform.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace ECommerce.Channels.Platform.Hosting;

/// <summary>Settings <c>Idempotency:*</c>.</summary>
public sealed class IdempotencyOptions
{
    public const string Section = "Idempotency";

    /// <summary>How long the answer to a call with a key is kept. Default 2 days, at least one.</summary>
    [Range(typeof(TimeSpan), "1.00:00:00", "30.00:00:00")]
    public TimeSpan Keep { get; set; } = TimeSpan.FromDays(2);

    /// <summary>
    /// How long a call that is being executed holds its key without saying so again; it does so every third of this. After a crash the
    /// same call may be executed again when it is over. Default 30 s.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")]
    public TimeSpan Lease { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>The largest answer that is kept, in bytes. Default 4 MiB.</summary>
    [Range(1024, 64 << 20)]
    public int LargestAnswer { get; set; } = 4 << 20;
}

/// <summary>What the Idempotency-Key of a call means, and what of its answer is kept.</summary>
internal static class Idempotency
{
    public const string Header = "Idempotency-Key";
    public const string Replayed = "Idempotency-Replayed";
    private const int LongestKey = 255;

    /// <summary>What of an answer belongs to it, rather than to the moment or to the connection.</summary>
    private static readonly string[] KeptHeaders =
        ["Content-Type", "Content-Language", "Content-Disposition", "Location", "ETag", "Last-Modified", "Link", "Cache-Control"];

    public static bool AppliesTo(HttpContext context)
    {
        var method = context.Request.Method;
        var unsafeCall = HttpMethods.IsPost(method) || HttpMethods.IsPut(method) || HttpMethods.IsPatch(method) || HttpMethods.IsDelete(method);
        return unsafeCall
            && context.Request.Headers.ContainsKey(Header)
            && context.GetEndpoint() is RouteEndpoint route
            && route.Metadata.GetMetadata<ForwardedRoute>() is null
            && route.Metadata.GetMetadata<KeylessRoute>() is null;
    }

    /// <summary>The key; <c>null</c> where the header is no key: 1 to 255 printable ASCII characters, once.</summary>
    public static string? KeyOf(HttpRequest request)
    {
        var header = request.Headers[Header];
        var key = header.Count == 1 ? header[0] : null;
        return key is { Length: >= 1 and <= LongestKey } && key.All(character => character is >= ' ' and <= '~') ? key : null;
    }

    /// <summary>
    /// Whether the call counts as executed. What was refused before anything happened, or could not happen now, is not kept: the same
    /// key may be used for the call as it should have been, or when the part is up again.
    /// </summary>
    public static bool Executed(int status) => status is not (400 or 401 or 403 or 408 or 413 or 415 or 429 or 499 or 502 or 503 or 504);

    public static Dictionary<string, string> HeadersOf(HttpResponse response) =>
        KeptHeaders.Where(response.Headers.ContainsKey).ToDictionary(name => name, name => response.Headers[name].ToString());
}

/// <summary>
/// Which call a key stands for: keys of two callers, or of two routes, never meet. Its answer is kept encrypted under the key itself,
/// which the database does not hold: an answer may carry a secret that is shown once, or what is personal.
/// </summary>
internal sealed class CallId
{
    private readonly byte[] secret;

    public CallId(HttpContext context, string key)
    {
        var caller = context.User.FindFirstValue(CallerClaims.Subject) ?? "";
        var call = $"{caller}\0{context.Request.Method}\0{context.Request.Path}\0{key}";
        Hash = SHA256.HashData(Encoding.UTF8.GetBytes("id\0" + call));
        secret = SHA256.HashData(Encoding.UTF8.GetBytes("answer\0" + call));
    }

    /// <summary>Names the call in the database.</summary>
    public byte[] Hash { get; }

    /// <summary>For the content of the request, keyed like the answer: a plain hash would let who reads the database guess a password in it.</summary>
    public IncrementalHash NewHash() => IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, secret);

    public byte[] Seal(ReadOnlySpan<byte> answer) => Sealing.Seal(secret, answer, "");

    public byte[] Open(byte[] box) => Sealing.Open(secret, box, "");
}

/// <summary>A route for which a repeated call must be executed again, whatever key it carries: signing in.</summary>
internal sealed record KeylessRoute;

public static class IdempotencyExtensions
{
    /// <summary>The route takes no Idempotency-Key: its answer means something only now (a session).</summary>
    public static TBuilder WithoutIdempotencyKeys<TBuilder>(this TBuilder route)
        where TBuilder : IEndpointConventionBuilder
    {
        route.Add(endpoint => endpoint.Metadata.Add(new KeylessRoute()));
        return route;
    }
}
