using ECommerce.Channels.Platform.State;
using ECommerce.Channels.Platform.Storage;
using ECommerce.Channels.Testing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace ECommerce.Channels.Platform.Tests.State;

/// <summary>Stores as a service gets them: by registration and settings.</summary>
internal static class Stores
{
    public static IHost Behind(int sidecarPort, string? token, TimeSpan? deadline = null, string component = DaprSidecar.Store) => Host(new()
    {
        ["DAPR_GRPC_PORT"] = $"{sidecarPort}",
        ["DAPR_HTTP_PORT"] = "3500",
        ["DAPR_API_TOKEN"] = token,
        ["State:Component"] = component,
        ["State:Deadline"] = $"{deadline ?? TimeSpan.FromSeconds(10)}",
    });

    /// <summary>A store in the schema "care" of a database, its table made.</summary>
    public static async Task<IHost> InTableAsync(string connectionString, TimeSpan? deadline = null, TimeProvider? time = null)
    {
        var schema = new ServiceSchema("care", [(typeof(IStateStore).Assembly, "State")]);
        await using (var database = ServiceStorage.DataSource(connectionString, schema.Schema))
            await schema.MigrateAsync(database, CancellationToken.None);
        return Host(
            new() { ["State:Deadline"] = $"{deadline ?? TimeSpan.FromSeconds(10)}" },
            services =>
            {
                services.AddServiceStorage(connectionString, schema);
                if (time is not null) services.AddSingleton(time);
            });
    }

    public static IHost Host(Dictionary<string, string?> settings, Action<IServiceCollection>? services = null)
    {
        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Configuration.AddInMemoryCollection(settings);
        services?.Invoke(builder.Services);
        builder.AddStateStore();
        return builder.Build();
    }

    public static IStateStore Store(this IHost host) => host.Services.GetRequiredService<IStateStore>();
}
