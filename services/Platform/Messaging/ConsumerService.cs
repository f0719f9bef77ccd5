using ECommerce.Channels.Platform.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace ECommerce.Channels.Platform.Messaging;

public static class ConsumerService
{
    /// <summary>Reads a topic with a handler of the service, in the background. Needs AddEventLog; one registration per topic and group.</summary>
    public static IServiceCollection AddTransactionalConsumer<THandler>(this IServiceCollection services, ConsumerOptions options)
        where THandler : class, IRecordHandler
    {
        services.AddSingleton<THandler>();
        services.AddSingleton<IHostedService>(provider => new TransactionalConsumer(
            provider.GetRequiredService<IEventLog>(),
            provider.GetRequiredService<NpgsqlDataSource>(),
            provider.GetRequiredService<ServiceSchema>().Schema,
            provider.GetRequiredService<THandler>(),
            options,
            provider.GetRequiredService<ILogger<TransactionalConsumer>>()));
        return services;
    }
}
