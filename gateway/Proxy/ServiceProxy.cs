using System.Net.Sockets;
using ECommerce.Channels.Platform.Hosting;
using Microsoft.Extensions.Options;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Health;

namespace ECommerce.Channels.Gateway.Proxy;

/// <summary>The reverse proxy: routes and clusters from the configuration (<c>gateway.json</c>, section ReverseProxy).</summary>
internal static class ServiceProxy
{
    /// <summary>Ends the name of a cluster for long answers; the service is what stands before it.</summary>
    public const string StreamsSuffix = "-streams";

    /// <summary>
    /// Loads the routes, and puts the address <c>Services:NAME</c>, where it is set, in place of the one of the clusters NAME and NAME-streams.
    /// </summary>
    public static void AddServiceProxy(this WebApplicationBuilder builder, GatewayOptions options)
    {
        AddConfiguration(builder.Configuration);
        var proxy = builder.Services.AddReverseProxy()
            .LoadFromConfig(builder.Configuration.GetSection("ReverseProxy"))
            .AddConfigFilter<ProxyDefaults>()
            .ConfigureHttpClient((_, handler) =>
            {
                handler.ConnectTimeout = TimeSpan.FromSeconds(2);
                handler.PooledConnectionLifetime = TimeSpan.FromMinutes(2);
            })
            .AddTransforms<IdentityTransforms>();
        if (options.ResolveByDns)
        {
            proxy.AddDnsDestinationResolver(dns =>
            {
                dns.RefreshPeriod = TimeSpan.FromSeconds(10);
                dns.AddressFamily = AddressFamily.InterNetwork;
            });
        }
        builder.Services.AddSingleton<CallerTokenCache>();
    }

    public static void MapServiceProxy(this WebApplication app) => app
        .MapReverseProxy(pipeline =>
        {
            pipeline.UseMiddleware<ForwarderProblems>();
            pipeline.UseSessionAffinity();
            pipeline.UseLoadBalancing();
            pipeline.UsePassiveHealthChecks();
        })
        .WithMetadata(ForwardedRoute.Instance);

    /// <summary>The service behind a cluster, which is the audience of its tokens.</summary>
    public static string ServiceOf(string clusterId) =>
        clusterId.EndsWith(StreamsSuffix, StringComparison.Ordinal) ? clusterId[..^StreamsSuffix.Length] : clusterId;

    private static void AddConfiguration(ConfigurationManager configuration)
    {
        // First, so that every other source (appsettings, environment, command line) has the last word.
        using var routes = File.OpenRead(Path.Combine(AppContext.BaseDirectory, "gateway.json"));
        var shipped = new ConfigurationBuilder().AddJsonStream(routes).Build();
        configuration.Sources.Insert(0, new ChainedConfigurationSource { Configuration = shipped, ShouldDisposeConfiguration = true });
        var addresses = new Dictionary<string, string?>();
        foreach (var service in configuration.GetSection("Services").GetChildren())
        {
            addresses[$"ReverseProxy:Clusters:{service.Key}:Destinations:one:Address"] = service.Value;
            if (configuration.GetSection($"ReverseProxy:Clusters:{service.Key}{StreamsSuffix}").Exists())
                addresses[$"ReverseProxy:Clusters:{service.Key}{StreamsSuffix}:Destinations:one:Address"] = service.Value;
        }
        configuration.AddInMemoryCollection(addresses);
    }
}

/// <summary>
/// What holds for every cluster and route unless its configuration says otherwise. Health of what is behind is asked every few seconds, and watched in passing. Where none of a cluster is well
/// it is tried all the same: a service that is not ready still answers for what it can, and one that is gone fails at once.
/// </summary>
internal sealed class ProxyDefaults(IOptions<GatewayOptions> options) : IProxyConfigFilter
{
    public ValueTask<ClusterConfig> ConfigureClusterAsync(ClusterConfig cluster, CancellationToken cancel)
    {
        var interval = options.Value.HealthInterval;
        return new(cluster with
        {
            HealthCheck = cluster.HealthCheck ?? new HealthCheckConfig
            {
                AvailableDestinationsPolicy = HealthCheckConstants.AvailableDestinations.HealthyOrPanic,
                Active = new ActiveHealthCheckConfig
                {
                    Enabled = true,
                    Interval = interval,
                    Timeout = TimeSpan.FromSeconds(3),
                    Policy = HealthCheckConstants.ActivePolicy.ConsecutiveFailures,
                    Path = "/health/ready",
                },
                Passive = new PassiveHealthCheckConfig
                {
                    Enabled = true,
                    Policy = HealthCheckConstants.PassivePolicy.TransportFailureRate,
                    ReactivationPeriod = interval * 2,
                },
            },
        });
    }

    /// <summary>The cluster's ActivityTimeout ends a call (504); a timeout of the route would end it as the caller's fault (400).</summary>
    public ValueTask<RouteConfig> ConfigureRouteAsync(RouteConfig route, ClusterConfig? cluster, CancellationToken cancel) =>
        new(route.Timeout is null && route.TimeoutPolicy is null ? route with { TimeoutPolicy = "Disable" } : route);
}
