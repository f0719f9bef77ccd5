using ECommerce.Channels.Contracts;
using ECommerce.Channels.Contracts.Events;
using ECommerce.Channels.Platform.Messaging;
using Npgsql;

namespace ECommerce.Channels.Care.Customers;

/// <summary>What others are told of a customer: everything but what is sealed.</summary>
internal static class CustomerEvents
{
    public static async Task TellAsync(Outbox outbox, NpgsqlTransaction transaction, Customer one, CancellationToken cancellation)
    {
        var holding = Consents.Holding(await ConsentStore.ReadAsync(transaction.Connection!, one.Id, cancellation));
        var told = new CustomerChanged(
            one.Id, one.Stage, one.Tier, one.Brand, one.Region, one.Language, one.Tags, one.PreferredChannel, one.Manager,
            [.. holding.Select(Consents.Facts)], one.ConsentVersion, one.Revision);
        await outbox.AddAsync(transaction, Topics.Customers, one.Id, CustomerChanged.Type, told, one.Revision, cancellation: cancellation);
    }

    /// <summary>No value: a compacted topic forgets the key.</summary>
    public static Task TellErasedAsync(Outbox outbox, NpgsqlTransaction transaction, Customer one, CancellationToken cancellation) =>
        outbox.AddAsync(transaction, Topics.Customers, one.Id, CustomerErased.Type, ReadOnlyMemory<byte>.Empty, one.Revision + 1, cancellation: cancellation);
}
