using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using ECommerce.Channels.Contracts.Events;
using ECommerce.Channels.Kpi.Health;
using ECommerce.Channels.Kpi.Indicators;
using ECommerce.Channels.Kpi.Tests.Indicators;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Time.Testing;
using Npgsql;
using Xunit;

namespace ECommerce.Channels.Kpi.Tests.Health;

/// <summary>An event of the outbox.</summary>
internal sealed record ToldHealth(string Channel, int Sequence, JsonElement Data);

/// <summary>
/// Channel health over HTTP and a real database, on events in memory that come as time goes on. The test owns the clock, and says when
/// health is measured.
/// </summary>
internal sealed class HealthHost : IAsyncDisposable
{
    public const string Root = "/api/v1/kpi/health";

    private readonly string connection;
    private readonly List<Event> events = [];

    private HealthHost(string connection)
    {
        this.connection = connection;
        Database = NpgsqlDataSource.Create(connection);
    }

    /// <summary>Nine in the morning of 28 September.</summary>
    public FakeTimeProvider Time { get; } = new(DateTimeOffset.Parse("2026-09-28T09:00:30+08:00"));

    public NpgsqlDataSource Database { get; }

    public FiguresHost Http { get; private set; } = null!;

    /// <summary>How far counting is behind.</summary>
    public TimeSpan Behind { get; set; }

    public HealthMeasurer Measurer => Http.Services.GetRequiredService<HealthMeasurer>();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static async Task<HealthHost> StartAsync(string connection)
    {
        var host = new HealthHost(connection);
        host.Http = await host.ServiceAsync();
        return host;
    }

    /// <summary>The process ends, and another one goes on over the same database.</summary>
    public async Task RestartAsync()
    {
        await Http.DisposeAsync();
        Http = await ServiceAsync();
    }

    /// <summary>Another replica over the same database.</summary>
    public HealthMeasurer Replica() => ActivatorUtilities.CreateInstance<HealthMeasurer>(Http.Services);

    /// <summary>Events of the running minute.</summary>
    /// <param name="daysAgo">Or of a day before.</param>
    public void Happen(int successes, int failures, string channel = "app", string service = "payment.topup", int abandoned = 0, int daysAgo = 0)
    {
        var at = Time.GetUtcNow().ToOffset(TimeSpan.FromHours(8)).AddDays(-daysAgo).ToString("s");
        for (var i = 0; i < successes + failures + abandoned; i++)
            events.Add(new Event(at, channel, service) { Outcome = i < successes ? "success" : i < successes + failures ? "failed" : "abandoned" });
    }

    /// <summary>A minute passes; then these events come, and health is measured.</summary>
    public async Task MinuteAsync(int successes, int failures)
    {
        Time.Advance(TimeSpan.FromMinutes(1));
        Happen(successes, failures);
        await Measurer.RoundAsync(Cancellation);
    }

    /// <summary>What the API says of one service.</summary>
    public async Task<JsonElement> ServiceAsync(string channel, string service) =>
        (await Http.GetAsync(Root)).GetProperty("channels").EnumerateArray().Single(one => one.GetProperty("channel").GetString() == channel)
            .GetProperty("services").EnumerateArray().Single(one => one.GetProperty("service").GetString() == service);

    public async Task<string?> StateAsync() => (await ServiceAsync("app", "payment.topup")).GetProperty("state").GetString();

    /// <summary>What waits to be published, in order; no relay takes it here.</summary>
    public async Task<List<ToldHealth>> ToldAsync()
    {
        var told = new List<ToldHealth>();
        await using var command = Database.CreateCommand(
            "SELECT record_key, convert_from(value, 'UTF8'), encode(headers, 'escape') FROM kpi.outbox WHERE topic = 'channels.health' ORDER BY id");
        await using var reader = await command.ExecuteReaderAsync(Cancellation);
        while (await reader.ReadAsync(Cancellation))
        {
            // The header's value comes after its length, one byte.
            var sequence = Regex.Match(reader.GetString(2), @"ce_sequence\D(\d+)").Groups[1].Value;
            Assert.Contains(ChannelHealthMeasured.Type, reader.GetString(2), StringComparison.Ordinal);
            told.Add(new ToldHealth(reader.GetString(0), int.Parse(sequence, CultureInfo.InvariantCulture), JsonDocument.Parse(reader.GetString(1)).RootElement));
        }
        return told;
    }

    public async Task ExecuteAsync(string sql)
    {
        await using var command = Database.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(Cancellation);
    }

    public async ValueTask DisposeAsync()
    {
        await Http.DisposeAsync();
        await Database.DisposeAsync();
    }

    private Task<FiguresHost> ServiceAsync() => FiguresHost.StartAsync(
        connection, _ => Task.FromResult<IFigureSource>(new MemoryFigures(events, Asked.Shanghai) { AsOf = Time.GetUtcNow() - Behind }),
        builder =>
        {
            builder.Services.AddSingleton<TimeProvider>(Time);
            builder.Services.AddChannelHealth();
            builder.Services.Remove(builder.Services.Single(one => one.ServiceType == typeof(IHostedService) && one.ImplementationType == typeof(HealthLoop)));
        },
        HealthService.MapChannelHealth);
}
