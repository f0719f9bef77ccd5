using System.Data;
using ECommerce.Channels.Platform.Storage;
using Microsoft.Extensions.Options;
using Npgsql;

namespace ECommerce.Channels.Kpi.Rollups;

/// <summary>Raw codes by id, per field; null where an id is not given. Ids start at 1; <c>none</c> stands for a missing region, brand or reason.</summary>
public sealed record CodeBook(
    IReadOnlyList<string?> Channels, IReadOnlyList<string?> Services, IReadOnlyList<string?> Regions, IReadOnlyList<string?> Brands,
    IReadOnlyList<string?> Reasons);

/// <summary>Reads figures out of the roll-ups; every answer comes from one snapshot.</summary>
public sealed class RollupReader(NpgsqlDataSource database, OperatorZone zone, IOptions<RollupOptions> options, TimeProvider time) : IDisposable
{
    private readonly RollupCache cache = new(options.Value.CacheMegabytes * 1_000_000L);

    public void Dispose() => cache.Dispose();

    public async Task<RollupSnapshot> OpenAsync(CancellationToken cancellation)
    {
        var connection = await database.OpenConnectionAsync(cancellation);
        try
        {
            var transaction = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellation);
            var asOf = await AsOfAsync(connection, RollupConsumer.Group, cancellation);
            var codes = await CodesAsync(connection, cancellation);
            var today = zone.DayOf(time.GetUtcNow().ToUnixTimeSeconds() / 60);
            return new RollupSnapshot(connection, transaction, zone, cache, today)
            {
                AsOf = asOf,
                Codes = codes,
                FirstMinute = zone.StartOf(today.AddDays(-options.Value.MinuteDays)),
            };
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>Up to when everything accepted is in the figures now.</summary>
    public async Task<DateTimeOffset> AsOfAsync(CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        return await AsOfAsync(connection, RollupConsumer.Group, cancellation);
    }

    /// <summary>The partition that is furthest behind decides; nothing is known before every partition was taken once.</summary>
    internal static async Task<DateTimeOffset> AsOfAsync(NpgsqlConnection connection, string group, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand("""
            SELECT min(coalesce(as_of, '-infinity')) FROM consumer_offsets WHERE consumer_group = $1
            """, connection).With(group);
        return await command.ExecuteScalarAsync(cancellation) is DateTime asOf && asOf > DateTime.UnixEpoch
            ? new DateTimeOffset(asOf, TimeSpan.Zero)
            : DateTimeOffset.UnixEpoch;
    }

    private static async Task<CodeBook> CodesAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        var fields = new Dictionary<string, List<string?>>();
        foreach (var field in Enum.GetValues<CodeField>()) fields[Codes.Name(field)] = [null];
        await using var command = new NpgsqlCommand("SELECT field, id, raw FROM codes ORDER BY field, id", connection);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
        {
            var codes = fields[reader.GetString(0)];
            while (codes.Count < reader.GetInt32(1)) codes.Add(null);
            codes.Add(reader.GetString(2));
        }
        return new CodeBook(fields["channel"], fields["service"], fields["region"], fields["brand"], fields["reason"]);
    }
}

/// <summary>One consistent view of everything applied up to <see cref="AsOf"/>. Used by one caller at a time; dispose returns its connection.</summary>
public sealed class RollupSnapshot : IAsyncDisposable
{
    private readonly NpgsqlConnection connection;
    private readonly NpgsqlTransaction transaction;
    private readonly OperatorZone zone;
    private readonly RollupCache cache;
    private readonly DayStamps days;
    private readonly DateOnly today;

    internal RollupSnapshot(NpgsqlConnection connection, NpgsqlTransaction transaction, OperatorZone zone, RollupCache cache, DateOnly today)
    {
        (this.connection, this.transaction, this.zone, this.cache, this.today) = (connection, transaction, zone, cache, today);
        days = new DayStamps(connection);
    }

    /// <summary>Everything that the log had accepted by then is in the figures.</summary>
    public DateTimeOffset AsOf { get; init; }

    public required CodeBook Codes { get; init; }

    /// <summary>Minutes before this one (since 1970 UTC) are not kept any more.</summary>
    public long FirstMinute { get; init; }

    /// <summary>The connection of this snapshot, for questions to other tables that belong into the same answer.</summary>
    public NpgsqlConnection Connection => connection;

    public async Task ReadAsync(CellQuery query, ICellSink sink, CancellationToken cancellation)
    {
        if (query.From >= query.To) return;
        var needed = query.By | (query.Channels is null ? Dimensions.None : Dimensions.Channel) | (query.Services is null ? Dimensions.None : Dimensions.Service)
            | (query.Regions is null ? Dimensions.None : Dimensions.Region) | (query.Brands is null ? Dimensions.None : Dimensions.Brand);
        var counts = (query.Reasons ? ", reasons" : ", NULL::bytea") + (query.Durations ? ", durations" : ", NULL::bytea");
        var answer = new CellAnswer(query, sink, zone);
        if (query.Grain != Grain.Minute) await new CubeReader(connection, zone, cache).ReadAsync(query, needed, answer, cancellation);
        await using var minutes = Minutes(query, counts);
        await using var rows = await minutes.ExecuteReaderAsync(cancellation);
        while (await rows.ReadAsync(cancellation))
            answer.AddMinutes(StoredSegment.Read(rows, 2), rows.GetInt64(1), rows.GetFieldValue<DateOnly>(0));
    }

    /// <summary>The answers in the order of the questions.</summary>
    public Task<long[]> DistinctAsync(IReadOnlyList<DistinctQuestion> questions, CancellationToken cancellation) =>
        new DistinctCounter(connection, cache, days, today).CountAsync(questions, cancellation);

    public Task<IReadOnlyList<CustomerBuckets>> CustomerBucketsAsync(DateOnly from, DateOnly to, CancellationToken cancellation) =>
        new BucketReader(connection, cache, days).ReadAsync(from, to, cancellation);

    public async Task<IReadOnlyList<FeedSeen>> FeedsAsync(CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand("SELECT source, channel, first_at, last_at FROM feeds_seen ORDER BY source, channel", connection);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var feeds = new List<FeedSeen>();
        while (await reader.ReadAsync(cancellation))
            feeds.Add(new FeedSeen(reader.GetString(0), reader.GetString(1), reader.GetFieldValue<DateTimeOffset>(2), reader.GetFieldValue<DateTimeOffset>(3)));
        return feeds;
    }

    /// <summary>The first and last day with an event (operator's zone); null where there is none.</summary>
    public async Task<(DateOnly First, DateOnly Last)?> DaysAsync(CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand("SELECT min(day), max(day) FROM customer_days", connection);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        await reader.ReadAsync(cancellation);
        return reader.IsDBNull(0) ? null : (reader.GetFieldValue<DateOnly>(0), reader.GetFieldValue<DateOnly>(1));
    }

    public async ValueTask DisposeAsync()
    {
        await transaction.DisposeAsync();
        await connection.DisposeAsync();
    }

    private NpgsqlCommand Minutes(CellQuery query, string counts)
    {
        var which = query.Grain == Grain.Minute ? "" : "AND NOT folded";
        return new NpgsqlCommand(
            $"SELECT day, hour, cells {counts} FROM rollup_minutes WHERE hour > $1 AND hour < $2 {which}", connection)
            .With(query.From - 60).With(query.To);
    }
}
