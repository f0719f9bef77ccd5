using System.Globalization;
using ECommerce.Channels.Kpi.Catalogue;
using ECommerce.Channels.Platform.Hosting;
using ECommerce.Channels.Platform.Security;

namespace ECommerce.Channels.Kpi.Indicators;

/// <summary>A question read from a request: right, or refused with every wrong parameter named.</summary>
internal sealed record ReadQuestion(FigureQuestion? Question, ComparisonSpec? Comparison, Problem? Refused);

/// <summary>Reads the parameters of a question for figures, and says what is wrong with each.</summary>
/// <param name="noted">What was found wrong already, to be told together; null is nothing.</param>
internal sealed class QuestionInput(
    IReadOnlyList<Definition> versions, CatalogueTimeline catalogue, Periods periods, RegionGrant grant, FieldErrors? noted = null)
{
    private static readonly string[] FilterNames = ["channel", "service", "region", "brand"];
    private readonly FieldErrors errors = noted ?? new FieldErrors();

    private Definition Definition => versions[^1];

    /// <param name="defaultComparison">What is compared with where the caller does not say; null is nothing.</param>
    public ReadQuestion Read(IQueryCollection query, string? defaultComparison = null)
    {
        var grain = Grain(query);
        var period = Period(query, grain);
        var by = By(query);
        var filters = new IReadOnlySet<string>?[5];
        for (var field = 0; field < 4; field++) filters[field] = Filter(query, (CatalogueField)field);
        var definitions = Versions(query);
        var comparison = Comparison(Text(query, "compare") ?? defaultComparison, grain);
        if (errors.Any) return new ReadQuestion(null, null, Problem.BadInput(errors));

        var regions = filters[(int)CatalogueField.Region];
        if (regions is not null && !IsGranted(regions)) return new ReadQuestion(null, null, Problem.Forbidden());
        filters[(int)CatalogueField.Region] = null;
        var question = new FigureQuestion(
            definitions, period, grain, by, filters, regions is null ? null : [.. regions], grant.All ? null : grant.Codes);
        return new ReadQuestion(question, comparison, null);
    }

    private static string? Text(IQueryCollection query, string name) =>
        query.TryGetValue(name, out var given) && string.Join(',', given.ToArray()) is { Length: > 0 } text ? text : null;

    private AnswerGrain Grain(IQueryCollection query)
    {
        var text = Text(query, "grain") ?? "total";
        var at = Array.IndexOf(Vocabulary.Grains, text);
        if (at < 0) errors.Add("grain", $"须为 {string.Join("、", Vocabulary.Grains)} 之一", $"Must be one of {string.Join(", ", Vocabulary.Grains)}");
        else if (!Definition.Grains.Contains(text))
            errors.Add("grain", $"该指标只提供 {string.Join("、", Definition.Grains)}", $"This indicator offers only {string.Join(", ", Definition.Grains)}");
        return at < 0 ? AnswerGrain.Total : (AnswerGrain)at;
    }

    private Span Period(IQueryCollection query, AnswerGrain grain)
    {
        var from = Time(query, "from", grain);
        var to = Time(query, "to", grain);
        if (from is not { } start || to is not { } end) return default;
        if (end <= start) errors.Add("to", "须晚于 from", "Must be after from");
        else if (Periods.CountOf(new Span(start, end), grain) > FigureEngine.MaxCells)
            errors.Add("grain", $"超过 {FigureEngine.MaxCells} 个数值，请缩短区间或加大粒度", $"More than {FigureEngine.MaxCells} values; ask for less time or a coarser grain");
        return new Span(start, end);
    }

    private long? Time(IQueryCollection query, string name, AnswerGrain grain)
    {
        if (Text(query, name) is not { } text)
        {
            errors.Add(name, "不能为空", "Is required");
            return null;
        }
        if (periods.Parse(text) is not { } minute)
        {
            errors.Add(
                name, "须为日期（2026-09-28）或带时区、精确到分钟的时间（2026-09-28T13:00+08:00）",
                "Must be a date (2026-09-28) or a whole minute with its offset (2026-09-28T13:00+08:00)");
            return null;
        }
        // Distinct customers are kept by day.
        var needed = grain == AnswerGrain.Total && !Definition.Grains.Contains("minute") ? AnswerGrain.Day : grain;
        if (!periods.IsAligned(minute, needed))
        {
            var word = Vocabulary.Grains[(int)needed];
            errors.Add(name, $"须落在运营商时区的 {word} 边界上", $"Must lie on the start of a {word} in the operator's zone");
        }
        return minute;
    }

    private bool[] By(IQueryCollection query)
    {
        var by = new bool[5];
        foreach (var word in List(query, "by"))
        {
            var field = Array.IndexOf(Vocabulary.Dimensions, word);
            if (field < 0)
                errors.Add("by", $"“{word}”不是维度；可用 {string.Join("、", Vocabulary.Dimensions)}", $"'{word}' is no dimension; there are {string.Join(", ", Vocabulary.Dimensions)}");
            else if (!Definition.Dimensions.Contains(word))
                errors.Add("by", $"该指标不能按 {word} 拆分", $"This indicator cannot be told apart by {word}");
            else by[field] = true;
        }
        return by;
    }

    private HashSet<string>? Filter(IQueryCollection query, CatalogueField field)
    {
        var name = FilterNames[(int)field];
        var codes = List(query, name);
        if (codes.Count == 0)
        {
            if (query.ContainsKey(name)) errors.Add(name, "须列出至少一个编码", "Must list at least one code");
            return null;
        }
        if (!Definition.Dimensions.Contains(name)) errors.Add(name, $"该指标不能按 {name} 筛选", $"This indicator cannot be filtered by {name}");
        foreach (var code in codes.Where(code => !IsCode(field, code)))
            errors.Add(name, $"目录中没有“{code}”", $"'{code}' is not in the catalogue");
        return [.. codes];
    }

    /// <summary>Codes that were ever in the catalogue, and what events without one are counted as.</summary>
    private bool IsCode(CatalogueField field, string code) => code switch
    {
        CatalogueVersion.Unknown => true,
        CatalogueVersion.None => field is CatalogueField.Region or CatalogueField.Brand,
        _ => catalogue.WasEver(field, code),
    };

    private static List<string> List(IQueryCollection query, string name) =>
        Text(query, name) is { } text ? [.. text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Distinct()] : [];

    private IReadOnlyList<Definition> Versions(IQueryCollection query)
    {
        if (Text(query, "version") is not { } text) return versions;
        var asked = int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? versions.FirstOrDefault(version => version.Version == number) : null;
        if (asked is not null) return [asked];
        errors.Add("version", $"须为 1 至 {versions.Count} 的版本号", $"Must be the number of a version, 1 to {versions.Count}");
        return versions;
    }

    private ComparisonSpec? Comparison(string? text, AnswerGrain grain)
    {
        switch (text)
        {
            case null: return null;
            case "previous": return new ComparisonSpec(ComparisonKind.Previous, null);
            case "weekday": return new ComparisonSpec(ComparisonKind.Weekday, null);
            case "year": return new ComparisonSpec(ComparisonKind.Year, null);
            case "lunar": return new ComparisonSpec(ComparisonKind.Lunar, null);
        }
        var ends = text.Split("..");
        if (ends.Length == 2 && periods.Parse(ends[0]) is { } from && periods.Parse(ends[1]) is { } to && from < to && IsAligned(from) && IsAligned(to))
            return new ComparisonSpec(ComparisonKind.Explicit, new Span(from, to));
        errors.Add(
            "compare", "须为 previous、weekday、year、lunar，或与粒度对齐的 FROM..TO", "Must be previous, weekday, year, lunar, or FROM..TO aligned with the grain");
        return null;

        bool IsAligned(long minute) =>
            periods.IsAligned(minute, grain == AnswerGrain.Total && !Definition.Grains.Contains("minute") ? AnswerGrain.Day : grain);
    }

    /// <summary>Every region asked for lies in a granted sub-tree; what is in no region is for full grants only.</summary>
    private bool IsGranted(IReadOnlySet<string> regions)
    {
        if (grant.All) return true;
        return regions.All(region => catalogue.Stretches.Any(version => version.SubTrees(grant.Codes).Contains(region)));
    }
}
