using System.Diagnostics;
using ECommerce.Channels.Contracts;
using ECommerce.Channels.Kpi.Catalogue;
using ECommerce.Channels.Platform.Messaging;
using Microsoft.Extensions.Options;
using Npgsql;

namespace ECommerce.Channels.Kpi.Rollups;

/// <summary>
/// Counts transactions, exactly once. One thread reads batches, applies them in memory and seals what changed into a delta; while one
/// delta is on its way to PostgreSQL, the next fills. A delta is written with its offsets in one transaction that is fenced by epoch
/// and expected offset; whatever goes wrong with it, the consumer forgets everything in memory and starts again from the database.
/// <code>
/// poll ─▶ parse ─▶ load what is touched ─▶ apply ─▶ delta A ─▶ commit ─┐
///   ▲                                              delta B ◀───────────┘ (swapped when A is written)
/// </code>
/// </summary>
internal sealed partial class RollupConsumer(
    IEventLog log, NpgsqlDataSource database, OperatorZone zone, CatalogueHistory catalogue, IOptions<RollupOptions> options, TimeProvider time,
    ILogger<RollupConsumer> logger) : BackgroundService, IPartitionOwner
{
    public const string Group = "kpi-rollups";
    private static readonly TimeSpan PollWait = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan IdleStep = TimeSpan.FromSeconds(1);

    private readonly OffsetStore offsets = new(database, KpiService.Schema.Schema);
    private readonly RollupStore store = new(database);
    private readonly Dictionary<int, SliceState> slices = [];
    private Codes codes = null!;
    private BatchParser parser = null!;
    private Applier applier = null!;
    private RollupCommit commit = null!;
    private LogIdentity identity = null!;
    private Delta filling = new();
    private Delta writing = new();
    private Task written = Task.CompletedTask;
    private bool broken;
    private long generation;
    private long committedGeneration;
    private long sealedAt;
    private CancellationToken stopping;

    /// <summary>The topic that is read.</summary>
    internal string Topic { get; init; } = Topics.Transactions.Name;

    /// <summary>Why nothing is counted at the moment; null while all is well.</summary>
    public string? Fault { get; private set; }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.Factory.StartNew(() => Run(stoppingToken), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private void Run(CancellationToken cancellation)
    {
        stopping = cancellation;
        var pause = TimeSpan.FromMilliseconds(200);
        while (!cancellation.IsCancellationRequested)
        {
            try
            {
                Consume(cancellation);
            }
            catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                Fault = e.Message;
                LogRestart(e, pause);
                cancellation.WaitHandle.WaitOne(pause);
                pause = TimeSpan.FromMilliseconds(Math.Min(10_000, pause.TotalMilliseconds * 2));
                continue;
            }
            pause = TimeSpan.FromMilliseconds(200);
        }
    }

    private void Consume(CancellationToken cancellation)
    {
        Reset();
        identity = Blocking.Run(() => log.IdentifyAsync(Topic, cancellation));
        Blocking.Run(() => codes.RefreshAsync(cancellation));
        var batch = new RecordBatch(options.Value.BatchRecords);
        using var consumer = log.Subscribe(new SubscribeOptions(Topic, Group) { KeysAndHeaders = false }, this);
        try
        {
            while (!cancellation.IsCancellationRequested)
            {
                batch.Clear();
                consumer.Poll(batch, PollWait, cancellation);
                codes.AskCatalogue();
                Apply(batch, cancellation);
                SealWhenDue();
                Fault = null;
            }
            // A stop in good order: what is applied is written before the group is left.
            Flush();
        }
        catch
        {
            // Whatever it was: what is in memory is not written, not even while the group is left.
            broken = true;
            throw;
        }
    }

    private void Reset()
    {
        var calendar = new Calendar(zone);
        var imports = new ImportBook(database);
        codes = new Codes(database, () => catalogue.Current);
        parser = new BatchParser(codes, calendar, imports);
        applier = new Applier(imports);
        commit = new RollupCommit(database, offsets, new DeadLetters(KpiService.Schema.Schema), codes, new Calendar(zone), time);
        slices.Clear();
        filling.Clear();
        writing.Clear();
        written = Task.CompletedTask;
        broken = false;
        filling.Generation = ++generation;
        sealedAt = Stopwatch.GetTimestamp();
    }

    private void Apply(RecordBatch batch, CancellationToken cancellation)
    {
        parser.Parse(batch, slices, filling);
        if (parser.Count == 0) return;
        if (parser.HasMissing) Blocking.Run(() => store.LoadAsync(parser, cancellation));
        applier.Apply(parser.Events, filling);
    }

    private void SealWhenDue()
    {
        if (written.IsFaulted) Blocking.Run(() => written);
        var waited = Stopwatch.GetElapsedTime(sealedAt);
        var full = filling.Cells.Count >= options.Value.MaxPendingCells;
        if (full) Blocking.Run(() => written);
        if (!written.IsCompleted) return;
        var hasWork = filling.Records > 0 || filling.Refusals.Count > 0 || filling.Misplaced.Count > 0;
        if (full || waited >= (hasWork ? TimeSpan.FromMilliseconds(options.Value.CommitIntervalMs) : IdleStep)) Seal();
    }

    private void Seal()
    {
        committedGeneration = writing.Generation;
        EvictWhenCrowded();
        sealedAt = Stopwatch.GetTimestamp();
        if (slices.Count == 0) return;
        foreach (var slice in slices.Values) slice.Seal(filling);
        (filling, writing) = (writing, filling);
        filling.Clear();
        filling.Generation = ++generation;
        written = Task.Run(() => WriteAsync(writing));
    }

    private void EvictWhenCrowded()
    {
        if (slices.Values.Sum(slice => slice.Entries) <= options.Value.MaxEntries) return;
        foreach (var slice in slices.Values) slice.Evict(committedGeneration);
    }

    /// <summary>Writes a delta; a database that is away is waited for, since the delta cannot be dropped without reading all again.</summary>
    private async Task WriteAsync(Delta delta)
    {
        foreach (var lost in delta.Misplaced)
            await log.AppendAsync(Topic, [new LogRecord(lost.Customer, lost.Value)], stopping);
        var pause = TimeSpan.FromMilliseconds(100);
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                if (attempt > 1 && await commit.IsWrittenAsync(delta, Group, identity, CancellationToken.None)) return;
                await commit.WriteAsync(delta, Group, identity, CancellationToken.None);
                return;
            }
            catch (NpgsqlException e) when (IsPassing(e) && !stopping.IsCancellationRequested)
            {
                Fault = "PostgreSQL: " + e.Message;
                LogRetry(e, attempt);
                await Task.Delay(pause, time, stopping);
                pause = TimeSpan.FromMilliseconds(Math.Min(5_000, pause.TotalMilliseconds * 2));
            }
        }
    }

    /// <summary>Connection lost, server starting or stopping, deadlock, disk full: the same again may succeed.</summary>
    private static bool IsPassing(NpgsqlException e) =>
        e.IsTransient || e is PostgresException { SqlState: PostgresErrorCodes.DiskFull or PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown };

    private void Flush()
    {
        Blocking.Run(() => written);
        Seal();
        Blocking.Run(() => written);
    }

    IReadOnlyDictionary<int, long> IPartitionOwner.Assigned(IReadOnlyList<int> partitions)
    {
        // What is on its way is written first, so that the state loaded for the new partitions and the old ones agree.
        if (slices.Count > 0) Flush();
        var owned = Blocking.Run(() => offsets.TakeAsync(Group, identity, partitions, stopping));
        foreach (var partition in owned)
        {
            var slice = new SliceState(new Slice(identity.Partitions, partition.Partition), partition);
            Blocking.Run(() => store.LoadCustomersAsync(slice, stopping));
            // After the partition was taken: whoever forgets a source later takes it away again.
            slice.Forget(Blocking.Run(() => store.ForgottenAsync(identity, partition.Partition, stopping)));
            slices[partition.Partition] = slice;
        }
        return owned.ToDictionary(partition => partition.Partition, partition => partition.Next);
    }

    void IPartitionOwner.Revoked(IReadOnlyList<int> partitions)
    {
        if (!broken) Flush();
        foreach (var partition in partitions) slices.Remove(partition);
    }

    void IPartitionOwner.Lost(IReadOnlyList<int> partitions) =>
        throw new FencedException($"Partitions {string.Join(", ", partitions)} were lost to another member.");

    [LoggerMessage(1, LogLevel.Error, "Counting stopped; it starts again from the last commit in {Pause}")]
    private partial void LogRestart(Exception e, TimeSpan pause);

    [LoggerMessage(2, LogLevel.Warning, "Commit {Attempt} did not go through; trying again")]
    private partial void LogRetry(Exception e, int attempt);
}
