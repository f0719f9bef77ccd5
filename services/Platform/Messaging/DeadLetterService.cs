using ECommerce.Channels.Platform.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace ECommerce.Channels.Platform.Messaging;

public static class DeadLetterService
{
    /// <summary>Dead letters of the service, and their way to <c>&lt;topic&gt;.dead</c>. Needs AddEventLog and AddAudit.</summary>
    public static IServiceCollection AddDeadLetters(this IServiceCollection services)
    {
        services.TryAddSingleton(provider => new DeadLetters(provider.GetRequiredService<ServiceSchema>().Schema));
        services.TryAddSingleton<DeadLetterStore>();
        services.AddHostedService<DeadLetterRelay>();
        return services;
    }
}
