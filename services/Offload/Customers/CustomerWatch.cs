using System.Collections.Concurrent;
using ECommerce.Channels.Contracts;
using ECommerce.Channels.Contracts.Events;
using ECommerce.Channels.Offload.Decisions;
using ECommerce.Channels.Platform.Messaging;
using ECommerce.Channels.Platform.Storage;
using Microsoft.Extensions.Options;
using Npgsql;

namespace ECommerce.Channels.Offload.Customers;

/// <summary>What was told last of a customer.</summary>
/// <param name="Changed">Null: the customer was erased.</param>
internal sealed record ToldLast(CustomerChanged? Changed, long Revision, int Partition, long Offset, DateTimeOffset SeenAt);

/// <summary>
/// Reads the customers' topic for this replica alone, so that a consent withdrawn counts here as soon as it is told, whatever a cache or
/// the state store still says. It starts where the group that writes to the database stands, and keeps what came since until that is
/// in the database and in the state store.
/// </summary>
internal sealed partial class CustomerWatch(
    IEventLog log, NpgsqlDataSource database, IOptions<DecisionOptions> options, TimeProvider time, ILogger<CustomerWatch> logger)
    : BackgroundService, IPartitionOwner
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(150);
    private static readonly TimeSpan PruneEvery = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan KeptAtLeast = TimeSpan.FromSeconds(60);

    private readonly ConcurrentDictionary<string, ToldLast> told = new(StringComparer.Ordinal);
    private readonly string group = $"offload.watch.{Guid.NewGuid():N}";
    private LogIdentity? identity;
    private int owned;
    private long asOf;
    private DateTimeOffset pruned;
    private CancellationToken stopping;

    /// <summary>Everything that was told up to <see cref="DecisionOptions.LongestLag"/> ago has been read.</summary>
    public bool IsCurrent(DateTimeOffset now) => now.UtcTicks - Interlocked.Read(ref asOf) <= options.Value.LongestLag.Ticks;

    /// <summary>Null where nothing was told lately: then what is stored counts.</summary>
    public ToldLast? Of(string customer) => told.GetValueOrDefault(customer);

    public IReadOnlyDictionary<int, long> Assigned(IReadOnlyList<int> partitions)
    {
        identity = log.IdentifyAsync(Topics.Customers.Name, stopping).GetAwaiter().GetResult();
        owned += partitions.Count;
        var starts = StartsAsync(identity, stopping).GetAwaiter().GetResult();
        return partitions.ToDictionary(partition => partition, partition => starts.GetValueOrDefault(partition, -1));
    }

    public void Revoked(IReadOnlyList<int> partitions) => Lost(partitions);

    public void Lost(IReadOnlyList<int> partitions) => owned -= partitions.Count;

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.Factory.StartNew(() => Run(stoppingToken), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private void Run(CancellationToken cancellation)
    {
        stopping = cancellation;
        while (!cancellation.IsCancellationRequested)
        {
            owned = 0;
            try
            {
                using var consumer = log.Subscribe(new SubscribeOptions(Topics.Customers.Name, group) { LookEvery = LookEvery }, this);
                Watch(consumer, cancellation);
            }
            catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
            {
                return;
            }
            catch (Exception failure)
            {
                LogBlind(failure.Message);
                cancellation.WaitHandle.WaitOne(TimeSpan.FromSeconds(1));
            }
        }
    }

    private void Watch(IEventConsumer consumer, CancellationToken cancellation)
    {
        var batch = new RecordBatch(2_000);
        while (!cancellation.IsCancellationRequested)
        {
            batch.Clear();
            consumer.Poll(batch, LookEvery, cancellation);
            var now = time.GetUtcNow();
            foreach (var record in ConsumedRecord.Of(batch)) Take(record, now);
            if (identity is { } known && owned == known.Partitions && batch.AtEnd.Count == owned)
                Interlocked.Exchange(ref asOf, batch.AtEnd.Values.Min().UtcTicks);
            if (now - pruned > PruneEvery) PruneAsync(now, cancellation).GetAwaiter().GetResult();
        }
    }

    private void Take(ConsumedRecord record, DateTimeOffset now)
    {
        try
        {
            var changed = record.Value.IsEmpty ? null : CustomerConsumer.Read(record);
            if (changed is null && !record.Value.IsEmpty) return;
            var revision = changed?.Revision ?? record.Envelope?.Sequence ?? long.MaxValue;
            var fresh = new ToldLast(changed, revision, record.Partition, record.Offset, now);
            told.AddOrUpdate(record.Key, fresh, (_, before) => before.Revision < revision || (before.Changed is null && before.Offset < record.Offset) ? fresh : before);
        }
        catch (PoisonRecordException)
        {
            // The group that writes to the database keeps it as a dead letter.
        }
    }

    /// <summary>Forgets what is in the database and in the state store by now.</summary>
    private async Task PruneAsync(DateTimeOffset now, CancellationToken cancellation)
    {
        pruned = now;
        if (told.IsEmpty || identity is null) return;
        var starts = await StartsAsync(identity, cancellation);
        var old = told.Where(one => now - one.Value.SeenAt > KeptAtLeast && one.Value.Offset < starts.GetValueOrDefault(one.Value.Partition, -1)).ToList();
        var waiting = await WaitingAsync([.. old.Select(one => one.Key)], cancellation);
        foreach (var one in old)
            if (!waiting.Contains(one.Key)) told.TryRemove(one);
    }

    private async Task<Dictionary<int, long>> StartsAsync(LogIdentity log, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand("""
            SELECT partition, next_offset FROM consumer_offsets WHERE consumer_group = $1 AND topic = $2 AND log_id = $3 AND topic_id = $4
            """);
        command.With(CustomerConsumer.Group).With(log.Topic).With(log.LogId).With(log.TopicId);
        var starts = new Dictionary<int, long>();
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation)) starts[reader.GetInt32(0)] = reader.GetInt64(1);
        return starts;
    }

    private async Task<HashSet<string>> WaitingAsync(string[] customers, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand("SELECT customer FROM profile_heads WHERE customer = ANY ($1) AND changed IS NOT NULL");
        var waiting = new HashSet<string>(StringComparer.Ordinal);
        await using var reader = await command.With(customers).ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation)) waiting.Add(reader.GetString(0));
        return waiting;
    }

    [LoggerMessage(1, LogLevel.Warning, "Customers' changes cannot be followed; nothing is offered until they can: {Reason}")]
    private partial void LogBlind(string reason);
}
