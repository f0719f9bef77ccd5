using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using ECommerce.Channels.Platform.Security;
using ECommerce.Channels.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

[assembly: Xunit.AssemblyFixture(typeof(PostgresServer))]

namespace ECommerce.Channels.Offload.Tests;

/// <summary>The service on a real socket and a real database, called with tokens as the gateway signs them.</summary>
internal sealed class OffloadHost : IAsyncDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("channels-offload-").FullName;
    private readonly HttpClient client = new();
    private WebApplication? app;
    private CallerTokens? tokens;

    public string Connection { get; private init; } = "";

    public HttpClient Anonymous => client;

    public IServiceProvider Services => app!.Services;

    public T The<T>()
        where T : notnull => app!.Services.GetRequiredService<T>();

    public static async Task<OffloadHost> StartAsync(PostgresServer postgres, params (string Key, string Value)[] settings) =>
        await OnAsync(await postgres.NewDatabaseAsync(), settings);

    /// <summary>On a database that is there.</summary>
    public static async Task<OffloadHost> OnAsync(string connection, params (string Key, string Value)[] settings)
    {
        var host = new OffloadHost { Connection = connection };
        await host.StartAsync(settings);
        return host;
    }

    /// <param name="regions">Granted codes; none given is all.</param>
    public async Task<(int Status, JsonElement Body)> CallAsync(
        HttpMethod method, string path, object? body, string role, CancellationToken cancellation, string? subject = null, string? ifMatch = null, params string[] regions)
    {
        using var request = new HttpRequestMessage(method, "/api/v1/offload" + path) { Content = body is null ? null : JsonContent.Create(body) };
        if (ifMatch is not null) request.Headers.IfMatch.ParseAdd(ifMatch);
        var name = subject ?? "user:" + role;
        var grant = regions.Length == 0 ? RegionGrant.Everything : new RegionGrant(false, regions);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", tokens!.Sign(new Caller(name, name, [role], grant, Source: null), "offload"));
        using var answer = await client.SendAsync(request, cancellation);
        var text = await answer.Content.ReadAsStringAsync(cancellation);
        return ((int)answer.StatusCode, text.Length == 0 ? default : JsonDocument.Parse(text).RootElement);
    }

    public async ValueTask DisposeAsync()
    {
        client.Dispose();
        if (app is not null)
        {
            await app.StopAsync();
            await app.DisposeAsync();
        }
        Directory.Delete(folder, recursive: true);
    }

    private async Task StartAsync((string Key, string Value)[] settings)
    {
        var signing = Path.Combine(folder, "signing.pem");
        tokens = new CallerTokens(signing, TimeProvider.System);
        tokens.PublicKeys();
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = "Production" });
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["ConnectionStrings:offload"] = Connection,
            ["ConnectionStrings:log"] = Connection,
            ["Identity:PublicKeysFile"] = signing,
            ["Decisions:KeyFile"] = Path.Combine(folder, "decisions.key"),
            ["Decisions:MakeKey"] = "true",
            // Other tests beside this one may make a machine slow; what is too late there is tested by its own settings.
            ["Decisions:LongestLag"] = "00:00:30",
            ["Decisions:Budget"] = "00:00:05",
            ["Hosting:DrainDelay"] = "00:00:00",
            ["Telemetry:Shared"] = "true",
            ["Audit:HeadsFile"] = Path.Combine(folder, "audit-heads.jsonl"),
        });
        builder.Configuration.AddInMemoryCollection(settings.Select(pair => KeyValuePair.Create(pair.Key, (string?)pair.Value)));
        builder.AddOffload();
        builder.Logging.ClearProviders();
        app = builder.Build();
        app.MapOffload();
        await app.StartAsync();
        client.BaseAddress = new Uri(app.Urls.Single());
    }
}
