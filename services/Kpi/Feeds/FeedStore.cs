using ECommerce.Channels.Contracts;
using ECommerce.Channels.Kpi.Catalogue;
using ECommerce.Channels.Kpi.Rollups;
using ECommerce.Channels.Platform.Storage;
using Npgsql;
using NpgsqlTypes;

namespace ECommerce.Channels.Kpi.Feeds;

/// <summary>What was set of a feed.</summary>
public sealed record FeedSettings(string Source, string Channel, Cadence? Cadence, DateOnly? Ends, DateTimeOffset? Through);

public sealed class FeedStore(NpgsqlDataSource database)
{
    public async Task SetAsync(NpgsqlTransaction transaction, FeedSettings feed, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand("""
            INSERT INTO feeds (source, channel, cadence, max_silence_minutes, due, ends) VALUES ($1, $2, $3, $4, $5, $6)
            ON CONFLICT (source, channel) DO UPDATE SET cadence = EXCLUDED.cadence, max_silence_minutes = EXCLUDED.max_silence_minutes,
              due = EXCLUDED.due, ends = EXCLUDED.ends
            """, transaction.Connection, transaction)
            .With(feed.Source).With(feed.Channel).With(feed.Cadence!.Kind).WithNullable(feed.Cadence.MaxSilenceMinutes, NpgsqlDbType.Integer)
            .WithNullable(feed.Cadence.Due, NpgsqlDbType.Time).WithNullable(feed.Ends, NpgsqlDbType.Date);
        await command.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>
    /// Nothing of a feed is missing up to a time: it sent a heartbeat, or an import is done. Never moves back. Runs in the
    /// transaction of what makes it true.
    /// </summary>
    public async Task DeliveredAsync(
        NpgsqlTransaction transaction, string source, string channel, DateTimeOffset through, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand("""
            INSERT INTO feeds (source, channel, through) VALUES ($1, $2, $3)
            ON CONFLICT (source, channel) DO UPDATE SET through = greatest(feeds.through, EXCLUDED.through)
            """, transaction.Connection, transaction)
            .With(source).With(channel).With(through.UtcDateTime);
        await command.ExecuteNonQueryAsync(cancellation);
    }

    public async Task HeartbeatAsync(string source, string channel, DateTimeOffset through, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await DeliveredAsync(transaction, source, channel, through, cancellation);
        await transaction.CommitAsync(cancellation);
    }

    /// <summary>What was set, on the connection of a snapshot.</summary>
    public static async Task<IReadOnlyList<FeedSettings>> SettingsAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand("SELECT source, channel, cadence, max_silence_minutes, due, ends, through FROM feeds", connection);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var settings = new List<FeedSettings>();
        while (await reader.ReadAsync(cancellation))
        {
            var cadence = reader.IsDBNull(2) ? null
                : new Cadence(reader.GetString(2), reader.IsDBNull(3) ? null : reader.GetInt32(3), reader.IsDBNull(4) ? null : reader.GetFieldValue<TimeOnly>(4));
            settings.Add(new FeedSettings(
                reader.GetString(0), reader.GetString(1), cadence, reader.IsDBNull(5) ? null : reader.GetFieldValue<DateOnly>(5),
                reader.IsDBNull(6) ? null : reader.GetFieldValue<DateTimeOffset>(6)));
        }
        return settings;
    }

    /// <summary>
    /// When the events of a topic happened that could not be read and are not settled; where a record does not tell, when it came. To the minute.
    /// </summary>
    public static async Task<IReadOnlyList<DateTimeOffset>> OpenDeadLettersAsync(NpgsqlConnection connection, Topic topic, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand("""
            SELECT DISTINCT date_trunc('minute', coalesce(event_time, at)) FROM dead_letters WHERE state = 'open' AND topic = $1
            """, connection).With(topic.Name);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var times = new List<DateTimeOffset>();
        while (await reader.ReadAsync(cancellation)) times.Add(reader.GetFieldValue<DateTimeOffset>(0));
        return times;
    }

    /// <summary>What was set and what was seen, put together; raw channels count as what the catalogue makes of them.</summary>
    public static IReadOnlyList<Feed> Join(
        IReadOnlyList<FeedSettings> settings, IReadOnlyList<FeedSeen> seen, CatalogueTimeline catalogue, OperatorZone zone)
    {
        var feeds = new Dictionary<(string, string), Feed>();
        foreach (var one in seen)
        {
            var day = zone.DayOf(one.LastAt.ToUnixTimeSeconds() / 60);
            var code = catalogue.At(day).Resolve(CatalogueField.Channel, one.Channel);
            Merge(feeds, new Feed(one.Source, code ?? one.Channel, code is not null, null, null, null, one.FirstAt, one.LastAt));
        }
        foreach (var one in settings)
        {
            var code = catalogue.Stretches[^1].Resolve(CatalogueField.Channel, one.Channel);
            Merge(feeds, new Feed(
                one.Source, code ?? one.Channel, code is not null || one.Cadence is not null, one.Cadence, one.Ends, one.Through, null, null));
        }
        return [.. feeds.Values.OrderBy(feed => feed.Source, StringComparer.Ordinal).ThenBy(feed => feed.Channel, StringComparer.Ordinal)];
    }

    private static void Merge(Dictionary<(string, string), Feed> feeds, Feed next)
    {
        var key = (next.Source, next.Channel);
        feeds[key] = !feeds.TryGetValue(key, out var known) ? next : known with
        {
            Counts = known.Counts || next.Counts,
            Cadence = next.Cadence ?? known.Cadence,
            Ends = next.Ends ?? known.Ends,
            Through = Latest(known.Through, next.Through),
            FirstAt = known.FirstAt is null || next.FirstAt < known.FirstAt ? next.FirstAt : known.FirstAt,
            LastAt = Latest(known.LastAt, next.LastAt),
        };
    }

    private static DateTimeOffset? Latest(DateTimeOffset? one, DateTimeOffset? other) => one is null || other > one ? other : one;
}
