using ECommerce.Channels.Platform.Storage;
using Npgsql;

namespace ECommerce.Channels.Care.Customers;

/// <summary>What customers said, as rows that are never changed.</summary>
internal static class ConsentStore
{
    /// <summary>In the order of recording.</summary>
    public static async Task<List<Consent>> ReadAsync(NpgsqlConnection connection, string customer, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand("""
            SELECT version, purpose, channel, given, at, origin, recorded_by, recorded_at FROM consents WHERE customer = $1 ORDER BY version
            """, connection).With(customer);
        var said = new List<Consent>();
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
            said.Add(new Consent(
                reader.GetInt64(0), reader.GetString(1), reader.GetString(2), reader.GetBoolean(3), reader.GetFieldValue<DateTimeOffset>(4),
                reader.GetString(5), reader.GetString(6), reader.GetFieldValue<DateTimeOffset>(7)));
        return said;
    }

    public static async Task AddAsync(NpgsqlTransaction transaction, string customer, Consent one, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand("""
            INSERT INTO consents (customer, version, purpose, channel, given, at, origin, recorded_by, recorded_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
            """, transaction.Connection, transaction);
        command.With(customer).With(one.Version).With(one.Purpose).With(one.Channel).With(one.Given).With(one.At.UtcDateTime).With(one.Origin)
            .With(one.RecordedBy).With(one.RecordedAt.UtcDateTime);
        await command.ExecuteNonQueryAsync(cancellation);
    }
}
