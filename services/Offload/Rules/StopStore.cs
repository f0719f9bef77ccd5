using ECommerce.Channels.Platform.Audit;
using ECommerce.Channels.Platform.Storage;
using Npgsql;

namespace ECommerce.Channels.Offload.Rules;

/// <param name="Rule">Its id; <see cref="StopStore.Everything"/> for all.</param>
internal sealed record Stop(string Rule, string Note, DateTimeOffset StoppedAt, string StoppedBy);

/// <summary>The kill switch: of one rule, or of everything. It needs no second person, and is on the record.</summary>
internal sealed class StopStore(NpgsqlDataSource database, AuditLog audit, TimeProvider time)
{
    public const string Everything = "*";

    public async Task<HashSet<string>> AllAsync(CancellationToken cancellation) => [.. (await ListAsync(cancellation)).Select(one => one.Rule)];

    public async Task<List<Stop>> ListAsync(CancellationToken cancellation)
    {
        await using var command = database.CreateCommand("SELECT rule, note, stopped_at, stopped_by FROM rule_stops ORDER BY rule");
        var stops = new List<Stop>();
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation)) stops.Add(new Stop(reader.GetString(0), reader.GetString(1), reader.GetFieldValue<DateTimeOffset>(2), reader.GetString(3)));
        return stops;
    }

    public async Task StopAsync(string rule, string note, string by, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await using var command = new NpgsqlCommand("""
            INSERT INTO rule_stops (rule, note, stopped_at, stopped_by) VALUES ($1, $2, $3, $4)
            ON CONFLICT (rule) DO UPDATE SET note = EXCLUDED.note, stopped_at = EXCLUDED.stopped_at, stopped_by = EXCLUDED.stopped_by
            """, connection, transaction);
        await command.With(rule).With(note).With(time.GetUtcNow().UtcDateTime).With(by).ExecuteNonQueryAsync(cancellation);
        await audit.AppendAsync(transaction, by, "rules.stopped", $"rules/{rule}", new { Note = note }, cancellation);
        await transaction.CommitAsync(cancellation);
    }

    /// <returns>False: it was not stopped.</returns>
    public async Task<bool> GoOnAsync(string rule, string by, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await using var command = new NpgsqlCommand("DELETE FROM rule_stops WHERE rule = $1", connection, transaction);
        if (await command.With(rule).ExecuteNonQueryAsync(cancellation) == 0) return false;
        await audit.AppendAsync(transaction, by, "rules.resumed", $"rules/{rule}", null, cancellation);
        await transaction.CommitAsync(cancellation);
        return true;
    }
}
