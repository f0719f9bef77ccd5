using System.Net.Http.Json;
using System.Security.Claims;
using System.Text.Encodings.Web;
using System.Text.Json;
using ECommerce.Channels.Kpi.Calendars;
using ECommerce.Channels.Kpi.Catalogue;
using ECommerce.Channels.Kpi.Feeds;
using ECommerce.Channels.Kpi.Indicators;
using ECommerce.Channels.Kpi.Rollups;
using ECommerce.Channels.Kpi.Targets;
using ECommerce.Channels.Kpi.Views;
using ECommerce.Channels.Platform.Hosting;
using ECommerce.Channels.Platform.Messaging;
using ECommerce.Channels.Platform.Security;
using ECommerce.Channels.Platform.State;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Xunit;

namespace ECommerce.Channels.Kpi.Tests;

/// <summary>
/// Catalogue, feeds and indicators on a real socket over a real database, without ingestion. Who calls is told by headers:
/// <c>Authorization: Test ROLE REGIONS SOURCE USER</c>.
/// </summary>
internal sealed class FiguresHost : IAsyncDisposable
{
    private readonly WebApplication app;

    private FiguresHost(WebApplication app)
    {
        this.app = app;
        Client = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };
        As("manager");
    }

    public HttpClient Client { get; }

    public IServiceProvider Services => app.Services;

    /// <param name="open">What figures are computed from; the roll-ups in the database unless given.</param>
    /// <param name="add">Registers more capabilities.</param>
    /// <param name="map">Maps their routes.</param>
    public static async Task<FiguresHost> StartAsync(
        string connection, OpenFigureSource? open = null, Action<WebApplicationBuilder>? add = null, Action<WebApplication>? map = null)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = "Production" });
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["ConnectionStrings:kpi"] = connection,
            ["Hosting:DrainDelay"] = "00:00:00",
            ["Telemetry:Shared"] = "true",
            // A busy machine is no outage here.
            ["State:Deadline"] = "00:00:20",
        });
        add?.Invoke(builder);
        builder.AddPlatform(KpiService.Schema);
        builder.Services.AddSingleton(new OperatorZone(TimeZoneInfo.FindSystemTimeZoneById("Asia/Shanghai")));
        builder.Services.AddValidatedOptions<RollupOptions>("Rollups");
        builder.Services.AddSingleton<RollupReader>();
        // Without the relay: what was published stays in the table, for tests to see.
        builder.Services.AddSingleton(new Outbox("kpi", TimeProvider.System));
        builder.AddCatalogue();
        builder.AddFeeds();
        builder.AddIndicators();
        builder.AddTargets();
        builder.AddStateStore();
        builder.AddViews();
        if (open is not null) builder.Services.AddSingleton(open);
        builder.Services.AddAuthentication("Test").AddScheme<AuthenticationSchemeOptions, HeaderCaller>("Test", null);
        builder.Services.AddDenialByDefault();
        var made = builder.Build();
        made.UsePlatform();
        made.MapCatalogue();
        made.MapCalendars();
        made.MapFeeds();
        made.MapIndicators();
        made.MapTargets();
        made.MapViews();
        map?.Invoke(made);
        await made.StartAsync();
        return new FiguresHost(made);
    }

    public FiguresHost As(string role, string regions = "*", string source = "boss", string user = "ann")
    {
        Client.DefaultRequestHeaders.Remove("Authorization");
        Client.DefaultRequestHeaders.Add("Authorization", $"Test {role} {regions} {source} {user}");
        return this;
    }

    public async Task<JsonElement> GetAsync(string path)
    {
        using var response = await Client.GetAsync(path);
        return await JsonAsync(response, 200);
    }

    public async Task<JsonElement> SendAsync(HttpMethod method, string path, object? body, int expected, string? ifMatch = null)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : JsonContent.Create(body) };
        if (ifMatch is not null) request.Headers.TryAddWithoutValidation("If-Match", ifMatch);
        using var response = await Client.SendAsync(request);
        return await JsonAsync(response, expected);
    }

    /// <summary>The fields that a refusal names.</summary>
    public async Task<string[]> WrongAsync(HttpMethod method, string path, object? body = null) =>
        [.. (await SendAsync(method, path, body, 400)).GetProperty("errors").EnumerateObject().Select(field => field.Name)];

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await app.StopAsync();
        await app.DisposeAsync();
    }

    private static async Task<JsonElement> JsonAsync(HttpResponseMessage response, int expected)
    {
        var text = await response.Content.ReadAsStringAsync();
        Assert.True((int)response.StatusCode == expected, $"{(int)response.StatusCode}, not {expected}: {text}");
        return text.Length == 0 ? default : JsonDocument.Parse(text).RootElement;
    }

    private sealed class HeaderCaller(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder)
        : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
    {
        protected override Task<AuthenticateResult> HandleAuthenticateAsync()
        {
            if (Request.Headers.Authorization.ToString().Split(' ') is not ["Test", var role, var regions, var source, var user])
                return Task.FromResult(AuthenticateResult.NoResult());
            Claim[] claims =
            [
                new(CallerClaims.Subject, "user:" + user), new(CallerClaims.Role, role), new(CallerClaims.Source, source),
                .. regions.Split(',').Select(region => new Claim(CallerClaims.Region, region)),
            ];
            var identity = new ClaimsIdentity(claims, Scheme.Name, CallerClaims.Subject, CallerClaims.Role);
            return Task.FromResult(AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(identity), Scheme.Name)));
        }
    }
}
