using ECommerce.Channels.Platform.Hosting;
using ECommerce.Channels.Platform.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
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

/// <summary>A chain of a service: where its tables are, and what it is called in published ends.</summary>
/// <param name="Prefix">Of its tables and its function.</param>
/// <param name="Id">The service's name for its audit log, <c>SERVICE/NAME</c> for another; the chain's first hash is made of it.</param>
internal sealed record ChainName(string Prefix, string Id)
{
    public const string Audit = "audit";

    public static ChainName Of(ServiceSchema schema, string name) =>
        new($"{schema.Schema}.{name}", name == Audit ? schema.Schema : $"{schema.Schema}/{name}");
}

public static class AuditHosting
{
    /// <summary>The service's <see cref="AuditLog"/>, its verifier, and the publisher of its ends.</summary>
    public static IServiceCollection AddAudit(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddValidatedOptions<AuditOptions>("Audit");
        services.AddSingleton<AuditHeadSignal>();
        services.AddSingleton(provider => Log(provider, ChainName.Audit, provider.GetRequiredService<AuditHeadSignal>()));
        services.AddSingleton(provider => Verifier(provider, ChainName.Audit));
        services.AddHostedService(provider => Publisher(provider, provider.GetRequiredService<AuditLog>(), provider.GetRequiredService<AuditHeadSignal>()));
        return services;
    }

    /// <summary>
    /// Another chain of the service beside its audit log, by the key of its name; the service's own script makes its tables as those of
    /// the audit log are made, under that name.
    /// </summary>
    public static IServiceCollection AddChain(this IServiceCollection services, string name)
    {
        services.AddKeyedSingleton<AuditHeadSignal>(name);
        services.AddKeyedSingleton(name, (provider, _) => Log(provider, name, provider.GetRequiredKeyedService<AuditHeadSignal>(name)));
        services.AddKeyedSingleton(name, (provider, _) => Verifier(provider, name));
        // Not AddHostedService: that takes one of a kind.
        return services.AddSingleton<IHostedService>(provider => Publisher(
            provider, provider.GetRequiredKeyedService<AuditLog>(name), provider.GetRequiredKeyedService<AuditHeadSignal>(name)));
    }

    private static AuditLog Log(IServiceProvider provider, string name, AuditHeadSignal signal) => new(
        provider.GetRequiredService<NpgsqlDataSource>(), ChainName.Of(provider.GetRequiredService<ServiceSchema>(), name),
        provider.GetRequiredService<TimeProvider>(), signal);

    private static AuditVerifier Verifier(IServiceProvider provider, string name) => new(
        provider.GetRequiredService<NpgsqlDataSource>(), ChainName.Of(provider.GetRequiredService<ServiceSchema>(), name), Heads(provider));

    private static AuditHeadPublisher Publisher(IServiceProvider provider, AuditLog log, AuditHeadSignal signal) => new(
        log, signal, Heads(provider), provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<AuditHeadPublisher>>());

    private static AuditHeads? Heads(IServiceProvider provider) =>
        provider.GetRequiredService<IOptions<AuditOptions>>().Value.HeadsFile is { Length: > 0 } path ? new AuditHeads(path) : null;
}
