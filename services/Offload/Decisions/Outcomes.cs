using ECommerce.Channels.Contracts;
using ECommerce.Channels.Contracts.Events;
using ECommerce.Channels.Offload.Contacts;
using ECommerce.Channels.Offload.Experiments;
using ECommerce.Channels.Offload.Preferences;
using ECommerce.Channels.Platform.Messaging;
using ECommerce.Channels.Platform.Storage;
using Npgsql;

namespace ECommerce.Channels.Offload.Decisions;

/// <summary>What became of offers. The id says everything that is needed, so that an outcome is taken even where the log lost the decision.</summary>
internal sealed class Outcomes(NpgsqlDataSource database, Outbox outbox, ContactLedger ledger, ProfileReader profiles, ProfileCodes codes, TimeProvider time)
{
    public static readonly string[] All = ["shown", "accepted", "refused", "ignored"];

    public async Task TakeAsync(string id, DecisionTicket ticket, string outcome, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await using (var command = new NpgsqlCommand("INSERT INTO decision_outcomes (decision, outcome, at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING", connection, transaction))
            if (await command.With(id).With(outcome).With(now.UtcDateTime).ExecuteNonQueryAsync(cancellation) == 0) return;
        var customer = await CustomerAsync(transaction, id, ticket, cancellation);
        var channel = ticket.Channel == 0 ? null : await CodeAsync(ticket.Channel, cancellation);
        if (customer is not null && channel is not null) await ledger.SpendAsync(transaction, id, customer, channel, outcome, now, cancellation);
        if (customer is not null && outcome == "accepted") await EffectStore.AcceptedAsync(transaction, customer, cancellation);
        if (customer is not null)
            await outbox.AddAsync(
                transaction, Topics.Decisions, customer, DecisionAnswered.Type,
                new DecisionAnswered(id, customer, channel, ticket.Holdout ? Holdout.Held : Holdout.Treated, outcome, now), 1, $"{id}/{outcome}", now, cancellation);
        await transaction.CommitAsync(cancellation);
        if (customer is not null) profiles.Drop(customer);
    }

    /// <summary>Null for who was erased since, and for who is known to the log alone and not to it either.</summary>
    private static async Task<string?> CustomerAsync(NpgsqlTransaction transaction, string id, DecisionTicket ticket, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand("""
            SELECT c.customer FROM customers c WHERE c.customer = coalesce($1, (SELECT d.customer FROM decisions d WHERE d.id = $2 AND d.at BETWEEN $3 AND $4))
            """, transaction.Connection, transaction);
        command.WithNullable(ticket.Customer, NpgsqlTypes.NpgsqlDbType.Text).With(id).With(ticket.At.UtcDateTime.AddMinutes(-1)).With(ticket.At.UtcDateTime.AddMinutes(1));
        return await command.ExecuteScalarAsync(cancellation) as string;
    }

    private async Task<string?> CodeAsync(ushort number, CancellationToken cancellation)
    {
        if (codes.CodeOf(number) is { } known) return known;
        await codes.LoadAsync(cancellation);
        return codes.CodeOf(number);
    }
}
