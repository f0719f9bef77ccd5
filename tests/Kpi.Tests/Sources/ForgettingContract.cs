using ECommerce.Channels.Kpi.Rollups;
using ECommerce.Channels.Kpi.Sources;
using ECommerce.Channels.Kpi.Tests.Rollups;
using ECommerce.Channels.Platform.Messaging;
using ECommerce.Channels.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace ECommerce.Channels.Kpi.Tests.Sources;

/// <summary>What forgetting a source promises while consumers count, whichever engine the log has.</summary>
public abstract class ForgettingContract(PostgresServer postgres)
{
    private static readonly DateTimeOffset Start = new(TimeProvider.System.GetUtcNow().UtcDateTime.Date.AddDays(-40), TimeSpan.Zero);

    protected PostgresServer Postgres => postgres;

    protected abstract Task<IEventLog> NewLogAsync();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Forget_OneSourceWhileTwoConsumersCount_LeavesTheOthersAlone()
    {
        await using var log = await NewLogAsync();
        await using var harness = await RollupHarness.NewAsync(await postgres.NewDatabaseAsync(), log);
        var real = new EventStream(12, Start, 20).Take(3_000);
        var demo = new EventStream(13, Start, 20).Take(6_000).ConvertAll(made => made with { Source = "demo" });
        await harness.StartConsumerAsync();
        await harness.StartConsumerAsync();
        await harness.SendAsync([.. demo.Take(2_000), .. real.Take(2_000), .. demo.Skip(2_000).Take(2_000)]);
        await harness.CaughtUpAsync();
        await harness.FoldAsync();
        // What is not counted yet when the source is forgotten is forgotten all the same.
        await harness.SendAsync([.. real.Skip(2_000), .. demo.Skip(4_000)]);
        await ForgetAsync(harness, "demo");
        await harness.CaughtUpAsync();
        await harness.FoldAsync();
        await harness.ExpectAsync(OracleOf(real), Grain.Minute, Grain.Hour, Grain.Day, Grain.Month);
        Assert.Equal(real.Count, await harness.CounterAsync("accepted"));
        await using var snapshot = await harness.Reader.OpenAsync(Cancel);
        Assert.Equal(["test"], (await snapshot.FeedsAsync(Cancel)).Select(feed => feed.Source).Distinct());
    }

    [Fact]
    public async Task Forget_AgainAndAgainWhileCounting_EndsInTheSame()
    {
        await using var log = await NewLogAsync();
        await using var harness = await RollupHarness.NewAsync(await postgres.NewDatabaseAsync(), log);
        var real = new EventStream(14, Start, 10).Take(2_000);
        var demo = new EventStream(15, Start, 10).Take(2_000).ConvertAll(made => made with { Source = "demo" });
        await harness.StartConsumerAsync();
        await harness.StartConsumerAsync();
        var sending = harness.SendAsync(demo);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var folding = Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested) await harness.FoldAsync();
        });
        for (var time = 0; time < 4; time++) await ForgetAsync(harness, "demo");
        await sending;
        await harness.SendAsync(real);
        await ForgetAsync(harness, "demo");
        await stop.CancelAsync();
        await folding;
        await harness.CaughtUpAsync();
        await harness.FoldAsync();
        await harness.ExpectAsync(OracleOf(real), Grain.Minute, Grain.Day, Grain.Month);
    }

    [Fact]
    public async Task Forget_WhatTheSourceSendsLater_Counts()
    {
        await using var log = await NewLogAsync();
        await using var harness = await RollupHarness.NewAsync(await postgres.NewDatabaseAsync(), log);
        var before = new EventStream(16, Start, 5).Take(500).ConvertAll(made => made with { Source = "demo" });
        var after = new EventStream(17, Start, 5).Take(500).ConvertAll(made => made with { Source = "demo" });
        await harness.StartConsumerAsync();
        await harness.SendAsync(before);
        await harness.CaughtUpAsync();
        await ForgetAsync(harness, "demo");
        await harness.SendAsync(after);
        await harness.CaughtUpAsync();
        await harness.ExpectAsync(OracleOf(after), Grain.Minute, Grain.Day);
    }

    [Fact]
    public async Task Forget_BadRecordsOfTheLog_StayOneDeadLetterEach()
    {
        await using var log = await NewLogAsync();
        await using var harness = await RollupHarness.NewAsync(await postgres.NewDatabaseAsync(), log);
        await harness.StartConsumerAsync();
        await log.AppendAsync(harness.Topic.Name, [new LogRecord("c_x", "{"u8.ToArray()), new LogRecord("c_y", "[]"u8.ToArray())], Cancel);
        await harness.CaughtUpAsync();
        await ForgetAsync(harness, "demo");
        await harness.CaughtUpAsync();
        await using var command = harness.Database.CreateCommand("SELECT count(*) FROM dead_letters");
        Assert.Equal(2L, await command.ExecuteScalarAsync(Cancel));
    }

    [Fact]
    public async Task Offsets_OfSources_SayWhereEachWasMetFirst()
    {
        await using var log = await NewLogAsync();
        await using var harness = await RollupHarness.NewAsync(await postgres.NewDatabaseAsync(), log);
        var first = new EventStream(18, Start, 1).Take(200);
        var second = new EventStream(19, Start, 1).Take(200).ConvertAll(made => made with { Source = "late" });
        await harness.StartConsumerAsync();
        await harness.SendAsync(first);
        await harness.CaughtUpAsync();
        var ends = (await log.RangesAsync(harness.Topic.Name, Cancel)).ToDictionary(range => range.Partition, range => range.End);
        await harness.SendAsync(second);
        await harness.SendAsync(first.Take(50));
        await harness.CaughtUpAsync();
        var offsets = await new SourceStore(harness.Database).OffsetsAsync(Cancel);
        Assert.All(offsets.Where(one => one.Source == "test"), one => Assert.Equal(0, one.First));
        Assert.All(offsets.Where(one => one.Source == "late"), one => Assert.True(one.First >= ends[one.Partition]));
        Assert.Equal(2 * ends.Count, offsets.Count);
    }

    private static async Task ForgetAsync(RollupHarness harness, string source)
    {
        var identity = await harness.Log.IdentifyAsync(harness.Topic.Name, Cancel);
        var ranges = await harness.Log.RangesAsync(harness.Topic.Name, Cancel);
        await new SourceStore(harness.Database).ForgetAsync(source, identity, ranges, _ => Task.CompletedTask, Cancel);
    }

    private static Oracle OracleOf(IEnumerable<MadeEvent> events)
    {
        var oracle = new Oracle(RollupHarness.Zone);
        oracle.Add(events);
        return oracle;
    }
}

public sealed class PostgresForgettingTests(PostgresServer postgres) : ForgettingContract(postgres)
{
    protected override async Task<IEventLog> NewLogAsync()
    {
        var options = new EventLogOptions();
        options.Postgres.Lease = TimeSpan.FromSeconds(2);
        return new PostgresEventLog(await Postgres.NewDatabaseAsync(), options, TimeProvider.System, NullLogger<PostgresEventLog>.Instance);
    }
}

public sealed class KafkaForgettingTests(PostgresServer postgres, KafkaBroker broker) : ForgettingContract(postgres)
{
    protected override async Task<IEventLog> NewLogAsync() =>
        new KafkaEventLog(await broker.BootstrapAsync(), new EventLogOptions(), TimeProvider.System, NullLogger<KafkaEventLog>.Instance);
}
