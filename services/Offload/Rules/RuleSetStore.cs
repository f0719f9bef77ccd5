using ECommerce.Channels.Platform.Audit;
using ECommerce.Channels.Platform.Hosting;
using ECommerce.Channels.Platform.Storage;
using Npgsql;
using NpgsqlTypes;

namespace ECommerce.Channels.Offload.Rules;

/// <summary>What is being worked on.</summary>
/// <param name="BasedOn">Number of the published set it started from.</param>
/// <param name="State">draft or submitted.</param>
/// <param name="Writers">Everyone who changed it; none of them may approve it.</param>
internal sealed record RuleDraft(RuleSet Rules, string Hash, int BasedOn, long Revision, string State, string Note, IReadOnlyList<string> Writers, DateTimeOffset ChangedAt);

/// <summary>Published rule sets, and the one draft.</summary>
internal sealed class RuleSetStore(NpgsqlDataSource database, AuditLog audit, TimeProvider time)
{
    private const string Columns = "SELECT number, body::text, hash, note, published_at, written_by, approved_by FROM rule_sets";
    private PublishedRules? latest;

    /// <summary>What decides now; where nothing was published yet, the starting set as number 1.</summary>
    public async Task<PublishedRules> LatestAsync(CancellationToken cancellation)
    {
        await using (var number = database.CreateCommand("SELECT max(number) FROM rule_sets"))
            if (await number.ExecuteScalarAsync(cancellation) is int known && latest?.Number == known) return latest;
        await using var command = database.CreateCommand($"{Columns} ORDER BY number DESC LIMIT 1");
        if ((await ReadAsync(command, cancellation)).SingleOrDefault() is { } published) return latest = published;
        await StartAsync(cancellation);
        return await LatestAsync(cancellation);
    }

    /// <param name="number">As it stands in an address.</param>
    public async Task<PublishedRules?> FindAsync(string number, CancellationToken cancellation)
    {
        if (!int.TryParse(number, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var wanted)) return null;
        await using var command = database.CreateCommand($"{Columns} WHERE number = $1").With(wanted);
        return (await ReadAsync(command, cancellation)).SingleOrDefault();
    }

    /// <summary>Newest first.</summary>
    public async Task<List<PublishedRules>> AllAsync(int limit, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand($"{Columns} ORDER BY number DESC LIMIT $1").With(limit);
        return await ReadAsync(command, cancellation);
    }

    public async Task<RuleDraft?> DraftAsync(CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        return await DraftAsync(connection, null, cancellation);
    }

    /// <summary>Writes the draft, or begins one. Whatever was submitted has to be submitted again.</summary>
    /// <param name="revision">Of the draft that the caller read; 0: there was none.</param>
    /// <returns>Why not: somebody else was faster.</returns>
    public async Task<Problem?> SaveDraftAsync(RuleSet rules, int basedOn, long revision, string note, string by, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await using var command = new NpgsqlCommand("""
            INSERT INTO rule_draft AS d (body, hash, based_on, revision, state, note, writers, changed_at)
            SELECT $1, $2, $3, $4 + 1, 'draft', $5, ARRAY[$6], $7 WHERE $4 = 0 OR EXISTS (SELECT 1 FROM rule_draft WHERE revision = $4)
            ON CONFLICT (only_one) DO UPDATE SET body = EXCLUDED.body, hash = EXCLUDED.hash, revision = d.revision + 1, state = 'draft', note = EXCLUDED.note,
              writers = CASE WHEN $6 = ANY (d.writers) THEN d.writers ELSE d.writers || $6 END, changed_at = EXCLUDED.changed_at
              WHERE d.revision = $4
            """, connection, transaction);
        command.With(RuleJson.Write(rules), NpgsqlDbType.Jsonb).With(RuleJson.HashOf(rules)).With(basedOn).With(revision).With(note).With(by).With(time.GetUtcNow().UtcDateTime);
        if (await command.ExecuteNonQueryAsync(cancellation) == 0) return Problem.PreconditionFailed();
        await audit.AppendAsync(transaction, by, "rules.drafted", "rules", new { BasedOn = basedOn, Hash = RuleJson.HashOf(rules) }, cancellation);
        await transaction.CommitAsync(cancellation);
        return null;
    }

    /// <summary>Another step of the draft as it was read.</summary>
    /// <param name="state">submitted, draft (given back), or null: it is thrown away.</param>
    public async Task<Problem?> StepAsync(long revision, string? state, string action, string note, string by, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await using var command = new NpgsqlCommand(
            state is null ? "DELETE FROM rule_draft WHERE revision = $1" : "UPDATE rule_draft SET state = $2, note = $3, revision = revision + 1 WHERE revision = $1",
            connection, transaction).With(revision);
        if (state is not null) command.With(state).With(note);
        if (await command.ExecuteNonQueryAsync(cancellation) == 0) return Problem.PreconditionFailed();
        await audit.AppendAsync(transaction, by, action, "rules", new { Revision = revision, Note = note }, cancellation);
        await transaction.CommitAsync(cancellation);
        return null;
    }

    /// <summary>Publishes the draft as it was submitted, and ends it.</summary>
    /// <param name="hash">Of what the approver looked at.</param>
    public async Task<(Problem? Problem, int Number)> PublishAsync(RuleDraft draft, string hash, string by, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await using (var remove = new NpgsqlCommand("DELETE FROM rule_draft WHERE revision = $1 AND hash = $2 AND state = 'submitted'", connection, transaction))
            if (await remove.With(draft.Revision).With(hash).ExecuteNonQueryAsync(cancellation) == 0) return (Problem.PreconditionFailed(), 0);
        var number = await InsertAsync(transaction, draft.Rules, draft.Note, string.Join(", ", draft.Writers), by, cancellation);
        await audit.AppendAsync(transaction, by, "rules.published", $"rules/{number}", new { Hash = hash, draft.BasedOn, draft.Writers }, cancellation);
        await transaction.CommitAsync(cancellation);
        return (null, number);
    }

    private async Task StartAsync(CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await InsertAsync(transaction, RuleJson.Starting(), "", "system", "system", cancellation);
        await transaction.CommitAsync(cancellation);
    }

    /// <summary>Replicas may start at once: the number is taken once.</summary>
    private async Task<int> InsertAsync(NpgsqlTransaction transaction, RuleSet rules, string note, string writtenBy, string approvedBy, CancellationToken cancellation)
    {
        await using (var turn = new NpgsqlCommand("SELECT pg_advisory_xact_lock(hashtext('offload.rules'))", transaction.Connection, transaction))
            await turn.ExecuteNonQueryAsync(cancellation);
        await using var command = new NpgsqlCommand("""
            INSERT INTO rule_sets (number, body, hash, note, published_at, written_by, approved_by)
            SELECT coalesce(max(number), 0) + 1, $1, $2, $3, $4, $5, $6 FROM rule_sets HAVING $6 <> 'system' OR count(*) = 0 RETURNING number
            """, transaction.Connection, transaction);
        command.With(RuleJson.Write(rules), NpgsqlDbType.Jsonb).With(RuleJson.HashOf(rules)).With(note).With(time.GetUtcNow().UtcDateTime).With(writtenBy).With(approvedBy);
        return await command.ExecuteScalarAsync(cancellation) as int? ?? 1;
    }

    private static async Task<RuleDraft?> DraftAsync(NpgsqlConnection connection, NpgsqlTransaction? transaction, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand("SELECT body::text, hash, based_on, revision, state, note, writers, changed_at FROM rule_draft", connection, transaction);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        if (!await reader.ReadAsync(cancellation)) return null;
        return new RuleDraft(
            RuleJson.Read(reader.GetString(0)), reader.GetString(1), reader.GetInt32(2), reader.GetInt64(3), reader.GetString(4), reader.GetString(5),
            reader.GetFieldValue<string[]>(6), reader.GetFieldValue<DateTimeOffset>(7));
    }

    private static async Task<List<PublishedRules>> ReadAsync(NpgsqlCommand command, CancellationToken cancellation)
    {
        var sets = new List<PublishedRules>();
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
            sets.Add(new PublishedRules(
                reader.GetInt32(0), RuleJson.Read(reader.GetString(1)), reader.GetString(2), reader.GetFieldValue<DateTimeOffset>(4), reader.GetString(5),
                reader.GetString(6), reader.GetString(3)));
        return sets;
    }
}
