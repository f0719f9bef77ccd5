using ECommerce.Channels.Care.Customers;
using ECommerce.Channels.Platform.Storage;
using Npgsql;

namespace ECommerce.Channels.Care.Journeys;

/// <summary>Customers' steps, as the topic told them.</summary>
internal sealed class JourneyStore(NpgsqlDataSource database) : IKeepsCustomers
{
    /// <summary>A customer's steps since an instant, newest first.</summary>
    public async Task<List<Step>> ReadAsync(string customer, DateTimeOffset since, int limit, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand("""
            SELECT at, source, id, channel, service, outcome, reason, region, amount, assisted, task FROM journey_steps
            WHERE customer = $1 AND minute >= date_trunc('minute', $2::timestamptz) AND at >= $2 ORDER BY at DESC, source, id LIMIT $3
            """);
        command.With(customer).With(since.UtcDateTime).With(limit);
        var steps = new List<Step>();
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation)) steps.Add(Of(reader));
        return steps;
    }

    public async Task ForgetAsync(NpgsqlTransaction transaction, string customer, string replacement, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand("UPDATE journey_steps SET customer = $2 WHERE customer = $1", transaction.Connection, transaction);
        await command.With(customer).With(replacement).ExecuteNonQueryAsync(cancellation);
    }

    private static Step Of(NpgsqlDataReader reader) => new(
        reader.GetFieldValue<DateTimeOffset>(0), reader.GetString(1), reader.GetString(2), reader.GetString(3), reader.GetString(4), reader.GetString(5),
        reader.IsDBNull(6) ? null : reader.GetString(6), reader.IsDBNull(7) ? null : reader.GetString(7), reader.IsDBNull(8) ? null : reader.GetInt64(8),
        reader.GetBoolean(9), reader.IsDBNull(10) ? null : reader.GetString(10));
}
