using System.Globalization;

namespace ECommerce.Channels.Imports;

/// <summary>A transaction as the ingestion takes it, made from one row of an export.</summary>
internal sealed record MappedRow
{
    public required string Id { get; init; }

    public required DateTimeOffset At { get; init; }

    /// <summary>The pseudonym.</summary>
    public required string Customer { get; init; }

    public required string Channel { get; init; }

    public required string Service { get; init; }

    public required string Outcome { get; init; }

    public string? Region { get; init; }

    public string? Brand { get; init; }

    public string? Reason { get; init; }

    /// <summary>Fen.</summary>
    public long? Amount { get; init; }

    public long? DurationMs { get; init; }

    public bool Assisted { get; init; }

    public string? Task { get; init; }

    public string? Decision { get; init; }
}

/// <summary>Why a row is rejected; the keys of the summary by cause.</summary>
internal static class Causes
{
    public const string Columns = "columns";
    public const string Number = "number";
    public const string Time = "time";
    public const string Outcome = "outcome";
    public const string Amount = "amount";
    public const string Duration = "duration";
    public const string Encoding = "encoding";

    /// <summary>The cause behind a field that the ingestion refused; a field without a word of its own is its own cause.</summary>
    public static string OfField(string field) => field switch
    {
        "at" => Time,
        "customer" => Number,
        "durationMs" => Duration,
        _ => field,
    };
}

/// <summary>
/// Applies a <see cref="Mapping"/> to rows. Each row becomes a transaction or has one cause of rejection. Not bound to a thread.
/// </summary>
internal sealed class RowMapper
{
    private const int LongestText = 64;

    private readonly Dictionary<string, Field> fields = [];
    private readonly TimeZoneInfo zone;
    private readonly Func<string, string?> pseudonym;
    private readonly int columns;

    /// <param name="columns">The columns that the rows have, in their order.</param>
    /// <param name="pseudonym">Makes the pseudonym of a phone number; null for what is none.</param>
    /// <exception cref="MappingException">The file has no such columns; every missing one is named.</exception>
    public RowMapper(Mapping mapping, IReadOnlyList<string> columns, Func<string, string?> pseudonym)
    {
        this.pseudonym = pseudonym;
        this.columns = columns.Count;
        zone = TimeZoneInfo.FindSystemTimeZoneById(mapping.Zone);
        var byName = new Dictionary<string, int>();
        for (var i = 0; i < columns.Count; i++) byName.TryAdd(Names.Fold(columns[i]), i);
        var missing = mapping.Fields.Values.Where(rule => rule.Column is { } column && !byName.ContainsKey(Names.Fold(column))).ToList();
        if (missing.Count > 0)
            throw new MappingException($"the file has no column {string.Join(", ", missing.Select(rule => $"'{rule.Column}'"))}; it has {string.Join(", ", columns)}");
        foreach (var (name, rule) in mapping.Fields)
            fields[name] = new Field(rule, rule.Column is { } column ? byName[Names.Fold(column)] : -1);
    }

    /// <returns>The transaction, or the cause for which the row is rejected.</returns>
    public (MappedRow? Row, string? Cause) Map(IReadOnlyList<string?>? cells)
    {
        if (cells is null || cells.Count != columns) return (null, Causes.Columns);
        if (fields.Values.Any(field => field.Text(cells).Contains('\uFFFD'))) return (null, Causes.Encoding);
        var row = Read(cells, out var cause);
        return cause is null ? (row, null) : (null, cause);
    }

    private MappedRow? Read(IReadOnlyList<string?> cells, out string? cause)
    {
        cause = null;
        if (Customer(cells) is not { } customer) return Refuse(Causes.Number, out cause);
        if (!TryTime(Text("at", cells), out var at)) return Refuse(Causes.Time, out cause);
        if (!fields["outcome"].TryKnown(cells, out var outcome)) return Refuse(Causes.Outcome, out cause);
        if (!TryAmount(cells, out var amount)) return Refuse(Causes.Amount, out cause);
        if (!TryDuration(cells, out var duration)) return Refuse(Causes.Duration, out cause);
        if (WrongText(cells) is { } field) return Refuse(field, out cause);
        return new MappedRow
        {
            Id = Text("id", cells),
            At = at,
            Customer = customer,
            Channel = Text("channel", cells),
            Service = Text("service", cells),
            Outcome = outcome,
            Region = Optional("region", cells),
            Brand = Optional("brand", cells),
            Reason = Optional("reason", cells),
            Amount = amount,
            DurationMs = duration,
            Assisted = Assisted(cells),
            Task = Optional("task", cells),
            Decision = Optional("decision", cells),
        };
    }

    private static MappedRow? Refuse(string because, out string? cause)
    {
        cause = because;
        return null;
    }

    private string Text(string name, IReadOnlyList<string?> cells) => fields.TryGetValue(name, out var field) ? field.Translate(cells) : "";

    private string? Optional(string name, IReadOnlyList<string?> cells) => Text(name, cells) is { Length: > 0 } text ? text : null;

    private string? Customer(IReadOnlyList<string?> cells)
    {
        var field = fields["customer"];
        var text = field.Text(cells).Trim();
        if (text.Length == 0) return null;
        return field.Rule.As == "number" ? pseudonym(text) : text;
    }

    private bool TryTime(string text, out DateTimeOffset at)
    {
        at = default;
        var formats = fields["at"].Rule.Formats;
        if (formats.Count == 0)
            return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.None, out at) && HasOffset(text);
        foreach (var format in formats)
        {
            if (format.Contains('z', StringComparison.Ordinal) || format.Contains('K', StringComparison.Ordinal))
            {
                if (DateTimeOffset.TryParseExact(text, format, CultureInfo.InvariantCulture, DateTimeStyles.None, out at)) return true;
            }
            else if (DateTime.TryParseExact(text, format, CultureInfo.InvariantCulture, DateTimeStyles.None, out var local))
            {
                return TryLocal(local, out at);
            }
        }
        return false;
    }

    /// <summary>An hour that the clock skipped never was; of an hour that it showed twice, the first is meant.</summary>
    private bool TryLocal(DateTime local, out DateTimeOffset at)
    {
        at = default;
        if (zone.IsInvalidTime(local)) return false;
        var offset = zone.IsAmbiguousTime(local) ? zone.GetAmbiguousTimeOffsets(local).Max() : zone.GetUtcOffset(local);
        if (local.Ticks < offset.Ticks) return false;
        at = new DateTimeOffset(local, offset);
        return true;
    }

    private static bool HasOffset(string text) => text.EndsWith('Z') || text.AsSpan(Math.Max(0, text.Length - 6)).IndexOfAny('+', '-') >= 0;

    private bool TryAmount(IReadOnlyList<string?> cells, out long? amount)
    {
        amount = null;
        if (Optional("amount", cells) is not { } text) return true;
        if (!(fields["amount"].Rule.Unit == "yuan" ? Figures.TryYuan(text, out var fen) : Figures.TryFen(text, out fen))) return false;
        amount = fen;
        return true;
    }

    private bool TryDuration(IReadOnlyList<string?> cells, out long? duration)
    {
        duration = null;
        if (Optional("durationMs", cells) is not { } text) return true;
        if (!Figures.TryDuration(text, fields["durationMs"].Rule.Unit == "s", out var milliseconds)) return false;
        duration = milliseconds;
        return true;
    }

    private bool Assisted(IReadOnlyList<string?> cells)
    {
        if (!fields.TryGetValue("assisted", out var field)) return false;
        return field.Rule.When == "present" ? field.Text(cells).Trim().Length > 0 : field.Translate(cells) == "true";
    }

    /// <summary>The first field whose text is missing, too long or holds control characters.</summary>
    private string? WrongText(IReadOnlyList<string?> cells)
    {
        foreach (var name in fields.Keys)
        {
            if (name is "at" or "customer" or "outcome" or "amount" or "durationMs" or "assisted") continue;
            var text = Text(name, cells);
            if (text.Length > LongestText || text.Any(char.IsControl)) return name;
            if (text.Length == 0 && name is ("id" or "channel" or "service")) return name;
        }
        return null;
    }

    private sealed class Field(FieldRule rule, int column)
    {
        private readonly Dictionary<string, string> codes = Codes(rule);

        public FieldRule Rule => rule;

        public string Text(IReadOnlyList<string?> cells) => column < 0 ? rule.Constant ?? "" : cells[column] ?? "";

        /// <summary>The code of a listed name; any other text as it stands, without the blanks around it.</summary>
        public string Translate(IReadOnlyList<string?> cells) => TryKnown(cells, out var code) ? code : Text(cells).Trim();

        public bool TryKnown(IReadOnlyList<string?> cells, out string code)
        {
            var text = Text(cells);
            if (codes.TryGetValue(text, out code!)) return true;
            return codes.TryGetValue(Names.Fold(text), out code!);
        }

        /// <summary>Under the folded names, and the codes themselves: an export that is clean already needs no list.</summary>
        private static Dictionary<string, string> Codes(FieldRule rule)
        {
            var byName = new Dictionary<string, string>();
            foreach (var (code, names) in rule.Values)
            {
                byName.TryAdd(Names.Fold(code), code);
                foreach (var name in names ?? []) byName[Names.Fold(name)] = code;
            }
            foreach (var name in rule.Nothing) byName[Names.Fold(name)] = "";
            return byName;
        }
    }
}
