using ECommerce.Channels.Care.Customers;
using ECommerce.Channels.Care.Journeys;

namespace ECommerce.Channels.Care.Matters;

/// <summary>Judges matters as they settle; every replica does, each other customers.</summary>
internal sealed partial class MatterLoop(MatterJudge judge, MatterStore store, JourneyDays days, TimeProvider time, ILogger<MatterLoop> log) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(20);
    private DateOnly pruned;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await judge.RoundAsync(stoppingToken);
                if (pruned < days.First) await PruneAsync(stoppingToken);
            }
            catch (Exception failure) when (failure is not OperationCanceledException)
            {
                NotJudged(failure);
            }
        }
    }

    private async Task PruneAsync(CancellationToken cancellation)
    {
        await store.PruneAsync(new DateTimeOffset(days.First.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero) - Matter.Window, cancellation);
        pruned = days.First;
    }

    [LoggerMessage(LogLevel.Warning, "Customers' matters were not judged; it is tried again")]
    private partial void NotJudged(Exception failure);
}

internal static class MattersService
{
    public static IServiceCollection AddMatters(this IServiceCollection services)
    {
        services.AddSingleton<MatterStore>();
        services.AddSingleton<IKeepsCustomers>(provider => provider.GetRequiredService<MatterStore>());
        services.AddSingleton<MatterJudge>();
        return services.AddHostedService<MatterLoop>();
    }
}
