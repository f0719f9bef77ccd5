using System.Reflection;
using YamlDotNet.Core;
using YamlDotNet.Serialization;
using YamlDotNet.Serialization.NamingConventions;

namespace ECommerce.Channels.Imports;

/// <summary>
/// How the rows of an operator's export become transactions, or customers of the directory; a readable file, one entry for each field.
/// <c>Mappings/boss.yaml</c> and <c>Mappings/crm.yaml</c> show everything there is.
/// </summary>
internal sealed class Mapping
{
    /// <summary>Every field of a transaction that a mapping can fill, in the order of the contract.</summary>
    public static readonly IReadOnlyList<string> FieldNames =
        ["id", "at", "customer", "channel", "service", "region", "brand", "outcome", "reason", "amount", "durationMs", "assisted", "task", "decision"];

    /// <summary>Every field of a customer that a mapping can fill.</summary>
    public static readonly IReadOnlyList<string> CustomerFieldNames =
        ["customer", "stage", "tier", "brand", "region", "language", "tags", "preferredChannel", "manager", "address", "note"];

    /// <summary>What rows become.</summary>
    public const string Transactions = "transactions";

    public const string Customers = "customers";

    private static readonly string[] Required = ["id", "at", "customer", "channel", "service", "outcome"];

    public string Name { get; set; } = "";

    /// <summary><c>transactions</c> unless said, or <c>customers</c>.</summary>
    public string Kind { get; set; } = Transactions;

    /// <summary>The feed that the transactions belong to; the mapping's name unless said.</summary>
    public string Source { get; set; } = "";

    /// <summary>Times older than 400 days are taken.</summary>
    public bool History { get; set; }

    /// <summary>IANA name of the zone of times that carry no offset.</summary>
    public string Zone { get; set; } = "Asia/Shanghai";

    /// <summary><c>csv</c> or <c>ndjson</c>; found out from the file unless said.</summary>
    public string? Format { get; set; }

    /// <summary>Between the columns of a CSV file.</summary>
    public string Delimiter { get; set; } = ",";

    public Dictionary<string, FieldRule> Fields { get; set; } = [];

    /// <summary>Of customers: what they agreed to or refused, a column each.</summary>
    public List<ConsentRule> Consents { get; set; } = [];

    /// <summary>A mapping that ships with the product by its name, or a file of the user's.</summary>
    /// <exception cref="FileNotFoundException">Neither is there.</exception>
    /// <exception cref="MappingException">The file is no mapping; the message names every fault.</exception>
    public static Mapping Load(string nameOrFile)
    {
        if (Shipped().Contains(nameOrFile))
            return Parse(ReadShipped(nameOrFile), nameOrFile);
        if (!File.Exists(nameOrFile))
            throw new FileNotFoundException($"no mapping '{nameOrFile}': neither a file, nor one of those that ship ({string.Join(", ", Shipped())})");
        return Parse(File.ReadAllText(nameOrFile), Path.GetFileNameWithoutExtension(nameOrFile));
    }

    /// <summary>Those of them whose rows become this.</summary>
    public static IReadOnlyList<string> Shipped(string kind) => [.. Shipped().Where(name => Load(name).Kind == kind)];

    /// <summary>Names of the mappings that ship with the product.</summary>
    public static IReadOnlyList<string> Shipped() =>
    [
        .. typeof(Mapping).Assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(ResourcePrefix, StringComparison.Ordinal))
            .Select(name => Path.GetFileNameWithoutExtension(name[ResourcePrefix.Length..]))
            .Order(StringComparer.Ordinal),
    ];

    public static Mapping Parse(string yaml, string defaultName)
    {
        Mapping mapping;
        try
        {
            mapping = new DeserializerBuilder().WithNamingConvention(CamelCaseNamingConvention.Instance).Build().Deserialize<Mapping>(yaml)
                ?? new Mapping();
        }
        catch (YamlException wrong)
        {
            throw new MappingException($"{defaultName}, line {wrong.Start.Line}: {wrong.InnerException?.Message ?? wrong.Message}");
        }
        if (mapping.Name.Length == 0) mapping.Name = defaultName;
        if (mapping.Source.Length == 0) mapping.Source = mapping.Name;
        var faults = mapping.Faults().ToList();
        return faults.Count == 0 ? mapping : throw new MappingException($"{mapping.Name}: {string.Join("; ", faults)}");
    }

    private const string ResourcePrefix = "mapping/";

    private static string ReadShipped(string name)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream($"{ResourcePrefix}{name}.yaml")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    private IEnumerable<string> Faults()
    {
        if (Kind is not (Transactions or Customers)) yield return "kind: transactions or customers";
        var (required, names) = Kind == Customers ? (["customer"], CustomerFieldNames) : (Required, FieldNames);
        foreach (var field in required.Where(field => !Fields.ContainsKey(field))) yield return $"fields.{field} is missing";
        if (Kind != Customers && Consents.Count > 0) yield return "consents: are of customers";
        foreach (var fault in Consents.SelectMany((consent, at) => (consent ?? new ConsentRule()).Faults(at))) yield return fault;
        foreach (var field in Fields.Keys.Except(names, StringComparer.Ordinal)) yield return $"fields.{field}: there is no such field";
        foreach (var (field, rule) in Fields)
        {
            foreach (var fault in (rule ?? new FieldRule()).Faults(field)) yield return $"fields.{field}: {fault}";
        }
        if (!TimeZoneInfo.TryFindSystemTimeZoneById(Zone, out _)) yield return $"zone: no time zone '{Zone}'";
        if (Format is not (null or "csv" or "ndjson")) yield return "format: csv or ndjson";
        if (Delimiter.Length != 1 || Delimiter[0] is '"' or '\n' or '\r') yield return "delimiter: one character";
        if (!IsCode(Name) || Name.Length > 50) yield return "name: 1 to 50 of A-Z a-z 0-9 . _ : -";
        if (!IsCode(Source)) yield return "source: 1 to 64 of A-Z a-z 0-9 . _ : -";
    }

    private static bool IsCode(string text) =>
        text.Length is >= 1 and <= 64 && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or ':' or '-');
}

/// <summary>Where one field of a transaction comes from, and how its text is read.</summary>
internal sealed class FieldRule
{
    /// <summary>Header of the column (CSV) or name of the member (NDJSON).</summary>
    public string? Column { get; set; }

    /// <summary>The same value for every row, instead of a column.</summary>
    public string? Constant { get; set; }

    /// <summary>Code → the names it has in the export.</summary>
    public Dictionary<string, List<string>> Values { get; set; } = [];

    /// <summary>Names that mean no value.</summary>
    public List<string> Nothing { get; set; } = [];

    /// <summary>Of <c>at</c>: .NET patterns, tried in order; RFC 3339 with an offset where there are none.</summary>
    public List<string> Formats { get; set; } = [];

    /// <summary>Of <c>amount</c>: <c>yuan</c> or <c>fen</c>; of <c>durationMs</c>: <c>ms</c> or <c>s</c>.</summary>
    public string? Unit { get; set; }

    /// <summary>Of <c>customer</c>: <c>number</c>, which becomes the pseudonym, or <c>pseudonym</c>.</summary>
    public string? As { get; set; }

    /// <summary>Of <c>assisted</c>: <c>present</c>, anything in the column means yes.</summary>
    public string? When { get; set; }

    public IEnumerable<string> Faults(string field)
    {
        if (Column is null == Constant is null) yield return "either column or constant";
        if (Unit is not null && field is not ("amount" or "durationMs")) yield return "has no unit";
        if (field == "amount" && Unit is not ("yuan" or "fen")) yield return "unit: yuan or fen";
        if (field == "durationMs" && Unit is not ("ms" or "s")) yield return "unit: ms or s";
        if (field == "customer" && As is not ("number" or "pseudonym")) yield return "as: number or pseudonym";
        if (field == "assisted" && When != "present" && Values.Count == 0) yield return "when: present, or values of true and false";
        if (field == "outcome" && Values.Keys.Any(code => code is not ("success" or "failed" or "abandoned"))) yield return "values: success, failed, abandoned";
        var twice = Values.SelectMany(value => value.Value ?? []).Concat(Nothing).GroupBy(Names.Fold).Where(group => group.Count() > 1);
        foreach (var name in twice) yield return $"'{name.Key}' is listed twice";
    }
}

/// <summary>A column that says yes or no to being addressed for a purpose over a channel.</summary>
internal sealed class ConsentRule
{
    /// <summary>marketing, survey, guidance or care.</summary>
    public string Purpose { get; set; } = "";

    public string Channel { get; set; } = "";

    public string Column { get; set; } = "";

    /// <summary>What means yes; what means no is in <see cref="Refused"/>, and anything else that nothing was said.</summary>
    public List<string> Given { get; set; } = [];

    public List<string> Refused { get; set; } = [];

    /// <summary>Column of the time at which it was said; without one it is the time of the import.</summary>
    public string? At { get; set; }

    /// <summary>Of that time: .NET patterns, tried in order; RFC 3339 with an offset where there are none.</summary>
    public List<string> Formats { get; set; } = [];

    public IEnumerable<string> Faults(int at)
    {
        if (Purpose is not ("marketing" or "survey" or "guidance" or "care")) yield return $"consents.{at}.purpose: marketing, survey, guidance or care";
        if (Channel.Length == 0) yield return $"consents.{at}.channel is missing";
        if (Column.Length == 0) yield return $"consents.{at}.column is missing";
        if (Given.Count == 0) yield return $"consents.{at}.given is missing";
        foreach (var name in Given.Select(Names.Fold).Intersect(Refused.Select(Names.Fold))) yield return $"consents.{at}: '{name}' means yes and no";
    }
}

/// <summary>The mapping's file has faults.</summary>
internal sealed class MappingException(string message) : Exception(message);

/// <summary>Names in exports differ in blanks, width and case without meaning anything by it.</summary>
internal static class Names
{
    /// <summary>Blanks around it gone, full-width characters made half-width, lower case: equal names become equal texts.</summary>
    public static string Fold(string name) => string.Create(name.Trim().Length, name.Trim(), (target, text) =>
    {
        for (var i = 0; i < text.Length; i++) target[i] = char.ToLowerInvariant(HalfWidth(text[i]));
    });

    public static char HalfWidth(char c) => c switch
    {
        >= '\uFF01' and <= '\uFF5E' => (char)(c - 0xFEE0),
        '\u3000' => ' ',
        _ => c,
    };
}
