using System.Collections.Frozen;
using System.Text.Json.Serialization;

namespace ECommerce.Channels.Kpi.Catalogue;

/// <summary>The fields of a transaction whose codes the catalogue knows.</summary>
public enum CatalogueField
{
    Channel,
    Service,
    Region,
    Brand,
    Reason,
}

/// <summary>A name for people, in both languages of the suite.</summary>
[JsonConverter(typeof(NamesConverter))]
public sealed record Names(string Chinese, string English)
{
    public string In(string language) => language.StartsWith("en", StringComparison.OrdinalIgnoreCase) ? English : Chinese;
}

/// <summary>How much is at stake: the value of a transaction, or the harm when it goes wrong.</summary>
public enum Level
{
    Low,
    Medium,
    High,
}

/// <summary>What every entry of the catalogue has.</summary>
/// <param name="Code">What events carry; <c>[A-Za-z0-9._:-]{1,64}</c>.</param>
public abstract record Entry(string Code, Names Names);

/// <summary>A way in which customers are served.</summary>
/// <param name="Electronic">Counts as an e-channel.</param>
/// <param name="Assisted">An employee does the work: none of its transactions counts as moved away from people.</param>
/// <param name="UnitCost">Cost of one transaction, fen, unless the service says otherwise.</param>
/// <param name="Position">Place in lists.</param>
public sealed record Channel(string Code, Names Names, bool Electronic, bool Assisted, long UnitCost, int Position) : Entry(Code, Names);

/// <summary>A kind of transaction.</summary>
/// <param name="Group">What indicators count it under, such as <c>payment</c>.</param>
/// <param name="Standard">The same steps for everyone, without judgement.</param>
/// <param name="Offloadable">May be moved to an e-channel.</param>
/// <param name="UnitCosts">By channel, fen, where it differs from the channel's own.</param>
public sealed record Service(
    string Code, Names Names, string Group, Level Value, Level Risk, bool Standard, bool Offloadable,
    IReadOnlyDictionary<string, long> UnitCosts) : Entry(Code, Names);

/// <param name="Parent">The region it lies in; null at the root.</param>
public sealed record Region(string Code, Names Names, string? Parent) : Entry(Code, Names);

public sealed record Brand(string Code, Names Names) : Entry(Code, Names);

public sealed record Reason(string Code, Names Names) : Entry(Code, Names);

/// <summary>A raw code that events carry and nobody knew counts as a code of the catalogue.</summary>
public sealed record Assignment(CatalogueField Field, string Raw, string Code);

/// <summary>
/// The catalogue as it is valid from one day on. Never changes: an edit makes a new one. A number belongs to one content for ever, so
/// that a figure which names its catalogue can be understood later.
/// </summary>
public sealed class CatalogueVersion
{
    /// <summary>How missing regions, brands and reasons are counted.</summary>
    public const string None = "none";

    /// <summary>How codes are counted that the catalogue does not have.</summary>
    public const string Unknown = "unknown";

    private readonly FrozenDictionary<(CatalogueField, string), string> assigned;
    private readonly FrozenDictionary<string, List<string>> children;

    public CatalogueVersion(int number, DateOnly validFrom, IReadOnlyCollection<Entry> entries, IReadOnlyCollection<Assignment> assignments)
    {
        Number = number;
        ValidFrom = validFrom;
        Channels = Ordered<Channel>(entries, channel => channel.Position);
        Services = Ordered<Service>(entries);
        Regions = Ordered<Region>(entries);
        Brands = Ordered<Brand>(entries);
        Reasons = Ordered<Reason>(entries);
        Assignments = [.. assignments.OrderBy(one => one.Field).ThenBy(one => one.Raw, StringComparer.Ordinal)];
        assigned = assignments.ToFrozenDictionary(one => (one.Field, one.Raw), one => one.Code);
        children = Regions.Values.Where(region => region.Parent is not null)
            .GroupBy(region => region.Parent!, region => region.Code)
            .ToFrozenDictionary(group => group.Key, group => group.ToList());
    }

    public int Number { get; }

    public DateOnly ValidFrom { get; }

    public OrderedDictionary<string, Channel> Channels { get; }

    public OrderedDictionary<string, Service> Services { get; }

    public OrderedDictionary<string, Region> Regions { get; }

    public OrderedDictionary<string, Brand> Brands { get; }

    public OrderedDictionary<string, Reason> Reasons { get; }

    public IReadOnlyList<Assignment> Assignments { get; }

    public bool Has(CatalogueField field, string code) => field switch
    {
        CatalogueField.Channel => Channels.ContainsKey(code),
        CatalogueField.Service => Services.ContainsKey(code),
        CatalogueField.Region => Regions.ContainsKey(code),
        CatalogueField.Brand => Brands.ContainsKey(code),
        _ => Reasons.ContainsKey(code),
    };

    /// <summary>The code of the catalogue that a raw code counts as; null where it is unknown.</summary>
    public string? Resolve(CatalogueField field, string raw)
    {
        if (Has(field, raw)) return raw;
        return assigned.TryGetValue((field, raw), out var code) && Has(field, code) ? code : null;
    }

    /// <summary>The codes of a field, in their order.</summary>
    public IEnumerable<string> Codes(CatalogueField field) => field switch
    {
        CatalogueField.Channel => Channels.Keys,
        CatalogueField.Service => Services.Keys,
        CatalogueField.Region => Regions.Keys,
        CatalogueField.Brand => Brands.Keys,
        _ => Reasons.Keys,
    };

    public Entry? EntryOf(CatalogueField field, string code) => field switch
    {
        CatalogueField.Channel => Channels.GetValueOrDefault(code),
        CatalogueField.Service => Services.GetValueOrDefault(code),
        CatalogueField.Region => Regions.GetValueOrDefault(code),
        CatalogueField.Brand => Brands.GetValueOrDefault(code),
        _ => Reasons.GetValueOrDefault(code),
    };

    /// <summary>These regions and everything below them; codes that are no regions are left out.</summary>
    public HashSet<string> SubTrees(IEnumerable<string> roots)
    {
        var found = new HashSet<string>();
        var open = new Stack<string>(roots.Where(Regions.ContainsKey));
        while (open.TryPop(out var code))
        {
            if (!found.Add(code) || !children.TryGetValue(code, out var below)) continue;
            foreach (var child in below) open.Push(child);
        }
        return found;
    }

    private static OrderedDictionary<string, T> Ordered<T>(IEnumerable<Entry> entries, Func<T, int>? position = null)
        where T : Entry
    {
        var ordered = new OrderedDictionary<string, T>();
        foreach (var entry in entries.OfType<T>().OrderBy(position ?? (_ => 0)).ThenBy(entry => entry.Code, StringComparer.Ordinal))
            ordered.Add(entry.Code, entry);
        return ordered;
    }
}
