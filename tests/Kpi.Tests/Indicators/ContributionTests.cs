using System.Text;
using System.Text.Json;
using CsCheck;
using ECommerce.Channels.Kpi.Indicators;
using ECommerce.Channels.Testing;
using Xunit;

namespace ECommerce.Channels.Kpi.Tests.Indicators;

/// <summary>"What changed": the largest contributions and the rest are the whole change.</summary>
public sealed class ContributionTests(PostgresServer postgres)
{
    private const string Root = "/api/v1/kpi/indicators";
    private const string Days = "from=2026-09-28&to=2026-09-29";

    private static IEnumerable<Event> Tries(string day, string channel, int n, int failures) => Enumerable.Range(0, n).Select(i =>
        new Event($"{day}T10:00:00", channel, "payment.topup") { Outcome = i < failures ? "failed" : "success" });

    /// <summary>The app from 8 of 10 to 27 of 30, the counter 10 of 10 as before.</summary>
    private static readonly Event[] Events =
    [
        .. Tries("2026-09-27", "app", 10, 2), .. Tries("2026-09-27", "counter", 10, 0),
        .. Tries("2026-09-28", "app", 30, 3), .. Tries("2026-09-28", "counter", 10, 0),
    ];

    private async Task<FiguresHost> StartAsync(params Event[] events) =>
        await FiguresHost.StartAsync(await postgres.NewDatabaseAsync(), _ => Task.FromResult<IFigureSource>(new MemoryFigures(events, Asked.Shanghai)));

    private static double Number(JsonElement of, string field) => of.GetProperty(field).GetDouble();

    [Fact]
    public async Task Rate_ByHand_SplitsIntoMixRateAndCross()
    {
        await using var host = await StartAsync(Events);
        var answer = await host.GetAsync($"{Root}/success-rate/contributions?{Days}");
        Assert.Equal((0.925, 0.9), (Number(answer, "value"), Number(answer, "baseValue")));
        Assert.Equal(0.025, Number(answer, "difference"), 15);
        Assert.Equal("""["channel","service","region"]""", answer.GetProperty("by").GetRawText());
        Assert.Equal(("2026-09-27", "2026-09-28"), (answer.GetProperty("baseFrom").GetString(), answer.GetProperty("baseTo").GetString()));
        var (app, counter) = (answer.GetProperty("contributions")[0], answer.GetProperty("contributions")[1]);
        Assert.Equal(("app", "payment.topup", "4401"), (app.GetProperty("channel").GetString(), app.GetProperty("service").GetString(), app.GetProperty("region").GetString()));
        // A quarter more of all goes over the app, which was 0.1 below the average; it got 0.1 better on the half it had.
        Assert.Equal((-0.025, 0.05, 0.025, 0.05), (Math.Round(Number(app, "mix"), 12), Math.Round(Number(app, "rate"), 12), Math.Round(Number(app, "cross"), 12), Math.Round(Number(app, "difference"), 12)));
        Assert.Equal((27, 30, 8, 10), (app.GetProperty("numerator").GetInt32(), app.GetProperty("denominator").GetInt32(), app.GetProperty("baseNumerator").GetInt32(), app.GetProperty("baseDenominator").GetInt32()));
        Assert.Equal(-0.025, Number(counter, "difference"), 12);
        Assert.Equal(JsonValueKind.Null, answer.GetProperty("rest").ValueKind);
    }

    [Fact]
    public async Task Sum_OfTheTop_LeavesTheRestAsOne()
    {
        await using var host = await StartAsync([.. Events, .. Tries("2026-09-28", "web", 3, 1), .. Tries("2026-09-27", "sms", 5, 0)]);
        var answer = await host.GetAsync($"{Root}/attempts/contributions?{Days}&by=channel&top=2");
        Assert.Equal((43, 25, 18), (Number(answer, "value"), Number(answer, "baseValue"), Number(answer, "difference")));
        Assert.Equal(
            ["app 20", "sms -5"], answer.GetProperty("contributions").EnumerateArray().Select(one => $"{one.GetProperty("channel").GetString()} {one.GetProperty("difference")}"));
        var rest = answer.GetProperty("rest");
        Assert.Equal((2, 3, 13, 10), (rest.GetProperty("parts").GetInt32(), rest.GetProperty("difference").GetInt32(), rest.GetProperty("numerator").GetInt32(), rest.GetProperty("baseNumerator").GetInt32()));
        Assert.Equal(JsonValueKind.Null, rest.GetProperty("mix").ValueKind);

        var failures = await host.GetAsync($"{Root}/failures/contributions?{Days}&by=reason");
        Assert.Equal("none", failures.GetProperty("contributions")[0].GetProperty("reason").GetString());
        Assert.Equal(2, Number(failures, "difference"));
    }

    [Fact]
    public async Task Question_ThatIsWrong_NamesEveryField()
    {
        await using var host = await StartAsync(Events);
        Assert.Equal(["by", "from", "to", "top"], await host.WrongAsync(HttpMethod.Get, $"{Root}/success-rate/contributions?by=weather&top=0"));
        Assert.Equal(["top"], await host.WrongAsync(HttpMethod.Get, $"{Root}/success-rate/contributions?{Days}&top=201"));
        Assert.Equal(["grain"], await host.WrongAsync(HttpMethod.Get, $"{Root}/success-rate/contributions?{Days}&grain=day"));
        foreach (var id in new[] { "customers", "penetration", "duration-p90", "attempts-share", "offload-rate-standardised" })
            Assert.Equal(["id"], await host.WrongAsync(HttpMethod.Get, $"{Root}/{id}/contributions?{Days}"));
        await host.SendAsync(HttpMethod.Get, $"{Root}/profit/contributions?{Days}", null, 404);
        await host.As("manager", "4401").SendAsync(HttpMethod.Get, $"{Root}/success-rate/contributions?{Days}&region=4403", null, 403);
        await host.As("agent").SendAsync(HttpMethod.Get, $"{Root}/success-rate/contributions?{Days}", null, 403);
    }

    [Fact]
    public async Task Change_WithoutDataOnOneSide_IsNotKnownForARate()
    {
        await using var host = await StartAsync([.. Tries("2026-09-28", "app", 3, 1)]);
        var rate = await host.GetAsync($"{Root}/success-rate/contributions?{Days}");
        Assert.Equal(JsonValueKind.Null, rate.GetProperty("difference").ValueKind);
        Assert.Empty(rate.GetProperty("contributions").EnumerateArray());
        Assert.Equal(3, Number(await host.GetAsync($"{Root}/attempts/contributions?{Days}"), "difference"));
    }

    [Fact]
    public async Task Csv_HasEachContributionTheRestAndTheWhole()
    {
        await using var host = await StartAsync([.. Events, .. Tries("2026-09-28", "web", 3, 1)]);
        using var response = await host.Client.GetAsync($"{Root}/attempts/contributions.csv?{Days}&by=channel&top=1", TestContext.Current.CancellationToken);
        Assert.Equal("attempts_contributions_2026-09-28_2026-09-28.csv", response.Content.Headers.ContentDisposition!.FileName);
        var bytes = await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);
        Assert.Equal(Encoding.UTF8.GetPreamble(), bytes[..3]);
        var lines = Encoding.UTF8.GetString(bytes[3..]).Split("\r\n");
        Assert.StartsWith("项目,渠道,渠道 名称,差值,结构影响,比率影响,交叉影响,分子", lines[0]);
        Assert.StartsWith(",app,掌上营业厅,20,,,,30,,10,", lines[1]);
        Assert.StartsWith("其余 2 项,,,3,", lines[2]);
        Assert.StartsWith("合计,,,23,,,,43,,20,", lines[3]);
    }

    private static readonly Gen<Event> AnyEvent =
        from day in Gen.Int[27, 28]
        from channel in Gen.Int[0, 3]
        from service in Gen.Int[0, 2]
        from region in Gen.Int[0, 2]
        from outcome in Gen.Int[0, 3]
        select new Event($"2026-09-{day}T10:00:00", new[] { "app", "web", "counter", "x" }[channel], new[] { "payment.topup", "balance.query", "x" }[service])
        {
            Region = new[] { "4401", "4403", null }[region],
            Outcome = outcome < 2 ? "success" : outcome == 2 ? "failed" : "abandoned",
            Amount = day * 100,
        };

    [Fact]
    public async Task Contributions_OfAnything_AddUpToTheChange()
    {
        string[] ids = ["success-rate", "offload-rate", "attempts", "amount", "failures", "electronic-payment-share"];
        await Gen.Select(AnyEvent.Array[1, 80], Gen.Int[0, ids.Length - 1], Gen.Int[1, 12]).SampleAsync(async (events, id, top) =>
        {
            var (sides, found) = await new Asked { Events = events }.ContributionsAsync($"{ids[id]}?{Days}", top);
            if (found.Difference is not { } difference) return;
            Contribution[] all = [.. found.Largest, .. found.Rest is { } rest ? [rest] : Array.Empty<Contribution>()];
            Assert.True(found.Largest.Count <= top);
            if (sides.Question.Definition.IsAdditive) Assert.Equal(difference, all.Sum(one => one.Difference));
            Assert.Equal(difference, all.Sum(one => one.Difference), 12);
            Assert.Equal(found.Value!.Value - found.BaseValue!.Value, difference, 12);
            Assert.Equal(sides.Now.Rows.Values.Sum(row => row.Numerator), all.Sum(one => one.Numerator));
            Assert.Equal(sides.Then.Rows.Values.Sum(row => row.Numerator), all.Sum(one => one.BaseNumerator));
            // No other part is larger than the smallest that is told.
            var sizes = found.Largest.Select(one => Math.Abs(one.Difference)).ToList();
            Assert.Equal(sizes.OrderDescending(), sizes);
        }, iter: 60);
    }
}
