using System.Diagnostics;
using ECommerce.Channels.Contracts;
using ECommerce.Channels.Platform.Messaging;
using ECommerce.Channels.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Xunit;

namespace ECommerce.Channels.Platform.Tests.Messaging;

/// <summary>The contract on the PostgreSQL log, and what only this engine has.</summary>
public sealed class PostgresEventLogTests(PostgresServer server) : EventLogContract
{
    private string? database;

    protected override async Task<IEventLog> OpenAsync(Action<EventLogOptions>? change = null) => await OpenHereAsync(change);

    protected override async Task<string> NewTopicAsync(IEventLog log)
    {
        var topic = "t" + Guid.NewGuid().ToString("N");
        Assert.Empty(await log.ApplyAsync([new Topic(topic, Partitions, 1)], Ending));
        return topic;
    }

    protected override async Task RecreateAsync(string topic)
    {
        await ExecuteAsync("DELETE FROM log.segments WHERE topic IN (SELECT number FROM log.topics WHERE name = $1)", topic);
        await ExecuteAsync("DELETE FROM log.topics WHERE name = $1", topic);
        await using var log = await OpenAsync();
        await log.ApplyAsync([new Topic(topic, Partitions, 1)], Ending);
    }

    protected override async Task TruncateAsync(string topic, int partition, long before)
    {
        await ExecuteAsync("""
            UPDATE log.segments SET appended_at = now() - interval '25 hours'
            WHERE topic = (SELECT number FROM log.topics WHERE name = $1) AND partition = $2 AND end_offset <= $3
            """, topic, partition, before);
        await using var log = await OpenHereAsync();
        await log.MaintainAsync(Ending);
    }

    protected override void ShortSessions(EventLogOptions options)
    {
        options.Postgres.Lease = TimeSpan.FromSeconds(1.5);
        options.Postgres.MaxPollInterval = TimeSpan.FromSeconds(1);
    }

    [Fact]
    public async Task Maintain_CompactedTopic_KeepsTheLastOfEachKeyAndTheOffsets()
    {
        await using var log = await OpenHereAsync(options => options.Postgres.SegmentBytes = 4096);
        var topic = "c" + Guid.NewGuid().ToString("N");
        await log.ApplyAsync([new Topic(topic, 1, null)], Ending);
        for (var round = 0; round < 50; round++)
            await log.AppendAsync(topic, [.. Enumerable.Range(0, 20).Select(key => Record($"k{key}", $"{round}"))], Ending);
        await log.AppendAsync(topic, [new LogRecord("k0", ReadOnlyMemory<byte>.Empty)], Ending);
        await log.MaintainAsync(Ending);

        using (var member = new LogMember(log, new SubscribeOptions(topic, "after")))
        {
            await UntilAsync("the end", () => member.AtEnd.Count == 1, member);
            Assert.Equal(20, member.Read.Count);
            Assert.All(member.Read.Where(record => record.Key != "k0"), record => Assert.Equal("49", record.Value));
            Assert.Equal(Enumerable.Range(981, 20).Select(offset => (long)offset), member.Read.Select(record => record.Offset));
        }
        await ExecuteAsync("UPDATE log.segments SET appended_at = now() - interval '2 days'");
        await log.AppendAsync(topic, [Record("k1", "new")], Ending);
        await log.MaintainAsync(Ending);
        using var late = new LogMember(log, new SubscribeOptions(topic, "late"), new() { [0] = 5 });
        await UntilAsync("the end", () => late.AtEnd.Count == 1, late);
        Assert.Equal(19, late.Read.Count);
        Assert.DoesNotContain(late.Read, record => record.Key == "k0");
    }

    [Theory]
    [InlineData("53100", "could not extend file: No space left on device")]
    [InlineData("40001", "could not serialize")]
    public async Task Append_CommitFails_IsUnavailableAndNothingIsTaken(string state, string message)
    {
        await using var log = await OpenHereAsync();
        var topic = await NewTopicAsync(log);
        await log.AppendAsync(topic, Records(10), Ending);
        // At the commit itself, after all statements have gone through.
        await ExecuteAsync($"""
            CREATE FUNCTION log.refuse() RETURNS trigger LANGUAGE plpgsql AS $f$ BEGIN RAISE EXCEPTION '{message}' USING ERRCODE = '{state}'; END $f$;
            CREATE CONSTRAINT TRIGGER refuse AFTER INSERT ON log.segments DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION log.refuse()
            """);
        await Assert.ThrowsAsync<EventLogUnavailableException>(() => log.AppendAsync(topic, Records(10), Ending));
        await ExecuteAsync("DROP TRIGGER refuse ON log.segments");
        Assert.Equal(10, (await log.RangesAsync(topic, Ending)).Sum(range => range.End));
        await log.AppendAsync(topic, Records(10), Ending);
        Assert.Equal(20, (await log.RangesAsync(topic, Ending)).Sum(range => range.End));
    }

    [Fact]
    public async Task Start_ThreeProcessesAtOnce_AllFindTheirTables()
    {
        database = await server.NewDatabaseAsync();
        var logs = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => OpenHereAsync()));
        await Task.WhenAll(logs.Select(log => log.ApplyAsync(Topics.All, Ending)));
        var identities = await Task.WhenAll(logs.Select(log => log.IdentifyAsync(Topics.Transactions.Name, Ending)));
        Assert.Single(identities.Distinct());
        foreach (var log in logs) await log.DisposeAsync();
    }

    /// <summary>Not part of the suite: run by hand on a quiet machine.</summary>
    [Fact(Explicit = true)]
    public async Task Append_SmallBatchesAndImports_AreFast()
    {
        await using var log = await OpenHereAsync();
        var topic = "t" + Guid.NewGuid().ToString("N");
        await log.ApplyAsync([new Topic(topic, 16, 1)], Ending);
        var value = new byte[247];
        Random.Shared.NextBytes(value);
        await log.AppendAsync(topic, [new LogRecord("k", value)], Ending);
        foreach (var callers in new[] { 8, 32, 200 })
        {
            var watch = Stopwatch.StartNew();
            await Task.WhenAll(Enumerable.Range(0, callers).Select(async caller =>
            {
                for (var i = 0; i < 20_000 / callers; i++)
                    await log.AppendAsync(topic, [.. Enumerable.Range(0, 5).Select(n => new LogRecord($"c_{caller}_{i}_{n}", value))], Ending);
            }));
            Say($"{callers} callers of 5: {100_000 / watch.Elapsed.TotalSeconds:0} records/s");
        }
        var import = Enumerable.Range(0, 50_000).Select(i => new LogRecord($"c_{i}", value)).ToList();
        for (var i = 0; i < 3; i++)
        {
            var watch = Stopwatch.StartNew();
            await log.AppendAsync(topic, import, Ending);
            Say($"50,000 lines in {watch.ElapsedMilliseconds} ms");
        }
        using var member = new LogMember(log, new SubscribeOptions(topic, "fast") { KeysAndHeaders = false }, capacity: 20_000);
        var reading = Stopwatch.StartNew();
        await UntilAsync("all", () => member.Read.Count >= 450_001, member);
        Say($"read {450_001 / reading.Elapsed.TotalSeconds:0} records/s");

        static void Say(string line) => TestContext.Current.TestOutputHelper!.WriteLine(line);
    }

    private async Task<PostgresEventLog> OpenHereAsync(Action<EventLogOptions>? change = null)
    {
        var options = new EventLogOptions();
        change?.Invoke(options);
        database ??= await server.NewDatabaseAsync();
        return new PostgresEventLog(database, options, TimeProvider.System, NullLogger<PostgresEventLog>.Instance);
    }

    private async Task ExecuteAsync(string sql, params object[] values)
    {
        await using var connection = new NpgsqlConnection(database);
        await connection.OpenAsync(Ending);
        await using var command = new NpgsqlCommand(sql, connection);
        foreach (var value in values) command.Parameters.Add(new NpgsqlParameter { Value = value });
        await command.ExecuteNonQueryAsync(Ending);
    }

    protected override async Task<IOutage> StartAnotherAsync()
    {
        var own = new PostgresServer { Durable = true };
        await own.InitializeAsync();
        return new Outage(own, await own.NewDatabaseAsync());
    }

    private sealed class Outage(PostgresServer own, string connection) : IOutage
    {
        public IEventLog Open(Action<EventLogOptions> change)
        {
            var options = new EventLogOptions();
            change(options);
            return new PostgresEventLog(connection, options, TimeProvider.System, NullLogger<PostgresEventLog>.Instance);
        }

        public Task DownAsync() => own.StopAsync("immediate");

        public Task UpAsync() => own.StartAsync();

        public ValueTask DisposeAsync() => own.DisposeAsync();
    }
}
