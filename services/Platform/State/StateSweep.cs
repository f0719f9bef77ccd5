using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ECommerce.Channels.Platform.State;

/// <summary>Removes expired entries from the table now and then; they are hidden before that. Replicas do not get in each other's way.</summary>
internal sealed partial class StateSweep(PostgresStateStore store, TimeSpan every, TimeProvider time, ILogger<StateSweep> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(every, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await store.RemoveExpiredAsync(stoppingToken);
            }
            catch (Exception failure) when (failure is not OperationCanceledException)
            {
                // The next turn does it; nobody sees expired entries meanwhile.
                SweepFailed(logger, failure);
            }
        }
    }

    [LoggerMessage(LogLevel.Warning, "Expired state could not be removed; the next turn tries again")]
    private static partial void SweepFailed(ILogger logger, Exception failure);
}
