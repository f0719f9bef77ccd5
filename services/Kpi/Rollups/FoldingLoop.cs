using Microsoft.Extensions.Options;

namespace ECommerce.Channels.Kpi.Rollups;

/// <summary>Folds new minutes every few seconds, going on at once while there is more to fold; tidies up now and then.</summary>
internal sealed partial class FoldingLoop(
    Folding folding, Upkeep upkeep, OperatorZone zone, IOptions<RollupOptions> options, TimeProvider time, ILogger<FoldingLoop> logger) : BackgroundService
{
    private static readonly TimeSpan UpkeepInterval = TimeSpan.FromMinutes(1);
    private DateTimeOffset upkeepDue;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(options.Value.FoldIntervalMs), time);
        while (await WaitAsync(timer, stoppingToken))
        {
            try
            {
                while (await folding.FoldAsync(stoppingToken) > 0)
                {
                }
                await TidyAsync(stoppingToken);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                LogFailed(e);
            }
        }
    }

    private async Task TidyAsync(CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        if (now < upkeepDue) return;
        upkeepDue = now + UpkeepInterval;
        var firstKept = zone.DayOf(now.ToUnixTimeSeconds() / 60).AddDays(-options.Value.MinuteDays);
        await upkeep.RunAsync(zone.StartOf(firstKept), cancellation);
    }

    private static async Task<bool> WaitAsync(PeriodicTimer timer, CancellationToken stopping)
    {
        try
        {
            return await timer.WaitForNextTickAsync(stopping);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    [LoggerMessage(1, LogLevel.Error, "Folding minutes into days failed; it is tried again")]
    private partial void LogFailed(Exception e);
}
