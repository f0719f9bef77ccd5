using System.Collections.Concurrent;
using System.Text;
using ECommerce.Channels.Platform.Messaging;

namespace ECommerce.Channels.Platform.Tests.Messaging;

/// <summary>A record as a test compares it.</summary>
public sealed record ReadRecord(int Partition, long Offset, long AppendedAt, string Key, string Value, IReadOnlyList<LogHeader> Headers);

/// <summary>
/// A group member on a thread of its own. Offsets are kept in a dictionary that members of one group share, as a service's database
/// would; a record counts as read when it was added to <see cref="Read"/>.
/// </summary>
public sealed class LogMember : IPartitionOwner, IDisposable
{
    private readonly ConcurrentDictionary<int, long> offsets;
    private readonly IEventConsumer consumer;
    private readonly CancellationTokenSource stop = new();
    private readonly Task running;
    private readonly ManualResetEventSlim awake = new(true);
    private readonly int capacity;
    private readonly Exception? refusal;

    /// <param name="refuse">A fault of the owner: Assigned throws it.</param>
    public LogMember(IEventLog log, SubscribeOptions options, ConcurrentDictionary<int, long>? offsets = null, int capacity = 1000, Exception? refuse = null)
    {
        this.offsets = offsets ?? new();
        this.capacity = capacity;
        refusal = refuse;
        consumer = log.Subscribe(options, this);
        running = Task.Factory.StartNew(Run, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    public ConcurrentQueue<ReadRecord> Read { get; } = new();

    public ConcurrentDictionary<int, bool> Owned { get; } = new();

    public ConcurrentDictionary<int, DateTimeOffset> AtEnd { get; } = new();

    public ConcurrentQueue<string> Events { get; } = new();

    /// <summary>What the last poll threw.</summary>
    public Exception? Failure { get; private set; }

    /// <summary>The member's thread stands still until <see cref="Wake"/>, as a stopped process would.</summary>
    public void Freeze() => awake.Reset();

    public void Wake() => awake.Set();

    public IReadOnlyDictionary<int, long> Assigned(IReadOnlyList<int> partitions)
    {
        if (refusal is not null) throw refusal;
        foreach (var partition in partitions) Owned[partition] = true;
        Events.Enqueue("assigned " + string.Join(',', partitions));
        return partitions.ToDictionary(partition => partition, partition => offsets.GetValueOrDefault(partition, -1));
    }

    public void Revoked(IReadOnlyList<int> partitions) => Forget("revoked", partitions);

    public void Lost(IReadOnlyList<int> partitions) => Forget("lost", partitions);

    public void Dispose()
    {
        stop.Cancel();
        awake.Set();
        running.GetAwaiter().GetResult();
        stop.Dispose();
        awake.Dispose();
    }

    private void Forget(string how, IReadOnlyList<int> partitions)
    {
        foreach (var partition in partitions) Owned.TryRemove(partition, out _);
        Events.Enqueue($"{how} {string.Join(',', partitions)}");
    }

    private void Run()
    {
        var batch = new RecordBatch(capacity);
        while (!stop.IsCancellationRequested)
        {
            awake.Wait();
            batch.Clear();
            try
            {
                consumer.Poll(batch, TimeSpan.FromMilliseconds(100), stop.Token);
            }
            catch (Exception e)
            {
                Failure = e;
                stop.Token.WaitHandle.WaitOne(20);
                continue;
            }
            Keep(batch);
        }
        consumer.Dispose();
    }

    private void Keep(RecordBatch batch)
    {
        for (var i = 0; i < batch.Count; i++)
        {
            Read.Enqueue(new ReadRecord(
                batch.Partition(i), batch.Offset(i), batch.AppendedAt(i), Encoding.UTF8.GetString(batch.Key(i)),
                Encoding.UTF8.GetString(batch.Value(i)), batch.Headers(i)));
            offsets[batch.Partition(i)] = batch.Offset(i) + 1;
        }
        foreach (var (partition, at) in batch.AtEnd) AtEnd[partition] = at;
    }
}
