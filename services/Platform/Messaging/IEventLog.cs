using ECommerce.Channels.Contracts;

namespace ECommerce.Channels.Platform.Messaging;

/// <summary>A header of a record: CloudEvents attributes and trace context, UTF-8.</summary>
public readonly record struct LogHeader(string Name, byte[] Value);

/// <summary>
/// A record to append. The key decides the partition: <see cref="CustomerShard"/> mod partitions. An empty value is a tombstone: a
/// compacted topic forgets the key.
/// </summary>
public readonly record struct LogRecord(string Key, ReadOnlyMemory<byte> Value, IReadOnlyList<LogHeader>? Headers = null);

/// <summary>
/// Which log, and which topic in it. A topic that was deleted and made again has another <paramref name="TopicId"/>, and a broker
/// set up anew has another <paramref name="LogId"/>: offsets of the one mean nothing in the other.
/// </summary>
public sealed record LogIdentity(string LogId, string Topic, string TopicId, int Partitions);

/// <summary>For each partition that was appended to, the offset of its last record.</summary>
public sealed record AppendResult(IReadOnlyDictionary<int, long> LastOffsets);

/// <summary>Offsets a partition holds: <paramref name="First"/> inclusive, <paramref name="End"/> exclusive.</summary>
public readonly record struct OffsetRange(int Partition, long First, long End);

/// <summary>
/// The event log: Apache Kafka, or a durable log in PostgreSQL where no broker is named. Both keep the same promises, and one suite
/// of contract tests runs on both. It never grows a feature that Kafka lacks.
/// </summary>
public interface IEventLog : IAsyncDisposable
{
    /// <summary>Creates what is missing of the given topics; never changes or deletes one. A differing topic is reported by name.</summary>
    Task<IReadOnlyList<string>> ApplyAsync(IReadOnlyList<Topic> topics, CancellationToken cancellation);

    /// <exception cref="EventLogUnavailableException">The log does not answer, or has no such topic.</exception>
    Task<LogIdentity> IdentifyAsync(string topic, CancellationToken cancellation);

    /// <summary>
    /// Appends the records in order (per key) and returns when all of them are durable. After an exception some may have been
    /// appended: the caller sends the same again, and readers recognise repeats.
    /// </summary>
    /// <exception cref="EventLogFullException">The producer's queue is full: slow down and send the same again (429).</exception>
    /// <exception cref="EventLogUnavailableException">The log cannot take it now (503).</exception>
    Task<AppendResult> AppendAsync(string topic, IReadOnlyList<LogRecord> records, CancellationToken cancellation);

    /// <summary>What each partition holds now.</summary>
    Task<IReadOnlyList<OffsetRange>> RangesAsync(string topic, CancellationToken cancellation);

    /// <summary>Joins a consumer group. The consumer belongs to the thread that polls it.</summary>
    IEventConsumer Subscribe(SubscribeOptions options, IPartitionOwner owner);
}

/// <summary>How to read a topic.</summary>
public sealed record SubscribeOptions(string Topic, string Group)
{
    /// <summary>Read keys and headers too. The hot topic does without: everything is in its value.</summary>
    public bool KeysAndHeaders { get; init; } = true;

    /// <summary>
    /// How stale "everything up to then was read" may be while nothing comes; null: as the log is set. Kafka's end is asked for by
    /// <see cref="KafkaLogOptions.EndProbe"/>.
    /// </summary>
    public TimeSpan? LookEvery { get; init; }
}

/// <summary>
/// Told which partitions a consumer has, on the thread that calls <see cref="IEventConsumer.Poll"/>. What it throws does not reach the
/// engine: it is kept, and thrown by that Poll and the next ones until the partitions change owner.
/// </summary>
public interface IPartitionOwner
{
    /// <summary>These partitions are ours now. Returns for each the offset to start from (-1: the first one kept).</summary>
    IReadOnlyDictionary<int, long> Assigned(IReadOnlyList<int> partitions);

    /// <summary>These partitions go to another member in good order: commit what is done, then forget them.</summary>
    void Revoked(IReadOnlyList<int> partitions);

    /// <summary>These partitions are another member's already: forget them, commit nothing.</summary>
    void Lost(IReadOnlyList<int> partitions);
}

/// <summary>One member of a consumer group. Used by one thread; dispose leaves the group.</summary>
public interface IEventConsumer : IDisposable
{
    /// <summary>
    /// Adds records to the batch until it is full, the wait is over, or nothing more is there now and the batch is not empty.
    /// Blocks the calling thread: give it a thread of its own.
    /// </summary>
    /// <exception cref="OffsetOutOfRangeException">A start offset lies outside what the log holds.</exception>
    /// <exception cref="EventLogUnavailableException">The topic is gone, or the log is unreachable for good (fatal client error). A log
    /// that is only down throws nothing: the batch stays empty until it is back.</exception>
    void Poll(RecordBatch batch, TimeSpan maxWait, CancellationToken cancellation);

    /// <summary>Goes to another offset of a partition that is still ours, after a failed fence.</summary>
    void Seek(int partition, long offset);
}
