using ECommerce.Channels.Contracts;
using ECommerce.Channels.Kpi.Feeds;
using ECommerce.Channels.Kpi.Rollups;
using ECommerce.Channels.Platform.Storage;
using Npgsql;

namespace ECommerce.Channels.Kpi.Ingestion;

/// <summary>
/// An import that is done and counted has delivered its channels to the end of its last day: nothing is missing up to then. Looked
/// for every half second; of several replicas one marks it.
/// </summary>
internal sealed partial class ImportDelivery(
    NpgsqlDataSource database, FeedStore feeds, OperatorZone zone, TimeProvider time, ILogger<ImportDelivery> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(500), time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                while (await DeliverOneAsync(stoppingToken))
                {
                }
            }
            catch (NpgsqlException e)
            {
                LogFailed(e);
            }
        }
    }

    /// <returns>False where no import waits.</returns>
    public async Task<bool> DeliverOneAsync(CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await using var take = new NpgsqlCommand("""
            UPDATE imports SET delivered = true WHERE id = (
              SELECT i.id FROM imports i WHERE i.done AND NOT i.delivered AND NOT EXISTS (
                SELECT 1 FROM import_sent s
                LEFT JOIN consumer_offsets o ON o.consumer_group = $1 AND o.topic = $2 AND o.partition = s.partition
                WHERE s.import = i.id AND coalesce(o.next_offset, 0) <= s.last_offset)
              LIMIT 1 FOR UPDATE SKIP LOCKED)
            RETURNING id, source
            """, connection, transaction).With(RollupConsumer.Group).With(Topics.Transactions.Name);
        var (id, source) = ("", "");
        await using (var reader = await take.ExecuteReaderAsync(cancellation))
        {
            if (!await reader.ReadAsync(cancellation)) return false;
            (id, source) = (reader.GetString(0), reader.GetString(1));
        }
        var channels = await ChannelsAsync(connection, id, cancellation);
        if (channels.Count > 0)
        {
            var lastDay = channels.Max(channel => zone.DayOf(channel.LastAt.ToUnixTimeSeconds() / 60));
            var through = DateTimeOffset.FromUnixTimeSeconds(zone.StartOf(lastDay.AddDays(1)) * 60);
            foreach (var (channel, _) in channels) await feeds.DeliveredAsync(transaction, source, channel, through, cancellation);
        }
        await transaction.CommitAsync(cancellation);
        return true;
    }

    private static async Task<List<(string Channel, DateTimeOffset LastAt)>> ChannelsAsync(
        NpgsqlConnection connection, string import, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand("SELECT channel, last_at FROM import_channels WHERE import = $1 ORDER BY channel", connection).With(import);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var channels = new List<(string, DateTimeOffset)>();
        while (await reader.ReadAsync(cancellation)) channels.Add((reader.GetString(0), reader.GetFieldValue<DateTimeOffset>(1)));
        return channels;
    }

    [LoggerMessage(1, LogLevel.Warning, "Finished imports could not be marked as delivered; it is tried again")]
    private partial void LogFailed(Exception e);
}
