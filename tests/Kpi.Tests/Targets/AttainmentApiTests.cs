using System.Text.Json;
using ECommerce.Channels.Kpi.Indicators;
using ECommerce.Channels.Kpi.Tests.Indicators;
using ECommerce.Channels.Testing;
using Xunit;

namespace ECommerce.Channels.Kpi.Tests.Targets;

public sealed class AttainmentApiTests(PostgresServer postgres)
{
    private const string Root = "/api/v1/kpi/targets";

    /// <summary>Four tries a day at the app in 4401, one of which fails, and one at the counter in 4403.</summary>
    private static IEnumerable<Event> Days(string from, int days) => Enumerable.Range(0, days).SelectMany(i =>
    {
        var day = DateTime.Parse(from).AddDays(i).ToString("yyyy-MM-dd");
        return Enumerable.Range(0, 4).Select(n => new Event($"{day}T1{n}:00:00", "app", "payment.topup")
        {
            Outcome = n == 0 ? "failed" : "success",
            Customer = $"c_{i % 10}{n}",
            Duration = 100 * (n + 1),
        }).Append(new Event($"{day}T09:00:00", "counter", "payment.topup") { Region = "4403", Customer = $"c_{i % 7}", Duration = 50 });
    });

    private static object Target(string indicator, double value, string? channel = null, string? region = null, string month = "2026-11") =>
        new { indicator, channel, region, month, value };

    private async Task<FiguresHost> StartAsync(string asOf, IEnumerable<Event> events)
    {
        var source = new MemoryFigures(events, Asked.Shanghai) { AsOf = DateTimeOffset.Parse(asOf + "+08:00") };
        return await FiguresHost.StartAsync(await postgres.NewDatabaseAsync(), _ => Task.FromResult<IFigureSource>(source));
    }

    private static async Task<JsonElement[]> AttainmentAsync(FiguresHost host, params object[] targets)
    {
        await host.SendAsync(HttpMethod.Put, Root, new { targets }, 200);
        return [.. (await host.GetAsync($"{Root}/attainment?month=2026-11")).GetProperty("targets").EnumerateArray()];
    }

    private static double? Number(JsonElement line, string field) =>
        line.GetProperty(field) is { ValueKind: JsonValueKind.Number } number ? number.GetDouble() : null;

    private static string? Text(JsonElement line, string field) => line.GetProperty(field).GetString();

    [Fact]
    public async Task Attainment_OfARunningMonth_ByHand()
    {
        // Ten whole days of November, and half of the eleventh; August to October went on all the same.
        await using var host = await StartAsync("2026-11-11T12:30", [.. Days("2026-08-01", 92), .. Days("2026-11-01", 10), .. Days("2026-11-11", 1).Take(3)]);
        var answer = await AttainmentAsync(host, Target("successes", 100, "app", "4401"), Target("success-rate", 0.8, "app"), Target("failures", 30));
        var (failures, rate, successes) = (answer[0], answer[1], answer[2]);

        // 3 a day at the app; of the eleventh one success is there (10:00 failed, 11:00 and 12:00 succeeded).
        Assert.Equal(("successes", "app", "4401", "count", "up"), (Text(successes, "indicator"), Text(successes, "channel"), Text(successes, "region"), Text(successes, "unit"), Text(successes, "direction")));
        Assert.Equal((32, 32, 0.32, -68, 20), (Number(successes, "value"), Number(successes, "n"), Number(successes, "attainment"), Number(successes, "gap"), Number(successes, "daysLeft")));
        Assert.Equal((100 - 30) / 20d, Number(successes, "needed"));
        var forecast = successes.GetProperty("forecast");
        Assert.Equal(90, forecast.GetProperty("value").GetDouble(), 9);
        Assert.Equal(90, forecast.GetProperty("low").GetDouble(), 9);
        Assert.Equal("""{"months":3,"method":"day-profile"}""", forecast.GetProperty("basis").GetRawText());
        Assert.Equal("at-risk", Text(successes, "verdict"));

        // 0.75 of what is over; the days left bring 4 a day as well, and need 0.825.
        Assert.Equal((32 / 43d, 32, 43), (Number(rate, "value"), Number(rate, "numerator"), Number(rate, "denominator")));
        Assert.Equal(0.75, rate.GetProperty("forecast").GetProperty("value").GetDouble(), 12);
        Assert.Equal("remaining-n", rate.GetProperty("forecast").GetProperty("basis").GetProperty("method").GetString());
        Assert.Equal(((0.8 * 120) - 30) / 80, Number(rate, "needed")!.Value, 9);
        Assert.Equal("at-risk", Text(rate, "verdict"));

        // One a day is 30 in the month: just what may be.
        Assert.Equal((11, "down", 2 - (11 / 30d)), (Number(failures, "value"), Text(failures, "direction"), Number(failures, "attainment")));
        Assert.Equal("ahead", Text(failures, "verdict"));
    }

    [Theory]
    [InlineData("success-rate", "", null, null)]
    [InlineData("success-rate", "&channel=app", "app", null)]
    [InlineData("success-rate", "&channel=counter&region=44", "counter", "44")]
    [InlineData("offload-rate", "&channel=app", "app", null)]
    [InlineData("offload-rate", "&region=4403", null, "4403")]
    [InlineData("offload-rate", "&channel=app&region=44", "app", "44")]
    [InlineData("electronic-payment-share", "", null, null)]
    [InlineData("customers", "&channel=app", "app", null)]
    [InlineData("penetration", "&region=44", null, "44")]
    [InlineData("duration-p90", "&channel=app", "app", null)]
    [InlineData("offload-rate-standardised", "", null, null)]
    [InlineData("amount", "&region=4401", null, "4401")]
    public async Task Value_OfATarget_IsWhatValuesSays(string indicator, string query, string? channel, string? region)
    {
        await using var host = await StartAsync("2026-11-11T12:30", [.. Days("2026-08-01", 92), .. Days("2026-11-01", 11), new("2026-11-05T10:00:00", "web", "foreign") { Region = null }]);
        var line = Assert.Single(await AttainmentAsync(host, Target(indicator, 1, channel, region)));
        var value = (await host.GetAsync($"/api/v1/kpi/indicators/{indicator}/values?from=2026-11-01&to=2026-12-01{query}")).GetProperty("values")[0];
        foreach (var field in new[] { "value", "numerator", "denominator", "n", "low", "high" })
            Assert.Equal((field, Number(value, field)), (field, Number(line, field)));
    }

    [Fact]
    public async Task Forecast_OfWhatDoesNotAddUp_GrowsAsPastMonthsDid()
    {
        // Each month the same customers come again: 40 of them at the app, within ten days.
        await using var host = await StartAsync("2026-11-11T00:00", [.. Days("2026-08-01", 102)]);
        var customers = Assert.Single(await AttainmentAsync(host, Target("active-customers", 40, "app")));
        Assert.Equal((40, 40, "met"), (Number(customers, "value"), customers.GetProperty("forecast").GetProperty("value").GetDouble(), Text(customers, "verdict")));
        Assert.Equal("to-date", customers.GetProperty("forecast").GetProperty("basis").GetProperty("method").GetString());
        Assert.Null(Number(customers, "needed"));
    }

    [Theory]
    [InlineData("2026-11-11T00:00", "2026-09-01", "too-little-history")]
    [InlineData("2026-11-11T00:00", "2026-08-02", "too-little-history")]
    [InlineData("2026-11-03T12:00", "2026-08-01", "too-early")]
    [InlineData("2026-12-01T00:00", "2026-08-01", "over")]
    [InlineData("2026-10-31T12:00", "2026-08-01", "no-data")]
    public async Task Forecast_WithTooLittle_IsWithheldWithTheReason(string asOf, string from, string reason)
    {
        var last = DateTime.Parse(asOf);
        await using var host = await StartAsync(asOf, Days(from, (int)(last - DateTime.Parse(from)).TotalDays));
        foreach (var line in await AttainmentAsync(host, Target("successes", 100), Target("success-rate", 0.7), Target("customers", 10)))
        {
            Assert.Equal(JsonValueKind.Null, line.GetProperty("forecast").ValueKind);
            Assert.Equal(reason, line.GetProperty("withheld").GetProperty("code").GetString());
            Assert.NotEmpty(line.GetProperty("withheld").GetProperty("text").GetProperty("zh-CN").GetString()!);
        }
    }

    [Fact]
    public async Task Attainment_OfAMonthThatIsOver_HasItsVerdictAndNothingNeeded()
    {
        await using var host = await StartAsync("2026-12-05T00:00", Days("2026-08-01", 126));
        var answer = await AttainmentAsync(host, Target("successes", 120), Target("success-rate", 0.85), Target("active-customers", 1_000));
        Assert.Equal(["active-customers missed", "success-rate missed", "successes met"], answer.Select(line => $"{Text(line, "indicator")} {Text(line, "verdict")}"));
        Assert.All(answer, line => Assert.Equal((0, null), (Number(line, "daysLeft"), Number(line, "needed"))));
    }

    [Fact]
    public async Task Attainment_SaysWhatItStandsOn()
    {
        await using var host = await StartAsync("2026-11-11T12:30", [.. Days("2026-08-01", 102)]);
        await host.SendAsync(HttpMethod.Put, Root, new { targets = new[] { Target("successes", 120) } }, 200);
        var answer = await host.GetAsync($"{Root}/attainment?month=2026-11");
        Assert.Equal(["month", "timeZone", "asOf", "complete", "regions", "through", "targets"], answer.EnumerateObject().Select(field => field.Name));
        Assert.Equal(("2026-11", "Asia/Shanghai", "2026-11-10"), (Text(answer, "month"), Text(answer, "timeZone"), Text(answer, "through")));
        Assert.False(answer.GetProperty("complete").GetBoolean());
        Assert.Equal(["channel", "indicator", "month", "region"], await host.WrongAsync(HttpMethod.Get, $"{Root}/attainment?month=2026&indicator=x&channel=y&region=z"));
        Assert.Empty((await host.GetAsync($"{Root}/attainment?month=2026-11&channel=app")).GetProperty("targets").EnumerateArray());
    }

    [Fact]
    public async Task Attainment_OverTheRollupsOfAnEmptyInstallation_IsNoData()
    {
        await using var host = await FiguresHost.StartAsync(await postgres.NewDatabaseAsync());
        var answer = await AttainmentAsync(
            host, Target("successes", 120, "app", "44"), Target("success-rate", 0.9), Target("penetration", 0.5, "app"), Target("duration-p90", 1), Target("offload-rate-standardised", 1));
        Assert.All(answer, line => Assert.Equal("no-data", Text(line, "verdict")));
    }
}
