using ECommerce.Channels.Platform.Storage;
using Npgsql;
using NpgsqlTypes;

namespace ECommerce.Channels.Care.Customers;

/// <summary>Which customers, and how many of them.</summary>
/// <param name="Regions">Codes the caller may see; null is all, and those without a region.</param>
/// <param name="Wanted">Codes of the regions asked for; null is any.</param>
/// <param name="After">The last pseudonym of the page before.</param>
internal sealed record CustomerFilter(
    string[]? Regions, string? Stage, string? Tier, string? Brand, string[]? Wanted, string? Manager, string? Tag, string? After, int Limit);

/// <summary>The directory's rows.</summary>
internal sealed class CustomerStore(NpgsqlDataSource database)
{
    private const string Columns =
        "customer, stage, tier, brand, region, language, tags, preferred_channel, manager, address IS NOT NULL, note IS NOT NULL, consent_version, revision, created_at, updated_at";

    /// <param name="regions">Codes the caller may see; null is all. A customer of another region is as if it were not there.</param>
    public async Task<Customer?> FindAsync(string id, string[]? regions, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand($"SELECT {Columns} FROM customers WHERE customer = $1 AND ($2::text[] IS NULL OR region = ANY ($2))");
        command.With(id).WithNullable(regions, NpgsqlDbType.Array | NpgsqlDbType.Text);
        return (await ReadAsync(command, cancellation)).SingleOrDefault();
    }

    /// <summary>The same, held until the transaction ends.</summary>
    public static async Task<Customer?> HoldAsync(NpgsqlTransaction transaction, string id, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand($"SELECT {Columns} FROM customers WHERE customer = $1 FOR UPDATE", transaction.Connection, transaction).With(id);
        return (await ReadAsync(command, cancellation)).SingleOrDefault();
    }

    /// <summary>Where a customer belongs, for what is told of dealings with them; nothing of one who is not in the directory.</summary>
    public static async Task<(string? Region, string? Brand)> PlaceAsync(NpgsqlTransaction transaction, string id, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand("SELECT region, brand FROM customers WHERE customer = $1", transaction.Connection, transaction).With(id);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        if (!await reader.ReadAsync(cancellation)) return (null, null);
        return (reader.IsDBNull(0) ? null : reader.GetString(0), reader.IsDBNull(1) ? null : reader.GetString(1));
    }

    public async Task<IReadOnlyList<Customer>> ListAsync(CustomerFilter filter, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand($"""
            SELECT {Columns} FROM customers
            WHERE ($1::text[] IS NULL OR region = ANY ($1)) AND ($2::text IS NULL OR stage = $2) AND ($3::text IS NULL OR tier = $3)
              AND ($4::text IS NULL OR brand = $4) AND ($5::text[] IS NULL OR region = ANY ($5)) AND ($6::text IS NULL OR manager = $6)
              AND ($7::text IS NULL OR $7 = ANY (tags)) AND ($8::text IS NULL OR customer > $8)
            ORDER BY customer LIMIT $9
            """);
        command.WithNullable(filter.Regions, NpgsqlDbType.Array | NpgsqlDbType.Text);
        foreach (var text in new[] { filter.Stage, filter.Tier, filter.Brand }) command.WithNullable(text, NpgsqlDbType.Text);
        command.WithNullable(filter.Wanted, NpgsqlDbType.Array | NpgsqlDbType.Text);
        foreach (var text in new[] { filter.Manager, filter.Tag, filter.After }) command.WithNullable(text, NpgsqlDbType.Text);
        return await ReadAsync(command.With(filter.Limit), cancellation);
    }

    /// <summary>After something was said about consents; the customer as it is then.</summary>
    public static async Task<Customer> CountAsync(NpgsqlTransaction transaction, string id, long consentVersion, DateTimeOffset now, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(
            "UPDATE customers SET consent_version = $2, revision = revision + 1, updated_at = $3 WHERE customer = $1", transaction.Connection, transaction);
        await command.With(id).With(consentVersion).With(now.UtcDateTime).ExecuteNonQueryAsync(cancellation);
        return (await HoldAsync(transaction, id, cancellation))!;
    }

    private static async Task<List<Customer>> ReadAsync(NpgsqlCommand command, CancellationToken cancellation)
    {
        var customers = new List<Customer>();
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation)) customers.Add(Of(reader));
        return customers;
    }

    private static Customer Of(NpgsqlDataReader reader) => new(
        reader.GetString(0), Text(reader, 1), Text(reader, 2), Text(reader, 3), Text(reader, 4), Text(reader, 5), reader.GetFieldValue<string[]>(6),
        Text(reader, 7), Text(reader, 8), reader.GetBoolean(9), reader.GetBoolean(10), reader.GetInt64(11), reader.GetInt64(12),
        reader.GetFieldValue<DateTimeOffset>(13), reader.GetFieldValue<DateTimeOffset>(14));

    private static string? Text(NpgsqlDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetString(column);
}
