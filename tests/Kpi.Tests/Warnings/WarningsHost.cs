using System.Text.Json;
using ECommerce.Channels.Kpi.Feeds;
using ECommerce.Channels.Kpi.Indicators;
using ECommerce.Channels.Kpi.Tests.Indicators;
using ECommerce.Channels.Kpi.Warnings;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Time.Testing;
using Npgsql;
using Xunit;

namespace ECommerce.Channels.Kpi.Tests.Warnings;

/// <summary>
/// Warnings over HTTP and a real database, on events in memory that come as time goes on. The test owns the clock, and says when rules
/// are evaluated.
/// </summary>
internal sealed class WarningsHost : IAsyncDisposable
{
    public const string Rules = "/api/v1/kpi/warning-rules";
    public const string Root = "/api/v1/kpi/warnings";

    private readonly List<Event> events = [];

    private WarningsHost(FakeTimeProvider time, string connection)
    {
        Time = time;
        Database = NpgsqlDataSource.Create(connection);
    }

    public FakeTimeProvider Time { get; }

    public NpgsqlDataSource Database { get; }

    public FiguresHost Http { get; private set; } = null!;

    /// <summary>By channel, up to when its feed has delivered; the present unless it is named.</summary>
    public Dictionary<string, DateTimeOffset> Through { get; } = [];

    /// <summary>What a view fails with; null while all is well.</summary>
    public Exception? Fault { get; set; }

    public List<string> Channels { get; } = ["app", "web"];

    public Evaluator Evaluator => Http.Services.GetRequiredService<Evaluator>();

    /// <summary>Starts at nine in the morning of 28 September, with what is needed to make another replica over the same database.</summary>
    public static async Task<WarningsHost> StartAsync(string connection)
    {
        var host = new WarningsHost(new FakeTimeProvider(DateTimeOffset.Parse("2026-09-28T09:00:00+08:00")), connection);
        host.Http = await FiguresHost.StartAsync(
            connection, _ => Task.FromResult<IFigureSource>(host.Source()),
            builder =>
            {
                builder.Services.AddSingleton<TimeProvider>(host.Time);
                builder.Services.AddWarnings();
                builder.Services.Remove(builder.Services.Single(one => one.ServiceType == typeof(IHostedService) && one.ImplementationType == typeof(EvaluatorLoop)));
            },
            WarningsService.MapWarnings);
        return host;
    }

    /// <summary>Events of the hour before now.</summary>
    public void Happen(string channel, int successes, int failures, string region = "4401")
    {
        var hour = Time.GetUtcNow().ToOffset(TimeSpan.FromHours(8)).AddHours(-1);
        for (var i = 0; i < successes + failures; i++)
            events.Add(new Event(hour.AddMinutes(i % 60).ToString("s"), channel, "payment.topup")
            {
                Outcome = i < successes ? "success" : "failed",
                Customer = $"c_{i}",
                Region = region,
            });
    }

    /// <summary>An hour passes, with these events in it; then rules are evaluated.</summary>
    public async Task HourAsync(int successes, int failures, string channel = "app", string region = "4401")
    {
        Time.Advance(TimeSpan.FromHours(1));
        Happen(channel, successes, failures, region);
        await Evaluator.RoundAsync(TestContext.Current.CancellationToken);
    }

    public async Task<string> AddRuleAsync(object? rule = null) => (await Http.SendAsync(HttpMethod.Post, Rules, rule ?? Rule(), 201)).GetProperty("id").GetString()!;

    public static object Rule(string indicator = "success-rate", string? channel = "app", string? region = null, string kind = "below", double threshold = 0.9, string window = "hour", string severity = "critical") =>
        new { indicator, channel, region, condition = new { kind, threshold, window }, notify = new[] { "manager" }, severity };

    /// <summary>Warnings but those of the rule that every installation has.</summary>
    public async Task<JsonElement[]> WarningsAsync(string state = "all") =>
        [.. (await Http.GetAsync($"{Root}?state={state}")).GetProperty("warnings").EnumerateArray()];

    public async Task<T> ReadAsync<T>(string sql)
    {
        await using var command = Database.CreateCommand(sql);
        return (T)(await command.ExecuteScalarAsync(TestContext.Current.CancellationToken))!;
    }

    public async ValueTask DisposeAsync()
    {
        await Http.DisposeAsync();
        await Database.DisposeAsync();
    }

    private MemoryFigures Source()
    {
        if (Fault is not null) throw Fault;
        var now = Time.GetUtcNow();
        var feeds = Channels.Select(channel => new Feed(
            "boss", channel, true, new Cadence("stream", 90, null), null, Through.GetValueOrDefault(channel, now), now.AddDays(-30), null)).ToList();
        return new MemoryFigures(events.Where(one => one.Time <= Through.GetValueOrDefault(one.Channel, now)), Asked.Shanghai)
        {
            AsOf = now,
            Feeds = feeds,
        };
    }
}

internal static class WarningReading
{
    public static string Text(this JsonElement one, string field) => one.GetProperty(field).ToString();

    public static string[] History(this JsonElement one) => [.. one.GetProperty("history").EnumerateArray().Select(line => line.GetProperty("what").GetString()!)];
}
