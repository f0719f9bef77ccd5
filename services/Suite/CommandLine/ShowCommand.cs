using System.CommandLine;
using System.Globalization;
using System.Text.Json;

namespace ECommerce.Channels.Suite.CommandLine;

/// <summary><c>channels show INDICATOR</c>: figures as a table, each with its n and its 95 % interval.</summary>
internal static class ShowCommand
{
    private const int DaysShown = 10;
    private static readonly string[] Dimensions = ["channel", "service", "region", "brand", "reason"];

    public static Command Create(Terminal terminal, Connection connection)
    {
        var indicator = new Argument<string>("INDICATOR") { Description = terminal.Say("指标，如 success-rate", "an indicator, such as success-rate") };
        Option<string?> Text(string name, string help, string chinese, string english) =>
            new(name) { HelpName = help, Description = terminal.Say(chinese, english) };
        var from = Text("--from", "DATE", "起始日期（含），默认最近十个有数据的日子", "first day (default: the last ten days with data)");
        var to = Text("--to", "DATE", "结束日期（不含）", "end, exclusive");
        var options = new Dictionary<string, Option<string?>>
        {
            ["by"] = Text("--by", "LIST", "拆分维度：channel,service,region,brand,reason", "tell apart by channel,service,region,brand,reason"),
            ["grain"] = Text("--grain", "GRAIN", "粒度：total month day hour minute", "total (default), month, day, hour or minute"),
            ["compare"] = Text("--compare", "WITH", "对比：previous weekday year lunar 或 起..止", "previous, weekday, year, lunar or FROM..TO"),
            ["channel"] = Text("--channel", "LIST", "只看这些渠道", "only these channels"),
            ["service"] = Text("--service", "LIST", "只看这些业务", "only these services"),
            ["region"] = Text("--region", "LIST", "只看这些地区（含下级）", "only these regions, with what lies in them"),
            ["brand"] = Text("--brand", "LIST", "只看这些品牌", "only these brands"),
        };
        var command = new Command("show", terminal.Say("显示指标", "show figures")) { indicator, from, to }.WithExamples(
            "channels show success-rate --by channel",
            "channels show offload-rate --grain day",
            "channels show attempts --by service --from 2026-09-28 --to 2026-10-08 --compare previous --json");
        foreach (var option in options.Values) command.Options.Add(option);
        command.SetAction(async (words, cancellation) =>
        {
            using var api = await connection.OpenAsync(words, cancellation);
            var period = await PeriodAsync(api, words.GetValue(from), words.GetValue(to), cancellation);
            if (period is null)
            {
                if (connection.IsJson(words)) terminal.Json(new { indicator = words.GetValue(indicator), values = Array.Empty<int>() });
                else terminal.Error.WriteLine(terminal.Say("还没有数据；用 channels import 导入", "no data yet; channels import brings some"));
                return ExitCodes.Done;
            }
            var query = string.Concat(options.Select(option => words.GetValue(option.Value) is { } value ? $"&{option.Key}={Uri.EscapeDataString(value)}" : ""));
            var answer = await api.GetAsync(
                $"/api/v1/kpi/indicators/{Uri.EscapeDataString(words.GetValue(indicator)!)}/values?from={Uri.EscapeDataString(period.Value.From)}&to={Uri.EscapeDataString(period.Value.To)}{query}",
                cancellation);
            if (connection.IsJson(words)) terminal.Json(answer);
            else Print(terminal, answer);
            return ExitCodes.Done;
        });
        return command;
    }

    /// <summary>What was asked for, or from the first of the last ten days with data to the day after the last; null where there is none.</summary>
    private static async Task<(string From, string To)?> PeriodAsync(Api api, string? from, string? to, CancellationToken cancellation)
    {
        if (from is not null && to is not null) return (from, to);
        var end = to is not null ? Day(to, "--to") : DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime).AddDays(2);
        // Times may lie up to 400 days back, or further where history was imported: then the last month that has any says where.
        var days = await BucketsAsync(api, "day", end.AddDays(-400), end, cancellation);
        if (days.Count == 0)
        {
            var months = await BucketsAsync(api, "month", new DateOnly(end.Year - 30, 1, 1), new DateOnly(end.Year, end.Month, 1), cancellation);
            if (months.Count == 0) return null;
            var last = months[^1].AddMonths(1);
            days = await BucketsAsync(api, "day", last.AddDays(-400), last, cancellation);
        }
        var shown = days.TakeLast(DaysShown).ToList();
        return (from ?? Iso(shown[0]), to ?? Iso(shown[^1].AddDays(1)));
    }

    private static DateOnly Day(string text, string option) =>
        DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
            ? day
            : throw new UsageException($"{option}: YYYY-MM-DD, or give --from too");

    private static string Iso(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    /// <summary>First days of the buckets that hold any event, in order.</summary>
    private static async Task<List<DateOnly>> BucketsAsync(Api api, string grain, DateOnly from, DateOnly to, CancellationToken cancellation)
    {
        var answer = await api.GetAsync($"/api/v1/kpi/indicators/attempts/values?grain={grain}&from={Iso(from)}&to={Iso(to)}", cancellation);
        return
        [
            .. answer.GetProperty("values").EnumerateArray()
                .Where(value => value.GetProperty("numerator").ValueKind == JsonValueKind.Number && value.GetProperty("numerator").GetInt64() > 0)
                .Select(value => FirstDay(value.GetProperty("at").GetString()!))
                .Distinct().Order(),
        ];
    }

    /// <summary>Of a day, or of a month as the figures write it (<c>2026-09</c>).</summary>
    private static DateOnly FirstDay(string at) => DateOnly.ParseExact(at.Length == 7 ? at + "-01" : at, "yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static void Print(Terminal terminal, JsonElement answer)
    {
        var values = answer.GetProperty("values").EnumerateArray().ToList();
        var unit = answer.GetProperty("unit").GetString() ?? "";
        var buckets = answer.GetProperty("grain").GetString() != "total";
        var by = Dimensions.Where(dimension => values.Any(value => value.TryGetProperty(dimension, out _))).ToList();
        var compared = values.Any(value => value.TryGetProperty("comparison", out var comparison) && comparison.ValueKind == JsonValueKind.Object);
        var columns = new List<Column>();
        if (buckets) columns.Add(new(terminal.Say("时间", "at")));
        columns.AddRange(by.Select(dimension => new Column(Title(terminal, dimension))));
        columns.AddRange([new(answer.GetProperty("indicator").GetString()!, true), new("n", true), new(terminal.Say("95% 区间", "95 % interval"), true)]);
        if (compared) columns.AddRange([new(terminal.Say("对比值", "compared with"), true), new(terminal.Say("差异", "difference"), true), new(terminal.Say("超出波动", "beyond noise"))]);
        terminal.Table(columns, values.ConvertAll(value => Row(value, unit, buckets, by, compared, terminal)));
        var asOf = AsOf(answer);
        var complete = answer.GetProperty("complete").GetBoolean();
        terminal.Out.WriteLine(terminal.Say(
            $"{answer.GetProperty("from").GetString()} 至 {answer.GetProperty("to").GetString()}（不含），{answer.GetProperty("timeZone").GetString()}；数据截至 {asOf}；{(complete ? "完整" : "尚不完整")}",
            $"{answer.GetProperty("from").GetString()} to {answer.GetProperty("to").GetString()} (exclusive), {answer.GetProperty("timeZone").GetString()}; as of {asOf}; {(complete ? "complete" : "not complete yet")}"));
    }

    private static string AsOf(JsonElement answer)
    {
        var at = answer.GetProperty("asOf").GetDateTimeOffset();
        return TimeZoneInfo.TryFindSystemTimeZoneById(answer.GetProperty("timeZone").GetString()!, out var zone)
            ? TimeZoneInfo.ConvertTime(at, zone).ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture)
            : at.ToString("O", CultureInfo.InvariantCulture);
    }

    private static List<string> Row(JsonElement value, string unit, bool buckets, List<string> by, bool compared, Terminal terminal)
    {
        var row = new List<string>();
        if (buckets) row.Add(value.GetProperty("at").GetString()!);
        row.AddRange(by.Select(dimension => value.TryGetProperty(dimension, out var code) ? code.ToString() : ""));
        row.AddRange([Units.Format(value.GetProperty("value"), unit), Units.Format(value.GetProperty("n"), "count"), Interval(value, unit)]);
        if (!compared) return row;
        var comparison = value.TryGetProperty("comparison", out var found) && found.ValueKind == JsonValueKind.Object ? found : default;
        row.AddRange([Member(comparison, "value", unit), Member(comparison, "difference", unit), Beyond(comparison, terminal)]);
        return row;
    }

    private static string Interval(JsonElement value, string unit) =>
        value.TryGetProperty("low", out var low) && low.ValueKind == JsonValueKind.Number ? $"{Units.Format(low, unit)} – {Units.Format(value.GetProperty("high"), unit)}" : "";

    private static string Member(JsonElement comparison, string name, string unit) =>
        comparison.ValueKind == JsonValueKind.Object && comparison.TryGetProperty(name, out var member) ? Units.Format(member, unit) : "";

    private static string Beyond(JsonElement comparison, Terminal terminal) =>
        comparison.ValueKind != JsonValueKind.Object || !comparison.TryGetProperty("beyondNoise", out var beyond) ? "" : beyond.ValueKind switch
        {
            JsonValueKind.True => terminal.Say("是", "yes"),
            JsonValueKind.False => terminal.Say("否", "no"),
            _ => "–",
        };

    private static string Title(Terminal terminal, string dimension) => dimension switch
    {
        "channel" => terminal.Say("渠道", "channel"),
        "service" => terminal.Say("业务", "service"),
        "region" => terminal.Say("地区", "region"),
        "brand" => terminal.Say("品牌", "brand"),
        _ => terminal.Say("原因", "reason"),
    };
}

/// <summary>Figures as people read them.</summary>
internal static class Units
{
    public static string Format(JsonElement value, string unit)
    {
        if (value.ValueKind != JsonValueKind.Number) return "–";
        return unit switch
        {
            "rate" or "ratio" or "share" => value.GetDouble().ToString("P2", CultureInfo.InvariantCulture),
            "fen" => (value.GetDecimal() / 100).ToString("N2", CultureInfo.InvariantCulture) + " 元",
            "ms" => value.GetDouble().ToString("N0", CultureInfo.InvariantCulture) + " ms",
            _ => value.GetDouble().ToString(value.GetDouble() % 1 == 0 ? "N0" : "N2", CultureInfo.InvariantCulture),
        };
    }
}
