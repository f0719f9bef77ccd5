using Confluent.Kafka;

namespace ECommerce.Channels.Platform.Messaging;

/// <summary>
/// One append on its way: one delegate counts all its deliveries down, so a record costs no task. Deliveries come on the client's one
/// poll thread; <see cref="Refuse"/> on the caller's.
/// </summary>
internal sealed class KafkaAppend
{
    private readonly TaskCompletionSource<AppendResult> done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly long[] last;
    private readonly Action<KafkaAppend> left;
    private int pending;

    public KafkaAppend(int records, long bytes, int partitions, Action<KafkaAppend> left)
    {
        Records = records;
        Bytes = bytes;
        this.left = left;
        pending = records;
        last = new long[partitions];
        Array.Fill(last, -1);
        Delivered = OnDelivered;
    }

    public int Records { get; }

    public long Bytes { get; }

    public Action<DeliveryReport<string, ReadOnlyMemory<byte>>> Delivered { get; }

    public Task<AppendResult> Done => done.Task;

    /// <summary>The first thing that went wrong.</summary>
    public Error? Failure { get; private set; }

    /// <summary>The queue took only some of the records; the others will never be delivered.</summary>
    public void Refuse(int records, Exception reason)
    {
        done.TrySetException(reason);
        CountDown(records);
    }

    private void OnDelivered(DeliveryReport<string, ReadOnlyMemory<byte>> report)
    {
        if (report.Error.IsError) Failure ??= report.Error;
        else last[report.Partition.Value] = Math.Max(last[report.Partition.Value], report.Offset.Value);
        CountDown(1);
    }

    private void CountDown(int records)
    {
        if (Interlocked.Add(ref pending, -records) > 0) return;
        left(this);
        if (Failure is { } error) done.TrySetException(new EventLogUnavailableException($"The log did not take the records: {error.Reason}"));
        else done.TrySetResult(new AppendResult(LastOffsets()));
    }

    private Dictionary<int, long> LastOffsets()
    {
        var offsets = new Dictionary<int, long>();
        for (var partition = 0; partition < last.Length; partition++)
            if (last[partition] >= 0) offsets.Add(partition, last[partition]);
        return offsets;
    }
}
