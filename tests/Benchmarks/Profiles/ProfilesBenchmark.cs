using System.Diagnostics;
using System.Globalization;
using ECommerce.Channels.Benchmarks.Rollups;
using ECommerce.Channels.Contracts;
using ECommerce.Channels.Offload;
using ECommerce.Channels.Offload.Preferences;
using ECommerce.Channels.Platform.Messaging;
using ECommerce.Channels.Platform.Storage;
using ECommerce.Channels.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace ECommerce.Channels.Benchmarks.Profiles;

/// <summary>
/// From a real broker into profiles in PostgreSQL with fsync on: events already lie in the topic, the consumer starts, and the clock stops
/// when every offset is committed. What was folded is compared with what was sent.
/// </summary>
internal sealed class ProfilesBenchmark : IBenchmark
{
    public string Name => "profiles";

    public string Description => "[EVENTS=1000000] [BATCH=20000]: transactions folded into customers' profiles, from a real broker";

    public async Task RunAsync(IReadOnlyList<string> options, Figures figures, CancellationToken cancellation)
    {
        var events = options.Count > 0 ? int.Parse(options[0], CultureInfo.InvariantCulture) : 1_000_000;
        var batch = options.Count > 1 ? int.Parse(options[1], CultureInfo.InvariantCulture) : ProfileConsumer.Reading.BatchSize;
        await using var postgres = new PostgresServer { Durable = true };
        await postgres.InitializeAsync();
        await using var broker = new KafkaBroker();
        var database = ServiceStorage.DataSource(await postgres.NewDatabaseAsync(), "offload");
        await OffloadService.Schema.MigrateAsync(database, CancellationToken.None);
        await using var log = new KafkaEventLog(await broker.BootstrapAsync(cancellation), new EventLogOptions(), TimeProvider.System, NullLogger<KafkaEventLog>.Instance);
        await log.ApplyAsync([new Topic(Topics.Transactions.Name, 4, 7)], CancellationToken.None);
        await ProduceAsync(log, events);
        var handler = new ProfileConsumer(new ProfileCodes(database), TimeProvider.System);
        var consumers = Enumerable.Range(0, ProfileConsumer.Members)
            .Select(_ => new TransactionalConsumer(log, database, "offload", handler, ProfileConsumer.Reading with { BatchSize = batch }, NullLogger.Instance)).ToList();
        var before = Cpu.Take();
        var watch = Stopwatch.StartNew();
        foreach (var consumer in consumers) await consumer.StartAsync(CancellationToken.None);
        var first = TimeSpan.Zero;
        while (true)
        {
            var done = await ScalarAsync(database, "SELECT coalesce(sum(greatest(next_offset, 0)), 0)::bigint FROM consumer_offsets");
            if (done > 0 && first == TimeSpan.Zero) first = watch.Elapsed;
            if (done >= events) break;
            await Task.Delay(20, cancellation);
        }
        var seconds = watch.Elapsed.TotalSeconds;
        var used = Cpu.Take() - before;
        foreach (var consumer in consumers)
        {
            await consumer.StopAsync(CancellationToken.None);
            consumer.Dispose();
        }
        figures.Add("profiles.events", events / seconds, "events/s");
        figures.Add("profiles.first-commit", first.TotalSeconds, "s");
        figures.Add("profiles.cpu-consumer", used.Self * 1e6 / events, "µs/event");
        figures.Add("profiles.cpu-postgres", used.Postgres * 1e6 / events, "µs/event");
        figures.Add("profiles.customers", await ScalarAsync(database, "SELECT count(*) FROM profiles"), "customers");
        figures.Add("profiles.bytes-per-customer", await ScalarAsync(database, "SELECT (sum(length(uses)) / count(*))::bigint FROM profiles"), "bytes");
    }

    private static async Task ProduceAsync(KafkaEventLog log, int events)
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

    private static async Task<long> ScalarAsync(NpgsqlDataSource database, string sql)
    {
        await using var command = database.CreateCommand(sql);
        return (long)(await command.ExecuteScalarAsync() ?? 0L);
    }
}
