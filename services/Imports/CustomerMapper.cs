namespace ECommerce.Channels.Imports;

/// <summary>A customer as the directory takes it, made from one row of an export.</summary>
/// <param name="Customer">The pseudonym.</param>
internal sealed record MappedCustomer(
    string Customer, string? Stage, string? Tier, string? Brand, string? Region, string? Language, IReadOnlyList<string>? Tags, string? PreferredChannel,
    string? Manager, string? Address, string? Note, IReadOnlyList<MappedConsent> Consents);

internal sealed record MappedConsent(string Purpose, string Channel, bool Given, DateTimeOffset? At, string Origin);

/// <summary>Applies a <see cref="Mapping"/> of customers to rows. Each becomes a customer or has one cause of rejection.</summary>
internal sealed class CustomerMapper
{
    private static readonly char[] BetweenTags = [',', ';', '，', '；', '、', '|'];

    private readonly Mapping mapping;
    private readonly Dictionary<string, MappedField> fields;
    private readonly List<(ConsentRule Rule, MappedField Said, MappedField? At)> consents;
    private readonly RowTimes times;
    private readonly Func<string, string?> pseudonym;
    private readonly int columns;

    /// <param name="columns">The columns that the rows have, in their order.</param>
    /// <param name="pseudonym">Makes the pseudonym of a phone number; null for what is none.</param>
    /// <exception cref="MappingException">The file has no such columns; every missing one is named.</exception>
    public CustomerMapper(Mapping mapping, IReadOnlyList<string> columns, Func<string, string?> pseudonym)
    {
        (this.mapping, this.pseudonym, this.columns) = (mapping, pseudonym, columns.Count);
        fields = MappedField.Of(mapping.Fields, columns);
        times = new RowTimes(mapping.Zone);
        consents = [.. mapping.Consents.Select(rule => (rule, Of(rule.Column, columns, rule), rule.At is { } at ? Of(at, columns, null) : null))];
    }

    /// <returns>The customer, or the cause for which the row is rejected.</returns>
    public (MappedCustomer? Customer, string? Cause) Map(IReadOnlyList<string?>? cells)
    {
        if (cells is null || cells.Count != columns) return (null, Causes.Columns);
        if (cells.Any(cell => cell?.Contains('\uFFFD') == true)) return (null, Causes.Encoding);
        if (fields["customer"].Customer(cells, pseudonym) is not { } customer) return (null, Causes.Number);
        var said = new List<MappedConsent>();
        foreach (var one in consents)
        {
            if (!TryConsent(one, cells, out var consent)) return (null, Causes.Time);
            if (consent is not null) said.Add(consent);
        }
        return (new MappedCustomer(
            customer, Text("stage", cells), Text("tier", cells), Text("brand", cells), Text("region", cells), Text("language", cells), Tags(cells),
            Text("preferredChannel", cells), Text("manager", cells), Text("address", cells), Text("note", cells), said), null);
    }

    private static MappedField Of(string column, IReadOnlyList<string> columns, ConsentRule? rule)
    {
        var field = new FieldRule { Column = column };
        if (rule is not null) field.Values = new Dictionary<string, List<string>> { ["yes"] = rule.Given, ["no"] = rule.Refused };
        return MappedField.Of(new Dictionary<string, FieldRule> { [column] = field }, columns)[column];
    }

    private string? Text(string name, IReadOnlyList<string?> cells) =>
        fields.TryGetValue(name, out var field) && field.Translate(cells) is { Length: > 0 } text ? text : null;

    private string[]? Tags(IReadOnlyList<string?> cells) =>
        fields.TryGetValue("tags", out var field) ? field.Text(cells).Split(BetweenTags, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) : null;

    /// <summary>False where a time is there that cannot be read: what was said when must not be guessed.</summary>
    private bool TryConsent((ConsentRule Rule, MappedField Said, MappedField? At) one, IReadOnlyList<string?> cells, out MappedConsent? consent)
    {
        consent = null;
        if (!one.Said.TryKnown(cells, out var word) || word is not ("yes" or "no")) return true;
        DateTimeOffset? at = null;
        if (one.At?.Text(cells).Trim() is { Length: > 0 } text)
        {
            if (!times.TryRead(text, one.Rule.Formats, out var read)) return false;
            at = read;
        }
        consent = new MappedConsent(one.Rule.Purpose, one.Rule.Channel, word == "yes", at, mapping.Source);
        return true;
    }
}
