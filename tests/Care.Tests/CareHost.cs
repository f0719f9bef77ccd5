using System.Net.Http.Headers;
using System.Net.Http.Json;
using ECommerce.Channels.Platform.Security;
using ECommerce.Channels.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;

[assembly: Xunit.AssemblyFixture(typeof(PostgresServer))]

namespace ECommerce.Channels.Care.Tests;

/// <summary>The service on a real socket and a real database, called with tokens as the gateway signs them.</summary>
internal sealed class CareHost : IAsyncDisposable
{
    /// <summary>The key of the contract's example.</summary>
    public const string Key = "a:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

    private readonly string folder = Directory.CreateTempSubdirectory("channels-care-").FullName;
    private readonly HttpClient client = new();
    private WebApplication? app;
    private CallerTokens? tokens;

    public string Connection { get; private init; } = "";

    /// <summary>Published ends of chains.</summary>
    public string HeadsFile => Path.Combine(folder, "audit-heads.jsonl");

    public HttpClient Anonymous => client;

    public IServiceProvider Services => app!.Services;

    public static async Task<CareHost> StartAsync(PostgresServer postgres, params (string Key, string Value)[] settings) =>
        await OnAsync(await postgres.NewDatabaseAsync(), settings);

    /// <summary>On a database that is there.</summary>
    public static async Task<CareHost> OnAsync(string connection, params (string Key, string Value)[] settings)
    {
        var host = new CareHost { Connection = connection };
        await host.StartAsync(settings);
        return host;
    }

    public Task<HttpResponseMessage> PostAsync(object body, string role, CancellationToken cancellation, string subject = "key:k1") =>
        PostAsync(JsonContent.Create(body), role, cancellation, subject);

    public Task<HttpResponseMessage> PostAsync(HttpContent body, string role, CancellationToken cancellation, string subject = "key:k1") =>
        SendAsync(HttpMethod.Post, "/api/v1/care/pseudonyms", body, role, cancellation, subject);

    public async Task<HttpResponseMessage> SendAsync(
        HttpMethod method, string path, HttpContent? body, string role, CancellationToken cancellation, string subject = "key:k1")
    {
        using var request = new HttpRequestMessage(method, path) { Content = body };
        var caller = new Caller(subject, subject, [role], RegionGrant.Everything, Source: null);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", tokens!.Sign(caller, "care"));
        return await client.SendAsync(request, cancellation);
    }

    /// <summary>Puts the token of a caller on a request, as the gateway would.</summary>
    /// <param name="regions">Granted codes; none is all.</param>
    public void Sign(HttpRequestMessage request, string role, IReadOnlyList<string> regions, string? subject = null)
    {
        var name = subject ?? "user:" + role;
        var grant = regions.Count == 0 ? RegionGrant.Everything : new RegionGrant(false, regions);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", tokens!.Sign(new Caller(name, name, [role], grant, Source: null), "care"));
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
        var keyFile = Path.Combine(folder, "pseudonym.key");
        await File.WriteAllTextAsync(keyFile, Key);
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(keyFile, UnixFileMode.UserRead);
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = "Production" });
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["ConnectionStrings:care"] = Connection,
            ["ConnectionStrings:log"] = Connection,
            ["Identity:PublicKeysFile"] = signing,
            ["Pseudonyms:KeyFile"] = keyFile,
            ["DataKeys:KeyFile"] = Path.Combine(folder, "data.key"),
            ["DataKeys:MakeKey"] = "true",
            ["Hosting:DrainDelay"] = "00:00:00",
            ["Telemetry:Shared"] = "true",
            ["Audit:HeadsFile"] = HeadsFile,
        });
        builder.Configuration.AddInMemoryCollection(settings.Select(pair => KeyValuePair.Create(pair.Key, (string?)pair.Value)));
        builder.AddCare();
        builder.Logging.ClearProviders();
        app = builder.Build();
        app.MapCare();
        await app.StartAsync();
        client.BaseAddress = new Uri(app.Urls.Single());
    }
}
