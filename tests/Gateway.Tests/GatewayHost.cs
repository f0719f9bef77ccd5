using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using ECommerce.Channels.Gateway.Access;
using ECommerce.Channels.Platform.Hosting;
using ECommerce.Channels.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Xunit;

namespace ECommerce.Channels.Gateway.Tests;

/// <summary>The gateway on a real socket over a real database, with stubs for kpi and care behind it.</summary>
public sealed class GatewayHost : IAsyncDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("channels-gateway-").FullName;
    private readonly bool owner;
    private WebApplication? app;

    private GatewayHost(string database, int port, StubService kpi, StubService care, string keyFile, bool owner)
    {
        Database = database;
        Port = port;
        Kpi = kpi;
        Care = care;
        KeyFile = keyFile.Length > 0 ? keyFile : Path.Combine(folder, "signing.pem");
        this.owner = owner;
    }

    public string Database { get; }

    public int Port { get; }

    public StubService Kpi { get; }

    public StubService Care { get; }

    public string KeyFile { get; }

    /// <summary>Everything the gateway logged.</summary>
    public LogSink Logs { get; } = new();

    public IServiceProvider Services => app!.Services;

    public IReadOnlyList<SuiteAccount> Accounts { get; private set; } = [];

    public Uri Address => new($"http://127.0.0.1:{Port}");

    public static Task<GatewayHost> StartAsync(PostgresServer postgres, params (string Name, string Value)[] settings) =>
        StartAsync(postgres, Ports.Free(), settings);

    public static async Task<GatewayHost> StartAsync(PostgresServer postgres, int port, params (string Name, string Value)[] settings)
    {
        var host = new GatewayHost(
            await postgres.NewDatabaseAsync(), port, new StubService("kpi", Ports.Free()),
            new StubService("care", Ports.Free()), "", owner: true);
        await host.Kpi.StartAsync(host.Address + ".well-known/jwks.json");
        await host.Care.StartAsync(host.Address + ".well-known/jwks.json");
        await host.RunAsync(settings);
        host.Accounts = SuiteAccounts.New();
        await SuiteAccounts.EnsureAsync(host.Services, host.Accounts, TestContext.Current.CancellationToken);
        return host;
    }

    /// <summary>Another replica over the same database and services.</summary>
    public async Task<GatewayHost> ReplicaAsync(params (string Name, string Value)[] settings)
    {
        var replica = new GatewayHost(Database, Ports.Free(), Kpi, Care, KeyFile, owner: false) { Accounts = Accounts };
        await replica.RunAsync(settings);
        return replica;
    }

    public string KeyOf(string role) => Accounts.Single(account => account.Role == role).ApiKey;

    /// <summary>A program with the key of a role; null for one without credentials.</summary>
    public HttpClient Client(string? role = null, string? key = null)
    {
        // Without a propagator: the telemetry of the gateway, in this process, would write our headers of the trace.
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            ActivityHeadersPropagator = null,
        };
        var client = new HttpClient(handler) { BaseAddress = Address };
        if (role is not null) key = KeyOf(role);
        if (key is not null) client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        return client;
    }

    /// <summary>A browser: keeps cookies, and sends what our own pages send.</summary>
    public HttpClient Browser(bool ownPage = true, bool redirects = false)
    {
        var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = redirects, CookieContainer = new CookieContainer() }) { BaseAddress = Address };
        if (ownPage) client.DefaultRequestHeaders.Add("X-Channels-Request", "1");
        return client;
    }

    public async Task<HttpClient> SignedInAsync(string role, bool ownPage = true)
    {
        var account = Accounts.Single(one => one.Role == role);
        var browser = Browser(ownPage);
        using var answer = await browser.PostAsJsonAsync("/api/v1/session", new { user = account.User, password = account.Password });
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return browser;
    }

    /// <summary>Waits until every service behind is seen to be well.</summary>
    public async Task UntilReadyAsync()
    {
        using var client = Client();
        await Poll.UntilAsync(async () =>
        {
            using var answer = await client.GetAsync("/health/ready");
            return answer.StatusCode == HttpStatusCode.OK;
        });
    }

    public async ValueTask DisposeAsync()
    {
        if (app is not null) await app.DisposeAsync();
        if (owner)
        {
            await Kpi.DisposeAsync();
            await Care.DisposeAsync();
        }
        Directory.Delete(folder, recursive: true);
    }

    /// <summary>What the console's build leaves, in small.</summary>
    private static void WriteConsole(string console)
    {
        Directory.CreateDirectory(Path.Combine(console, "assets"));
        File.WriteAllText(Path.Combine(console, "index.html"), "<!doctype html><meta property=\"csp-nonce\" nonce=\"__NONCE__\"><div id=\"root\"></div>");
        File.WriteAllText(Path.Combine(console, "icon.svg"), "<svg/>");
        var script = Path.Combine(console, "assets", "index-abc.js");
        File.WriteAllText(script, "plain");
        File.WriteAllText(script + ".gz", "by gzip");
        File.WriteAllText(script + ".br", "by brotli");
    }

    private async Task RunAsync((string Name, string Value)[] settings)
    {
        WriteConsole(Path.Combine(folder, "console"));
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = "Production" });
        builder.Logging.ClearProviders().AddProvider(Logs);
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["ConnectionStrings:gateway"] = Database,
            ["Identity:SigningKeyFile"] = KeyFile,
            ["Services:kpi"] = $"http://127.0.0.1:{Kpi.Port}",
            ["Services:care"] = $"http://127.0.0.1:{Care.Port}",
            ["Gateway:ConsoleFolder"] = Path.Combine(folder, "console"),
            ["Gateway:HealthInterval"] = "00:00:00.200",
            ["Hosting:DrainDelay"] = "00:00:00",
        });
        builder.Configuration.AddInMemoryCollection(settings.Select(setting => new KeyValuePair<string, string?>(setting.Name, setting.Value)));
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, Port));
        builder.AddGateway();
        app = builder.Build();
        app.MapGateway();
        await app.StartAsync();
    }
}

/// <summary>Keeps what is logged.</summary>
public sealed class LogSink : ILoggerProvider, ILogger
{
    private readonly List<string> lines = [];

    public string Text
    {
        get
        {
            lock (lines) return string.Join('\n', lines);
        }
    }

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        lock (lines) lines.Add(formatter(state, exception) + exception);
    }

    public void Dispose()
    {
    }
}

internal static class Poll
{
    public static async Task UntilAsync(Func<Task<bool>> condition, int seconds = 20)
    {
        var start = TimeProvider.System.GetTimestamp();
        while (!await condition())
        {
            if (TimeProvider.System.GetElapsedTime(start).TotalSeconds > seconds) throw new TimeoutException($"It did not happen within {seconds} s.");
            await Task.Delay(25);
        }
    }
}

internal static class ProblemAssert
{
    /// <summary>The answer is problem details of this status and kind, with a title in the language and nothing internal.</summary>
    public static async Task<ProblemBody> IsAsync(HttpResponseMessage answer, int status, string slug, string? title = null)
    {
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(status == (int)answer.StatusCode, $"{(int)answer.StatusCode} instead of {status}: {text}");
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        var problem = System.Text.Json.JsonSerializer.Deserialize<ProblemBody>(text, System.Text.Json.JsonSerializerOptions.Web)!;
        Assert.Equal("urn:channels:problem:" + slug, problem.Type);
        Assert.Equal(status, problem.Status);
        Assert.NotEmpty(problem.CorrelationId);
        if (title is not null) Assert.Equal(title, problem.Title);
        Assert.DoesNotContain("Exception", text, StringComparison.Ordinal);
        Assert.DoesNotContain("Yarp", text, StringComparison.OrdinalIgnoreCase);
        return problem;
    }
}

/// <summary>One gateway for all tests of a class that do not disturb each other.</summary>
public sealed class SharedGateway(PostgresServer postgres) : IAsyncLifetime
{
    private GatewayHost? host;

    public GatewayHost Host => host!;

    public async ValueTask InitializeAsync() => host = await GatewayHost.StartAsync(postgres, ("Gateway:AnonymousRequestsPerMinute", "100000"));

    public async ValueTask DisposeAsync()
    {
        if (host is not null) await host.DisposeAsync();
    }
}
