using ECommerce.Channels.Kpi.Catalogue;
using ECommerce.Channels.Kpi.Indicators;
using Xunit;

namespace ECommerce.Channels.Kpi.Tests.Indicators;

/// <summary>Each bucket uses what is valid at its start; a total splits and adds.</summary>
public sealed class VersionTests
{
    private static readonly Event[] Events =
    [
        .. Enumerable.Range(1, 9).SelectMany(day => new[]
        {
            new Event($"2026-10-0{day}T10:00:00", "agent", "payment.topup") { Customer = $"c_{day}" },
            new Event($"2026-10-0{day}T11:00:00", "app", "payment.topup") { Customer = "c_0" },
            new Event($"2026-10-0{day}T12:00:00", "weixin", "payment.topup") { Customer = $"c_w{day}" },
        }),
    ];

    /// <summary>From the 5th the agents' hotline counts as electronic, and 微信 as the app.</summary>
    private static CatalogueTimeline Catalogue()
    {
        var seed = CatalogueSeed.Timeline();
        var day = new DateOnly(2026, 10, 5);
        var agent = seed.At(day).Channels["agent"] with { Electronic = true, Assisted = false };
        CatalogueChange Change(long seq, string kind, string code, object content) =>
            new(seq, kind, code, day, CatalogueJson.Write(content), DateTimeOffset.UnixEpoch, "test");
        return CatalogueTimeline.Of(
            [
                .. seed.Changes, Change(1000, CatalogueJson.Channels, "agent", agent),
                Change(1001, CatalogueJson.Assignments, "channel:weixin", new Assignment(CatalogueField.Channel, "weixin", "app")),
            ],
            [.. seed.Marks, new VersionMark(2, day, 1000), new VersionMark(3, day, 1001)]);
    }

    [Fact]
    public async Task Total_CatalogueChanges_SplitsAndAdds()
    {
        var asked = new Asked { Events = Events, Catalogue = Catalogue() };
        var answer = await asked.ForAsync("offload-rate?from=2026-10-01&to=2026-10-10");
        // Four days with a third on the app, five with everything electronic.
        Assert.Equal((4 + 15) / 27d, answer.Values()[0].Value());
        var versions = answer.GetProperty("versions").EnumerateArray().ToList();
        Assert.Equal(
            ["2026-10-01 2026-10-05 1 1", "2026-10-05 2026-10-10 1 3"],
            versions.Select(one => $"{one.GetProperty("from").GetString()} {one.GetProperty("to").GetString()} {one.GetProperty("indicator")} {one.GetProperty("catalogue")}"));
        var days = await asked.ForAsync("offload-rate?from=2026-10-01&to=2026-10-10&grain=day");
        Assert.Equal([1 / 3d, 1 / 3d, 1 / 3d, 1 / 3d, 1, 1, 1, 1, 1], days.Values().Select(row => row.Value()));
        // A month uses what is valid at its start.
        var month = await asked.ForAsync("offload-rate?from=2026-10-01&to=2026-11-01&grain=month");
        Assert.Equal(1 / 3d, month.Values()[0].Value());
    }

    [Fact]
    public async Task UnknownCode_AssignedFromADate_CountsFromThenOn()
    {
        var answer = await new Asked { Events = Events, Catalogue = Catalogue() }.ForAsync("attempts?from=2026-10-01&to=2026-10-10&by=channel");
        Assert.Equal(4, answer.Row("unknown").Count());
        Assert.Equal(9 + 5, answer.Row("app").Count());
    }

    [Fact]
    public async Task DistinctCustomers_OverVersions_AreCountedOnce()
    {
        var asked = new Asked { Events = Events, Catalogue = Catalogue() };
        // c_0 on the app, from the 5th also five agents' and five of 微信.
        Assert.Equal(1 + 5 + 5, (await asked.ForAsync("electronic-customers?from=2026-10-01&to=2026-10-10")).Values()[0].Count());
        Assert.Equal(1 + 5, (await asked.ForAsync("customers?from=2026-10-01&to=2026-10-10&by=channel")).Row("app").Count());
    }

    [Fact]
    public async Task Standardised_ByDay_EachUsesTheBasketOfItsVersion()
    {
        var first = IndicatorSeed.Definitions().Single(one => one.Id == "offload-rate-standardised");
        var second = first with { Version = 2, ValidFrom = new DateOnly(2026, 10, 2), Basket = new Basket(new DateOnly(2026, 9, 1), new DateOnly(2026, 9, 2), null) };
        Event[] day(string date) => [new($"{date}T10:00:00", "app", "balance.query"), new($"{date}T10:00:00", "counter", "payment.topup")];
        Event[] events =
        [
            new("2026-08-01T10:00:00", "app", "balance.query"), new("2026-09-01T10:00:00", "app", "payment.topup"), .. day("2026-10-01"), .. day("2026-10-02"),
        ];
        var answer = await new Asked { Events = events, Extra = [second] }.ForAsync("offload-rate-standardised?from=2026-10-01&to=2026-10-03&grain=day");
        Assert.Equal([1, 0], answer.Values().Select(row => row.Value()));
    }

    [Fact]
    public async Task Definition_NewVersion_NeverRewritesThePast()
    {
        var first = IndicatorSeed.Definitions().Single(one => one.Id == "success-rate");
        var second = first with { Version = 2, ValidFrom = new DateOnly(2026, 10, 4), Denominator = "attempts" };
        Event[] events = [.. Enumerable.Range(1, 6).SelectMany(day => new[]
        {
            new Event($"2026-10-0{day}T10:00:00", "app", "payment.topup"),
            new Event($"2026-10-0{day}T10:00:00", "app", "payment.topup") { Outcome = "abandoned" },
        })];
        var asked = new Asked { Events = events, Extra = [second] };
        var days = await asked.ForAsync("success-rate?from=2026-10-01&to=2026-10-07&grain=day");
        Assert.Equal([1, 1, 1, 0.5, 0.5, 0.5], days.Values().Select(row => row.Value()));
        Assert.Equal([1, 2], days.GetProperty("versions").EnumerateArray().Select(one => one.GetProperty("indicator").GetInt32()));
        Assert.Equal(6 / 9d, (await asked.ForAsync("success-rate?from=2026-10-01&to=2026-10-07")).Values()[0].Value());
        Assert.Equal(1, (await asked.ForAsync("success-rate?from=2026-10-01&to=2026-10-07&version=1")).Values()[0].Value());
        Assert.Equal(0.5, (await asked.ForAsync("success-rate?from=2026-10-01&to=2026-10-07&version=2")).Values()[0].Value());
    }
}
