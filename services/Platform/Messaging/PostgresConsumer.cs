using System.Runtime.ExceptionServices;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace ECommerce.Channels.Platform.Messaging;

/// <summary>One member of a group on the PostgreSQL log. Everything but signs of life happens on the thread that polls.</summary>
internal sealed class PostgresConsumer : IEventConsumer
{
    private readonly SubscribeOptions options;
    private readonly TimeSpan lookEvery;
    private readonly IPartitionOwner owner;
    private readonly Func<CancellationToken, Task<KnownTopic>> find;
    private readonly PostgresLogOptions settings;
    private readonly PostgresWakeUps wakeUps;
    private readonly NpgsqlDataSource database;
    private readonly TimeProvider time;
    private readonly ILogger logger;
    private readonly Dictionary<int, Cursor> owned = [];
    private readonly Queue<PostgresReader.Segment> fetched = new();
    private readonly SemaphoreSlim awake = new(1, 1);
    private readonly Dictionary<int, Exception> kept = [];
    private Joined? joined;
    private volatile bool groupChanged = true;
    private volatile bool mayHaveMore = true;
    private long lastBalance;
    private long lastRead;
    private int readBytes;

    public PostgresConsumer(
        NpgsqlDataSource database, SubscribeOptions options, IPartitionOwner owner, Func<CancellationToken, Task<KnownTopic>> find,
        PostgresLogOptions settings, PostgresWakeUps wakeUps, TimeProvider time, ILogger logger)
    {
        (this.database, this.options, this.owner, this.find, this.settings, this.wakeUps, this.time, this.logger) =
            (database, options, owner, find, settings, wakeUps, time, logger);
        lookEvery = options.LookEvery ?? settings.PollInterval;
    }

    private sealed record Joined(int Topic, int Partitions, PostgresMembership Membership, PostgresReader Reader, IDisposable Sleeping);

    /// <summary>Where a partition is read, and the last known end of it.</summary>
    private sealed class Cursor
    {
        public long Position;
        public long End = long.MaxValue;
        public DateTimeOffset EndAt;
    }

    public void Poll(RecordBatch batch, TimeSpan maxWait, CancellationToken cancellation)
    {
        var start = time.GetTimestamp();
        joined?.Membership.Polled();
        while (!cancellation.IsCancellationRequested)
        {
            try
            {
                Turn(batch, cancellation);
            }
            catch (Exception e) when (e is NpgsqlException { IsTransient: true } or NpgsqlException { InnerException: IOException } or TimeoutException
                or PostgresException { SqlState: ['5', '3' or '7' or '8', ..] })
            {
                // The log is down, not gone: what was read is kept, and the next turn tries again.
                Log.ReadFailed(logger, options.Group, options.Topic, e.Message);
            }
            catch (OperationCanceledException)
            {
                return;
            }
            ThrowKept();
            var left = maxWait - time.GetElapsedTime(start);
            if (batch.Count > 0 || left <= TimeSpan.Zero) break;
            Rest(left, cancellation);
        }
        ReportEnds(batch);
    }

    public void Seek(int partition, long offset)
    {
        if (!owned.TryGetValue(partition, out var cursor)) return;
        kept.Remove(partition);
        Drop(partition);
        cursor.Position = offset;
        cursor.End = long.MaxValue;
        mayHaveMore = true;
    }

    public void Dispose()
    {
        if (joined is null) return;
        joined.Sleeping.Dispose();
        if (owned.Count > 0) Tell(owner.Revoked, [.. owned.Keys.Order()]);
        foreach (var exception in kept.Values) Log.OwnerFailed(logger, options.Group, options.Topic, exception);
        try
        {
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(5));
            joined.Membership.DisposeAsync().AsTask().GetAwaiter().GetResult();
            joined.Membership.LeaveAsync(limit.Token).GetAwaiter().GetResult();
            wakeUps.GroupChanged(joined.Topic);
        }
        catch (Exception e) when (e is NpgsqlException or OperationCanceledException)
        {
            // The lease runs out by itself.
            Log.ConsumerNotClosed(logger, options.Group, options.Topic, e);
        }
    }

    private void Turn(RecordBatch batch, CancellationToken cancellation)
    {
        joined ??= Join(cancellation);
        if (groupChanged || time.GetElapsedTime(lastBalance) >= joined.Membership.Beat) Balance(joined, cancellation);
        if (kept.Count > 0) return;
        Fill(batch);
        if (batch.IsFull || fetched.Count > 0 || owned.Count == 0) return;
        if (!mayHaveMore && time.GetElapsedTime(lastRead) < lookEvery) return;
        Fetch(joined.Reader, cancellation);
        Fill(batch);
    }

    private Joined Join(CancellationToken cancellation)
    {
        var topic = find(cancellation).GetAwaiter().GetResult();
        return new Joined(
            topic.Number, topic.Identity.Partitions,
            new PostgresMembership(database, settings, time, logger, options.Group, topic.Number),
            new PostgresReader(database, topic.Number),
            wakeUps.Sleep(topic.Number, Wake));
    }

    private void Wake(bool group)
    {
        if (group) groupChanged = true;
        mayHaveMore = true;
        lock (awake)
            if (awake.CurrentCount == 0) awake.Release();
    }

    /// <summary>Gives back what is more than a fair share, takes what is free of it.</summary>
    private void Balance(Joined group, CancellationToken cancellation)
    {
        groupChanged = false;
        if (owned.Count > 0) ForgetLost(group, cancellation);
        lastBalance = time.GetTimestamp();
        var (surplus, wanted) = group.Membership.BalanceAsync(owned.Keys, group.Partitions, cancellation).GetAwaiter().GetResult();
        if (surplus.Count > 0)
        {
            Tell(owner.Revoked, surplus);
            Forget(surplus);
            group.Membership.ReleaseAsync(surplus, cancellation).GetAwaiter().GetResult();
            wakeUps.GroupChanged(group.Topic);
        }
        if (wanted == 0) return;
        var claimed = group.Membership.ClaimAsync(owned.Keys, wanted, group.Partitions, cancellation).GetAwaiter().GetResult().Order().ToList();
        if (claimed.Count > 0) Assign(claimed);
        // Others may have joined and found nothing free, or have to give something back.
        if (owned.Count == claimed.Count) wakeUps.GroupChanged(group.Topic);
    }

    private void Assign(List<int> claimed)
    {
        IReadOnlyDictionary<int, long> starts;
        try
        {
            starts = owner.Assigned(claimed);
        }
        catch (Exception e)
        {
            foreach (var partition in claimed)
            {
                owned[partition] = new Cursor();
                kept[partition] = e;
            }
            return;
        }
        foreach (var partition in claimed)
        {
            if (!starts.TryGetValue(partition, out var start))
                kept[partition] = new InvalidOperationException($"The owner gave partition {partition} of {options.Topic} no offset.");
            owned[partition] = new Cursor { Position = start };
        }
        mayHaveMore = true;
    }

    private void ForgetLost(Joined group, CancellationToken cancellation)
    {
        var held = group.Membership.RenewAsync(cancellation).GetAwaiter().GetResult();
        var lost = owned.Keys.Where(partition => !held.Contains(partition)).Order().ToList();
        if (lost.Count == 0) return;
        Forget(lost);
        Tell(owner.Lost, lost);
    }

    private void Forget(IReadOnlyList<int> partitions)
    {
        foreach (var partition in partitions)
        {
            owned.Remove(partition);
            kept.Remove(partition);
            Drop(partition);
        }
    }

    private void Tell(Action<IReadOnlyList<int>> what, IReadOnlyList<int> partitions)
    {
        try
        {
            what(partitions);
        }
        catch (Exception e)
        {
            kept[-1] = e;
        }
    }

    private void Fetch(PostgresReader reader, CancellationToken cancellation)
    {
        mayHaveMore = false;
        var asked = time.GetUtcNow();
        var answer = reader.ReadAsync(owned.ToDictionary(pair => pair.Key, pair => pair.Value.Position), cancellation).GetAwaiter().GetResult();
        lastRead = time.GetTimestamp();
        foreach (var (partition, cursor) in owned)
        {
            if (!answer.Heads.TryGetValue(partition, out var head)) throw new EventLogUnavailableException($"The log has no topic {options.Topic} any more.");
            Place(partition, cursor, head);
            cursor.End = head.End;
            cursor.EndAt = asked;
        }
        var withRecords = new HashSet<int>();
        foreach (var segment in answer.Segments)
        {
            fetched.Enqueue(segment);
            withRecords.Add(segment.Partition);
        }
        // Nothing is left between the position and the head: compaction has dropped it.
        foreach (var (partition, cursor) in owned)
            if (!withRecords.Contains(partition) && !kept.ContainsKey(partition)) cursor.Position = Math.Max(cursor.Position, cursor.End);
        if (fetched.Count > 0) mayHaveMore = true;
    }

    private void Place(int partition, Cursor cursor, OffsetRange head)
    {
        if (cursor.Position < 0) cursor.Position = head.First;
        if (cursor.Position < head.First || cursor.Position > head.End)
            kept[partition] = new OffsetOutOfRangeException(
                $"Group {options.Group} wants offset {cursor.Position} of {options.Topic} partition {partition}; the log holds {head.First} to {head.End}.");
    }

    private void Fill(RecordBatch batch)
    {
        while (!batch.IsFull && kept.Count == 0 && fetched.TryPeek(out var segment))
        {
            var cursor = owned[segment.Partition];
            if (!Copy(batch, segment, cursor)) return;
            cursor.Position = Math.Max(cursor.Position, segment.End);
            readBytes = 0;
            fetched.Dequeue();
        }
    }

    /// <summary>Copies what fits; true when the segment is used up.</summary>
    private bool Copy(RecordBatch batch, PostgresReader.Segment segment, Cursor cursor)
    {
        var reader = new SegmentReader(segment.Payload);
        reader.Skip(readBytes);
        while (!batch.IsFull)
        {
            if (!reader.Next(options.KeysAndHeaders)) return true;
            readBytes = reader.Position;
            var offset = segment.Base + reader.Delta;
            if (offset < cursor.Position) continue;
            batch.Add(segment.Partition, offset, segment.AppendedAt, options.KeysAndHeaders ? reader.Key : default, reader.Value, reader.Headers);
            cursor.Position = offset + 1;
        }
        return reader.Position == segment.Payload.Length;
    }

    private void Drop(int partition)
    {
        if (fetched.TryPeek(out var first) && first.Partition == partition) readBytes = 0;
        var others = fetched.Where(segment => segment.Partition != partition).ToList();
        fetched.Clear();
        foreach (var segment in others) fetched.Enqueue(segment);
    }

    private void Rest(TimeSpan left, CancellationToken cancellation)
    {
        var wait = new[] { left, lookEvery, TimeSpan.FromMilliseconds(100) }.Min();
        try
        {
            awake.Wait(wait, cancellation);
        }
        catch (OperationCanceledException)
        {
            // The loop ends.
        }
    }

    private void ReportEnds(RecordBatch batch)
    {
        foreach (var (partition, cursor) in owned)
            if (cursor.Position >= cursor.End && !kept.ContainsKey(partition)) batch.ReachedEnd(partition, cursor.EndAt);
    }

    private void ThrowKept()
    {
        if (kept.Count == 0) return;
        var exception = kept.Values.First();
        kept.Remove(-1);
        ExceptionDispatchInfo.Throw(exception);
    }
}
