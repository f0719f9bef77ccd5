using System.Globalization;
using System.Text;
using ECommerce.Channels.Contracts;
using ECommerce.Channels.Platform.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace ECommerce.Channels.Platform.Messaging;

/// <summary>
/// Forwards dead letters to <c>&lt;topic&gt;.dead</c>, with the reason in headers. Rows are locked while they are sent, so that replicas
/// share the work; after a crash some are there twice.
/// </summary>
internal sealed class DeadLetterRelay(NpgsqlDataSource database, IEventLog log, TimeProvider time, ILogger<DeadLetterRelay> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                while (await ForwardAsync(stoppingToken) > 0)
                {
                    // Until none is left.
                }
            }
            catch (Exception e) when (Faults.Passing(e))
            {
                Log.DeadLettersNotForwarded(logger, e.Message);
            }
        }
    }

    private async Task<int> ForwardAsync(CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        var (ids, records) = await LockAsync(connection, cancellation);
        foreach (var (topic, dead) in records) await log.AppendAsync(topic, dead, cancellation);
        await using var command = new NpgsqlCommand("UPDATE dead_letters SET forwarded_at = now() WHERE id = ANY ($1)", connection).With(ids.ToArray());
        if (ids.Count > 0) await command.ExecuteNonQueryAsync(cancellation);
        await transaction.CommitAsync(cancellation);
        return ids.Count;
    }

    private static async Task<(List<long> Ids, Dictionary<string, List<LogRecord>> Records)> LockAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand("""
            SELECT id, consumer_group, topic, partition, log_offset, record_key, value, headers, reason, at FROM dead_letters
            WHERE forwarded_at IS NULL ORDER BY id LIMIT 200 FOR UPDATE SKIP LOCKED
            """, connection);
        var ids = new List<long>();
        var records = new Dictionary<string, List<LogRecord>>();
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
        {
            ids.Add(reader.GetInt64(0));
            var topic = new Topic(reader.GetString(2), 1, null).DeadLetters;
            if (!records.TryGetValue(topic, out var dead)) records[topic] = dead = [];
            dead.Add(Dead(reader));
        }
        return (ids, records);
    }

    private static LogRecord Dead(NpgsqlDataReader reader) => new(
        Encoding.UTF8.GetString(reader.GetFieldValue<byte[]>(5)),
        reader.GetFieldValue<byte[]>(6),
        [
            .. HeaderCodec.Decode(reader.GetFieldValue<byte[]>(7)),
            CloudEvents.Text("dead-reason", reader.GetString(8)),
            CloudEvents.Text("dead-group", reader.GetString(1)),
            CloudEvents.Text("dead-partition", reader.GetInt32(3).ToString(CultureInfo.InvariantCulture)),
            CloudEvents.Text("dead-offset", reader.GetInt64(4).ToString(CultureInfo.InvariantCulture)),
            CloudEvents.Text("dead-at", reader.GetDateTime(9).ToString("O", CultureInfo.InvariantCulture)),
        ]);
}
