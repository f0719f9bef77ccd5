using System.Text.Json;
using ECommerce.Channels.Contracts.Events;
using ECommerce.Channels.Offload.Contacts;
using ECommerce.Channels.Offload.Decisions;
using ECommerce.Channels.Offload.Experiments;
using ECommerce.Channels.Offload.Preferences;
using ECommerce.Channels.Platform.Messaging;
using ECommerce.Channels.Platform.Storage;
using Npgsql;
using NpgsqlTypes;

namespace ECommerce.Channels.Offload.Customers;

/// <summary>Keeps what the directory tells of customers, and lets go of those who were erased. A lower revision changes nothing.</summary>
internal sealed class CustomerConsumer(TimeProvider time) : IRecordHandler
{
    public const string Group = "offload.customers";

    public async Task HandleAsync(IReadOnlyList<ConsumedRecord> records, NpgsqlTransaction transaction, CancellationToken cancellation)
    {
        var last = new SortedDictionary<string, (string? Facts, long Revision)>(StringComparer.Ordinal);
        foreach (var record in records)
        {
            if (record.Value.IsEmpty)
            {
                await ForgetAsync(transaction, record.Key, cancellation);
                last.Remove(record.Key);
            }
            else if (Read(record) is { } changed)
            {
                last[record.Key] = (JsonSerializer.Serialize(changed, JsonSerializerOptions.Web), changed.Revision);
            }
        }
        await SaveAsync(transaction, last, cancellation);
        await ProfileHeads.RaiseAsync(transaction, [.. last.Keys], time.GetUtcNow(), cancellation);
    }

    /// <summary>Null for a type that is none of ours.</summary>
    /// <exception cref="PoisonRecordException">Nobody can read it.</exception>
    public static CustomerChanged? Read(ConsumedRecord record)
    {
        if (record.Envelope is { } envelope && envelope.Type != CustomerChanged.Type) return null;
        try
        {
            if (JsonSerializer.Deserialize<CustomerChanged>(record.Value.Span, JsonSerializerOptions.Web) is { Customer.Length: > 0, Consents: not null, Tags: not null } changed)
                return changed;
        }
        catch (JsonException malformed)
        {
            throw new PoisonRecordException(record, "no JSON of a customer", inner: malformed);
        }
        throw new PoisonRecordException(record, "customer, consents or tags are missing");
    }

    private static async Task SaveAsync(NpgsqlTransaction transaction, SortedDictionary<string, (string? Facts, long Revision)> last, CancellationToken cancellation)
    {
        if (last.Count == 0) return;
        await using var command = new NpgsqlCommand("""
            INSERT INTO customers AS c (customer, facts, revision) SELECT * FROM unnest($1::text[], $2::jsonb[], $3::bigint[])
            ON CONFLICT (customer) DO UPDATE SET facts = EXCLUDED.facts, revision = EXCLUDED.revision WHERE c.revision < EXCLUDED.revision
            """, transaction.Connection, transaction);
        command.With(last.Keys.ToArray()).With(last.Values.Select(one => one.Facts!).ToArray(), NpgsqlDbType.Array | NpgsqlDbType.Jsonb)
            .With(last.Values.Select(one => one.Revision).ToArray());
        await command.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>What was counted stays, under a random id; who it was is gone.</summary>
    private async Task ForgetAsync(NpgsqlTransaction transaction, string customer, CancellationToken cancellation)
    {
        var replacement = "c_x" + Guid.NewGuid().ToString("N");
        await ProfileHeads.RaiseAsync(transaction, [customer], time.GetUtcNow(), cancellation);
        await using (var command = new NpgsqlCommand("DELETE FROM customers WHERE customer = $1", transaction.Connection, transaction))
            await command.With(customer).ExecuteNonQueryAsync(cancellation);
        await using (var command = new NpgsqlCommand("UPDATE complaints SET customer = $2 WHERE customer = $1", transaction.Connection, transaction))
            await command.With(customer).With(replacement).ExecuteNonQueryAsync(cancellation);
        await ProfileStore.ForgetAsync(transaction, customer, replacement, cancellation);
        await ContactLedger.ForgetAsync(transaction, customer, replacement, cancellation);
        await DecisionStore.ForgetAsync(transaction, customer, replacement, cancellation);
        await EffectStore.ForgetAsync(transaction, customer, replacement, cancellation);
    }
}
