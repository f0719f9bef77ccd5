using System.Collections.Concurrent;
using ECommerce.Channels.Contracts;
using ECommerce.Channels.Platform.Storage;
using Npgsql;
using NpgsqlTypes;

namespace ECommerce.Channels.Platform.Messaging;

/// <summary>A topic as the log knows it.</summary>
internal sealed record KnownTopic(int Number, LogIdentity Identity);

/// <summary>The topics of the PostgreSQL log, and its identity.</summary>
internal sealed class PostgresTopics(NpgsqlDataSource database)
{
    private readonly ConcurrentDictionary<string, KnownTopic> known = new();

    public async Task<IReadOnlyList<string>> ApplyAsync(IReadOnlyList<Topic> topics, CancellationToken cancellation)
    {
        var different = new List<string>();
        foreach (var topic in topics)
        {
            await CreateAsync(topic, cancellation);
            await using var command = database.CreateCommand("SELECT partitions, retention_days FROM log.topics WHERE name = $1").With(topic.Name);
            await using var reader = await command.ExecuteReaderAsync(cancellation);
            await reader.ReadAsync(cancellation);
            if (reader.GetInt32(0) != topic.Partitions)
                different.Add($"{topic.Name}: {reader.GetInt32(0)} partitions, {topic.Partitions} wanted");
            int? days = reader.IsDBNull(1) ? null : reader.GetInt32(1);
            if (days != topic.RetentionDays)
                different.Add($"{topic.Name}: kept {Kept(days)}, {Kept(topic.RetentionDays)} wanted");
        }
        return different;
    }

    /// <summary>Asks the database, so that a topic made again is noticed.</summary>
    public async Task<KnownTopic> FindAsync(string topic, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(
            "SELECT number, log_id, topic_id, partitions FROM log.topics, log.log_identity WHERE name = $1").With(topic);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        if (!await reader.ReadAsync(cancellation)) throw new EventLogUnavailableException($"The log has no topic {topic}.");
        var identity = new LogIdentity(reader.GetGuid(1).ToString("N"), topic, reader.GetGuid(2).ToString("N"), reader.GetInt32(3));
        return known[topic] = new KnownTopic(reader.GetInt32(0), identity);
    }

    public ValueTask<KnownTopic> KnownAsync(string topic, CancellationToken cancellation) =>
        known.TryGetValue(topic, out var found) ? new(found) : new(FindAsync(topic, cancellation));

    public void Forget(string topic) => known.TryRemove(topic, out _);

    public async Task<IReadOnlyList<OffsetRange>> RangesAsync(KnownTopic topic, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(
            "SELECT partition, first_offset, end_offset FROM log.partitions WHERE topic = $1 ORDER BY partition").With(topic.Number);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var ranges = new List<OffsetRange>();
        while (await reader.ReadAsync(cancellation))
            ranges.Add(new OffsetRange(reader.GetInt32(0), reader.GetInt64(1), reader.GetInt64(2)));
        return ranges;
    }

    private async Task CreateAsync(Topic topic, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand("""
            WITH made AS (
              INSERT INTO log.topics (name, partitions, retention_days) VALUES ($1, $2, $3) ON CONFLICT (name) DO NOTHING
              RETURNING number, partitions)
            INSERT INTO log.partitions (topic, partition) SELECT number, generate_series(0, partitions - 1) FROM made
            """);
        command.With(topic.Name).With(topic.Partitions).WithNullable(topic.RetentionDays, NpgsqlDbType.Integer);
        await command.ExecuteNonQueryAsync(cancellation);
    }

    private static string Kept(int? days) => days is null ? "compacted" : $"{days} days";
}
