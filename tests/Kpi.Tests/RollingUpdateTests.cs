using System.Reflection;
using System.Text;
using ECommerce.Channels.Contracts;
using ECommerce.Channels.Kpi.Catalogue;
using ECommerce.Channels.Kpi.Rollups;
using ECommerce.Channels.Kpi.Tests.Rollups;
using ECommerce.Channels.Platform.Messaging;
using ECommerce.Channels.Platform.Storage;
using ECommerce.Channels.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Xunit;

namespace ECommerce.Channels.Kpi.Tests;

/// <summary>
/// A rolling update: this version runs, and the next one, which has scripts that this one does not know, starts beside it on the same
/// database and log, while transactions come in.
/// </summary>
public sealed class RollingUpdateTests(PostgresServer postgres)
{
    private const string MigrationWaits = """
        SELECT count(*) > 0 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%next_version%' AND datname = current_database() AND pid <> pg_backend_pid()
        """;

    private static readonly DateTimeOffset Start = new(TimeProvider.System.GetUtcNow().UtcDateTime.Date.AddDays(-3), TimeSpan.Zero);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("Size", "all")]
    public async Task Update_NextVersionMigratesUnderLoad_BothCountAndNothingIsLostOrDoubled()
    {
        var (database, logDatabase) = (await postgres.NewDatabaseAsync(), await postgres.NewDatabaseAsync());
        await using var log = new PostgresEventLog(logDatabase, new EventLogOptions(), TimeProvider.System, NullLogger<PostgresEventLog>.Instance);
        await log.ApplyAsync([Topics.Transactions], Cancel);
        var settings = KpiProcess.Environment(database);
        settings["ConnectionStrings__log"] = logDatabase;
        settings["EventLog__Postgres__Lease"] = "00:00:03";
        using var previous = new KpiProcess(settings);
        previous.Start();
        await previous.ReadyAsync(Cancel);
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var sending = SendUntilAsync(log, enough.Token);

        // Somebody reads a table for long: the migration gives way to it, and to what counts meanwhile, and tries again.
        await using var beside = ServiceStorage.DataSource(database, "kpi");
        await using var report = await ReadLongAsync(beside);
        await using var next = KpiHost.Build(database, logDatabase, builder => builder.Services.AddSingleton(Next), ("EventLog:Postgres:Lease", "00:00:03"));
        var starting = next.StartAsync();
        await UntilAsync(beside, MigrationWaits, "the migration waits");
        Assert.Equal(503, (await next.GetAsync("/health/ready")).Status);
        await UntilAsync(beside, $"SELECT NOT ({MigrationWaits})", "the migration gave way");
        await UntilAsync(beside, MigrationWaits, "the migration tries again");
        Assert.Equal(503, (await next.GetAsync("/health/ready")).Status);
        Assert.False(starting.IsCompleted);
        await EndAsync(report);
        await starting;
        await Tools.UntilAsync("the next version ready", TimeSpan.FromSeconds(60), async () => (await next.GetAsync("/health/ready")).Status == 200, Cancel);
        await UntilAsync(beside, "SELECT indisvalid FROM pg_index WHERE indexrelid = 'kpi.next_version_minutes'::regclass", "its index is built");

        // Both share the partitions; then the previous one is killed and comes back to a database that is ahead of it.
        await using var logBeside = NpgsqlDataSource.Create(logDatabase);
        await UntilAsync(logBeside, SharedByTwo, "both versions own partitions");
        await previous.KillAsync();
        previous.Start();
        await previous.ReadyAsync(Cancel);
        await UntilAsync(logBeside, SharedByTwo, "both versions own partitions again");
        await enough.CancelAsync();

        var oracle = new Oracle(RollupHarness.Zone);
        oracle.Add(await sending);
        await using var harness = new RollupHarness(
            ServiceStorage.DataSource(database, "kpi"), log, new CatalogueHistory(new CatalogueStore(beside, TimeProvider.System)))
        {
            Topic = Topics.Transactions,
        };
        await harness.CaughtUpAsync(120);
        await harness.FoldAsync();
        await harness.ExpectAsync(oracle, Grain.Minute, Grain.Hour, Grain.Day, Grain.Month);
        Assert.Equal((oracle.Counted.Count, oracle.Repeated), (await harness.CounterAsync("accepted"), await harness.CounterAsync("repeated")));
        Assert.False(previous.HasExited, previous.Output);
    }

    /// <summary>What the next version might bring: columns on tables that are written all the time, and an index on one of them.</summary>
    private static ServiceSchema Next => KpiService.Schema with
    {
        Sets = [.. KpiService.Schema.Sets.Select(set => set.Set == "Rollups" ? (new NextScripts(set.Assembly), set.Set) : set)],
    };

    private const string SharedByTwo = """
        SELECT count(DISTINCT member) = 2 FROM log.leases WHERE consumer_group = 'kpi-rollups' AND member IS NOT NULL AND expires_at > clock_timestamp()
        """;

    /// <summary>Some transactions every moment, one in twenty of them twice.</summary>
    private static async Task<List<MadeEvent>> SendUntilAsync(PostgresEventLog log, CancellationToken enough)
    {
        var stream = new EventStream(15, Start, 3);
        var sent = new List<MadeEvent>();
        while (!enough.IsCancellationRequested)
        {
            var events = stream.Take(100);
            events.AddRange(events.Take(5).ToList());
            await log.AppendAsync(Topics.Transactions.Name, [.. events.Select(made => made.Record)], Cancel);
            sent.AddRange(events);
            await Task.WhenAny(Task.Delay(20, enough));
        }
        return sent;
    }

    private static async Task<NpgsqlConnection> ReadLongAsync(NpgsqlDataSource database)
    {
        var connection = await database.OpenConnectionAsync(Cancel);
        await using var read = new NpgsqlCommand("BEGIN; SELECT count(*) FROM rollup_days", connection);
        await read.ExecuteNonQueryAsync(Cancel);
        return connection;
    }

    private static async Task EndAsync(NpgsqlConnection reader)
    {
        await using var end = new NpgsqlCommand("COMMIT", reader);
        await end.ExecuteNonQueryAsync(Cancel);
    }

    private static Task UntilAsync(NpgsqlDataSource database, string question, string what) => Tools.UntilAsync(what, TimeSpan.FromSeconds(60), async () =>
    {
        await using var command = database.CreateCommand(question);
        return await command.ExecuteScalarAsync(Cancel) is true;
    }, Cancel);

    /// <summary>The scripts of an assembly and two more of the set "Rollups".</summary>
    private sealed class NextScripts(Assembly present) : Assembly
    {
        private const string Folder = ".Rollups.Sql.";

        private readonly Dictionary<string, string> more = new[]
        {
            "ALTER TABLE rollup_days ADD COLUMN next_version bigint NOT NULL DEFAULT 0; ALTER TABLE seen_events ADD COLUMN next_version text",
            "-- no transaction\nCREATE INDEX CONCURRENTLY IF NOT EXISTS next_version_minutes ON rollup_minutes (day)",
        }.Select((sql, i) => (Name: $"Next{Folder}{Count(present) + i + 1:0000}_next.sql", sql)).ToDictionary(script => script.Name, script => script.sql);

        public override string[] GetManifestResourceNames() => [.. present.GetManifestResourceNames(), .. more.Keys];

        public override Stream? GetManifestResourceStream(string name) =>
            more.TryGetValue(name, out var sql) ? new MemoryStream(Encoding.UTF8.GetBytes(sql)) : present.GetManifestResourceStream(name);

        private static int Count(Assembly assembly) => assembly.GetManifestResourceNames().Count(name => name.Contains(Folder, StringComparison.Ordinal));
    }
}
