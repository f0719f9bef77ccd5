using System.Text.Json;
using ECommerce.Channels.Contracts.Events;

namespace ECommerce.Channels.Platform.Catalogue;

/// <summary>A kind of transaction.</summary>
/// <param name="Group">What belongs to one matter: contacts of one customer about services of one group.</param>
/// <param name="Offloadable">May be moved to an e-channel.</param>
/// <param name="Standard">The same steps for everyone, without judgement.</param>
/// <param name="LowValue">Little is at stake in a transaction.</param>
/// <param name="LowRisk">Little harm is done when it goes wrong.</param>
/// <param name="UnitCosts">Cost of one transaction by channel, fen, where it differs from the channel's own.</param>
public sealed record KnownService(
    string Code, string Group, string Chinese, string English, bool Offloadable = false, bool Standard = false, bool LowValue = false, bool LowRisk = false,
    IReadOnlyDictionary<string, long>? UnitCosts = null);

/// <param name="Electronic">Counts as an e-channel.</param>
/// <param name="Assisted">An employee does the work.</param>
/// <param name="UnitCost">Cost of one transaction, fen, unless the service says otherwise.</param>
/// <param name="Position">Place in lists.</param>
public sealed record KnownChannel(string Code, bool Electronic, bool Assisted, string Chinese, string English, long UnitCost = 0, long Position = 0);

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
                Services[code] = new KnownService(
                    code, Text(entry, "group") ?? code, chinese, english, Flag(entry, "offloadable"), Flag(entry, "standard"),
                    Text(entry, "value") == "low", Text(entry, "risk") == "low", Costs(entry));
                break;
            case "channels":
                Channels[code] = new KnownChannel(
                    code, Flag(entry, "electronic"), Flag(entry, "assisted"), chinese, english, Whole(entry, "unitCost"), Whole(entry, "position"));
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

    private static Dictionary<string, long> Costs(JsonElement entry) =>
        entry.TryGetProperty("unitCosts", out var costs) && costs.ValueKind == JsonValueKind.Object
            ? costs.EnumerateObject().Where(one => one.Value.TryGetInt64(out _)).ToDictionary(one => one.Name, one => one.Value.GetInt64())
            : [];

    private static long Whole(JsonElement entry, string name) =>
        entry.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number) ? number : 0;

    private static bool Flag(JsonElement entry, string name) => entry.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.True;
}
