using System.Diagnostics;
using ECommerce.Channels.Contracts;
using ECommerce.Channels.Kpi.Catalogue;
using ECommerce.Channels.Kpi.Rollups;
using ECommerce.Channels.Platform.Messaging;
using ECommerce.Channels.Platform.Storage;
using ECommerce.Channels.Testing;
using Xunit;

namespace ECommerce.Channels.Kpi.Tests.Rollups;

/// <summary>
/// Two consumers in processes of their own are killed at random points while numbered events pass: in the end every sum, every
/// distinct count and every roll-up is what it is without kills.
/// </summary>
public abstract class KillContract(PostgresServer postgres)
{
    private static readonly DateTimeOffset Start = new(TimeProvider.System.GetUtcNow().UtcDateTime.Date.AddDays(-3), TimeSpan.Zero);

    protected PostgresServer Postgres => postgres;

    /// <summary>The log, and the settings by which a process finds it.</summary>
    protected abstract Task<(IEventLog Log, Dictionary<string, string> Settings)> NewLogAsync();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("Size", "all")]
    public Task Kill_AtRandomPoints_NothingIsLostOrDoubled() => RunAsync(events: 100_000, kills: 50);

    [Fact]
    [Trait("Size", "long")]
    public Task Kill_WhileTwoMillionPass_NothingIsLostOrDoubled() => RunAsync(events: 2_000_000, kills: 50);

    [Fact]
    [Trait("Size", "all")]
    public async Task Stop_AnOwnerThatWakesUpLater_WritesNothing()
    {
        var (log, settings) = await NewLogAsync();
        await using var closeLog = log;
        var database = await postgres.NewDatabaseAsync();
        using var first = new KpiProcess(Merge(KpiProcess.Environment(database), settings));
        using var second = new KpiProcess(Merge(KpiProcess.Environment(database), settings));
        await log.ApplyAsync([Topics.Transactions], Cancel);
        var stream = new EventStream(21, Start, 3);
        var events = stream.Take(3_000);
        first.Start();
        await SendAsync(log, events);
        await using var harness = await HarnessAsync(database, log);
        await harness.CaughtUpAsync();
        // It sleeps with its partitions; the other takes them over and counts on; then it wakes and finds itself fenced.
        await first.SignalAsync("STOP");
        second.Start();
        var more = stream.Take(3_000);
        await SendAsync(log, more);
        await harness.CaughtUpAsync(120);
        await first.SignalAsync("CONT");
        var last = stream.Take(3_000);
        await SendAsync(log, [.. last, .. events.Take(500)]);
        await harness.CaughtUpAsync(120);
        await harness.FoldAsync();
        var oracle = new Oracle(RollupHarness.Zone);
        oracle.Add([.. events, .. more, .. last, .. events.Take(500)]);
        await harness.ExpectAsync(oracle, Grain.Minute, Grain.Hour, Grain.Day, Grain.Month);
    }

    [Fact]
    [Trait("Size", "all")]
    public async Task Start_ThreeReplicasOnAnEmptyDatabase_AllServeAndShareTheWork()
    {
        var (log, settings) = await NewLogAsync();
        await using var closeLog = log;
        var database = await postgres.NewDatabaseAsync();
        KpiProcess[] replicas = [.. Enumerable.Range(0, 3).Select(_ => new KpiProcess(Merge(KpiProcess.Environment(database), settings)))];
        try
        {
            foreach (var replica in replicas) replica.Start();
            foreach (var replica in replicas) await replica.ReadyAsync(Cancel);
            var events = new EventStream(22, Start, 3).Take(3_000);
            await SendAsync(log, events);
            await using var harness = await HarnessAsync(database, log);
            await harness.CaughtUpAsync();
            var oracle = new Oracle(RollupHarness.Zone);
            oracle.Add(events);
            await harness.ExpectAsync(oracle, Grain.Day);
            Assert.All(replicas, replica => Assert.False(replica.HasExited, replica.Output));
        }
        finally
        {
            foreach (var replica in replicas) replica.Dispose();
        }
    }

    private async Task RunAsync(int events, int kills)
    {
        var (log, settings) = await NewLogAsync();
        await using var closeLog = log;
        var database = await postgres.NewDatabaseAsync();
        var environment = Merge(KpiProcess.Environment(database), settings);
        using var first = new KpiProcess(environment);
        using var second = new KpiProcess(environment);
        await log.ApplyAsync([Topics.Transactions], Cancel);
        var made = new EventStream(20, Start, 3).Take(events);
        var repeated = made.Take(events / 50).ToList();
        var oracle = new Oracle(RollupHarness.Zone);
        oracle.Add([.. made, .. repeated]);

        var watch = Stopwatch.StartNew();
        first.Start();
        second.Start();
        var sending = Task.Run(() => SendSlowlyAsync(log, [.. made, .. repeated], kills), Cancel);
        await KillAsync([first, second], kills);
        var sentAll = sending.IsCompleted;
        await sending;
        await using var harness = await HarnessAsync(database, log);
        await harness.CaughtUpAsync(240);
        await harness.FoldAsync();
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{events} events and {repeated.Count} repeats, {kills} kills in {watch.Elapsed.TotalSeconds:0} s; {(sentAll ? "sending ended before the last kill" : "events were still being sent at the last kill")}; "
            + $"accepted {await harness.CounterAsync("accepted")}, repeated {await harness.CounterAsync("repeated")}");
        Assert.Equal(oracle.Counted.Count, await harness.CounterAsync("accepted"));
        Assert.Equal(oracle.Repeated, await harness.CounterAsync("repeated"));
        await harness.ExpectAsync(oracle, Grain.Minute, Grain.Hour, Grain.Day, Grain.Month);
    }

    /// <summary>Kills one or the other after a random moment and starts it again.</summary>
    private static async Task KillAsync(KpiProcess[] processes, int kills)
    {
        var random = new Random(31);
        for (var kill = 0; kill < kills; kill++)
        {
            await Task.Delay(random.Next(300, 2_500), Cancel);
            var victim = processes[random.Next(processes.Length)];
            if (victim.HasExited) Assert.Fail("A consumer ended by itself:\n" + victim.Output);
            await victim.KillAsync();
            victim.Start();
        }
    }

    /// <summary>Spreads the events over the time of the kills, so that there is always something on its way.</summary>
    private static async Task SendSlowlyAsync(IEventLog log, IReadOnlyList<MadeEvent> events, int kills)
    {
        var chunk = Math.Max(1, events.Count / (kills * 8));
        foreach (var part in events.Chunk(chunk))
        {
            await SendAsync(log, part);
            await Task.Delay(150, Cancel);
        }
    }

    private static Task<AppendResult> SendAsync(IEventLog log, IEnumerable<MadeEvent> events) =>
        log.AppendAsync(Topics.Transactions.Name, [.. events.Select(made => made.Record)], Cancel);

    private static async Task<RollupHarness> HarnessAsync(string connectionString, IEventLog log)
    {
        var database = ServiceStorage.DataSource(connectionString, "kpi");
        await KpiService.Schema.MigrateAsync(database, Cancel);
        return new RollupHarness(database, log, new CatalogueHistory(new CatalogueStore(database, TimeProvider.System)))
        {
            Topic = Topics.Transactions,
        };
    }

    private static Dictionary<string, string> Merge(Dictionary<string, string> one, Dictionary<string, string> other) =>
        one.Concat(other).ToDictionary(pair => pair.Key, pair => pair.Value);
}

public sealed class PostgresKillTests(PostgresServer postgres) : KillContract(postgres)
{
    protected override async Task<(IEventLog Log, Dictionary<string, string> Settings)> NewLogAsync()
    {
        var database = await Postgres.NewDatabaseAsync();
        var options = new EventLogOptions();
        options.Postgres.Lease = TimeSpan.FromSeconds(3);
        var log = new PostgresEventLog(database, options, TimeProvider.System, Microsoft.Extensions.Logging.Abstractions.NullLogger<PostgresEventLog>.Instance);
        return (log, new() { ["ConnectionStrings__log"] = database, ["EventLog__Postgres__Lease"] = "00:00:03" });
    }
}

/// <summary>A broker of this class's own: the topic has its one name here.</summary>
public sealed class KafkaKillTests(PostgresServer postgres) : KillContract(postgres), IAsyncLifetime
{
    private readonly KafkaBroker broker = new();

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => broker.DisposeAsync();

    protected override async Task<(IEventLog Log, Dictionary<string, string> Settings)> NewLogAsync()
    {
        var bootstrap = await broker.BootstrapAsync(TestContext.Current.CancellationToken);
        var log = new KafkaEventLog(bootstrap, new EventLogOptions(), TimeProvider.System, Microsoft.Extensions.Logging.Abstractions.NullLogger<KafkaEventLog>.Instance);
        return (log, new() { ["KAFKA_BOOTSTRAP"] = bootstrap });
    }
}
