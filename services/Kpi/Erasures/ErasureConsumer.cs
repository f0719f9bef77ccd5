using ECommerce.Channels.Contracts;
using ECommerce.Channels.Contracts.Events;
using ECommerce.Channels.Kpi.Rollups;
using ECommerce.Channels.Platform.Messaging;
using Npgsql;

namespace ECommerce.Channels.Kpi.Erasures;

/// <summary>
/// Lets go of customers who were erased. Aggregates stay: what is left of who a customer is are the number by which distinct customers are
/// counted, which goes on under random bits, and dead letters, which go on under a random id. The same again finds nothing any more.
/// </summary>
internal sealed class ErasureConsumer(DeadLetters deadLetters) : IRecordHandler
{
    public const string Group = "kpi.customers";

    public async Task HandleAsync(IReadOnlyList<ConsumedRecord> records, NpgsqlTransaction transaction, CancellationToken cancellation)
    {
        foreach (var customer in records.Where(record => record.Envelope?.Type == CustomerErased.Type).Select(record => record.Key).Distinct())
        {
            await CustomerNumberStore.ForgetAsync(transaction, customer, cancellation);
            await deadLetters.ForgetAsync(transaction, customer, "c_x" + Guid.NewGuid().ToString("N"), cancellation);
        }
    }
}

internal static class ErasuresService
{
    /// <summary>No list of subjects is kept: it would be one of pseudonyms.</summary>
    public static IServiceCollection AddErasures(this IServiceCollection services) => services.AddTransactionalConsumer<ErasureConsumer>(
        new ConsumerOptions(Topics.Customers.Name, ErasureConsumer.Group) { KeepSequences = false });
}
