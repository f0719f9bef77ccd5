using ECommerce.Channels.Kpi.Rollups;
using ECommerce.Channels.Platform.Messaging;
using ECommerce.Channels.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace ECommerce.Channels.Kpi.Tests.Rollups;

/// <summary>What is kept in memory never shows: whatever was counted, folded or merged in between, answers are those of the database.</summary>
public sealed class RollupCacheTests(PostgresServer postgres)
{
    private static readonly DateTimeOffset Start = new(TimeProvider.System.GetUtcNow().UtcDateTime.Date.AddDays(-100), TimeSpan.Zero);
    private static readonly DateOnly FirstDay = DateOnly.FromDateTime(Start.UtcDateTime);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Ask_AgainAfterEveryKindOfChange_EqualsTheOracle()
    {
        await using var log = await NewLogAsync();
        await using var harness = await RollupHarness.NewAsync(await postgres.NewDatabaseAsync(), log);
        using var reader = harness.Reader;
        var stream = new EventStream(31, Start, 95);
        var late = new EventStream(32, Start.AddDays(92), 3);
        var oracle = new Oracle(RollupHarness.Zone);
        await harness.StartConsumerAsync();
        for (var round = 0; round < 12; round++)
        {
            // Mostly new days change, sometimes old ones; what was counted is folded, folded in part, or not yet.
            List<MadeEvent> events = round % 4 == 0 ? stream.Take(300) : late.Take(40);
            oracle.Add(events);
            await harness.SendAsync(events);
            await harness.CaughtUpAsync();
            if (round % 3 != 1) await harness.FoldAsync();
            if (round % 5 == 4) await new Upkeep(harness.Database, TimeProvider.System).RunAsync(0, Cancel);
            await ExpectAsync(harness, reader, oracle);
            await ExpectAsync(harness, reader, oracle);
        }
    }

    /// <summary>What is offered by the minute and what is kept by the minute begin at the same midnight of the operator's.</summary>
    [Fact]
    public async Task Ask_MinutesAtTheEndOfTheirKeeping_AreThereOrAreSaidToBeGone()
    {
        var first = RollupHarness.Zone.StartOf(RollupHarness.Zone.DayOf(TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() / 60).AddDays(-new RollupOptions().MinuteDays));
        var start = DateTimeOffset.FromUnixTimeSeconds((first - (24 * 60)) * 60);
        await using var log = await NewLogAsync();
        await using var harness = await RollupHarness.NewAsync(await postgres.NewDatabaseAsync(), log);
        using var reader = harness.Reader;
        var oracle = new Oracle(RollupHarness.Zone);
        await harness.StartConsumerAsync();
        var events = new EventStream(41, start, 2).Take(400);
        oracle.Add(events);
        await harness.SendAsync(events);
        await harness.CaughtUpAsync();
        await harness.FoldAsync();
        await new Upkeep(harness.Database, TimeProvider.System).RunAsync(first, Cancel);

        await using var snapshot = await reader.OpenAsync(Cancel);

        Assert.Equal(first, snapshot.FirstMinute);
        var kept = new Answer(snapshot.Codes);
        await snapshot.ReadAsync(new CellQuery(Grain.Minute, 0, 50_000_000, Dimensions.Channel | Dimensions.Service | Dimensions.Region | Dimensions.Brand), kept, Cancel);
        var expected = oracle.Cells(Grain.Minute).Where(line => long.Parse(line.Split(' ')[0]) >= first).ToList();
        Assert.InRange(expected.Count, 1, oracle.Cells(Grain.Minute).Count - 1);
        Assert.Equal(expected, kept.Cells);
    }

    [Fact]
    public async Task Ask_OlderSnapshotAfterANewerOne_KeepsToItsOwnState()
    {
        await using var log = await NewLogAsync();
        await using var harness = await RollupHarness.NewAsync(await postgres.NewDatabaseAsync(), log);
        using var reader = harness.Reader;
        var stream = new EventStream(33, Start, 95);
        var before = new Oracle(RollupHarness.Zone);
        var after = new Oracle(RollupHarness.Zone);
        await harness.StartConsumerAsync();
        var events = stream.Take(500);
        before.Add(events);
        after.Add(events);
        await harness.SendAsync(events);
        await harness.CaughtUpAsync();
        await harness.FoldAsync();

        await using var older = await reader.OpenAsync(Cancel);
        var more = stream.Take(300);
        after.Add(more);
        await harness.SendAsync(more);
        await harness.CaughtUpAsync();
        await harness.FoldAsync();
        await ExpectAsync(harness, reader, after);
        await ExpectAsync(older, before);
        await ExpectAsync(harness, reader, after);
    }

    [Fact]
    public async Task Ask_AfterEverythingWasDeletedAndCountedAnew_FindsNothingOfBefore()
    {
        await using var log = await NewLogAsync();
        await using var harness = await RollupHarness.NewAsync(await postgres.NewDatabaseAsync(), log);
        using var reader = harness.Reader;
        var first = await harness.StartConsumerAsync();
        var events = new EventStream(34, Start, 95).Take(500);
        var oracle = new Oracle(RollupHarness.Zone);
        oracle.Add(events);
        await harness.SendAsync(events);
        await harness.CaughtUpAsync();
        await harness.FoldAsync();
        await ExpectAsync(harness, reader, oracle);

        await first.StopAsync(Cancel);
        await using (var delete = harness.Database.CreateCommand(
            "TRUNCATE rollup_minutes, rollup_cubes, rollup_days, seen_events, customer_numbers, customer_days, customer_buckets"))
            await delete.ExecuteNonQueryAsync(Cancel);
        await harness.StartConsumerAsync();
        var others = new EventStream(35, Start, 95).Take(500);
        oracle = new Oracle(RollupHarness.Zone);
        oracle.Add(others);
        await harness.SendAsync(others);
        await harness.CaughtUpAsync();
        await harness.FoldAsync();
        await ExpectAsync(harness, reader, oracle);
    }

    [Fact]
    public async Task Keep_MoreThanTheBound_LetsTheOldestGoAndAnswersStayRight()
    {
        await using var log = await NewLogAsync();
        await using var harness = await RollupHarness.NewAsync(
            await postgres.NewDatabaseAsync(), log, new RollupOptions { CommitIntervalMs = 20, CacheMegabytes = 0 });
        using var reader = harness.Reader;
        var events = new EventStream(36, Start, 95).Take(300);
        var oracle = new Oracle(RollupHarness.Zone);
        oracle.Add(events);
        await harness.StartConsumerAsync();
        await harness.SendAsync(events);
        await harness.CaughtUpAsync();
        await harness.FoldAsync();
        await ExpectAsync(harness, reader, oracle);
        await ExpectAsync(harness, reader, oracle);
    }

    private async Task<IEventLog> NewLogAsync() =>
        new PostgresEventLog(await postgres.NewDatabaseAsync(), new EventLogOptions(), TimeProvider.System, NullLogger<PostgresEventLog>.Instance);

    private static async Task ExpectAsync(RollupHarness harness, RollupReader reader, Oracle oracle)
    {
        await using var snapshot = await reader.OpenAsync(Cancel);
        await ExpectAsync(snapshot, oracle);
        await ExpectBucketsAsync(harness, snapshot);
    }

    private static async Task ExpectAsync(RollupSnapshot snapshot, Oracle oracle)
    {
        foreach (var grain in new[] { Grain.Hour, Grain.Day, Grain.Month }) await ExpectCellsAsync(snapshot, oracle, grain);
        await ExpectCustomersAsync(snapshot, oracle);
    }

    /// <summary>Each service is a class of its own, so that the answer can be compared cell by cell; then two are put together and one left out.</summary>
    private static async Task ExpectCellsAsync(RollupSnapshot snapshot, Oracle oracle, Grain grain)
    {
        const Dimensions all = Dimensions.Channel | Dimensions.Service | Dimensions.Region | Dimensions.Brand;
        var each = new CodeClasses("each", null, [.. Enumerable.Range(0, snapshot.Codes.Services.Count).Select(id => (ushort)id)]);
        var answer = new Answer(snapshot.Codes);
        var query = new CellQuery(grain, Minute(0), Minute(200), all) { Reasons = true, Durations = true, Classes = each };
        await snapshot.ReadAsync(query, answer, Cancel);
        Assert.Equal(oracle.Cells(grain), answer.Cells);
        Assert.Equal(oracle.Reasons(grain), answer.Reasons);
        Assert.Equal(oracle.Durations(grain), answer.DurationLines);

        var together = new CodeClasses("together", [.. snapshot.Codes.Channels.Select((_, id) => (ushort)Math.Min(1, id))], [.. each.Services!.Select(id => id <= 2 ? Math.Min((ushort)1, id) : (ushort)0)]);
        var sums = new Sums();
        var two = new CodeSet([1, 2]);
        await snapshot.ReadAsync(new CellQuery(grain, Minute(0), Minute(200), Dimensions.Channel | Dimensions.Service | Dimensions.Region) { Services = two, Classes = together }, sums, Cancel);
        var expected = new Sums();
        await snapshot.ReadAsync(new CellQuery(grain, Minute(0), Minute(200), Dimensions.Region) { Services = two }, expected, Cancel);
        Assert.Equal(expected.Lines, sums.Lines);
    }

    private static async Task ExpectCustomersAsync(RollupSnapshot snapshot, Oracle oracle)
    {
        (int From, int To, string[]? Channels, string[]? Regions, bool Success)[] asked =
        [
            (0, 200, null, null, false), (3, 98, null, null, true), (5, 97, ["app", "web"], null, true), (2, 96, null, ["4401", "none"], false),
            (40, 41, null, null, true), (94, 95, ["app"], null, false), (20, 26, ["counter"], ["4403"], false), (80, 97, ["app"], null, true),
        ];
        var counts = await snapshot.DistinctAsync([.. asked.Select(one => new DistinctQuestion(
            [new DistinctPart(FirstDay.AddDays(one.From), FirstDay.AddDays(one.To), Ids(snapshot.Codes.Channels, one.Channels), Ids(snapshot.Codes.Regions, one.Regions))],
            one.Success))], Cancel);
        Assert.Equal(
            asked.Select(one => oracle.Distinct(
                FirstDay.AddDays(one.From), FirstDay.AddDays(one.To), channel => one.Channels?.Contains(channel) != false,
                region => one.Regions?.Contains(region) != false, one.Success)),
            counts);
    }

    private static async Task ExpectBucketsAsync(RollupHarness harness, RollupSnapshot snapshot)
    {
        var stored = new List<string>();
        await using var command = harness.Database.CreateCommand("SELECT day, channel, successes, failures FROM customer_buckets");
        await using (var reader = await command.ExecuteReaderAsync(Cancel))
            while (await reader.ReadAsync(Cancel))
                stored.Add(Line(new CustomerBuckets(
                    reader.GetFieldValue<DateOnly>(0), (ushort)reader.GetInt32(1), reader.GetFieldValue<long[]>(2), reader.GetFieldValue<long[]>(3))));
        var found = await snapshot.CustomerBucketsAsync(FirstDay.AddDays(-1), FirstDay.AddDays(200), Cancel);
        Assert.Equal(stored.Order(StringComparer.Ordinal), found.Select(Line).Order(StringComparer.Ordinal));
    }

    private static string Line(CustomerBuckets one) =>
        $"{one.Day:yyyy-MM-dd} {one.Channel} {string.Join(',', one.Successes)} {string.Join(',', one.Failures)}";

    private static long Minute(int day)
    {
        var date = FirstDay.AddDays(day);
        return RollupHarness.Zone.StartOf(new DateOnly(date.Year, date.Month, 1));
    }

    private static CodeSet? Ids(IReadOnlyList<string?> book, string[]? codes) =>
        codes is null ? null : new CodeSet(Enumerable.Range(1, book.Count - 1).Where(id => codes.Contains(book[id])).Select(id => (ushort)id));

    private sealed class Sums : ICellSink
    {
        private readonly Dictionary<(long, ushort), Measures> cells = [];

        public IEnumerable<string> Lines => cells.Select(cell => $"{cell.Key} {cell.Value.Successes} {cell.Value.Failures} {cell.Value.Abandoned} {cell.Value.Amount}")
            .Order(StringComparer.Ordinal);

        public void Cell(long bucket, CellKey key, in Measures measures)
        {
            var sum = cells.GetValueOrDefault((bucket, key.Region));
            sum.Add(measures);
            cells[(bucket, key.Region)] = sum;
        }

        public void Failures(long bucket, CellKey key, ushort reason, long count)
        {
        }

        public void Durations(long bucket, CellKey key, int histogramBucket, long count)
        {
        }
    }
}
