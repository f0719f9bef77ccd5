using ECommerce.Channels.Contracts;
using ECommerce.Channels.Platform.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;

namespace ECommerce.Channels.Platform.Tests.Security;

/// <summary>A service on a real socket that verifies caller tokens, and a stand-in for the gateway that publishes its keys.</summary>
internal sealed class TokenService : IAsyncDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("channels-tokens-").FullName;
    private WebApplication? gateway;
    private WebApplication? service;
    private int gatewayPort;

    public string KeyFile => Path.Combine(folder, "signing.pem");

    public CallerTokens Tokens { get; private set; } = null!;

    public HttpClient Client { get; } = new();

    /// <summary>How often the key set was asked for.</summary>
    public int Looks { get; private set; }

    public static async Task<TokenService> StartAsync(Action<WebApplication>? more = null, bool gatewayUp = true)
    {
        var started = new TokenService();
        started.Tokens = new CallerTokens(started.KeyFile, TimeProvider.System);
        _ = started.Tokens.PublicKeys();
        await started.StartGatewayAsync();
        if (!gatewayUp) await started.StopGatewayAsync();
        await started.StartServiceAsync(more);
        return started;
    }

    public async Task StartGatewayAsync()
    {
        gateway = Application(gatewayPort, []);
        gateway.MapGet("/.well-known/jwks.json", () =>
        {
            Looks++;
            return Tokens.PublicKeys();
        });
        await gateway.StartAsync();
        gatewayPort = new Uri(gateway.Urls.Single()).Port;
    }

    public async Task StopGatewayAsync()
    {
        await gateway!.DisposeAsync();
        gateway = null;
    }

    /// <summary>Reads the key file at once instead of within ten seconds.</summary>
    public void ReloadKeys() => Tokens = new CallerTokens(KeyFile, TimeProvider.System);

    public async Task<HttpResponseMessage> GetAsync(string? token, string path = "/api/v1/kpi/figures", string? language = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (token is not null) request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + token);
        if (language is not null) request.Headers.TryAddWithoutValidation("Accept-Language", language);
        return await Client.SendAsync(request);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        if (gateway is not null) await gateway.DisposeAsync();
        if (service is not null) await service.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    private static WebApplication Application(int port, Dictionary<string, string?> settings, Action<WebApplicationBuilder>? configure = null)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = "Production" });
        builder.Logging.ClearProviders();
        builder.Configuration.AddInMemoryCollection(settings);
        builder.WebHost.UseUrls($"http://127.0.0.1:{port}");
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Limits.MaxRequestHeadersTotalSize = 128 * 1024);
        configure?.Invoke(builder);
        return builder.Build();
    }

    private async Task StartServiceAsync(Action<WebApplication>? more)
    {
        var settings = new Dictionary<string, string?> { ["Identity:JwksAddress"] = $"http://127.0.0.1:{gatewayPort}/.well-known/jwks.json" };
        service = Application(0, settings, builder => builder.AddCallerTokens("kpi"));
        service.MapGet("/api/v1/kpi/figures", (HttpContext context) => Caller.Of(context.User))
            .RequireRoles(Roles.Manager, Roles.Admin);
        service.MapGet("/open", () => "open").AllowAnonymous();
        service.MapGet("/forgotten", () => "must never be read");
        more?.Invoke(service);
        await service.StartAsync();
        Client.BaseAddress = new Uri(service.Urls.Single());
    }
}
