using ECommerce.Channels.Kpi.Feeds;
using ECommerce.Channels.Kpi.Indicators;
using ECommerce.Channels.Kpi.Rollups;
using ECommerce.Channels.Platform.Storage;
using Npgsql;

namespace ECommerce.Channels.Kpi.Serving;

/// <summary>Counts serving's facts for figures, by whole days, in the view that the connection has.</summary>
internal sealed class ServingFacts(NpgsqlConnection connection, OperatorZone zone)
{
    /// <summary>What belongs to one matter, as care judges it.</summary>
    private static readonly TimeSpan Window = TimeSpan.FromHours(72);

    private static readonly TimeSpan Judging = TimeSpan.FromSeconds(10);

    private readonly Dictionary<string, DateTimeOffset> asOf = [];

    /// <summary>Adds up what lies in the stretch.</summary>
    /// <param name="query">Which codes are let in.</param>
    public async Task ReadAsync(ServingSubject subject, VersionStretch stretch, CellQuery query, Tally tally, CancellationToken cancellation)
    {
        await using var command = await CommandAsync(subject, stretch, "day, channel, service, region, brand", "count(*)", cancellation);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
        {
            var key = new CellKey((ushort)reader.GetInt32(1), (ushort)reader.GetInt32(2), (ushort)reader.GetInt32(3), (ushort)reader.GetInt32(4));
            var counted = new Sums { Numerator = reader.GetInt64(5), Denominator = reader.GetInt64(6), Size = reader.GetInt64(6), Events = reader.GetInt64(7) };
            if (IsIn(query, key)) tally.Count(zone.StartOf(reader.GetFieldValue<DateOnly>(0)), key, counted);
        }
    }

    /// <summary>The same by buckets of customers: what counts as successes, what else is in the denominator as failures.</summary>
    public async Task<List<CustomerBuckets>> BucketsAsync(ServingSubject subject, VersionStretch stretch, CancellationToken cancellation)
    {
        await using var command = await CommandAsync(subject, stretch, "day, channel, bucket", "count(*)", cancellation);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var found = new Dictionary<(DateOnly, int), CustomerBuckets>();
        while (await reader.ReadAsync(cancellation))
        {
            var (day, channel, bucket) = (reader.GetFieldValue<DateOnly>(0), reader.GetInt32(1), reader.GetInt16(2));
            if (!found.TryGetValue((day, channel), out var row))
                found[(day, channel)] = row = new CustomerBuckets(day, (ushort)channel, new long[ServingRows.Buckets], new long[ServingRows.Buckets]);
            row.Successes[bucket] = reader.GetInt64(3);
            row.Failures[bucket] = Math.Max(0, reader.GetInt64(4) - reader.GetInt64(3));
        }
        return [.. found.Values];
    }

    /// <summary>What the completeness of the subject's periods depends on.</summary>
    public async Task<CompletenessFacts> CompletenessAsync(ServingSubject subject, CancellationToken cancellation)
    {
        var open = await OpenAsync(subject, cancellation);
        var dead = await FeedStore.OpenDeadLettersAsync(connection, subject.Topic, cancellation);
        var known = await AsOfAsync(subject, cancellation);
        return new CompletenessFacts(known, [], dead) { Open = open, Through = subject.IsJudged ? await JudgedAsync(known, cancellation) : null };
    }

    /// <summary>
    /// The last instant whose matters are all settled and told. Their events lie in other partitions than the one that says so: it counts
    /// once all are read for a while after it.
    /// </summary>
    private async Task<DateTimeOffset> JudgedAsync(DateTimeOffset known, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand("SELECT max(through) FROM serving_judged WHERE told_at <= $1", connection).With((known - Judging).UtcDateTime);
        return await command.ExecuteScalarAsync(cancellation) is DateTime through ? new DateTimeOffset(through, TimeSpan.Zero) - Window : DateTimeOffset.UnixEpoch;
    }

    /// <summary>Everything that the log had accepted of its topic by then is known.</summary>
    private async Task<DateTimeOffset> AsOfAsync(ServingSubject subject, CancellationToken cancellation)
    {
        if (!asOf.TryGetValue(subject.Group, out var known)) asOf[subject.Group] = known = await RollupReader.AsOfAsync(connection, subject.Group, cancellation);
        return known;
    }

    /// <summary>The days on which something is not decided yet.</summary>
    private async Task<IReadOnlyList<DateTimeOffset>> OpenAsync(ServingSubject subject, CancellationToken cancellation)
    {
        var days = new List<DateTimeOffset>();
        if (subject.Open is not { } open) return days;
        await using var command = new NpgsqlCommand($"SELECT DISTINCT {subject.Day} FROM {subject.Table} WHERE {open}", connection);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation)) days.Add(zone.Local(zone.StartOf(reader.GetFieldValue<DateOnly>(0))));
        return days;
    }

    /// <summary>Reads, by the columns, how many rows count in the numerator, in the denominator, and for <paramref name="all"/>.</summary>
    private async Task<NpgsqlCommand> CommandAsync(ServingSubject subject, VersionStretch stretch, string columns, string all, CancellationToken cancellation)
    {
        var (span, formulas) = (stretch.Span, stretch.Definition.Formulas);
        var command = new NpgsqlCommand { Connection = connection }
            .With(zone.DayOf(span.From)).With(zone.DayOf(span.To - 1)).With((await AsOfAsync(subject, cancellation)).UtcDateTime);
        var denominator = formulas.Denominator is { IsDistinct: false } quotient ? Count(quotient, command) : "0::bigint";
        command.CommandText = $"""
            SELECT {columns.Replace("day", subject.Day + " AS day")}, {Count(formulas.Numerator, command)}, {denominator}, {all}
            FROM {subject.Table} WHERE {subject.Day} BETWEEN $1 AND $2 GROUP BY {columns.Replace("day", subject.Day)}
            """;
        return command;
    }

    private static string Count(Formula formula, NpgsqlCommand command) =>
        string.Join(" + ", formula.Terms.Select(term => $"count(*) FILTER (WHERE {Rows(term, command)})"));

    private static string Rows(Term term, NpgsqlCommand command)
    {
        var (measure, where) = (ServingMeasure.Of(term.Measure)!, term.Where);
        var rows = measure.Rows;
        if (where.Within is { } within) rows += $" AND {measure.Lasted} <= {Parameter(command, within)}";
        if (where.Beyond is { } beyond) rows += $" AND {measure.Lasted} > {Parameter(command, beyond)}";
        return rows;
    }

    private static string Parameter(NpgsqlCommand command, long seconds)
    {
        command.With(TimeSpan.FromSeconds(seconds));
        return "$" + command.Parameters.Count;
    }

    private static bool IsIn(CellQuery query, CellKey key) =>
        query.Channels?.Contains(key.Channel) != false && query.Services?.Contains(key.Service) != false
        && query.Regions?.Contains(key.Region) != false && query.Brands?.Contains(key.Brand) != false;
}
