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

    private readonly Dictionary<string, MappedField> fields;
    private readonly RowTimes times;
    private readonly Func<string, string?> pseudonym;
    private readonly int columns;

    /// <param name="columns">The columns that the rows have, in their order.</param>
    /// <param name="pseudonym">Makes the pseudonym of a phone number; null for what is none.</param>
    /// <exception cref="MappingException">The file has no such columns; every missing one is named.</exception>
    public RowMapper(Mapping mapping, IReadOnlyList<string> columns, Func<string, string?> pseudonym)
    {
        this.pseudonym = pseudonym;
        this.columns = columns.Count;
        times = new RowTimes(mapping.Zone);
        fields = MappedField.Of(mapping.Fields, columns);
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
        if (fields["customer"].Customer(cells, pseudonym) is not { } customer) return Refuse(Causes.Number, out cause);
        if (!times.TryRead(Text("at", cells), fields["at"].Rule.Formats, out var at)) return Refuse(Causes.Time, out cause);
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
}
