using ECommerce.Channels.Platform.Security;
using ECommerce.Channels.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Xunit;

namespace ECommerce.Channels.Simulator.Tests;

/// <summary>The API document of the whole service, as it really runs.</summary>
public sealed class ApiDocumentTests(PostgresServer postgres) : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("channels-simulator-").FullName;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Document_OfTheRunningService_IsTheCommittedOne()
    {
        await using var app = await StartAsync();
        using var client = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
        await ApiDocuments.AssertCommittedAsync(client, "simulator", app.Services, Cancellation);
        await app.StopAsync(Cancellation);
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private async Task<WebApplication> StartAsync()
    {
        var database = await postgres.NewDatabaseAsync();
        var signing = Path.Combine(folder, "signing.pem");
        SigningKeys.EnsureFile(signing);
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = "Production" });
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["ConnectionStrings:simulator"] = database,
            ["Identity:PublicKeysFile"] = signing,
            ["Hosting:DrainDelay"] = "00:00:00",
            ["Telemetry:Shared"] = "true",
            ["Audit:HeadsFile"] = Path.Combine(folder, "audit-heads.jsonl"),
        });
        builder.AddSimulator();
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.MapSimulator();
        await app.StartAsync(Cancellation);
        return app;
    }
}
