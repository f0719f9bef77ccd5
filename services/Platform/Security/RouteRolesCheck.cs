using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Hosting;

namespace ECommerce.Channels.Platform.Security;

/// <summary>Refuses a start in which an <c>/api</c> route neither names its roles nor says that it is open.</summary>
internal sealed class RouteRolesCheck(EndpointDataSource endpoints) : IHostedLifecycleService
{
    public Task StartedAsync(CancellationToken cancellationToken)
    {
        var undecided = endpoints.Endpoints.OfType<RouteEndpoint>()
            .Where(route => Path(route).StartsWith("/api/", StringComparison.OrdinalIgnoreCase) && !Decided(route))
            .Select(route => route.DisplayName ?? Path(route))
            .Distinct()
            .ToList();
        return undecided.Count == 0
            ? Task.CompletedTask
            : throw new InvalidOperationException("Routes without roles (RequireRoles, or AllowAnonymous): " + string.Join(", ", undecided));
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private static string Path(RouteEndpoint route) => "/" + (route.RoutePattern.RawText ?? "").TrimStart('/');

    private static bool Decided(RouteEndpoint route) =>
        route.Metadata.GetMetadata<RouteRoles>() is not null
        || route.Metadata.GetMetadata<IAllowAnonymous>() is not null
        || route.Metadata.GetMetadata<IAuthorizeData>() is not null;
}
