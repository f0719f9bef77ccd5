using System.Buffers.Text;
using System.ComponentModel.DataAnnotations;
using System.Security.Cryptography;
using System.Text;
using ECommerce.Channels.Platform.Security;
using ECommerce.Channels.Platform.Storage;
using Microsoft.Extensions.Options;
using Npgsql;

namespace ECommerce.Channels.Care.Customers;

/// <summary>Settings <c>DataKeys:*</c>.</summary>
public sealed class DataKeyOptions
{
    public const string Section = "DataKeys";

    /// <summary>The file of master keys that customers' data keys are wrapped with, as <see cref="NamedKey"/> says; a mounted secret in production.</summary>
    [Required]
    public string KeyFile { get; set; } = "";

    /// <summary>Makes the file at first start where it is not there. Only where one machine is the whole installation.</summary>
    public bool MakeKey { get; set; }

    /// <exception cref="OptionsValidationException">The file is not there, broken, or readable by others.</exception>
    public static KeyWrapping Open(DataKeyOptions options)
    {
        try
        {
            if (options.MakeKey) NamedKey.EnsureFile(options.KeyFile);
            return new KeyWrapping(NamedKey.Read(options.KeyFile));
        }
        catch (Exception wrong) when (wrong is InvalidOperationException or IOException or UnauthorizedAccessException)
        {
            throw new OptionsValidationException(Section, typeof(DataKeyOptions), [$"{Section}:{nameof(KeyFile)}: {wrong.Message}"]);
        }
    }
}

/// <summary>A customer's own key: what is personal is sealed under it, and erasing the customer destroys it.</summary>
public sealed class DataKey(string customer, byte[] key)
{
    public const int Bytes = 32;

    private const int AliasBytes = 15;

    /// <summary>
    /// Stands for the customer where nothing can be taken out again, as in the audit chain: once the key is destroyed nobody can tell
    /// whose it was.
    /// </summary>
    public string Alias { get; } = "k_" + Base64Url.EncodeToString(HMACSHA256.HashData(key, "care/alias"u8).AsSpan(0, AliasBytes));

    /// <param name="use">What it is: <c>message</c>, <c>address</c> … It can be opened only as the same.</param>
    public byte[] Seal(string text, string use) => Sealing.Seal(key, Encoding.UTF8.GetBytes(text), $"care/{use}/{customer}");

    /// <exception cref="CryptographicException">It was changed, or is another customer's or use's.</exception>
    public string Open(byte[] sealedText, string use) => Encoding.UTF8.GetString(Sealing.Open(key, sealedText, $"care/{use}/{customer}"));
}

/// <summary>The data keys of customers, and of visitors who are not known to be one.</summary>
internal sealed class DataKeys(KeyWrapping wrapping, TimeProvider time)
{
    private const string Use = "care/data-key/";

    /// <summary>The key of a customer, made where there is none yet. One that is made lives or dies with the transaction.</summary>
    public async Task<DataKey> EnsureAsync(NpgsqlTransaction transaction, string customer, CancellationToken cancellation)
    {
        // First a look: most have one, and an insert that does nothing still takes a lock.
        if (await FindAsync(transaction.Connection!, customer, cancellation) is { } known) return known;
        var made = RandomNumberGenerator.GetBytes(DataKey.Bytes);
        await using var insert = new NpgsqlCommand(
            "INSERT INTO data_keys (customer, wrapped, made_at) VALUES ($1, $2, $3) ON CONFLICT (customer) DO NOTHING", transaction.Connection, transaction);
        insert.With(customer).With(wrapping.Wrap(made, Use + customer)).With(time.GetUtcNow().UtcDateTime);
        if (await insert.ExecuteNonQueryAsync(cancellation) == 1) return new DataKey(customer, made);
        return await FindAsync(transaction.Connection!, customer, cancellation)
            ?? throw new InvalidOperationException("A data key went while it was asked for.");
    }

    /// <summary>The key of a customer; null where nothing was ever sealed for it, or it was erased.</summary>
    public async Task<DataKey?> FindAsync(NpgsqlConnection connection, string customer, CancellationToken cancellation) =>
        (await FindAsync(connection, [customer], cancellation)).GetValueOrDefault(customer);

    public async Task<Dictionary<string, DataKey>> FindAsync(NpgsqlConnection connection, string[] customers, CancellationToken cancellation)
    {
        var found = new Dictionary<string, DataKey>(customers.Length);
        await using var command = new NpgsqlCommand("SELECT customer, wrapped FROM data_keys WHERE customer = ANY ($1)", connection).With(customers);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
        {
            var customer = reader.GetString(0);
            found[customer] = new DataKey(customer, wrapping.Unwrap(reader.GetFieldValue<byte[]>(1), Use + customer));
        }
        return found;
    }

    /// <summary>From the commit on nothing that was sealed for the customer can be read by anyone.</summary>
    public static async Task DestroyAsync(NpgsqlTransaction transaction, string customer, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand("DELETE FROM data_keys WHERE customer = $1", transaction.Connection, transaction).With(customer);
        await command.ExecuteNonQueryAsync(cancellation);
    }
}
