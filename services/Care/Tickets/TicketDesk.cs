using ECommerce.Channels.Platform.Hosting;
using ECommerce.Channels.Platform.Storage;
using Npgsql;

namespace ECommerce.Channels.Care.Tickets;

/// <summary>Somebody acts, within the regions granted.</summary>
/// <param name="Regions">Codes the caller may see; null is all, and customers who are not in the directory.</param>
/// <param name="Matches">Whether the revision is the one that the caller read; else why not.</param>
internal sealed record TicketCall(string Id, string By, string[]? Regions, Func<long, Problem?> Matches);

/// <summary>What people do about tickets: judged on the ticket as it is, with all that belongs to a change in one transaction.</summary>
internal sealed class TicketDesk(NpgsqlDataSource database, TicketLedger ledger, TimeProvider time)
{
    /// <param name="key">The caller's Idempotency-Key; the ticket's id follows from it, so that a call whose answer was lost with its replica makes no second one.</param>
    /// <returns>Null where the customer is outside of the regions.</returns>
    public async Task<Ticket?> OpenAsync(TicketInput input, string by, CallersKey? key, string[]? regions, CancellationToken cancellation)
    {
        var now = Ticket.Next(null, time);
        var id = key?.IdOf("t_") ?? "t_" + Guid.CreateVersion7(now).ToString("N");
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        if (key is not null && await TicketStore.HoldAsync(transaction, id, regions, cancellation) is { } made) return made;
        var (region, tier) = await CustomerAsync(transaction, input.Customer, cancellation);
        if (regions is not null && (region is null || !regions.Contains(region))) return null;
        var policy = await SlaPolicyStore.ForAsync(connection, input.Matter.Type, input.Matter.Severity, tier, cancellation);
        var one = new Ticket(
            id, input.Customer, input.Matter, Ticket.Open, null, input.Owner, input.Team, null, null, 0, by,
            new TicketTimes(now, null, null, null, now), policy.Terms, TicketDue.None, 0);
        var texts = new TicketTexts(input.Subject, input.Description is { Length: > 0 } description ? description : null);
        var after = await ledger.SaveAsync(transaction, new TicketChange(null, one, TicketEvents.Opened, by, now, texts), cancellation);
        await transaction.CommitAsync(cancellation);
        return after;
    }

    /// <summary>Takes a step; the ticket as it is then, or why not.</summary>
    public async Task<(Ticket? After, Problem? Refused)> ActAsync(
        TicketCall call, string what, TicketStep step, TicketTexts texts, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        if (await TicketStore.HoldAsync(transaction, call.Id, call.Regions, cancellation) is not { } before) return (null, Problem.NotFound());
        if (call.Matches(before.Revision) is { } changed) return (null, changed);
        var now = Ticket.Next(before, time);
        if (step(before, now) is not { } after) return (null, WrongStatus());
        if (after == before && !texts.Any) return (before, null);
        if ((after.Matter.Type, after.Matter.Severity) != (before.Matter.Type, before.Matter.Severity))
            after = after with { Terms = await TermsAsync(transaction, after, cancellation) };
        var saved = await ledger.SaveAsync(transaction, new TicketChange(before, after, what, call.By, now, texts), cancellation);
        await transaction.CommitAsync(cancellation);
        return (saved, null);
    }

    private static Problem WrongStatus() => Problem.Conflict("ticket-status", new Text("工单的当前状态不允许这样做", "The ticket's status does not allow this"));

    private static async Task<SlaTerms> TermsAsync(NpgsqlTransaction transaction, Ticket one, CancellationToken cancellation)
    {
        var (_, tier) = await CustomerAsync(transaction, one.Customer, cancellation);
        return (await SlaPolicyStore.ForAsync(transaction.Connection!, one.Matter.Type, one.Matter.Severity, tier, cancellation)).Terms;
    }

    /// <summary>What the directory knows of a customer, who can not be erased until the transaction ends.</summary>
    private static async Task<(string? Region, string? Tier)> CustomerAsync(NpgsqlTransaction transaction, string customer, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(
            "SELECT region, tier FROM customers WHERE customer = $1 FOR SHARE", transaction.Connection, transaction).With(customer);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        return await reader.ReadAsync(cancellation)
            ? (await reader.IsDBNullAsync(0, cancellation) ? null : reader.GetString(0), await reader.IsDBNullAsync(1, cancellation) ? null : reader.GetString(1))
            : (null, null);
    }
}
