using System.Text.Encodings.Web;
using System.Text.Json;

namespace ECommerce.Channels.Benchmarks;

/// <summary>Collects what a benchmark measures, and prints it when all is done, so that nothing else stands in between.</summary>
internal sealed class Figures
{
    // µs is written as such, not as \u00B5s.
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private readonly List<Figure> all = [];

    /// <param name="name">Dotted and stable, as <c>statistics.wilson</c>: a comparison over time finds it by this.</param>
    /// <param name="unit">As <c>ns</c>, <c>events/s</c>, <c>µs/event</c>, <c>bytes</c>.</param>
    public void Add(string name, double value, string unit)
    {
        all.Add(new(name, value, unit));
        Progress($"{name} {value:G4} {unit}");
    }

    /// <summary>For the person who waits; goes to stderr.</summary>
    public static void Progress(string line) => Console.Error.WriteLine(line);

    public void Print(TextWriter output)
    {
        foreach (var figure in all) output.WriteLine(JsonSerializer.Serialize(figure, Json));
    }

    private sealed record Figure(string Name, double Value, string Unit);
}
