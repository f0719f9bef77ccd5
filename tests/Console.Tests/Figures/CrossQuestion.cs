using ECommerce.Channels.Simulator.Operator;

namespace ECommerce.Channels.Console.Tests.Figures;

/// <summary>A question that the console can ask: an indicator over whole days, filtered, told apart by a dimension.</summary>
/// <param name="To">Exclusive.</param>
/// <param name="Grain">total, month or day.</param>
internal sealed record CrossQuestion(
    string Indicator, DateOnly From, DateOnly To, string Grain, string By, string[] Channels, string[] Services, string[] Regions, string[] Brands)
{
    private static readonly HashSet<string> OfCustomers = ["customers", "electronic-customers", "active-customers", "penetration"];

    /// <summary>The screen that shows it as a table.</summary>
    public string Screen =>
        $"/explore?i={Indicator}&by={By}&c=none&p={From:yyyy-MM-dd}..{To.AddDays(-1):yyyy-MM-dd}"
        + Filter("ch", Channels) + Filter("sv", Services) + Filter("r", Regions) + Filter("b", Brands);

    /// <summary>The question of the API.</summary>
    /// <param name="form">Empty for JSON, <c>.csv</c> for the file.</param>
    public string Path(string form) =>
        $"/api/v1/kpi/indicators/{Indicator}/values{form}?from={From:yyyy-MM-dd}&to={To:yyyy-MM-dd}&grain={Grain}&by={By}"
        + Filter("channel", Channels) + Filter("service", Services) + Filter("region", Regions) + Filter("brand", Brands);

    /// <summary>The next of a seed.</summary>
    public static CrossQuestion Next(Random random, DateOnly first, DateOnly last)
    {
        var indicators = PlainFormula.All.Keys.ToList();
        var indicator = indicators[random.Next(indicators.Count)];
        var simple = !OfCustomers.Contains(indicator);
        var dimensions = new List<string> { "channel", "region", "channel", "region" };
        if (simple) dimensions.AddRange(["service", "brand"]);
        if (indicator.StartsWith("failures", StringComparison.Ordinal)) dimensions.Add("reason");
        var by = dimensions[random.Next(dimensions.Count)];
        var grain = (string)(random.Next(3) switch { 0 => "day", 1 => "month", _ => "total" });
        var (from, to) = grain == "month" ? Months(random, first, last) : Days(random, first, last);
        return new CrossQuestion(
            indicator, from, to, grain, by,
            Some(random, Codes.Channels[..Codes.CatalogueChannels]), simple ? Some(random, Codes.Services) : [], Some(random, Codes.Regions[..Codes.Cities]),
            simple ? Some(random, Codes.Brands) : []);
    }

    private static (DateOnly From, DateOnly To) Days(Random random, DateOnly first, DateOnly last)
    {
        var from = first.AddDays(random.Next(last.DayNumber - first.DayNumber - 1));
        return (from, from.AddDays(1 + random.Next(Math.Min(60, last.DayNumber - from.DayNumber))));
    }

    /// <summary>Whole months, since a part of one is no month.</summary>
    private static (DateOnly From, DateOnly To) Months(Random random, DateOnly first, DateOnly last)
    {
        var from = new DateOnly(first.Year, first.Month, 1).AddMonths(1 + random.Next(8));
        var to = from.AddMonths(1 + random.Next(3));
        return (from, to <= last ? to : from.AddMonths(1));
    }

    private static string Filter(string name, string[] codes) => codes.Length == 0 ? "" : $"&{name}={string.Join(',', codes)}";

    private static string[] Some(Random random, string[] codes) =>
        random.Next(4) > 0 ? [] : [.. Enumerable.Range(0, 1 + random.Next(3)).Select(_ => codes[random.Next(codes.Length)]).Distinct()];
}
