namespace ECommerce.Channels.Kpi.Ingestion;

internal static class IngestionService
{
    public static void AddIngestion(this IServiceCollection services)
    {
        services.AddSingleton<ImportStore>();
        services.AddHostedService<ImportDelivery>();
    }

    public static void MapIngestion(this IEndpointRouteBuilder routes)
    {
        routes.MapTransactions();
        routes.MapImports();
    }
}
