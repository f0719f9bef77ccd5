using System.Net;
using System.Text.Json;
using ECommerce.Channels.Kpi.Indicators;
using ECommerce.Channels.Testing;
using Xunit;

namespace ECommerce.Channels.Kpi.Tests.Indicators;

public sealed class IndicatorsApiTests(PostgresServer postgres)
{
    private const string Root = "/api/v1/kpi/indicators";
    private const string Days = "from=2026-09-28&to=2026-10-02";

    private static readonly Event[] Events =
    [
        new("2026-09-28T09:00:00", "app", "payment.topup") { Amount = 1200 },
        new("2026-09-29T09:00:00", "counter", "payment.topup") { Region = "4403" },
        new("2026-09-30T09:00:00", "app", "payment.topup") { Outcome = "failed", Region = null },
    ];

    private static async Task<FiguresHost> StartAsync(PostgresServer postgres, params Event[] events) =>
        await FiguresHost.StartAsync(await postgres.NewDatabaseAsync(), _ => Task.FromResult<IFigureSource>(new MemoryFigures(events, Asked.Shanghai)));

    [Theory]
    [InlineData("offload-rate-standardised/values?compare=previous&by=region")]
    [InlineData("penetration/values.csv?compare=year&grain=day")]
    [InlineData("success-rate/difference?by=channel")]
    [InlineData("success-rate/contributions?compare=previous")]
    public async Task Figures_OfOneAnswer_AreOfOneSnapshot(string question)
    {
        var opened = 0;
        await using var host = await FiguresHost.StartAsync(await postgres.NewDatabaseAsync(), _ =>
        {
            opened++;
            return Task.FromResult<IFigureSource>(new MemoryFigures(Events, Asked.Shanghai));
        });
        using var answer = await host.Client.GetAsync($"{Root}/{question}&{Days}", TestContext.Current.CancellationToken);
        Assert.Equal((HttpStatusCode.OK, 1), (answer.StatusCode, opened));
    }

    [Fact]
    public async Task Indicators_ListEveryDefinitionWithItsWords()
    {
        await using var host = await StartAsync(postgres);
        var list = (await host.GetAsync(Root)).GetProperty("indicators");
        Assert.Equal(IndicatorSeed.Definitions().Count, list.GetArrayLength());
        var offload = list.EnumerateArray().Single(one => one.GetProperty("id").GetString() == "offload-rate");
        Assert.Equal(1, offload.GetProperty("version").GetInt32());
        Assert.Equal("2000-01-01", offload.GetProperty("validFrom").GetString());
        Assert.Equal(JsonValueKind.Null, offload.GetProperty("validTo").ValueKind);
        Assert.Equal("successes where electronic and not assisted", offload.GetProperty("numerator").GetString());
        Assert.Equal("successes", offload.GetProperty("denominator").GetString());
        Assert.Equal("not offloadable", offload.GetProperty("exclusions").GetString());
        Assert.Equal("分流率", offload.GetProperty("names").GetProperty("zh-CN").GetString());
        Assert.StartsWith("Of offloadable services", offload.GetProperty("statement").GetProperty("en").GetString());
        Assert.Equal(("rate", "up", 30), (offload.GetProperty("unit").GetString(), offload.GetProperty("direction").GetString(), offload.GetProperty("minimumN").GetInt32()));
        Assert.Equal("""["channel","service","region","brand"]""", offload.GetProperty("dimensions").GetRawText());
        Assert.Equal("""["total","month","day","hour","minute"]""", offload.GetProperty("grains").GetRawText());
        Assert.Equal("distinct-rate", list.EnumerateArray().Single(one => one.GetProperty("id").GetString() == "penetration").GetProperty("kind").GetString());
    }

    [Fact]
    public async Task Values_OverHttp_AnswerAsTheContractSays()
    {
        await using var host = await StartAsync(postgres, Events);
        var answer = await host.GetAsync($"{Root}/success-rate/values?{Days}&by=channel&grain=day&compare=previous");
        Assert.Equal(
            ["indicator", "unit", "timeZone", "from", "to", "grain", "asOf", "complete", "regions", "versions", "values"],
            answer.EnumerateObject().Select(field => field.Name));
        var row = answer.GetProperty("values")[0];
        Assert.Equal(
            ["at", "channel", "value", "numerator", "denominator", "n", "low", "high", "complete", "comparison"],
            row.EnumerateObject().Select(field => field.Name));
        Assert.Equal(3, answer.GetProperty("values").GetArrayLength());
        Assert.Equal("2026-09-28", answer.GetProperty("from").GetString());
        Assert.Equal("""[{"from":"2026-09-28","to":"2026-10-02","indicator":1,"catalogue":1}]""", answer.GetProperty("versions").GetRawText());
    }

    [Fact]
    public async Task Values_Unknown404_Wrong400_Outside403_NoRole403()
    {
        await using var host = await StartAsync(postgres, Events);
        await host.SendAsync(HttpMethod.Get, $"{Root}/profit/values?{Days}", null, 404);
        Assert.Equal(["by", "from", "to"], await host.WrongAsync(HttpMethod.Get, $"{Root}/attempts/values?by=weather"));
        await host.As("manager", "4401").SendAsync(HttpMethod.Get, $"{Root}/attempts/values?{Days}&region=4403", null, 403);
        await host.As("manager", "4401").SendAsync(HttpMethod.Get, $"{Root}/attempts/values.csv?{Days}&region=none", null, 403);
        await host.As("manager", "4401").SendAsync(HttpMethod.Get, $"{Root}/success-rate/difference?{Days}&region=44", null, 403);
        var mine = await host.As("manager", "4401").GetAsync($"{Root}/attempts/values?{Days}");
        Assert.Equal(1, mine.GetProperty("values")[0].GetProperty("value").GetInt32());
        Assert.Equal("""["4401"]""", mine.GetProperty("regions").GetRawText());
        await host.As("interviewer").SendAsync(HttpMethod.Get, $"{Root}/attempts/values?{Days}", null, 403);
        await host.As("agent").GetAsync(Root);
    }

    [Fact]
    public async Task Values_NothingChanged_Is304()
    {
        await using var host = await StartAsync(postgres, Events);
        using var first = await host.Client.GetAsync($"{Root}/attempts/values?{Days}", TestContext.Current.CancellationToken);
        using var again = new HttpRequestMessage(HttpMethod.Get, $"{Root}/attempts/values?{Days}");
        again.Headers.IfNoneMatch.Add(first.Headers.ETag!);
        using var second = await host.Client.SendAsync(again, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.NotModified, second.StatusCode);
    }

    [Theory]
    [InlineData("csv", "text/csv")]
    [InlineData("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")]
    public async Task Files_AreDownloadsWithAName(string extension, string type)
    {
        await using var host = await StartAsync(postgres, Events);
        using var response = await host.Client.GetAsync($"{Root}/attempts/values.{extension}?{Days}&by=channel", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(type, response.Content.Headers.ContentType!.MediaType);
        Assert.Equal($"attempts_2026-09-28_2026-10-01.{extension}", response.Content.Headers.ContentDisposition!.FileName);
        Assert.True((await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken)).Length > 100);
    }

    [Fact]
    public async Task NewVersion_IsValidFromItsDayAndKeepsTheOld()
    {
        await using var host = await StartAsync(postgres, [.. Events, new("2026-09-30T10:00:00", "app", "payment.topup") { Outcome = "abandoned" }]);
        var second = await host.SendAsync(HttpMethod.Post, $"{Root}/success-rate/versions", new { validFrom = "2026-09-30", denominator = "attempts", minimumN = 50 }, 201);
        Assert.Equal((2, 50), (second.GetProperty("version").GetInt32(), second.GetProperty("minimumN").GetInt32()));
        var days = (await host.GetAsync($"{Root}/success-rate/values?{Days}&grain=day")).GetProperty("values").EnumerateArray().Select(row => row.GetProperty("denominator").GetInt32());
        Assert.Equal([1, 1, 2], days);
        var old = (await host.GetAsync($"{Root}/success-rate/values?{Days}&grain=day&version=1")).GetProperty("values").EnumerateArray().Select(row => row.GetProperty("denominator").GetInt32());
        Assert.Equal([1, 1, 1], old);
        var list = (await host.GetAsync(Root)).GetProperty("indicators").EnumerateArray().Where(one => one.GetProperty("id").GetString() == "success-rate").ToList();
        Assert.Equal(["2026-09-30", null], list.Select(one => one.GetProperty("validTo").GetString()));

        Assert.Equal(["validFrom"], await host.WrongAsync(HttpMethod.Post, $"{Root}/success-rate/versions", new { validFrom = "2026-09-30" }));
        Assert.Equal(
            ["direction", "minimumN", "numerator", "validFrom"],
            await host.WrongAsync(HttpMethod.Post, $"{Root}/success-rate/versions", new { numerator = "DROP TABLE", direction = "sideways", minimumN = 0 }));
        Assert.Equal(["numerator"], await host.WrongAsync(HttpMethod.Post, $"{Root}/success-rate/versions", new { validFrom = "2026-10-01", numerator = "customers" }));
        Assert.Equal(["basket"], await host.WrongAsync(HttpMethod.Post, $"{Root}/success-rate/versions", new { validFrom = "2026-10-01", basket = new { from = "2026-01-01", to = "2026-02-01" } }));
        await host.As("agent").SendAsync(HttpMethod.Post, $"{Root}/success-rate/versions", new { validFrom = "2026-11-01" }, 403);
        await host.As("admin").SendAsync(HttpMethod.Post, $"{Root}/profit/versions", new { validFrom = "2026-11-01" }, 404);
    }

    [Fact]
    public async Task StandardisedRate_BasketOfANewVersion_IsUsed()
    {
        Event[] events =
        [
            new("2026-08-01T10:00:00", "app", "balance.query"), .. Enumerable.Range(0, 3).Select(_ => new Event("2026-09-01T10:00:00", "app", "payment.topup")),
            new("2026-09-01T10:00:00", "app", "balance.query"),
            new("2026-10-01T10:00:00", "app", "balance.query"), new("2026-10-01T10:00:00", "counter", "payment.topup"),
        ];
        await using var host = await StartAsync(postgres, events);
        var question = $"{Root}/offload-rate-standardised/values?from=2026-10-01&to=2026-10-02";
        // The first 28 days with data hold balance queries only.
        Assert.Equal(1, (await host.GetAsync(question)).GetProperty("values")[0].GetProperty("value").GetDouble());
        await host.SendAsync(
            HttpMethod.Post, $"{Root}/offload-rate-standardised/versions", new { validFrom = "2026-10-01", basket = new { from = "2026-09-01", to = "2026-09-02" } }, 201);
        Assert.Equal(0.25, (await host.GetAsync(question)).GetProperty("values")[0].GetProperty("value").GetDouble(), 12);
    }

    [Fact]
    public async Task Difference_OverHttp_SplitsAndRefuses()
    {
        await using var host = await StartAsync(postgres, Events);
        var split = await host.GetAsync($"{Root}/success-rate/difference?from=2026-09-30&to=2026-10-01&compare=2026-09-28..2026-09-30");
        Assert.Equal(("2026-09-28", "2026-09-29"), (split.GetProperty("baseFrom").GetString(), split.GetProperty("baseTo").GetString()));
        Assert.Equal(-1, split.GetProperty("difference").GetDouble());
        Assert.Equal(2, split.GetProperty("parts").GetArrayLength());
        Assert.Equal(["id"], await host.WrongAsync(HttpMethod.Get, $"{Root}/customers/difference?{Days}"));
        Assert.Equal(["grain"], await host.WrongAsync(HttpMethod.Get, $"{Root}/success-rate/difference?{Days}&grain=day"));
        Assert.Equal(["from", "to"], await host.WrongAsync(HttpMethod.Get, $"{Root}/success-rate/difference"));
    }

    [Fact]
    public async Task Values_OfAnEmptyInstallation_AreEmpty()
    {
        // Over the roll-ups in the database.
        await using var host = await FiguresHost.StartAsync(await postgres.NewDatabaseAsync());
        foreach (var id in new[] { "attempts", "success-rate", "offload-rate-standardised", "penetration", "duration-p90", "failures-share" })
            Assert.Empty((await host.GetAsync($"{Root}/{id}/values?{Days}&by=channel&grain=day&compare=year")).GetProperty("values").EnumerateArray());
    }
}
