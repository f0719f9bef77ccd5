using System.Collections.Concurrent;
using ECommerce.Channels.Contracts.Events;
using ECommerce.Channels.Offload.Contacts;
using ECommerce.Channels.Offload.Customers;
using ECommerce.Channels.Platform.State;
using ECommerce.Channels.Platform.Storage;
using Npgsql;

namespace ECommerce.Channels.Offload.Preferences;

/// <summary>
/// Finds what is stored of a customer: in this process (at most a second old), else in the state store, else in the database, from where
/// it goes into the state store. What the customers' topic told since counts over all of them.
/// </summary>
internal sealed class ProfileReader(IStateStore state, NpgsqlDataSource database, CustomerWatch watch, TimeProvider time)
{
    /// <summary>How long an entry of the state store lives without being read from the database again.</summary>
    public static readonly TimeSpan Kept = TimeSpan.FromDays(7);

    private const int MostInProcess = 100_000;
    private static readonly TimeSpan Turn = TimeSpan.FromMilliseconds(500);

    private readonly Lock turning = new();
    private ConcurrentDictionary<string, StoredProfile> young = new(StringComparer.Ordinal);
    private ConcurrentDictionary<string, StoredProfile> old = new(StringComparer.Ordinal);
    private DateTimeOffset turnedAt = DateTimeOffset.MinValue;

    public static string KeyOf(string customer) => "profile/" + customer;

    /// <exception cref="StateUnavailableException">The state store does not answer, or with what nobody can read.</exception>
    /// <exception cref="NpgsqlException">Nor does the database.</exception>
    public async ValueTask<StoredProfile> FindAsync(string customer, CancellationToken cancellation)
    {
        TurnOver();
        if (young.TryGetValue(customer, out var known) || old.TryGetValue(customer, out known)) return Newest(customer, known);
        known = (await state.GetAsync(KeyOf(customer), ProfileJson.Default.StoredProfile, cancellation))?.Value ?? await FetchAsync(customer, cancellation);
        if (young.Count < MostInProcess) young[customer] = known;
        return Newest(customer, known);
    }

    /// <summary>From now on the next question goes to the stores: something was just written.</summary>
    public void Drop(string customer)
    {
        young.TryRemove(customer, out _);
        old.TryRemove(customer, out _);
    }

    /// <summary>As the database knows it now; null head: its profile is not in the state store.</summary>
    public static async Task<StoredProfile?> ReadAsync(NpgsqlConnection connection, string customer, DateTimeOffset now, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand("""
            SELECT h.version, c.facts::text, p.uses,
              (SELECT json_agg(json_build_object('channel', t.channel, 'open', t.open, 'openedAt', t.opened_at))::text FROM complaints t
               WHERE t.customer = h.customer AND (t.open OR t.opened_at > $2::timestamptz - interval '180 days')),
              (SELECT json_agg(json_build_object('purpose', k.purpose, 'channel', k.channel, 'at', k.at, 'state', k.state, 'outcome', k.outcome))::text
               FROM contacts k WHERE k.customer = h.customer AND k.at > $2::timestamptz - interval '90 days')
            FROM profile_heads h LEFT JOIN customers c USING (customer) LEFT JOIN profiles p USING (customer) WHERE h.customer = $1
            """, connection);
        await using var reader = await command.With(customer).With(now.UtcDateTime).ExecuteReaderAsync(cancellation);
        if (!await reader.ReadAsync(cancellation)) return null;
        return new StoredProfile(
            reader.IsDBNull(1) ? null : Json<CustomerChanged>(reader.GetString(1)), reader.IsDBNull(2) ? [] : reader.GetFieldValue<byte[]>(2), reader.GetInt64(0),
            reader.IsDBNull(3) ? [] : Json<List<ComplaintFacts>>(reader.GetString(3))!, reader.IsDBNull(4) ? [] : Json<List<Contact>>(reader.GetString(4))!);
    }

    private static T? Json<T>(string text) => System.Text.Json.JsonSerializer.Deserialize<T>(text, System.Text.Json.JsonSerializerOptions.Web);

    private async Task<StoredProfile> FetchAsync(string customer, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        await using var connection = await database.OpenConnectionAsync(cancellation);
        // First the head: whatever changes from here on raises its version, and is written behind.
        await using (var command = new NpgsqlCommand("""
            INSERT INTO profile_heads AS h (customer, read_at) VALUES ($1, $2) ON CONFLICT (customer) DO UPDATE SET read_at = EXCLUDED.read_at
            """, connection))
            await command.With(customer).With(now.UtcDateTime).ExecuteNonQueryAsync(cancellation);
        var read = (await ReadAsync(connection, customer, now, cancellation))!;
        // Who writes behind may have been faster, with a later version.
        await state.SaveAsync(KeyOf(customer), read, ProfileJson.Default.StoredProfile, StateCondition.Absent, Kept, cancellation);
        return read;
    }

    private StoredProfile Newest(string customer, StoredProfile known)
    {
        if (watch.Of(customer) is not { } told) return known;
        return told.Changed is null
            ? known with { Customer = null }
            : told.Revision > (known.Customer?.Revision ?? 0) ? known with { Customer = told.Changed } : known;
    }

    /// <summary>What was young gets old, what was old goes: nothing is kept longer than a second.</summary>
    private void TurnOver()
    {
        var now = time.GetUtcNow();
        if (now - turnedAt < Turn) return;
        lock (turning)
        {
            if (now - turnedAt < Turn) return;
            old = now - turnedAt < 2 * Turn ? young : new(StringComparer.Ordinal);
            young = new(StringComparer.Ordinal);
            turnedAt = now;
        }
    }
}
