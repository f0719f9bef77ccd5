using System.Globalization;
using ECommerce.Channels.Console.Tests.Harness;
using ECommerce.Channels.Simulator.Operator;

namespace ECommerce.Channels.Console.Tests.Figures;

/// <summary>The operator whose events a suite was given: those of the same seed and day, made again.</summary>
internal static class Operated
{
    public static readonly TimeZoneInfo Zone = TimeZoneInfo.FindSystemTimeZoneById("Asia/Shanghai");

    public static async Task<DemoOperator> OfAsync(RunningSuite suite)
    {
        var demo = await suite.GetAsync("/api/v1/simulator");
        var pilot = demo.GetProperty("stories").EnumerateArray().Single(story => story.GetProperty("id").GetString() == "unknown-channel");
        // That story ends with the day on which the demo began.
        return new DemoOperator(DemoOperator.DefaultSeed, pilot.GetProperty("to").GetDateTimeOffset().AddHours(-12), Zone, RunningSuite.Customers);
    }

    /// <summary>The English names of the catalogue, as tables show them.</summary>
    public static async Task<IReadOnlyDictionary<(string By, string Code), string>> NamesAsync(RunningSuite suite)
    {
        var catalogue = await suite.GetAsync("/api/v1/kpi/catalogue");
        var names = new Dictionary<(string, string), string>();
        foreach (var (by, list) in new[] { ("channel", "channels"), ("service", "services"), ("region", "regions"), ("brand", "brands"), ("reason", "reasons") })
        {
            foreach (var one in catalogue.GetProperty(list).EnumerateArray())
                names[(by, one.GetProperty("code").GetString()!)] = one.GetProperty("names").GetProperty("en").GetString()!;
            names.TryAdd((by, "unknown"), "Not in the catalogue");
        }
        return names;
    }

    /// <summary>A rate as the English console writes it: cut, never rounded up. [F2]</summary>
    public static string Percent(double rate) => (Math.Floor((decimal)rate * 10_000) / 100).ToString("0.00", CultureInfo.InvariantCulture) + "%";
}
