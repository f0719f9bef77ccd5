using System.Text.Json;
using ECommerce.Channels.Contracts.Events;

namespace ECommerce.Channels.Care.Catalogue;

/// <summary>A kind of transaction, as far as care needs to know it.</summary>
/// <param name="Group">What belongs to one matter: contacts of one customer about services of one group.</param>
public sealed record KnownService(string Code, string Group, string Chinese, string English);

/// <param name="Electronic">Counts as an e-channel.</param>
/// <param name="Assisted">An employee does the work.</param>
public sealed record KnownChannel(string Code, bool Electronic, bool Assisted, string Chinese, string English);

/// <summary>The catalogue as it was told: today's entries, and regions as they are or ever were. Never changes.</summary>
public sealed class KnownCatalogue
{
    private readonly Dictionary<string, HashSet<string>> children = [];
    private readonly HashSet<string> everRegions = [];

    /// <param name="entries">Each with its history by first day.</param>
    /// <param name="today">In the operator's zone.</param>
    public KnownCatalogue(IEnumerable<(string Kind, string Code, IReadOnlyList<CatalogueEntrySince> History)> entries, DateOnly today)
    {
        foreach (var (kind, code, history) in entries)
        {
            if (kind == "regions") RememberRegion(code, history);
            if (history.LastOrDefault(since => since.ValidFrom <= today)?.Entry is not { ValueKind: JsonValueKind.Object } entry) continue;
            Add(kind, code, entry);
        }
    }

    public Dictionary<string, KnownService> Services { get; } = [];

    public Dictionary<string, KnownChannel> Channels { get; } = [];

    public HashSet<string> Regions { get; } = [];

    public HashSet<string> Brands { get; } = [];

    /// <summary>These regions and what lies, or ever lay, in them.</summary>
    public HashSet<string> SubTrees(IEnumerable<string> roots)
    {
        var found = new HashSet<string>();
        var open = new Stack<string>(roots.Where(everRegions.Contains));
        while (open.TryPop(out var code))
        {
            if (!found.Add(code) || !children.TryGetValue(code, out var below)) continue;
            foreach (var child in below) open.Push(child);
        }
        return found;
    }

    private void RememberRegion(string code, IReadOnlyList<CatalogueEntrySince> history)
    {
        everRegions.Add(code);
        foreach (var since in history)
        {
            if (since.Entry is not { ValueKind: JsonValueKind.Object } entry || Text(entry, "parent") is not { } parent) continue;
            if (!children.TryGetValue(parent, out var below)) children[parent] = below = [];
            below.Add(code);
        }
    }

    private void Add(string kind, string code, JsonElement entry)
    {
        var (chinese, english) = Names(entry, code);
        switch (kind)
        {
            case "services":
                Services[code] = new KnownService(code, Text(entry, "group") ?? code, chinese, english);
                break;
            case "channels":
                Channels[code] = new KnownChannel(code, Flag(entry, "electronic"), Flag(entry, "assisted"), chinese, english);
                break;
            case "regions":
                Regions.Add(code);
                break;
            case "brands":
                Brands.Add(code);
                break;
        }
    }

    private static (string Chinese, string English) Names(JsonElement entry, string code) =>
        entry.TryGetProperty("names", out var names) && names.ValueKind == JsonValueKind.Object
            ? (Text(names, "zh-CN") ?? code, Text(names, "en") ?? code)
            : (code, code);

    private static string? Text(JsonElement entry, string name) =>
        entry.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static bool Flag(JsonElement entry, string name) => entry.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.True;
}
