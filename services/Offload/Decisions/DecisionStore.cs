using System.Globalization;
using System.Text.Json;
using ECommerce.Channels.Contracts;
using ECommerce.Channels.Contracts.Events;
using ECommerce.Channels.Offload.Experiments;
using ECommerce.Channels.Platform.Messaging;
using ECommerce.Channels.Platform.Storage;
using Npgsql;
using NpgsqlTypes;

namespace ECommerce.Channels.Offload.Decisions;

/// <summary>A decision as it is in the log.</summary>
internal sealed record StoredDecision(Question Question, Decision Answer, bool Eligible, DecisionFacts Facts, IReadOnlyList<(string Outcome, DateTimeOffset At)> Outcomes);

/// <summary>The log of decisions, and what became of them.</summary>
internal sealed class DecisionStore(NpgsqlDataSource database, Outbox outbox, TimeProvider time)
{
    /// <summary>How long a decision can be explained.</summary>
    public const int KeptDays = 180;

    private const string Prefix = "decisions_";
    private readonly HashSet<DateOnly> made = [];

    public async Task AddAsync(List<LoggedDecision> batch, CancellationToken cancellation)
    {
        await EnsureDaysAsync(batch.Select(one => DateOnly.FromDateTime(one.Facts.At.UtcDateTime)), cancellation);
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await using var command = new NpgsqlCommand("""
            INSERT INTO decisions (id, at, customer, service, channel, task, offered, rule, rule_set, policy, arm, eligible, answer, facts)
            SELECT * FROM unnest($1::text[], $2::timestamptz[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::int[], $10::text[],
              $11::text[], $12::boolean[], $13::jsonb[], $14::jsonb[])
            ON CONFLICT DO NOTHING
            """, connection, transaction);
        Texts(one => one.Decision.Id);
        command.With(batch.ConvertAll(one => one.Facts.At.UtcDateTime).ToArray(), NpgsqlDbType.Array | NpgsqlDbType.TimestampTz);
        Texts(one => one.Question.Customer);
        Texts(one => one.Question.Service);
        Texts(one => one.Question.Channel);
        Texts(one => one.Question.Task);
        Texts(one => one.Decision.Channel);
        Texts(one => one.Decision.Rule);
        command.With(batch.ConvertAll(one => one.Decision.RuleSet).ToArray());
        Texts(one => one.Decision.Policy);
        Texts(one => one.Decision.Arm);
        command.With(batch.ConvertAll(one => one.Eligible).ToArray());
        command.With(batch.ConvertAll(one => JsonSerializer.Serialize(one.Decision, DecisionJson.Default.Decision)).ToArray(), NpgsqlDbType.Array | NpgsqlDbType.Jsonb);
        command.With(batch.ConvertAll(one => JsonSerializer.Serialize(one.Facts, DecisionJson.Default.DecisionFacts)).ToArray(), NpgsqlDbType.Array | NpgsqlDbType.Jsonb);
        await command.ExecuteNonQueryAsync(cancellation);
        await EffectStore.AddAsync(transaction, batch, cancellation);
        await outbox.AddManyAsync(transaction, Topics.Decisions, DecisionMade.Type, batch.ConvertAll(Told), cancellation);
        await transaction.CommitAsync(cancellation);

        void Texts(Converter<LoggedDecision, string?> of) => command.With(batch.ConvertAll(of).ToArray(), NpgsqlDbType.Array | NpgsqlDbType.Text);
    }

    public async Task<StoredDecision?> FindAsync(string id, DateTimeOffset at, CancellationToken cancellation)
    {
        var outcomes = new List<(string, DateTimeOffset)>();
        await using (var command = database.CreateCommand("SELECT outcome, at FROM decision_outcomes WHERE decision = $1 ORDER BY at, outcome"))
        await using (var reader = await command.With(id).ExecuteReaderAsync(cancellation))
            while (await reader.ReadAsync(cancellation)) outcomes.Add((reader.GetString(0), reader.GetFieldValue<DateTimeOffset>(1)));
        await using var find = database.CreateCommand("""
            SELECT customer, service, channel, task, answer::text, eligible, facts::text FROM decisions WHERE id = $1 AND at >= $2 AND at < $3
            """).With(id).With(at.UtcDateTime.AddMinutes(-1)).With(at.UtcDateTime.AddMinutes(1));
        await using var found = await find.ExecuteReaderAsync(cancellation);
        return await found.ReadAsync(cancellation) ? Of(found, outcomes) : null;
    }

    /// <summary>Newest first, before an instant and id.</summary>
    public async Task<List<StoredDecision>> ListAsync(DecisionFilter filter, int limit, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand("""
            SELECT customer, service, channel, task, answer::text, eligible, facts::text FROM decisions
            WHERE (at, id) < ($1, $2) AND at > $3 AND ($4::text IS NULL OR customer = $4) AND ($5::text IS NULL OR rule = $5)
              AND ($6::text IS NULL OR offered = $6) AND ($7::text[] IS NULL OR facts #>> '{profile,region}' = ANY ($7))
            ORDER BY at DESC, id DESC LIMIT $8
            """);
        command.With(filter.Before.UtcDateTime).With(filter.BeforeId).With(time.GetUtcNow().UtcDateTime.AddDays(-KeptDays))
            .WithNullable(filter.Customer, NpgsqlDbType.Text).WithNullable(filter.Rule, NpgsqlDbType.Text).WithNullable(filter.Offered, NpgsqlDbType.Text)
            .WithNullable(filter.Regions, NpgsqlDbType.Array | NpgsqlDbType.Text).With(limit);
        var list = new List<StoredDecision>();
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation)) list.Add(Of(reader, []));
        return list;
    }

    /// <summary>Newest first.</summary>
    public async Task<List<StoredDecision>> SinceAsync(DateTimeOffset since, int limit, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand("""
            SELECT customer, service, channel, task, answer::text, eligible, facts::text FROM decisions WHERE at > $1 ORDER BY at DESC LIMIT $2
            """).With(since.UtcDateTime).With(limit);
        var list = new List<StoredDecision>();
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation)) list.Add(Of(reader, []));
        return list;
    }

    public static async Task ForgetAsync(NpgsqlTransaction transaction, string customer, string replacement, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand("UPDATE decisions SET customer = $2 WHERE customer = $1", transaction.Connection, transaction);
        await command.With(customer).With(replacement).ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>Days that are over leave whole.</summary>
    public async Task DropOldAsync(CancellationToken cancellation)
    {
        var first = DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime).AddDays(-KeptDays - 1);
        var days = new List<string>();
        await using (var command = database.CreateCommand("SELECT relname FROM pg_class JOIN pg_inherits ON inhrelid = oid WHERE inhparent = 'decisions'::regclass"))
        await using (var reader = await command.ExecuteReaderAsync(cancellation))
            while (await reader.ReadAsync(cancellation)) days.Add(reader.GetString(0));
        foreach (var day in days.Where(name => string.CompareOrdinal(name, Name(first)) < 0))
        {
            await using var drop = database.CreateCommand($"DROP TABLE IF EXISTS {day}");
            await drop.ExecuteNonQueryAsync(cancellation);
        }
        await using var outcomes = database.CreateCommand("DELETE FROM decision_outcomes WHERE at < $1").With(time.GetUtcNow().UtcDateTime.AddDays(-KeptDays));
        await outcomes.ExecuteNonQueryAsync(cancellation);
    }

    private static StoredDecision Of(NpgsqlDataReader reader, IReadOnlyList<(string, DateTimeOffset)> outcomes) => new(
        new Question(reader.GetString(0), reader.GetString(1), reader.GetString(2), reader.IsDBNull(3) ? null : reader.GetString(3)),
        JsonSerializer.Deserialize(reader.GetString(4), DecisionJson.Default.Decision)!, reader.GetBoolean(5),
        JsonSerializer.Deserialize(reader.GetString(6), DecisionJson.Default.DecisionFacts)!, outcomes);

    private static OutboxEntry<DecisionMade> Told(LoggedDecision one) => new(
        one.Question.Customer, one.Decision.Id, 1, one.Facts.At,
        new DecisionMade(new Contracts.Events.DecisionFacts(
            one.Decision.Id, one.Question.Customer, one.Question.Service, one.Question.Channel, one.Question.Task, one.Decision.Action, one.Decision.Channel,
            one.Decision.Arm, one.Eligible, one.Decision.Rule, one.Decision.RuleSet, one.Decision.Policy, one.Facts.At)));

    private async Task EnsureDaysAsync(IEnumerable<DateOnly> days, CancellationToken cancellation)
    {
        foreach (var day in days.Where(day => !made.Contains(day)).Distinct().ToList())
        {
            await using var connection = await database.OpenConnectionAsync(cancellation);
            await using var transaction = await connection.BeginTransactionAsync(cancellation);
            await using (var turn = new NpgsqlCommand("SELECT pg_advisory_xact_lock(hashtext('offload.decisions'))", connection, transaction))
                await turn.ExecuteNonQueryAsync(cancellation);
            await using (var make = new NpgsqlCommand(
                $"CREATE TABLE IF NOT EXISTS {Name(day)} PARTITION OF decisions FOR VALUES FROM ('{Iso(day)}') TO ('{Iso(day.AddDays(1))}')", connection, transaction))
                await make.ExecuteNonQueryAsync(cancellation);
            await transaction.CommitAsync(cancellation);
            made.Add(day);
        }
    }

    private static string Name(DateOnly day) => Prefix + day.ToString("yyyyMMdd", CultureInfo.InvariantCulture);

    private static string Iso(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) + " 00:00:00+00";
}

/// <param name="Regions">Codes; null: all, and who has none.</param>
internal sealed record DecisionFilter(DateTimeOffset Before, string BeforeId, string? Customer, string? Rule, string? Offered, string[]? Regions);
