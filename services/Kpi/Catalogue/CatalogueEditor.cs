using ECommerce.Channels.Contracts;
using ECommerce.Channels.Contracts.Events;
using ECommerce.Channels.Kpi.Live;
using ECommerce.Channels.Platform.Audit;
using ECommerce.Channels.Platform.Hosting;
using ECommerce.Channels.Platform.Messaging;
using ECommerce.Channels.Platform.Security;
using Npgsql;

namespace ECommerce.Channels.Kpi.Catalogue;

/// <summary>An edit as it is asked for; the store gives it its number.</summary>
/// <param name="Entry">The entry from that day on; null takes it out.</param>
/// <param name="Check">Sees the number of the entry's last edit (0 where there is none) and may refuse: If-Match.</param>
/// <param name="New">The entry must not be there on that day.</param>
public sealed record CatalogueEdit(
    string Kind, string Code, DateOnly ValidFrom, object? Entry, Caller By, Func<long, Problem?>? Check = null, bool New = false);

/// <summary>How an edit ended: done, or refused with what the caller is told.</summary>
/// <param name="Created">The entry was not there on that day.</param>
public sealed record EditOutcome(CatalogueTimeline Timeline, bool Created, Problem? Refused);

/// <summary>Changes the catalogue.</summary>
public sealed class CatalogueEditor(NpgsqlDataSource database, CatalogueStore store, AuditLog audit, Outbox outbox, TimeProvider time)
{
    /// <summary>The catalogue of a new installation, told to others like any change.</summary>
    public Task SeedAsync(CancellationToken cancellation) => store.SeedAsync(
        CatalogueSeed.Edits(), cancellation, (transaction, after, change) => TellAsync(transaction, after, change, cancellation));

    /// <summary>Makes an edit: judged against the catalogue as it is now, numbered, audited, published, all in one transaction.</summary>
    public async Task<EditOutcome> EditAsync(CatalogueEdit edit, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await CatalogueStore.LockAsync(connection, cancellation);
        var before = await CatalogueStore.LoadAsync(connection, cancellation);
        var isThere = IsThere(before, edit);
        var change = new CatalogueChange(
            before.Seq + 1, edit.Kind, edit.Code, edit.ValidFrom, edit.Entry is null ? null : CatalogueJson.Write(edit.Entry), time.GetUtcNow(), edit.By.Subject);
        if (Refusal(edit, isThere, before, change) is { } problem) return new EditOutcome(before, false, problem);

        var seq = await CatalogueStore.InsertAsync(connection, change, cancellation);
        var version = await CatalogueStore.NumberAsync(connection, before, seq, edit.ValidFrom, cancellation);
        await KpiChanges.TellAsync(transaction, new { Kind = "catalogue", version }, cancellation);
        var told = change with { Seq = seq };
        await TellAsync(transaction, before.With(told), told, cancellation);
        await audit.AppendAsync(
            transaction, edit.By.Subject, edit.Entry is null ? "catalogue.retired" : "catalogue.changed", $"{edit.Kind}/{edit.Code}",
            new { edit.ValidFrom, Entry = change.Content }, cancellation);
        await transaction.CommitAsync(cancellation);
        return new EditOutcome(await CatalogueStore.LoadAsync(connection, cancellation), !isThere, null);
    }

    private Task TellAsync(NpgsqlTransaction transaction, CatalogueTimeline after, CatalogueChange change, CancellationToken cancellation)
    {
        var changed = CatalogueEvents.Of(after, change);
        return outbox.AddAsync(
            transaction, Topics.Catalogue, changed.Key, CatalogueChanged.Type, changed, change.Seq, changed.Key, change.At, cancellation);
    }

    private static Problem? Refusal(CatalogueEdit edit, bool isThere, CatalogueTimeline before, CatalogueChange change)
    {
        if (edit.Check?.Invoke(before.Revision(edit.Kind, edit.Code)) is { } problem) return problem;
        if (edit.New && isThere) return Problem.Conflict("exists", new Text("该编码已存在", "The code is there already"));
        if (edit.Entry is null && !isThere) return Problem.NotFound();
        return CatalogueRules.Judge(before.With(change), change) is { Any: true } errors ? Problem.BadInput(errors) : null;
    }

    private static bool IsThere(CatalogueTimeline timeline, CatalogueEdit edit)
    {
        var last = timeline.Changes
            .Where(change => change.Kind == edit.Kind && change.Code == edit.Code && change.ValidFrom <= edit.ValidFrom)
            .OrderBy(change => change.ValidFrom).ThenBy(change => change.Seq).LastOrDefault();
        return last?.Content is not null;
    }
}
