using System.Diagnostics;
using ECommerce.Channels.Platform.Telemetry;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace ECommerce.Channels.Platform.Messaging;

/// <summary>Which topic, for which group, and how much at a time.</summary>
public sealed record ConsumerOptions(string Topic, string Group)
{
    public int BatchSize { get; init; } = 500;

    /// <summary>Tries of a record that fails by itself, without the database being down, before it becomes a dead letter.</summary>
    public int Attempts { get; init; } = 3;

    /// <summary>Longest pause between two tries while the database or the log is down.</summary>
    public TimeSpan LongestPause { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Keep the last sequence of each subject, and leave out what is not above it. False for a handler that itself tells what is old, and
    /// must not leave subjects behind.
    /// </summary>
    public bool KeepSequences { get; init; } = true;

    /// <summary>False where all is in the value, as on the hot topic: then a record has no key and no envelope, and reading it costs less.</summary>
    public bool KeysAndHeaders { get; init; } = true;

    /// <summary>How often it is written down up to when everything is applied while nothing comes; null: only with what comes.</summary>
    public TimeSpan? AsOfEvery { get; init; }
}

/// <summary>
/// Reads a business topic: what the records change, what was seen of them and the next offsets commit in one transaction, fenced. A
/// kill at any point neither loses nor doubles; a member that lost its partitions commits nothing.
/// </summary>
public sealed class TransactionalConsumer(
    IEventLog log, NpgsqlDataSource database, string schema, IRecordHandler handler, ConsumerOptions options, ILogger logger)
    : BackgroundService, IPartitionOwner
{
    private readonly OffsetStore offsets = new(database, schema);
    private readonly RecordCommit commit = new(database, schema, handler, options);
    private readonly Dictionary<int, OwnedPartition> owned = [];
    private LogIdentity? identity;
    private long asOfWritten;
    private CancellationToken stopping;

    /// <summary>What keeps it from going on; null while all is well. For health checks: a changed log or a lost offset needs a person.</summary>
    public Exception? Fault { get; private set; }

    public IReadOnlyDictionary<int, long> Assigned(IReadOnlyList<int> partitions)
    {
        identity = log.IdentifyAsync(options.Topic, stopping).GetAwaiter().GetResult();
        return Take(partitions);
    }

    public void Revoked(IReadOnlyList<int> partitions) => Lost(partitions);

    public void Lost(IReadOnlyList<int> partitions)
    {
        // Nothing is in flight: a batch is committed before the next poll.
        foreach (var partition in partitions) owned.Remove(partition);
    }

    // A real thread: polling blocks.
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.Factory.StartNew(
        () => Run(stoppingToken), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private void Run(CancellationToken cancellation)
    {
        stopping = cancellation;
        for (var failures = 0; !cancellation.IsCancellationRequested; failures++)
        {
            owned.Clear();
            try
            {
                using var consumer = log.Subscribe(new SubscribeOptions(options.Topic, options.Group) { KeysAndHeaders = options.KeysAndHeaders }, this);
                Consume(consumer, () => failures = 0, cancellation);
            }
            catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                Fault = e;
                Log.ConsumerFailed(logger, options.Group, options.Topic, e);
                Pause(failures, cancellation);
            }
        }
    }

    private void Consume(IEventConsumer consumer, Action worked, CancellationToken cancellation)
    {
        var batch = new RecordBatch(options.BatchSize);
        while (!cancellation.IsCancellationRequested)
        {
            batch.Clear();
            consumer.Poll(batch, TimeSpan.FromMilliseconds(500), cancellation);
            // After a fence it goes on elsewhere: what was read said nothing of that.
            if (batch.Count > 0 && !Process(consumer, ConsumedRecord.Of(batch), cancellation)) continue;
            WriteAsOf(consumer, batch, cancellation);
            if (owned.Count == 0) continue;
            Fault = null;
            worked();
        }
    }

    /// <returns>False where the partitions had to be taken again.</returns>
    private bool Process(IEventConsumer consumer, List<ConsumedRecord> records, CancellationToken cancellation)
    {
        using var span = Span(records);
        for (var failures = 0; ; failures++)
        {
            try
            {
                commit.ApplyAsync(records, identity!, owned, cancellation).GetAwaiter().GetResult();
                return true;
            }
            catch (FencedException e)
            {
                Log.Fenced(logger, options.Group, options.Topic, e.Message);
                TakeAgain(consumer, cancellation);
                return false;
            }
            catch (Exception e) when (Faults.Passing(e))
            {
                Log.ConsumerWaits(logger, options.Group, options.Topic, e.Message);
                Pause(failures, cancellation);
            }
        }
    }

    /// <summary>An end that was reached says that nothing is missing up to then; whoever reads the rows needs to know even while all is quiet.</summary>
    private void WriteAsOf(IEventConsumer consumer, RecordBatch batch, CancellationToken cancellation)
    {
        if (options.AsOfEvery is not { } every || batch.AtEnd.Count == 0 || (asOfWritten != 0 && Stopwatch.GetElapsedTime(asOfWritten) < every)) return;
        try
        {
            commit.StandAsync(batch.AtEnd, identity!, owned, cancellation).GetAwaiter().GetResult();
            asOfWritten = Stopwatch.GetTimestamp();
        }
        catch (FencedException e)
        {
            Log.Fenced(logger, options.Group, options.Topic, e.Message);
            TakeAgain(consumer, cancellation);
        }
    }

    /// <summary>
    /// After a failed fence: first hear whether partitions were lost (what is read meanwhile is dropped), then go on from what is stored.
    /// </summary>
    private void TakeAgain(IEventConsumer consumer, CancellationToken cancellation)
    {
        consumer.Poll(new RecordBatch(options.BatchSize), TimeSpan.FromMilliseconds(50), cancellation);
        if (owned.Count == 0) return;
        foreach (var (partition, offset) in Take([.. owned.Keys])) consumer.Seek(partition, offset);
    }

    private Dictionary<int, long> Take(IReadOnlyList<int> partitions)
    {
        var taken = offsets.TakeAsync(options.Group, identity!, partitions, stopping).GetAwaiter().GetResult();
        foreach (var partition in taken) owned[partition.Partition] = partition;
        return taken.ToDictionary(partition => partition.Partition, partition => partition.Next);
    }

    private void Pause(int failures, CancellationToken cancellation)
    {
        var pause = TimeSpan.FromMilliseconds(Math.Min(100 * Math.Pow(2, Math.Min(failures, 10)), options.LongestPause.TotalMilliseconds));
        cancellation.WaitHandle.WaitOne(pause);
        cancellation.ThrowIfCancellationRequested();
    }

    private Activity? Span(List<ConsumedRecord> records)
    {
        var links = records.Select(record => TraceHeaders.Extract(record.Headers)).Where(context => context != default)
            .Take(16).Select(context => new ActivityLink(context));
        var span = ChannelsTelemetry.Start($"process {options.Topic}", ActivityKind.Consumer, schema, links: links);
        span?.SetTag(Names.Messaging.Destination, options.Topic).SetTag(Names.Messaging.Group, options.Group)
            .SetTag(Names.Messaging.Operation, "process").SetTag(Names.Messaging.OperationType, "process")
            .SetTag(Names.Messaging.BatchSize, records.Count);
        return span;
    }
}
