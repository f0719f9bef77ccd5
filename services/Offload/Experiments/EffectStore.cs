using ECommerce.Channels.Contracts.Transactions;
using ECommerce.Channels.Offload.Decisions;
using ECommerce.Channels.Offload.Preferences;
using ECommerce.Channels.Platform.Catalogue;
using ECommerce.Channels.Platform.Storage;
using Npgsql;
using NpgsqlTypes;

namespace ECommerce.Channels.Offload.Experiments;

/// <summary>Customers who count for the effect, and what became of them.</summary>
internal sealed class EffectStore(NpgsqlDataSource database, ProfileCodes codes, TimeProvider time)
{
    /// <summary>How long after the first decision an outcome is waited for.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromDays(7);

    private const int AtOnce = 1_000;

    /// <summary>In the transaction that logs the decisions: who is eligible for the first time comes in.</summary>
    public static async Task AddAsync(NpgsqlTransaction transaction, List<LoggedDecision> decisions, CancellationToken cancellation)
    {
        var eligible = decisions.Where(one => one.Eligible).GroupBy(one => one.Question.Customer, StringComparer.Ordinal).Select(group => group.First())
            .OrderBy(one => one.Question.Customer, StringComparer.Ordinal).ToList();
        if (eligible.Count == 0) return;
        await using var command = new NpgsqlCommand("""
            INSERT INTO effect_customers (customer, arm, first_at, due_at, services, saving)
            SELECT customer, arm, at, at + $6, services, saving FROM unnest($1::text[], $2::text[], $3::timestamptz[], $4::text[], $5::bigint[]) t (customer, arm, at, services, saving)
            ON CONFLICT DO NOTHING
            """, transaction.Connection, transaction);
        command.With(eligible.ConvertAll(one => one.Question.Customer).ToArray()).With(eligible.ConvertAll(one => one.Decision.Arm).ToArray())
            .With(eligible.ConvertAll(one => one.Facts.At.UtcDateTime).ToArray(), NpgsqlDbType.Array | NpgsqlDbType.TimestampTz)
            .With(eligible.ConvertAll(one => one.Group).ToArray()).With(eligible.ConvertAll(one => one.Saving).ToArray()).With(Window);
        await command.ExecuteNonQueryAsync(cancellation);
    }

    public static async Task AcceptedAsync(NpgsqlTransaction transaction, string customer, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand("UPDATE effect_customers SET accepted = true WHERE customer = $1 AND NOT accepted", transaction.Connection, transaction);
        await command.With(customer).ExecuteNonQueryAsync(cancellation);
    }

    public static async Task ForgetAsync(NpgsqlTransaction transaction, string customer, string replacement, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand("UPDATE effect_customers SET customer = $2 WHERE customer = $1", transaction.Connection, transaction);
        await command.With(customer).With(replacement).ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>Judges those whose window is over, by what they did in it. The same again finds nobody.</summary>
    /// <returns>How many.</returns>
    public async Task<int> JudgeAsync(KnownCatalogue catalogue, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        var due = new List<(string Customer, bool Successful)>();
        await using (var command = database.CreateCommand("""
            SELECT e.customer, e.first_at, e.due_at, e.services, p.uses FROM effect_customers e LEFT JOIN profiles p USING (customer)
            WHERE e.successful IS NULL AND e.due_at <= $1 ORDER BY e.due_at LIMIT $2
            """).With(now.UtcDateTime).With(AtOnce))
        await using (var reader = await command.ExecuteReaderAsync(cancellation))
            while (await reader.ReadAsync(cancellation))
                due.Add((reader.GetString(0), !reader.IsDBNull(4) && Succeeded(
                    UseList.Read(reader.GetFieldValue<byte[]>(4)), catalogue, reader.GetFieldValue<DateTimeOffset>(1), reader.GetFieldValue<DateTimeOffset>(2), reader.GetString(3))));
        if (due.Count == 0) return 0;
        await using var write = database.CreateCommand("""
            UPDATE effect_customers e SET successful = d.successful, judged_at = $3 FROM unnest($1::text[], $2::boolean[]) d (customer, successful)
            WHERE e.customer = d.customer AND e.successful IS NULL
            """);
        write.With(due.ConvertAll(one => one.Customer).ToArray()).With(due.ConvertAll(one => one.Successful).ToArray()).With(now.UtcDateTime);
        await write.ExecuteNonQueryAsync(cancellation);
        return due.Count;
    }

    public async Task<(Arm Treated, Arm Held, DateTimeOffset? Since)> ReadAsync(CancellationToken cancellation)
    {
        var (arms, since) = (new Dictionary<string, Arm>(), (DateTimeOffset?)null);
        await using var command = database.CreateCommand("""
            SELECT arm, count(*), count(successful), count(*) FILTER (WHERE successful), count(*) FILTER (WHERE accepted), count(*) FILTER (WHERE accepted AND successful),
              coalesce(sum(saving) FILTER (WHERE successful IS NOT NULL), 0)::bigint, min(first_at)
            FROM effect_customers GROUP BY arm
            """);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
        {
            arms[reader.GetString(0)] = new Arm(reader.GetInt64(1), reader.GetInt64(2), reader.GetInt64(3), reader.GetInt64(4), reader.GetInt64(5), reader.GetInt64(6));
            var first = reader.GetFieldValue<DateTimeOffset>(7);
            if (since is null || first < since) since = first;
        }
        return (arms.GetValueOrDefault(Holdout.Treated, Arm.None), arms.GetValueOrDefault(Holdout.Held, Arm.None), since);
    }

    private bool Succeeded(List<Use> uses, KnownCatalogue catalogue, DateTimeOffset from, DateTimeOffset to, string group)
    {
        var (first, last) = ((int)(from.ToUnixTimeSeconds() / 60), (int)(to.ToUnixTimeSeconds() / 60));
        return uses.Exists(use => use.Minute > first && use.Minute <= last && use is { Outcome: Outcome.Success, Assisted: false }
            && codes.CodeOf(use.Channel) is { } channel && catalogue.Channels.TryGetValue(channel, out var known) && known.Electronic
            && codes.CodeOf(use.Service) is { } service && catalogue.Services.TryGetValue(service, out var kind) && kind.Group == group);
    }
}
