using ECommerce.Channels.Platform.Storage;
using Npgsql;

namespace ECommerce.Channels.Care.Customers;

/// <summary>After 31 days no topic and no backup tells of an erased customer any more, and the pseudonym itself is forgotten.</summary>
internal sealed partial class ErasuresPruning(NpgsqlDataSource database, TimeProvider time, ILogger<ErasuresPruning> log) : BackgroundService
{
    public static readonly TimeSpan Kept = TimeSpan.FromDays(31);
    private static readonly TimeSpan Every = TimeSpan.FromHours(1);

    public async Task PruneAsync(CancellationToken cancellation)
    {
        await using var command = database.CreateCommand("DELETE FROM erasures WHERE erased_at < $1").With((time.GetUtcNow() - Kept).UtcDateTime);
        await command.ExecuteNonQueryAsync(cancellation);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await PruneAsync(stoppingToken);
            }
            catch (Exception failure) when (failure is not OperationCanceledException)
            {
                NotPruned(failure);
            }
        }
    }

    [LoggerMessage(LogLevel.Warning, "Old erasures could not be forgotten; the next hour tries again")]
    private partial void NotPruned(Exception failure);
}
