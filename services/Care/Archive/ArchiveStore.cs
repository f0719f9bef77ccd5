using System.Security.Cryptography;
using System.Text.Json;
using ECommerce.Channels.Care.Customers;
using ECommerce.Channels.Care.Tickets;
using ECommerce.Channels.Platform.Audit;
using ECommerce.Channels.Platform.Storage;
using Npgsql;
using NpgsqlTypes;

namespace ECommerce.Channels.Care.Archive;

/// <summary>Which entries, and how many of them; the newest first.</summary>
/// <param name="Regions">Codes the caller may see; null is all, and customers who are not in the directory.</param>
/// <param name="Before">Only with a smaller number.</param>
internal sealed record ArchiveFilter(
    string[]? Regions, string? Product, string? Month, string? Kind, string? Nature, string? FaultClass, long? Before, int Limit);

/// <summary>
/// The archive's chain, and what is sealed beside it. An entry names no customer, and holds the hash of what was sealed: so a customer can be
/// forgotten, and the chain still holds.
/// </summary>
internal sealed class ArchiveStore(
    NpgsqlDataSource database, [FromKeyedServices(ArchiveStore.Chain)] AuditLog chain, DataKeys keys, OperatorZone zone) : IKeepsCustomers
{
    public const string Chain = "archive";

    private const string Columns = "a.number, a.at, a.actor, a.action, a.subject, a.details";
    private const string Use = "archive";

    /// <summary>Cases of customers whom the caller may see, and what is of no customer.</summary>
    private const string Visible = """
        archive_log a LEFT JOIN archive_customers s ON s.number = a.number LEFT JOIN customers c ON c.customer = s.customer
        WHERE ($1::text[] IS NULL OR s.number IS NULL OR c.region = ANY ($1))
        """;

    public string MonthOf(DateTimeOffset at) => ArchiveRules.NameOf(zone.DayOf(at.ToUnixTimeSeconds() / 60));

    /// <summary>Keeps what became of a ticket that is being closed, in the transaction of that. To be called before the audit line.</summary>
    /// <param name="words">What was said of the resolution; sealed.</param>
    public async Task KeepAsync(NpgsqlTransaction transaction, Ticket one, string? words, string by, CancellationToken cancellation)
    {
        if (one.Matter.Product is null) return;
        var sealedWords = string.IsNullOrEmpty(words) ? null : (await keys.EnsureAsync(transaction, one.Customer, cancellation)).Seal(words, Use);
        var seal = sealedWords is null ? null : Convert.ToHexStringLower(SHA256.HashData(sealedWords));
        if (ArchivedCase.Of(one, MonthOf(one.Times.OpenedAt), seal) is not { } entry) return;
        var number = await chain.AppendAsync(transaction, by, ArchivedCase.Kind, one.Id, entry, cancellation);
        await using var command = new NpgsqlCommand(
            "INSERT INTO archive_customers (number, customer, sealed) VALUES ($1, $2, $3)", transaction.Connection, transaction);
        await command.With(number).With(one.Customer).WithNullable(sealedWords, NpgsqlDbType.Bytea).ExecuteNonQueryAsync(cancellation);
    }

    public Task<long> AppendAsync(NpgsqlTransaction transaction, string by, string kind, string subject, object entry, CancellationToken cancellation) =>
        chain.AppendAsync(transaction, by, kind, subject, entry, cancellation);

    public async Task<IReadOnlyList<AuditRow>> ListAsync(ArchiveFilter filter, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand($"""
            SELECT {Columns} FROM {Visible} AND ($2::text IS NULL OR a.details::jsonb ->> 'product' = $2) AND ($3::text IS NULL OR a.details::jsonb ->> 'month' = $3)
              AND ($4::text IS NULL OR a.action = $4) AND ($5::text IS NULL OR a.details::jsonb ->> 'nature' = $5)
              AND ($6::text IS NULL OR a.details::jsonb ->> 'faultClass' = $6) AND a.number < $7 ORDER BY a.number DESC LIMIT $8
            """);
        command.WithNullable(filter.Regions, NpgsqlDbType.Array | NpgsqlDbType.Text);
        foreach (var text in new[] { filter.Product, filter.Month, filter.Kind, filter.Nature, filter.FaultClass }) command.WithNullable(text, NpgsqlDbType.Text);
        return await ReadAsync(command.With(filter.Before ?? long.MaxValue).With(filter.Limit), cancellation);
    }

    public async Task<AuditRow?> FindAsync(long number, string[]? regions, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand($"SELECT {Columns} FROM {Visible} AND a.number = $2");
        return (await ReadAsync(command.WithNullable(regions, NpgsqlDbType.Array | NpgsqlDbType.Text).With(number), cancellation)).SingleOrDefault();
    }

    /// <summary>What is sealed with a case; null where nothing is, or the customer was forgotten.</summary>
    public async Task<string?> OpenAsync(long number, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var command = new NpgsqlCommand("SELECT customer, sealed FROM archive_customers WHERE number = $1 AND sealed IS NOT NULL", connection).With(number);
        (string Customer, byte[] Sealed) found;
        await using (var reader = await command.ExecuteReaderAsync(cancellation))
        {
            if (!await reader.ReadAsync(cancellation)) return null;
            found = (reader.GetString(0), reader.GetFieldValue<byte[]>(1));
        }
        try
        {
            return (await keys.FindAsync(connection, found.Customer, cancellation))?.Open(found.Sealed, Use);
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    /// <summary>The last entry of each of a product's tickets.</summary>
    public async Task<IReadOnlyList<ArchivedCase>> CasesAsync(string product, string from, string to, string[]? regions, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand($"""
            SELECT DISTINCT ON (a.subject) {Columns} FROM {Visible} AND a.action = 'case' AND a.details::jsonb ->> 'product' = $2
              AND a.details::jsonb ->> 'month' BETWEEN $3 AND $4 ORDER BY a.subject, a.number DESC
            """);
        command.WithNullable(regions, NpgsqlDbType.Array | NpgsqlDbType.Text).With(product).With(from).With(to);
        return [.. (await ReadAsync(command, cancellation)).Select(Of<ArchivedCase>)];
    }

    /// <summary>Open cases of a product whose promise is broken, by the month in which they came.</summary>
    public async Task<IReadOnlyDictionary<string, int>> OverdueAsync(string product, string[]? regions, DateTimeOffset now, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand("""
            SELECT t.opened_at FROM tickets t LEFT JOIN customers c ON c.customer = t.customer
            WHERE ($1::text[] IS NULL OR c.region = ANY ($1)) AND t.product = $2 AND t.status IN ('open', 'pending') AND t.resolution_due <= $3
            """);
        command.WithNullable(regions, NpgsqlDbType.Array | NpgsqlDbType.Text).With(product).With(now.UtcDateTime);
        var months = new Dictionary<string, int>();
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
        {
            var month = MonthOf(reader.GetFieldValue<DateTimeOffset>(0));
            months[month] = months.GetValueOrDefault(month) + 1;
        }
        return months;
    }

    /// <summary>Measures and verdicts of a product, oldest first.</summary>
    public async Task<IReadOnlyList<AuditRow>> MeasuresAsync(string product, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand($"""
            SELECT {Columns} FROM archive_log a WHERE a.details::jsonb ->> 'product' = $1 AND a.action IN ('measure', 'verdict') ORDER BY a.number
            """).With(product);
        return await ReadAsync(command, cancellation);
    }

    public async Task<ArchivedMeasure?> MeasureAsync(string id, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand($"SELECT {Columns} FROM archive_log a WHERE a.subject = $1 AND a.action = 'measure'").With(id);
        return (await ReadAsync(command, cancellation)).Select(Of<ArchivedMeasure>).SingleOrDefault();
    }

    /// <summary>Products of the archive, with how many entries each has.</summary>
    public async Task<IReadOnlyList<(string Product, long Entries)>> ProductsAsync(string[]? regions, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand($"SELECT a.details::jsonb ->> 'product', count(*) FROM {Visible} GROUP BY 1 ORDER BY 2 DESC, 1")
            .WithNullable(regions, NpgsqlDbType.Array | NpgsqlDbType.Text);
        var products = new List<(string, long)>();
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation)) products.Add((reader.GetString(0), reader.GetInt64(1)));
        return products;
    }

    /// <summary>The entry names nobody; what is sealed can be opened by nobody.</summary>
    public async Task ForgetAsync(NpgsqlTransaction transaction, string customer, string replacement, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand("UPDATE archive_customers SET customer = $2 WHERE customer = $1", transaction.Connection, transaction);
        await command.With(customer).With(replacement).ExecuteNonQueryAsync(cancellation);
    }

    public static T Of<T>(AuditRow row) => JsonSerializer.Deserialize<T>(row.Details, JsonSerializerOptions.Web)!;

    private static async Task<List<AuditRow>> ReadAsync(NpgsqlCommand command, CancellationToken cancellation)
    {
        var rows = new List<AuditRow>();
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation)) rows.Add(AuditLog.Row(reader));
        return rows;
    }
}
