using System.Collections.Frozen;
using System.Net.Http.Headers;
using ECommerce.Channels.Gateway.Access;
using Yarp.ReverseProxy.Transforms;
using Yarp.ReverseProxy.Transforms.Builder;

namespace ECommerce.Channels.Gateway.Proxy;

/// <summary>
/// What a service is told about a caller comes from the gateway alone: the signed token and X-Forwarded-*. Everything a client may have
/// said about itself (tokens, cookies, identity and forwarding headers) stays outside.
/// </summary>
internal sealed class IdentityTransforms(CallerTokenCache tokens) : ITransformProvider
{
    private static readonly FrozenSet<string> Refused = new[]
    {
        "Authorization", "Cookie", "Forwarded", "X-Identity", "X-Real-IP", "X-Client-IP", "X-Original-URL", "X-Original-Host", "X-Rewrite-URL",
        "X-HTTP-Method-Override", "X-Method-Override", "X-Remote-User", "Remote-User", "X-Auth-Request-User", "Proxy-Authorization",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    private static readonly string[] RefusedPrefixes = ["X-Forwarded-", "X-User", "X-Identity-", "X-Tenant", "X-Role", "X-Caller", "X-Authenticated-"];

    public void ValidateRoute(TransformRouteValidationContext context)
    {
    }

    public void ValidateCluster(TransformClusterValidationContext context)
    {
    }

    public void Apply(TransformBuilderContext context)
    {
        var service = ServiceProxy.ServiceOf(context.Route.ClusterId!);
        context.UseDefaultForwarders = false;
        context.AddRequestTransform(request =>
        {
            RemoveClaims(request.ProxyRequest.Headers);
            if (CallerIdentity.Of(request.HttpContext) is { } identity)
                request.ProxyRequest.Headers.TryAddWithoutValidation("Authorization", tokens.For(identity.Caller, service));
            return ValueTask.CompletedTask;
        });
        context.AddXForwarded(ForwardedTransformActions.Set);
        context.AddResponseTransform(response =>
        {
            response.HttpContext.Response.Headers.Remove("Server");
            response.HttpContext.Response.Headers.Remove("Set-Cookie");
            return ValueTask.CompletedTask;
        });
    }

    /// <summary>One look at what the request has: it has few of the names that are refused, mostly none but its credentials.</summary>
    private static void RemoveClaims(HttpRequestHeaders headers)
    {
        List<string>? found = null;
        foreach (var header in headers.NonValidated)
            if (IsRefused(header.Key)) (found ??= []).Add(header.Key);
        if (found is null) return;
        foreach (var name in found) headers.Remove(name);
    }

    private static bool IsRefused(string name)
    {
        if (Refused.Contains(name)) return true;
        if (!name.StartsWith("X-", StringComparison.OrdinalIgnoreCase)) return false;
        foreach (var prefix in RefusedPrefixes)
            if (name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase)) return true;
        return false;
    }
}
