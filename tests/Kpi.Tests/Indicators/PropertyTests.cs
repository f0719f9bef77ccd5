using CsCheck;
using ECommerce.Channels.Kpi.Indicators;
using Xunit;

namespace ECommerce.Channels.Kpi.Tests.Indicators;

/// <summary>What holds of any events.</summary>
public sealed class PropertyTests
{
    private static Gen<T> OneOf<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]);

    private static readonly Gen<Event> AnyEvent =
        from minute in Gen.Int[0, (4 * 1440) - 1]
        from channel in OneOf("app", "web", "counter", "agent", "weixin")
        from service in OneOf("payment.topup", "balance.query", "campaign.join", "foreign")
        from region in OneOf("4401", "4403", "44", "none", "8888")
        from brand in OneOf("gotone", "mzone", "none")
        from outcome in OneOf("success", "success", "failed", "abandoned")
        from reason in OneOf("timeout", "conflict", "none", "other")
        from customer in Gen.Int[0, 12]
        from rest in Gen.Select(Gen.Long[0, 100_000], Gen.Bool, Gen.Int[0, 100_000])
        select new Event(new DateTime(2026, 9, 28).AddMinutes(minute).ToString("s"), channel, service)
        {
            Region = region == "none" ? null : region,
            Brand = brand == "none" ? null : brand,
            Outcome = outcome,
            Reason = reason == "none" ? null : reason,
            Customer = $"c_{customer}",
            Amount = rest.Item1,
            Assisted = rest.Item2,
            Duration = rest.Item3,
        };

    private static readonly Gen<Event[]> AnyEvents = AnyEvent.Array[0, 60];

    private static async Task<Dictionary<string, long>> SumsAsync(Event[] events, string question) =>
        (await new Asked { Events = events }.ForAsync(question)).Values().ToDictionary(
            row => string.Join('|', Vocabulary.Dimensions.Select(name => row.TryGetProperty(name, out var code) ? code.GetString() : "")),
            row => row.GetProperty("value").GetInt64());

    private static readonly string[] Additive =
        ["attempts", "successes", "failures", "abandoned", "amount", "payment-amount", "electronic-payment-amount", "campaign-volume"];

    [Fact]
    public async Task Period_SplitAnywhere_AddsUp()
    {
        await Gen.Select(AnyEvents, Gen.Int[1, (4 * 1440) - 1], OneOf(Additive)).SampleAsync(async (events, cut, id) =>
        {
            var middle = new DateTime(2026, 9, 28).AddMinutes(cut).ToString("yyyy-MM-ddTHH:mm") + "+08:00";
            var whole = await SumsAsync(events, $"{id}?from=2026-09-28&to=2026-10-02&by=channel,region");
            var first = await SumsAsync(events, $"{id}?from=2026-09-28&to={middle}&by=channel,region");
            var second = await SumsAsync(events, $"{id}?from={middle}&to=2026-10-02&by=channel,region");
            Assert.Equal(whole.Keys.Order(), first.Keys.Union(second.Keys).Order());
            Assert.All(whole, pair => Assert.Equal(pair.Value, first.GetValueOrDefault(pair.Key) + second.GetValueOrDefault(pair.Key)));
        }, iter: 60);
    }

    [Theory]
    [InlineData("channel")]
    [InlineData("service,brand")]
    [InlineData("channel,service,region,brand")]
    public async Task Parts_OfAnyDimensions_AddUpToTheWhole(string by)
    {
        await Gen.Select(AnyEvents, OneOf(Additive), OneOf("total", "day", "hour")).SampleAsync(async (events, id, grain) =>
        {
            var parts = (await new Asked { Events = events }.ForAsync($"{id}?from=2026-09-28&to=2026-10-02&grain={grain}&by={by}")).Values().Sum(row => row.Count());
            var whole = (await new Asked { Events = events }.ForAsync($"{id}?from=2026-09-28&to=2026-10-02")).Values().Sum(row => row.Count());
            Assert.Equal(whole, parts);
        }, iter: 40);
    }

    [Fact]
    public async Task Events_InAnyOrderAndBatches_GiveTheSameFigures()
    {
        await Gen.Select(AnyEvents, Gen.Int[0, 1000], OneOf("success-rate", "offload-rate", "duration-p90", "failures", "penetration", "attempts-share"))
            .SampleAsync(async (events, seed, id) =>
            {
                var shuffled = events.ToArray();
                new Random(seed).Shuffle(shuffled);
                var question = $"{id}?from=2026-09-28&to=2026-10-02&by=channel&grain=day";
                // Ids follow the order of arrival: the answers must not.
                Assert.Equal(
                    (await new Asked { Events = events }.ForAsync(question)).GetRawText(), (await new Asked { Events = shuffled }.ForAsync(question)).GetRawText());
            }, iter: 60);
    }

    [Theory]
    [InlineData("attempts-share", "channel")]
    [InlineData("successes-share", "service,region")]
    [InlineData("failures-share", "reason,channel")]
    public async Task Shares_OfAnything_SumToOne(string id, string by)
    {
        await AnyEvents.SampleAsync(async events =>
        {
            var values = (await new Asked { Events = events }.ForAsync($"{id}?from=2026-09-28&to=2026-10-02&by={by}")).Values();
            if (values.All(row => row.IsNull("value"))) return;
            Assert.Equal(1, values.Sum(row => row.Value()), 9);
        }, iter: 60);
    }

    [Fact]
    public async Task OffloadRate_OfChannels_AddsUpToTheWhole()
    {
        await Gen.Select(AnyEvents, OneOf("offload-rate", "offload-rate-standardised")).SampleAsync(async (events, id) =>
        {
            var whole = (await new Asked { Events = events }.ForAsync($"{id}?from=2026-09-28&to=2026-10-02")).Values();
            if (whole.Length == 0 || whole[0].IsNull("value")) return;
            var parts = (await new Asked { Events = events }.ForAsync($"{id}?from=2026-09-28&to=2026-10-02&by=channel")).Values();
            Assert.Equal(whole[0].Value(), parts.Sum(row => row.Value()), 9);
        }, iter: 60);
    }

    [Fact]
    public async Task Intervals_OfAnything_ContainTheValue()
    {
        await Gen.Select(AnyEvents, OneOf("success-rate", "offload-rate", "penetration", "attempts-share", "offload-rate-standardised"))
            .SampleAsync(async (events, id) =>
            {
                foreach (var row in (await new Asked { Events = events }.ForAsync($"{id}?from=2026-09-28&to=2026-10-02&by=channel")).Values())
                {
                    if (row.IsNull("low")) continue;
                    Assert.InRange(row.Value(), row.GetProperty("low").GetDouble() - 1e-12, row.GetProperty("high").GetDouble() + 1e-12);
                }
            }, iter: 60);
    }

    [Fact]
    public async Task Difference_OfAnything_IsMixPlusRatePlusCross()
    {
        await Gen.Select(AnyEvents, OneOf("success-rate", "offload-rate")).SampleAsync(async (events, id) =>
        {
            var split = await new Asked { Events = events }.DifferenceAsync($"{id}?from=2026-09-30&to=2026-10-02");
            if (split.Difference is not { } difference) return;
            Assert.Equal(difference, split.Mix!.Value + split.Rate!.Value + split.Cross!.Value, 12);
            Assert.Equal(split.Value!.Value - split.BaseValue!.Value, difference, 12);
            Assert.Equal(split.Mix!.Value, split.Parts.Sum(part => part.Mix), 12);
            Assert.Equal(split.Rate!.Value, split.Parts.Sum(part => part.Rate), 12);
            Assert.Equal(split.Cross!.Value, split.Parts.Sum(part => part.Cross), 12);
        }, iter: 60);
    }
}
