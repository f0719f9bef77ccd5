using ECommerce.Channels.Platform.Hosting;

namespace ECommerce.Channels.Kpi.Catalogue;

/// <summary>Reads entries of the catalogue out of a request's body; what is wrong is in the fields' errors.</summary>
internal static class CatalogueInput
{
    private const int MaxName = 100;
    private const long MaxCost = 100_000_000;
    private const int LastPosition = 10_000;

    /// <summary>Names that figures use themselves.</summary>
    private static readonly string[] Reserved = [CatalogueVersion.None, CatalogueVersion.Unknown];

    public static Entry Read(string kind, string code, JsonFields fields)
    {
        if (!IsCode(code))
            fields.Fail("code", "须为 1 至 64 个字母、数字或 . _ : -，且不是 none 或 unknown", "Must be 1 to 64 letters, digits or . _ : -, and not none or unknown");
        var names = NamesOf(fields);
        return kind switch
        {
            CatalogueJson.Channels => new Channel(
                code, names, fields.Bool("electronic"), fields.OptionalBool("assisted") ?? false,
                fields.OptionalInteger("unitCost", 0, MaxCost) ?? 0, (int)(fields.OptionalInteger("position", 0, LastPosition) ?? LastPosition)),
            CatalogueJson.Services => new Service(
                code, names, fields.Code("group"), LevelOf(fields, "value"), LevelOf(fields, "risk"), fields.Bool("standard"),
                fields.Bool("offloadable"), Costs(fields)),
            CatalogueJson.Regions => new Region(code, names, fields.OptionalCode("parent")),
            CatalogueJson.Brands => new Brand(code, names),
            _ => new Reason(code, names),
        };
    }

    public static bool IsCode(string text) =>
        text.Length is > 0 and <= 64 && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or ':' or '-') && !Reserved.Contains(text);

    private static Level LevelOf(JsonFields fields, string name) => fields.OneOf(name, "low", "medium", "high") switch
    {
        "high" => Level.High,
        "medium" => Level.Medium,
        _ => Level.Low,
    };

    private static Names NamesOf(JsonFields fields)
    {
        var names = fields.Object("names");
        return new Names(names.String("zh-CN", 1, MaxName), names.String("en", 1, MaxName));
    }

    private static Dictionary<string, long> Costs(JsonFields fields)
    {
        var costs = new Dictionary<string, long>();
        if (fields.OptionalObject("unitCosts") is not { } given) return costs;
        foreach (var (channel, _) in given.All()) costs[channel] = given.Integer(channel, 0, MaxCost);
        return costs;
    }
}
