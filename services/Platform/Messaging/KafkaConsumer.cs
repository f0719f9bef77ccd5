using System.Runtime.ExceptionServices;
using Confluent.Kafka;
using Microsoft.Extensions.Logging;
using Staged = ECommerce.Channels.Platform.Messaging.RecordBatch.Staged;

namespace ECommerce.Channels.Platform.Messaging;

/// <summary>
/// One member of a group. Records are copied from native memory straight into the batch. Offsets are the owner's; what Kafka keeps of
/// them is stored now and then, for its own tools to see the lag.
/// </summary>
internal sealed class KafkaConsumer : IEventConsumer
{
    private static readonly TimeSpan HintEvery = TimeSpan.FromSeconds(5);

    private readonly SubscribeOptions options;
    private readonly IPartitionOwner owner;
    private readonly TimeProvider time;
    private readonly ILogger logger;
    private readonly IConsumer<Staged, Staged> consumer;
    private readonly Copier keys;
    private readonly Copier values = new();
    private readonly KafkaEndProbe probe;
    private readonly Dictionary<int, Exception> kept = [];
    private readonly Dictionary<int, long> seeks = [];
    private readonly SortedSet<int> owned = [];
    private long[] positions = [];
    private long hinted;

    public KafkaConsumer(
        ConsumerConfig config, SubscribeOptions options, IPartitionOwner owner, Func<IReadOnlyList<int>, Task<IReadOnlyDictionary<int, long>>> ends,
        TimeSpan probeEvery, TimeProvider time, ILogger logger)
    {
        (this.options, this.owner, this.time, this.logger) = (options, owner, time, logger);
        keys = new Copier { Skip = !options.KeysAndHeaders };
        probe = new KafkaEndProbe(ends, probeEvery, time, logger);
        hinted = time.GetTimestamp();
        consumer = new ConsumerBuilder<Staged, Staged>(config)
            .SetKeyDeserializer(keys)
            .SetValueDeserializer(values)
            .SetLogHandler((_, message) => Log.Client(logger, message.Name, message.Message))
            .SetErrorHandler((_, error) => Log.ClientError(logger, error.Code.ToString(), error.IsFatal, error.Reason))
            .SetPartitionsAssignedHandler((_, partitions) => Assigned(Numbers(partitions)))
            .SetPartitionsRevokedHandler((_, partitions) => Gone(Numbers(partitions.Select(p => p.TopicPartition)), owner.Revoked))
            .SetPartitionsLostHandler((_, partitions) => Gone(Numbers(partitions.Select(p => p.TopicPartition)), owner.Lost))
            .Build();
        consumer.Subscribe(options.Topic);
    }

    public void Poll(RecordBatch batch, TimeSpan maxWait, CancellationToken cancellation)
    {
        ThrowKept();
        keys.Batch = values.Batch = batch;
        StoreHint();
        var start = time.GetTimestamp();
        while (!batch.IsFull && !cancellation.IsCancellationRequested)
        {
            if (seeks.Count > 0) SeekAgain();
            var wait = batch.Count > 0 ? 0 : Math.Clamp((maxWait - time.GetElapsedTime(start)).TotalMilliseconds, 0, 100);
            if (Next((int)wait) is { } result) Take(batch, result);
            else if (batch.Count > 0 || time.GetElapsedTime(start) >= maxWait) break;
            ThrowKept();
        }
        if (probe.Latest is { } latest) ReportEnds(batch, latest);
    }

    public void Seek(int partition, long offset)
    {
        if (!owned.Contains(partition)) return;
        kept.Remove(partition);
        seeks[partition] = offset;
        SeekAgain();
    }

    public void Dispose()
    {
        probe.Dispose();
        try
        {
            consumer.Close();
        }
        catch (KafkaException e)
        {
            Log.ConsumerNotClosed(logger, options.Group, options.Topic, e);
        }
        foreach (var exception in kept.Values) Log.OwnerFailed(logger, options.Group, options.Topic, exception);
        consumer.Dispose();
    }

    private ConsumeResult<Staged, Staged>? Next(int milliseconds)
    {
        try
        {
            return consumer.Consume(milliseconds);
        }
        catch (ConsumeException e)
        {
            Judge(e);
            return null;
        }
    }

    /// <summary>Faults of the network heal by themselves; what does not heal is thrown.</summary>
    private void Judge(ConsumeException e)
    {
        var partition = e.ConsumerRecord?.Partition.Value ?? -1;
        switch (e.Error.Code)
        {
            case ErrorCode.Local_AutoOffsetReset or ErrorCode.OffsetOutOfRange:
                kept[partition] = new OffsetOutOfRangeException(
                    $"Group {options.Group} wants offset {Position(partition)} of {options.Topic} partition {partition}, which the log does not hold: {e.Error.Reason}");
                break;
            case ErrorCode.UnknownTopicOrPart or ErrorCode.Local_UnknownTopic or ErrorCode.Local_UnknownPartition or ErrorCode.TopicAuthorizationFailed or ErrorCode.GroupAuthorizationFailed:
                throw new EventLogUnavailableException($"{options.Topic} cannot be read: {e.Error.Reason}", e);
            default:
                if (e.Error.IsFatal) throw new EventLogUnavailableException($"The consumer of {options.Topic} has ended: {e.Error.Reason}", e);
                Log.ClientError(logger, e.Error.Code.ToString(), false, e.Error.Reason);
                break;
        }
    }

    private void Take(RecordBatch batch, ConsumeResult<Staged, Staged> result)
    {
        var partition = result.Partition.Value;
        if (partition >= positions.Length || seeks.ContainsKey(partition)) return;
        if (result.IsPartitionEOF)
        {
            positions[partition] = Math.Max(positions[partition], result.Offset.Value);
            return;
        }
        var message = result.Message;
        batch.AddStaged(
            partition, result.Offset.Value, message.Timestamp.UnixTimestampMs, message.Key, message.Value,
            options.KeysAndHeaders ? Headers(message.Headers) : null);
        positions[partition] = result.Offset.Value + 1;
    }

    private static LogHeader[]? Headers(Headers? headers) =>
        headers is { Count: > 0 } ? [.. headers.Select(header => new LogHeader(header.Key, header.GetValueBytes() ?? []))] : null;

    private void ReportEnds(RecordBatch batch, KafkaEndProbe.Ends latest)
    {
        foreach (var partition in owned)
            if (latest.Offsets.TryGetValue(partition, out var end) && Position(partition) >= end && !seeks.ContainsKey(partition))
                batch.ReachedEnd(partition, latest.At);
    }

    private IEnumerable<TopicPartitionOffset> Assigned(IReadOnlyList<int> partitions)
    {
        IReadOnlyDictionary<int, long> starts = new Dictionary<int, long>();
        try
        {
            owned.UnionWith(partitions);
            probe.Watch([.. owned]);
            starts = owner.Assigned(partitions);
            foreach (var partition in partitions)
                if (!starts.ContainsKey(partition)) kept[partition] = new InvalidOperationException($"The owner gave partition {partition} of {options.Topic} no offset.");
        }
        catch (Exception e)
        {
            // The client would lose the whole assignment; this way the poll reports it, and nothing is read past it.
            foreach (var partition in partitions) kept[partition] = e;
        }
        return [.. partitions.Select(partition => new TopicPartitionOffset(options.Topic, partition, Start(partition, starts)))];
    }

    private Offset Start(int partition, IReadOnlyDictionary<int, long> starts)
    {
        if (positions.Length <= partition) Array.Resize(ref positions, partition + 1);
        var start = starts.TryGetValue(partition, out var known) ? known : 0;
        positions[partition] = Math.Max(0, start);
        return start < 0 ? Offset.Beginning : new Offset(start);
    }

    private void Gone(IReadOnlyList<int> partitions, Action<IReadOnlyList<int>> tell)
    {
        foreach (var partition in partitions)
        {
            kept.Remove(partition);
            seeks.Remove(partition);
        }
        owned.ExceptWith(partitions);
        probe.Watch([.. owned]);
        try
        {
            tell(partitions);
        }
        catch (Exception e)
        {
            kept[-1] = e;
        }
    }

    /// <summary>A partition that was only just assigned cannot be sought yet; until it can, its records are passed over.</summary>
    private void SeekAgain()
    {
        foreach (var (partition, offset) in seeks.ToList())
        {
            try
            {
                consumer.Seek(new TopicPartitionOffset(options.Topic, partition, offset < 0 ? Offset.Beginning : new Offset(offset)));
                positions[partition] = Math.Max(0, offset);
                seeks.Remove(partition);
            }
            catch (KafkaException e) when (e.Error.Code is ErrorCode.Local_State or ErrorCode.Local_InProgress or ErrorCode.Local_TimedOut)
            {
                Log.SeekLater(logger, options.Topic, partition, e.Error.Reason);
            }
        }
    }

    private void StoreHint()
    {
        if (time.GetElapsedTime(hinted) < HintEvery) return;
        hinted = time.GetTimestamp();
        foreach (var partition in owned)
        {
            try
            {
                consumer.StoreOffset(new TopicPartitionOffset(options.Topic, partition, Position(partition)));
            }
            catch (KafkaException e)
            {
                Log.ClientError(logger, e.Error.Code.ToString(), false, e.Error.Reason);
            }
        }
    }

    private void ThrowKept()
    {
        if (kept.Count == 0) return;
        var exception = kept.Values.First();
        kept.Remove(-1);
        ExceptionDispatchInfo.Throw(exception);
    }

    private long Position(int partition) => partition >= 0 && partition < positions.Length ? positions[partition] : -1;

    private static List<int> Numbers(IEnumerable<TopicPartition> partitions) => [.. partitions.Select(partition => partition.Partition.Value).Order()];

    /// <summary>Copies the native bytes into the batch; what is not wanted costs nothing.</summary>
    private sealed class Copier : IDeserializer<Staged>
    {
        public bool Skip { get; init; }

        public RecordBatch? Batch { get; set; }

        public Staged Deserialize(ReadOnlySpan<byte> data, bool isNull, SerializationContext context) => Skip || isNull ? default : Batch!.Stage(data);
    }
}
