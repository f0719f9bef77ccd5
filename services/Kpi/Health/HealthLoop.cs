using System.ComponentModel.DataAnnotations;
using ECommerce.Channels.Platform.Hosting;

namespace ECommerce.Channels.Kpi.Health;

/// <summary>Settings of channel health: section <c>Health</c>.</summary>
public sealed class HealthOptions
{
    /// <summary>How often health is measured and published. Default one minute. Who reads it takes three intervals without news for unknown.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")]
    public TimeSpan Interval { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>The success rate that a channel must be able to reach, 0 to 1: below it beyond noise, it fails. Default 0.80.</summary>
    [Range(0.0, 1.0)]
    public double Floor { get; set; } = 0.80;
}

/// <summary>Measures at each interval; of several replicas, whoever takes a round first does it.</summary>
internal sealed partial class HealthLoop(HealthMeasurer measurer, TimeProvider time, ILogger<HealthLoop> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (true)
            {
                var wait = await RoundAsync(stoppingToken) - time.GetUtcNow();
                if (wait > TimeSpan.Zero) await Task.Delay(wait, time, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The service stops.
        }
    }

    private async Task<DateTimeOffset> RoundAsync(CancellationToken cancellation)
    {
        try
        {
            return await measurer.RoundAsync(cancellation);
        }
        catch (Exception exception) when (!cancellation.IsCancellationRequested)
        {
            LogFailed(exception);
            return time.GetUtcNow() + HealthStore.ClaimLength;
        }
    }

    [LoggerMessage(1, LogLevel.Error, "Channel health was not measured; it is tried again")]
    private partial void LogFailed(Exception exception);
}

internal static class HealthService
{
    public static void AddChannelHealth(this IServiceCollection services)
    {
        services.AddValidatedOptions<HealthOptions>("Health");
        services.AddSingleton<HealthStore>();
        services.AddSingleton<HealthMeasurer>();
        services.AddHostedService<HealthLoop>();
    }

    public static void MapChannelHealth(this IEndpointRouteBuilder app) => HealthApi.Map(app);
}
