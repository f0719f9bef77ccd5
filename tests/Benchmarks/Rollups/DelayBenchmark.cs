using System.Collections.Concurrent;
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
/// From "accepted by the log" to "in the figures" at a steady rate: each append notes its last offsets and the time; a watcher sees
/// when the committed offsets have passed them.
/// </summary>
internal sealed class DelayBenchmark : IBenchmark
{
    private const int Seconds = 20;

    public string Name => "delay";

    public string Description => "event to figure at a steady rate: delay [kafka|postgres] [EVENTS_PER_SECOND]";

    public async Task RunAsync(IReadOnlyList<string> options, Figures figures, CancellationToken cancellation)
    {
        var engine = options.Count > 0 ? options[0] : "kafka";
        var rate = options.Count > 1 ? int.Parse(options[1], CultureInfo.InvariantCulture) : engine == "kafka" ? 50_000 : 10_000;
        await using var postgres = new PostgresServer { Durable = true };
        await postgres.InitializeAsync();
        await using var broker = new KafkaBroker();
        await using IEventLog log = engine == "kafka"
            ? new KafkaEventLog(await broker.BootstrapAsync(cancellation), new EventLogOptions(), TimeProvider.System, NullLogger<KafkaEventLog>.Instance)
            : new PostgresEventLog(await postgres.NewDatabaseAsync(), new EventLogOptions(), TimeProvider.System, NullLogger<PostgresEventLog>.Instance);
        await using var database = ServiceStorage.DataSource(await postgres.NewDatabaseAsync(), "kpi");
        await KpiService.Schema.MigrateAsync(database, cancellation);
        await log.ApplyAsync([Topics.Transactions], cancellation);
        var store = new CatalogueStore(database, TimeProvider.System);
        await store.SeedAsync(BenchCatalogue.Edits, cancellation);
        var catalogue = new CatalogueHistory(store);
        await catalogue.LatestAsync(cancellation);
        using var consumer = new RollupConsumer(
            log, database, new OperatorZone(TimeZoneInfo.FindSystemTimeZoneById("Asia/Shanghai")), catalogue, Options.Create(new RollupOptions()),
            TimeProvider.System, NullLogger<RollupConsumer>.Instance);
        await consumer.StartAsync(cancellation);

        var waiting = new ConcurrentQueue<(long Accepted, AppendResult Sent)>();
        using var done = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var watching = WatchAsync(database, waiting, done);
        await SendAsync(log, rate, waiting, cancellation);
        await done.CancelAsync();
        var delays = await watching;
        await consumer.StopAsync(CancellationToken.None);
        delays.Sort();
        figures.Add($"delay.{engine}.rate", rate, "events/s");
        figures.Add($"delay.{engine}.p50", delays[delays.Count / 2], "ms");
        figures.Add($"delay.{engine}.p99", delays[(int)(delays.Count * 0.99)], "ms");
        figures.Add($"delay.{engine}.max", delays[^1], "ms");
    }

    /// <summary>A chunk each tenth of a second, made beforehand so that making does not delay sending.</summary>
    private static async Task SendAsync(IEventLog log, int rate, ConcurrentQueue<(long, AppendResult)> waiting, CancellationToken cancellation)
    {
        var maker = new EventMaker(3, TimeProvider.System.GetUtcNow().AddMinutes(-10).ToUnixTimeMilliseconds(), customers: 100_000);
        var chunks = Enumerable.Range(0, Seconds * 10)
            .Select(_ => Enumerable.Range(0, rate / 10).Select(_ => maker.Next()).Select(made => new LogRecord(made.Customer, made.Value)).ToArray()).ToList();
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        foreach (var chunk in chunks)
        {
            await timer.WaitForNextTickAsync(cancellation);
            var sent = await log.AppendAsync(Topics.Transactions.Name, chunk, cancellation);
            waiting.Enqueue((Stopwatch.GetTimestamp(), sent));
        }
    }

    private static async Task<List<double>> WatchAsync(NpgsqlDataSource database, ConcurrentQueue<(long Accepted, AppendResult Sent)> waiting, CancellationTokenSource done)
    {
        var delays = new List<double>();
        var warm = Stopwatch.StartNew();
        while (!done.IsCancellationRequested || !waiting.IsEmpty)
        {
            var next = new Dictionary<int, long>();
            await using (var command = database.CreateCommand("SELECT partition, next_offset FROM consumer_offsets"))
            await using (var reader = await command.ExecuteReaderAsync())
                while (await reader.ReadAsync()) next[reader.GetInt32(0)] = reader.GetInt64(1);
            while (waiting.TryPeek(out var chunk) && chunk.Sent.LastOffsets.All(offset => next.GetValueOrDefault(offset.Key, -1) > offset.Value))
            {
                waiting.TryDequeue(out _);
                // The first seconds are the consumer's start.
                if (warm.Elapsed.TotalSeconds > 8) delays.Add(Stopwatch.GetElapsedTime(chunk.Accepted).TotalMilliseconds);
            }
            await Task.Delay(5, CancellationToken.None);
        }
        return delays;
    }
}
