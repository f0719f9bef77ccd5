using System.Globalization;

namespace ECommerce.Channels.Benchmarks;

/// <summary>One line of JSON per figure, for people and for scripts.</summary>
internal static class Figure
{
    public static void Print(string name, double value, string unit) =>
        Console.WriteLine($$"""{"name":"{{name}}","value":{{value.ToString("0.###", CultureInfo.InvariantCulture)}},"unit":"{{unit}}"}""");
}
