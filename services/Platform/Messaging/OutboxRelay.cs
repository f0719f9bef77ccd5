using ECommerce.Channels.Platform.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;

namespace ECommerce.Channels.Platform.Messaging;

/// <summary>Settings of the relay, section <c>Outbox</c>.</summary>
public sealed class OutboxOptions
{
    /// <summary>How long a relay that died keeps its slices. Longer than three times what an append may take.</summary>
    public TimeSpan Lease { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How often an idle relay looks for events of other replicas.</summary>
    public TimeSpan PollInterval { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Events per round.</summary>
    [System.ComponentModel.DataAnnotations.Range(1, 100_000)]
    public int BatchSize { get; set; } = 2000;
}

/// <summary>
/// Sends the outbox to the log, in order. A slice is sent by the one relay that holds its lease; an append begins only while the lease
/// has longer to run than the append may take. Rows are deleted when the log has acknowledged them, and only by the lease's holder.
/// (A process that is stopped for longer than its lease in mid-append can still repeat records when it wakes: readers tell by the
/// sequence.)
/// </summary>
internal sealed class OutboxRelay(
    NpgsqlDataSource database, Outbox outbox, IEventLog log, IOptions<OutboxOptions> options, TimeProvider time, ILogger<OutboxRelay> logger) : BackgroundService
{
    private readonly Guid holder = Guid.NewGuid();
    private readonly Dictionary<string, long> blocked = [];
    private short[] slices = [];
    private long renewed;

    private readonly record struct Row(long Id, string Topic, LogRecord Record);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var pause = TimeSpan.Zero;
        try
        {
            while (!stoppingToken.IsCancellationRequested)
            {
                pause = await RoundAsync(stoppingToken) ? TimeSpan.Zero : Longer(pause);
                // A transaction that has just added something may take a moment to commit: look soon, then ever more rarely.
                if (pause > TimeSpan.Zero && await outbox.Added.WaitAsync(pause, stoppingToken)) pause = TimeSpan.FromMilliseconds(1);
            }
        }
        finally
        {
            await ReleaseAsync();
        }
    }

    private TimeSpan Longer(TimeSpan pause) =>
        pause * 2 > options.Value.PollInterval ? options.Value.PollInterval : pause == TimeSpan.Zero ? TimeSpan.FromMilliseconds(10) : pause * 2;

    /// <summary>True when there may be more.</summary>
    private async Task<bool> RoundAsync(CancellationToken cancellation)
    {
        try
        {
            if (slices.Length < Outbox.Slices || time.GetElapsedTime(renewed) > options.Value.Lease / 3) await RenewAsync(cancellation);
            if (slices.Length == 0) return false;
            var rows = await ReadAsync(cancellation);
            var sent = false;
            foreach (var topic in rows.GroupBy(row => row.Topic)) sent |= await SendAsync(topic.Key, [.. topic], cancellation);
            return sent;
        }
        catch (Exception e) when (Faults.Passing(e))
        {
            Log.OutboxWaits(logger, e.Message);
            return false;
        }
    }

    private async Task RenewAsync(CancellationToken cancellation)
    {
        var asked = time.GetTimestamp();
        await using var command = database.CreateCommand("""
            UPDATE outbox_leases SET holder = $1, expires_at = clock_timestamp() + $2
            WHERE holder = $1 OR expires_at < clock_timestamp() RETURNING slice
            """).With(holder).With(options.Value.Lease);
        var held = new List<short>();
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation)) held.Add(reader.GetInt16(0));
        slices = [.. held];
        renewed = asked;
    }

    private async Task<List<Row>> ReadAsync(CancellationToken cancellation)
    {
        await using var command = database.CreateCommand("""
            SELECT id, topic, record_key, value, headers FROM outbox
            WHERE slice = ANY ($1) AND topic <> ALL ($2) ORDER BY id LIMIT $3
            """).With(slices).With(Blocked()).With(options.Value.BatchSize);
        var rows = new List<Row>();
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
            rows.Add(new Row(
                reader.GetInt64(0), reader.GetString(1),
                new LogRecord(reader.GetString(2), reader.GetFieldValue<byte[]>(3), HeaderCodec.Decode(reader.GetFieldValue<byte[]>(4)))));
        return rows;
    }

    /// <summary>A topic that cannot be written must not stand before the others.</summary>
    private string[] Blocked()
    {
        foreach (var (topic, since) in blocked.ToList())
            if (time.GetElapsedTime(since) > TimeSpan.FromSeconds(1)) blocked.Remove(topic);
        return [.. blocked.Keys];
    }

    private async Task<bool> SendAsync(string topic, List<Row> rows, CancellationToken cancellation)
    {
        if (time.GetElapsedTime(renewed) > options.Value.Lease / 3) return true;
        try
        {
            await log.AppendAsync(topic, rows.ConvertAll(row => row.Record), cancellation);
        }
        catch (Exception e) when (e is EventLogUnavailableException or EventLogFullException)
        {
            Log.OutboxWaits(logger, e.Message);
            blocked[topic] = time.GetTimestamp();
            return false;
        }
        await using var command = database.CreateCommand("""
            DELETE FROM outbox o USING outbox_leases l WHERE o.id = ANY ($1) AND l.slice = o.slice AND l.holder = $2
            """).With(rows.ConvertAll(row => row.Id).ToArray()).With(holder);
        if (await command.ExecuteNonQueryAsync(cancellation) < rows.Count) slices = [];
        return true;
    }

    private async Task ReleaseAsync()
    {
        try
        {
            await using var command = database.CreateCommand("UPDATE outbox_leases SET holder = NULL, expires_at = '-infinity' WHERE holder = $1").With(holder);
            await command.ExecuteNonQueryAsync(CancellationToken.None);
        }
        catch (Exception e) when (Faults.Passing(e))
        {
            // The lease runs out by itself.
            Log.OutboxWaits(logger, e.Message);
        }
    }
}
