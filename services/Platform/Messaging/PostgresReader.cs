using ECommerce.Channels.Platform.Storage;
using Npgsql;

namespace ECommerce.Channels.Platform.Messaging;

/// <summary>Reads segments of several partitions up to the committed head, as of one moment.</summary>
internal sealed class PostgresReader(NpgsqlDataSource database, int topic)
{
    // Per partition and question; a consumer holds at most so much of each in memory.
    private const int MostSegments = 256;
    private const long MostBytes = 1 << 20;

    /// <summary>One row of the log, on its way into batches.</summary>
    public sealed record Segment(int Partition, long Base, long End, long AppendedAt, byte[] Payload);

    /// <summary>What one question found. A partition that is missing in <paramref name="Heads"/> is gone, and its topic with it.</summary>
    public sealed record Answer(IReadOnlyList<Segment> Segments, IReadOnlyDictionary<int, OffsetRange> Heads);

    public async Task<Answer> ReadAsync(IReadOnlyDictionary<int, long> positions, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand("""
            SELECT p.partition, p.first_offset, p.end_offset, s.base_offset, s.end_offset, s.appended_at, s.payload
            FROM unnest($2::int[], $3::bigint[]) w (partition, position)
            JOIN log.partitions p ON p.topic = $1 AND p.partition = w.partition
            LEFT JOIN LATERAL (
              SELECT * FROM (
                SELECT base_offset, end_offset, appended_at, payload, bytes, sum(bytes) OVER (ORDER BY end_offset) AS total
                FROM log.segments WHERE topic = $1 AND partition = w.partition AND end_offset > w.position
                ORDER BY end_offset LIMIT $4) few
              WHERE total - bytes < $5) s ON true
            ORDER BY p.partition, s.end_offset
            """).With(topic).With(positions.Keys.ToArray()).With(positions.Values.ToArray()).With(MostSegments).With(MostBytes);
        var segments = new List<Segment>();
        var heads = new Dictionary<int, OffsetRange>();
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
        {
            var partition = reader.GetInt32(0);
            heads[partition] = new OffsetRange(partition, reader.GetInt64(1), reader.GetInt64(2));
            if (!await reader.IsDBNullAsync(3, cancellation))
            {
                var at = new DateTimeOffset(reader.GetDateTime(5)).ToUnixTimeMilliseconds();
                segments.Add(new Segment(partition, reader.GetInt64(3), reader.GetInt64(4), at, reader.GetFieldValue<byte[]>(6)));
            }
        }
        return new Answer(segments, heads);
    }
}
