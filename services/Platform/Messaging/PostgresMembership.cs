using ECommerce.Channels.Platform.Storage;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace ECommerce.Channels.Platform.Messaging;

/// <summary>
/// A member of a consumer group, and the partitions it has on lease. Signs of life are given in the background; what changes hands
/// does so on the consumer's thread. All times are the database's.
/// </summary>
internal sealed class PostgresMembership : IAsyncDisposable
{
    private readonly NpgsqlDataSource database;
    private readonly PostgresLogOptions options;
    private readonly TimeProvider time;
    private readonly ILogger logger;
    private readonly string group;
    private readonly int topic;
    private readonly Guid member = Guid.NewGuid();
    private readonly CancellationTokenSource ended = new();
    private readonly Task beating;
    private long lastPoll;

    public PostgresMembership(NpgsqlDataSource database, PostgresLogOptions options, TimeProvider time, ILogger logger, string group, int topic)
    {
        (this.database, this.options, this.time, this.logger, this.group, this.topic) = (database, options, time, logger, group, topic);
        Polled();
        beating = Task.Run(BeatAsync);
    }

    /// <summary>How often to look whether partitions should change hands.</summary>
    public TimeSpan Beat => options.Lease / 4;

    /// <summary>Says that the consumer's thread still polls.</summary>
    public void Polled() => Interlocked.Exchange(ref lastPoll, time.GetTimestamp());

    /// <summary>Joins, or stays: what this member should give back, and how many it may still take.</summary>
    public async Task<(IReadOnlyList<int> Surplus, int Wanted)> BalanceAsync(IReadOnlyCollection<int> owned, int partitions, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand("""
            WITH me AS (
              INSERT INTO log.members (consumer_group, topic, member, expires_at) VALUES ($1, $2, $3, clock_timestamp() + $4)
              ON CONFLICT (consumer_group, topic, member) DO UPDATE SET expires_at = EXCLUDED.expires_at
              RETURNING joined_at, member)
            SELECT joined_at, member FROM me
            UNION
            SELECT joined_at, member FROM log.members WHERE consumer_group = $1 AND topic = $2 AND expires_at > clock_timestamp() AND member <> $3
            ORDER BY 1, 2
            """).With(group).With(topic).With(member).With(options.Lease);
        var members = new List<Guid>();
        await using (var reader = await command.ExecuteReaderAsync(cancellation))
            while (await reader.ReadAsync(cancellation)) members.Add(reader.GetGuid(1));
        // The oldest members have the remainder: nobody has two more than another.
        var share = (partitions / members.Count) + (members.IndexOf(member) < partitions % members.Count ? 1 : 0);
        return ([.. owned.OrderDescending().Take(Math.Max(0, owned.Count - share))], Math.Max(0, share - owned.Count));
    }

    /// <summary>Takes free partitions, or those whose lease ran out.</summary>
    public async Task<IReadOnlyList<int>> ClaimAsync(IReadOnlyCollection<int> owned, int wanted, int partitions, CancellationToken cancellation)
    {
        await using var batch = database.CreateBatch();
        batch.BatchCommands.Add(new NpgsqlBatchCommand("""
            INSERT INTO log.leases (consumer_group, topic, partition) SELECT $1, $2, generate_series(0, $3 - 1) ON CONFLICT DO NOTHING
            """).With(group).With(topic).With(partitions));
        batch.BatchCommands.Add(new NpgsqlBatchCommand("""
            UPDATE log.leases l SET member = $3, expires_at = clock_timestamp() + $4
            FROM (SELECT partition FROM log.leases
                  WHERE consumer_group = $1 AND topic = $2 AND partition <> ALL ($6)
                    AND (member IS NULL OR member = $3 OR expires_at < clock_timestamp())
                  ORDER BY partition LIMIT $5 FOR UPDATE SKIP LOCKED) free
            WHERE l.consumer_group = $1 AND l.topic = $2 AND l.partition = free.partition
            RETURNING l.partition
            """).With(group).With(topic).With(member).With(options.Lease).With(wanted).With(owned.ToArray()));
        await using var reader = await batch.ExecuteReaderAsync(cancellation);
        // The first command has no rows; the reader stands at the second one's.
        var claimed = new List<int>();
        while (await reader.ReadAsync(cancellation)) claimed.Add(reader.GetInt32(0));
        return claimed;
    }

    /// <summary>A sign of life. Returns what is still ours; what the consumer thinks it has beyond that was lost.</summary>
    public async Task<IReadOnlySet<int>> RenewAsync(CancellationToken cancellation)
    {
        await using var batch = database.CreateBatch();
        batch.BatchCommands.Add(new NpgsqlBatchCommand("""
            UPDATE log.members SET expires_at = clock_timestamp() + $4 WHERE consumer_group = $1 AND topic = $2 AND member = $3
            """).With(group).With(topic).With(member).With(options.Lease));
        batch.BatchCommands.Add(new NpgsqlBatchCommand("""
            UPDATE log.leases SET expires_at = clock_timestamp() + $4 WHERE consumer_group = $1 AND topic = $2 AND member = $3
            RETURNING partition
            """).With(group).With(topic).With(member).With(options.Lease));
        await using var reader = await batch.ExecuteReaderAsync(cancellation);
        var held = new HashSet<int>();
        while (await reader.ReadAsync(cancellation)) held.Add(reader.GetInt32(0));
        return held;
    }

    public async Task ReleaseAsync(IReadOnlyList<int> partitions, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand("""
            UPDATE log.leases SET member = NULL WHERE consumer_group = $1 AND topic = $2 AND member = $3 AND partition = ANY ($4)
            """).With(group).With(topic).With(member).With(partitions.ToArray());
        await command.ExecuteNonQueryAsync(cancellation);
    }

    public async Task LeaveAsync(CancellationToken cancellation)
    {
        await using var batch = database.CreateBatch();
        batch.BatchCommands.Add(new NpgsqlBatchCommand(
            "UPDATE log.leases SET member = NULL WHERE consumer_group = $1 AND topic = $2 AND member = $3").With(group).With(topic).With(member));
        batch.BatchCommands.Add(new NpgsqlBatchCommand(
            "DELETE FROM log.members WHERE consumer_group = $1 AND topic = $2 AND (member = $3 OR expires_at < clock_timestamp() - interval '1 hour')")
            .With(group).With(topic).With(member));
        await batch.ExecuteNonQueryAsync(cancellation);
    }

    public async ValueTask DisposeAsync()
    {
        await ended.CancelAsync();
        await beating;
        ended.Dispose();
    }

    private async Task BeatAsync()
    {
        using var timer = new PeriodicTimer(Beat, time);
        try
        {
            while (await timer.WaitForNextTickAsync(ended.Token))
                if (time.GetElapsedTime(Interlocked.Read(ref lastPoll)) < options.MaxPollInterval) await TryRenewAsync();
        }
        catch (OperationCanceledException)
        {
            // Disposed.
        }
    }

    private async Task TryRenewAsync()
    {
        try
        {
            await RenewAsync(ended.Token);
        }
        catch (NpgsqlException e)
        {
            // Nobody else can take a lease while the database is down; the consumer's thread finds out what is still ours.
            Log.BeatFailed(logger, group, e.Message);
        }
    }
}
