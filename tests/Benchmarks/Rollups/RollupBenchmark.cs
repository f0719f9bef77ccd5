using System.Diagnostics;
using System.Globalization;
using ECommerce.Channels.Contracts;
using ECommerce.Channels.Kpi;
using ECommerce.Channels.Kpi.Catalogue;
using ECommerce.Channels.Kpi.Rollups;
using ECommerce.Channels.Platform.Messaging;
using ECommerce.Channels.Platform.Storage;
using ECommerce.Channels.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Npgsql;

namespace ECommerce.Channels.Benchmarks.Rollups;

/// <summary>
/// From a real broker into PostgreSQL with fsync on, exactly once, with distinct customers and seen ids: events already lie in the
/// topic, the consumer starts, and the clock stops when every offset is committed. The sums are compared with what was sent.
/// </summary>
internal sealed class RollupBenchmark : IBenchmark
{
    private const double KafkaStreams = 34_500;
    private int events = 5_000_000;

    public string Name => "rollup";

    public string Description => "from a real broker into PostgreSQL, exactly once, with distinct customers: rollup [EVENTS]";

    public async Task RunAsync(IReadOnlyList<string> options, Figures figures, CancellationToken cancellation)
    {
        if (options.Count > 0) events = int.Parse(options[0], CultureInfo.InvariantCulture);
        await using var postgres = new PostgresServer { Durable = true };
        await postgres.InitializeAsync();
        await using var broker = new KafkaBroker();
        var database = ServiceStorage.DataSource(await postgres.NewDatabaseAsync(), "kpi");
        await KpiService.Schema.MigrateAsync(database, CancellationToken.None);
        await using var log = new KafkaEventLog(await broker.BootstrapAsync(cancellation), new EventLogOptions(), TimeProvider.System, NullLogger<KafkaEventLog>.Instance);
        await log.ApplyAsync([new Topic(Topics.Transactions.Name, 4, 7)], CancellationToken.None);
        var catalogue = await CatalogueAsync(database);
        await ProduceAsync(log);

        var zone = new OperatorZone(TimeZoneInfo.FindSystemTimeZoneById("Asia/Shanghai"));
        using var consumer = new RollupConsumer(
            log, database, zone, catalogue, Options.Create(new RollupOptions()), TimeProvider.System, NullLogger<RollupConsumer>.Instance);
        var before = Cpu.Take();
        var memory = GC.GetTotalMemory(forceFullCollection: true);
        var watch = Stopwatch.StartNew();
        await consumer.StartAsync(CancellationToken.None);
        var first = TimeSpan.Zero;
        while (true)
        {
            var done = await ScalarAsync<long>(database, "SELECT coalesce(sum(greatest(next_offset, 0)), 0)::bigint FROM consumer_offsets");
            if (done > 0 && first == TimeSpan.Zero) first = watch.Elapsed;
            if (done >= events) break;
            if (consumer.Fault is { } fault) Console.Error.WriteLine(fault);
            await Task.Delay(20, cancellation);
        }
        var seconds = watch.Elapsed.TotalSeconds;
        var used = Cpu.Take() - before;
        var kept = GC.GetTotalMemory(forceFullCollection: true) - memory;
        await consumer.StopAsync(CancellationToken.None);

        var accepted = await ScalarAsync<long>(database, "SELECT value FROM rollup_counters WHERE name = 'accepted'");
        var repeated = await ScalarAsync<long>(database, "SELECT value FROM rollup_counters WHERE name = 'repeated'");
        if (accepted + repeated != events) throw new InvalidOperationException($"{accepted} + {repeated} counted of {events}");
        figures.Add("rollup.events", events / seconds, "events/s");
        figures.Add("rollup.ratio-to-kafka-streams", events / seconds / KafkaStreams, "x");
        figures.Add("rollup.first-commit", first.TotalSeconds, "s");
        figures.Add("rollup.cpu-consumer", used.Self * 1e6 / events, "µs/event");
        figures.Add("rollup.cpu-broker", used.Java * 1e6 / events, "µs/event");
        figures.Add("rollup.cpu-postgres", used.Postgres * 1e6 / events, "µs/event");
        figures.Add("rollup.memory-per-million-customers", kept / 1e6, "MB");
        figures.Add("rollup.bytes-per-million-events", await ScalarAsync<long>(database, """
            SELECT sum(pg_total_relation_size(c.oid))::bigint FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE n.nspname = 'kpi' AND c.relkind = 'r'
            """) / (events / 1e6) / 1e6, "MB");
    }

    private async Task ProduceAsync(KafkaEventLog log)
    {
        var maker = new EventMaker(1, TimeProvider.System.GetUtcNow().AddHours(-1).ToUnixTimeMilliseconds());
        var records = new List<LogRecord>();
        for (var sent = 0; sent < events; sent += records.Count)
        {
            records.Clear();
            while (records.Count < Math.Min(50_000, events - sent))
            {
                var (customer, value) = maker.Next();
                records.Add(new LogRecord(customer, value));
            }
            await log.AppendAsync(Topics.Transactions.Name, records, CancellationToken.None);
        }
    }

    private static async Task<CatalogueHistory> CatalogueAsync(NpgsqlDataSource database)
    {
        var store = new CatalogueStore(database, TimeProvider.System);
        await store.SeedAsync(BenchCatalogue.Edits, CancellationToken.None);
        var history = new CatalogueHistory(store);
        await history.LatestAsync(CancellationToken.None);
        return history;
    }

    private static async Task<T> ScalarAsync<T>(NpgsqlDataSource database, string sql)
    {
        await using var command = database.CreateCommand(sql);
        return (T)(await command.ExecuteScalarAsync() ?? default(T)!);
    }
}
