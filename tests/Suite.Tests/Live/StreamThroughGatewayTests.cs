using System.Net.Http.Headers;
using ECommerce.Channels.Contracts;
using ECommerce.Channels.Gateway;
using ECommerce.Channels.Gateway.Access;
using ECommerce.Channels.Kpi;
using ECommerce.Channels.Platform.Security;
using ECommerce.Channels.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Npgsql;
using Xunit;

namespace ECommerce.Channels.Suite.Tests.Live;

/// <summary>The stream of events as a browser has it: the real measuring service behind the real gateway.</summary>
public sealed class StreamThroughGatewayTests(PostgresServer postgres) : IClassFixture<PostgresServer>, IAsyncDisposable
{
    private const string Path = "/api/v1/kpi/events";
    private readonly string folder = Directory.CreateTempSubdirectory("channels-stream-").FullName;
    private readonly List<WebApplication> running = [];
    private string database = "";
    private Uri address = null!;
    private IReadOnlyList<SuiteAccount> accounts = [];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>The gateway closes a stream that is silent for two seconds, here; in production after 100.</summary>
    [Fact]
    public async Task Stream_QuietForLongerThanTheGatewayAllows_IsHeldOpenByComments()
    {
        await StartAsync(heartbeat: "00:00:00.300");
        using var client = Client(Roles.Manager);
        using var answer = await client.GetAsync(Path, HttpCompletionOption.ResponseHeadersRead, Cancellation);
        Assert.Equal("text/event-stream", answer.Content.Headers.ContentType?.MediaType);
        using var lines = new StreamReader(await answer.Content.ReadAsStreamAsync(Cancellation));
        var comments = 0;
        while (comments < 20)
        {
            var line = await lines.ReadLineAsync(Cancellation);
            Assert.NotNull(line);
            if (line.StartsWith(':')) comments++;
        }
        // Twenty comments are six seconds, three times the limit; and it still says what happens.
        await using var data = NpgsqlDataSource.Create(database);
        await using (var command = data.CreateCommand("""SELECT pg_notify('kpi_changes', '{"kind":"targets","months":["2026-11"]}')"""))
            await command.ExecuteNonQueryAsync(Cancellation);
        while (await lines.ReadLineAsync(Cancellation) is { } line)
            if (line == """data: {"months":["2026-11"]}""") return;
        Assert.Fail("the stream ended");
    }

    [Fact]
    public async Task Stream_WithoutComments_IsClosedByTheGateway()
    {
        await StartAsync(heartbeat: "00:01:00");
        using var client = Client(Roles.Manager);
        using var answer = await client.GetAsync(Path, HttpCompletionOption.ResponseHeadersRead, Cancellation);
        using var lines = new StreamReader(await answer.Content.ReadAsStreamAsync(Cancellation));
        await Assert.ThrowsAnyAsync<IOException>(async () =>
        {
            while (await lines.ReadLineAsync(Cancellation) is not null)
            {
            }
        });
    }

    [Fact]
    public async Task Streams_OfOneKey_AreLimited_AndOfAnotherAreNot()
    {
        await StartAsync(heartbeat: "00:00:00.300");
        using var manager = Client(Roles.Manager);
        var open = new List<HttpResponseMessage>();
        // A key may hold a sixth of its 600 requests a minute as open streams.
        for (var i = 0; i < 100; i++) open.Add(await manager.GetAsync(Path, HttpCompletionOption.ResponseHeadersRead, Cancellation));
        Assert.All(open, answer => Assert.Equal(200, (int)answer.StatusCode));
        using var refused = await manager.GetAsync(Path, HttpCompletionOption.ResponseHeadersRead, Cancellation);
        Assert.Equal(429, (int)refused.StatusCode);
        Assert.NotNull(refused.Headers.RetryAfter);
        using var sre = Client(Roles.Sre);
        using var other = await sre.GetAsync(Path, HttpCompletionOption.ResponseHeadersRead, Cancellation);
        Assert.Equal(200, (int)other.StatusCode);
        foreach (var answer in open) answer.Dispose();
    }

    public async ValueTask DisposeAsync()
    {
        running.Reverse();
        foreach (var app in running)
        {
            await app.StopAsync(CancellationToken.None);
            await app.DisposeAsync();
        }
        Directory.Delete(folder, recursive: true);
    }

    private HttpClient Client(string role)
    {
        var client = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = address };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", accounts.Single(one => one.Role == role).ApiKey);
        return client;
    }

    private async Task StartAsync(string heartbeat)
    {
        database = await postgres.NewDatabaseAsync();
        var key = System.IO.Path.Combine(folder, "signing.pem");
        SigningKeys.EnsureFile(key);
        var kpi = await RunAsync(builder => builder.AddKpi(), app => app.MapKpi(), new()
        {
            ["ConnectionStrings:kpi"] = database,
            ["ConnectionStrings:log"] = database,
            ["Identity:PublicKeysFile"] = key,
            ["Live:Heartbeat"] = heartbeat,
            ["Live:Interval"] = "00:00:00.100",
            ["Live:AsOfInterval"] = "01:00:00",
        });
        var gateway = await RunAsync(builder => builder.AddGateway(), app => app.MapGateway(), new()
        {
            ["ConnectionStrings:gateway"] = database,
            ["Identity:SigningKeyFile"] = key,
            ["Services:kpi"] = kpi.Urls.Single(),
            ["ReverseProxy:Clusters:kpi-streams:HttpRequest:ActivityTimeout"] = "00:00:02",
        });
        address = new Uri(gateway.Urls.Single());
        accounts = SuiteAccounts.New();
        await SuiteAccounts.EnsureAsync(gateway.Services, accounts, Cancellation);
    }

    private async Task<WebApplication> RunAsync(
        Action<WebApplicationBuilder> add, Action<WebApplication> map, Dictionary<string, string?> settings)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = "Production" });
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        settings["Hosting:DrainDelay"] = "00:00:00";
        settings["Telemetry:Shared"] = "true";
        builder.Configuration.AddInMemoryCollection(settings);
        add(builder);
        var app = builder.Build();
        map(app);
        await app.StartAsync(Cancellation);
        running.Add(app);
        return app;
    }
}
