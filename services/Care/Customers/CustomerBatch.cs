using ECommerce.Channels.Platform.Audit;
using ECommerce.Channels.Platform.Messaging;
using ECommerce.Channels.Platform.Storage;
using Npgsql;
using NpgsqlTypes;

namespace ECommerce.Channels.Care.Customers;

/// <summary>Lists of customers: one transaction, one audit line, an event for each customer that is not as it was.</summary>
internal sealed class CustomerBatch(NpgsqlDataSource database, DataKeys keys, Outbox outbox, AuditLog audit, TimeProvider time)
{
    /// <summary>Stands between tags, in which there are no control characters.</summary>
    private const char Between = '\u001f';

    /// <returns>How many customers changed, new ones included. The same list again changes none.</returns>
    public async Task<int> PutAsync(IReadOnlyCollection<CustomerLine> lines, string by, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        var changed = await UpsertAsync(transaction, [.. lines], cancellation);
        foreach (var line in lines.Where(line => line.Edit.Address is not null || line.Edit.Note is not null))
            if (await SealAsync(transaction, line, cancellation)) changed.Add(line.Customer);
        foreach (var line in lines.Where(line => line.Consents.Count > 0))
            if (await SayAsync(transaction, line, by, cancellation)) changed.Add(line.Customer);
        foreach (var customer in changed) await TellAsync(transaction, customer, cancellation);
        if (changed.Count > 0)
            await audit.AppendAsync(transaction, by, "customers.import", "customers", new { Lines = lines.Count, Changed = changed.Count }, cancellation);
        await transaction.CommitAsync(cancellation);
        return changed.Count;
    }

    /// <summary>Attributes of all lines in one statement; the pseudonyms of those that are new or changed, in order.</summary>
    private async Task<SortedSet<string>> UpsertAsync(NpgsqlTransaction transaction, List<CustomerLine> lines, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand("""
            INSERT INTO customers AS c (customer, stage, tier, brand, region, language, tags, preferred_channel, manager, revision, created_at, updated_at)
            SELECT t.customer, stage, tier, brand, region, language, string_to_array(tags, $10), preferred_channel, manager, coalesce(e.revision, 0) + 1, $11, $11
            FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[])
              AS t (customer, stage, tier, brand, region, language, tags, preferred_channel, manager)
              LEFT JOIN erasures e ON e.customer = t.customer
            ON CONFLICT (customer) DO UPDATE SET stage = EXCLUDED.stage, tier = EXCLUDED.tier, brand = EXCLUDED.brand, region = EXCLUDED.region,
              language = EXCLUDED.language, tags = EXCLUDED.tags, preferred_channel = EXCLUDED.preferred_channel, manager = EXCLUDED.manager,
              revision = c.revision + 1, updated_at = EXCLUDED.updated_at
            WHERE (c.stage, c.tier, c.brand, c.region, c.language, c.tags, c.preferred_channel, c.manager) IS DISTINCT FROM
              (EXCLUDED.stage, EXCLUDED.tier, EXCLUDED.brand, EXCLUDED.region, EXCLUDED.language, EXCLUDED.tags, EXCLUDED.preferred_channel, EXCLUDED.manager)
            RETURNING customer
            """, transaction.Connection, transaction);
        Texts(line => line.Customer);
        Texts(line => line.Edit.Stage);
        Texts(line => line.Edit.Tier);
        Texts(line => line.Edit.Brand);
        Texts(line => line.Edit.Region);
        Texts(line => line.Edit.Language);
        Texts(line => string.Join(Between, line.Edit.Tags));
        Texts(line => line.Edit.PreferredChannel);
        Texts(line => line.Edit.Manager);
        command.With(Between.ToString()).With(time.GetUtcNow().UtcDateTime);
        var changed = new SortedSet<string>(StringComparer.Ordinal);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation)) changed.Add(reader.GetString(0));
        return changed;

        void Texts(Converter<CustomerLine, string?> of) => command.With(lines.ConvertAll(of).ToArray(), NpgsqlDbType.Array | NpgsqlDbType.Text);
    }

    /// <summary>Whether something sealed is another than before.</summary>
    private async Task<bool> SealAsync(NpgsqlTransaction transaction, CustomerLine line, CancellationToken cancellation)
    {
        var key = await keys.EnsureAsync(transaction, line.Customer, cancellation);
        var before = await CustomerPrivacy.OpenAsync(transaction.Connection!, line.Customer, key, cancellation);
        var (address, note) = (line.Edit.Address ?? before.Address ?? "", line.Edit.Note ?? before.Note ?? "");
        if (address == (before.Address ?? "") && note == (before.Note ?? "")) return false;
        await using var command = new NpgsqlCommand("""
            UPDATE customers SET address = $2, note = $3, revision = revision + 1, updated_at = $4 WHERE customer = $1
            """, transaction.Connection, transaction);
        command.With(line.Customer).WithNullable(address.Length == 0 ? null : key.Seal(address, "address"), NpgsqlDbType.Bytea)
            .WithNullable(note.Length == 0 ? null : key.Seal(note, "note"), NpgsqlDbType.Bytea).With(time.GetUtcNow().UtcDateTime);
        return await command.ExecuteNonQueryAsync(cancellation) == 1;
    }

    /// <summary>Whether anything was said that was not known.</summary>
    private async Task<bool> SayAsync(NpgsqlTransaction transaction, CustomerLine line, string by, CancellationToken cancellation)
    {
        var customer = (await CustomerStore.HoldAsync(transaction, line.Customer, cancellation))!;
        var said = await ConsentStore.ReadAsync(transaction.Connection!, line.Customer, cancellation);
        var fresh = Consents.Fresh(said, customer.ConsentVersion, line.Consents, by, time.GetUtcNow());
        foreach (var one in fresh) await ConsentStore.AddAsync(transaction, line.Customer, one, cancellation);
        if (fresh.Count > 0) await CustomerStore.CountAsync(transaction, line.Customer, fresh[^1].Version, time.GetUtcNow(), cancellation);
        return fresh.Count > 0;
    }

    private async Task TellAsync(NpgsqlTransaction transaction, string customer, CancellationToken cancellation) =>
        await CustomerEvents.TellAsync(outbox, transaction, (await CustomerStore.HoldAsync(transaction, customer, cancellation))!, cancellation);
}
