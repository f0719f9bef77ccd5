using ECommerce.Channels.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Xunit;

namespace ECommerce.Channels.Kpi.Tests;

public sealed class KpiServiceTests(PostgresServer postgres)
{
    [Fact]
    public async Task Start_OnAnEmptyDatabase_PublishesTheSeedToTheLog()
    {
        var connection = await postgres.NewDatabaseAsync();
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        deadline.CancelAfter(TimeSpan.FromMinutes(1));
        var cancellation = deadline.Token;
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = "Production" });
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["ConnectionStrings:kpi"] = connection,
            ["ConnectionStrings:log"] = connection,
            ["Identity:JwksAddress"] = "http://127.0.0.1:1/jwks.json",
            ["Hosting:DrainDelay"] = "00:00:00",
            ["Telemetry:Shared"] = "true",
        });
        builder.AddKpi();
        await using var app = builder.Build();
        app.MapKpi();
        await app.StartAsync(cancellation);
        var database = app.Services.GetRequiredService<NpgsqlDataSource>();
        // The relay empties the outbox once the log has taken everything.
        for (var left = long.MaxValue; left > 0;)
        {
            await using var command = database.CreateCommand("SELECT count(*) FROM outbox");
            left = (long)(await command.ExecuteScalarAsync(cancellation))!;
        }
        using var client = new HttpClient();
        using var refused = await client.GetAsync(new Uri(new Uri(app.Urls.First()), "/api/v1/kpi/catalogue"), cancellation);
        Assert.Equal(401, (int)refused.StatusCode);
        await app.StopAsync(cancellation);
    }
}
