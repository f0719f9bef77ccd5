using ECommerce.Channels.Kpi.Rollups;
using ECommerce.Channels.Platform.Security;
using Xunit;

namespace ECommerce.Channels.Kpi.Tests.Indicators;

/// <summary>Parameters, grains, filters and grants.</summary>
public sealed class QuestionTests
{
    private static readonly Event[] Events =
    [
        new("2026-09-28T09:00:10", "app", "payment.topup"),
        new("2026-09-28T09:59:59", "app", "payment.topup") { Region = "4403" },
        new("2026-09-28T23:59:59", "web", "payment.topup") { Region = null, Brand = null },
        new("2026-10-01T00:00:00", "web", "payment.topup") { Region = "44" },
        new("2026-10-01T10:00:00", "weixin", "payment.topup") { Region = "0000" },
    ];

    [Theory]
    [InlineData("success-rate?", "from,to")]
    [InlineData("success-rate?from=28.9.2026&to=2026-09-29T00:00", "from,to")]
    [InlineData("success-rate?from=2026-09-29&to=2026-09-29", "to")]
    [InlineData("success-rate?from=2026-02-30&to=2026-03-29", "from")]
    [InlineData("success-rate?from=2026-09-28T10:30+08:00&to=2026-09-28T11:30+08:00&grain=hour", "from,to")]
    [InlineData("success-rate?from=2026-09-28&to=2026-10-01&grain=month", "from")]
    [InlineData("success-rate?from=2026-09-28T01:00+08:00&to=2026-09-29&grain=day", "from")]
    [InlineData("success-rate?from=2026-09-28T00:00:30+08:00&to=2026-09-29", "from")]
    [InlineData("success-rate?from=2026-09-28&to=2026-09-29&grain=week", "grain")]
    [InlineData("success-rate?from=2026-09-28&to=2026-09-29&by=channel,colour", "by")]
    [InlineData("success-rate?from=2026-09-28&to=2026-09-29&by=reason", "by")]
    [InlineData("customers?from=2026-09-28&to=2026-09-29&by=service", "by")]
    [InlineData("customers?from=2026-09-28&to=2026-09-29&grain=hour", "grain")]
    [InlineData("customers?from=2026-09-28T10:00+08:00&to=2026-09-29", "from")]
    [InlineData("customers?from=2026-09-28&to=2026-09-29&service=payment.topup", "service")]
    [InlineData("success-rate?from=2026-09-28&to=2026-09-29&channel=app,nope&region=x&brand=y&service=z", "brand,channel,region,service")]
    [InlineData("success-rate?from=2026-09-28&to=2026-09-29&channel=none", "channel")]
    [InlineData("success-rate?from=2026-09-28&to=2026-09-29&channel=", "channel")]
    [InlineData("success-rate?from=2026-09-28&to=2026-09-29&version=2", "version")]
    [InlineData("success-rate?from=2026-09-28&to=2026-09-29&version=x", "version")]
    [InlineData("success-rate?from=2026-09-28&to=2026-09-29&compare=tomorrow", "compare")]
    [InlineData("success-rate?from=2026-09-28&to=2026-09-29&grain=day&compare=2026-09-01..2026-09-02T01:00+08:00", "compare")]
    [InlineData("success-rate?from=2026-01-01&to=2026-09-29&grain=minute", "grain")]
    [InlineData("success-rate?from=x&to=y&grain=z&by=q&channel=nope&compare=c&version=v", "by,channel,compare,from,grain,to,version")]
    public async Task Read_WrongParameters_NamesEachOfThem(string question, string fields)
    {
        var (_, refused) = await new Asked { Events = Events }.AnswerAsync(question);
        Assert.Equal(400, refused?.StatusCode);
        Assert.Equal(fields.Split(','), await Asked.FieldsAsync(refused!));
    }

    [Theory]
    [InlineData("total", "2026-09-28", "2026-09-28")]
    [InlineData("month", "2026-10-01", "2026-10")]
    [InlineData("day", "2026-09-28", "2026-09-28")]
    [InlineData("hour", "2026-09-28", "2026-09-28T09:00+08:00")]
    [InlineData("minute", "2026-09-28", "2026-09-28T09:00+08:00")]
    public async Task At_IsLocalAndOfTheGrain(string grain, string from, string expected)
    {
        var to = grain == "month" ? "2026-11-01" : "2026-10-02";
        var answer = await new Asked { Events = Events }.ForAsync($"attempts?from={from}&to={to}&grain={grain}");
        Assert.Equal(expected, answer.Values()[0].GetProperty("at").GetString());
        Assert.Equal("Asia/Shanghai", answer.GetProperty("timeZone").GetString());
    }

    [Fact]
    public async Task From_ADateOrAnInstant_MeanTheSame()
    {
        var asked = new Asked { Events = Events };
        var date = await asked.ForAsync("attempts?from=2026-09-28&to=2026-09-29");
        var instant = await asked.ForAsync("attempts?from=2026-09-27T16:00Z&to=2026-09-29T00:00:00.000+08:00");
        Assert.Equal(date.GetRawText(), instant.GetRawText());
        Assert.Equal(3, date.Values()[0].Count());
    }

    [Fact]
    public async Task Total_OfAnyMinutes_ReadsDaysInsideAndFinerRims()
    {
        var asked = new Asked { Events = Events };
        var answer = await asked.ForAsync("attempts?from=2026-09-28T09:59+08:00&to=2026-10-01T10:01+08:00");
        Assert.Equal(4, answer.Values()[0].Count());
        Assert.Equal("2026-09-28T09:59+08:00", answer.GetProperty("from").GetString());
        Assert.Equal("2026-09-28T09:59+08:00", answer.Values()[0].GetProperty("at").GetString());
        Assert.Equal(
            [Grain.Minute, Grain.Hour, Grain.Day, Grain.Hour, Grain.Minute],
            asked.Source.Queries.Select(query => query.Grain));
    }

    [Fact]
    public async Task Region_Filter_IncludesItsSubTree()
    {
        var asked = new Asked { Events = Events };
        Assert.Equal(3, (await asked.ForAsync("attempts?from=2026-09-28&to=2026-10-02&region=44")).Values()[0].Count());
        Assert.Equal(1, (await asked.ForAsync("attempts?from=2026-09-28&to=2026-10-02&region=4403")).Values()[0].Count());
        Assert.Equal(2, (await asked.ForAsync("attempts?from=2026-09-28&to=2026-10-02&region=4403,none")).Values()[0].Count());
        Assert.Equal(1, (await asked.ForAsync("attempts?from=2026-09-28&to=2026-10-02&region=unknown")).Values()[0].Count());
        Assert.Equal(1, (await asked.ForAsync("attempts?from=2026-09-28&to=2026-10-02&channel=unknown&service=payment.topup&brand=gotone")).Values()[0].Count());
    }

    [Fact]
    public async Task By_AllDimensions_TellsCodesApart()
    {
        var answer = await new Asked { Events = Events }.ForAsync("attempts?from=2026-09-28&to=2026-10-02&by=channel,service,region,brand");
        Assert.Equal(5, answer.Values().Length);
        Assert.Equal(1, answer.Row("web", "none").Count());
        Assert.Equal("none", answer.Row("web", "none").GetProperty("brand").GetString());
        Assert.Equal("unknown", answer.Row("unknown", "payment.topup").GetProperty("channel").GetString());
        // In the catalogue's order: web before app, unknown last.
        Assert.Equal(["web", "web", "app", "app", "unknown"], answer.Values().Select(row => row.GetProperty("channel").GetString()));
    }

    [Fact]
    public async Task Grant_OfARegion_IsAnImplicitFilterAndEchoed()
    {
        var asked = new Asked { Events = Events, Grant = new RegionGrant(false, ["44"]) };
        var answer = await asked.ForAsync("attempts?from=2026-09-28&to=2026-10-02&by=region");
        Assert.Equal(["44"], answer.GetProperty("regions").EnumerateArray().Select(one => one.GetString()));
        Assert.Equal(["44", "4401", "4403"], answer.Values().Select(row => row.GetProperty("region").GetString()));
        var all = await new Asked { Events = Events }.ForAsync("attempts?from=2026-09-28&to=2026-10-02&by=region");
        Assert.Equal(["*"], all.GetProperty("regions").EnumerateArray().Select(one => one.GetString()));
        Assert.Equal(["44", "4401", "4403", "none", "unknown"], all.Values().Select(row => row.GetProperty("region").GetString()));
    }

    [Theory]
    [InlineData("4403")]
    [InlineData("44")]
    [InlineData("none")]
    [InlineData("unknown")]
    [InlineData("4401,4403")]
    public async Task Grant_RegionOutside_IsForbidden(string region)
    {
        var asked = new Asked { Events = Events, Grant = new RegionGrant(false, ["4401"]) };
        var (_, refused) = await asked.AnswerAsync($"attempts?from=2026-09-28&to=2026-10-02&region={region}");
        Assert.Equal(403, refused?.StatusCode);
        Assert.Equal(1, (await asked.ForAsync("attempts?from=2026-09-28&to=2026-10-02&region=4401")).Values()[0].Count());
    }

    [Fact]
    public async Task Grant_OfNoRegion_SeesNothing()
    {
        var asked = new Asked { Events = Events, Grant = new RegionGrant(false, []) };
        Assert.Empty((await asked.ForAsync("attempts?from=2026-09-28&to=2026-10-02")).Values());
        Assert.Empty((await asked.ForAsync("penetration?from=2026-09-28&to=2026-10-02")).Values());
    }

    [Fact]
    public async Task Values_MoreThanFiftyThousand_NameByAndGrain()
    {
        var events = Enumerable.Range(0, 50_001).Select(i => new Event(
            new DateTime(2026, 9, 1).AddMinutes(i % 25_001).ToString("s"), i < 25_001 ? "app" : "web", "payment.topup"));
        var (_, refused) = await new Asked { Events = [.. events] }.AnswerAsync("attempts?from=2026-09-01&to=2026-09-20&grain=minute&by=channel");
        Assert.Equal(["by", "grain"], await Asked.FieldsAsync(refused!));
    }

    [Fact]
    public async Task Minutes_OlderThanKept_AreRefused()
    {
        var first = new DateTimeOffset(2026, 9, 28, 12, 0, 0, TimeSpan.FromHours(8)).ToUnixTimeSeconds() / 60;
        var asked = new Asked().With(new MemoryFigures(Events, Asked.Shanghai) { FirstMinute = first });
        var (_, refused) = await asked.AnswerAsync("attempts?from=2026-09-28&to=2026-09-29&grain=minute");
        Assert.Equal(["grain"], await Asked.FieldsAsync(refused!));
        Assert.Single((await asked.ForAsync("attempts?from=2026-09-28T12:00+08:00&to=2026-09-29&grain=minute")).Values());
    }
}
