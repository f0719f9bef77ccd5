using ECommerce.Channels.Platform.Audit;
using ECommerce.Channels.Platform.Storage;
using Npgsql;

namespace ECommerce.Channels.Care.Customers;

/// <summary>What is told of a customer beyond the directory's row; every disclosure leaves its line before anything is told.</summary>
internal sealed class CustomerPrivacy(NpgsqlDataSource database, DataKeys keys, AuditLog audit)
{
    /// <summary>The line names the customer by the alias of the data key; nobody found is a line too.</summary>
    public async Task AuditAsync(string by, string action, string? customer, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        var subject = customer is null ? "customers" : (await keys.EnsureAsync(transaction, customer, cancellation)).Alias;
        await audit.AppendAsync(transaction, by, action, subject, new { Found = customer is not null }, cancellation);
        await transaction.CommitAsync(cancellation);
    }

    public async Task<RevealedBody> OpenAsync(string customer, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        return await keys.FindAsync(connection, customer, cancellation) is { } key
            ? await OpenAsync(connection, customer, key, cancellation)
            : new RevealedBody(null, null);
    }

    public static async Task<RevealedBody> OpenAsync(NpgsqlConnection connection, string customer, DataKey key, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand("SELECT address, note FROM customers WHERE customer = $1", connection).With(customer);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        return await reader.ReadAsync(cancellation)
            ? new RevealedBody(Open(reader, 0, key, "address"), Open(reader, 1, key, "note"))
            : new RevealedBody(null, null);
    }

    public async Task<List<Consent>> SaidAsync(string customer, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        return await ConsentStore.ReadAsync(connection, customer, cancellation);
    }

    private static string? Open(NpgsqlDataReader reader, int column, DataKey key, string use) =>
        reader.IsDBNull(column) ? null : key.Open(reader.GetFieldValue<byte[]>(column), use);
}
