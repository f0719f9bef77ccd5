using System.Text;
using ECommerce.Channels.Kpi.Catalogue;
using ECommerce.Channels.Kpi.Feeds;
using ECommerce.Channels.Kpi.Indicators;
using MiniExcelLibs;
using Xunit;

namespace ECommerce.Channels.Kpi.Tests.Indicators;

/// <summary>What stands beside the figures: completeness, as-of, and the files they are taken away in.</summary>
public sealed class CompletenessAndFilesTests
{
    private static readonly Event[] Events =
    [
        new("2026-09-28T09:00:00", "app", "payment.topup") { Amount = 1200 },
        new("2026-09-29T09:00:00", "app", "payment.topup") { Outcome = "failed" },
    ];

    private static DateTimeOffset At(string local) => DateTimeOffset.Parse(local + "+08:00");

    [Fact]
    public async Task Complete_PerBucketAndWhole_FollowsFeedsAndAsOf()
    {
        var source = new MemoryFigures(Events, Asked.Shanghai)
        {
            AsOf = At("2026-09-29T12:00"),
            Feeds = [new Feed("boss", "app", true, null, null, null, At("2026-09-28T09:00"), At("2026-09-29T09:00"))],
        };
        var answer = await new Asked().With(source).ForAsync("attempts?from=2026-09-28&to=2026-09-30&grain=day");
        Assert.Equal([true, false], answer.Values().Select(row => row.GetProperty("complete").GetBoolean()));
        Assert.False(answer.GetProperty("complete").GetBoolean());
        Assert.Equal(At("2026-09-29T12:00"), answer.GetProperty("asOf").GetDateTimeOffset());
        Assert.True((await new Asked().With(source).ForAsync("attempts?from=2026-09-28&to=2026-09-29")).GetProperty("complete").GetBoolean());
    }

    [Fact]
    public async Task Csv_HasBomHeaderInTheCallersLanguageDefinitionAndAsOf()
    {
        var (answer, _) = await new Asked { Events = Events }.AnswerAsync("success-rate?from=2026-09-28&to=2026-09-30&by=channel&compare=previous");
        var bytes = FigureFiles.Csv(answer!, "zh-CN");
        Assert.Equal(Encoding.UTF8.GetPreamble(), bytes[..3]);
        var lines = Encoding.UTF8.GetString(bytes[3..]).Split("\r\n");
        Assert.StartsWith("时间,渠道,渠道 名称,数值,分子,分母,样本量 n,95% 区间下限,95% 区间上限,数据完整,对比期起", lines[0]);
        Assert.StartsWith("2026-09-28,app,掌上营业厅,0.5,1,2,2,", lines[1]);
        Assert.Contains(",办理成功率,1,1,rate,2027-01-01T08:00+08:00,成功 ÷（成功 + 失败）", lines[1]);
        Assert.StartsWith("Time,Channel,Channel name,Value", Encoding.UTF8.GetString(FigureFiles.Csv(answer!, "en")[3..]));
    }

    [Fact]
    public async Task Csv_WithoutAnyValue_StillHasItsHeader()
    {
        var (answer, _) = await new Asked().AnswerAsync("attempts?from=2026-09-28&to=2026-09-30&by=channel");
        Assert.Equal("Time,Channel,Value,Numerator,Denominator,n,\"95 % interval, low\",\"95 % interval, high\",Complete\r\n", Encoding.UTF8.GetString(FigureFiles.Csv(answer!, "en")[3..]));
    }

    [Fact]
    public async Task Files_NamesThatAreFormulas_AreNeutral()
    {
        Assert.Equal("'=1+1", FigureFiles.Neutral("=1+1"));
        Assert.Equal("'+1", FigureFiles.Neutral("+1"));
        Assert.Equal("'-1", FigureFiles.Neutral("-1"));
        Assert.Equal("'@x", FigureFiles.Neutral("@x"));
        Assert.Equal("a=1", FigureFiles.Neutral("a=1"));
        var seed = CatalogueSeed.Timeline();
        var evil = seed.At(new DateOnly(2026, 9, 28)).Channels["app"] with { Names = new Names("=HYPERLINK(\"http://x\")", "=1") };
        var catalogue = seed.With(new CatalogueChange(
            999, CatalogueJson.Channels, "app", new DateOnly(2026, 1, 1), CatalogueJson.Write(evil), DateTimeOffset.UnixEpoch, "test"));
        var (answer, _) = await new Asked { Events = Events, Catalogue = catalogue }.AnswerAsync("attempts?from=2026-09-28&to=2026-09-30&by=channel");
        Assert.Contains(",\"'=HYPERLINK(\"\"http://x\"\")\",", Encoding.UTF8.GetString(FigureFiles.Csv(answer!, "zh-CN")));
    }

    [Fact]
    public async Task Xlsx_HasFiguresAsNumbersAndASheetAboutThem()
    {
        var (answer, _) = await new Asked { Events = Events }.AnswerAsync("success-rate?from=2026-09-28&to=2026-09-30&by=channel");
        await using var file = await FigureFiles.XlsxAsync(answer!, "en", TestContext.Current.CancellationToken);
        Assert.Equal(["Figures", "About"], MiniExcel.GetSheetNames(file));
        var row = (IDictionary<string, object>)Assert.Single(file.Query(useHeaderRow: true, sheetName: "Figures").Cast<object>().ToList());
        Assert.Equal(0.5, row["Value"]);
        Assert.Equal(2d, row["n"]);
        Assert.Equal("App", row["Channel name"]);
        var about = file.Query(useHeaderRow: true, sheetName: "About").Cast<IDictionary<string, object>>().ToDictionary(line => (string)line["Item"], line => line["Content"]);
        Assert.Equal("Success rate (success-rate)", about["Indicator"]);
        Assert.Equal("Successes ÷ (successes + failures); abandoned ones do not count", about["Definition"]);
        Assert.Equal("2027-01-01T08:00+08:00", about["As of"]);
    }

    [Fact]
    public async Task Difference_ByHand_SplitsIntoMixRateAndCross()
    {
        // Then: app 8 of 10, counter 10 of 10. Now: app 27 of 30, counter 10 of 10.
        Event[] Tries(string day, string channel, int n, int failures) =>
            [.. Enumerable.Range(0, n).Select(i => new Event($"{day}T10:00:00", channel, "payment.topup") { Outcome = i < failures ? "failed" : "success" })];
        Event[] events =
        [
            .. Tries("2026-09-27", "app", 10, 2), .. Tries("2026-09-27", "counter", 10, 0),
            .. Tries("2026-09-28", "app", 30, 3), .. Tries("2026-09-28", "counter", 10, 0),
        ];
        var split = await new Asked { Events = events }.DifferenceAsync("success-rate?from=2026-09-28&to=2026-09-29");
        Assert.Equal(37 / 40d, split.Value!.Value);
        Assert.Equal(18 / 20d, split.BaseValue!.Value);
        // Shares move by +0.25 and −0.25; the app's rate rises from 0.8 to 0.9.
        Assert.Equal((0.25 * 0.8) - (0.25 * 1), split.Mix!.Value, 15);
        Assert.Equal(0.5 * 0.1, split.Rate!.Value, 15);
        Assert.Equal(0.25 * 0.1, split.Cross!.Value, 15);
        var app = split.Parts.Single(part => part.Channel == "app");
        Assert.Equal(("payment.topup", "4401", 27, 30, 8, 10), (app.Service, app.Region, app.Numerator, app.Denominator, app.BaseNumerator, app.BaseDenominator));
        Assert.Equal("2026-09-27", split.BaseFrom);
    }

    [Fact]
    public async Task Difference_OfAPartThatIsNew_IsMixAlone()
    {
        Event[] events = [new("2026-09-27T10:00:00", "app", "payment.topup"), new("2026-09-28T10:00:00", "web", "payment.topup") { Outcome = "failed" }];
        var split = await new Asked { Events = events }.DifferenceAsync("success-rate?from=2026-09-28&to=2026-09-29");
        Assert.Equal((-1, -1, 0, 0), (split.Difference, split.Mix, split.Rate, split.Cross));
    }
}
