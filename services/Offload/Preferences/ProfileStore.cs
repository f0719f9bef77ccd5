using ECommerce.Channels.Platform.Storage;
using Npgsql;
using NpgsqlTypes;

namespace ECommerce.Channels.Offload.Preferences;

/// <summary>What customers did, one row for each.</summary>
internal static class ProfileStore
{
    /// <summary>Adds to what is known of these customers.</summary>
    /// <param name="fresh">By customer, in any order, with or without what is known already.</param>
    public static async Task AddAsync(
        NpgsqlTransaction transaction, Dictionary<string, List<Use>> fresh, int firstMinute, DateTimeOffset now, CancellationToken cancellation)
    {
        // In one order for all writers, so that two never wait for each other crosswise.
        var customers = fresh.Keys.Order(StringComparer.Ordinal).ToArray();
        var known = await ReadAsync(transaction, customers, cancellation);
        var uses = Array.ConvertAll(customers, customer =>
            UseList.Write(UseList.Merge(known.TryGetValue(customer, out var before) ? UseList.Read(before) : [], fresh[customer], firstMinute)));
        // Whose list is another now, and is in the state store, has a later version: as ProfileHeads.RaiseAsync, without a way back and forth.
        await using var command = new NpgsqlCommand("""
            WITH changed AS (
              INSERT INTO profiles AS p (customer, uses) SELECT * FROM unnest($1::text[], $2::bytea[])
              ON CONFLICT (customer) DO UPDATE SET uses = EXCLUDED.uses, revision = p.revision + 1 WHERE p.uses <> EXCLUDED.uses
              RETURNING customer),
            held AS (SELECT customer FROM profile_heads WHERE customer IN (SELECT customer FROM changed) ORDER BY customer FOR UPDATE)
            UPDATE profile_heads h SET version = h.version + 1, changed = coalesce(h.changed, $3) FROM held WHERE h.customer = held.customer
            """, transaction.Connection, transaction);
        command.With(customers).With(uses, NpgsqlDbType.Array | NpgsqlDbType.Bytea).With(now.UtcDateTime);
        await command.ExecuteNonQueryAsync(cancellation);
    }

    public static async Task ForgetAsync(NpgsqlTransaction transaction, string customer, string replacement, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand("UPDATE profiles SET customer = $2 WHERE customer = $1", transaction.Connection, transaction);
        await command.With(customer).With(replacement).ExecuteNonQueryAsync(cancellation);
    }

    private static async Task<Dictionary<string, byte[]>> ReadAsync(NpgsqlTransaction transaction, string[] customers, CancellationToken cancellation)
    {
        var known = new Dictionary<string, byte[]>(customers.Length, StringComparer.Ordinal);
        await using var command = new NpgsqlCommand("SELECT customer, uses FROM profiles WHERE customer = ANY ($1)", transaction.Connection, transaction);
        await using var reader = await command.With(customers).ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation)) known[reader.GetString(0)] = reader.GetFieldValue<byte[]>(1);
        return known;
    }
}
