using System.Net.Http.Headers;
using System.Security.Claims;
using System.Text.Encodings.Web;
using ECommerce.Channels.Platform.Hosting;
using ECommerce.Channels.Platform.Security;
using ECommerce.Channels.Platform.Storage;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace ECommerce.Channels.Platform.Tests.Hosting;

/// <summary>A service on a real socket, as Production, with a caller named by a header: <c>Authorization: Test user:ann manager,agent</c>.</summary>
internal sealed class TestService : IAsyncDisposable
{
    private readonly WebApplication app;

    private TestService(WebApplication app, HttpClient client, CollectedLogs logs)
    {
        this.app = app;
        Client = client;
        Logs = logs;
    }

    public HttpClient Client { get; }

    public CollectedLogs Logs { get; }

    public IServiceProvider Services => app.Services;

    /// <summary>Whether the server has its port already, which may be before the start is over.</summary>
    public bool Listens => app.Urls.Any(url => !url.EndsWith(":0", StringComparison.Ordinal));

    public Uri Address => new(app.Urls.First());

    public static async Task<TestService> StartAsync(
        string connection, Action<WebApplication> map, Action<WebApplicationBuilder>? add = null, string schema = "probe",
        params (string Key, string Value)[] settings)
    {
        var service = Build(connection, map, add, schema, settings);
        await service.app.StartAsync();
        return service.Connect();
    }

    /// <summary>A service that was not started yet: its start may fail, or wait.</summary>
    public static TestService Build(
        string connection, Action<WebApplication> map, Action<WebApplicationBuilder>? add = null, string schema = "probe",
        params (string Key, string Value)[] settings)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = "Production" });
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var logs = new CollectedLogs();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            [$"ConnectionStrings:{schema}"] = connection,
            ["Hosting:DrainDelay"] = "00:00:00",
            ["Telemetry:Shared"] = "true",
        });
        builder.Configuration.AddInMemoryCollection(settings.Select(pair => KeyValuePair.Create(pair.Key, (string?)pair.Value)));
        builder.AddPlatform(ServiceSchema.Of(schema, typeof(TestService).Assembly));
        builder.Logging.ClearProviders().AddProvider(logs);
        builder.Services.AddAuthentication("Test").AddScheme<AuthenticationSchemeOptions, HeaderCaller>("Test", null);
        add?.Invoke(builder);
        var built = builder.Build();
        built.UsePlatform();
        map(built);
        return new TestService(built, new HttpClient(), logs);
    }

    public Task StartAsync(CancellationToken cancellation) => app.StartAsync(cancellation);

    public Task StopAsync(CancellationToken cancellation) => app.StopAsync(cancellation);

    public TestService Connect()
    {
        Client.BaseAddress = Address;
        Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Test", "user:ann manager");
        return this;
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await app.DisposeAsync();
    }

    private sealed class HeaderCaller(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder)
        : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
    {
        protected override Task<AuthenticateResult> HandleAuthenticateAsync()
        {
            var parts = Request.Headers.Authorization.ToString().Split(' ');
            if (parts.Length != 3 || parts[0] != "Test") return Task.FromResult(AuthenticateResult.NoResult());
            var claims = parts[2].Split(',').Select(role => new Claim(CallerClaims.Role, role)).Prepend(new Claim(CallerClaims.Subject, parts[1]));
            var identity = new ClaimsIdentity(claims, Scheme.Name, CallerClaims.Subject, CallerClaims.Role);
            return Task.FromResult(AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(identity), Scheme.Name)));
        }
    }
}

/// <summary>What a service logged, as text.</summary>
internal sealed class CollectedLogs : ILoggerProvider
{
    private readonly Lock gate = new();
    private readonly List<(LogLevel Level, string Text)> lines = [];

    public IReadOnlyList<(LogLevel Level, string Text)> Lines
    {
        get
        {
            lock (gate) return [.. lines];
        }
    }

    public ILogger CreateLogger(string categoryName) => new Collector(this, categoryName);

    public void Dispose()
    {
    }

    private sealed class Collector(CollectedLogs logs, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            lock (logs.gate) logs.lines.Add((logLevel, $"{category}: {formatter(state, exception)} {exception}"));
        }
    }
}
