using ECommerce.Channels.Kpi.Catalogue;
using ECommerce.Channels.Platform.Security;

namespace ECommerce.Channels.Kpi.Warnings;

/// <summary>What a region grant lets see of rules and warnings.</summary>
internal static class Granted
{
    /// <summary>The codes of the granted sub-trees, of any day; null is all.</summary>
    public static IReadOnlyCollection<string>? Regions(RegionGrant grant, CatalogueTimeline catalogue) =>
        grant.All ? null : [.. catalogue.Stretches.SelectMany(version => version.SubTrees(grant.Codes)).ToHashSet()];

    /// <summary>A figure of all regions is for full grants; a feed is no figure of a region.</summary>
    public static bool Sees(IReadOnlyCollection<string>? granted, string kind, string? region) =>
        granted is null || kind == WarningCondition.LateFeed || (region is not null && granted.Contains(region));
}
