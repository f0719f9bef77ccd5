using System.Text;
using ECommerce.Channels.Kpi.Rollups;
using ECommerce.Channels.Platform.Messaging;
using ECommerce.Channels.Testing;
using Npgsql;
using Xunit;

namespace ECommerce.Channels.Kpi.Tests.Rollups;

/// <summary>What counting promises, whichever engine the log has.</summary>
public abstract class RollupContract(PostgresServer postgres)
{
    private static readonly DateTimeOffset Start = new(TimeProvider.System.GetUtcNow().UtcDateTime.Date.AddDays(-40), TimeSpan.Zero);

    protected PostgresServer Postgres => postgres;

    protected abstract Task<IEventLog> NewLogAsync();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Count_ShuffledRepeatedLateAndConflicting_EqualsTheOracle()
    {
        await using var log = await NewLogAsync();
        await using var harness = await RollupHarness.NewAsync(await postgres.NewDatabaseAsync(), log);
        var events = new EventStream(1, Start, 35).Take(4_000);
        var sent = Shuffle([.. events, .. events.Take(500), .. events.Skip(300).Take(200).Select(made => made with { Amount = made.Amount + 1 })]);
        var oracle = OracleOf(sent);
        await harness.StartConsumerAsync();
        await harness.SendAsync(sent);
        await harness.CaughtUpAsync();
        await harness.ExpectAsync(oracle, Grain.Minute, Grain.Hour, Grain.Day, Grain.Month);
        await harness.FoldAsync();
        await harness.ExpectAsync(oracle, Grain.Minute, Grain.Hour, Grain.Day, Grain.Month);
        Assert.Equal(oracle.Counted.Count, await harness.CounterAsync("accepted"));
        Assert.Equal(oracle.Repeated, await harness.CounterAsync("repeated"));
        Assert.Equal(oracle.Conflicts, await harness.CounterAsync("conflict"));
    }

    [Fact]
    public async Task Count_AgainAfterARestart_ChangesNothing()
    {
        await using var log = await NewLogAsync();
        await using var harness = await RollupHarness.NewAsync(await postgres.NewDatabaseAsync(), log);
        var events = new EventStream(2, Start, 3).Take(2_000);
        var first = await harness.StartConsumerAsync();
        await harness.SendAsync(events);
        await harness.CaughtUpAsync();
        await first.StopAsync(Cancel);
        await harness.FoldAsync();
        await new Upkeep(harness.Database, TimeProvider.System).RunAsync(0, Cancel);
        var more = new EventStream(3, Start, 5).Take(1_000);
        await harness.SendAsync([.. events, .. more]);
        await harness.StartConsumerAsync();
        await harness.CaughtUpAsync();
        await harness.FoldAsync();
        var oracle = OracleOf([.. events, .. events, .. more]);
        await harness.ExpectAsync(oracle, Grain.Minute, Grain.Hour, Grain.Day, Grain.Month);
        Assert.Equal(2_000, await harness.CounterAsync("repeated"));
    }

    [Fact]
    public async Task Count_SmallMemory_LoadsAgainWhatItForgot()
    {
        await using var log = await NewLogAsync();
        await using var harness = await RollupHarness.NewAsync(
            await postgres.NewDatabaseAsync(), log, new RollupOptions { CommitIntervalMs = 10, BatchRecords = 100, MaxEntries = 10 });
        var events = new EventStream(4, Start, 2).Take(2_000);
        await harness.StartConsumerAsync();
        foreach (var part in events.Chunk(250))
        {
            await harness.SendAsync(part);
            await harness.CaughtUpAsync();
        }
        await harness.SendAsync(events);
        await harness.CaughtUpAsync();
        await harness.ExpectAsync(OracleOf([.. events, .. events]), Grain.Minute, Grain.Day);
    }

    [Fact]
    public async Task Count_PoisonRecords_AreRefusedAndTheRestIsCounted()
    {
        await using var log = await NewLogAsync();
        await using var harness = await RollupHarness.NewAsync(await postgres.NewDatabaseAsync(), log);
        var good = new EventStream(5, Start, 1).Take(100);
        await harness.StartConsumerAsync();
        await harness.SendAsync(good.Take(50));
        byte[][] poison =
        [
            [], [0xff, 0xfe], "{"u8.ToArray(), "null"u8.ToArray(), Encoding.UTF8.GetBytes(new string('[', 10_000)), new byte[100_000],
            "{\"id\":1}"u8.ToArray(), "{\"\\ud800\":1}"u8.ToArray(),
        ];
        await log.AppendAsync(harness.Topic.Name, [.. poison.Select(value => new LogRecord("c_x", value))], Cancel);
        await harness.SendAsync(good.Skip(50));
        await harness.CaughtUpAsync();
        await harness.ExpectAsync(OracleOf(good), Grain.Day);
        Assert.Equal(poison.Length, await harness.CounterAsync("refused"));
    }

    [Fact]
    public async Task Count_WrongPartition_IsPutIntoTheRightOneAndCountedOnce()
    {
        await using var log = await NewLogAsync();
        await using var harness = await RollupHarness.NewAsync(await postgres.NewDatabaseAsync(), log);
        var events = new EventStream(6, Start, 1).Take(300);
        await harness.StartConsumerAsync();
        // The key decides the partition, and the value says whose it is: another customer's key.
        await log.AppendAsync(harness.Topic.Name, [.. events.Select((made, i) => new LogRecord("c_other" + i, made.Record.Value))], Cancel);
        await harness.CaughtUpAsync();
        await harness.CaughtUpAsync();
        await harness.ExpectAsync(OracleOf(events), Grain.Day);
        Assert.True(await harness.CounterAsync("misplaced") > 100);
    }

    [Fact]
    public async Task Count_TwoConsumers_ShareThePartitionsAndCountOnce()
    {
        await using var log = await NewLogAsync();
        await using var harness = await RollupHarness.NewAsync(await postgres.NewDatabaseAsync(), log);
        var events = new EventStream(7, Start, 3).Take(6_000);
        await harness.StartConsumerAsync();
        await harness.SendAsync(events.Take(2_000));
        var second = await harness.StartConsumerAsync();
        await harness.SendAsync(events.Skip(2_000).Take(2_000));
        await harness.CaughtUpAsync();
        await second.StopAsync(Cancel);
        await harness.SendAsync(events.Skip(4_000));
        await harness.SendAsync(events.Take(1_000));
        await harness.CaughtUpAsync();
        await harness.FoldAsync();
        await harness.ExpectAsync(OracleOf([.. events, .. events.Take(1_000)]), Grain.Minute, Grain.Hour, Grain.Day, Grain.Month);
    }

    [Fact]
    public async Task Count_UnknownCodes_AreKeptRawUpToAThousandOfAFieldAndDay()
    {
        await using var log = await NewLogAsync();
        await using var harness = await RollupHarness.NewAsync(await postgres.NewDatabaseAsync(), log);
        var template = new EventStream(8, Start, 1).Next();
        MadeEvent[] events =
        [
            .. Enumerable.Range(0, 1_100).Select(i => template with { Id = "u" + i, Channel = "unknown-" + i }),
            // Another field and another day have a thousand of their own.
            template with { Id = "service", Service = "unknown-service" },
            template with { Id = "later", At = template.At.AddDays(1), Channel = "unknown-later" },
        ];
        await harness.StartConsumerAsync();
        await harness.SendAsync(events);
        await harness.CaughtUpAsync();
        await using var snapshot = await harness.Reader.OpenAsync(Cancel);
        Assert.Equal(1_001, snapshot.Codes.Channels.Count(code => code?.StartsWith("unknown-", StringComparison.Ordinal) == true));
        Assert.Contains("unknown-service", snapshot.Codes.Services);
        var oracle = OracleOf([.. events.Select((made, i) => snapshot.Codes.Channels.Contains(made.Channel) ? made : made with { Channel = "~other" })]);
        await harness.ExpectAsync(oracle, Grain.Day);
    }

    [Fact]
    public async Task AsOf_IsThatOfThePartitionFurthestBehind_AndNothingBeforeEachWasTakenOnce()
    {
        await using var log = await NewLogAsync();
        await using var harness = await RollupHarness.NewAsync(await postgres.NewDatabaseAsync(), log);
        var consumer = await harness.StartConsumerAsync();
        await harness.SendAsync(new EventStream(8, Start, 1).Take(500));
        await harness.CaughtUpAsync();
        await consumer.StopAsync(Cancel);
        var behind = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
        await ExecuteAsync(harness, "UPDATE consumer_offsets SET as_of = '2026-01-02 03:04:05Z' WHERE partition = 1");
        Assert.Equal(behind, await harness.Reader.AsOfAsync(Cancel));
        await ExecuteAsync(harness, "UPDATE consumer_offsets SET as_of = NULL WHERE partition = 1");
        Assert.Equal(DateTimeOffset.UnixEpoch, await harness.Reader.AsOfAsync(Cancel));
    }

    [Fact]
    public async Task Count_OffsetsOfAnotherLog_IsRefusedByNameAndNothingIsSkipped()
    {
        await using var log = await NewLogAsync();
        await using var harness = await RollupHarness.NewAsync(await postgres.NewDatabaseAsync(), log);
        var events = new EventStream(9, Start, 1).Take(200);
        var first = await harness.StartConsumerAsync();
        await harness.SendAsync(events.Take(100));
        await harness.CaughtUpAsync();
        await first.StopAsync(Cancel);
        await ExecuteAsync(harness, "UPDATE consumer_offsets SET log_id = 'another'");
        await harness.SendAsync(events.Skip(100));
        var second = await harness.StartConsumerAsync();
        await Tools.UntilAsync("a fault", TimeSpan.FromSeconds(30), () => Task.FromResult(second.Fault?.Contains("another", StringComparison.Ordinal) == true), Cancel);
        Assert.Equal(100, await harness.CounterAsync("accepted"));
        await ExecuteAsync(harness, $"UPDATE consumer_offsets SET log_id = '{(await log.IdentifyAsync(harness.Topic.Name, Cancel)).LogId}'");
        await harness.CaughtUpAsync();
        Assert.Null(second.Fault);
        await harness.ExpectAsync(OracleOf(events), Grain.Day);
    }

    [Fact]
    public async Task Count_DatabaseAwayForAWhile_GoesOnWhereItStood()
    {
        await using var log = await NewLogAsync();
        var connection = await postgres.NewDatabaseAsync();
        await using var harness = await RollupHarness.NewAsync(connection, log);
        var events = new EventStream(10, Start, 2).Take(3_000);
        await harness.StartConsumerAsync();
        var sending = harness.SendAsync(events);
        for (var cut = 0; cut < 5; cut++)
        {
            await Task.Delay(100, Cancel);
            await using var killer = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(connection) { Pooling = false }.ConnectionString);
            await killer.OpenAsync(Cancel);
            await using var kill = new NpgsqlCommand(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'channels-kpi' AND datname = current_database()", killer);
            await kill.ExecuteNonQueryAsync(Cancel);
        }
        await sending;
        await harness.CaughtUpAsync();
        NpgsqlConnection.ClearAllPools();
        await harness.ExpectAsync(OracleOf(events), Grain.Minute, Grain.Day);
    }

    [Fact]
    public async Task Count_RepeatAfterALongTime_IsKnownFor400DaysAfterItWasLastSeen()
    {
        await using var log = await NewLogAsync();
        await using var harness = await RollupHarness.NewAsync(await postgres.NewDatabaseAsync(), log);
        var upkeep = new Upkeep(harness.Database, TimeProvider.System);
        var events = new EventStream(12, Start, 1).Take(50);
        var first = await harness.StartConsumerAsync();
        await harness.SendAsync(events);
        await harness.CaughtUpAsync();
        await first.StopAsync(Cancel);
        // 400 days go by: they are known still, and from then on for another 400.
        await ExecuteAsync(harness, "UPDATE seen_events SET last_seen = (now() AT TIME ZONE 'UTC')::date - 400");
        await upkeep.RunAsync(0, Cancel);
        var second = await harness.StartConsumerAsync();
        await harness.SendAsync(events);
        await harness.CaughtUpAsync();
        Assert.Equal(50, await harness.CounterAsync("repeated"));
        await second.StopAsync(Cancel);
        await ExecuteAsync(harness, "UPDATE seen_events SET last_seen = last_seen - 400");
        await upkeep.RunAsync(0, Cancel);
        var third = await harness.StartConsumerAsync();
        await harness.SendAsync(events);
        await harness.CaughtUpAsync();
        Assert.Equal((50, 100), (await harness.CounterAsync("accepted"), await harness.CounterAsync("repeated")));
        await third.StopAsync(Cancel);
        // A day longer, and nothing is known of them.
        await ExecuteAsync(harness, "UPDATE seen_events SET last_seen = last_seen - 401");
        await upkeep.RunAsync(0, Cancel);
        await harness.StartConsumerAsync();
        await harness.SendAsync(events);
        await harness.CaughtUpAsync();
        Assert.Equal((100, 100), (await harness.CounterAsync("accepted"), await harness.CounterAsync("repeated")));
    }

    [Fact]
    public async Task Read_WhileEventsAreCounted_IsOfOneSnapshot()
    {
        await using var log = await NewLogAsync();
        await using var harness = await RollupHarness.NewAsync(await postgres.NewDatabaseAsync(), log);
        var events = new EventStream(13, Start, 3).Take(2_000);
        await harness.StartConsumerAsync();
        await harness.SendAsync(events.Take(1_000));
        await harness.CaughtUpAsync();
        await using var before = await harness.Reader.OpenAsync(Cancel);
        await harness.SendAsync(events.Skip(1_000));
        await harness.CaughtUpAsync();
        await harness.FoldAsync();
        await RollupHarness.ExpectAsync(before, OracleOf(events.Take(1_000)), Grain.Minute, Grain.Hour, Grain.Day, Grain.Month);
        await harness.ExpectAsync(OracleOf(events), Grain.Minute, Grain.Hour, Grain.Day, Grain.Month);
    }

    private static async Task ExecuteAsync(RollupHarness harness, string sql)
    {
        await using var command = harness.Database.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(Cancel);
    }

    private static Oracle OracleOf(IEnumerable<MadeEvent> events)
    {
        var oracle = new Oracle(RollupHarness.Zone);
        // Of equal identities the first in the log counts; per customer the log keeps the order in which they were sent.
        oracle.Add(events);
        return oracle;
    }

    private static List<MadeEvent> Shuffle(List<MadeEvent> events)
    {
        var random = new Random(11);
        for (var i = events.Count - 1; i > 0; i--)
        {
            var j = random.Next(i + 1);
            (events[i], events[j]) = (events[j], events[i]);
        }
        return events;
    }
}
