using ECommerce.Channels.Platform.Hosting;
using ECommerce.Channels.Platform.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace ECommerce.Channels.Platform.Messaging;

public static class OutboxService
{
    /// <summary>The service's <see cref="Outbox"/> and the relay that empties it. Needs AddEventLog.</summary>
    public static IServiceCollection AddOutbox(this IServiceCollection services)
    {
        services.AddValidatedOptions<OutboxOptions>("Outbox");
        services.TryAddSingleton(provider => new Outbox(
            provider.GetRequiredService<ServiceSchema>().Schema,
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<IOptions<EventLogOptions>>().Value.MaxRecordBytes));
        services.AddHostedService<OutboxRelay>();
        return services;
    }
}
