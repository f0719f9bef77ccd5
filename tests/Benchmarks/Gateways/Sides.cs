using System.Net;
using ECommerce.Channels.Gateway;
using ECommerce.Channels.Gateway.Access;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Npgsql;
using Yarp.ReverseProxy.Configuration;

namespace ECommerce.Channels.Benchmarks.Gateways;

/// <summary>What stands on the ports of the benchmark, each in a process of its own, so that CPU and heap are its own.</summary>
internal static class Sides
{
    public const string Path = "/api/v1/kpi/anything";

    /// <summary>The service behind: a kilobyte of JSON for whatever is asked.</summary>
    public static async Task StubAsync(int port)
    {
        var builder = Empty(port);
        await using var app = builder.Build();
        var body = new byte[1024];
        Array.Fill(body, (byte)' ');
        "{}"u8.CopyTo(body);
        app.Run(context =>
        {
            context.Response.ContentType = "application/json";
            context.Response.ContentLength = body.Length;
            return context.Response.Body.WriteAsync(body, context.RequestAborted).AsTask();
        });
        await app.RunAsync();
    }

    /// <summary>YARP with one route, and nothing else.</summary>
    public static async Task BareAsync(int port, int stub)
    {
        var builder = Empty(port);
        builder.Services.AddRouting();
        builder.Services.AddReverseProxy().LoadFromMemory(
            [new RouteConfig { RouteId = "all", ClusterId = "stub", Match = new RouteMatch { Path = "/{**rest}" } }],
            [new ClusterConfig
            {
                ClusterId = "stub",
                Destinations = new Dictionary<string, DestinationConfig> { ["one"] = new() { Address = $"http://127.0.0.1:{stub}" } },
            }]);
        await using var app = builder.Build();
        app.UseRouting();
        app.MapReverseProxy();
        await app.RunAsync();
    }

    /// <summary>The gateway as it is shipped, with one key that may ask without end.</summary>
    public static async Task GatewayAsync(int port, int stub, string database, string key, CancellationToken cancellation)
    {
        var folder = Directory.CreateTempSubdirectory("channels-bench-gateway-").FullName;
        try
        {
            var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = "Production" });
            builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
            {
                ["ConnectionStrings:gateway"] = database,
                ["Identity:SigningKeyFile"] = System.IO.Path.Combine(folder, "signing.pem"),
                ["Services:kpi"] = $"http://127.0.0.1:{stub}",
                ["Services:care"] = $"http://127.0.0.1:{stub}",
                ["Hosting:DrainDelay"] = "00:00:00",
            });
            builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port));
            builder.AddGateway();
            await using var app = builder.Build();
            app.MapGateway();
            await app.StartAsync(cancellation);
            await SuiteAccounts.EnsureAsync(app.Services, [new SuiteAccount("portal", "portal", Guid.NewGuid().ToString("N"), key)], cancellation);
            await UnlimitAsync(app.Services.GetRequiredService<NpgsqlDataSource>(), cancellation);
            await ((IHost)app).WaitForShutdownAsync(cancellation);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task UnlimitAsync(NpgsqlDataSource database, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand("""
            WITH next AS (UPDATE access_version SET version = version + 1 RETURNING version)
            UPDATE api_keys SET requests_per_minute = 10000000, version = next.version FROM next
            """);
        await command.ExecuteNonQueryAsync(cancellation);
    }

    private static WebApplicationBuilder Empty(int port)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port));
        return builder;
    }
}
