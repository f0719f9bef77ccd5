using Microsoft.Extensions.Options;

namespace ECommerce.Channels.Kpi.Rollups;

/// <summary>Folds new minutes every few seconds; goes on at once while there is more to fold.</summary>
internal sealed partial class FoldingLoop(Folding folding, IOptions<RollupOptions> options, TimeProvider time, ILogger<FoldingLoop> logger) : BackgroundService
{
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
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                LogFailed(e);
            }
        }
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
