using ECommerce.Channels.Platform.Hosting;
using ECommerce.Channels.Platform.Security;
using ECommerce.Channels.Platform.Storage;
using Npgsql;
using NpgsqlTypes;

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

/// <summary>A raw code that events carried and the catalogue did not have then.</summary>
public sealed record UnknownCode(CatalogueField Field, string Raw, DateOnly FirstDay, DateOnly LastDay, long Events);

public sealed class CatalogueStore(NpgsqlDataSource database, TimeProvider time)
{
    public async Task<long> LastSeqAsync(CancellationToken cancellation)
    {
        await using var command = database.CreateCommand("SELECT coalesce(max(seq), 0) FROM catalogue_changes");
        return (long)(await command.ExecuteScalarAsync(cancellation))!;
    }

    public async Task<CatalogueTimeline> LoadAsync(CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        return await LoadAsync(connection, cancellation);
    }

    /// <summary>Makes an edit: judged against the catalogue as it is now, numbered, audited, published, all in one transaction.</summary>
    public async Task<EditOutcome> EditAsync(CatalogueEdit edit, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await LockAsync(connection, cancellation);
        var before = await LoadAsync(connection, cancellation);
        var isThere = IsThere(before, edit);
        var change = new CatalogueChange(
            before.Seq + 1, edit.Kind, edit.Code, edit.ValidFrom, edit.Entry is null ? null : CatalogueJson.Write(edit.Entry), time.GetUtcNow(), edit.By.Subject);
        if (Refusal(edit, isThere, before, change) is { } problem) return new EditOutcome(before, false, problem);

        var seq = await InsertAsync(connection, change, cancellation);
        await NumberAsync(connection, before, seq, edit.ValidFrom, cancellation);
        await transaction.CommitAsync(cancellation);
        return new EditOutcome(await LoadAsync(connection, cancellation), !isThere, null);
    }

    /// <summary>Fills an empty catalogue; of replicas that start together, one does it.</summary>
    public async Task SeedAsync(IReadOnlyList<CatalogueEdit> edits, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await LockAsync(connection, cancellation);
        var before = await LoadAsync(connection, cancellation);
        if (before.Seq > 0) return;
        long seq = 0;
        foreach (var edit in edits)
        {
            var change = new CatalogueChange(
                0, edit.Kind, edit.Code, edit.ValidFrom, CatalogueJson.Write(edit.Entry!), time.GetUtcNow(), edit.By.Subject);
            seq = await InsertAsync(connection, change, cancellation);
        }
        await NumberAsync(connection, before, seq, edits[0].ValidFrom, cancellation);
        await transaction.CommitAsync(cancellation);
    }

    /// <summary>Raw codes that no version of the catalogue gave a meaning when they came; the roll-ups count them.</summary>
    public async Task<IReadOnlyList<UnknownCode>> UnknownAsync(CancellationToken cancellation)
    {
        await using var command = database.CreateCommand("""
            SELECT field, raw, min(day), max(day), sum(events)::bigint FROM unknown_codes
            GROUP BY field, raw ORDER BY sum(events) DESC, field, raw LIMIT 5000
            """);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var codes = new List<UnknownCode>();
        while (await reader.ReadAsync(cancellation))
            codes.Add(new UnknownCode(
                Enum.Parse<CatalogueField>(reader.GetString(0), ignoreCase: true), reader.GetString(1),
                reader.GetFieldValue<DateOnly>(2), reader.GetFieldValue<DateOnly>(3), reader.GetInt64(4)));
        return codes;
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

    private static async Task LockAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand("SELECT pg_advisory_xact_lock(hashtext('catalogue'), hashtext(current_schema()))", connection);
        await command.ExecuteNonQueryAsync(cancellation);
    }

    private static async Task<long> InsertAsync(NpgsqlConnection connection, CatalogueChange change, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand("""
            INSERT INTO catalogue_changes (kind, code, valid_from, content, at, by) VALUES ($1, $2, $3, $4, $5, $6) RETURNING seq
            """, connection)
            .With(change.Kind).With(change.Code).With(change.ValidFrom).WithNullable(change.Content, NpgsqlDbType.Jsonb)
            .With(change.At.UtcDateTime).With(change.By);
        return (long)(await command.ExecuteScalarAsync(cancellation))!;
    }

    /// <summary>A new number for the stretch that starts with the edit, and for every later one, which it changes too.</summary>
    private static async Task NumberAsync(
        NpgsqlConnection connection, CatalogueTimeline before, long seq, DateOnly validFrom, CancellationToken cancellation)
    {
        var next = before.Marks.Count == 0 ? 1 : before.Marks[^1].Number + 1;
        var days = before.Marks.Select(mark => mark.ValidFrom).Where(day => day > validFrom).Append(validFrom).Distinct().Order();
        foreach (var day in days)
        {
            await using var command = new NpgsqlCommand("INSERT INTO catalogue_versions (number, valid_from, seq) VALUES ($1, $2, $3)", connection)
                .With(next++).With(day).With(seq);
            await command.ExecuteNonQueryAsync(cancellation);
        }
    }

    private static async Task<CatalogueTimeline> LoadAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        var changes = new List<CatalogueChange>();
        var marks = new List<VersionMark>();
        // One statement, so that both lists come from one snapshot.
        await using var command = new NpgsqlCommand("""
            SELECT seq, kind, code, valid_from, content::text, at, by, NULL::int FROM catalogue_changes
            UNION ALL
            SELECT seq, NULL, NULL, valid_from, NULL, NULL, NULL, number FROM catalogue_versions
            ORDER BY 8 NULLS FIRST, 1
            """, connection);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
        {
            if (!await reader.IsDBNullAsync(7, cancellation))
                marks.Add(new VersionMark(reader.GetInt32(7), reader.GetFieldValue<DateOnly>(3), reader.GetInt64(0)));
            else
                changes.Add(new CatalogueChange(
                    reader.GetInt64(0), reader.GetString(1), reader.GetString(2), reader.GetFieldValue<DateOnly>(3),
                    await reader.IsDBNullAsync(4, cancellation) ? null : reader.GetString(4),
                    reader.GetFieldValue<DateTimeOffset>(5), reader.GetString(6)));
        }
        return CatalogueTimeline.Of(changes, marks);
    }
}
