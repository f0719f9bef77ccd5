using System.Diagnostics;
using ECommerce.Channels.Contracts;
using ECommerce.Channels.Kpi;
using ECommerce.Channels.Kpi.Rollups;
using ECommerce.Channels.Platform.Messaging;
using ECommerce.Channels.Platform.Storage;
using ECommerce.Channels.Testing;

namespace ECommerce.Channels.Benchmarks.Rollups;

/// <summary>CPU of each part of counting, without a log: parse, aggregate, seal into blocks, commit to PostgreSQL.</summary>
internal sealed class RollupParts : IBenchmark
{
    private const int Events = 2_000_000;
    private const int BatchSize = 20_000;
    private const int BatchesPerCommit = 10;

    public string Name => "rollup-parts";

    public string Description => "CPU of each part of counting, without a log: parse, aggregate, seal, commit";

    public async Task RunAsync(IReadOnlyList<string> options, Figures figures, CancellationToken cancellation)
    {
        await using var postgres = new PostgresServer { Durable = true };
        await postgres.InitializeAsync();
        var database = ServiceStorage.DataSource(await postgres.NewDatabaseAsync(), "kpi");
        await KpiService.Schema.MigrateAsync(database, CancellationToken.None);
        var zone = new OperatorZone(TimeZoneInfo.FindSystemTimeZoneById("Asia/Shanghai"));
        var codes = new Codes(database, () => BenchCatalogue.Timeline);
        await codes.RefreshAsync(CancellationToken.None);
        var imports = new ImportBook(database);
        var parser = new BatchParser(codes, new Calendar(zone), imports);
        var applier = new Applier(imports);
        var offsets = new OffsetStore(database, "kpi");
        var log = new LogIdentity("bench", "t", "t1", 4);
        var commit = new RollupCommit(database, offsets, new DeadLetters("kpi"), codes, new Calendar(zone), TimeProvider.System);
        var owned = await offsets.TakeAsync("g", log, [0, 1, 2, 3], CancellationToken.None);
        var slices = owned.ToDictionary(o => o.Partition, o => new SliceState(new Slice(4, o.Partition), o));
        var store = new RollupStore(database);
        var now = DateTimeOffset.Parse("2026-09-28T12:00:00Z").ToUnixTimeMilliseconds();
        var maker = new EventMaker(1, now);
        var batch = new RecordBatch(BatchSize);
        var next = new long[4];
        var delta = new Delta { Generation = 1 };
        var (parse, load, apply, seal, write) = (0L, 0L, 0L, 0L, 0L);
        long cells = 0;
        var allocated = GC.GetTotalAllocatedBytes();
        var made = 0L;
        for (var done = 0; done < Events; done += BatchSize)
        {
            batch.Clear();
            var before = GC.GetTotalAllocatedBytes();
            while (!batch.IsFull)
            {
                var (customer, value) = maker.Next();
                var partition = CustomerShard.Of(customer) % 4;
                batch.Add(partition, next[partition]++, now, default, value);
            }
            made += GC.GetTotalAllocatedBytes() - before;
            var t = Stopwatch.GetTimestamp();
            parser.Parse(batch, slices, delta);
            Lap(ref parse, ref t);
            if (parser.HasMissing) await store.LoadAsync(parser, CancellationToken.None);
            Lap(ref load, ref t);
            applier.Apply(parser.Events, delta);
            Lap(ref apply, ref t);
            if ((done / BatchSize) % BatchesPerCommit != BatchesPerCommit - 1) continue;
            foreach (var slice in slices.Values) slice.Seal(delta);
            cells += delta.Cells.Count;
            Lap(ref seal, ref t);
            await commit.WriteAsync(delta, "g", log, CancellationToken.None);
            Lap(ref write, ref t);
            delta.Clear();
        }
        foreach (var (part, ticks) in new[] { ("parse", parse), ("load", load), ("aggregate", apply), ("seal", seal), ("commit", write) })
            figures.Add("rollup-parts." + part, ticks * 1e6 / Stopwatch.Frequency / Events, "µs/event");
        figures.Add("rollup-parts.cells", cells, "cells");
        figures.Add("rollup-parts.allocated", (GC.GetTotalAllocatedBytes() - allocated - made) / (double)Events, "B/event");
    }

    private static void Lap(ref long sum, ref long from)
    {
        var now = Stopwatch.GetTimestamp();
        sum += now - from;
        from = now;
    }
}
