using System.Collections.Concurrent;
using System.Threading.RateLimiting;
using ECommerce.Channels.Gateway.Access;
using ECommerce.Channels.Platform.Hosting;
using Microsoft.Extensions.Options;
using Yarp.ReverseProxy.Model;

namespace ECommerce.Channels.Gateway.Limits;

/// <summary>Who is counted together, and up to how many requests a minute.</summary>
internal readonly record struct LimitKey(string Who, int RequestsPerMinute);

/// <summary>
/// Limits of each key, person and unknown address, counted by this replica: requests in any minute; for routes that take transactions the
/// bytes a second of the key instead; for streams also how many are open. Probes are never refused.
/// </summary>
internal sealed class RequestLimits : IDisposable
{
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);
    private const int Segments = 12;

    /// <summary>A request costs something to take even where its body is tiny.</summary>
    private const long SmallestCharge = 512;

    /// <summary>A caller may hold this part of its requests a minute as open streams: 100 of 600.</summary>
    private const int RequestsPerStream = 6;

    private readonly GatewayOptions options;
    private readonly TimeProvider time;
    private readonly ConcurrentDictionary<(string Who, long Rate), ByteAllowance> allowances = new();

    // Few different limits are given, and a header of each never changes.
    private readonly ConcurrentDictionary<int, string> policies = new();
    private readonly PartitionedRateLimiter<LimitKey> requests = PartitionedRateLimiter.Create<LimitKey, LimitKey>(key =>
        RateLimitPartition.GetSlidingWindowLimiter(key, static one => new SlidingWindowRateLimiterOptions
        {
            PermitLimit = one.RequestsPerMinute,
            Window = Window,
            SegmentsPerWindow = Segments,
            QueueLimit = 0,
        }));

    private readonly PartitionedRateLimiter<LimitKey> streams = PartitionedRateLimiter.Create<LimitKey, LimitKey>(key =>
        RateLimitPartition.GetConcurrencyLimiter(key, static one => new ConcurrencyLimiterOptions
        {
            PermitLimit = Math.Max(1, one.RequestsPerMinute / RequestsPerStream),
            QueueLimit = 0,
        }));

    public RequestLimits(IOptions<GatewayOptions> options, TimeProvider time)
    {
        this.options = options.Value;
        this.time = time;
    }

    public Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        if (context.Request.Path.StartsWithSegments("/health")) return next(context);
        var identity = CallerIdentity.Of(context);
        var kind = LimitOf(context);
        if (identity is not null && kind == "bytes") return ByBytesAsync(context, identity, next);
        var key = identity is null
            ? new LimitKey(AddressGroup.Of(context.Connection.RemoteIpAddress), options.AnonymousRequestsPerMinute)
            : new LimitKey(identity.Caller.Subject, identity.RequestsPerMinute);
        var within = IsWithin(key);
        Announce(context, key);
        if (!within) return RefuseAsync(context, Window / Segments);
        return identity is not null && kind == "streams" ? AsStreamAsync(context, key, next) : next(context);
    }

    public void Dispose()
    {
        requests.Dispose();
        streams.Dispose();
    }

    private static string? LimitOf(HttpContext context) =>
        context.GetEndpoint()?.Metadata.GetMetadata<RouteModel>()?.Config.Metadata?.GetValueOrDefault("Limit");

    private bool IsWithin(LimitKey key)
    {
        using var lease = requests.AttemptAcquire(key);
        return lease.IsAcquired;
    }

    private async Task AsStreamAsync(HttpContext context, LimitKey key, RequestDelegate next)
    {
        using var lease = streams.AttemptAcquire(key);
        await (lease.IsAcquired ? next(context) : RefuseAsync(context, Window / Segments));
    }

    private Task ByBytesAsync(HttpContext context, CallerIdentity identity, RequestDelegate next)
    {
        var allowance = allowances.GetOrAdd(
            (identity.Caller.Subject, identity.IngestBytesPerSecond), static (key, clock) => new ByteAllowance(key.Rate, clock), time);
        var wait = allowance.Wait();
        context.Response.Headers["RateLimit-Policy"] = $"\"ingestion\";q={identity.IngestBytesPerSecond};qu=\"content-bytes\";w=1";
        context.Response.Headers["RateLimit"] = $"\"ingestion\";r={(wait is null ? allowance.Left : 0)};t=1";
        if (wait is { } pause) return RefuseAsync(context, pause);
        allowance.Spend(Math.Max(SmallestCharge, context.Request.ContentLength ?? 0));
        if (context.Request.ContentLength is null) context.Request.Body = new CountedBody(context.Request.Body, allowance);
        return next(context);
    }

    /// <summary>By the draft on RateLimit header fields: quota and window, what remains, and when more comes.</summary>
    private void Announce(HttpContext context, LimitKey key)
    {
        var left = requests.GetStatistics(key)?.CurrentAvailablePermits ?? key.RequestsPerMinute;
        context.Response.Headers["RateLimit-Policy"] =
            policies.GetOrAdd(key.RequestsPerMinute, static limit => $"\"requests\";q={limit};w={Window.TotalSeconds}");
        context.Response.Headers["RateLimit"] = $"\"requests\";r={Math.Max(0, left)};t={(Window / Segments).TotalSeconds}";
    }

    private static Task RefuseAsync(HttpContext context, TimeSpan wait) => Problem.TooMany(wait).ExecuteAsync(context);
}
