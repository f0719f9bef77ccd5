using ECommerce.Channels.Kpi.Live;
using ECommerce.Channels.Platform.Messaging;
using ECommerce.Channels.Platform.Storage;
using Npgsql;
using NpgsqlTypes;

namespace ECommerce.Channels.Kpi.Rollups;

/// <summary>Writes a sealed delta with its offsets in one transaction: all of it, or none.</summary>
internal sealed class RollupCommit(
    NpgsqlDataSource database, OffsetStore offsets, DeadLetters deadLetters, Codes codes, Calendar calendar, TimeProvider time)
{
    /// <exception cref="FencedException">A partition belongs to another member by now.</exception>
    public async Task WriteAsync(Delta delta, string group, LogIdentity log, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        // First the fence: whoever is not the owner any more learns it before it writes a row.
        await offsets.AdvanceAsync(transaction, group, log, delta.Moves, cancellation);
        await using var batch = new NpgsqlBatch(connection, transaction);
        AddCells(batch, delta);
        AddSeen(batch, delta);
        AddCustomers(batch, delta);
        AddBuckets(batch, delta);
        AddFeeds(batch, delta);
        AddSources(batch, delta);
        AddUnknown(batch, delta);
        AddImports(batch, delta);
        AddCounters(batch, delta);
        AddHint(batch, delta);
        if (batch.BatchCommands.Count > 0) await batch.ExecuteNonQueryAsync(cancellation);
        await deadLetters.AddAsync(transaction, group, log.Topic, delta.Refusals, cancellation);
        await transaction.CommitAsync(cancellation);
    }

    /// <summary>After a connection was lost in mid-commit: whether the step had been written all the same.</summary>
    public async Task<bool> IsWrittenAsync(Delta delta, string group, LogIdentity log, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand("""
            SELECT count(*) FROM consumer_offsets o
            JOIN unnest($3::int[], $4::bigint[], $5::bigint[]) m (partition, epoch, next)
              ON o.partition = m.partition AND o.epoch = m.epoch AND o.next_offset = m.next
            WHERE o.consumer_group = $1 AND o.topic = $2
            """).With(group).With(log.Topic)
            .With(delta.Moves.Select(move => move.Partition).ToArray())
            .With(delta.Moves.Select(move => move.Epoch).ToArray())
            .With(delta.Moves.Select(move => move.Next).ToArray());
        return delta.Records > 0 && (long)(await command.ExecuteScalarAsync(cancellation))! == delta.Moves.Count
            && delta.Moves.Exists(move => move.Next != move.Expected);
    }

    private void AddCells(NpgsqlBatch batch, Delta delta)
    {
        if (delta.Cells.Count == 0) return;
        var days = new List<DateOnly>();
        var hours = new List<long>();
        var segments = new List<Segment>();
        var sorted = Segment.Sort(delta.Cells);
        for (var start = 0; start < sorted.Length;)
        {
            var place = calendar.Of(delta.Cells.Cells[sorted[start]].Bucket);
            var end = start + 1;
            while (end < sorted.Length && calendar.Of(delta.Cells.Cells[sorted[end]].Bucket).Hour == place.Hour) end++;
            days.Add(DateOnly.FromDayNumber(place.Day));
            hours.Add(place.Hour);
            segments.Add(Segment.Write(delta.Cells, sorted.AsSpan(start, end - start)));
            start = end;
        }
        Add(batch, "INSERT INTO rollup_minutes (day, hour, cells, reasons, durations) SELECT * FROM unnest($1, $2, $3, $4, $5)")
            .With(days.ToArray()).With(hours.ToArray())
            .With(segments.Select(segment => segment.Cells).ToArray())
            .With(segments.Select(segment => segment.Reasons).ToArray())
            .With(segments.Select(segment => segment.Durations).ToArray());
    }

    private void AddSeen(NpgsqlBatch batch, Delta delta)
    {
        var today = DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);
        if (delta.Seen.Count > 0)
            Add(batch, "INSERT INTO seen_events (hour, modulus, residue, last_seen, block) SELECT h, m, r, $4, b FROM unnest($1, $2, $3, $5) t (h, m, r, b)")
                .With(delta.Seen.Select(seen => seen.Hour).ToArray())
                .With(delta.Seen.Select(seen => seen.Slice.Modulus).ToArray())
                .With(delta.Seen.Select(seen => seen.Slice.Residue).ToArray())
                .With(today)
                .With(delta.Seen.Select(seen => seen.Block).ToArray());
        if (delta.SeenAgain.Count > 0)
            Add(batch, """
                UPDATE seen_events s SET last_seen = $4
                FROM unnest($1::bigint[], $2::int[], $3::int[]) m (hour, modulus, residue)
                WHERE s.hour = m.hour AND s.residue % least(s.modulus, m.modulus) = m.residue % least(s.modulus, m.modulus) AND s.last_seen < $4
                """)
                .With(delta.SeenAgain.Select(seen => seen.Hour).ToArray())
                .With(delta.SeenAgain.Select(seen => seen.Slice.Modulus).ToArray())
                .With(delta.SeenAgain.Select(seen => seen.Slice.Residue).ToArray())
                .With(today);
    }

    private static void AddCustomers(NpgsqlBatch batch, Delta delta)
    {
        if (delta.CustomerNumbers.Count > 0)
            Add(batch, "INSERT INTO customer_numbers (modulus, residue, block) SELECT * FROM unnest($1, $2, $3)")
                .With(delta.CustomerNumbers.Select(numbers => numbers.Slice.Modulus).ToArray())
                .With(delta.CustomerNumbers.Select(numbers => numbers.Slice.Residue).ToArray())
                .With(delta.CustomerNumbers.Select(numbers => numbers.Block).ToArray());
        if (delta.CustomerDays.Count > 0)
            Add(batch, "INSERT INTO customer_days (day, modulus, residue, block) SELECT * FROM unnest($1, $2, $3, $4)")
                .With(delta.CustomerDays.Select(day => DateOnly.FromDayNumber(day.Day)).ToArray())
                .With(delta.CustomerDays.Select(day => day.Slice.Modulus).ToArray())
                .With(delta.CustomerDays.Select(day => day.Slice.Residue).ToArray())
                .With(delta.CustomerDays.Select(day => day.Block).ToArray());
        if (delta.ImportRows.Count > 0)
            Add(batch, "INSERT INTO import_rows (import, modulus, residue, block) SELECT * FROM unnest($1, $2, $3, $4)")
                .With(delta.ImportRows.Select(rows => rows.Import).ToArray())
                .With(delta.ImportRows.Select(rows => rows.Slice.Modulus).ToArray())
                .With(delta.ImportRows.Select(rows => rows.Slice.Residue).ToArray())
                .With(delta.ImportRows.Select(rows => rows.Block).ToArray());
    }

    private static void AddBuckets(NpgsqlBatch batch, Delta delta)
    {
        if (delta.CustomerBuckets.Count == 0) return;
        // Sorted, so that two members never wait for each other crosswise.
        var sorted = delta.CustomerBuckets.OrderBy(pair => pair.Key).ToList();
        Add(batch, """
            INSERT INTO customer_buckets AS b (day, channel, successes, failures)
            SELECT d, c, $3[(i - 1) * 128 + 1 : (i - 1) * 128 + 64], $3[(i - 1) * 128 + 65 : i * 128]
            FROM unnest($1::date[], $2::int[]) WITH ORDINALITY t (d, c, i)
            ON CONFLICT (day, channel) DO UPDATE SET
              successes = (SELECT array_agg(x + y ORDER BY n) FROM unnest(b.successes, EXCLUDED.successes) WITH ORDINALITY u (x, y, n)),
              failures = (SELECT array_agg(x + y ORDER BY n) FROM unnest(b.failures, EXCLUDED.failures) WITH ORDINALITY u (x, y, n))
            """)
            .With(sorted.Select(pair => DateOnly.FromDayNumber(pair.Key.Day)).ToArray())
            .With(sorted.Select(pair => (int)pair.Key.Channel).ToArray())
            .With(sorted.SelectMany(pair => pair.Value).ToArray());
    }

    private void AddFeeds(NpgsqlBatch batch, Delta delta)
    {
        if (delta.Feeds.Count == 0) return;
        var sorted = delta.Feeds
            .Select(feed => (Source: codes.Text(CodeField.Source, feed.Key.Source), Channel: codes.Text(CodeField.Channel, feed.Key.Channel), feed.Value.First, feed.Value.Last))
            .OrderBy(feed => feed.Source, StringComparer.Ordinal).ThenBy(feed => feed.Channel, StringComparer.Ordinal).ToList();
        Add(batch, """
            INSERT INTO feeds_seen AS f (source, channel, first_at, last_at) SELECT * FROM unnest($1, $2, $3, $4)
            ON CONFLICT (source, channel) DO UPDATE
            SET first_at = least(f.first_at, EXCLUDED.first_at), last_at = greatest(f.last_at, EXCLUDED.last_at)
            """)
            .With(sorted.Select(feed => feed.Source).ToArray())
            .With(sorted.Select(feed => feed.Channel).ToArray())
            .With(sorted.Select(feed => Utc(feed.First)).ToArray(), NpgsqlDbType.Array | NpgsqlDbType.TimestampTz)
            .With(sorted.Select(feed => Utc(feed.Last)).ToArray(), NpgsqlDbType.Array | NpgsqlDbType.TimestampTz);
    }

    private void AddSources(NpgsqlBatch batch, Delta delta)
    {
        if (delta.FirstMet.Count == 0) return;
        Add(batch, "INSERT INTO source_offsets (source, partition, first_offset) SELECT * FROM unnest($1, $2, $3) ON CONFLICT DO NOTHING")
            .With(delta.FirstMet.Select(met => codes.Text(CodeField.Source, met.Source)).ToArray())
            .With(delta.FirstMet.Select(met => met.Partition).ToArray())
            .With(delta.FirstMet.Select(met => met.Offset).ToArray());
    }

    private void AddUnknown(NpgsqlBatch batch, Delta delta)
    {
        if (delta.Unknown.Count == 0) return;
        var sorted = delta.Unknown
            .Select(pair => (Field: Codes.Name(pair.Key.Field), pair.Key.Day, Raw: codes.Text(pair.Key.Field, pair.Key.Code), Events: pair.Value))
            .OrderBy(item => item.Field, StringComparer.Ordinal).ThenBy(item => item.Day).ThenBy(item => item.Raw, StringComparer.Ordinal).ToList();
        Add(batch, """
            INSERT INTO unknown_codes AS u (field, day, raw, events) SELECT * FROM unnest($1, $2, $3, $4)
            ON CONFLICT (field, day, raw) DO UPDATE SET events = u.events + EXCLUDED.events
            """)
            .With(sorted.Select(item => item.Field).ToArray())
            .With(sorted.Select(item => DateOnly.FromDayNumber(item.Day)).ToArray())
            .With(sorted.Select(item => item.Raw).ToArray())
            .With(sorted.Select(item => item.Events).ToArray());
    }

    private void AddImports(NpgsqlBatch batch, Delta delta)
    {
        foreach (var (import, counts) in delta.Imports.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            Add(batch, """
                UPDATE imports SET accepted = accepted + $2, repeated = repeated + $3, conflict = conflict + $4, refused = refused + $5 WHERE id = $1
                """).With(import).With(counts.Accepted).With(counts.Repeated).With(counts.Conflict).With(counts.Refused);
            if (counts.Unknown.Count > 0)
                Add(batch, """
                    INSERT INTO import_unknown AS u (import, field, raw, events) SELECT $1, * FROM unnest($2, $3, $4)
                    ON CONFLICT (import, field, raw) DO UPDATE SET events = u.events + EXCLUDED.events
                    """).With(import)
                    .With(counts.Unknown.Select(pair => Codes.Name(pair.Key.Field)).ToArray())
                    .With(counts.Unknown.Select(pair => codes.Text(pair.Key.Field, pair.Key.Code)).ToArray())
                    .With(counts.Unknown.Values.ToArray());
            if (counts.Channels.Count > 0)
                Add(batch, """
                    INSERT INTO import_channels AS c (import, channel, last_at) SELECT $1, * FROM unnest($2, $3)
                    ON CONFLICT (import, channel) DO UPDATE SET last_at = greatest(c.last_at, EXCLUDED.last_at)
                    """).With(import)
                    .With(counts.Channels.Keys.Select(channel => codes.Text(CodeField.Channel, channel)).ToArray())
                    .With(counts.Channels.Values.Select(Utc).ToArray(), NpgsqlDbType.Array | NpgsqlDbType.TimestampTz);
        }
    }

    private static void AddCounters(NpgsqlBatch batch, Delta delta)
    {
        var counters = new SortedDictionary<string, long>(StringComparer.Ordinal)
        {
            ["accepted"] = delta.Accepted,
            ["conflict"] = delta.Conflicts,
            ["misplaced"] = delta.Misplaced.Count,
            ["refused"] = delta.Refusals.Count,
            ["repeated"] = delta.Repeated,
        };
        var moved = counters.Where(counter => counter.Value > 0).ToList();
        if (moved.Count == 0) return;
        Add(batch, """
            INSERT INTO rollup_counters AS c (name, value) SELECT * FROM unnest($1, $2)
            ON CONFLICT (name) DO UPDATE SET value = c.value + EXCLUDED.value
            """).With(moved.Select(counter => counter.Key).ToArray()).With(moved.Select(counter => counter.Value).ToArray());
    }

    /// <summary>
    /// Tells screens which days have other figures now. Commits that notify wait for each other; there are a few a second at most.
    /// </summary>
    private void AddHint(NpgsqlBatch batch, Delta delta)
    {
        if (delta.Cells.Count == 0) return;
        var days = new HashSet<int>();
        for (var i = 0; i < delta.Cells.Count && days.Count <= FiguresHint.MostDays; i++) days.Add(calendar.Of(delta.Cells.Cells[i].Bucket).Day);
        Add(batch, "SELECT pg_notify($1, $2)").With(KpiChanges.Channel).With(FiguresHint.Write(days));
    }

    private static DateTime Utc(long milliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds).UtcDateTime;

    private static NpgsqlBatchCommand Add(NpgsqlBatch batch, string sql)
    {
        var command = new NpgsqlBatchCommand(sql);
        batch.BatchCommands.Add(command);
        return command;
    }
}
