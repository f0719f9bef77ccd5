using System.Text.Json;
using ECommerce.Channels.Contracts;
using ECommerce.Channels.Contracts.Events;
using ECommerce.Channels.Kpi.Health;
using ECommerce.Channels.Platform.Messaging;
using ECommerce.Channels.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace ECommerce.Channels.Kpi.Tests.Health;

/// <summary>The whole way: transactions into the API and the log, counted, measured, and health out of the topic and the API.</summary>
public sealed class HealthPathTests(PostgresServer postgres)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private int sent;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Transactions_OfAnOutageAndItsEnd_AreFailingThenHealthyOnTheTopicAndInTheApi()
    {
        var connection = await postgres.NewDatabaseAsync();
        await using var host = KpiHost.Build(connection, connection, builder => builder.Services.Remove(
            builder.Services.Single(one => one.ServiceType == typeof(IHostedService) && one.ImplementationType == typeof(HealthLoop))));
        await host.StartAsync();
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        var measurer = ActivatorUtilities.CreateInstance<HealthMeasurer>(host.Services, time);
        var states = new List<string?>();
        foreach (var (successes, failures) in new[] { (10, 30), (40, 0), (36, 4) })
        {
            await SendAsync(host, time.GetUtcNow(), successes, failures);
            await measurer.RoundAsync(Cancellation);
            var answer = (await host.GetAsync("/api/v1/kpi/health")).Body;
            Assert.Equal(time.GetUtcNow().ToUnixTimeMilliseconds(), answer.GetProperty("at").GetDateTimeOffset().ToUnixTimeMilliseconds());
            states.Add(answer.GetProperty("channels")[0].GetProperty("services")[0].GetProperty("state").GetString());
            time.Advance(TimeSpan.FromMinutes(1));
        }
        Assert.Equal(["failing", "failing", "healthy"], states);

        var told = await TopicAsync(host, 3);
        Assert.All(told, one => Assert.Equal((ChannelHealthMeasured.Type, "/channels/kpi", "web"), (one.Envelope.Type, one.Envelope.Source, one.Health.Channel)));
        Assert.Equal([1, 2, 3], told.Select(one => one.Envelope.Sequence));
        Assert.Equal(
            [("payment.topup", "failing", 10, 30), ("payment.topup", "failing", 40, 0), ("payment.topup", "healthy", 36, 4)],
            told.Select(one => one.Health.Services.Single()).Select(one => (one.Service, one.State, (int)one.Successes, (int)one.Failures)));
    }

    [Fact]
    public async Task TwoReplicas_ByTheClock_TellOneRecordEachInterval()
    {
        var connection = await postgres.NewDatabaseAsync();
        await using var one = await KpiHost.StartAsync(connection, connection, ("Health:Interval", "00:00:01"));
        await SendAsync(one, TimeProvider.System.GetUtcNow(), 40, 0);
        await using var other = await KpiHost.StartAsync(connection, connection, ("Health:Interval", "00:00:01"));
        var already = (await TopicAsync(one, 1)).Count;
        var told = await TopicAsync(one, already + 4);
        Assert.Equal(Enumerable.Range(1, told.Count).Select(sequence => (long?)sequence), told.Select(record => record.Envelope.Sequence));
        Assert.All(told.Zip(told.Skip(1)), pair => Assert.InRange(pair.Second.Health.At - pair.First.Health.At, TimeSpan.FromSeconds(1), TimeSpan.MaxValue));
    }

    /// <summary>Events of one minute, until they are counted.</summary>
    private async Task SendAsync(KpiHost host, DateTimeOffset at, int successes, int failures)
    {
        var lines = Enumerable.Range(sent, successes + failures).Select(i => JsonSerializer.Serialize(new
        {
            id = $"t{i}",
            at = at.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'"),
            customer = $"c_{i}",
            channel = "web",
            service = "payment.topup",
            outcome = i - sent < successes ? "success" : "failed",
        })).ToList();
        var (status, body, _) = await host.PostAsync("/api/v1/kpi/transactions", string.Join('\n', lines), "application/x-ndjson");
        Assert.True(status == 202, body.ToString());
        sent += lines.Count;
        await Tools.UntilAsync("they are counted", Patience, async () =>
            (await host.GetAsync("/api/v1/kpi/rollups")).Body.GetProperty("counters").TryGetProperty("accepted", out var accepted) && accepted.GetInt64() == sent,
            Cancellation);
    }

    /// <summary>The topic from its start, once it holds so many records or more.</summary>
    private static async Task<List<(Envelope Envelope, ChannelHealthMeasured Health)>> TopicAsync(KpiHost host, int records)
    {
        var log = host.Services.GetRequiredService<IEventLog>();
        using var consumer = log.Subscribe(new SubscribeOptions(Topics.Health.Name, "test-" + Guid.NewGuid().ToString("N")), new FromTheStart());
        var told = new List<(Envelope, ChannelHealthMeasured)>();
        var batch = new RecordBatch(500);
        await Tools.UntilAsync($"{records} records are told", Patience, () =>
        {
            batch.Clear();
            consumer.Poll(batch, TimeSpan.FromMilliseconds(100), Cancellation);
            for (var i = 0; i < batch.Count; i++)
                told.Add((CloudEvents.Read(batch.Headers(i))!, JsonSerializer.Deserialize<ChannelHealthMeasured>(batch.Value(i), JsonSerializerOptions.Web)!));
            return Task.FromResult(told.Count >= records);
        }, Cancellation);
        return told;
    }

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
