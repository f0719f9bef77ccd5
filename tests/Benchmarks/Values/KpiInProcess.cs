using System.Net.Http.Headers;
using ECommerce.Channels.Contracts;
using ECommerce.Channels.Kpi;
using ECommerce.Channels.Platform.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace ECommerce.Channels.Benchmarks.Values;

/// <summary>The measuring service on a loopback socket, with a caller's token in hand.</summary>
internal sealed class KpiInProcess : IAsyncDisposable
{
    private readonly string keys = Path.Combine(Path.GetTempPath(), "channels-keys-" + Guid.NewGuid().ToString("N")[..8] + ".pem");
    private WebApplication? app;
    private CallerTokens? tokens;
    private long? signed;

    public HttpClient Http { get; } = new(new SocketsHttpHandler { UseProxy = false });

    public async Task StartAsync(Dictionary<string, string?> settings, CancellationToken cancellation)
    {
        SigningKeys.EnsureFile(keys);
        tokens = new CallerTokens(keys, TimeProvider.System);
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = "Production" });
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        settings["Identity:PublicKeysFile"] = keys;
        settings["Hosting:DrainDelay"] = "00:00:00";
        settings["Telemetry:Shared"] = "true";
        builder.Configuration.AddInMemoryCollection(settings);
        builder.AddKpi();
        builder.Logging.ClearProviders();
        app = builder.Build();
        app.MapKpi();
        await app.StartAsync(cancellation);
        var address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        Http.BaseAddress = new Uri(address);
        Renew();
    }

    /// <summary>A caller's token lives for a minute; the gateway signs one in half of that.</summary>
    public void Renew()
    {
        if (signed is { } at && TimeProvider.System.GetElapsedTime(at) < TimeSpan.FromSeconds(20)) return;
        signed = TimeProvider.System.GetTimestamp();
        Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
            "Bearer", tokens!.Sign(new Caller("key:bench", "bench", [Roles.Manager], RegionGrant.Everything, "bench"), "kpi"));
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        if (app is not null)
        {
            await app.StopAsync();
            await app.DisposeAsync();
        }
        File.Delete(keys);
    }
}
