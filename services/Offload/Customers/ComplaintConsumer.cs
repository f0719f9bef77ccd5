using System.Text.Json;
using ECommerce.Channels.Contracts.Events;
using ECommerce.Channels.Platform.Messaging;
using ECommerce.Channels.Platform.Storage;
using Npgsql;

namespace ECommerce.Channels.Offload.Customers;

/// <summary>Keeps which customers have a complaint that is not solved. Repeats are told by the ticket's sequence before they come here.</summary>
internal sealed class ComplaintConsumer(TimeProvider time) : IRecordHandler
{
    public const string Group = "offload.tickets";

    public async Task HandleAsync(IReadOnlyList<ConsumedRecord> records, NpgsqlTransaction transaction, CancellationToken cancellation)
    {
        var customers = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var record in records)
        {
            if (Read(record) is not { Type: "complaint" } ticket) continue;
            customers.Add(ticket.Customer);
            await using var command = new NpgsqlCommand("""
                INSERT INTO complaints (ticket, customer, channel, open, opened_at) VALUES ($1, $2, $3, $4, $5)
                ON CONFLICT (ticket) DO UPDATE SET channel = EXCLUDED.channel, open = EXCLUDED.open
                """, transaction.Connection, transaction);
            command.With(ticket.Id).With(ticket.Customer).WithNullable(ticket.Channel, NpgsqlTypes.NpgsqlDbType.Text).With(ticket.Status is "open" or "pending")
                .With(ticket.OpenedAt.UtcDateTime);
            await command.ExecuteNonQueryAsync(cancellation);
        }
        await ProfileHeads.RaiseAsync(transaction, [.. customers], time.GetUtcNow(), cancellation);
    }

    /// <summary>All events of a ticket carry all of it, under the same name.</summary>
    private static TicketFacts? Read(ConsumedRecord record)
    {
        try
        {
            if (JsonSerializer.Deserialize<TicketClosed>(record.Value.Span, JsonSerializerOptions.Web)?.Ticket is { Id.Length: > 0, Customer.Length: > 0 } ticket) return ticket;
        }
        catch (JsonException malformed)
        {
            throw new PoisonRecordException(record, "no JSON of a ticket", inner: malformed);
        }
        throw new PoisonRecordException(record, "ticket, its id or customer are missing");
    }
}
