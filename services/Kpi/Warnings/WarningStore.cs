using System.Text.Json;
using ECommerce.Channels.Kpi.Catalogue;
using ECommerce.Channels.Kpi.Live;
using ECommerce.Channels.Platform.Hosting;
using ECommerce.Channels.Platform.Messaging;
using ECommerce.Channels.Platform.Storage;
using Npgsql;
using NpgsqlTypes;

namespace ECommerce.Channels.Kpi.Warnings;

/// <summary>A line of a warning's history.</summary>
/// <param name="What">raised, reopened, ended, acknowledged, assigned, snoozed, snooze-ended, resolved, judged, rule-changed or rule-removed.</param>
/// <param name="Note">What was said; of an assignment the owner, of a snooze until when.</param>
internal sealed record WarningHistoryLine(DateTimeOffset At, string By, string What, string? Note);

/// <summary>A page of warnings is asked for.</summary>
/// <param name="Open">Only those that are not resolved, the most severe first, of those the oldest; else all, the latest first.</param>
/// <param name="Regions">Codes that the caller may see; null is all.</param>
/// <param name="After">Sort key of the last one seen: severity's rank, since in ticks, id.</param>
internal sealed record WarningQuery(bool Open, string? Rule, IReadOnlyCollection<string>? Regions, (int Rank, DateTimeOffset Since, string Id)? After, int Limit);

internal sealed class WarningStore(NpgsqlDataSource database, Outbox outbox)
{
    private const string Columns = """
        id, rule, rule_revision, severity, kind, indicator, channel, region, source, cause, threshold, value, numerator, denominator, n,
        indicator_version, since, last_seen, going_on, ended_at, state, owner, snoozed_until, useful, detail, next_step_zh, next_step_en,
        evidence::text, notify, revision
        """;

    /// <summary>By what open warnings are sorted: the most severe first.</summary>
    private const string Rank = "CASE severity WHEN 'critical' THEN 0 WHEN 'warning' THEN 1 ELSE 2 END";

    /// <summary>What a region grant lets see: figures of granted regions, and what is no figure of a region.</summary>
    private const string Visible = "($1::text[] IS NULL OR kind = 'late-feed' OR region = ANY ($1))";

    public async Task<IReadOnlyList<Warning>> ListAsync(WarningQuery query, CancellationToken cancellation)
    {
        var (order, after) = query.Open
            ? ($"{Rank}, since, id", $"({Rank}, since, id) > ($3, $4, $5)")
            : ("since DESC, id DESC", "(since, id) < ($4, $5)");
        await using var command = database.CreateCommand($"""
            SELECT {Columns} FROM warnings WHERE {Visible} AND ($2::text IS NULL OR rule = $2) AND ($5::text IS NULL OR {after})
            {(query.Open ? "AND state <> 'resolved'" : "")} ORDER BY {order} LIMIT $6
            """)
            .WithNullable(query.Regions?.ToArray(), NpgsqlDbType.Array | NpgsqlDbType.Text).WithNullable(query.Rule, NpgsqlDbType.Text)
            .With(query.After?.Rank ?? 0).With((query.After?.Since ?? default).UtcDateTime).WithNullable(query.After?.Id, NpgsqlDbType.Text).With(query.Limit);
        return await ReadAsync(command, cancellation);
    }

    /// <summary>How many open ones share a cause, of those that a grant lets see.</summary>
    public async Task<IReadOnlyList<CauseCount>> CausesAsync(IReadOnlyCollection<string>? regions, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(
            $"SELECT cause, count(*)::int FROM warnings WHERE {Visible} AND state <> 'resolved' GROUP BY cause ORDER BY 2 DESC, 1 LIMIT 500")
            .WithNullable(regions?.ToArray(), NpgsqlDbType.Array | NpgsqlDbType.Text);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var causes = new List<CauseCount>();
        while (await reader.ReadAsync(cancellation)) causes.Add(new CauseCount(reader.GetString(0), reader.GetInt32(1)));
        return causes;
    }

    public async Task<Warning?> FindAsync(string id, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand($"SELECT {Columns} FROM warnings WHERE id = $1").With(id);
        return (await ReadAsync(command, cancellation)).SingleOrDefault();
    }

    /// <summary>The same, held until the transaction ends.</summary>
    public static async Task<Warning?> HoldAsync(NpgsqlTransaction transaction, string id, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand($"SELECT {Columns} FROM warnings WHERE id = $1 FOR UPDATE", transaction.Connection, transaction).With(id);
        return (await ReadAsync(command, cancellation)).SingleOrDefault();
    }

    /// <summary>Those whose condition goes on, of every rule: few.</summary>
    public async Task<IReadOnlyList<Warning>> GoingOnAsync(CancellationToken cancellation)
    {
        await using var command = database.CreateCommand($"SELECT {Columns} FROM warnings WHERE going_on");
        return await ReadAsync(command, cancellation);
    }

    /// <summary>The last warning of a rule for the same scope, held; null where there is none, or where it ended too long ago to be the same.</summary>
    public static async Task<Warning?> HoldLastAsync(NpgsqlTransaction transaction, Warning found, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand($"""
            SELECT {Columns} FROM warnings
            WHERE rule = $1 AND kind = $2 AND source IS NOT DISTINCT FROM $3 AND channel IS NOT DISTINCT FROM $4 AND indicator IS NOT DISTINCT FROM $5
              AND region IS NOT DISTINCT FROM $6
            ORDER BY since DESC LIMIT 1 FOR UPDATE
            """, transaction.Connection, transaction)
            .With(found.Rule).With(found.Scope.Kind).WithNullable(found.Scope.Source, NpgsqlDbType.Text).WithNullable(found.Scope.Channel, NpgsqlDbType.Text)
            .WithNullable(found.Scope.Indicator, NpgsqlDbType.Text).WithNullable(found.Scope.Region, NpgsqlDbType.Text);
        return (await ReadAsync(command, cancellation)).SingleOrDefault();
    }

    /// <summary>Those of a rule that are not over, held.</summary>
    public static async Task<IReadOnlyList<Warning>> HoldOpenAsync(NpgsqlTransaction transaction, string rule, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(
            $"SELECT {Columns} FROM warnings WHERE rule = $1 AND (going_on OR state <> 'resolved') ORDER BY id FOR UPDATE", transaction.Connection, transaction).With(rule);
        return await ReadAsync(command, cancellation);
    }

    /// <summary>Whose snooze is over, held.</summary>
    public static async Task<IReadOnlyList<Warning>> HoldAwakeAsync(NpgsqlTransaction transaction, DateTimeOffset now, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(
            $"SELECT {Columns} FROM warnings WHERE state = 'snoozed' AND snoozed_until <= $1 ORDER BY id FOR UPDATE SKIP LOCKED", transaction.Connection, transaction)
            .With(now.UtcDateTime);
        return await ReadAsync(command, cancellation);
    }

    /// <summary>Saves a change with its line of history, and tells it: to other services, and to those who look at a screen.</summary>
    public async Task SaveAsync(NpgsqlTransaction transaction, WarningChange change, CancellationToken cancellation)
    {
        await WriteAsync(transaction, change.After, cancellation);
        // That it goes on is no news in a history.
        if (change.What != "seen") await AddLineAsync(transaction, change, cancellation);
        await WarningEvents.AddAsync(outbox, transaction, change, cancellation);
        await KpiChanges.TellAsync(transaction, new WarningHint(change.After), cancellation);
    }

    /// <summary>The condition still holds: no change that anybody would be told of.</summary>
    public async Task TouchAsync(IReadOnlyCollection<string> ids, DateTimeOffset now, CancellationToken cancellation)
    {
        if (ids.Count == 0) return;
        await using var command = database.CreateCommand("UPDATE warnings SET last_seen = greatest(last_seen, $2) WHERE id = ANY ($1) AND going_on")
            .With(ids.ToArray()).With(now.UtcDateTime);
        await command.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>The history of warnings, oldest first.</summary>
    public async Task<ILookup<string, WarningHistoryLine>> HistoryAsync(IReadOnlyCollection<string> ids, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand("""
            SELECT warning, at, by, what, note FROM warning_history WHERE warning = ANY ($1) ORDER BY warning, number
            """).With(ids.ToArray());
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var lines = new List<(string Id, WarningHistoryLine Line)>();
        while (await reader.ReadAsync(cancellation))
            lines.Add((reader.GetString(0), new WarningHistoryLine(
                reader.GetFieldValue<DateTimeOffset>(1), reader.GetString(2), reader.GetString(3), await reader.IsDBNullAsync(4, cancellation) ? null : reader.GetString(4))));
        return lines.ToLookup(line => line.Id, line => line.Line);
    }

    private static async Task AddLineAsync(NpgsqlTransaction transaction, WarningChange change, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(
            "INSERT INTO warning_history (warning, number, at, by, what, note) VALUES ($1, $2, $3, $4, $5, $6)", transaction.Connection, transaction)
            .With(change.After.Id).With(change.After.Revision).With(change.At.UtcDateTime).With(change.By).With(change.What)
            .WithNullable(change.Note, NpgsqlDbType.Text);
        await command.ExecuteNonQueryAsync(cancellation);
    }

    private static async Task WriteAsync(NpgsqlTransaction transaction, Warning warning, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand($"""
            INSERT INTO warnings ({Columns.Replace("::text", "")})
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30)
            ON CONFLICT (id) DO UPDATE SET rule_revision = $3, severity = $4, threshold = $11, value = $12, numerator = $13, denominator = $14, n = $15,
              indicator_version = $16, last_seen = $18, going_on = $19, ended_at = $20, state = $21, owner = $22, snoozed_until = $23, useful = $24,
              detail = $25, next_step_zh = $26, next_step_en = $27, evidence = $28, notify = $29, revision = $30
            """, transaction.Connection, transaction);
        var (scope, reading) = (warning.Scope, warning.Reading);
        command.With(warning.Id).With(warning.Rule).With(warning.RuleRevision).With(warning.Severity).With(scope.Kind)
            .WithNullable(scope.Indicator, NpgsqlDbType.Text).WithNullable(scope.Channel, NpgsqlDbType.Text).WithNullable(scope.Region, NpgsqlDbType.Text)
            .WithNullable(scope.Source, NpgsqlDbType.Text).With(warning.Cause).WithNullable(reading.Threshold, NpgsqlDbType.Double)
            .WithNullable(reading.Value, NpgsqlDbType.Double).WithNullable(reading.Numerator, NpgsqlDbType.Bigint)
            .WithNullable(reading.Denominator, NpgsqlDbType.Bigint).With(reading.N).WithNullable(reading.IndicatorVersion, NpgsqlDbType.Integer)
            .With(warning.Since.UtcDateTime).With(warning.LastSeen.UtcDateTime).With(warning.GoingOn)
            .WithNullable(warning.EndedAt?.UtcDateTime, NpgsqlDbType.TimestampTz).With(warning.State).WithNullable(warning.Owner, NpgsqlDbType.Text)
            .WithNullable(warning.SnoozedUntil?.UtcDateTime, NpgsqlDbType.TimestampTz).WithNullable(warning.Useful, NpgsqlDbType.Boolean)
            .WithNullable(warning.Detail, NpgsqlDbType.Text).With(warning.NextStep.Chinese).With(warning.NextStep.English)
            .With(JsonSerializer.Serialize(warning.Evidence, CatalogueJson.Options), NpgsqlDbType.Jsonb).With(warning.Notify.ToArray()).With(warning.Revision);
        await command.ExecuteNonQueryAsync(cancellation);
    }

    private static async Task<IReadOnlyList<Warning>> ReadAsync(NpgsqlCommand command, CancellationToken cancellation)
    {
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var warnings = new List<Warning>();
        while (await reader.ReadAsync(cancellation)) warnings.Add(Read(reader));
        return warnings;
    }

    private static Warning Read(NpgsqlDataReader row)
    {
        return new Warning(
            row.GetString(0), row.GetString(1), row.GetInt32(2), row.GetString(3), new WarningScope(row.GetString(4), Maybe(5), Maybe(6), Maybe(7), Maybe(8)),
            row.GetString(9), new WarningReading(Value<double>(10), Value<double>(11), Value<long>(12), Value<long>(13), row.GetInt64(14), Value<int>(15)),
            row.GetFieldValue<DateTimeOffset>(16), row.GetFieldValue<DateTimeOffset>(17), row.GetBoolean(18), Value<DateTimeOffset>(19), row.GetString(20),
            Maybe(21), Value<DateTimeOffset>(22), Value<bool>(23), Maybe(24), new Text(row.GetString(25), row.GetString(26)),
            JsonSerializer.Deserialize<List<SeriesPoint>>(row.GetString(27), CatalogueJson.Options)!, row.GetFieldValue<string[]>(28), row.GetInt32(29));

        string? Maybe(int column) => row.IsDBNull(column) ? null : row.GetString(column);

        T? Value<T>(int column)
            where T : struct => row.IsDBNull(column) ? null : row.GetFieldValue<T>(column);
    }
}

/// <param name="Cause">What the warnings have in common.</param>
internal sealed record CauseCount(string Cause, int Count);
