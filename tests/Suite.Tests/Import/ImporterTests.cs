using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using ECommerce.Channels.Imports;
using ECommerce.Channels.Platform.Security;
using ECommerce.Channels.Suite.Import;
using ECommerce.Channels.Testing;
using Xunit;

namespace ECommerce.Channels.Suite.Tests.Import;

public sealed class ImporterTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("channels-import-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static string Sample => Path.Combine(Checkout.Folder, "tests/data/boss-export.csv.gz");

    private static JsonElement Expected { get; } =
        JsonDocument.Parse(File.ReadAllText(Path.Combine(Checkout.Folder, "tests/data/boss-export.expected.json"))).RootElement;

    [Fact]
    public async Task Run_TheSample_GivesEveryCellOfTheExpectedAnswer()
    {
        await using var stub = await ImportStub.StartAsync();

        var import = await ImportAsync(stub, Sample);

        Assert.Equal(Expected.GetProperty("rows").GetInt64(), import.GetProperty("rows").GetInt64());
        Assert.Equal(Expected.GetProperty("accepted").GetInt64(), import.GetProperty("accepted").GetInt64());
        Assert.Equal(Expected.GetProperty("repeated").GetInt64(), import.GetProperty("repeated").GetInt64());
        Assert.Equal(Causes(Expected), Causes(import));
        Assert.Equal(Expected.GetProperty("customers").GetInt64(), stub.Accepted.Select(one => one.GetProperty("customer").GetString()).Distinct().Count());
        var cells = ExpectedCells.Of(stub.Accepted, Expected);
        foreach (var cell in Expected.GetProperty("cells").EnumerateArray()) ExpectedCells.Check(cell, cells);
    }

    [Fact]
    public async Task Run_Rejects_AreWrittenMaskedAndOwnersOnly()
    {
        await using var stub = await ImportStub.StartAsync();
        var rejects = Path.Combine(folder, "rejects.csv");

        await ImportAsync(stub, Sample, rejects: rejects);

        var lines = await File.ReadAllLinesAsync(rejects, Cancellation);
        var causes = lines.Skip(1).GroupBy(line => line.Split(',')[2]).ToDictionary(group => group.Key, group => (long)group.Count());
        Assert.Equal(Causes(Expected), causes);
        Assert.DoesNotContain(lines, line => PhoneNumbers.Contains(Encoding.UTF8.GetBytes(line)));
        Assert.Contains(lines, line => line.Contains(PhoneNumbers.Masked, StringComparison.Ordinal));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(rejects));
    }

    [Fact]
    public async Task Run_ARejectedRow_IsWrittenWithItsRowAndLine()
    {
        await using var stub = await ImportStub.StartAsync();
        var (file, rejects) = (Path.Combine(folder, "some.csv"), Path.Combine(folder, "rejects.csv"));
        var rows = Rows(3).Split("\r\n");
        // The second row lies in the fourth line, after a blank one.
        await File.WriteAllTextAsync(file, string.Join("\r\n", [rows[0], rows[1], "", rows[2].Replace("成功", "也许"), rows[3], ""]), Cancellation);

        await ImportAsync(stub, file, rejects: rejects);

        Assert.Equal(
            ["row,line,cause,text", "2,4,outcome,\"1,2026-09-28 00:00:01,***********,掌厅,话费充值,东莞,动感地带,也许,,\"\"1,200.00\"\",528,\""],
            await File.ReadAllLinesAsync(rejects, Cancellation));
    }

    [Fact]
    public async Task Run_TwiceAndUnderAnotherName_CountsNothingAgain()
    {
        await using var stub = await ImportStub.StartAsync();
        await ImportAsync(stub, Sample);
        var copy = Path.Combine(folder, "another name.csv.gz");
        File.Copy(Sample, copy);

        var import = await ImportAsync(stub, copy);

        Assert.Equal(0, import.GetProperty("accepted").GetInt64());
        Assert.Equal(Expected.GetProperty("accepted").GetInt64(), stub.Accepted.Count);
    }

    [Fact]
    public async Task Run_BusyDownAndBrokenConnections_LoseAndDoubleNothing()
    {
        await using var stub = await ImportStub.StartAsync();
        var calls = 0;
        int?[] faults = [429, null, 503, 0, null, 502, null, null];
        var keys = new List<string>();
        stub.Fault = request =>
        {
            if (request.Path.Value!.EndsWith("/transactions", StringComparison.Ordinal)) keys.Add(request.Headers["Idempotency-Key"].Single()!);
            return faults[calls++ % faults.Length];
        };

        var import = await ImportAsync(stub, Sample);

        Assert.Equal(Expected.GetProperty("accepted").GetInt64(), import.GetProperty("accepted").GetInt64());
        Assert.Equal(Expected.GetProperty("repeated").GetInt64(), import.GetProperty("repeated").GetInt64());
        Assert.True(stub.Retries > 5);
        // What is sent again comes under the key it had: as many keys as chunks were taken, fewer than were sent.
        Assert.Equal(stub.Keys.Distinct().Count(), keys.Distinct().Count());
        Assert.True(keys.Count > keys.Distinct().Count());
    }

    [Fact]
    public async Task Run_KilledAndStartedAgain_GoesOnAndEndsTheSame()
    {
        await using var stub = await ImportStub.StartAsync();
        var rejects = Path.Combine(folder, "rejects.csv");
        using var kill = new CancellationTokenSource();
        var taken = 0;
        stub.Fault = request =>
        {
            if (request.Path.Value!.EndsWith("/transactions", StringComparison.Ordinal) && ++taken == 12) kill.Cancel();
            return null;
        };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => ImportAsync(stub, Sample, rejects, kill.Token));
        Assert.False(stub.Single.Done);
        var first = stub.Keys.Count;

        var import = await ImportAsync(stub, Sample, rejects);

        Assert.Equal(Causes(Expected), Causes(import));
        Assert.Equal(Expected.GetProperty("accepted").GetInt64(), import.GetProperty("accepted").GetInt64());
        Assert.Equal(Expected.GetProperty("repeated").GetInt64(), import.GetProperty("repeated").GetInt64());
        Assert.Equal(102 + 1, (await File.ReadAllLinesAsync(rejects, Cancellation)).Length);
        Assert.True(first > 0);
    }

    [Fact]
    public async Task Run_MoreRefusalsThanAnAnswerLists_FindsTheCauseOfEach()
    {
        await using var stub = await ImportStub.StartAsync();
        stub.Refuse = one => one.GetProperty("row").GetInt64() % 2 == 0 ? "at" : null;
        var file = Path.Combine(folder, "plain.csv");
        await File.WriteAllTextAsync(file, Rows(5000), Cancellation);

        var import = await ImportAsync(stub, file);

        Assert.Equal(2500, Causes(import)["time"]);
        Assert.Equal(2500, import.GetProperty("accepted").GetInt64());
        Assert.Equal(0, import.GetProperty("repeated").GetInt64());
    }

    [Theory]
    [InlineData("utf-8", false)]
    [InlineData("utf-8", true)]
    [InlineData("utf-16", true)]
    [InlineData("utf-16BE", true)]
    [InlineData("GB18030", false)]
    [InlineData("gb2312", false)]
    public async Task Run_AnyEncoding_GivesTheSame(string encoding, bool mark)
    {
        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
        await using var stub = await ImportStub.StartAsync();
        var file = Path.Combine(folder, "export.csv");
        var chosen = Encoding.GetEncoding(encoding);
        await File.WriteAllBytesAsync(file, [.. mark ? chosen.GetPreamble() : [], .. chosen.GetBytes(Rows(40))], Cancellation);

        var import = await ImportAsync(stub, file);

        Assert.Equal(40, import.GetProperty("accepted").GetInt64());
        Assert.All(stub.Accepted, one => Assert.Equal("app", one.GetProperty("channel").GetString()));
    }

    [Fact]
    public async Task Run_Zip_ReadsTheOneFileInIt()
    {
        await using var stub = await ImportStub.StartAsync();
        var inner = Path.Combine(folder, "in");
        Directory.CreateDirectory(inner);
        await File.WriteAllTextAsync(Path.Combine(inner, "a.csv"), Rows(10), Cancellation);
        var zip = Path.Combine(folder, "a.zip");
        await System.IO.Compression.ZipFile.CreateFromDirectoryAsync(inner, zip, Cancellation);

        Assert.Equal(10, (await ImportAsync(stub, zip)).GetProperty("accepted").GetInt64());

        await File.WriteAllTextAsync(Path.Combine(inner, "b.csv"), Rows(10), Cancellation);
        File.Delete(zip);
        await System.IO.Compression.ZipFile.CreateFromDirectoryAsync(inner, zip, Cancellation);
        await Assert.ThrowsAsync<InvalidDataException>(() => ImportAsync(stub, zip));
    }

    [Fact]
    public async Task Run_CutOffGzip_FailsAndIsNotDone()
    {
        await using var stub = await ImportStub.StartAsync();
        var file = Path.Combine(folder, "cut.csv.gz");
        await File.WriteAllBytesAsync(file, (await File.ReadAllBytesAsync(Sample, Cancellation))[..1_000_000], Cancellation);

        await Assert.ThrowsAsync<InvalidDataException>(() => ImportAsync(stub, file));
    }

    [Fact]
    public async Task Run_NewlineDelimitedJson_ReadsMembers()
    {
        await using var stub = await ImportStub.StartAsync();
        var file = Path.Combine(folder, "events.ndjson");
        await File.WriteAllTextAsync(
            file,
            """
            {"no":"1","when":"2026-09-28T09:00:00+08:00","msisdn":"13812345678","ch":"app","svc":"payment.topup","res":"ok","fen":12000}

            {"no":"2","when":"2026-09-28T09:00:00+08:00","msisdn":"13812345678","ch":"app","svc":"payment.topup","res":"ok","fen":-1}
            {"no":"3",
            """,
            Cancellation);
        var mapping = Mapping.Parse(
            """
            source: json
            fields:
              id: { column: "no" }
              at: { column: when }
              customer: { column: msisdn, as: number }
              channel: { column: ch }
              service: { column: svc }
              outcome: { column: res, values: { success: [ok], failed: [ko] } }
              amount: { column: fen, unit: fen }
            """,
            "json");

        var import = await ImportAsync(stub, file, mapping: mapping);

        Assert.Equal(3, import.GetProperty("rows").GetInt64());
        Assert.Equal(new Dictionary<string, long> { ["amount"] = 1, ["columns"] = 1 }, Causes(import));
        Assert.Equal(12000, Assert.Single(stub.Accepted).GetProperty("amount").GetInt64());
        Assert.Equal("json", stub.Single.Source);
    }

    private static async Task<JsonElement> ImportAsync(
        ImportStub stub, string file, string? rejects = null, CancellationToken? cancellation = null, Mapping? mapping = null)
    {
        using var http = new HttpClient { BaseAddress = stub.Address };
        var progress = new NoProgress();
        mapping ??= Mapping.Load("boss");
        var order = new ImportOrder(file, mapping, mapping.Name, mapping.History, Pseudonym, rejects);
        return await new Importer(new ImportClient(http, progress, TimeProvider.System), progress, TimeProvider.System)
            .RunAsync(order, cancellation ?? Cancellation);
    }

    private static string? Pseudonym(string number) => PhoneNumbers.Normalise(number) is { } known
        ? "c_" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(known)))[..24]
        : null;

    private static Dictionary<string, long> Causes(JsonElement import) => import.GetProperty("rejected").Deserialize<Dictionary<string, long>>()!;

    private static string Rows(int count)
    {
        var text = new StringBuilder("流水号,受理时间,手机号码,渠道名称,业务名称,地市,品牌,受理结果,失败原因,金额(元),耗时(毫秒),受理工号\r\n");
        for (var i = 0; i < count; i++)
            text.Append(CultureInfo.InvariantCulture, $"{i},2026-09-28 00:00:{i % 60:00},1381234{i:0000},掌厅,话费充值,东莞,动感地带,成功,,\"1,200.00\",528,\r\n");
        return text.ToString();
    }

    private sealed class NoProgress : IImportProgress
    {
        public void Inspecting(long bytes, long length)
        {
        }

        public void Resuming(long rows)
        {
        }

        public void Sent(long rows, long rejected, long filePosition)
        {
        }

        public void Waiting(string trouble, TimeSpan pause)
        {
        }

        public void Counting(long lag)
        {
        }
    }
}
