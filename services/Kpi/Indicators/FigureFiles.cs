using System.Globalization;
using System.Text;
using ECommerce.Channels.Kpi.Catalogue;
using ECommerce.Channels.Platform.Hosting;
using MiniExcelLibs;

namespace ECommerce.Channels.Kpi.Indicators;

/// <summary>Answers as files that open in a spreadsheet: CSV and XLSX with the same columns, in the caller's language.</summary>
internal static class FigureFiles
{
    private static readonly Dictionary<string, Text> Labels = new()
    {
        ["at"] = new("时间", "Time"),
        ["channel"] = new("渠道", "Channel"),
        ["service"] = new("业务", "Service"),
        ["region"] = new("地区", "Region"),
        ["brand"] = new("品牌", "Brand"),
        ["reason"] = new("失败原因", "Reason"),
        ["name"] = new("名称", "name"),
        ["value"] = new("数值", "Value"),
        ["numerator"] = new("分子", "Numerator"),
        ["denominator"] = new("分母", "Denominator"),
        ["n"] = new("样本量 n", "n"),
        ["low"] = new("95% 区间下限", "95 % interval, low"),
        ["high"] = new("95% 区间上限", "95 % interval, high"),
        ["complete"] = new("数据完整", "Complete"),
        ["base.from"] = new("对比期起", "Compared from"),
        ["base.to"] = new("对比期止", "Compared to"),
        ["base.value"] = new("对比期数值", "Compared value"),
        ["base.numerator"] = new("对比期分子", "Compared numerator"),
        ["base.denominator"] = new("对比期分母", "Compared denominator"),
        ["difference"] = new("差值", "Difference"),
        ["mix"] = new("结构影响", "Mix"),
        ["rate"] = new("比率影响", "Rate"),
        ["cross"] = new("交叉影响", "Cross"),
        ["difference.low"] = new("差值区间下限", "Difference, low"),
        ["difference.high"] = new("差值区间上限", "Difference, high"),
        ["beyondNoise"] = new("超出噪声", "Beyond noise"),
        ["indicator"] = new("指标", "Indicator"),
        ["version"] = new("定义版本", "Definition version"),
        ["catalogue"] = new("目录版本", "Catalogue version"),
        ["unit"] = new("单位", "Unit"),
        ["asOf"] = new("数据截至", "As of"),
        ["statement"] = new("口径", "Definition"),
        ["formula"] = new("公式", "Formula"),
        ["timeZone"] = new("时区", "Time zone"),
        ["regions"] = new("授权地区", "Granted regions"),
        ["from"] = new("起", "From"),
        ["to"] = new("止", "To"),
        ["item"] = new("项目", "Item"),
        ["content"] = new("内容", "Content"),
        ["figures"] = new("数据", "Figures"),
        ["about"] = new("说明", "About"),
        ["yes"] = new("是", "yes"),
        ["no"] = new("否", "no"),
    };

    public static byte[] Csv(FigureAnswer answer, string language) =>
        Csv(Rows(answer, language, withDefinition: true), Header(answer, language));

    /// <summary>UTF-8 with a byte order mark, so that a spreadsheet reads Chinese; RFC 4180 quoting.</summary>
    /// <param name="rows">By column; texts already <see cref="Neutral"/>.</param>
    /// <param name="header">The columns where there is no row.</param>
    public static byte[] Csv(IEnumerable<Dictionary<string, object?>> rows, IEnumerable<string> header)
    {
        var csv = new StringBuilder();
        var first = true;
        foreach (var row in rows)
        {
            if (first) csv.AppendJoin(',', row.Keys.Select(Quote)).Append("\r\n");
            first = false;
            csv.AppendJoin(',', row.Values.Select(value => Quote(Plain(value)))).Append("\r\n");
        }
        if (first) csv.AppendJoin(',', header.Select(Quote)).Append("\r\n");
        return [.. Encoding.UTF8.Preamble, .. Encoding.UTF8.GetBytes(csv.ToString())];
    }

    /// <summary>Two sheets: the figures, and what they are.</summary>
    public static async Task<MemoryStream> XlsxAsync(FigureAnswer answer, string language, CancellationToken cancellation)
    {
        var file = new MemoryStream();
        var sheets = new Dictionary<string, object>
        {
            [Label("figures", language)] = Rows(answer, language, withDefinition: false).ToList(),
            [Label("about", language)] = About(answer, language).ToList(),
        };
        await file.SaveAsAsync(sheets, cancellationToken: cancellation);
        file.Position = 0;
        return file;
    }

    /// <summary>A text that a spreadsheet would run as a formula is made plain text.</summary>
    public static string Neutral(string text) =>
        text.Length > 0 && text[0] is '=' or '+' or '-' or '@' or '\t' or '\r' ? "'" + text : text;

    public static string Label(string key, string language) => Labels[key].In(language);

    private static IEnumerable<string> Header(FigureAnswer answer, string language)
    {
        string[] dimensions = [.. Vocabulary.Dimensions.Where((_, field) => answer.Question.By[field])];
        string[] keys = ["at", .. dimensions, "value", "numerator", "denominator", "n", "low", "high", "complete"];
        return keys.Select(key => Label(key, language));
    }

    private static IEnumerable<Dictionary<string, object?>> Rows(FigureAnswer answer, string language, bool withDefinition)
    {
        var (table, question) = (answer.Table, answer.Question);
        var versions = VersionOfBucket(table);
        var whole = answer.Definition.IsWhole;
        foreach (var key in answer.Keys)
        {
            var (bucket, figure) = (GroupKey.BucketOf(key), table.Rows[key]);
            var row = new Dictionary<string, object?> { [Label("at", language)] = answer.Periods.Name(table.Buckets[bucket].From, question.Grain) };
            AddCodes(row, answer, key, language);
            row[Label("value", language)] = whole ? figure.Numerator : figure.Value;
            row[Label("numerator", language)] = figure.Numerator;
            row[Label("denominator", language)] = figure.Denominator;
            row[Label("n", language)] = figure.N;
            row[Label("low", language)] = figure.Low;
            row[Label("high", language)] = figure.High;
            row[Label("complete", language)] = YesNo(answer.Completeness.Of(table.Buckets[bucket].From, table.Buckets[bucket].To), language);
            if (answer.Compared is not null) AddComparison(row, answer.Compared.GetValueOrDefault(key), answer.Periods, language);
            if (withDefinition) AddDefinition(row, answer, versions[bucket], language);
            yield return row;
        }
    }

    private static void AddCodes(Dictionary<string, object?> row, FigureAnswer answer, ulong key, string language)
    {
        for (var field = 0; field < 5; field++)
        {
            if (!answer.Question.By[field]) continue;
            var code = answer.Table.Codes.NameOf((CatalogueField)field, GroupKey.IdOf(key, (CatalogueField)field));
            var label = Label(Vocabulary.Dimensions[field], language);
            row[label] = Neutral(code);
            row[$"{label} {Label("name", language)}"] = Neutral(NameOf(answer.Catalogue, (CatalogueField)field, code, language));
        }
    }

    private static void AddComparison(Dictionary<string, object?> row, ComparedFigure? compared, Periods periods, string language)
    {
        row[Label("base.from", language)] = compared is null ? null : periods.Format(compared.BaseSpan.From);
        row[Label("base.to", language)] = compared is null ? null : periods.Format(compared.BaseSpan.To);
        row[Label("base.value", language)] = compared?.Base;
        row[Label("difference", language)] = compared?.Difference;
        row[Label("difference.low", language)] = compared?.Low;
        row[Label("difference.high", language)] = compared?.High;
        row[Label("beyondNoise", language)] = compared?.BeyondNoise is { } beyond ? YesNo(beyond, language) : null;
    }

    private static void AddDefinition(Dictionary<string, object?> row, FigureAnswer answer, VersionStretch stretch, string language)
    {
        row[Label("indicator", language)] = Neutral(stretch.Definition.Names.In(language));
        row[Label("version", language)] = stretch.Definition.Version;
        row[Label("catalogue", language)] = stretch.Catalogue.Number;
        row[Label("unit", language)] = stretch.Definition.Unit;
        row[Label("asOf", language)] = AsOf(answer);
        row[Label("statement", language)] = Neutral(stretch.Definition.Statement.In(language));
    }

    private static IEnumerable<Dictionary<string, object?>> About(FigureAnswer answer, string language)
    {
        var (definition, periods) = (answer.Definition, answer.Periods);
        yield return Line("indicator", $"{definition.Names.In(language)} ({definition.Id})");
        yield return Line("unit", definition.Unit);
        yield return Line("from", periods.Format(answer.Question.Period.From));
        yield return Line("to", periods.Format(answer.Question.Period.To));
        yield return Line("timeZone", periods.Zone.Id);
        yield return Line("asOf", AsOf(answer));
        yield return Line("complete", YesNo(answer.Complete, language));
        yield return Line("regions", string.Join(", ", answer.Granted));
        foreach (var stretch in answer.Table.Stretches)
        {
            var valid = stretch.Definition;
            yield return Line("version", $"{valid.Version}: {periods.Format(stretch.Span.From)} – {periods.Format(stretch.Span.To)}");
            yield return Line("catalogue", stretch.Catalogue.Number.ToString(CultureInfo.InvariantCulture));
            yield return Line("statement", valid.Statement.In(language));
            yield return Line("formula", valid.Denominator is null ? valid.Numerator : $"({valid.Numerator}) ÷ ({valid.Denominator})");
        }

        Dictionary<string, object?> Line(string key, string content) => new()
        {
            [Label("item", language)] = Label(key, language),
            [Label("content", language)] = Neutral(content),
        };
    }

    private static VersionStretch[] VersionOfBucket(FigureTable table)
    {
        var versions = new VersionStretch[table.Buckets.Count];
        foreach (var stretch in table.Stretches)
            foreach (var piece in stretch.Pieces) versions[piece.Bucket] ??= stretch;
        return versions;
    }

    public static string NameOf(CatalogueVersion catalogue, CatalogueField field, string code, string language) => code switch
    {
        CatalogueVersion.None => new Text("无", "none").In(language),
        CatalogueVersion.Unknown => new Text("未知", "unknown").In(language),
        _ => catalogue.EntryOf(field, code)?.Names.In(language) ?? code,
    };

    private static string AsOf(FigureAnswer answer) => answer.Periods.Instant(answer.AsOf.ToUnixTimeSeconds() / 60);

    private static string YesNo(bool yes, string language) => Label(yes ? "yes" : "no", language);

    private static string Plain(object? value) => value switch
    {
        null => "",
        double number => number.ToString("R", CultureInfo.InvariantCulture),
        IFormattable other => other.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString() ?? "",
    };

    private static string Quote(string text) =>
        text.AsSpan().ContainsAny(",\"\r\n") ? $"\"{text.Replace("\"", "\"\"")}\"" : text;
}
