using System.Text.Json;
using ECommerce.Channels.Contracts.Events;

namespace ECommerce.Channels.Kpi.Catalogue;

/// <summary>What others are told about a change of the catalogue.</summary>
internal static class CatalogueEvents
{
    /// <param name="after">The timeline with the change in it.</param>
    public static CatalogueChanged Of(CatalogueTimeline after, CatalogueChange change)
    {
        var history = after.Changes.Where(other => other.Kind == change.Kind && other.Code == change.Code)
            .GroupBy(other => other.ValidFrom).OrderBy(group => group.Key)
            .Select(group => new CatalogueEntrySince(group.Key, Element(group.Last().Content)));
        return new CatalogueChanged(change.Kind, change.Code, change.ValidFrom, Element(change.Content), [.. history]);
    }

    /// <summary>Written again: the database keeps JSON in an order and spacing of its own.</summary>
    private static JsonElement? Element(string? content) =>
        content is null ? null : JsonSerializer.Deserialize<JsonElement>(content);
}
