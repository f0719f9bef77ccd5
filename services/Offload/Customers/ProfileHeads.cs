using ECommerce.Channels.Platform.Storage;
using Npgsql;

namespace ECommerce.Channels.Offload.Customers;

/// <summary>Versions of the profiles that are in the state store. Whatever changes a customer raises the version in its own transaction.</summary>
internal static class ProfileHeads
{
    public static async Task RaiseAsync(NpgsqlTransaction transaction, string[] customers, DateTimeOffset now, CancellationToken cancellation)
    {
        if (customers.Length == 0) return;
        await using var command = new NpgsqlCommand("""
            UPDATE profile_heads SET version = version + 1, changed = coalesce(changed, $2)
            WHERE customer IN (SELECT customer FROM profile_heads WHERE customer = ANY ($1) ORDER BY customer FOR UPDATE)
            """, transaction.Connection, transaction);
        await command.With(customers).With(now.UtcDateTime).ExecuteNonQueryAsync(cancellation);
    }
}
