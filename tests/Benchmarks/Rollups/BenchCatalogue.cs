using ECommerce.Channels.Kpi.Catalogue;
using ECommerce.Channels.Platform.Security;

namespace ECommerce.Channels.Benchmarks.Rollups;

/// <summary>A catalogue that knows every code of <see cref="EventMaker"/>.</summary>
internal static class BenchCatalogue
{
    public static readonly CatalogueTimeline Timeline = CatalogueTimeline.Of(
        [.. Entries().Select((entry, index) => new CatalogueChange(
            index + 1, entry.Kind, entry.Entry.Code, new DateOnly(2000, 1, 1), CatalogueJson.Write(entry.Entry), DateTimeOffset.UnixEpoch, "bench"))],
        [new VersionMark(1, new DateOnly(2000, 1, 1), 1_000)]);

    public static IReadOnlyList<CatalogueEdit> Edits =>
        [.. Entries().Select(entry => new CatalogueEdit(
            entry.Kind, entry.Entry.Code, new DateOnly(2000, 1, 1), entry.Entry, new Caller("bench", "bench", [], RegionGrant.Everything, null)))];

    private static IEnumerable<(string Kind, Entry Entry)> Entries()
    {
        for (var i = 0; i < EventMaker.Channels; i++) yield return ("channels", new Channel($"channel-{i}", Name(i), i < 7, i >= 7, 100, i));
        for (var i = 0; i < EventMaker.Services; i++)
            yield return ("services", new Service($"service-{i}", Name(i), i % 4 == 0 ? "payment" : "query", Level.Low, Level.Low, true, true, new Dictionary<string, long>()));
        for (var i = 0; i < EventMaker.Regions; i++) yield return ("regions", new Region($"region-{i}", Name(i), null));
        for (var i = 0; i < EventMaker.Brands; i++) yield return ("brands", new Brand($"brand-{i}", Name(i)));
        yield return ("reasons", new Reason("timeout", Name(0)));
    }

    private static Names Name(int number) => new($"名称{number}", $"Name {number}");
}
