using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using ECommerce.Channels.Contracts;
using ECommerce.Channels.Platform.Security;
using ECommerce.Channels.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Xunit;

namespace ECommerce.Channels.Kpi.Tests;

/// <summary>The whole measuring service on a real socket, database and log, called with tokens as the gateway signs them.</summary>
internal sealed class KpiHost : IAsyncDisposable
{
    private readonly string keys = Path.Combine(Path.GetTempPath(), "channels-keys-" + Guid.NewGuid().ToString("N")[..8] + ".pem");
    private readonly HttpClient http = new(new SocketsHttpHandler { UseProxy = false });
    private WebApplication app = null!;
    private CallerTokens tokens = null!;

    public IServiceProvider Services => app.Services;

    public static async Task<KpiHost> StartAsync(string database, string log, params (string Key, string Value)[] settings)
    {
        var host = Build(database, log, _ => { }, settings);
        await host.StartAsync();
        return host;
    }

    /// <summary>The service, not started yet.</summary>
    /// <param name="more">What is registered after everything of the service.</param>
    public static KpiHost Build(string database, string log, Action<WebApplicationBuilder> more, params (string Key, string Value)[] settings)
    {
        var host = new KpiHost();
        SigningKeys.EnsureFile(host.keys);
        host.tokens = new CallerTokens(host.keys, TimeProvider.System);
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = "Production" });
        var address = $"http://127.0.0.1:{Ports.Free()}";
        builder.WebHost.UseUrls(address);
        builder.Logging.ClearProviders();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["ConnectionStrings:kpi"] = database,
            ["ConnectionStrings:log"] = log,
            ["Identity:PublicKeysFile"] = host.keys,
            ["Hosting:DrainDelay"] = "00:00:00",
            ["Telemetry:Shared"] = "true",
            ["Rollups:CommitIntervalMs"] = "20",
        });
        builder.Configuration.AddInMemoryCollection(settings.ToDictionary(pair => pair.Key, string? (pair) => pair.Value));
        builder.AddKpi();
        more(builder);
        host.app = builder.Build();
        host.app.MapKpi();
        host.http.BaseAddress = new Uri(address);
        return host;
    }

    /// <summary>Answers probes at once; ends when the schema is up to date and everything runs.</summary>
    public Task StartAsync() => app.StartAsync(TestContext.Current.CancellationToken);

    public Task<(int Status, JsonElement Body, HttpResponseMessage Response)> PostAsync(
        string path, string body, string type = "application/json", string role = Roles.Manager, string? key = null) =>
        SendAsync(HttpMethod.Post, path, new ByteArrayContent(Encoding.UTF8.GetBytes(body)), type, role, key);

    /// <param name="regions">Granted codes; none given is all.</param>
    public Task<(int Status, JsonElement Body, HttpResponseMessage Response)> GetAsync(string path, string role = Roles.Manager, params string[] regions) =>
        SendAsync(HttpMethod.Get, path, null, null, role, null, regions);

    /// <summary>A client of its own, signed in as a manager.</summary>
    public HttpClient Client()
    {
        var client = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = http.BaseAddress };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
            "Bearer", tokens.Sign(new Caller("key:test", "test", [Roles.Manager], RegionGrant.Everything, "portal-1"), "kpi"));
        return client;
    }

    public async Task<(int Status, JsonElement Body, HttpResponseMessage Response)> SendAsync(
        HttpMethod method, string path, HttpContent? content, string? type, string role, string? key, params string[] regions)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        if (content is not null && type is not null) content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
        if (key is not null) request.Headers.Add("Idempotency-Key", key);
        // A body that is too large is refused before it is sent.
        request.Headers.ExpectContinue = content is not null;
        var grant = regions.Length == 0 ? RegionGrant.Everything : new RegionGrant(false, regions);
        var caller = new Caller("key:test", "test", [role], grant, "portal-1");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", tokens.Sign(caller, "kpi"));
        var response = await http.SendAsync(request, TestContext.Current.CancellationToken);
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        return ((int)response.StatusCode, text.Length > 0 && text[0] is '{' or '[' ? JsonDocument.Parse(text).RootElement : default, response);
    }

    public async ValueTask DisposeAsync()
    {
        http.Dispose();
        await app.StopAsync();
        await app.DisposeAsync();
        File.Delete(keys);
    }
}
