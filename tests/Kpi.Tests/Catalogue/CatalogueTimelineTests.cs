using System.Text.Json;
using ECommerce.Channels.Contracts.Events;
using ECommerce.Channels.Kpi.Catalogue;
using ECommerce.Channels.Kpi.Indicators;
using ECommerce.Channels.Testing;
using Xunit;

namespace ECommerce.Channels.Kpi.Tests.Catalogue;

public sealed class CatalogueTimelineTests
{
    private static readonly CatalogueTimeline Seed = CatalogueSeed.Timeline();

    private static DateOnly Day(string text) => DateOnly.ParseExact(text, "yyyy-MM-dd");

    private static CatalogueChange Change(long seq, string from, object? entry, string kind = CatalogueJson.Channels, string code = "app") =>
        new(seq, kind, code, Day(from), entry is null ? null : CatalogueJson.Write(entry), DateTimeOffset.UnixEpoch, "test");

    private static Channel App(long cost) => Seed.Stretches[0].Channels["app"] with { UnitCost = cost };

    [Fact]
    public void Seed_IsWhatTheSampleExportNames()
    {
        using var expected = JsonDocument.Parse(File.ReadAllText(Path.Combine(Checkout.Folder, "tests/data/boss-export.expected.json")));
        var (root, catalogue) = (expected.RootElement, Seed.Stretches[0]);
        var names = root.GetProperty("names");
        string[] Codes(string kind) => [.. names.GetProperty(kind).EnumerateObject().Select(one => one.Value.GetString()!).Distinct().Order()];
        string[] List(JsonElement list) => [.. list.EnumerateArray().Select(one => one.GetString()!).Order()];
        Assert.Equal(Codes("channels"), catalogue.Channels.Keys.Order());
        Assert.Equal(List(root.GetProperty("electronic")), catalogue.Channels.Values.Where(one => one.Electronic).Select(one => one.Code).Order());
        Assert.Equal(Codes("services"), catalogue.Services.Keys.Order());
        Assert.Equal(List(names.GetProperty("offloadable")), catalogue.Services.Values.Where(one => one.Offloadable).Select(one => one.Code).Order());
        Assert.All(root.GetProperty("groups").EnumerateObject(), one => Assert.Equal(one.Value.GetString(), catalogue.Services[one.Name].Group));
        Assert.Equal(Codes("brands"), catalogue.Brands.Keys.Order());
        Assert.Equal(Codes("reasons"), catalogue.Reasons.Keys.Order());
        Assert.Equal(["44", .. Codes("regions")], catalogue.Regions.Keys.Order());
        Assert.Null(catalogue.Regions["44"].Parent);
        Assert.All(catalogue.Regions.Values.Where(one => one.Code != "44"), one => Assert.Equal("44", one.Parent));
        Assert.Equal("掌上营业厅", catalogue.Channels["app"].Names.Chinese);
    }

    [Fact]
    public void At_IsTheVersionValidThatDay()
    {
        var timeline = CatalogueTimeline.Of(
            [.. Seed.Changes, Change(100, "2026-05-01", App(5)), Change(101, "2026-07-01", App(4))],
            [.. Seed.Marks, new(2, Day("2026-05-01"), 100), new(3, Day("2026-07-01"), 101)]);
        Assert.Equal(6, timeline.At(Day("2026-04-30")).Channels["app"].UnitCost);
        Assert.Equal(5, timeline.At(Day("2026-05-01")).Channels["app"].UnitCost);
        Assert.Equal(4, timeline.At(Day("2027-01-01")).Channels["app"].UnitCost);
        Assert.Equal(6, timeline.At(Day("1999-01-01")).Channels["app"].UnitCost);
        Assert.Equal([1, 2, 3], timeline.Stretches.Select(one => one.Number));
    }

    [Fact]
    public void EditBeforeALaterOne_ChangesTheLaterStretchButNotItsOwnEntry()
    {
        var web = Seed.Stretches[0].Channels["web"] with { Electronic = false };
        var timeline = CatalogueTimeline.Of(
            [
                .. Seed.Changes, Change(100, "2026-07-01", App(4)),
                // Later edits that start earlier.
                Change(101, "2026-05-01", App(5)), Change(102, "2026-05-01", web, code: "web"),
            ],
            [.. Seed.Marks, new(2, Day("2026-07-01"), 100), new(3, Day("2026-05-01"), 101), new(4, Day("2026-07-01"), 101), new(5, Day("2026-05-01"), 102), new(6, Day("2026-07-01"), 102)]);
        Assert.Equal((5, false), (timeline.At(Day("2026-06-01")).Channels["app"].UnitCost, timeline.At(Day("2026-06-01")).Channels["web"].Electronic));
        Assert.Equal((4, false), (timeline.At(Day("2026-08-01")).Channels["app"].UnitCost, timeline.At(Day("2026-08-01")).Channels["web"].Electronic));
        Assert.Equal([1, 5, 6], timeline.Stretches.Select(one => one.Number));
        // A number keeps its content for ever.
        Assert.True(timeline.Version(2)!.Channels["web"].Electronic);
        Assert.Equal(4, timeline.Version(2)!.Channels["app"].UnitCost);
        Assert.Equal(6, timeline.Version(1)!.Channels["app"].UnitCost);
        Assert.Null(timeline.Version(7));
    }

    [Fact]
    public void Resolve_KnownAssignedUnknownAndRetired()
    {
        var timeline = CatalogueTimeline.Of(
            [
                .. Seed.Changes,
                Change(100, "2026-05-01", new Assignment(CatalogueField.Channel, "微信", "app"), CatalogueJson.Assignments, "channel:微信"),
                Change(101, "2026-07-01", null),
            ],
            Seed.Marks);
        Assert.False(timeline.IsKnown(CatalogueField.Channel, "微信", Day("2026-04-30")));
        Assert.True(timeline.IsKnown(CatalogueField.Channel, "微信", Day("2026-05-01")));
        Assert.Equal("app", timeline.At(Day("2026-06-01")).Resolve(CatalogueField.Channel, "微信"));
        Assert.Null(timeline.At(Day("2026-06-01")).Resolve(CatalogueField.Service, "微信"));
        // What it counts as was taken out: it is unknown again, as the code itself.
        Assert.Null(timeline.At(Day("2026-07-01")).Resolve(CatalogueField.Channel, "微信"));
        Assert.Null(timeline.At(Day("2026-07-01")).Resolve(CatalogueField.Channel, "app"));
        Assert.True(timeline.WasEver(CatalogueField.Channel, "app"));
    }

    [Fact]
    public void SubTrees_HoldEverythingBelow()
    {
        var district = new Region("440106", new Names("天河", "Tianhe"), "4401");
        var catalogue = Seed.With(Change(100, "2000-01-01", district, CatalogueJson.Regions, "440106")).Stretches[0];
        Assert.Equal(["4401", "440106"], catalogue.SubTrees(["4401"]).Order());
        Assert.Equal(8, catalogue.SubTrees(["44"]).Count);
        Assert.Empty(catalogue.SubTrees(["nowhere"]));
    }

    [Fact]
    public void GroupKey_EveryFieldWithinItsCapacity_ComesBack()
    {
        int[] most = [.. Enum.GetValues<CatalogueField>().Select(field => GroupKey.Capacity(field) - 1)];
        var key = GroupKey.Of(49_999);
        foreach (var field in Enum.GetValues<CatalogueField>()) key |= GroupKey.Of(field, most[(int)field]);
        Assert.Equal(49_999, GroupKey.BucketOf(key));
        foreach (var field in Enum.GetValues<CatalogueField>())
        {
            Assert.Equal(most[(int)field], GroupKey.IdOf(key, field));
            Assert.Equal(0, GroupKey.IdOf(GroupKey.Without(key, field), field));
        }
    }

    [Fact]
    public void Judge_MoreCodesThanFiguresCanTellApart_IsRefused()
    {
        var room = GroupKey.Capacity(CatalogueField.Brand) - 2 - Seed.Stretches[0].Brands.Count;
        var timeline = Seed;
        for (var i = 0; i <= room; i++)
        {
            var change = Change(100 + i, "2026-05-01", new Brand($"b{i}", new Names("牌", "b")), CatalogueJson.Brands, $"b{i}");
            timeline = timeline.With(change);
            Assert.Equal(i == room, CatalogueRules.Judge(timeline, change).Any);
        }
    }

    [Fact]
    public void Event_OfAChange_IsTheSample()
    {
        var change = Change(100, "2026-10-05", App(5));
        var told = JsonSerializer.SerializeToElement(CatalogueEvents.Of(Seed.With(change), change), JsonSerializerOptions.Web);
        using var sample = JsonDocument.Parse(File.ReadAllText(Path.Combine(Checkout.Folder, "services/Contracts/Samples/channels.catalogue.changed.v1.json")));
        Assert.True(JsonElement.DeepEquals(sample.RootElement, told), told.GetRawText());
        var read = sample.RootElement.Deserialize<CatalogueChanged>(JsonSerializerOptions.Web)!;
        Assert.Equal("channels/app", read.Key);
        Assert.Equal(2, read.History.Count);
    }
}
