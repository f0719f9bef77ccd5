using System.Text.Json;
using System.Text.Json.Serialization;

namespace ECommerce.Channels.Contracts.Events;

/// <summary>
/// An entry of the catalogue changed. Topic <c>channels.catalogue</c>, compacted, key <c>kind/code</c>: the last record of a key tells
/// everything about an entry, whatever else was compacted away.
/// </summary>
/// <param name="Kind">channels, services, regions, brands, reasons or assignments.</param>
/// <param name="Code">Of the entry; of an assignment <c>field:raw</c>.</param>
/// <param name="ValidFrom">First day (operator's zone) of this change.</param>
/// <param name="Entry">The entry from that day on; null where it was taken out.</param>
/// <param name="History">All of the entry, by first day; later days win.</param>
public sealed record CatalogueChanged(string Kind, string Code, DateOnly ValidFrom, JsonElement? Entry, IReadOnlyList<CatalogueEntrySince> History)
{
    public const string Type = "channels.catalogue.changed.v1";

    [JsonIgnore]
    public string Key => $"{Kind}/{Code}";
}

/// <param name="Entry">Null: from that day on it is not there.</param>
public sealed record CatalogueEntrySince(DateOnly ValidFrom, JsonElement? Entry);
