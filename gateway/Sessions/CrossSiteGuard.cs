using ECommerce.Channels.Gateway.Access;
using ECommerce.Channels.Platform.Hosting;
using Microsoft.Extensions.Options;

namespace ECommerce.Channels.Gateway.Sessions;

/// <summary>
/// A browser sends its cookie with whatever page asks it to, so a change made with a cookie must come from our own pages: by the
/// browser's word (Sec-Fetch-Site, Origin), and by a header that another site cannot add without asking first, which is never granted.
/// Signing in is guarded too, so that nobody is signed in as someone else unawares.
/// </summary>
internal sealed class CrossSiteGuard(RequestDelegate next, IOptions<GatewayOptions> options, ILogger<CrossSiteGuard> log)
{
    /// <summary>Our own pages send it with every change; any value.</summary>
    public const string Header = "X-Channels-Request";

    public Task InvokeAsync(HttpContext context)
    {
        if (IsSafe(context.Request.Method)) return next(context);
        var bySession = CallerIdentity.Of(context)?.BySession == true;
        var signingIn = CallerIdentity.Of(context) is null && context.Request.Path.StartsWithSegments(SessionApi.Path);
        if (!bySession && !signingIn) return next(context);
        if (Fault(context.Request, needsHeader: bySession) is not { } fault) return next(context);
        log.CrossSiteRefused(fault, context.Request.Method, context.Request.Path.Value ?? "");
        return Problem.Of(403, "cross-site", new("请求不是从本站页面发出的", "The request does not come from our own pages")).ExecuteAsync(context);
    }

    private static bool IsSafe(string method) => HttpMethods.IsGet(method) || HttpMethods.IsHead(method) || HttpMethods.IsOptions(method);

    private string? Fault(HttpRequest request, bool needsHeader)
    {
        var site = request.Headers["Sec-Fetch-Site"].ToString();
        if (site.Length > 0 && site is not ("same-origin" or "none") && !Allowed(request)) return "Sec-Fetch-Site";
        if (request.Headers.Origin.Count > 0 && !OwnOrigin(request) && !Allowed(request)) return "Origin";
        return needsHeader && !request.Headers.ContainsKey(Header) ? "header" : null;
    }

    private bool Allowed(HttpRequest request) => options.Value.Origins.Contains(request.Headers.Origin.ToString(), StringComparer.OrdinalIgnoreCase);

    /// <summary>By host and port: whether TLS ended in front of us is not always known here.</summary>
    private static bool OwnOrigin(HttpRequest request) =>
        Uri.TryCreate(request.Headers.Origin.ToString(), UriKind.Absolute, out var origin)
        && string.Equals(origin.Authority, request.Host.Value, StringComparison.OrdinalIgnoreCase);
}
