using System.Diagnostics.Metrics;
using ECommerce.Channels.Contracts;
using ECommerce.Channels.Contracts.Events;
using ECommerce.Channels.Offload.Customers;
using ECommerce.Channels.Offload.Rules;
using ECommerce.Channels.Platform.Messaging;
using ECommerce.Channels.Platform.Storage;
using Npgsql;
using NpgsqlTypes;

namespace ECommerce.Channels.Offload.Contacts;

/// <summary>Why nothing was reserved.</summary>
/// <param name="Rule">Name of the allowance, or quiet-hours.</param>
/// <param name="FreeAt">When it would pass, if nothing else comes; null: never.</param>
internal sealed record Refusal(string Rule, DateTimeOffset? FreeAt);

/// <summary>
/// The one ledger of who was addressed when, for offers, surveys and care. Whoever sends something reserves beforehand; of racing
/// reservations for one customer one comes after the other, so that no allowance is ever exceeded by them.
/// </summary>
internal sealed class ContactLedger(NpgsqlDataSource database, Outbox outbox, RuleSetStore rules, OperatorZone zone, TimeProvider time)
{
    public const string QuietHours = "quiet-hours";

    /// <summary>What was reserved and neither spent nor released by then is free again.</summary>
    public static readonly TimeSpan ReservedFor = TimeSpan.FromHours(24);

    private static readonly Meter Meter = new("ECommerce.Channels.Offload");
    private static readonly Counter<long> Overshoot = Meter.CreateCounter<long>("channels.offload.contacts.overshoot", description: "Offers shown beyond an allowance, since several were in flight");

    /// <param name="id">The caller's; the same again changes nothing.</param>
    /// <returns>Null: it is reserved.</returns>
    public async Task<Refusal?> ReserveAsync(string id, string customer, string purpose, string channel, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        var set = (await rules.LatestAsync(cancellation)).Rules;
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await HoldAsync(transaction, customer, cancellation);
        if (await StateAsync(transaction, id, cancellation) is "reserved" or "spent") return null;
        if (set.QuietHours.Holds(MinuteOfDay(now))) return new Refusal(QuietHours, EndOfQuiet(set.QuietHours, now));
        var contacts = await ReadAsync(transaction, customer, now, cancellation);
        if (Allowances.Broken(set.Allowances, contacts, purpose, channel, now) is { } broken)
        {
            var free = Allowances.FreeAt(broken, contacts, now);
            return new Refusal(broken.Name, free == DateTimeOffset.MaxValue ? null : free);
        }
        await PutAsync(transaction, id, customer, purpose, channel, "reserved", null, now, cancellation);
        await ProfileHeads.RaiseAsync(transaction, [customer], now, cancellation);
        await TellAsync(transaction, id, new ContactChanged(id, customer, purpose, channel, "reserved", now), 1, cancellation);
        await transaction.CommitAsync(cancellation);
        return null;
    }

    /// <param name="state">spent or released.</param>
    /// <returns>False: it is none that is reserved.</returns>
    public async Task<bool> SettleAsync(string id, string state, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await using var command = new NpgsqlCommand(
            "UPDATE contacts SET state = $2 WHERE id = $1 AND state IN ('reserved', $2) RETURNING customer, purpose, channel", connection, transaction);
        string customer, purpose, channel;
        await using (var reader = await command.With(id).With(state).ExecuteReaderAsync(cancellation))
        {
            if (!await reader.ReadAsync(cancellation)) return false;
            (customer, purpose, channel) = (reader.GetString(0), reader.GetString(1), reader.GetString(2));
        }
        await ProfileHeads.RaiseAsync(transaction, [customer], now, cancellation);
        await TellAsync(transaction, id, new ContactChanged(id, customer, purpose, channel, state, now), 2, cancellation);
        await transaction.CommitAsync(cancellation);
        return true;
    }

    /// <summary>An offer was shown, in the transaction of its outcome: it is spent once, whatever else is told of it. Beyond an allowance it is counted.</summary>
    /// <param name="outcome">The last that is known.</param>
    public async Task SpendAsync(NpgsqlTransaction transaction, string decision, string customer, string channel, string outcome, DateTimeOffset now, CancellationToken cancellation)
    {
        var set = (await rules.LatestAsync(cancellation)).Rules;
        await HoldAsync(transaction, customer, cancellation);
        if (await StateAsync(transaction, decision, cancellation) is null
            && Allowances.Broken(set.Allowances, await ReadAsync(transaction, customer, now, cancellation), ConsentPurposes.Guidance, channel, now) is not null) Overshoot.Add(1);
        await PutAsync(transaction, decision, customer, ConsentPurposes.Guidance, channel, "spent", outcome, now, cancellation);
        await ProfileHeads.RaiseAsync(transaction, [customer], now, cancellation);
        await TellAsync(transaction, $"{decision}/{outcome}", new ContactChanged(decision, customer, ConsentPurposes.Guidance, channel, outcome, now), 1, cancellation);
    }

    /// <summary>Newest first.</summary>
    public async Task<List<(string Id, Contact Contact)>> OfAsync(string customer, int limit, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand("SELECT id, purpose, channel, at, state, outcome FROM contacts WHERE customer = $1 ORDER BY at DESC LIMIT $2");
        var contacts = new List<(string, Contact)>();
        await using var reader = await command.With(customer).With(limit).ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
            contacts.Add((reader.GetString(0), new Contact(
                reader.GetString(1), reader.GetString(2), reader.GetFieldValue<DateTimeOffset>(3), reader.GetString(4), reader.IsDBNull(5) ? null : reader.GetString(5))));
        return contacts;
    }

    public static async Task ForgetAsync(NpgsqlTransaction transaction, string customer, string replacement, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand("UPDATE contacts SET customer = $2 WHERE customer = $1", transaction.Connection, transaction);
        await command.With(customer).With(replacement).ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>One after the other, for this customer, until the transaction ends.</summary>
    private static async Task HoldAsync(NpgsqlTransaction transaction, string customer, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand("SELECT pg_advisory_xact_lock(hashtextextended('contacts/' || $1, 0))", transaction.Connection, transaction);
        await command.With(customer).ExecuteNonQueryAsync(cancellation);
    }

    private static async Task<string?> StateAsync(NpgsqlTransaction transaction, string id, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand("SELECT state FROM contacts WHERE id = $1", transaction.Connection, transaction);
        return await command.With(id).ExecuteScalarAsync(cancellation) as string;
    }

    private static async Task<List<Contact>> ReadAsync(NpgsqlTransaction transaction, string customer, DateTimeOffset now, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand("""
            SELECT purpose, channel, at, state, outcome FROM contacts
            WHERE customer = $1 AND at > $2 AND (state = 'spent' OR (state = 'reserved' AND at > $3))
            """, transaction.Connection, transaction);
        command.With(customer).With(now.UtcDateTime.AddDays(-31)).With((now - ReservedFor).UtcDateTime);
        var contacts = new List<Contact>();
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
            contacts.Add(new Contact(reader.GetString(0), reader.GetString(1), reader.GetFieldValue<DateTimeOffset>(2), reader.GetString(3), reader.IsDBNull(4) ? null : reader.GetString(4)));
        return contacts;
    }

    private static async Task PutAsync(
        NpgsqlTransaction transaction, string id, string customer, string purpose, string channel, string state, string? outcome, DateTimeOffset now,
        CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand("""
            INSERT INTO contacts AS c (id, customer, purpose, channel, at, state, outcome, outcome_at) VALUES ($1, $2, $3, $4, $5, $6, $7, CASE WHEN $7::text IS NULL THEN NULL ELSE $5 END)
            ON CONFLICT (id) DO UPDATE SET state = EXCLUDED.state, outcome = CASE WHEN EXCLUDED.outcome = 'shown' THEN coalesce(c.outcome, 'shown') ELSE coalesce(EXCLUDED.outcome, c.outcome) END,
              outcome_at = coalesce(EXCLUDED.outcome_at, c.outcome_at)
            """, transaction.Connection, transaction);
        command.With(id).With(customer).With(purpose).With(channel).With(now.UtcDateTime, NpgsqlDbType.TimestampTz).With(state).WithNullable(outcome, NpgsqlDbType.Text);
        await command.ExecuteNonQueryAsync(cancellation);
    }

    private Task TellAsync(NpgsqlTransaction transaction, string subject, ContactChanged changed, long sequence, CancellationToken cancellation) =>
        outbox.AddAsync(transaction, Topics.Contacts, changed.Customer, ContactChanged.Type, changed, sequence, subject, cancellation: cancellation);

    private int MinuteOfDay(DateTimeOffset now)
    {
        var minute = now.ToUnixTimeSeconds() / 60;
        return (int)((minute + (long)zone.OffsetAt(minute).TotalMinutes) % 1440);
    }

    private DateTimeOffset EndOfQuiet(QuietHours quiet, DateTimeOffset now) => now.AddMinutes((quiet.To - MinuteOfDay(now) + 1440) % 1440);
}
