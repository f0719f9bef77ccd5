using ECommerce.Channels.Platform.Security;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Hosting;

namespace ECommerce.Channels.Platform.Hosting;

/// <summary>A route that only passes requests on: who may call, and keys of idempotent calls, are the business of what is behind it.</summary>
public sealed record ForwardedRoute
{
    public static readonly ForwardedRoute Instance = new();
}

/// <summary>
/// Refuses to start a service that has a route under <c>/api</c> which neither names its roles nor is explicitly open to everyone, or
/// that does both.
/// </summary>
internal sealed class RouteCheck(RouteTable table) : IHostedLifecycleService
{
    public Task StartingAsync(CancellationToken cancellationToken)
    {
        var wrong = table.Routes().Where(IsUndecided).Select(route => $"{Methods(route)} {route.RoutePattern.RawText}").Order().ToList();
        return wrong.Count == 0
            ? Task.CompletedTask
            : throw new InvalidOperationException("These routes need either RequireRoles(…) or AllowAnonymous(): " + string.Join("; ", wrong));
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private static bool IsUndecided(RouteEndpoint route)
    {
        var underApi = route.RoutePattern.RawText?.TrimStart('/').StartsWith("api/", StringComparison.OrdinalIgnoreCase) == true;
        var forwarded = route.Metadata.GetMetadata<ForwardedRoute>() is not null;
        var named = route.Metadata.GetMetadata<RouteRoles>() is not null;
        var open = route.Metadata.GetMetadata<IAllowAnonymous>() is not null;
        return underApi && !forwarded && named == open;
    }

    private static string Methods(RouteEndpoint route) =>
        string.Join(',', route.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? ["*"]);
}

/// <summary>The routes of the application, once they are mapped.</summary>
public sealed class RouteTable
{
    private IEndpointRouteBuilder? application;

    public IEnumerable<RouteEndpoint> Routes() =>
        application?.DataSources.SelectMany(source => source.Endpoints).OfType<RouteEndpoint>() ?? [];

    internal void Watch(IEndpointRouteBuilder routes) => application = routes;
}
