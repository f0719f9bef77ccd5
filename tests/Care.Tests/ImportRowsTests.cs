using System.IO.Compression;
using System.Net;
using System.Text;
using System.Text.Json;
using ECommerce.Channels.Contracts;
using ECommerce.Channels.Testing;
using Npgsql;
using Xunit;

namespace ECommerce.Channels.Care.Tests;

/// <summary>Rows of an export through the service, as the browser's import sends them.</summary>
public sealed class ImportRowsTests(PostgresServer postgres)
{
    private const string Headers = "流水号,受理时间,手机号码,渠道名称,业务名称,地市,品牌,受理结果,失败原因,金额(元),耗时(毫秒),受理工号";
    private const string Good = "B1,2026-09-28 09:00:00,138 1234 5678,掌厅,话费充值,广州,全球通,成功,,\"1,200.00\",850,";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static async Task<JsonElement> MapAsync(CareHost care, string text, string query = "", string type = "text/csv", int status = 200)
    {
        using var body = new StringContent(text, Encoding.UTF8, type);
        using var response = await care.SendAsync(HttpMethod.Post, "/api/v1/care/mappings/boss/rows" + query, body, Roles.Admin, Cancellation);
        var answer = await response.Content.ReadAsStringAsync(Cancellation);
        Assert.True(status == (int)response.StatusCode, answer);
        return JsonDocument.Parse(answer).RootElement;
    }

    [Fact]
    public async Task Rows_OfAnExport_BecomeTransactionsWithPseudonyms()
    {
        await using var care = await CareHost.StartAsync(postgres);
        var answer = await MapAsync(care, $"{Headers}\r\n{Good}\r\n");
        Assert.Equal(1, answer.GetProperty("rows").GetInt64());
        Assert.Equal(
            """{"row":1,"id":"B1","at":"2026-09-28T09:00:00.000+08:00","customer":"c_aboev8y2j05LmGmvzUYA8qvjt","channel":"app","service":"payment.topup","outcome":"success","region":"4401","brand":"gotone","amount":120000,"durationMs":850,"assisted":false}""",
            answer.GetProperty("transactions")[0].GetRawText().Replace("\\u002B", "+", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Rows_ThatAreNone_HaveCauseAndPlaceInTheFile_AndMaskedNumbers()
    {
        await using var care = await CareHost.StartAsync(postgres);
        var rows = $"{Good}\n\n{Good.Replace("成功", "不明", StringComparison.Ordinal)}\nB3,13812345678\n";
        var rejected = (await MapAsync(care, $"{Headers}\n{rows}", "?row=4000&line=4003")).GetProperty("rejected").EnumerateArray().ToList();
        Assert.Equal(["4002 4006 outcome", "4003 4007 columns"], rejected.Select(one => $"{one.GetProperty("row")} {one.GetProperty("line")} {one.GetProperty("cause")}"));
        Assert.All(rejected, one => Assert.DoesNotContain("1234", one.GetProperty("text").GetString(), StringComparison.Ordinal));
    }

    [Fact]
    public async Task Sample_InPieces_HasTheCountsOfTheCommandLine()
    {
        await using var care = await CareHost.StartAsync(postgres);
        var expected = JsonDocument.Parse(await File.ReadAllTextAsync(Checkout.Data("boss-export.expected.json"), Cancellation)).RootElement;
        var causes = new SortedDictionary<string, long>();
        var (rows, transactions) = (0L, 0L);
        foreach (var piece in Pieces(await SampleAsync()))
        {
            var answer = await MapAsync(care, piece, $"?row={rows}");
            rows += answer.GetProperty("rows").GetInt64();
            transactions += answer.GetProperty("transactions").GetArrayLength();
            foreach (var one in answer.GetProperty("rejected").EnumerateArray())
            {
                var cause = one.GetProperty("cause").GetString()!;
                causes[cause] = causes.GetValueOrDefault(cause) + 1;
            }
        }
        Assert.Equal(expected.GetProperty("rows").GetInt64(), rows);
        Assert.Equal(expected.GetProperty("accepted").GetInt64() + expected.GetProperty("repeated").GetInt64(), transactions);
        Assert.Equal(expected.GetProperty("rejected").EnumerateObject().OrderBy(one => one.Name, StringComparer.Ordinal).ToDictionary(one => one.Name, one => one.Value.GetInt64()), causes);
    }

    [Fact]
    public async Task File_OfOtherColumns_Is400NamingThem()
    {
        await using var care = await CareHost.StartAsync(postgres);
        var answer = await MapAsync(care, "a,b\n1,2\n", status: 400);
        Assert.Contains("流水号", answer.GetProperty("errors").GetProperty("body")[0].GetString(), StringComparison.Ordinal);
        await MapAsync(care, "", status: 400);
        await MapAsync(care, $"{Headers}\n", "?row=-1", status: 400);
        await MapAsync(care, $"{Headers}\n{string.Concat(Enumerable.Repeat(Good + "\n", 10_001))}", status: 400);
    }

    [Theory]
    [InlineData("/api/v1/care/mappings/none/rows", "text/csv", 404)]
    [InlineData("/api/v1/care/mappings/boss/rows", "application/json", 415)]
    public async Task Call_OfWhatIsNotThere_IsRefused(string path, string type, int status)
    {
        await using var care = await CareHost.StartAsync(postgres);
        using var body = new StringContent(Headers, Encoding.UTF8, type);
        using var response = await care.SendAsync(HttpMethod.Post, path, body, Roles.Admin, Cancellation);
        Assert.Equal(status, (int)response.StatusCode);
    }

    [Theory]
    [InlineData(Roles.Admin, 200)]
    [InlineData(Roles.Manager, 403)]
    [InlineData(Roles.Portal, 403)]
    [InlineData(Roles.Agent, 403)]
    public async Task Rows_ByRole_AreForAdmin(string role, int status)
    {
        await using var care = await CareHost.StartAsync(postgres);
        using var body = new StringContent(Headers, Encoding.UTF8, "text/csv");
        using var response = await care.SendAsync(HttpMethod.Post, "/api/v1/care/mappings/boss/rows", body, role, Cancellation);
        Assert.Equal(status, (int)response.StatusCode);
    }

    [Fact]
    public async Task Call_LeavesOneAuditLine_WithTheCountsAlone()
    {
        await using var care = await CareHost.StartAsync(postgres);
        await MapAsync(care, $"{Headers}\n{Good}\nB2\n");
        await using var database = NpgsqlDataSource.Create(care.Connection);
        await using var command = database.CreateCommand("SELECT action || details::text FROM care.audit_log");
        Assert.Equal("""rows.mapped{"mapping":"boss","rejected":1,"rows":2,"transactions":1}""", await command.ExecuteScalarAsync(Cancellation));
    }

    [Fact]
    public async Task Mappings_AreThoseThatShip_WithTheirColumns()
    {
        await using var care = await CareHost.StartAsync(postgres);
        using var response = await care.SendAsync(HttpMethod.Get, "/api/v1/care/mappings", null, Roles.Manager, Cancellation);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var boss = JsonDocument.Parse(await response.Content.ReadAsStringAsync(Cancellation)).RootElement.GetProperty("mappings")[0];
        Assert.Equal("boss", boss.GetProperty("name").GetString());
        Assert.True(boss.GetProperty("history").GetBoolean());
        Assert.Equal(Headers.Split(',').Order(StringComparer.Ordinal), boss.GetProperty("fields").EnumerateArray().Select(field => field.GetProperty("column").GetString()!).Order(StringComparer.Ordinal));
    }

    /// <summary>Cut every 4,000 lines; no row of the sample breaks over lines.</summary>
    private static IEnumerable<string> Pieces(string sample)
    {
        var lines = sample.Split('\n');
        return lines.Skip(1).Chunk(4000).Select(piece => lines[0] + "\n" + string.Join('\n', piece));
    }

    private static async Task<string> SampleAsync()
    {
        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
        await using var unpacked = new GZipStream(File.OpenRead(Checkout.Data("boss-export.csv.gz")), CompressionMode.Decompress);
        using var reader = new StreamReader(unpacked, Encoding.GetEncoding("GB18030"));
        return await reader.ReadToEndAsync(Cancellation);
    }
}
