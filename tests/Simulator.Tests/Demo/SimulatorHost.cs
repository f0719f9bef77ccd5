using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using ECommerce.Channels.Contracts;
using ECommerce.Channels.Platform.Security;
using ECommerce.Channels.Platform.Storage;
using ECommerce.Channels.Simulator.Demo;
using ECommerce.Channels.Simulator.Operator;
using ECommerce.Channels.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Npgsql;
using Xunit;

namespace ECommerce.Channels.Simulator.Tests.Demo;

/// <summary>The simulator on a real socket and a real database, before a stub of the suite.</summary>
internal sealed class SimulatorHost : IAsyncDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("channels-simulator-").FullName;
    private readonly HttpClient client = new();
    private readonly string connection;
    private readonly SuiteStub suite;
    private WebApplication? app;
    private CallerTokens tokens = null!;

    private SimulatorHost(string connection, SuiteStub suite) => (this.connection, this.suite) = (connection, suite);

    public HttpClient Anonymous => client;

    public IServiceProvider Services => app!.Services;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>A database with a demo that was first started now, and whose transactions up to <paramref name="through"/> were sent.</summary>
    public static async Task<SimulatorHost> WithDemoAsync(PostgresServer postgres, SuiteStub suite, DateTimeOffset through)
    {
        var host = new SimulatorHost(await postgres.NewDatabaseAsync(), suite);
        await using var database = ServiceStorage.DataSource(host.connection, "simulator");
        await SimulatorService.Schema.MigrateAsync(database, Cancellation);
        await new DemoStore(database).StartAsync((long)DemoOperator.DefaultSeed, DemoOperator.DefaultPopulation, TimeProvider.System.GetUtcNow(), through, Cancellation);
        await host.StartAsync();
        return host;
    }

    public static async Task<SimulatorHost> EmptyAsync(PostgresServer postgres, SuiteStub suite, bool demo)
    {
        var host = new SimulatorHost(await postgres.NewDatabaseAsync(), suite);
        await host.StartAsync(demo);
        return host;
    }

    public NpgsqlDataSource Database() => ServiceStorage.DataSource(connection, "simulator");

    public async Task StartAsync(bool demo = true)
    {
        var signing = Path.Combine(folder, "signing.pem");
        tokens = new CallerTokens(signing, TimeProvider.System);
        tokens.PublicKeys();
        var key = Path.Combine(folder, "key");
        await File.WriteAllTextAsync(key, "chk_test", Cancellation);
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = "Production" });
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["ConnectionStrings:simulator"] = connection,
            ["Identity:PublicKeysFile"] = signing,
            ["Simulator:Demo"] = demo ? "true" : "false",
            ["Simulator:Gateway"] = suite.Address.ToString(),
            ["Simulator:KeyFile"] = key,
            ["Simulator:TickMs"] = "50",
            ["Simulator:Serving"] = "false",
            ["Hosting:DrainDelay"] = "00:00:00",
            ["Telemetry:Shared"] = "true",
            ["Audit:HeadsFile"] = Path.Combine(folder, "audit-heads.jsonl"),
        });
        builder.AddSimulator();
        builder.Logging.ClearProviders();
        app = builder.Build();
        app.MapSimulator();
        await app.StartAsync(Cancellation);
        if (client.BaseAddress is null) client.BaseAddress = new Uri(app.Urls.Single());
    }

    public async Task StopAsync()
    {
        await app!.StopAsync(Cancellation);
        await app.DisposeAsync();
        app = null;
    }

    public Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, object? body = null, string role = Roles.Manager, string region = "*")
    {
        var request = new HttpRequestMessage(method, new Uri(new Uri(app!.Urls.Single()), path)) { Content = body is null ? null : JsonContent.Create(body) };
        var caller = new Caller("user:wang", "wang", [role], region == "*" ? RegionGrant.Everything : RegionGrant.Of([region]), Source: null);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", tokens.Sign(caller, "simulator"));
        return client.SendAsync(request, Cancellation);
    }

    public async Task<JsonElement> StatusAsync()
    {
        using var answer = await SendAsync(HttpMethod.Get, "/api/v1/simulator");
        Assert.Equal(200, (int)answer.StatusCode);
        return JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Cancellation)).RootElement;
    }

    public Task UntilStateAsync(string state) =>
        Tools.UntilAsync("state " + state, TimeSpan.FromSeconds(60), async () => (await StatusAsync()).GetProperty("state").GetString() == state, Cancellation);

    public async ValueTask DisposeAsync()
    {
        client.Dispose();
        if (app is not null) await app.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }
}
