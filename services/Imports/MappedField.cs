namespace ECommerce.Channels.Imports;

/// <summary>A field of a mapping over the columns of a file.</summary>
internal sealed class MappedField(FieldRule rule, int column)
{
    private readonly Dictionary<string, string> codes = Codes(rule);

    public FieldRule Rule => rule;

    /// <summary>The fields of a mapping by name.</summary>
    /// <param name="columns">The columns that the rows have, in their order.</param>
    /// <exception cref="MappingException">The file has no such columns; every missing one is named.</exception>
    public static Dictionary<string, MappedField> Of(IReadOnlyDictionary<string, FieldRule> rules, IReadOnlyList<string> columns)
    {
        var byName = new Dictionary<string, int>();
        for (var i = 0; i < columns.Count; i++) byName.TryAdd(Names.Fold(columns[i]), i);
        var missing = rules.Values.Where(rule => rule.Column is { } column && !byName.ContainsKey(Names.Fold(column))).ToList();
        if (missing.Count > 0)
            throw new MappingException($"the file has no column {string.Join(", ", missing.Select(rule => $"'{rule.Column}'"))}; it has {string.Join(", ", columns)}");
        return rules.ToDictionary(rule => rule.Key, rule => new MappedField(rule.Value, rule.Value.Column is { } column ? byName[Names.Fold(column)] : -1));
    }

    public string Text(IReadOnlyList<string?> cells) => column < 0 ? rule.Constant ?? "" : cells[column] ?? "";

    /// <summary>The code of a listed name; any other text as it stands, without the blanks around it.</summary>
    public string Translate(IReadOnlyList<string?> cells) => TryKnown(cells, out var code) ? code : Text(cells).Trim();

    public bool TryKnown(IReadOnlyList<string?> cells, out string code)
    {
        var text = Text(cells);
        if (codes.TryGetValue(text, out code!)) return true;
        return codes.TryGetValue(Names.Fold(text), out code!);
    }

    /// <summary>The pseudonym in a field of a customer; null where there is none.</summary>
    /// <param name="pseudonym">Makes the pseudonym of a phone number; null for what is none.</param>
    public string? Customer(IReadOnlyList<string?> cells, Func<string, string?> pseudonym)
    {
        var text = Text(cells).Trim();
        if (text.Length == 0) return null;
        return rule.As == "number" ? pseudonym(text) : text;
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
