using System.Text.Json;
using ECommerce.Channels.Contracts;
using ECommerce.Channels.Contracts.Events;
using ECommerce.Channels.Kpi.Health;
using ECommerce.Channels.Platform.Messaging;
using ECommerce.Channels.Testing;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace ECommerce.Channels.Kpi.Tests.Health;

/// <summary>From transactions over the API to what others are told of the channels.</summary>
public sealed class HealthLoopTests(PostgresServer postgres)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Channel_ThatFails_IsToldAndShown()
    {
        var database = await postgres.NewDatabaseAsync();
        await using var kpi = await KpiHost.StartAsync(database, database, ("Health:Interval", "00:00:00.300"));
        await SendAsync(kpi, "app", successes: 40, failures: 0);
        await SendAsync(kpi, "sms", successes: 2, failures: 40);
        JsonElement[] lines = [];
        await Tools.UntilAsync("both are measured", TimeSpan.FromSeconds(30), async () =>
        {
            lines = [.. (await kpi.GetAsync("/api/v1/kpi/health", Roles.Sre)).Body.GetProperty("health").EnumerateArray()];
            return lines.Length == 2 && lines.Sum(one => one.GetProperty("successes").GetInt64() + one.GetProperty("failures").GetInt64()) == 82;
        }, Cancellation);
        Assert.Equal(("app", "healthy", true), (Text(lines[0], "channel"), Text(lines[0], "state"), lines[0].GetProperty("able").GetBoolean()));
        Assert.Equal(("sms", "failing", 40L), (Text(lines[1], "channel"), Text(lines[1], "state"), lines[1].GetProperty("failures").GetInt64()));
        Assert.InRange(lines[1].GetProperty("high").GetDouble(), 0, 0.2);
        var told = await ToldAsync(kpi, "sms");
        Assert.Equal(("payment.topup", HealthStates.Failing, true), (told.Services[0].Service, told.Services[0].State, told.Services[0].Able));
    }

    [Fact]
    public async Task TwoReplicas_MeasureOnceAnInterval()
    {
        var database = await postgres.NewDatabaseAsync();
        await using var one = await KpiHost.StartAsync(database, database, ("Health:Interval", "00:10:00"));
        await using var two = await KpiHost.StartAsync(database, database, ("Health:Interval", "00:10:00"));
        await SendAsync(one, "app", successes: 3, failures: 0);
        // Whichever came first at the start has this interval; nobody else has a turn in it.
        await Tools.UntilAsync("somebody had a turn", TimeSpan.FromSeconds(30), async () =>
            !await one.Services.GetRequiredService<HealthLoop>().RoundAsync(Cancellation), Cancellation);
        var again = await Task.WhenAll(Enumerable.Range(0, 10).Select(at => (at % 2 == 0 ? one : two).Services.GetRequiredService<HealthLoop>().RoundAsync(Cancellation)));
        Assert.DoesNotContain(true, again);
    }

    private static async Task SendAsync(KpiHost kpi, string channel, int successes, int failures)
    {
        var at = TimeProvider.System.GetUtcNow().AddMinutes(-2);
        var lines = Enumerable.Range(0, successes + failures).Select(number => JsonSerializer.Serialize(new
        {
            id = $"{channel}-{number}",
            at = at.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", System.Globalization.CultureInfo.InvariantCulture),
            customer = $"c_{number}x",
            channel,
            service = "payment.topup",
            outcome = number < successes ? "success" : "failed",
        }));
        var (status, _, _) = await kpi.PostAsync("/api/v1/kpi/transactions", string.Join('\n', lines), type: "application/x-ndjson");
        Assert.Equal(202, status);
    }

    /// <summary>The last that was told of a channel.</summary>
    private static async Task<ChannelHealthMeasured> ToldAsync(KpiHost kpi, string channel)
    {
        ChannelHealthMeasured? last = null;
        await Tools.UntilAsync("it is told", TimeSpan.FromSeconds(30), () =>
        {
            var batch = new RecordBatch(1_000);
            using var consumer = kpi.Services.GetRequiredService<IEventLog>().Subscribe(new SubscribeOptions(Topics.Health.Name, Guid.NewGuid().ToString("N")), new FromTheStart());
            for (var polls = 0; polls < 20 && batch.Count == 0; polls++) consumer.Poll(batch, TimeSpan.FromMilliseconds(200), Cancellation);
            var own = ConsumedRecord.Of(batch).Where(record => record.Key == channel).Select(record => JsonSerializer.Deserialize<ChannelHealthMeasured>(record.Value.Span, JsonSerializerOptions.Web)!);
            last = own.LastOrDefault(one => one.Services.Any(service => service.State == HealthStates.Failing));
            return Task.FromResult(last is not null);
        }, Cancellation);
        return last!;
    }

    private static string Text(JsonElement of, string name) => of.GetProperty(name).GetString()!;

    private sealed class FromTheStart : IPartitionOwner
    {
        public IReadOnlyDictionary<int, long> Assigned(IReadOnlyList<int> partitions) => partitions.ToDictionary(partition => partition, _ => -1L);

        public void Revoked(IReadOnlyList<int> partitions)
        {
        }

        public void Lost(IReadOnlyList<int> partitions)
        {
        }
    }
}
