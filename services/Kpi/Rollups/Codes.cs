using ECommerce.Channels.Kpi.Catalogue;
using ECommerce.Channels.Platform.Storage;
using Npgsql;

namespace ECommerce.Channels.Kpi.Rollups;

/// <summary>
/// Gives raw codes their ids. A code that the catalogue knows always gets one; of others at most <see cref="MaxUnknown"/> different
/// ones a field and day are kept, and what comes after counts as <see cref="CodeTable.Other"/>. Used by the roll-up thread alone; new
/// codes are rare, and each is one round trip.
/// </summary>
internal sealed class Codes(NpgsqlDataSource database, Func<CatalogueTimeline> catalogue)
{
    public const int MaxUnknown = 1000;
    private const int MaxId = 32_767;
    private static readonly ulong NoneHash = CodeTable.Hash("none"u8);
    private static readonly int FieldCount = Enum.GetValues<CodeField>().Length;

    private readonly CodeTable[] tables = [.. Enumerable.Range(0, FieldCount).Select(_ => new CodeTable())];
    private readonly Dictionary<(CodeField Field, int Day), HashSet<string>> unknown = [];
    private CatalogueTimeline? timeline;
    private Stretch[] stretches = [];

    /// <summary>Days for which one version of the catalogue is valid, and which ids it knows, per field.</summary>
    private sealed record Stretch(int FirstDay, CatalogueVersion Version)
    {
        public readonly List<bool>[] Known = [.. Enumerable.Range(0, FieldCount).Select(_ => new List<bool>())];
    }

    public string Text(CodeField field, int id) => tables[(int)field].Text(id)!;

    /// <summary>Reads ids that other replicas gave, and asks the catalogue again where it changed.</summary>
    public async Task RefreshAsync(CancellationToken cancellation)
    {
        await using var command = database.CreateCommand("SELECT field, id, raw FROM codes");
        await using (var reader = await command.ExecuteReaderAsync(cancellation))
            while (await reader.ReadAsync(cancellation))
                tables[(int)Enum.Parse<CodeField>(reader.GetString(0), ignoreCase: true)].Add(reader.GetInt32(1), reader.GetString(2));
        AskCatalogue();
    }

    /// <summary>Looks whether the catalogue was edited; cheap where it was not.</summary>
    public void AskCatalogue()
    {
        var current = catalogue();
        if (ReferenceEquals(current, timeline)) return;
        timeline = current;
        stretches = [.. current.Stretches.Select(version => new Stretch(version.ValidFrom.DayNumber, version))];
    }

    /// <summary>The id of a code on a day, and whether the catalogue does not know it then.</summary>
    /// <param name="hash">That of the raw code.</param>
    public ushort Resolve(CodeField field, ReadOnlySpan<byte> raw, ulong hash, int day, ref byte unknownFields)
    {
        if (raw.IsEmpty)
        {
            raw = "none"u8;
            hash = NoneHash;
        }
        var id = tables[(int)field].Find(raw, hash);
        var stretch = StretchOf(day);
        if (id != 0 && IsKnown(stretch, field, id)) return (ushort)id;
        var text = System.Text.Encoding.UTF8.GetString(raw);
        if (IsKnown(stretch, field, text)) return Id(field, text);
        unknownFields |= (byte)(1 << (int)field);
        return Id(field, KeptOn(field, text, day) ? text : CodeTable.Other);
    }

    /// <summary>The id that stands for a missing code of any field.</summary>
    public ushort None(CodeField field) => Id(field, CodeTable.None);

    private Stretch StretchOf(int day)
    {
        var index = stretches.Length - 1;
        while (index > 0 && stretches[index].FirstDay > day) index--;
        return stretches[index];
    }

    private bool IsKnown(Stretch stretch, CodeField field, int id)
    {
        var known = stretch.Known[(int)field];
        // Ids of other replicas may come later and leave a gap: such an id is asked for by its text until then.
        while (known.Count <= id && known.Count <= tables[(int)field].Count)
            known.Add(tables[(int)field].Text(known.Count) is { } text && IsKnown(stretch, field, text));
        return id < known.Count && known[id];
    }

    // The fields of the catalogue are the first of ours, in the same order.
    private static bool IsKnown(Stretch stretch, CodeField field, string text) =>
        field == CodeField.Source
        || (text == CodeTable.None && field is (CodeField.Region or CodeField.Brand or CodeField.Reason))
        || stretch.Version.Resolve((CatalogueField)field, text) is not null;

    private ushort Id(CodeField field, string text)
    {
        var bytes = System.Text.Encoding.UTF8.GetBytes(text);
        var id = tables[(int)field].Find(bytes, CodeTable.Hash(bytes));
        return (ushort)(id != 0 ? id : Blocking.Run(() => RegisterAsync(field, text)));
    }

    private bool KeptOn(CodeField field, string text, int day)
    {
        if (field == CodeField.Source) return true;
        if (!unknown.TryGetValue((field, day), out var kept))
            unknown[(field, day)] = kept = [.. Blocking.Run(() => KeptAsync(field, day))];
        if (kept.Contains(text)) return true;
        if (kept.Count >= MaxUnknown || !Blocking.Run(() => KeepAsync(field, text, day))) return false;
        kept.Add(text);
        return true;
    }

    private async Task<int> RegisterAsync(CodeField field, string text)
    {
        await using var connection = await database.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await LockAsync(connection, "kpi.codes." + field);
        await using var command = new NpgsqlCommand("""
            INSERT INTO codes (field, id, raw)
            SELECT $1, coalesce(max(id), 0) + 1, $2 FROM codes WHERE field = $1
            HAVING coalesce(max(id), 0) < $3
            ON CONFLICT (field, raw) DO UPDATE SET raw = EXCLUDED.raw
            RETURNING id
            """, connection).With(Name(field)).With(text).With(MaxId);
        var id = await command.ExecuteScalarAsync();
        await transaction.CommitAsync();
        if (id is null) return text == CodeTable.Other ? throw new InvalidOperationException($"No id left for {field}.") : Id(field, CodeTable.Other);
        tables[(int)field].Add((int)id, text);
        return (int)id;
    }

    private async Task<List<string>> KeptAsync(CodeField field, int day)
    {
        await using var command = database.CreateCommand("SELECT raw FROM unknown_codes WHERE field = $1 AND day = $2")
            .With(Name(field)).With(DateOnly.FromDayNumber(day));
        await using var reader = await command.ExecuteReaderAsync();
        var kept = new List<string>();
        while (await reader.ReadAsync()) kept.Add(reader.GetString(0));
        return kept;
    }

    /// <summary>Takes one of the thousand places, in all replicas together.</summary>
    private async Task<bool> KeepAsync(CodeField field, string text, int day)
    {
        await using var connection = await database.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await LockAsync(connection, "kpi.unknown." + field);
        await using var command = new NpgsqlCommand("""
            INSERT INTO unknown_codes (field, day, raw)
            SELECT $1, $2, $3 WHERE (SELECT count(*) FROM unknown_codes WHERE field = $1 AND day = $2 AND raw <> $5) < $4
            ON CONFLICT DO NOTHING
            """, connection).With(Name(field)).With(DateOnly.FromDayNumber(day)).With(text).With((long)MaxUnknown).With(CodeTable.Other);
        var added = await command.ExecuteNonQueryAsync();
        await transaction.CommitAsync();
        return added == 1 || (await KeptAsync(field, day)).Contains(text);
    }

    private static async Task LockAsync(NpgsqlConnection connection, string name)
    {
        await using var command = new NpgsqlCommand("SELECT pg_advisory_xact_lock(hashtext($1))", connection).With(name);
        await command.ExecuteNonQueryAsync();
    }

    public static string Name(CodeField field) => field.ToString().ToLowerInvariant();
}
