using ECommerce.Channels.Platform.Hosting;
using ECommerce.Channels.Platform.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;

namespace ECommerce.Channels.Platform.Audit;

/// <summary>Settings of the section <c>Audit</c>.</summary>
public sealed class AuditOptions
{
    /// <summary>
    /// File of the published ends of chains, outside of the database; its folder must be there. Empty: only log records are written, and a
    /// verification has nothing to compare a chain with that was rewritten as a whole.
    /// </summary>
    public string? HeadsFile { get; set; }
}

public static class AuditHosting
{
    /// <summary>The service's <see cref="AuditLog"/>, its verifier, and the publisher of its ends.</summary>
    public static IServiceCollection AddAudit(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddValidatedOptions<AuditOptions>("Audit");
        services.AddSingleton<AuditHeadSignal>();
        services.AddSingleton(provider => new AuditLog(
            provider.GetRequiredService<NpgsqlDataSource>(),
            provider.GetRequiredService<ServiceSchema>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<AuditHeadSignal>()));
        services.AddSingleton(provider => new AuditVerifier(
            provider.GetRequiredService<NpgsqlDataSource>(), provider.GetRequiredService<ServiceSchema>(), Heads(provider)));
        services.AddHostedService(provider => new AuditHeadPublisher(
            provider.GetRequiredService<AuditLog>(),
            provider.GetRequiredService<AuditHeadSignal>(),
            Heads(provider),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<AuditHeadPublisher>>()));
        return services;
    }

    private static AuditHeads? Heads(IServiceProvider provider) =>
        provider.GetRequiredService<IOptions<AuditOptions>>().Value.HeadsFile is { Length: > 0 } path ? new AuditHeads(path) : null;
}
