using System.Globalization;
using System.Text.Json;
using ECommerce.Channels.Kpi.Catalogue;
using ECommerce.Channels.Kpi.Indicators;
using ECommerce.Channels.Platform.Hosting;

namespace ECommerce.Channels.Kpi.Targets;

/// <summary>Reads targets out of a body or out of the rows of a file, and says what is wrong with each field.</summary>
internal sealed class TargetInput(IndicatorBook book, CatalogueTimeline catalogue)
{
    /// <summary>What people write in a file for all channels, all regions.</summary>
    private static readonly string[] All = ["", "*", "all", "全部"];

    private static readonly string[] Months =
        ["yyyy-MM", "yyyy-M", "yyyy/MM", "yyyy/M", "yyyy年M月", "yyyy-MM-dd", "yyyy-MM-dd HH:mm:ss", "yyyy/M/d", "MMM-yy"];

    /// <summary>1 January of 2000 and of 2200, as spreadsheets count days.</summary>
    private const double FirstSerial = 36_526, LastSerial = 109_575;

    /// <summary>The targets of a body; the fourth one's month is named <c>3.month</c>.</summary>
    public IReadOnlyList<TargetEdit> ReadAll(JsonFields body)
    {
        var at = 0;
        var first = new Dictionary<TargetKey, int>();
        return body.Values("targets", 1, TargetRules.MaxEdits, (item, _) =>
        {
            var fields = new JsonFields(item, body.Errors, $"{at}.");
            var edit = item.ValueKind == JsonValueKind.Object ? Read(fields) : new TargetEdit(new TargetKey($"{at}", null, null, default), null);
            if (!first.TryAdd(edit.Key, at)) fields.Fail("indicator", $"与第 {first[edit.Key]} 项重复", $"Is the same target as {first[edit.Key]}");
            at++;
            return edit;
        });
    }

    private TargetEdit Read(JsonFields fields)
    {
        var indicator = fields.String("indicator");
        if (indicator.Length > 0) Definition(indicator, fields.Fail);
        var channel = fields.OptionalString("channel");
        if (channel is not null && !catalogue.WasEver(CatalogueField.Channel, channel)) fields.Fail("channel", NoCode);
        var region = fields.OptionalString("region");
        if (region is not null && !catalogue.WasEver(CatalogueField.Region, region)) fields.Fail("region", NoCode);
        var month = fields.String("month");
        var first = TargetMonths.Read(month);
        if (first is null && month.Length > 0) fields.Fail("month", TargetMonths.Wrong);
        if (!fields.Has("value")) fields.Fail("value", "不能为空；null 表示取消目标", "Is required; null takes the target away");
        var value = fields.OptionalNumber("value", 0, TargetRules.Largest);
        if (value is { } number && book.Versions(indicator) is { } versions) Value(versions[^1], number, fields.Fail);
        return new TargetEdit(new TargetKey(indicator, channel, region, first ?? default), value, fields.OptionalInteger("revision", 0));
    }

    /// <summary>One row of a file. Codes may be written as names in either language.</summary>
    /// <param name="cells">By column; what a sheet has as number or date comes as one.</param>
    public TargetEdit? Read(IReadOnlyDictionary<string, object?> cells, RegionScope scope, FieldErrors errors)
    {
        var indicator = Definition(Indicator(Text(cells, "indicator")), errors.Add);
        var channel = Code(CatalogueField.Channel, Text(cells, "channel"), errors);
        var region = Code(CatalogueField.Region, Text(cells, "region"), errors);
        if (!errors.Fields.Contains("region") && !scope.Holds(region)) errors.Add("region", "不在授权地区内", "Lies outside the regions granted");
        var month = Month(cells.GetValueOrDefault("month"));
        if (month is null) errors.Add("month", TargetMonths.Wrong);
        var value = Number(cells.GetValueOrDefault("value"));
        if (value is null) errors.Add("value", "须为数字；导入不会取消目标", "Must be a number; an import takes no target away");
        else if (indicator is not null) Value(indicator, value.Value, errors.Add);
        return errors.Any ? null : new TargetEdit(new TargetKey(indicator!.Id, channel, region, month!.Value), value);
    }

    private static Text NoCode => new("目录中没有该编码", "Is not in the catalogue");

    private Definition? Definition(string id, Action<string, Text> fail)
    {
        var definition = book.Versions(id) is { } versions ? versions[^1] : null;
        if (definition is null) fail("indicator", new Text("没有该指标", "Is no indicator"));
        else if (!TargetRules.CanHaveTarget(definition))
            fail("indicator", new Text("占比没有自己的目标：它随拆分方式而变", "A share has no target of its own: it depends on what it is a share of"));
        return definition;
    }

    private static void Value(Definition definition, double value, Action<string, Text> fail)
    {
        if (TargetRules.IsValue(definition, value)) return;
        fail("value", TargetRules.IsRate(definition)
            ? new Text("须在 0 至 1 之间：95% 写作 0.95", "Must be between 0 and 1: 95 % is 0.95")
            : new Text($"须为 0 至 {TargetRules.Largest:0} 的整数（单位 {definition.Unit}）", $"Must be a whole number from 0 to {TargetRules.Largest:0} ({definition.Unit})"));
    }

    private string Indicator(string text)
    {
        if (book.Versions(text) is not null) return text;
        return book.All.FirstOrDefault(one => one.Names.Chinese == text || one.Names.English.Equals(text, StringComparison.OrdinalIgnoreCase))?.Id ?? text;
    }

    private string? Code(CatalogueField field, string text, FieldErrors errors)
    {
        if (All.Contains(text, StringComparer.OrdinalIgnoreCase)) return null;
        if (catalogue.WasEver(field, text)) return text;
        var newest = catalogue.Stretches[^1];
        var named = newest.Codes(field).Where(code => IsName(newest.EntryOf(field, code)!.Names, text)).ToList();
        if (named is [var only]) return only;
        errors.Add(CatalogueJson.NameOf(field), named.Count == 0 ? NoCode : new Text("有多个编码叫这个名称，请写编码", "Several codes have this name: write the code"));
        return null;
    }

    private static bool IsName(Names names, string text) => names.Chinese == text || names.English.Equals(text, StringComparison.OrdinalIgnoreCase);

    private static string Text(IReadOnlyDictionary<string, object?> cells, string column) =>
        Convert.ToString(cells.GetValueOrDefault(column), CultureInfo.InvariantCulture)?.Trim() ?? "";

    /// <summary>Spreadsheets make dates of months, and some of <c>2026-11</c> a <c>Nov-26</c>.</summary>
    private static DateOnly? Month(object? cell)
    {
        var day = cell is DateTime date ? DateOnly.FromDateTime(date)
            // A date that lost its format is the number of its day.
            : cell is double serial and >= FirstSerial and < LastSerial ? DateOnly.FromDateTime(DateTime.FromOADate(serial))
            : DateOnly.TryParseExact(cell?.ToString()?.Trim(), Months, CultureInfo.InvariantCulture, DateTimeStyles.None, out var read) ? read : default;
        return day.Day == 1 && TargetMonths.IsInRange(day) ? day : null;
    }

    private static double? Number(object? cell)
    {
        if (cell is double number) return double.IsFinite(number) ? number : null;
        var text = cell?.ToString()?.Trim() ?? "";
        var percent = text.EndsWith('%') || text.EndsWith('％');
        if (percent) text = text[..^1].TrimEnd();
        const NumberStyles plain = NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign | NumberStyles.AllowExponent;
        if (!decimal.TryParse(text, plain, CultureInfo.InvariantCulture, out var exact)) return null;
        return (double)(percent ? exact / 100 : exact);
    }
}

/// <summary>Months as they are written: <c>2026-11</c>.</summary>
internal static class TargetMonths
{
    public static Text Wrong => new("须为月份，如 2026-11", "Must be a month like 2026-11");

    public static DateOnly? Read(string? text) =>
        DateOnly.TryParseExact(text, "yyyy-MM", CultureInfo.InvariantCulture, DateTimeStyles.None, out var month) && IsInRange(month) ? month : null;

    public static bool IsInRange(DateOnly month) => month.Year is >= 2000 and < 2200;
}
