using ECommerce.Channels.Kpi.Feeds;
using ECommerce.Channels.Platform.Storage;
using Npgsql;

namespace ECommerce.Channels.Kpi.Warnings;

/// <summary>A feed was past its cadence.</summary>
/// <param name="LateFrom">When that was seen, to the minute.</param>
/// <param name="DeliveredAt">When it was seen to have delivered, or to be expected no longer; null while it is late.</param>
internal sealed record FeedDelay(string Source, string Channel, DateTimeOffset LateFrom, DateTimeOffset? DeliveredAt);

/// <summary>Keeps the delays of feeds, whatever rules there are: so that a rule can be previewed before it is made.</summary>
internal sealed class FeedDelays(NpgsqlDataSource database)
{
    private const int KeptDays = 400;

    /// <summary>Writes down which feeds are late now; gives the delays that go on.</summary>
    public async Task<IReadOnlyList<FeedDelay>> SeeAsync(IReadOnlyList<Feed> feeds, DateTimeOffset now, OperatorZone zone, CancellationToken cancellation)
    {
        var late = feeds.Where(feed => FeedHealth.StateOf(feed, now, zone) == "late").ToList();
        await using var batch = database.CreateBatch();
        batch.BatchCommands.Add(new NpgsqlBatchCommand("""
            UPDATE feed_delays d SET delivered_at = $3 WHERE delivered_at IS NULL
              AND NOT EXISTS (SELECT FROM unnest($1::text[], $2::text[]) l (source, channel) WHERE l.source = d.source AND l.channel = d.channel)
            """).With(Sources(late)).With(Channels(late)).With(now.UtcDateTime));
        batch.BatchCommands.Add(new NpgsqlBatchCommand("""
            INSERT INTO feed_delays (source, channel, late_from) SELECT l.source, l.channel, $3 FROM unnest($1::text[], $2::text[]) l (source, channel)
            ON CONFLICT DO NOTHING
            """).With(Sources(late)).With(Channels(late)).With(now.UtcDateTime));
        batch.BatchCommands.Add(new NpgsqlBatchCommand("DELETE FROM feed_delays WHERE delivered_at < $1").With(now.UtcDateTime.AddDays(-KeptDays)));
        await batch.ExecuteNonQueryAsync(cancellation);
        return await ReadAsync("delivered_at IS NULL", null, cancellation);
    }

    /// <summary>The delays that reached past a time.</summary>
    public Task<IReadOnlyList<FeedDelay>> SinceAsync(DateTimeOffset from, CancellationToken cancellation) =>
        ReadAsync("delivered_at IS NULL OR delivered_at > $1", from, cancellation);

    private async Task<IReadOnlyList<FeedDelay>> ReadAsync(string which, DateTimeOffset? from, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(
            $"SELECT source, channel, late_from, delivered_at FROM feed_delays WHERE {which} ORDER BY source, channel, late_from");
        if (from is { } start) command.With(start.UtcDateTime);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var delays = new List<FeedDelay>();
        while (await reader.ReadAsync(cancellation))
            delays.Add(new FeedDelay(
                reader.GetString(0), reader.GetString(1), reader.GetFieldValue<DateTimeOffset>(2),
                await reader.IsDBNullAsync(3, cancellation) ? null : reader.GetFieldValue<DateTimeOffset>(3)));
        return delays;
    }

    private static string[] Sources(List<Feed> feeds) => [.. feeds.Select(feed => feed.Source)];

    private static string[] Channels(List<Feed> feeds) => [.. feeds.Select(feed => feed.Channel)];
}
