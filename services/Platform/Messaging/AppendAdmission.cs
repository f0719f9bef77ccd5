using ECommerce.Channels.Contracts;

namespace ECommerce.Channels.Platform.Messaging;

/// <summary>
/// Bounds what waits for the log in this process, and refuses before anything is taken. An append that is larger than the whole
/// queue is let in when nothing else waits.
/// </summary>
internal sealed class AppendAdmission(EventLogOptions options, TimeProvider time)
{
    private readonly Lock gate = new();
    private long records;
    private long bytes;

    /// <summary>Waits for room, and returns how many bytes the records take; <see cref="Leave"/> gives the room back.</summary>
    /// <exception cref="EventLogFullException">There was no room in time.</exception>
    public async Task<long> EnterAsync(IReadOnlyList<LogRecord> append, CancellationToken cancellation)
    {
        var size = Measure(append);
        var start = time.GetTimestamp();
        for (var wait = 1; !TryEnter(append.Count, size); wait = Math.Min(wait * 2, 50))
        {
            if (time.GetElapsedTime(start) > options.QueueWait)
                throw new EventLogFullException($"{records} records ({bytes} bytes) wait for the log already.");
            await Task.Delay(TimeSpan.FromMilliseconds(wait), time, cancellation);
        }
        return size;
    }

    public void Leave(int count, long size)
    {
        lock (gate)
        {
            records -= count;
            bytes -= size;
        }
    }

    public static int Partition(string key, int partitions) => CustomerShard.Of(key) % partitions;

    private bool TryEnter(int count, long size)
    {
        lock (gate)
        {
            if (records > 0 && (records + count > options.QueueRecords || bytes + size > options.QueueBytes)) return false;
            records += count;
            bytes += size;
            return true;
        }
    }

    private long Measure(IReadOnlyList<LogRecord> append)
    {
        long total = 0;
        for (var i = 0; i < append.Count; i++)
        {
            var record = append[i];
            long size = record.Key.Length + record.Value.Length;
            foreach (var header in record.Headers ?? []) size += header.Name.Length + header.Value.Length;
            if (size > options.MaxRecordBytes) throw new RecordTooLargeException(i, size, options.MaxRecordBytes);
            total += size;
        }
        return total;
    }
}
