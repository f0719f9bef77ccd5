using ECommerce.Channels.Contracts;
using ECommerce.Channels.Platform.Messaging;

namespace ECommerce.Channels.Kpi.Serving;

internal static class ServingService
{
    /// <summary>How often it is written down up to when serving's facts are known: what figures say as their as-of time.</summary>
    private static readonly TimeSpan AsOfEvery = TimeSpan.FromSeconds(5);

    public static IServiceCollection AddServing(this IServiceCollection services)
    {
        services.AddTransient<ServingCodes>();
        services.AddTransactionalConsumer<ConversationConsumer>(Reading(Topics.Conversations, ConversationConsumer.Group));
        return services.AddTransactionalConsumer<TicketConsumer>(Reading(Topics.Tickets, TicketConsumer.Group));
    }

    /// <summary>The rows know their revision, and no list of subjects is kept beside them.</summary>
    private static ConsumerOptions Reading(Topic topic, string group) => new(topic.Name, group) { KeepSequences = false, AsOfEvery = AsOfEvery };
}
