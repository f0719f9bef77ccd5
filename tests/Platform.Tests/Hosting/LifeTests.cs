using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using ECommerce.Channels.Platform.Security;
using ECommerce.Channels.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Npgsql;
using Xunit;

namespace ECommerce.Channels.Platform.Tests.Hosting;

/// <summary>How a service starts, says that it is ready, and ends.</summary>
public sealed class LifeTests(PostgresServer postgres)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Start_WithoutDatabase_LivesAndWaitsAndThenRunsTheRest()
    {
        var database = new NpgsqlConnectionStringBuilder(await postgres.NewDatabaseAsync());
        var existing = database.Database!;
        database.Database = existing + "_later";
        var background = new Background();
        await using var service = TestService.Build(
            database.ConnectionString, MapNothing, builder => builder.Services.AddSingleton<IHostedService>(background));
        var starting = service.StartAsync(Cancellation);
        await Poll.UntilAsync(() => service.Listens);
        service.Connect();
        Assert.Equal(HttpStatusCode.OK, (await service.Client.GetAsync("/health/live", Cancellation)).StatusCode);
        Assert.Equal("not-ready", (await ReadyAsync(service, 503)).GetProperty("status").GetString());
        using (var early = await service.Client.GetAsync("/api/v1/nothing", Cancellation)) await ErrorTests.ProblemOf(early, 503);
        Assert.False(background.Started);
        Assert.False(starting.IsCompleted);

        await CreateAsync(database, existing);
        await starting;
        Assert.True(background.Started);
        await Poll.UntilAsync(async () => (await service.Client.GetAsync("/health/ready", Cancellation)).IsSuccessStatusCode);
    }

    [Fact]
    public async Task Start_OfThreeReplicasAtOnce_MigratesOnce()
    {
        var database = await postgres.NewDatabaseAsync();
        var services = Enumerable.Range(0, 3).Select(_ => TestService.Build(database, MapNothing)).ToList();
        await Task.WhenAll(services.Select(service => service.StartAsync(Cancellation)));
        foreach (var service in services)
        {
            Assert.Equal("ready", (await ReadyAsync(service.Connect(), 200)).GetProperty("status").GetString());
            await service.DisposeAsync();
        }
    }

    [Fact]
    public async Task Ready_WithAPartDown_NamesThePart()
    {
        await using var service = await TestService.StartAsync(await postgres.NewDatabaseAsync(), MapNothing, builder =>
            builder.Services.AddHealthChecks().AddCheck("event-log", () => HealthCheckResult.Unhealthy("secret"), ["ready"]));
        var report = await ReadyAsync(service, 503);
        Assert.Equal("down", report.GetProperty("parts").GetProperty("event-log").GetString());
        Assert.Equal("ok", report.GetProperty("parts").GetProperty("database").GetString());
        Assert.DoesNotContain("secret", report.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ready_WithAPartThatHangs_AnswersWithinTheDeadline()
    {
        await using var service = await TestService.StartAsync(
            await postgres.NewDatabaseAsync(), MapNothing,
            builder => builder.Services.AddHealthChecks().AddAsyncCheck("sidecar", HangAsync, ["ready"]),
            settings: [("Hosting:HealthDeadline", "00:00:00.2")]);
        var start = TimeProvider.System.GetTimestamp();
        var report = await ReadyAsync(service, 503);
        Assert.Equal("down", report.GetProperty("parts").GetProperty("sidecar").GetString());
        Assert.True(TimeProvider.System.GetElapsedTime(start) < TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task Stop_WithARequestInFlight_IsNotReadyAndFinishesIt()
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var entered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var background = new Background();
        await using var service = await TestService.StartAsync(
            await postgres.NewDatabaseAsync(),
            app => app.MapGet("/api/v1/wait", async () =>
            {
                entered.SetResult();
                await gate.Task;
                return background.Stopped ? "too late" : "finished";
            }).RequireRoles("manager"),
            builder => builder.Services.AddSingleton<IHostedService>(background),
            settings: [("Hosting:DrainDelay", "00:00:01")]);
        var waiting = service.Client.GetStringAsync("/api/v1/wait", Cancellation);
        await entered.Task;
        var stopping = service.StopAsync(Cancellation);
        await Poll.UntilAsync(async () => (await service.Client.GetAsync("/health/ready", Cancellation)).StatusCode == HttpStatusCode.ServiceUnavailable);
        using var during = await service.Client.GetAsync("/health/live", Cancellation);
        Assert.Equal(HttpStatusCode.OK, during.StatusCode);
        Assert.True(during.Headers.ConnectionClose);
        Assert.False(stopping.IsCompleted);
        await Poll.UntilAsync(async () => !await AnswersAsync(service));
        Assert.False(stopping.IsCompleted);
        gate.SetResult();
        Assert.Equal("finished", await waiting);
        await stopping;
        Assert.True(background.Stopped);
    }

    [Theory]
    [InlineData("none")]
    [InlineData("both")]
    public async Task Start_WithAnUndecidedRoute_IsRefusedByName(string roles)
    {
        await using var service = TestService.Build(await postgres.NewDatabaseAsync(), app =>
        {
            var route = app.MapDelete("/api/v1/forgotten/{id}", (int id) => id);
            if (roles == "both") route.RequireRoles("manager").AllowAnonymous();
        });
        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => service.StartAsync(Cancellation));
        Assert.Contains("DELETE /api/v1/forgotten/{id}", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_WithWrongSettings_NamesAllAtOnceWithoutValues()
    {
        var database = await postgres.NewDatabaseAsync();
        var refused = Assert.ThrowsAny<Exception>(() => TestService.Build(database, MapNothing, settings:
        [
            ("Hosting:MaxBodyBytes", "secret"), ("Hosting:DrainDelay", "1.00:00:00"), ("Hosting:MaxBodyByte", "1"), ("Telemetry:Console", "xml"),
        ]));
        var faults = refused is AggregateException all ? all.InnerExceptions : (IReadOnlyList<Exception>)[refused];
        var text = string.Join('\n', faults.OfType<OptionsValidationException>().SelectMany(fault => fault.Failures));
        Assert.Contains("Hosting:MaxBodyBytes: is no Int64", text, StringComparison.Ordinal);
        Assert.Contains("Hosting:DrainDelay", text, StringComparison.Ordinal);
        Assert.Contains("Hosting:MaxBodyByte: there is no such setting", text, StringComparison.Ordinal);
        Assert.Contains("Telemetry:Console: must be text or json", text, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", text, StringComparison.Ordinal);
    }

    private static void MapNothing(WebApplication app)
    {
    }

    private static async Task<HealthCheckResult> HangAsync(CancellationToken cancellation)
    {
        await Task.Delay(Timeout.Infinite, cancellation);
        return HealthCheckResult.Healthy();
    }

    private static async Task<bool> AnswersAsync(TestService service)
    {
        using var fresh = new HttpClient();
        try
        {
            using var response = await fresh.GetAsync(new Uri(service.Address, "/health/live"), Cancellation);
            return true;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private static async Task<JsonElement> ReadyAsync(TestService service, int status)
    {
        using var response = await service.Client.GetAsync("/health/ready", Cancellation);
        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal("application/json", response.Content.Headers.ContentType?.MediaType);
        return await response.Content.ReadFromJsonAsync<JsonElement>(Cancellation);
    }

    private static async Task CreateAsync(NpgsqlConnectionStringBuilder later, string existing)
    {
        var own = new NpgsqlConnectionStringBuilder(later.ConnectionString) { Database = existing };
        await using var database = NpgsqlDataSource.Create(own);
        await using var command = database.CreateCommand($"CREATE DATABASE {later.Database}");
        await command.ExecuteNonQueryAsync(Cancellation);
    }

    private sealed class Background : IHostedService
    {
        public bool Started { get; private set; }

        public bool Stopped { get; private set; }

        public Task StartAsync(CancellationToken cancellationToken)
        {
            Started = true;
            return Task.CompletedTask;
        }

        public Task StopAsync(CancellationToken cancellationToken)
        {
            Stopped = true;
            return Task.CompletedTask;
        }
    }
}
