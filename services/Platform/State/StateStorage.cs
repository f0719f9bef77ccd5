using System.Globalization;
using Dapr.Client;
using ECommerce.Channels.Platform.Storage;
using Grpc.Net.Client;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;

namespace ECommerce.Channels.Platform.State;

/// <summary>Settings of the section <c>State</c>.</summary>
public sealed class StateStoreOptions
{
    /// <summary>Name of the sidecar's component; not used without a sidecar.</summary>
    public string Component { get; set; } = "state";

    /// <summary>Every call ends within this time; 10 ms to 30 s.</summary>
    public TimeSpan Deadline { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>How often expired entries are removed from the table; not used with a sidecar.</summary>
    public TimeSpan SweepEvery { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>The sidecar's port for gRPC on this host, from <c>DAPR_GRPC_PORT</c>; null where there is no sidecar.</summary>
    public int? SidecarPort { get; set; }
}

public static class StateStorage
{
    /// <summary>
    /// The service's <see cref="IStateStore"/>: behind its sidecar where <c>DAPR_GRPC_PORT</c> is set (with <c>DAPR_HTTP_PORT</c>, as the
    /// injector sets them; token from <c>DAPR_API_TOKEN</c>), else in the service's own schema. Settings are checked at start.
    /// </summary>
    public static IHostApplicationBuilder AddStateStore(this IHostApplicationBuilder builder)
    {
        var configuration = builder.Configuration;
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.AddSingleton<IValidateOptions<StateStoreOptions>>(new StateStoreOptionsValidator(configuration));
        builder.Services.AddOptions<StateStoreOptions>()
            .Bind(configuration.GetSection("State"))
            .Configure(options => options.SidecarPort = Port(configuration["DAPR_GRPC_PORT"]))
            .ValidateOnStart();
        if (HasSidecar(configuration)) AddSidecar(builder.Services, configuration["DAPR_API_TOKEN"]);
        else AddTable(builder.Services);
        return builder;
    }

    private static bool HasSidecar(IConfiguration configuration) =>
        !string.IsNullOrEmpty(configuration["DAPR_GRPC_PORT"]) || !string.IsNullOrEmpty(configuration["DAPR_HTTP_PORT"]);

    private static void AddSidecar(IServiceCollection services, string? token)
    {
        services.AddSingleton<IStateStore>(provider =>
        {
            var options = provider.GetRequiredService<IOptions<StateStoreOptions>>().Value;
            var client = provider.GetRequiredService<DaprClient>();
            return new DaprStateStore(client, options.Component, Deadline(provider, options, $"{options.Component} of the sidecar"));
        });
        services.TryAddSingleton(provider => Client(provider.GetRequiredService<IOptions<StateStoreOptions>>().Value.SidecarPort!.Value, token));
    }

    private static void AddTable(IServiceCollection services)
    {
        services.AddSingleton(provider =>
        {
            var options = provider.GetRequiredService<IOptions<StateStoreOptions>>().Value;
            var schema = provider.GetRequiredService<ServiceSchema>().Schema;
            return new PostgresStateStore(provider.GetRequiredService<NpgsqlDataSource>(), schema, Deadline(provider, options, $"{schema}.state"));
        });
        services.AddSingleton<IStateStore>(provider => provider.GetRequiredService<PostgresStateStore>());
        services.AddHostedService(provider => new StateSweep(
            provider.GetRequiredService<PostgresStateStore>(),
            provider.GetRequiredService<IOptions<StateStoreOptions>>().Value.SweepEvery,
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<StateSweep>>()));
    }

    private static StateDeadline Deadline(IServiceProvider provider, StateStoreOptions options, string store) =>
        new(store, options.Deadline, provider.GetRequiredService<TimeProvider>());

    private static DaprClient Client(int port, string? token)
    {
        var builder = new DaprClientBuilder().UseGrpcEndpoint($"http://127.0.0.1:{port}").UseGrpcChannelOptions(new GrpcChannelOptions
        {
            ThrowOperationCanceledOnCancellation = true,
            MaxReceiveMessageSize = 4 << 20,
        });
        if (!string.IsNullOrEmpty(token)) builder.UseDaprApiToken(token);
        return builder.Build();
    }

    internal static int? Port(string? text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is > 0 and <= 65535 ? port : null;
}

/// <summary>Names every wrong setting at once.</summary>
internal sealed class StateStoreOptionsValidator(IConfiguration configuration) : IValidateOptions<StateStoreOptions>
{
    public ValidateOptionsResult Validate(string? name, StateStoreOptions options)
    {
        var faults = new List<string>();
        var grpc = configuration["DAPR_GRPC_PORT"];
        var http = configuration["DAPR_HTTP_PORT"];
        if (!string.IsNullOrEmpty(grpc) && options.SidecarPort is null) faults.Add($"DAPR_GRPC_PORT is no port: '{grpc}'.");
        if (!string.IsNullOrEmpty(http) && StateStorage.Port(http) is null) faults.Add($"DAPR_HTTP_PORT is no port: '{http}'.");
        if (!string.IsNullOrEmpty(http) && string.IsNullOrEmpty(grpc)) faults.Add("DAPR_HTTP_PORT is set, DAPR_GRPC_PORT is not.");
        if (string.IsNullOrWhiteSpace(options.Component)) faults.Add("State:Component is empty.");
        if (options.Deadline < TimeSpan.FromMilliseconds(10) || options.Deadline > TimeSpan.FromSeconds(30))
            faults.Add($"State:Deadline is {options.Deadline}; it must be 10 ms to 30 s.");
        if (options.SweepEvery < TimeSpan.FromSeconds(1) || options.SweepEvery > TimeSpan.FromDays(1))
            faults.Add($"State:SweepEvery is {options.SweepEvery}; it must be 1 s to 1 day.");
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }
}
