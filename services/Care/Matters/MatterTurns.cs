using ECommerce.Channels.Care.Journeys;
using ECommerce.Channels.Platform.Storage;
using Npgsql;
using NpgsqlTypes;

namespace ECommerce.Channels.Care.Matters;

/// <summary>When which customer's matters are looked at: as soon as what they did may be settled.</summary>
internal static class MatterTurns
{
    /// <summary>What belongs to it may still be on its way from another channel.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromMinutes(10);

    public static Task AddAsync(NpgsqlTransaction transaction, string customer, DateTimeOffset contact, DateTimeOffset now, CancellationToken cancellation) =>
        AddAsync(transaction, [(customer, contact)], now, cancellation);

    /// <summary>In the transaction that writes the contacts down: neither is there without the other.</summary>
    public static async Task AddAsync(
        NpgsqlTransaction transaction, IEnumerable<(string Customer, DateTimeOffset At)> contacts, DateTimeOffset now, CancellationToken cancellation)
    {
        // In one order for all writers, so that two never wait for each other.
        var firsts = contacts.GroupBy(one => one.Customer).OrderBy(group => group.Key, StringComparer.Ordinal)
            .Select(group => (Customer: group.Key, Due: DueOf(group.Min(one => one.At), now).UtcDateTime)).ToList();
        if (firsts.Count == 0) return;
        await using var command = new NpgsqlCommand("""
            INSERT INTO matter_turns AS t (customer, due) SELECT * FROM unnest($1::text[], $2::timestamptz[])
            ON CONFLICT (customer) DO UPDATE SET due = EXCLUDED.due WHERE EXCLUDED.due < t.due
            """, transaction.Connection, transaction);
        command.With(firsts.ConvertAll(one => one.Customer).ToArray()).With(firsts.ConvertAll(one => one.Due).ToArray(), NpgsqlDbType.Array | NpgsqlDbType.TimestampTz);
        await command.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>When a contact that is known now is to be looked at.</summary>
    public static DateTimeOffset DueOf(DateTimeOffset contact, DateTimeOffset now) =>
        (contact + Matter.Window > now ? contact + Matter.Window : now) + Grace;
}
