using ECommerce.Channels.Kpi.Catalogue;
using ECommerce.Channels.Platform.Audit;
using ECommerce.Channels.Platform.Storage;
using Npgsql;
using NpgsqlTypes;

namespace ECommerce.Channels.Kpi.Targets;

/// <summary>Which targets are wanted; null lists are all.</summary>
/// <param name="To">Inclusive.</param>
/// <param name="Regions">With what lies in them; a target for all regions is in no such list.</param>
internal sealed record TargetFilter(
    DateOnly From, DateOnly To, IReadOnlyCollection<string>? Indicators, IReadOnlyCollection<string>? Channels, IReadOnlyCollection<string>? Regions);

/// <param name="Stale">Somebody changed one of them since the caller read it: nothing was done.</param>
internal sealed record TargetOutcome(bool Stale, IReadOnlyList<TargetChange> Changes);

internal sealed class TargetStore(NpgsqlDataSource database, AuditLog audit, TimeProvider time)
{
    private const string All = "*";
    private const int MonthsPerNotice = 500;

    public async Task<IReadOnlyList<Target>> ListAsync(TargetFilter filter, int most, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand("""
            SELECT indicator, channel, region, month, value, revision, updated_at, updated_by FROM targets
            WHERE month BETWEEN $1 AND $2 AND ($3 IS NULL OR indicator = ANY($3)) AND ($4 IS NULL OR channel = ANY($4))
              AND ($5 IS NULL OR region = ANY($5))
            ORDER BY month, indicator, channel, region LIMIT $6
            """).With(filter.From).With(filter.To);
        foreach (var list in new[] { filter.Indicators, filter.Channels, filter.Regions })
            command.WithNullable(list?.ToArray(), NpgsqlDbType.Array | NpgsqlDbType.Text);
        return await ReadAsync(command.With(most), cancellation);
    }

    /// <summary>What the edits would change, without making them.</summary>
    public async Task<TargetOutcome> PreviewAsync(IReadOnlyList<TargetEdit> edits, string by, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        return new TargetOutcome(false, TargetRules.Changes(await OfAsync(connection, edits, cancellation), edits, 0, time.GetUtcNow(), by));
    }

    /// <summary>All edits or none: judged against the targets as they are now, written, logged, audited and told, in one transaction.</summary>
    /// <param name="edits">No target twice.</param>
    public async Task<TargetOutcome> SetAsync(IReadOnlyList<TargetEdit> edits, string by, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        var last = await LockAsync(connection, cancellation);
        var before = await OfAsync(connection, edits, cancellation);
        if (TargetRules.IsStale(before, edits)) return new TargetOutcome(true, []);
        var changes = TargetRules.Changes(before, edits, last, time.GetUtcNow(), by);
        if (changes.Count == 0) return new TargetOutcome(false, changes);

        await WriteAsync(connection, changes, cancellation);
        foreach (var months in changes.Select(change => Month(change.Key)).Distinct().Order(StringComparer.Ordinal).Chunk(MonthsPerNotice))
            await ChangeNotice.SendAsync(transaction, new { kind = "targets", months }, cancellation);
        await audit.AppendAsync(transaction, by, "targets.set", $"{changes[0].Id}-{changes[^1].Id}", new { changes = changes.Select(Line) }, cancellation);
        await transaction.CommitAsync(cancellation);
        return new TargetOutcome(false, changes);
    }

    /// <summary>The log of changes, newest first.</summary>
    /// <param name="before">Only those with a smaller number.</param>
    public async Task<IReadOnlyList<TargetChange>> ChangesAsync(long? before, int limit, RegionScope scope, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand("""
            SELECT indicator, channel, region, month, before, after, id, at, by FROM target_changes
            WHERE id < $1 AND ($2 IS NULL OR region = ANY($2)) ORDER BY id DESC LIMIT $3
            """).With(before ?? long.MaxValue).WithNullable(scope.Codes?.ToArray(), NpgsqlDbType.Array | NpgsqlDbType.Text).With(limit);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var changes = new List<TargetChange>();
        while (await reader.ReadAsync(cancellation))
            changes.Add(new TargetChange(
                reader.GetInt64(6), Key(reader), Value(reader, 4), Value(reader, 5), reader.GetFieldValue<DateTimeOffset>(7), reader.GetString(8)));
        return changes;
    }

    public static string Month(TargetKey key) => key.Month.ToString("yyyy-MM");

    private static object?[] Line(TargetChange change) =>
        [change.Key.Indicator, change.Key.Channel ?? All, change.Key.Region ?? All, Month(change.Key), change.Before, change.After];

    /// <summary>One writer at a time; the number of the last change there is.</summary>
    private static async Task<long> LockAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        await using var wait = new NpgsqlCommand("SELECT pg_advisory_xact_lock(hashtext('targets'), hashtext(current_schema()))", connection);
        await wait.ExecuteNonQueryAsync(cancellation);
        await using var command = new NpgsqlCommand("SELECT coalesce(max(id), 0) FROM target_changes", connection);
        return (long)(await command.ExecuteScalarAsync(cancellation))!;
    }

    private static async Task<Dictionary<TargetKey, Target>> OfAsync(
        NpgsqlConnection connection, IReadOnlyList<TargetEdit> edits, CancellationToken cancellation)
    {
        await using var command = WithKeys(
            new NpgsqlCommand("""
                SELECT indicator, channel, region, month, value, revision, updated_at, updated_by
                FROM targets JOIN unnest($1, $2, $3, $4) AS asked(indicator, channel, region, month) USING (indicator, channel, region, month)
                """, connection), [.. edits.Select(edit => edit.Key)]);
        return (await ReadAsync(command, cancellation)).ToDictionary(target => target.Key);
    }

    private static async Task WriteAsync(NpgsqlConnection connection, IReadOnlyList<TargetChange> changes, CancellationToken cancellation)
    {
        await using var log = WithChanges(new NpgsqlCommand("""
            INSERT INTO target_changes (indicator, channel, region, month, before, after, id, at, by)
            SELECT *, $8, $9 FROM unnest($1, $2, $3, $4, $5, $6, $7)
            """, connection), changes);
        await log.ExecuteNonQueryAsync(cancellation);
        await using var upsert = WithChanges(new NpgsqlCommand("""
            INSERT INTO targets (indicator, channel, region, month, value, revision, updated_at, updated_by)
            SELECT i, c, r, m, after, id, $8, $9 FROM unnest($1, $2, $3, $4, $5, $6, $7) AS change(i, c, r, m, before, after, id)
            ON CONFLICT (month, indicator, channel, region) DO UPDATE SET
              value = excluded.value, revision = excluded.revision, updated_at = excluded.updated_at, updated_by = excluded.updated_by
            """, connection), [.. changes.Where(change => change.After is not null)]);
        await upsert.ExecuteNonQueryAsync(cancellation);
        await using var delete = WithKeys(
            new NpgsqlCommand("""
                DELETE FROM targets t USING unnest($1, $2, $3, $4) AS gone(indicator, channel, region, month)
                WHERE (t.indicator, t.channel, t.region, t.month) = (gone.indicator, gone.channel, gone.region, gone.month)
                """, connection), [.. changes.Where(change => change.After is null).Select(change => change.Key)]);
        await delete.ExecuteNonQueryAsync(cancellation);
    }

    private static NpgsqlCommand WithKeys(NpgsqlCommand command, IReadOnlyList<TargetKey> keys) => command
        .With(keys.Select(key => key.Indicator).ToArray()).With(keys.Select(key => key.Channel ?? All).ToArray())
        .With(keys.Select(key => key.Region ?? All).ToArray()).With(keys.Select(key => key.Month).ToArray());

    /// <summary>Changes of one call have one time and one author.</summary>
    private static NpgsqlCommand WithChanges(NpgsqlCommand command, IReadOnlyList<TargetChange> changes) =>
        WithKeys(command, [.. changes.Select(change => change.Key)])
            .With(changes.Select(change => change.Before).ToArray()).With(changes.Select(change => change.After).ToArray())
            .With(changes.Select(change => change.Id).ToArray())
            .With(changes.Count == 0 ? DateTime.UnixEpoch : changes[0].At.UtcDateTime).With(changes.Count == 0 ? "" : changes[0].By);

    private static async Task<IReadOnlyList<Target>> ReadAsync(NpgsqlCommand command, CancellationToken cancellation)
    {
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var targets = new List<Target>();
        while (await reader.ReadAsync(cancellation))
            targets.Add(new Target(
                Key(reader), reader.GetDouble(4), reader.GetInt64(5), reader.GetFieldValue<DateTimeOffset>(6), reader.GetString(7)));
        return targets;
    }

    private static TargetKey Key(NpgsqlDataReader reader) => new(
        reader.GetString(0), Code(reader.GetString(1)), Code(reader.GetString(2)), reader.GetFieldValue<DateOnly>(3));

    private static string? Code(string stored) => stored == All ? null : stored;

    private static double? Value(NpgsqlDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetDouble(column);
}
