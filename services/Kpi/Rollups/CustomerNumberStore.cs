using System.Security.Cryptography;
using System.Text;
using ECommerce.Channels.Contracts;
using ECommerce.Channels.Platform.Storage;
using Npgsql;

namespace ECommerce.Channels.Kpi.Rollups;

/// <summary>Forgets whose a number is. The number stays, and with it what was counted.</summary>
internal static class CustomerNumberStore
{
    /// <summary>Puts random bits in the place of the customer's hash. A roll-up that runs knows the number until it starts anew.</summary>
    public static async Task ForgetAsync(NpgsqlTransaction transaction, string customer, CancellationToken cancellation)
    {
        var (shard, hash) = (CustomerShard.Of(customer), CustomerNumbers.HashOf(Encoding.UTF8.GetBytes(customer)));
        // Blocks that are being merged or added are waited for.
        await using (var command = new NpgsqlCommand("LOCK TABLE customer_numbers IN SHARE ROW EXCLUSIVE MODE", transaction.Connection, transaction))
            await command.ExecuteNonQueryAsync(cancellation);
        foreach (var (id, block) in await BlocksAsync(transaction, shard, cancellation))
        {
            if (!CustomerNumbers.Replace(block, shard, hash, BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(8)) | 1)) continue;
            await using var command = new NpgsqlCommand("UPDATE customer_numbers SET block = $2 WHERE id = $1", transaction.Connection, transaction);
            await command.With(id).With(block).ExecuteNonQueryAsync(cancellation);
        }
    }

    private static async Task<List<(long Id, byte[] Block)>> BlocksAsync(NpgsqlTransaction transaction, int shard, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(
            "SELECT id, block FROM customer_numbers WHERE residue = $1 % modulus ORDER BY id", transaction.Connection, transaction).With(shard);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var blocks = new List<(long, byte[])>();
        while (await reader.ReadAsync(cancellation)) blocks.Add((reader.GetInt64(0), reader.GetFieldValue<byte[]>(1)));
        return blocks;
    }
}
