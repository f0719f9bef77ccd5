using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace ECommerce.Channels.Platform.Hosting;

/// <summary>What happens to every request before routing, and to every answer.</summary>
internal static class RequestEdge
{
    /// <summary>Every answer names its correlation id, and tells a browser never to guess its type.</summary>
    public static Task AnnounceAsync(HttpContext context, RequestDelegate next)
    {
        var correlation = Correlation.Of(context);
        context.Response.OnStarting(
            static state =>
            {
                var (answered, id) = ((HttpContext, string))state;
                answered.Response.Headers[Correlation.Header] = id;
                answered.Response.Headers.XContentTypeOptions = "nosniff";
                AnnounceHead(answered);
                BodyLimit.Announce(answered);
                return Task.CompletedTask;
            },
            (context, correlation));
        return next(context);
    }

    /// <summary>HEAD is GET without a body: routes know GET alone, and the server itself sends no body to a HEAD.</summary>
    public static async Task HeadAsGetAsync(HttpContext context, RequestDelegate next)
    {
        if (!HttpMethods.IsHead(context.Request.Method))
        {
            await next(context);
            return;
        }
        context.Request.Method = HttpMethods.Get;
        try
        {
            await next(context);
        }
        finally
        {
            context.Request.Method = HttpMethods.Head;
        }
    }

    /// <summary>A zero character in a query or a path fits no text of the suite, and PostgreSQL would refuse it with an error of its own.</summary>
    public static Task RefuseZeroAsync(HttpContext context, RequestDelegate next)
    {
        var wrong = new FieldErrors();
        if (context.Request.QueryString.Value?.Contains("%00", StringComparison.Ordinal) == true)
            foreach (var (name, values) in context.Request.Query)
                if (name.Contains('\0') || values.Any(value => value?.Contains('\0') == true))
                    wrong.Add(name.Replace("\0", ""), "不能含控制字符", "Must not hold control characters");
        if (context.Request.Path.Value?.Contains('\0') == true) wrong.Add("path", "不能含控制字符", "Must not hold control characters");
        return wrong.Any ? Problem.BadInput(wrong).ExecuteAsync(context) : next(context);
    }

    private static void AnnounceHead(HttpContext context)
    {
        var allow = context.Response.Headers.Allow.ToString();
        if (allow.Contains("GET", StringComparison.Ordinal) && !allow.Contains("HEAD", StringComparison.Ordinal))
            context.Response.Headers.Allow = allow + ", HEAD";
    }
}

/// <summary>The largest body a route takes.</summary>
/// <param name="Bytes">More is answered 413; announced in the header <c>X-Max-Body-Bytes</c>.</param>
public sealed record BodyLimit(long Bytes) : Microsoft.AspNetCore.Http.Metadata.IRequestSizeLimitMetadata
{
    public const string Header = "X-Max-Body-Bytes";

    public long? MaxRequestBodySize => Bytes;

    internal static void Announce(HttpContext context)
    {
        var takesBody = !HttpMethods.IsGet(context.Request.Method) && !HttpMethods.IsHead(context.Request.Method);
        if (takesBody && context.Features.Get<IHttpMaxRequestBodySizeFeature>()?.MaxRequestBodySize is { } limit)
            context.Response.Headers[Header] = limit.ToString();
    }
}

public static class BodyLimitExtensions
{
    /// <summary>The largest body of this route in bytes, instead of <see cref="HostingOptions.MaxBodyBytes"/>.</summary>
    public static TBuilder WithBodyLimit<TBuilder>(this TBuilder route, long bytes)
        where TBuilder : IEndpointConventionBuilder
    {
        route.Add(endpoint => endpoint.Metadata.Add(new BodyLimit(bytes)));
        return route;
    }
}
