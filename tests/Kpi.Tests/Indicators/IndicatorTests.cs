using System.Text.Json;
using ECommerce.Channels.Kpi.Indicators;
using Xunit;

namespace ECommerce.Channels.Kpi.Tests.Indicators;

/// <summary>Every indicator over a day that can be counted by hand.</summary>
public sealed class IndicatorTests
{
    private const string Day = "from=2026-09-28&to=2026-09-29";

    // app: 2 successes and a failure; counter: a success; unknown channel: a success; and what is not offloadable.
    private static readonly Event[] Events =
    [
        new("2026-09-28T09:00:10", "app", "payment.topup") { Amount = 5000, Duration = 100, Customer = "c_1" },
        new("2026-09-28T09:00:40", "app", "balance.query") { Duration = 300, Customer = "c_2", Region = "4403", Brand = "mzone" },
        new("2026-09-28T09:30:00", "app", "payment.topup") { Outcome = "failed", Reason = "timeout", Customer = "c_1" },
        new("2026-09-28T10:00:00", "counter", "payment.topup") { Amount = 3000, Assisted = true, Customer = "c_3", Duration = 900 },
        new("2026-09-28T11:00:00", "微信小程序", "payment.topup") { Amount = 1000, Customer = "c_4", Region = null },
        new("2026-09-28T12:00:00", "app", "plan.change") { Assisted = true, Customer = "c_5" },
        new("2026-09-28T12:00:00", "web", "campaign.join") { Customer = "c_1" },
        new("2026-09-28T12:00:00", "counter", "campaign.join") { Customer = "c_1" },
        new("2026-09-28T12:00:00", "web", "number.select") { Customer = "c_6", Region = "9999" },
        new("2026-09-28T13:00:00", "ivr", "plan.change") { Customer = "c_6", Brand = null },
        new("2026-09-28T14:00:00", "sms", "payment.topup") { Outcome = "abandoned", Customer = "c_7" },
        new("2026-09-28T14:00:00", "sms", "payment.topup") { Outcome = "failed", Customer = "c_7" },
    ];

    [Theory]
    [InlineData("attempts", 12)]
    [InlineData("successes", 9)]
    [InlineData("failures", 2)]
    [InlineData("abandoned", 1)]
    [InlineData("amount", 9000)]
    [InlineData("payment-amount", 9000)]
    [InlineData("electronic-payment-amount", 5000)]
    [InlineData("package-volume", 2)]
    [InlineData("campaign-volume", 1)]
    [InlineData("number-selection-volume", 1)]
    [InlineData("customers", 6)]
    [InlineData("active-customers", 7)]
    [InlineData("electronic-customers", 4)]
    public async Task Values_Total_CountsByHand(string id, long expected)
    {
        var row = Assert.Single((await new Asked { Events = Events }.ForAsync($"{id}?{Day}")).Values());
        Assert.Equal(expected, row.Count());
        Assert.Equal(expected, row.GetProperty("numerator").GetInt64());
        Assert.True(row.IsNull("denominator"));
        Assert.Equal("2026-09-28", row.GetProperty("at").GetString());
    }

    [Theory]
    // Abandoned ones are no part of the rate.
    [InlineData("success-rate", 9, 11)]
    // Offloadable successes: 2 app, counter, unknown, assisted plan change, IVR's plan change. Moved: 2 on the app and the IVR's.
    [InlineData("offload-rate", 3, 6)]
    [InlineData("electronic-payment-share", 5000, 9000)]
    [InlineData("penetration", 4, 7)]
    public async Task Values_Rate_DividesByHand(string id, long numerator, long denominator)
    {
        var row = Assert.Single((await new Asked { Events = Events }.ForAsync($"{id}?{Day}")).Values());
        Assert.Equal(numerator, row.GetProperty("numerator").GetInt64());
        Assert.Equal(denominator, row.GetProperty("denominator").GetInt64());
        Assert.Equal((double)numerator / denominator, row.Value());
    }

    [Fact]
    public async Task OffloadRate_ByChannel_IsThatChannelsPartOfAllChannels()
    {
        var answer = await new Asked { Events = Events }.ForAsync($"offload-rate?{Day}&by=channel");
        Assert.Equal(2 / 6d, answer.Row("app").Value());
        Assert.Equal(1 / 6d, answer.Row("ivr").Value());
        Assert.Equal(0, answer.Row("counter").Value());
        Assert.Equal(0, answer.Row("unknown").Value());
        Assert.All(answer.Values(), row => Assert.Equal(6, row.GetProperty("denominator").GetInt64()));
        var filtered = await new Asked { Events = Events }.ForAsync($"offload-rate?{Day}&channel=app");
        Assert.Equal(2 / 6d, filtered.Row("2026-09-28").Value());
    }

    [Fact]
    public async Task Penetration_ByChannel_IsOverAllChannelsActiveCustomers()
    {
        var answer = await new Asked { Events = Events }.ForAsync($"penetration?{Day}&by=channel");
        Assert.Equal(3 / 7d, answer.Row("app").Value());
        Assert.Equal(2 / 7d, answer.Row("web").Value());
        Assert.Equal(0, answer.Row("sms").Value());
        Assert.Equal(0, answer.Row("counter").Value());
        Assert.Equal(3 / 7d, (await new Asked { Events = Events }.ForAsync($"penetration?{Day}&channel=app")).Values()[0].Value());
    }

    [Fact]
    public async Task DistinctCustomers_ByMonth_AreThoseOfEachMonth()
    {
        Event[] events =
        [
            new("2026-09-28T10:00:00", "app", "payment.topup") { Customer = "c_1" }, new("2026-09-29T10:00:00", "app", "payment.topup") { Customer = "c_1" },
            new("2026-10-01T10:00:00", "app", "payment.topup") { Customer = "c_1" }, new("2026-10-02T10:00:00", "app", "payment.topup") { Customer = "c_2" },
        ];
        var answer = await new Asked { Events = events }.ForAsync("customers?from=2026-09-01&to=2026-11-01&grain=month");
        Assert.Equal(["2026-09 1", "2026-10 2"], answer.Values().Select(row => $"{row.GetProperty("at").GetString()} {row.Count()}"));
        Assert.Equal(2, (await new Asked { Events = events }.ForAsync("customers?from=2026-09-01&to=2026-11-01")).Values()[0].Count());
    }

    [Theory]
    [InlineData("attempts-share", "channel")]
    [InlineData("successes-share", "service,region")]
    [InlineData("failures-share", "reason")]
    [InlineData("abandoned-share", "channel,brand")]
    public async Task Shares_OverBy_SumToOne(string id, string by)
    {
        var answer = await new Asked { Events = Events }.ForAsync($"{id}?{Day}&by={by}");
        Assert.Equal(1, answer.Values().Sum(row => row.Value()), 12);
    }

    [Fact]
    public async Task Failures_ByReason_CountsMissingOnesAsNone()
    {
        var answer = await new Asked { Events = Events }.ForAsync($"failures?{Day}&by=channel,reason");
        Assert.Equal(1, answer.Row("app", "timeout").Count());
        Assert.Equal(1, answer.Row("sms", "none").Count());
        Assert.Equal(2, answer.Values().Length);
    }

    [Theory]
    [InlineData("duration-p50", 300)]
    [InlineData("duration-p90", 900)]
    [InlineData("duration-p99", 900)]
    public async Task Durations_OfSuccesses_AreWithinOnePercent(string id, int expected)
    {
        var row = Assert.Single((await new Asked { Events = Events }.ForAsync($"{id}?{Day}")).Values());
        Assert.InRange(row.Value(), expected * 0.99, expected * 1.01);
        Assert.Equal(3, row.GetProperty("n").GetInt64());
        Assert.True(row.IsNull("numerator"));
    }

    [Fact]
    public async Task Standardised_OneServiceInBasketWithoutData_IsLeftOut()
    {
        // In the basket: three top-ups to one balance query; now only top-ups, half of them on the app.
        Event[] events =
        [
            .. Enumerable.Range(0, 3).Select(i => new Event($"2026-08-0{i + 1}T10:00:00", "app", "payment.topup")),
            new("2026-08-05T10:00:00", "counter", "balance.query"),
            new("2026-09-28T10:00:00", "app", "payment.topup"),
            new("2026-09-28T10:00:00", "counter", "payment.topup"),
            new("2026-09-29T10:00:00", "app", "payment.topup"),
            new("2026-09-29T10:00:00", "counter", "payment.topup"),
            new("2026-09-29T11:00:00", "counter", "balance.query"),
        ];
        var asked = new Asked { Events = events };
        Assert.Equal(0.5, (await asked.ForAsync($"offload-rate-standardised?{Day}")).Values()[0].Value());
        var both = await asked.ForAsync("offload-rate-standardised?from=2026-09-29&to=2026-09-30");
        Assert.Equal((0.75 * 0.5) + (0.25 * 0), both.Values()[0].Value(), 12);
        var parts = await asked.ForAsync("offload-rate-standardised?from=2026-09-29&to=2026-09-30&by=channel");
        Assert.Equal(0.375, parts.Row("app").Value(), 12);
        Assert.Equal(0, parts.Row("counter").Value());
    }

    [Fact]
    public async Task Values_NoEventOfTheKind_IsZeroWhereAnythingHappenedAndAbsentElsewhere()
    {
        var answer = await new Asked { Events = Events }.ForAsync($"payment-amount?{Day}&by=channel");
        Assert.Equal(0, answer.Row("web").Count());
        Assert.DoesNotContain(answer.Values(), row => row.GetProperty("channel").GetString() == "kiosk");
    }

    [Fact]
    public async Task Values_DenominatorZero_IsNull()
    {
        var answer = await new Asked { Events = Events }.ForAsync($"offload-rate?{Day}&by=service");
        var row = answer.Row("campaign.join");
        Assert.True(row.IsNull("value"));
        Assert.True(row.IsNull("low"));
        Assert.Equal(0, row.GetProperty("denominator").GetInt64());
    }

    [Fact]
    public async Task Values_CountsAreIntegersAndRatesDoubles()
    {
        var count = (await new Asked { Events = Events }.ForAsync($"amount?{Day}")).Values()[0].GetProperty("value");
        Assert.Equal("9000", count.GetRawText());
        var rate = (await new Asked { Events = Events }.ForAsync($"success-rate?{Day}")).Values()[0].GetProperty("value");
        Assert.Equal(9 / 11d, JsonSerializer.Deserialize<double>(rate.GetRawText()));
    }

    [Fact]
    public async Task Unknown_ServiceBrandAndReason_AreCountedAsUnknown()
    {
        var asked = new Asked { Events = [new Event("2026-09-28T10:00:00", "app", "never heard of") { Brand = "no brand", Reason = "no reason", Outcome = "failed" }] };
        var row = Assert.Single((await asked.ForAsync("attempts?from=2026-09-28&to=2026-09-29&by=service,brand")).Values());
        Assert.Equal(("unknown", "unknown"), (row.GetProperty("service").GetString(), row.GetProperty("brand").GetString()));
        var failed = Assert.Single((await asked.ForAsync("failures?from=2026-09-28&to=2026-09-29&by=reason")).Values());
        Assert.Equal("unknown", failed.GetProperty("reason").GetString());
    }

    [Fact]
    public void Seed_EveryIndicatorOfTheContract_IsThere()
    {
        string[] ids =
        [
            "attempts", "successes", "failures", "abandoned", "attempts-share", "successes-share", "failures-share", "abandoned-share",
            "success-rate", "offload-rate", "offload-rate-standardised", "customers", "electronic-customers", "active-customers", "penetration",
            "amount", "payment-amount", "electronic-payment-amount", "electronic-payment-share", "package-volume", "campaign-volume",
            "number-selection-volume", "duration-p50", "duration-p90", "duration-p99",
            "service-level", "service-level-without-short-abandons", "service-level-answered", "service-level-late-abandons",
            "service-level-early-abandons-good", "ticket-timeliness", "first-response-timeliness", "complaints-per-10000",
            "fcr-no-reply", "fcr-one-touch", "fcr-confirmed", "fcr-any-channel", "bounce-back-rate", "channel-hopping-rate",
        ];
        var seed = IndicatorSeed.Definitions();
        Assert.Equal(ids.Order(), seed.Select(one => one.Id).Order());
        Assert.All(seed, one => Assert.NotNull(one.Formulas));
        foreach (var distinct in seed.Where(one => one.Id is "customers" or "electronic-customers" or "active-customers" or "penetration"))
        {
            Assert.Equal(["channel", "region"], distinct.Dimensions);
            Assert.Equal(["total", "month", "day"], distinct.Grains);
        }
        Assert.All(seed, one => Assert.True(one.Names.Chinese.Length > 0 && one.Statement.English.Length > 0 && one.MinimumN > 0));
    }
}
