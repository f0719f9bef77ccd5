using ECommerce.Channels.Contracts;
using ECommerce.Channels.Platform.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace ECommerce.Channels.Platform.Messaging;

public static class EventLogService
{
    /// <summary>
    /// The event log: Kafka where <c>KAFKA_BOOTSTRAP</c> names a broker, else PostgreSQL by <c>ConnectionStrings__log</c>. Missing topics
    /// are made at start (setting <c>EventLog:ApplyTopics</c>). A log that is down makes the service degraded, not unready: what needs no
    /// log goes on.
    /// </summary>
    public static IServiceCollection AddEventLog(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddValidatedOptions<EventLogOptions>(EventLogOptions.Section);
        services.TryAddSingleton<IEventLog>(provider => Open(
            provider.GetRequiredService<IConfiguration>(), provider.GetRequiredService<IOptions<EventLogOptions>>().Value,
            provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILoggerFactory>()));
        services.AddHostedService<EventLogTopics>();
        services.AddHealthChecks().AddCheck<EventLogCheck>("log", HealthStatus.Degraded, ["ready"]);
        return services;
    }

    /// <summary>The log that the configuration names; also for commands that run without a host.</summary>
    /// <exception cref="InvalidOperationException">Neither setting is there.</exception>
    public static IEventLog Open(IConfiguration configuration, EventLogOptions options, TimeProvider time, ILoggerFactory loggers)
    {
        if (configuration["KAFKA_BOOTSTRAP"] is { Length: > 0 } bootstrap)
            return new KafkaEventLog(bootstrap, options, time, loggers.CreateLogger<KafkaEventLog>());
        if (configuration.GetConnectionString("log") is { Length: > 0 } connection)
            return new PostgresEventLog(connection, options, time, loggers.CreateLogger<PostgresEventLog>());
        throw new InvalidOperationException("Name the event log: KAFKA_BOOTSTRAP for Kafka, or ConnectionStrings__log for PostgreSQL.");
    }
}

/// <summary>Makes missing topics at start, and again and again until the log answers; the service does not wait for it.</summary>
internal sealed class EventLogTopics(IEventLog log, IOptions<EventLogOptions> options, TimeProvider time, ILogger<EventLogTopics> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!options.Value.ApplyTopics) return;
        for (var wait = TimeSpan.FromMilliseconds(200); ; wait = wait < TimeSpan.FromSeconds(5) ? wait * 2 : wait)
        {
            try
            {
                foreach (var difference in await log.ApplyAsync(Topics.All, stoppingToken)) Log.TopicDiffers(logger, difference);
                return;
            }
            catch (EventLogUnavailableException e)
            {
                Log.TopicsNotMade(logger, e.Message);
            }
            await Task.Delay(wait, time, stoppingToken);
        }
    }
}

internal sealed class EventLogCheck(IEventLog log) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            await log.IdentifyAsync(Topics.Transactions.Name, cancellationToken);
            return HealthCheckResult.Healthy();
        }
        catch (EventLogUnavailableException e)
        {
            return new HealthCheckResult(context.Registration.FailureStatus, e.Message);
        }
    }
}
