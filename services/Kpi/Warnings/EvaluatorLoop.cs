using ECommerce.Channels.Platform.Hosting;
using Microsoft.Extensions.Options;
using Npgsql;

namespace ECommerce.Channels.Kpi.Warnings;

/// <summary>Settings of warnings: section <c>Warnings</c>.</summary>
public sealed class WarningOptions
{
    /// <summary>How often rules are evaluated. Default one minute.</summary>
    [System.ComponentModel.DataAnnotations.Range(typeof(TimeSpan), "00:00:00.100", "01:00:00")]
    public TimeSpan Interval { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>How many rules there may be. Default 1,000.</summary>
    [System.ComponentModel.DataAnnotations.Range(1, 100_000)]
    public int MaxRules { get; set; } = 1_000;
}

/// <summary>Evaluates every minute, for as long as it is this replica's turn.</summary>
internal sealed partial class EvaluatorLoop(
    Evaluator evaluator, EvaluatorLease lease, IOptions<WarningOptions> options, TimeProvider time, ILogger<EvaluatorLoop> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.Value.Interval, time);
        try
        {
            do
            {
                await RoundAsync(stoppingToken);
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The service stops.
        }
        finally
        {
            await LeaveAsync();
        }
    }

    private async Task RoundAsync(CancellationToken cancellation)
    {
        try
        {
            await evaluator.RoundAsync(cancellation);
        }
        catch (Exception exception) when (!cancellation.IsCancellationRequested)
        {
            LogFailed(exception);
            await SayAsync(exception, cancellation);
        }
    }

    /// <summary>So that whoever looks at warnings sees that they are not evaluated.</summary>
    private async Task SayAsync(Exception exception, CancellationToken cancellation)
    {
        try
        {
            await lease.FailedAsync(exception.GetType().Name, cancellation);
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException)
        {
            // The database itself is away: the age of the last round says it.
        }
    }

    private async Task LeaveAsync()
    {
        try
        {
            await lease.LeaveAsync(CancellationToken.None);
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException)
        {
            // It runs out by itself.
        }
    }

    [LoggerMessage(1, LogLevel.Error, "Warnings were not evaluated; it is tried again")]
    private partial void LogFailed(Exception exception);
}

internal static class WarningsService
{
    public static void AddWarnings(this IServiceCollection services)
    {
        services.AddValidatedOptions<WarningOptions>("Warnings");
        services.AddSingleton<RuleStore>();
        services.AddSingleton<WarningStore>();
        services.AddSingleton<FeedDelays>();
        services.AddSingleton<EvaluatorLease>();
        services.AddSingleton<Evaluator>();
        services.AddSingleton<RuleService>();
        services.AddSingleton<WarningActions>();
        services.AddHostedService<EvaluatorLoop>();
    }

    public static void MapWarnings(this IEndpointRouteBuilder app)
    {
        RulesApi.Map(app);
        WarningsApi.Map(app);
    }
}
