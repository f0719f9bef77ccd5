using ECommerce.Channels.Platform.Hosting;

namespace ECommerce.Channels.Kpi.Rollups;

internal static class RollupService
{
    public static void AddRollups(this IServiceCollection services)
    {
        services.AddValidatedOptions<RollupOptions>("Rollups");
        services.AddSingleton<RollupReader>();
        services.AddSingleton<RollupConsumer>();
        services.AddHostedService(provider => provider.GetRequiredService<RollupConsumer>());
        services.AddSingleton<Folding>();
        services.AddSingleton<Upkeep>();
        services.AddHostedService<FoldingLoop>();
    }
}
