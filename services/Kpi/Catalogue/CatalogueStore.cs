using ECommerce.Channels.Platform.Storage;
using Npgsql;
using NpgsqlTypes;

namespace ECommerce.Channels.Kpi.Catalogue;

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

    /// <summary>Fills an empty catalogue; of replicas that start together, one does it.</summary>
    /// <param name="tell">Told of every change, in the transaction that makes it.</param>
    public async Task SeedAsync(
        IReadOnlyList<CatalogueEdit> edits, CancellationToken cancellation, Func<NpgsqlTransaction, CatalogueTimeline, CatalogueChange, Task>? tell = null)
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
        var seeded = await LoadAsync(connection, cancellation);
        foreach (var change in tell is null ? [] : seeded.Changes) await tell!(transaction, seeded, change);
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

    internal static async Task LockAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand("SELECT pg_advisory_xact_lock(hashtext('catalogue'), hashtext(current_schema()))", connection);
        await command.ExecuteNonQueryAsync(cancellation);
    }

    internal static async Task<long> InsertAsync(NpgsqlConnection connection, CatalogueChange change, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand("""
            INSERT INTO catalogue_changes (kind, code, valid_from, content, at, by) VALUES ($1, $2, $3, $4, $5, $6) RETURNING seq
            """, connection)
            .With(change.Kind).With(change.Code).With(change.ValidFrom).WithNullable(change.Content, NpgsqlDbType.Jsonb)
            .With(change.At.UtcDateTime).With(change.By);
        return (long)(await command.ExecuteScalarAsync(cancellation))!;
    }

    /// <summary>A new number for the stretch that starts with the edit, and for every later one, which it changes too; gives the last.</summary>
    internal static async Task<int> NumberAsync(
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
        return next - 1;
    }

    internal static async Task<CatalogueTimeline> LoadAsync(NpgsqlConnection connection, CancellationToken cancellation)
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
