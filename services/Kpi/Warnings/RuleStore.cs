using System.Text.Json;
using ECommerce.Channels.Kpi.Catalogue;
using ECommerce.Channels.Platform.Storage;
using Npgsql;
using NpgsqlTypes;

namespace ECommerce.Channels.Kpi.Warnings;

/// <summary>A rule with how far it is evaluated, and its last windows.</summary>
internal sealed record StoredRule(WarningRule Rule, RuleProgress Progress, IReadOnlyList<SeriesPoint> Evidence, DateTimeOffset UpdatedAt, string UpdatedBy);

/// <summary>How often a rule was worth its while, as people judged.</summary>
/// <param name="Warnings">Raised by it so far.</param>
/// <param name="Judged">Of those, judged useful or not.</param>
/// <param name="FalseAlarms">Of those, judged not useful.</param>
internal sealed record RuleQuality(long Warnings, long Judged, long FalseAlarms);

internal sealed class RuleStore(NpgsqlDataSource database, TimeProvider time)
{
    private const string Columns = """
        id, name, indicator, channel, region, kind, threshold, time_window, notify, severity, enabled, revision, evaluated_to, episode::text,
        evidence::text, updated_at, updated_by
        """;

    /// <summary>All that are not deleted, by id.</summary>
    public async Task<IReadOnlyList<StoredRule>> AllAsync(CancellationToken cancellation)
    {
        await using var command = database.CreateCommand($"SELECT {Columns} FROM warning_rules WHERE NOT deleted ORDER BY id");
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var rules = new List<StoredRule>();
        while (await reader.ReadAsync(cancellation)) rules.Add(Read(reader));
        return rules;
    }

    public async Task<StoredRule?> FindAsync(string id, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand($"SELECT {Columns} FROM warning_rules WHERE id = $1 AND NOT deleted").With(id);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        return await reader.ReadAsync(cancellation) ? Read(reader) : null;
    }

    /// <summary>How rules were judged, by rule.</summary>
    public async Task<IReadOnlyDictionary<string, RuleQuality>> QualityAsync(CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(
            "SELECT rule, count(*), count(useful), count(*) FILTER (WHERE NOT useful) FROM warnings GROUP BY rule");
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var quality = new Dictionary<string, RuleQuality>();
        while (await reader.ReadAsync(cancellation))
            quality[reader.GetString(0)] = new RuleQuality(reader.GetInt64(1), reader.GetInt64(2), reader.GetInt64(3));
        return quality;
    }

    /// <summary>Whether there is room for one more; two at once wait for each other.</summary>
    public static async Task<bool> HasRoomAsync(NpgsqlTransaction transaction, int most, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(
            "SELECT pg_advisory_xact_lock(hashtext('warning_rules'), hashtext(current_schema())); SELECT count(*) FROM warning_rules WHERE NOT deleted",
            transaction.Connection, transaction);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        await reader.NextResultAsync(cancellation);
        await reader.ReadAsync(cancellation);
        return reader.GetInt64(0) < most;
    }

    public async Task AddAsync(NpgsqlTransaction transaction, WarningRule rule, RuleProgress start, string by, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand("""
            INSERT INTO warning_rules (
              id, name, indicator, channel, region, kind, threshold, time_window, notify, severity, enabled, revision, evaluated_to,
              created_at, created_by, updated_at, updated_by)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $14, $15)
            """, transaction.Connection, transaction);
        WithRule(command, rule).With(start.EvaluatedTo).With(time.GetUtcNow().UtcDateTime).With(by);
        await command.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>False where somebody else changed it first.</summary>
    /// <param name="rule">With the revision it will have.</param>
    /// <param name="restart">Where it begins anew, since it watches something else now; null goes on.</param>
    public async Task<bool> ChangeAsync(NpgsqlTransaction transaction, WarningRule rule, RuleProgress? restart, string by, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand("""
            UPDATE warning_rules SET name = $2, indicator = $3, channel = $4, region = $5, kind = $6, threshold = $7, time_window = $8, notify = $9,
              severity = $10, enabled = $11, revision = $12, evaluated_to = coalesce($13, evaluated_to),
              episode = CASE WHEN $13 IS NULL THEN episode END, evidence = CASE WHEN $13 IS NULL THEN evidence ELSE '[]' END,
              updated_at = $14, updated_by = $15
            WHERE id = $1 AND revision = $12 - 1 AND NOT deleted
            """, transaction.Connection, transaction);
        WithRule(command, rule).WithNullable(restart?.EvaluatedTo, NpgsqlDbType.Bigint).With(time.GetUtcNow().UtcDateTime).With(by);
        return await command.ExecuteNonQueryAsync(cancellation) == 1;
    }

    public async Task<bool> DeleteAsync(NpgsqlTransaction transaction, WarningRule rule, string by, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand("""
            UPDATE warning_rules SET deleted = true, enabled = false, revision = revision + 1, updated_at = $3, updated_by = $4
            WHERE id = $1 AND revision = $2 AND NOT deleted
            """, transaction.Connection, transaction)
            .With(rule.Id).With(rule.Revision).With(time.GetUtcNow().UtcDateTime).With(by);
        return await command.ExecuteNonQueryAsync(cancellation) == 1;
    }

    /// <summary>Moves a rule on; false where it is not what the evaluation began with, so that nothing of it may be kept.</summary>
    public static async Task<bool> AdvanceAsync(
        NpgsqlTransaction transaction, StoredRule before, RuleProgress after, IReadOnlyList<SeriesPoint> evidence, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand("""
            UPDATE warning_rules SET evaluated_to = $4, episode = $5, evidence = $6 WHERE id = $1 AND revision = $2 AND evaluated_to = $3 AND enabled
            """, transaction.Connection, transaction)
            .With(before.Rule.Id).With(before.Rule.Revision).With(before.Progress.EvaluatedTo).With(after.EvaluatedTo)
            .WithNullable(after.Episode is null ? null : JsonSerializer.Serialize(after.Episode, CatalogueJson.Options), NpgsqlDbType.Jsonb)
            .With(JsonSerializer.Serialize(evidence, CatalogueJson.Options), NpgsqlDbType.Jsonb);
        return await command.ExecuteNonQueryAsync(cancellation) == 1;
    }

    private static NpgsqlCommand WithRule(NpgsqlCommand command, WarningRule rule) => command
        .With(rule.Id).WithNullable(rule.Name, NpgsqlDbType.Text).WithNullable(rule.Indicator, NpgsqlDbType.Text)
        .WithNullable(rule.Channel, NpgsqlDbType.Text).WithNullable(rule.Region, NpgsqlDbType.Text).With(rule.Condition.Kind)
        .WithNullable(rule.Condition.Threshold, NpgsqlDbType.Double).WithNullable(rule.Condition.Window, NpgsqlDbType.Text)
        .With(rule.Notify.ToArray()).With(rule.Severity).With(rule.Enabled).With(rule.Revision);

    private static StoredRule Read(NpgsqlDataReader reader)
    {
        var condition = new WarningCondition(reader.GetString(5), reader.IsDBNull(6) ? null : reader.GetDouble(6), Text(reader, 7));
        var rule = new WarningRule(
            reader.GetString(0), Text(reader, 1), Text(reader, 2), Text(reader, 3), Text(reader, 4), condition, reader.GetFieldValue<string[]>(8),
            reader.GetString(9), reader.GetBoolean(10), reader.GetInt32(11));
        var episode = reader.IsDBNull(13) ? null : JsonSerializer.Deserialize<Episode>(reader.GetString(13), CatalogueJson.Options);
        return new StoredRule(
            rule, new RuleProgress(reader.GetInt64(12), episode), JsonSerializer.Deserialize<List<SeriesPoint>>(reader.GetString(14), CatalogueJson.Options)!,
            reader.GetFieldValue<DateTimeOffset>(15), reader.GetString(16));
    }

    private static string? Text(NpgsqlDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetString(column);
}
