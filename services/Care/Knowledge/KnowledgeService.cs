namespace ECommerce.Channels.Care.Knowledge;

internal static class KnowledgeService
{
    public static IServiceCollection AddKnowledge(this IServiceCollection services)
    {
        services.AddSingleton<ArticleStore>();
        services.AddSingleton<ArticleHistory>();
        services.AddSingleton<ArticleSearch>();
        services.AddSingleton<ArticleUses>();
        services.AddSingleton<ArticleDesk>();
        return services.AddSingleton<ArticleActions>();
    }

    public static void MapKnowledge(this IEndpointRouteBuilder api) => KnowledgeApi.Map(api);
}
