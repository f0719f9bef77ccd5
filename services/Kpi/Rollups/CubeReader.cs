using ECommerce.Channels.Platform.Storage;
using Npgsql;
using NpgsqlTypes;

namespace ECommerce.Channels.Kpi.Rollups;

/// <summary>
/// Reads the cubes of a question. Where channels or services matter only by class, each cube is reduced once: codes put together,
/// dimensions that were not asked for left out, and what is left, a small part, is kept in the cache in the form of the stored cube.
/// </summary>
internal sealed class CubeReader(NpgsqlConnection connection, OperatorZone zone, RollupCache cache)
{
    private sealed record Key(short Tier, DateOnly Period, ulong Mask, string Classes, bool Reasons, bool Durations);

    private sealed record Reduced(Stamp Stamp, CodeClasses Classes, Segment Segment);

    /// <param name="needed">The dimensions that the answer or its filters tell apart.</param>
    public async Task ReadAsync(CellQuery query, Dimensions needed, CellAnswer answer, CancellationToken cancellation)
    {
        var tier = Tier.For(query.Grain, needed);
        // Hours of the full tier are asked for by the day: there is little to gain.
        if (query.Classes is { } classes && tier.Period != Period.Hour)
            await ReadReducedAsync(tier, query, needed, classes, answer, cancellation);
        else
            await ReadStoredAsync(tier, query, answer, cancellation);
    }

    private async Task ReadStoredAsync(Tier tier, CellQuery query, CellAnswer answer, CancellationToken cancellation)
    {
        var (first, last) = Periods(tier, query);
        var hours = tier.Period == Period.Hour ? "AND hour >= $4 AND hour < $5" : "AND $4 < $5";
        await using var command = new NpgsqlCommand(
            $"SELECT cells {Counts(query)} FROM rollup_cubes WHERE tier = $1 AND period >= $2 AND period <= $3 {hours}", connection)
            .With(tier.Id).With(first).With(last).With(query.From).With(query.To);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation)) answer.Add(StoredSegment.Read(reader, 0));
    }

    private async Task ReadReducedAsync(
        Tier tier, CellQuery query, Dimensions needed, CodeClasses classes, CellAnswer answer, CancellationToken cancellation)
    {
        var mask = MaskOf(tier, query, needed);
        var known = Known(tier, query, mask, classes);
        var table = new CellTable();
        await using var command = ChangedCubes(tier, query, known);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
        {
            var period = reader.GetFieldValue<DateOnly>(0);
            if (reader.IsDBNull(3))
            {
                answer.Add(known[period].Segment);
                continue;
            }
            var stamp = new Stamp(reader.GetInt64(1), reader.GetFieldValue<uint>(2));
            var reduced = Reduce(StoredSegment.Read(reader, 3), mask, classes, table);
            cache.Keep(new Key(tier.Id, period, mask, classes.Name, query.Reasons, query.Durations), new Reduced(stamp, classes, reduced), SizeOf(reduced));
            answer.Add(reduced);
        }
    }

    /// <summary>
    /// Small tiers are reduced to what was asked for. The one by day, service and region keeps its dimensions: it is costly to read, and
    /// so serves every question. A histogram takes hundreds of counts in each cell, so there fewer cells count for more.
    /// </summary>
    private static ulong MaskOf(Tier tier, CellQuery query, Dimensions needed) =>
        tier.Period == Period.Day && !query.Durations ? tier.Mask : Tier.MaskOf(needed);

    private Dictionary<DateOnly, Reduced> Known(Tier tier, CellQuery query, ulong mask, CodeClasses classes)
    {
        var known = new Dictionary<DateOnly, Reduced>();
        var (first, last) = Periods(tier, query);
        for (var period = first; period <= last; period = tier.Period == Period.Month ? period.AddMonths(1) : period.AddDays(1))
        {
            var found = cache.Find<Reduced>(new Key(tier.Id, period, mask, classes.Name, query.Reasons, query.Durations));
            if (found is not null && classes.Continues(found.Classes)) known[period] = found;
        }
        return known;
    }

    /// <summary>All cubes of the question, but only the content of those that are not known in the state they have now.</summary>
    private NpgsqlCommand ChangedCubes(Tier tier, CellQuery query, Dictionary<DateOnly, Reduced> known)
    {
        var (first, last) = Periods(tier, query);
        var counts = (query.Reasons ? ", CASE WHEN k.period IS NULL THEN c.reasons END" : ", NULL::bytea")
            + (query.Durations ? ", CASE WHEN k.period IS NULL THEN c.durations END" : ", NULL::bytea");
        return new NpgsqlCommand($"""
            SELECT c.period, c.version, c.xmin, CASE WHEN k.period IS NULL THEN c.cells END {counts}
            FROM rollup_cubes c LEFT JOIN unnest($4, $5, $6) k (period, version, writer)
              ON k.period = c.period AND k.version = c.version AND k.writer = c.xmin
            WHERE c.tier = $1 AND c.period >= $2 AND c.period <= $3
            """, connection)
            .With(tier.Id).With(first).With(last)
            .With(known.Keys.ToArray())
            .With(known.Values.Select(cube => cube.Stamp.Version).ToArray())
            .With(known.Values.Select(cube => cube.Stamp.Writer).ToArray(), NpgsqlDbType.Array | NpgsqlDbType.Xid);
    }

    private static Segment Reduce(Segment stored, ulong mask, CodeClasses classes, CellTable table)
    {
        table.Clear();
        StoredSegment.AddTo(table, stored, mask, bucket => bucket, classes);
        return Segment.Write(table, Segment.Sort(table));
    }

    private static int SizeOf(Segment segment) => segment.Cells.Length + (segment.Reasons?.Length ?? 0) + (segment.Durations?.Length ?? 0);

    private static string Counts(CellQuery query) => (query.Reasons ? ", reasons" : ", NULL::bytea") + (query.Durations ? ", durations" : ", NULL::bytea");

    private (DateOnly First, DateOnly Last) Periods(Tier tier, CellQuery query)
    {
        var (first, last) = (zone.DayOf(query.From), zone.DayOf(query.To - 1));
        return tier.Period == Period.Month ? (new DateOnly(first.Year, first.Month, 1), new DateOnly(last.Year, last.Month, 1)) : (first, last);
    }
}
