using Microsoft.Extensions.Diagnostics.HealthChecks;
using Yarp.ReverseProxy;
using Yarp.ReverseProxy.Model;

namespace ECommerce.Channels.Gateway.Proxy;

/// <summary>One service behind the gateway: well where at least one destination answered its last health check.</summary>
internal sealed class DestinationsCheck(IProxyStateLookup proxy, string service) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var well = proxy.TryGetCluster(service, out var cluster)
            && cluster.Destinations.Values.Any(destination => destination.Health.Active == DestinationHealth.Healthy);
        return Task.FromResult(well ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy());
    }
}
