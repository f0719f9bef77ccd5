using ECommerce.Channels.Platform.Security;

namespace ECommerce.Channels.Kpi.Catalogue;

/// <summary>The regions that a caller may see and set: all and what is in none, or the sub-trees granted, as they are or ever were.</summary>
internal sealed class RegionScope
{
    private readonly HashSet<string>? granted;

    private RegionScope(HashSet<string>? granted) => this.granted = granted;

    /// <summary>The codes of the regions; null is all.</summary>
    public IReadOnlyCollection<string>? Codes => granted;

    public static RegionScope Of(RegionGrant grant, CatalogueTimeline catalogue) =>
        new(grant.All ? null : SubTrees(grant.Codes, catalogue));

    /// <param name="region">Null is all regions together: for a full grant only.</param>
    public bool Holds(string? region) => granted is null || (region is not null && granted.Contains(region));

    /// <summary>These regions and what lies, or ever lay, in them.</summary>
    public static HashSet<string> SubTrees(IReadOnlyCollection<string> roots, CatalogueTimeline catalogue) =>
        [.. catalogue.Stretches.SelectMany(version => version.SubTrees(roots))];
}
