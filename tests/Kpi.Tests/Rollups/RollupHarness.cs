using ECommerce.Channels.Contracts;
using ECommerce.Channels.Kpi.Catalogue;
using ECommerce.Channels.Kpi.Rollups;
using ECommerce.Channels.Platform.Messaging;
using ECommerce.Channels.Platform.Storage;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Xunit;

namespace ECommerce.Channels.Kpi.Tests.Rollups;

/// <summary>The real roll-ups on a real database and a real log, without HTTP around them.</summary>
internal sealed class RollupHarness(NpgsqlDataSource database, IEventLog log, CatalogueHistory catalogue) : IAsyncDisposable
{
    public static readonly OperatorZone Zone = new(TimeZoneInfo.FindSystemTimeZoneById("Asia/Shanghai"));

    private readonly List<RollupConsumer> consumers = [];

    /// <summary>A topic of the test's own.</summary>
    public required Topic Topic { get; init; }

    public NpgsqlDataSource Database => database;

    public IEventLog Log => log;

    public RollupOptions Options { get; init; } = new() { CommitIntervalMs = 20 };

    public static async Task<RollupHarness> NewAsync(string connectionString, IEventLog log, RollupOptions? options = null, int partitions = 4)
    {
        var topic = new Topic("test-" + Guid.NewGuid().ToString("N")[..8], partitions, 7);
        await log.ApplyAsync([topic], Cancel);
        var database = ServiceStorage.DataSource(connectionString, "kpi");
        await KpiService.Schema.MigrateAsync(database, Cancel);
        var store = new CatalogueStore(database, TimeProvider.System);
        await store.SeedAsync(CatalogueSeed.Edits(), Cancel);
        var history = new CatalogueHistory(store);
        await history.LatestAsync(Cancel);
        return new RollupHarness(database, log, history)
        {
            Topic = topic,
            Options = options ?? new() { CommitIntervalMs = 20 },
        };
    }

    public async Task<RollupConsumer> StartConsumerAsync()
    {
        var consumer = new RollupConsumer(
            log, database, Zone, catalogue, Microsoft.Extensions.Options.Options.Create(Options), TimeProvider.System, NullLogger<RollupConsumer>.Instance)
        {
            Topic = Topic.Name,
        };
        consumers.Add(consumer);
        await consumer.StartAsync(Cancel);
        return consumer;
    }

    public async Task SendAsync(IEnumerable<MadeEvent> events)
    {
        foreach (var chunk in events.Chunk(5_000))
            await log.AppendAsync(Topic.Name, [.. chunk.Select(made => made.Record)], Cancel);
    }

    /// <summary>Waits until every record that is in the log now is counted.</summary>
    public async Task CaughtUpAsync(int seconds = 60)
    {
        var ranges = await log.RangesAsync(Topic.Name, Cancel);
        var deadline = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var next = await NextOffsetsOrNoneAsync();
            if (ranges.All(range => range.End == range.First || next.GetValueOrDefault(range.Partition) >= range.End)) return;
            if (TimeProvider.System.GetElapsedTime(deadline).TotalSeconds > seconds)
                Assert.Fail($"Not counted in {seconds} s: {string.Join(", ", consumers.Select(consumer => consumer.Fault ?? "no fault"))}; "
                    + string.Join(' ', ranges.Select(range => $"{range.Partition}:{next.GetValueOrDefault(range.Partition, -1)}/{range.End}")));
            await Task.Delay(20, Cancel);
        }
    }

    public async Task FoldAsync()
    {
        var folding = new Folding(database, Zone);
        while (await folding.FoldAsync(Cancel) > 0)
        {
        }
    }

    public RollupReader Reader => new(database, Zone, Microsoft.Extensions.Options.Options.Create(Options), TimeProvider.System);

    /// <summary>Compares everything that can be asked with the oracle's answers.</summary>
    public async Task ExpectAsync(Oracle oracle, params Grain[] grains)
    {
        await using var snapshot = await Reader.OpenAsync(Cancel);
        await ExpectAsync(snapshot, oracle, grains);
    }

    public static async Task ExpectAsync(RollupSnapshot snapshot, Oracle oracle, params Grain[] grains)
    {
        foreach (var grain in grains)
        {
            var answer = new Answer(snapshot.Codes);
            var query = new CellQuery(grain, 0, 50_000_000, Dimensions.Channel | Dimensions.Service | Dimensions.Region | Dimensions.Brand)
            {
                Reasons = true,
                Durations = true,
            };
            await snapshot.ReadAsync(query, answer, Cancel);
            Assert.Equal(oracle.Cells(grain), answer.Cells);
            Assert.Equal(oracle.Reasons(grain), answer.Reasons);
            Assert.Equal(oracle.Durations(grain), answer.DurationLines);
        }
        await ExpectCustomersAsync(oracle, snapshot);
        await ExpectBucketsAsync(oracle, snapshot);
    }

    public async Task<long> CounterAsync(string name)
    {
        await using var command = database.CreateCommand("SELECT value FROM rollup_counters WHERE name = $1").With(name);
        return (long)(await command.ExecuteScalarAsync(Cancel) ?? 0L);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var consumer in consumers)
        {
            await consumer.StopAsync(CancellationToken.None);
            consumer.Dispose();
        }
        await database.DisposeAsync();
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>A test may have cut the very connection that is asked.</summary>
    private async Task<Dictionary<int, long>> NextOffsetsOrNoneAsync()
    {
        try
        {
            return await NextOffsetsAsync();
        }
        catch (NpgsqlException e) when (e.IsTransient)
        {
            return [];
        }
    }

    private async Task<Dictionary<int, long>> NextOffsetsAsync()
    {
        await using var command = database.CreateCommand("SELECT partition, next_offset FROM consumer_offsets WHERE consumer_group = $1").With(RollupConsumer.Group);
        await using var reader = await command.ExecuteReaderAsync(Cancel);
        var next = new Dictionary<int, long>();
        while (await reader.ReadAsync(Cancel)) next[reader.GetInt32(0)] = reader.GetInt64(1);
        return next;
    }

    private static async Task ExpectCustomersAsync(Oracle oracle, RollupSnapshot snapshot)
    {
        if (oracle.Counted.Count == 0) return;
        var first = oracle.Counted.Min(made => Zone.DayOf(made.At.ToUnixTimeSeconds() / 60));
        var questions = new List<(DateOnly From, DateOnly To, string[]? Channels, string[]? Regions, bool Success)>();
        for (var day = 0; day < 4; day++) questions.Add((first.AddDays(day), first.AddDays(day + 1), null, null, day % 2 == 0));
        questions.Add((first, first.AddDays(3), ["app", "web"], null, true));
        questions.Add((first, first.AddDays(500), null, ["4401", "none"], false));
        questions.Add((first.AddDays(1), first.AddDays(500), ["app"], ["4403"], true));
        questions.Add((first, first.AddDays(500), null, null, false));
        var counts = await snapshot.DistinctAsync([.. questions.Select(question => new DistinctQuestion(
            [new DistinctPart(question.From, question.To, Ids(snapshot.Codes.Channels, question.Channels), Ids(snapshot.Codes.Regions, question.Regions))],
            question.Success))], Cancel);
        Assert.Equal(
            questions.Select(question => oracle.Distinct(
                question.From, question.To, channel => question.Channels?.Contains(channel) != false, region => question.Regions?.Contains(region) != false, question.Success)),
            counts);
    }

    private static async Task ExpectBucketsAsync(Oracle oracle, RollupSnapshot snapshot)
    {
        if (oracle.Counted.Count == 0) return;
        var days = oracle.Counted.Select(made => Zone.DayOf(made.At.ToUnixTimeSeconds() / 60)).ToList();
        var kept = await snapshot.CustomerBucketsAsync(days.Min(), days.Max().AddDays(1), Cancel);
        var lines = from row in kept
                    from bucket in Enumerable.Range(0, row.Successes.Length)
                    where row.Successes[bucket] + row.Failures[bucket] > 0
                    select $"{row.Day:yyyy-MM-dd} {snapshot.Codes.Channels[row.Channel]} {bucket} s={row.Successes[bucket]} f={row.Failures[bucket]}";
        Assert.Equal(oracle.Buckets(), lines.Order(StringComparer.Ordinal));
    }

    private static CodeSet? Ids(IReadOnlyList<string?> book, string[]? codes) =>
        codes is null ? null : new CodeSet(Enumerable.Range(1, book.Count - 1).Where(id => codes.Contains(book[id])).Select(id => (ushort)id));
}
