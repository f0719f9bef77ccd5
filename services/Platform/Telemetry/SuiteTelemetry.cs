using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace ECommerce.Channels.Platform.Telemetry;

/// <summary>
/// The one tracer and the one meter provider of a process that runs several services. Each of those gets <c>Telemetry:Shared=true</c> in
/// its configuration and registers none; <c>channels.service</c> on spans and metrics tells them apart.
/// </summary>
public static class SuiteTelemetry
{
    /// <summary>
    /// Call it before the first service starts, on the services of a container of its own, whose providers are then started by
    /// <see cref="Start"/>, or by the host it belongs to. Nothing is registered where nothing takes spans and metrics.
    /// </summary>
    public static IServiceCollection AddSuiteTelemetry(this IServiceCollection services, IConfiguration configuration, string name = "channels-suite")
    {
        if (!PlatformTelemetry.IsHeard(configuration)) return services;
        var telemetry = services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService(name, "channels", PlatformTelemetry.Version, autoGenerateServiceInstanceId: false, Environment.MachineName))
            .WithTracing(PlatformTelemetry.Listen)
            .WithMetrics(PlatformTelemetry.Listen);
        if (PlatformTelemetry.HasEndpoint(configuration)) telemetry.UseOtlpExporter();
        return services;
    }

    /// <summary>Starts the providers for a process without a host around its services; dispose it last, which flushes them.</summary>
    public static ServiceProvider Start(IConfiguration configuration, Action<IServiceCollection>? more = null)
    {
        var services = new ServiceCollection();
        services.AddSingleton(configuration);
        services.AddLogging();
        services.AddSuiteTelemetry(configuration);
        more?.Invoke(services);
        var provider = services.BuildServiceProvider();
        provider.GetService<TracerProvider>();
        provider.GetService<MeterProvider>();
        return provider;
    }
}
