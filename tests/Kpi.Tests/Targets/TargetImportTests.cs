using System.IO.Compression;
using System.Text;
using System.Text.Json;
using ECommerce.Channels.Kpi.Targets;
using ECommerce.Channels.Testing;
using MiniExcelLibs;
using Xunit;
using static ECommerce.Channels.Kpi.Tests.Targets.TargetsApiTests;

namespace ECommerce.Channels.Kpi.Tests.Targets;

public sealed class TargetImportTests(PostgresServer postgres)
{
    private const string Root = "/api/v1/kpi/targets";

    private static readonly string Chinese = string.Join("\r\n",
        "指标,渠道,地区,月份,目标值",
        "办理成功率,掌上营业厅,,2026年11月,95%",
        "successes,app,4401,2026/12,1200",
        "\"success-rate\",*,全部,2026-11-01,\"0.9\"",
        "",
        "attempts,,,Nov-26,100000",
        "");

    private static readonly string[] Taken =
        ["2026-11 attempts   100000", "2026-11 success-rate   0.9", "2026-11 success-rate app  0.95", "2026-12 successes app 4401 1200"];

    private static async Task<string[]> TargetsAsync(FiguresHost host) =>
    [
        .. (await host.GetAsync($"{Root}?from=2026-01&to=2026-12")).GetProperty("targets").EnumerateArray()
            .Select(one => string.Join(' ', new[] { "month", "indicator", "channel", "region", "value" }.Select(field => one.GetProperty(field).ToString()))),
    ];

    private async Task<FiguresHost> StartAsync() => await FiguresHost.StartAsync(await postgres.NewDatabaseAsync());

    [Theory]
    [InlineData("utf-8")]
    [InlineData("utf-8 with its mark")]
    [InlineData("utf-16")]
    [InlineData("GB18030")]
    public async Task Csv_InAnyEncoding_IsTaken(string encoding)
    {
        await using var host = await StartAsync();
        byte[] bytes = encoding switch
        {
            "utf-8" => Encoding.UTF8.GetBytes(Chinese),
            "utf-8 with its mark" => [.. Encoding.UTF8.Preamble, .. Encoding.UTF8.GetBytes(Chinese)],
            "utf-16" => [.. Encoding.Unicode.Preamble, .. Encoding.Unicode.GetBytes(Chinese)],
            _ => Encoding.GetEncoding(encoding).GetBytes(Chinese),
        };
        var answer = await ImportAsync(host, bytes, 200);
        Assert.Equal((4, 4, 0), (answer.GetProperty("accepted").GetInt32(), answer.GetProperty("changed").GetInt32(), answer.GetProperty("rejectedTotal").GetInt32()));
        Assert.Equal(Taken, await TargetsAsync(host));
        Assert.Equal(0, (await ImportAsync(host, bytes, 200)).GetProperty("changed").GetInt32());
        // What is taken away as a file is taken back as it is.
        var file = await host.Client.GetByteArrayAsync($"{Root}.csv?from=2026-01&to=2026-12", TestContext.Current.CancellationToken);
        Assert.StartsWith("\uFEFF指标,渠道,地区,月份,目标值\r\nattempts,,,2026-11,100000\r\n", Encoding.UTF8.GetString(file));
        var again = await ImportAsync(host, file, 200);
        Assert.Equal((4, 0), (again.GetProperty("accepted").GetInt32(), again.GetProperty("changed").GetInt32()));
    }

    [Fact]
    public async Task Xlsx_WithNumbersAndDates_IsTaken()
    {
        await using var host = await StartAsync();
        Dictionary<string, object?> Row(string indicator, string? channel, string? region, object month, object value) =>
            new() { ["指标"] = indicator, ["渠道"] = channel, ["地区"] = region, ["月份"] = month, ["目标值"] = value };
        Dictionary<string, object?>[] rows =
        [
            Row("办理成功率", "app", null, new DateTime(2026, 11, 1), 0.95), Row("successes", "app", "4401", "2026-12", 1200),
            Row("attempts", "", null, 46327, "100000"), Row("success-rate", "", null, "2026-11", "90 %"), Row("success-rate", "web", null, "2026-11", true),
        ];
        using var file = new MemoryStream();
        await file.SaveAsAsync(rows, cancellationToken: TestContext.Current.CancellationToken);
        var answer = await ImportAsync(host, file.ToArray(), 200, type: TargetFile.Xlsx);
        Assert.Equal(["6 value"], Rejected(answer));
        Assert.Equal(Taken, await TargetsAsync(host));
    }

    [Fact]
    public async Task Csv_WrongRows_AreListedAndTheRightOnesTaken()
    {
        await using var host = await StartAsync();
        var answer = await ImportAsync(host, string.Join('\n',
            "month,value,indicator,channel,region,remark",
            "2026-11,0.95,success-rate,,,fine",
            "2026-11,95,success-rate,app,,too much",
            "soon,,profit,fax,45,all wrong",
            "2026-11-02,0.9,success-rate,web,,not a month",
            "2026-11,0.9,success-rate,,,twice",
            "2026-11,=1+1,success-rate,sms,,a formula",
            "2026-11,0.9,=cmd|' /C calc'!A0,@sum,-1,formulas",
            "2026-11,12.5,successes,,,no whole number",
            "2026-11,0.5,attempts-share,app,,a share",
            "1999-12,0.9,success-rate,ivr,,too old"), 200);
        Assert.Equal(1, answer.GetProperty("accepted").GetInt32());
        Assert.Equal(
            ["3 value", "4 channel indicator month region value", "5 month", "6 indicator", "7 value", "8 channel indicator region", "9 value", "10 indicator", "11 month"],
            Rejected(answer));
        Assert.Equal(9, answer.GetProperty("rejectedTotal").GetInt32());
        Assert.Equal(["2026-11 success-rate   0.95"], await TargetsAsync(host));
        // What somebody may open in a spreadsheet holds nothing of what they wrote.
        Assert.DoesNotContain("cmd|", answer.GetRawText());
    }

    [Fact]
    public async Task DryRun_SaysWhatItWouldDo_AndDoesNothing()
    {
        await using var host = await StartAsync();
        await ImportAsync(host, "indicator,channel,region,month,value\nsuccess-rate,,,2026-11,0.95", 200);
        var answer = await ImportAsync(host, "indicator,channel,region,month,value\nsuccess-rate,,,2026-11,0.95\nsuccess-rate,,,2026-12,0.96\nx,,,2026-12,1", 200, "?dryRun=true");
        Assert.Equal((2, 1, 1), (answer.GetProperty("accepted").GetInt32(), answer.GetProperty("changed").GetInt32(), answer.GetProperty("rejectedTotal").GetInt32()));
        Assert.Equal(["2026-11 success-rate   0.95"], await TargetsAsync(host));
        Assert.Single((await host.GetAsync($"{Root}/changes")).GetProperty("items").EnumerateArray());
    }

    [Fact]
    public async Task Files_ThatAreNone_AreRefused()
    {
        await using var host = await StartAsync();
        async Task RefusedAsync(object content, string type = TargetFile.Csv)
        {
            var errors = (await ImportAsync(host, content, 400, type: type)).GetProperty("errors");
            Assert.Equal("body", Assert.Single(errors.EnumerateObject()).Name);
        }
        await RefusedAsync("");
        await RefusedAsync("{}");
        await RefusedAsync("indicator,channel,region,month\nsuccess-rate,,,2026-11");
        await RefusedAsync("indicator,channel,region,month,value\n" + string.Concat(Enumerable.Repeat("success-rate,,,2026-11,0.95\n", 5_001)));
        await RefusedAsync("indicator,channel", TargetFile.Xlsx);
        await RefusedAsync(Zip("xl/workbook.xml", 10), TargetFile.Xlsx);
        await RefusedAsync(Zip("xl/sharedStrings.xml", 100 << 20), TargetFile.Xlsx);
        await ImportAsync(host, "a,b", 415, type: "application/json");
        await ImportAsync(host, new byte[(4 << 20) + 1], 413);
        await ImportAsync(host, "a,b", 400, "?dryRun=maybe");
    }

    [Fact]
    public async Task Csv_OfTheMostRows_IsTakenAtOnce()
    {
        await using var host = await StartAsync();
        // 20 years × 12 months × 20 pairs of channel and region.
        string[] channels = ["", "app", "web", "sms"];
        string[] regions = ["", "44", "4401", "4403", "4406"];
        var rows = from year in Enumerable.Range(2010, 20)
                   from month in Enumerable.Range(1, 12)
                   from channel in channels
                   from region in regions
                   select $"attempts,{channel},{region},{year}-{month:00},{year}";
        var answer = await ImportAsync(host, "indicator,channel,region,month,value\n" + string.Join('\n', rows), 200);
        Assert.Equal((4_800, 4_800), (answer.GetProperty("accepted").GetInt32(), answer.GetProperty("changed").GetInt32()));
        Assert.Equal(4_800, (await host.GetAsync($"{Root}?from=2010-01&to=2029-12")).GetProperty("targets").GetArrayLength());
    }

    private static IEnumerable<string> Rejected(JsonElement answer) => answer.GetProperty("rejected").EnumerateArray().Select(row =>
        $"{row.GetProperty("row")} {string.Join(' ', row.GetProperty("errors").EnumerateObject().Select(field => field.Name))}");

    /// <summary>A zip with one entry of so many blanks: small as it is, large when it is unpacked.</summary>
    private static byte[] Zip(string name, int length)
    {
        using var bytes = new MemoryStream();
        using (var zip = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
        {
            using var entry = zip.CreateEntry(name).Open();
            var blanks = Encoding.ASCII.GetBytes(new string(' ', 1 << 16));
            for (var left = length; left > 0; left -= blanks.Length) entry.Write(blanks, 0, Math.Min(left, blanks.Length));
        }
        return bytes.ToArray();
    }
}
