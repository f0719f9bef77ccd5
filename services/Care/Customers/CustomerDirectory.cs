using ECommerce.Channels.Platform.Audit;
using ECommerce.Channels.Platform.Messaging;
using ECommerce.Channels.Platform.Storage;
using Npgsql;
using NpgsqlTypes;

namespace ECommerce.Channels.Care.Customers;

/// <summary>What became of a change of the directory.</summary>
internal enum Changed
{
    Done,

    /// <summary>Nobody the caller may see.</summary>
    NotFound,

    /// <summary>It would take the customer out of what the caller may see.</summary>
    Forbidden,

    /// <summary>Somebody else was faster.</summary>
    Stale,
}

/// <summary>A capability that keeps something of customers, and has to let go of who they are.</summary>
internal interface IKeepsCustomers
{
    /// <summary>Puts another id in the place of the customer's, on a transaction after which the customer's data key is gone.</summary>
    Task ForgetAsync(NpgsqlTransaction transaction, string customer, string replacement, CancellationToken cancellation);
}

/// <summary>
/// Changes of the directory and of consents: the row, its event and its audit line in one transaction. In the audit chain a customer is
/// the alias of the data key, which says nothing once the key is destroyed.
/// </summary>
internal sealed class CustomerDirectory(
    NpgsqlDataSource database, DataKeys keys, Outbox outbox, AuditLog audit, IEnumerable<IKeepsCustomers> keepers, TimeProvider time)
{
    /// <param name="regions">Codes the caller may see; null is all.</param>
    /// <param name="expected">The revision that the caller read; null takes any.</param>
    public async Task<(Changed, Customer?)> PutAsync(
        string id, CustomerEdit edit, string[]? regions, Func<long, bool> expected, string by, CancellationToken cancellation)
    {
        if (regions is not null && (edit.Region is null || !regions.Contains(edit.Region))) return (Changed.Forbidden, null);
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        var isNew = await AddAsync(transaction, id, cancellation);
        var before = (await CustomerStore.HoldAsync(transaction, id, cancellation))!;
        if (!isNew && !Sees(regions, before)) return (Changed.NotFound, null);
        if (!expected(isNew ? 0 : before.Revision)) return (Changed.Stale, null);
        if (!isNew && edit.IsAlready(before)) return (Changed.Done, before);
        var key = await keys.EnsureAsync(transaction, id, cancellation);
        var after = await WriteAsync(transaction, before, edit, key, cancellation);
        await CustomerEvents.TellAsync(outbox, transaction, after, cancellation);
        await audit.AppendAsync(transaction, by, isNew ? "customer.add" : "customer.change", key.Alias, new { after.Revision }, cancellation);
        await transaction.CommitAsync(cancellation);
        return (Changed.Done, after);
    }

    /// <summary>Records what a customer said. The same said again at the same instant is recorded once; whoever is not in the directory yet is put there.</summary>
    public async Task<(Changed, ConsentRecord?)> RecordAsync(string id, ConsentEdit edit, string[]? regions, string by, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await AddAsync(transaction, id, cancellation);
        var customer = (await CustomerStore.HoldAsync(transaction, id, cancellation))!;
        if (!Sees(regions, customer)) return (Changed.NotFound, null);
        var said = await ConsentStore.ReadAsync(connection, id, cancellation);
        if (Consents.Fresh(said, customer.ConsentVersion, [edit], by, time.GetUtcNow()) is not [var one]) return (Changed.Done, new ConsentRecord(customer, said));
        var key = await keys.EnsureAsync(transaction, id, cancellation);
        await ConsentStore.AddAsync(transaction, id, one, cancellation);
        var after = await CustomerStore.CountAsync(transaction, id, one.Version, time.GetUtcNow(), cancellation);
        await CustomerEvents.TellAsync(outbox, transaction, after, cancellation);
        await audit.AppendAsync(transaction, by, "consent.record", key.Alias, new { one.Purpose, one.Channel, one.Given, one.Version }, cancellation);
        await transaction.CommitAsync(cancellation);
        return (Changed.Done, new ConsentRecord(after, [.. said, one]));
    }

    /// <summary>
    /// Forgets who the customer is: the data key and the directory's row go, a tombstone tells the others, and what is kept here goes on
    /// under a random id that nothing leads to.
    /// </summary>
    public async Task<Changed> EraseAsync(string id, string[]? regions, string by, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        if (await CustomerStore.HoldAsync(transaction, id, cancellation) is not { } customer || !Sees(regions, customer)) return Changed.NotFound;
        var alias = (await keys.EnsureAsync(transaction, id, cancellation)).Alias;
        var replacement = "c_x" + Guid.NewGuid().ToString("N");
        foreach (var keeper in keepers) await keeper.ForgetAsync(transaction, id, replacement, cancellation);
        await DataKeys.DestroyAsync(transaction, id, cancellation);
        await using (var batch = new NpgsqlBatch(connection, transaction))
        {
            batch.BatchCommands.Add(new NpgsqlBatchCommand("DELETE FROM consents WHERE customer = $1").With(id));
            batch.BatchCommands.Add(new NpgsqlBatchCommand("DELETE FROM customers WHERE customer = $1").With(id));
            batch.BatchCommands.Add(new NpgsqlBatchCommand("""
                INSERT INTO erasures (customer, revision, erased_at) VALUES ($1, $2, $3)
                ON CONFLICT (customer) DO UPDATE SET revision = EXCLUDED.revision, erased_at = EXCLUDED.erased_at
                """).With(id).With(customer.Revision + 1).With(time.GetUtcNow().UtcDateTime));
            await batch.ExecuteNonQueryAsync(cancellation);
        }
        await CustomerEvents.TellErasedAsync(outbox, transaction, customer, cancellation);
        await audit.AppendAsync(transaction, by, "customer.erase", alias, details: null, cancellation);
        await transaction.CommitAsync(cancellation);
        return Changed.Done;
    }

    private static bool Sees(string[]? regions, Customer customer) => regions is null || (customer.Region is not null && regions.Contains(customer.Region));

    /// <summary>A row for whoever has none; whether there was none. Revisions go on above those of an earlier life.</summary>
    private async Task<bool> AddAsync(NpgsqlTransaction transaction, string id, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand("""
            INSERT INTO customers (customer, revision, created_at, updated_at)
            SELECT $1, coalesce((SELECT revision FROM erasures WHERE customer = $1), 0), $2, $2
            ON CONFLICT (customer) DO NOTHING
            """, transaction.Connection, transaction);
        command.With(id).With(time.GetUtcNow().UtcDateTime);
        return await command.ExecuteNonQueryAsync(cancellation) == 1;
    }

    private async Task<Customer> WriteAsync(NpgsqlTransaction transaction, Customer before, CustomerEdit edit, DataKey key, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand("""
            UPDATE customers SET stage = $2, tier = $3, brand = $4, region = $5, language = $6, tags = $7, preferred_channel = $8, manager = $9,
              address = CASE WHEN $10 THEN $11 ELSE address END, note = CASE WHEN $12 THEN $13 ELSE note END, revision = revision + 1, updated_at = $14
            WHERE customer = $1
            """, transaction.Connection, transaction);
        command.With(before.Id);
        foreach (var text in new[] { edit.Stage, edit.Tier, edit.Brand, edit.Region, edit.Language }) command.WithNullable(text, NpgsqlDbType.Text);
        command.With(edit.Tags.ToArray()).WithNullable(edit.PreferredChannel, NpgsqlDbType.Text).WithNullable(edit.Manager, NpgsqlDbType.Text);
        command.With(edit.Address is not null).WithNullable(Seal(key, edit.Address, "address"), NpgsqlDbType.Bytea);
        command.With(edit.Note is not null).WithNullable(Seal(key, edit.Note, "note"), NpgsqlDbType.Bytea).With(time.GetUtcNow().UtcDateTime);
        await command.ExecuteNonQueryAsync(cancellation);
        return (await CustomerStore.HoldAsync(transaction, before.Id, cancellation))!;
    }

    private static byte[]? Seal(DataKey key, string? text, string use) => string.IsNullOrEmpty(text) ? null : key.Seal(text, use);
}

/// <summary>A customer and everything ever said about consents, in the order of recording.</summary>
internal sealed record ConsentRecord(Customer Customer, IReadOnlyList<Consent> Said);
