using ECommerce.Channels.Platform.Catalogue;
using Npgsql;

namespace ECommerce.Channels.Offload.Experiments;

/// <summary>Judges every minute whoever's window is over.</summary>
internal sealed partial class EffectJudge(EffectStore store, CatalogueCopy catalogue, TimeProvider time, ILogger<EffectJudge> logger) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromMinutes(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken)) await RoundAsync(stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The service stops.
        }
    }

    private async Task RoundAsync(CancellationToken cancellation)
    {
        try
        {
            while (await store.JudgeAsync(await catalogue.LatestAsync(cancellation), cancellation) > 0)
            {
            }
        }
        catch (Exception failure) when (failure is NpgsqlException or TimeoutException)
        {
            LogLater(failure.Message);
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "What became of offers is judged later: {Reason}")]
    private partial void LogLater(string reason);
}
