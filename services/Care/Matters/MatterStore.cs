using ECommerce.Channels.Care.Customers;
using ECommerce.Channels.Platform.Storage;
using Npgsql;
using NpgsqlTypes;

namespace ECommerce.Channels.Care.Matters;

/// <summary>A matter as it was told.</summary>
/// <param name="Facts">What was told, as text: whether it is still the same.</param>
internal sealed record ToldMatter(string Id, string Customer, string Subject, DateTimeOffset FirstAt, string Facts, long Revision);

/// <summary>Turns, contacts and what was told, of some customers at a time.</summary>
internal sealed class MatterStore(NpgsqlDataSource database) : IKeepsCustomers
{
    /// <summary>Customers whose turn it is, held until the transaction ends; another replica takes others.</summary>
    public static async Task<string[]> TakeAsync(NpgsqlTransaction transaction, DateTimeOffset now, int most, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand("""
            SELECT customer FROM matter_turns WHERE due <= $1 ORDER BY due LIMIT $2 FOR UPDATE SKIP LOCKED
            """, transaction.Connection, transaction).With(now.UtcDateTime).With(most);
        var customers = new List<string>();
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation)) customers.Add(reader.GetString(0));
        return [.. customers];
    }

    /// <summary>
    /// What they did since an instant. A ticket that came out of a conversation is no contact of its own, and one that was cancelled is none
    /// at all.
    /// </summary>
    public static async Task<ILookup<string, Contact>> ContactsAsync(
        NpgsqlTransaction transaction, string[] customers, DateTimeOffset since, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand("""
            SELECT customer, at, 'transaction', source || '/' || id, channel, service, task, region, assisted, outcome = 'success'
            FROM journey_steps WHERE customer = ANY ($1) AND minute >= date_trunc('minute', $2::timestamptz)
            UNION ALL
            SELECT customer, opened_at, 'conversation', id, channel, service, task, NULL, false, coalesce(first_reply_at IS NOT NULL AND close_reason = 'solved', false)
            FROM conversations WHERE customer = ANY ($1) AND opened_at >= $2
            UNION ALL
            SELECT customer, opened_at, 'ticket', id, channel, service, task, NULL, false, status IN ('resolved', 'closed')
            FROM tickets WHERE customer = ANY ($1) AND opened_at >= $2 AND conversation IS NULL AND status <> 'cancelled'
            """, transaction.Connection, transaction).With(customers).With(since.UtcDateTime);
        var contacts = new List<Contact>();
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
            contacts.Add(new Contact(
                reader.GetString(0), reader.GetFieldValue<DateTimeOffset>(1), reader.GetString(2), reader.GetString(3), Text(reader, 4), Text(reader, 5),
                Text(reader, 6), Text(reader, 7), reader.GetBoolean(8), reader.GetBoolean(9)));
        return contacts.ToLookup(one => one.Customer);
    }

    public static async Task<ILookup<string, ToldMatter>> ToldAsync(NpgsqlTransaction transaction, string[] customers, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(
            "SELECT id, customer, subject, first_at, facts, revision FROM matters_told WHERE customer = ANY ($1)", transaction.Connection, transaction).With(customers);
        var told = new List<ToldMatter>();
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
            told.Add(new ToldMatter(reader.GetString(0), reader.GetString(1), reader.GetString(2), reader.GetFieldValue<DateTimeOffset>(3), reader.GetString(4), reader.GetInt64(5)));
        return told.ToLookup(one => one.Customer);
    }

    public static async Task SaveAsync(NpgsqlTransaction transaction, ToldMatter one, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand("""
            INSERT INTO matters_told (id, customer, subject, first_at, facts, revision) VALUES ($1, $2, $3, $4, $5, $6)
            ON CONFLICT (id) DO UPDATE SET facts = EXCLUDED.facts, revision = EXCLUDED.revision
            """, transaction.Connection, transaction);
        command.With(one.Id).With(one.Customer).With(one.Subject).With(one.FirstAt.UtcDateTime).With(one.Facts).With(one.Revision);
        await command.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>The next turns of those who were taken; null: there is nothing to wait for.</summary>
    public static async Task NextAsync(NpgsqlTransaction transaction, IReadOnlyList<(string Customer, DateTimeOffset? Due)> turns, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand("""
            WITH n AS (SELECT * FROM unnest($1::text[], $2::timestamptz[]) n (customer, due)),
              done AS (DELETE FROM matter_turns t USING n WHERE t.customer = n.customer AND n.due IS NULL)
            UPDATE matter_turns t SET due = n.due FROM n WHERE t.customer = n.customer AND n.due IS NOT NULL
            """, transaction.Connection, transaction);
        command.With(turns.Select(one => one.Customer).ToArray())
            .With(turns.Select(one => one.Due?.UtcDateTime).ToArray(), NpgsqlDbType.Array | NpgsqlDbType.TimestampTz);
        await command.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>Writes down that all that was settled by then is told, if it is; how often that was written so far, or null.</summary>
    /// <param name="most">How often at most.</param>
    public static async Task<long?> JudgedAsync(NpgsqlTransaction transaction, DateTimeOffset through, TimeSpan most, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand("""
            UPDATE matters_judged SET through = $1, number = number + 1
            WHERE through <= $1 - $2 AND NOT EXISTS (SELECT 1 FROM matter_turns WHERE due <= $1) RETURNING number
            """, transaction.Connection, transaction).With(through.UtcDateTime).With(most);
        return (long?)await command.ExecuteScalarAsync(cancellation);
    }

    /// <summary>Forgets what was told of matters whose contacts are not kept any more.</summary>
    public async Task PruneAsync(DateTimeOffset before, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand("DELETE FROM matters_told WHERE first_at < $1").With(before.UtcDateTime);
        await command.ExecuteNonQueryAsync(cancellation);
    }

    public async Task ForgetAsync(NpgsqlTransaction transaction, string customer, string replacement, CancellationToken cancellation)
    {
        // The turn first: whoever judges this customer just now is waited for.
        foreach (var table in new[] { "matter_turns", "matters_told" })
        {
            await using var command = new NpgsqlCommand($"UPDATE {table} SET customer = $2 WHERE customer = $1", transaction.Connection, transaction);
            await command.With(customer).With(replacement).ExecuteNonQueryAsync(cancellation);
        }
    }

    private static string? Text(NpgsqlDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetString(column);
}
