using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using ECommerce.Channels.Suite.CommandLine;
using ECommerce.Channels.Suite.Running;
using ECommerce.Channels.Suite.Tests.Running;
using ECommerce.Channels.Testing;
using Xunit;

namespace ECommerce.Channels.Suite.Tests.EndToEnd;

/// <summary>
/// The sample export, imported by the command line into an empty suite, and every figure of its expected answer read through the public
/// API. The tests share one suite; none of them changes a figure.
/// </summary>
public sealed partial class SampleTests(ImportedSample sample) : IClassFixture<ImportedSample>
{
    /// <summary>Indicator → name in the expected answer.</summary>
    private static readonly Dictionary<string, string> Sums = new()
    {
        ["attempts"] = "attempts",
        ["successes"] = "success",
        ["failures"] = "failed",
        ["abandoned"] = "abandoned",
        ["amount"] = "amount",
        ["payment-amount"] = "paymentAmount",
        ["electronic-payment-amount"] = "electronicPaymentAmount",
        ["package-volume"] = "packageVolume",
        ["campaign-volume"] = "campaignVolume",
        ["number-selection-volume"] = "numberSelectionVolume",
        ["customers"] = "customers",
        ["active-customers"] = "activeCustomers",
    };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static TheoryData<string> Indicators => [.. Sums.Keys];

    [Fact]
    public void Import_TheSample_EndsInTheExpectedCounts()
    {
        var import = sample.First;
        foreach (var count in (string[])["rows", "accepted", "repeated"])
            Assert.Equal(sample.Expected.GetProperty(count).GetInt64(), import.GetProperty(count).GetInt64());
        Assert.Equal(Counts(sample.Expected.GetProperty("rejected")), Counts(import.GetProperty("rejected")));
        Assert.Equal(0, import.GetProperty("conflict").GetInt64());
        Assert.Equal(0, import.GetProperty("lag").GetInt64());
        Assert.True(import.GetProperty("done").GetBoolean());
        Assert.Equal(new Dictionary<string, long> { ["微信小程序"] = 488 }, Counts(import.GetProperty("unknown").GetProperty("channel")));
    }

    /// <summary>A list of customers by the shipped mapping: wrong rows are named, the same list again changes nothing, and no number arrives.</summary>
    [Fact]
    public async Task Customers_ImportedByTheCommandLine_AreInTheDirectoryOnce()
    {
        var list = Path.Combine(Path.GetDirectoryName(sample.Suite.Data)!, "customers.csv");
        await File.WriteAllTextAsync(list, """
            手机号码,客户阶段,客户级别,品牌,地市,语言,标签,客户经理,短信营销,短信营销时间
            139 0000 0001,成熟期,金卡,全球通,广州,中文,家庭宽带,chen,同意,2026-03-01
            13900000002,新客户,普通,神州行,深圳,,,,拒绝,2026-04-01 10:00:00
            none,新客户,普通,神州行,深圳,,,,,
            13900000003,新客户,普通,神州行,火星,,,,,
            """, Cancellation);
        var rejects = Path.Combine(Path.GetDirectoryName(list)!, "rejected.csv");
        var (exit, output, error) = await sample.Suite.ChannelsAsync("import", "customers", list, "--mapping", "crm", "--rejects", rejects, "--json");
        Assert.True(exit == 0, error);
        var first = JsonDocument.Parse(output).RootElement;
        Assert.Equal((4, 2, 2), (first.GetProperty("rows").GetInt32(), first.GetProperty("accepted").GetInt32(), first.GetProperty("changed").GetInt32()));
        Assert.Equal(new Dictionary<string, long> { ["number"] = 1, ["region"] = 1 }, Counts(first.GetProperty("rejected")));
        Assert.DoesNotContain("13900000003", await File.ReadAllTextAsync(rejects, Cancellation), StringComparison.Ordinal);
        var (_, again, _) = await sample.Suite.ChannelsAsync("import", "customers", list, "--mapping", "crm", "--json");
        Assert.Equal(0, JsonDocument.Parse(again).RootElement.GetProperty("changed").GetInt32());
        var gold = Assert.Single((await sample.GetAsync("/api/v1/care/customers?tier=gold")).GetProperty("items").EnumerateArray());
        Assert.Equal(("4401", "chen"), (gold.GetProperty("region").GetString(), gold.GetProperty("manager").GetString()));
        var consents = await sample.GetAsync($"/api/v1/care/customers/{gold.GetProperty("customer").GetString()}/consents");
        Assert.True(Assert.Single(consents.GetProperty("holding").EnumerateArray()).GetProperty("given").GetBoolean());
        var (wrongKind, _, why) = await sample.Suite.ChannelsAsync("import", "customers", list, "--mapping", "boss");
        Assert.NotEqual(0, wrongKind);
        Assert.Contains("boss is a mapping of transactions", why, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Indicators))]
    public async Task Values_EverySum_EveryCell(string indicator)
    {
        var values = await CellsAsync(indicator, value => value.GetProperty("value").GetDouble());
        foreach (var cell in Cells())
        {
            var expected = cell.TryGetProperty(Sums[indicator], out var figure) ? figure.GetInt64() : 0;
            Assert.True(expected == values.GetValueOrDefault(Key(cell)), $"{indicator} {Key(cell)}: {values.GetValueOrDefault(Key(cell))}, expected {expected}");
        }
        Assert.Subset(Cells().Select(Key).ToHashSet(), values.Keys.ToHashSet());
    }

    [Fact]
    public async Task Values_SuccessRate_EveryCell()
    {
        var rates = await CellsAsync("success-rate", value => value.GetProperty("value").GetDouble());
        foreach (var cell in Cells()) Assert.Equal(cell.GetProperty("successRate").GetDouble(), Math.Round(rates[Key(cell)], 6));
    }

    [Fact]
    public async Task Values_FailuresByReason_EveryCell()
    {
        var reasons = await CellsAsync("failures", value => value.GetProperty("value").GetDouble(), "reason");
        foreach (var cell in Cells())
        {
            foreach (var reason in cell.EnumerateObject().Where(figure => figure.Name.StartsWith("failed.", StringComparison.Ordinal)))
                Assert.Equal(reason.Value.GetInt64(), reasons[(Key(cell).Day, Key(cell).Channel + reason.Name["failed".Length..])]);
        }
    }

    [Fact]
    public async Task Values_OffloadRate_EveryCell()
    {
        var offloaded = await CellsAsync("offload-rate", value => value.GetProperty("numerator").GetInt64());
        var rates = await CellsAsync("offload-rate", value => value.GetProperty("value").GetDouble());
        foreach (var cell in Cells()) Assert.Equal(cell.GetProperty("offloaded").GetInt64(), offloaded.GetValueOrDefault(Key(cell)));
        foreach (var day in sample.Expected.GetProperty("offloadRate").EnumerateObject())
            Assert.Equal(day.Value.GetDouble(), Math.Round(rates[(day.Name, "*")], 6));
    }

    [Fact]
    public async Task Values_ElectronicCustomers_EveryDay()
    {
        var values = await CellsAsync("electronic-customers", value => value.GetProperty("value").GetDouble());
        foreach (var day in sample.Expected.GetProperty("electronicCustomers").EnumerateObject())
            Assert.Equal(day.Value.GetInt64(), values[(day.Name, "*")]);
    }

    [Fact]
    public async Task Show_WithoutPeriod_ShowsTheTenDaysWithData()
    {
        var shown = await sample.Suite.ChannelsAsync("show", "success-rate", "--by", "channel", "--json");
        var answer = JsonDocument.Parse(shown.Out).RootElement;
        Assert.Equal("2026-09-28", answer.GetProperty("from").GetString());
        Assert.Equal("2026-10-08", answer.GetProperty("to").GetString());

        var table = await sample.Suite.ChannelsAsync("show", "success-rate", "--by", "channel");
        Assert.Matches(@"app\s+96\.98 %\s+28,471\s", table.Out);
        Assert.DoesNotContain("\u001b", table.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Show_WhatIsNotThereOrNotAllowed_HasItsExitCode()
    {
        Assert.Equal(ExitCodes.NotFound, (await sample.Suite.ChannelsAsync("show", "no-such-indicator", "--from", "2026-09-28", "--to", "2026-09-29")).Exit);
        Assert.Equal(ExitCodes.WrongUsage, (await sample.Suite.ChannelsAsync("show", "attempts", "--by", "weather", "--from", "2026-09-28", "--to", "2026-09-29")).Exit);
        Assert.Equal(ExitCodes.Denied, (await sample.Suite.ChannelsAsync("users", "list", "--as", "agent")).Exit);
    }

    [Fact]
    public async Task Server_WithAKeyInTheEnvironment_AnswersThatKeyWhereverTheOptionsStand()
    {
        var keys = (await SuiteFile.ReadAsync(sample.Suite.SuiteJson, Cancellation)).Accounts.ToDictionary(account => account.Role, account => account.ApiKey);
        var server = sample.Http.BaseAddress!.ToString();
        Task<(int Exit, string Out, string Error)> runAsync(string role, params string[] words) =>
            Cli.RunAsync(new Dictionary<string, string> { ["CHANNELS_API_KEY"] = keys[role] }, words);

        var shown = await runAsync("manager", "--json", "show", "--server", server, "--from", "2026-09-28", "attempts", "--to", "2026-09-29");
        Assert.True(shown.Exit == 0, shown.Error);
        Assert.Equal("attempts", JsonDocument.Parse(shown.Out).RootElement.GetProperty("indicator").GetString());
        Assert.Equal(ExitCodes.Denied, (await runAsync("manager", "users", "list", "--server", server)).Exit);
        var wrong = new Dictionary<string, string> { ["CHANNELS_API_KEY"] = keys["manager"] + "x" };
        Assert.Equal(ExitCodes.Denied, (await Cli.RunAsync(wrong, "show", "attempts", "--server", server)).Exit);
        Assert.Equal(0, (await runAsync("admin", "users", "--server", server, "list")).Exit);
    }

    [Fact]
    public async Task Values_OfADayThatWasImportedWhole_AreComplete()
    {
        // An import marks its channels as delivered within half a second of its end.
        await Tools.UntilAsync("complete", TimeSpan.FromSeconds(30), async () =>
            (await sample.GetAsync("/api/v1/kpi/indicators/attempts/values?from=2026-09-28&to=2026-10-08&channel=app")).GetProperty("complete").GetBoolean(), Cancellation);
        var after = await sample.GetAsync("/api/v1/kpi/indicators/attempts/values?from=2026-09-28&to=2026-10-09&channel=app");
        Assert.False(after.GetProperty("complete").GetBoolean());
    }

    [Fact]
    public async Task Import_OlderThan400Days_OnlyWithHistory()
    {
        var file = Path.Combine(sample.Suite.Data, "old.ndjson");
        var mapping = Path.Combine(sample.Suite.Data, "old.yaml");
        await File.WriteAllTextAsync(file, """{"no":"1","when":"2019-05-06T09:00:00+08:00","who":"13812345678","res":"ok"}""", Cancellation);
        await File.WriteAllTextAsync(mapping, """
            name: old
            source: old
            fields:
              id: { column: "no" }
              at: { column: when }
              customer: { column: who, as: number }
              # A code that the catalogue does not have: no figure waits for its feed.
              channel: { column: res }
              service: { column: res, values: { payment.topup: [ok] } }
              outcome: { column: res, values: { success: [ok] } }
            """, Cancellation);

        var without = await sample.Suite.ChannelsAsync("import", "transactions", file, "--mapping", mapping, "--json");
        var with = await sample.Suite.ChannelsAsync("import", "transactions", file, "--mapping", mapping, "--history", "--json");
        var own = Path.Combine(sample.Suite.Data, "own.yaml");
        await File.WriteAllTextAsync(
            own, (await File.ReadAllTextAsync(mapping, Cancellation)).Replace("name: old\nsource: old\n", "name: own\nsource: own\nhistory: true\n"), Cancellation);
        var byMapping = await sample.Suite.ChannelsAsync("import", "transactions", file, "--mapping", own, "--json");

        File.Delete(file);
        Assert.Equal(1, JsonDocument.Parse(byMapping.Out).RootElement.GetProperty("accepted").GetInt64());
        Assert.Equal(new() { ["time"] = 1 }, Counts(JsonDocument.Parse(without.Out).RootElement.GetProperty("rejected")));
        Assert.Equal(1, JsonDocument.Parse(with.Out).RootElement.GetProperty("accepted").GetInt64());
    }

    [Fact]
    public async Task Import_PseudonymKeyNamedByTheEnvironment_IsTheOneThatIsRead()
    {
        var (exit, _, error) = await Cli.RunAsync(
            new Dictionary<string, string> { ["CHANNELS_PSEUDONYM_KEY_FILE"] = "/no/such.key" },
            "import", "transactions", ImportedSample.File, "--mapping", "boss", "--suite", sample.Suite.SuiteJson);
        Assert.NotEqual(0, exit);
        Assert.Contains("/no/such.key", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Doctor_AuditAndTopics_FindNothingWrong()
    {
        foreach (var words in (string[][])[["doctor"], ["audit", "verify"], ["topics", "apply"], ["dead", "list"]])
        {
            var (exit, output, error) = await sample.Suite.ChannelsAsync([.. words, "--json"]);
            Assert.True(exit == 0, $"{string.Join(' ', words)}: {exit}\n{output}{error}");
        }
    }

    [Fact]
    public async Task Doctor_OpenDeadLetter_IsNamedUntilItIsSettled()
    {
        await using (var database = await sample.Suite.DatabaseAsync())
        await using (var command = database.CreateCommand("""
            INSERT INTO kpi.dead_letters (consumer_group, topic, partition, log_offset, record_key, value, headers, reason, masked, event_time, forwarded_at)
            VALUES ('g', 'channels.transactions', 0, 1, '', '', '', 'torn', false, '2019-01-01T12:00:00+08:00', now())
            """))
            await command.ExecuteNonQueryAsync(Cancellation);

        var doctor = await sample.Suite.ChannelsAsync("doctor");
        var listed = JsonDocument.Parse((await sample.Suite.ChannelsAsync("dead", "list", "--json")).Out).RootElement;
        var id = listed.EnumerateArray().Single(letter => letter.GetProperty("state").GetString() == "open").GetProperty("id").ToString();
        var settled = await sample.Suite.ChannelsAsync("dead", "resolve", id);

        Assert.Equal(ExitCodes.Failure, doctor.Exit);
        Assert.Contains("✗ open dead letters: 1", doctor.Out, StringComparison.Ordinal);
        Assert.Contains("✓ counting: 0 records waiting", doctor.Out, StringComparison.Ordinal);
        Assert.True(settled.Exit == 0, settled.Error);
        Assert.Equal(0, (await sample.Suite.ChannelsAsync("doctor")).Exit);
    }

    [Fact]
    public async Task Users_CreateChangeDisable_DoWhatTheySay()
    {
        var created = await sample.Suite.ChannelsAsync("users", "create", "wang", "--role", "manager", "--region", "4401", "--json");
        Assert.Equal(0, created.Exit);
        Assert.Equal(0, (await sample.Suite.ChannelsAsync("users", "change", "wang", "--role", "supervisor")).Exit);
        Assert.Equal(ExitCodes.WrongUsage, (await sample.Suite.ChannelsAsync("users", "change", "wang")).Exit);
        Assert.Contains("/api/v1/access/users/nobody", (await sample.Suite.ChannelsAsync("users", "disable", "nobody")).Error, StringComparison.Ordinal);
        Assert.Equal(0, (await sample.Suite.ChannelsAsync("users", "disable", "wang")).Exit);
        var listed = JsonDocument.Parse((await sample.Suite.ChannelsAsync("users", "list", "--json")).Out).RootElement.EnumerateArray()
            .Single(user => user.GetProperty("name").GetString() == "wang");
        Assert.True(listed.GetProperty("disabled").GetBoolean());
        Assert.Equal("supervisor", listed.GetProperty("roles")[0].GetString());
        Assert.Equal("4401", listed.GetProperty("regions")[0].GetString());
    }

    [Fact]
    public async Task Keys_CreateRotateRevoke_DoWhatTheySay()
    {
        var made = JsonDocument.Parse((await sample.Suite.ChannelsAsync("keys", "create", "reader", "--role", "manager", "--json")).Out).RootElement;
        var id = made.GetProperty("id").GetString()!;
        Assert.Equal(200, await StatusAsync(made.GetProperty("key").GetString()!));
        var rotated = JsonDocument.Parse((await sample.Suite.ChannelsAsync("keys", "rotate", id, "--grace", "0", "--json")).Out).RootElement;
        Assert.Equal(200, await StatusAsync(rotated.GetProperty("key").GetString()!));
        Assert.Equal(0, (await sample.Suite.ChannelsAsync("keys", "revoke", id)).Exit);
        var deadline = TimeProvider.System.GetTimestamp();
        while (await StatusAsync(rotated.GetProperty("key").GetString()!) != 401)
        {
            Assert.True(TimeProvider.System.GetElapsedTime(deadline) < TimeSpan.FromSeconds(10), "the revoked key still works");
            await Task.Delay(50, Cancellation);
        }
        Assert.Equal(ExitCodes.NotFound, (await sample.Suite.ChannelsAsync("keys", "revoke", "nosuchkey")).Exit);
    }

    [Fact]
    public async Task Import_AgainUnderAnotherName_CountsNothingAgain()
    {
        var copy = Path.Combine(sample.Suite.Data, "another.csv.gz");
        File.Copy(ImportedSample.File, copy);

        var (exit, output, error) = await sample.Suite.ChannelsAsync("import", "transactions", copy, "--mapping", "boss", "--json");

        Assert.True(exit == 0, error);
        File.Delete(copy);
        var import = JsonDocument.Parse(output).RootElement;
        Assert.Equal(0, import.GetProperty("accepted").GetInt64());
        Assert.Empty(import.GetProperty("unknown").EnumerateObject());
        Assert.Equal(sample.Expected.GetProperty("accepted").GetInt64() + sample.Expected.GetProperty("repeated").GetInt64(), import.GetProperty("repeated").GetInt64());
    }

    [Fact]
    public async Task PhoneNumbers_AnythingTheSuiteWrote_HoldsNone()
    {
        var numbers = await SampleNumbers.ReadAsync(Cancellation);
        var dump = await DumpAsync();
        Assert.True(dump.Length > 1_000_000, "the dump is empty");
        var key = (await File.ReadAllTextAsync(Path.Combine(sample.Suite.Data, "secrets/pseudonym.key"), Cancellation)).Trim()[2..];
        Assert.DoesNotContain(key, dump, StringComparison.Ordinal);
        Assert.DoesNotContain(Convert.ToHexStringLower(Convert.FromBase64String(key)), dump, StringComparison.Ordinal);
        // Binary columns come as hexadecimal text, in which eleven digits in a row mean nothing.
        numbers.ExpectNone(HexColumn().Replace(dump, ""), "the dump");
        numbers.ExpectNone(HexColumn().Replace(dump, match => Encoding.Latin1.GetString(Convert.FromHexString(match.Groups["bytes"].Value)) + " "), "binary columns");
        await numbers.ExpectNoneInFilesAsync(sample.Suite.Data, Cancellation);
    }

    private async Task<string> DumpAsync()
    {
        var server = new PrivatePostgres(Path.Combine(sample.Suite.Data, "postgres"), Path.Combine(sample.Suite.Data, "secrets"), _ => { }, TimeProvider.System);
        await server.StartAsync(Cancellation);
        var connection = new Npgsql.NpgsqlConnectionStringBuilder(server.ConnectionString);
        var binaries = PostgresBinaries.Find(Path.Combine(sample.Suite.Data, "postgres/data"));
        var start = new ProcessStartInfo(
            binaries["pg_dump"], ["-h", "127.0.0.1", "-p", server.Port.ToString(CultureInfo.InvariantCulture), "-U", connection.Username!, connection.Database!])
        {
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        start.Environment["PGPASSWORD"] = connection.Password;
        using var process = Process.Start(start)!;
        var dump = await process.StandardOutput.ReadToEndAsync(Cancellation);
        await process.WaitForExitAsync(Cancellation);
        Assert.Equal(0, process.ExitCode);
        return dump;
    }

    private async Task<int> StatusAsync(string key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/kpi/indicators");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        using var answer = await sample.Http.SendAsync(request, Cancellation);
        return (int)answer.StatusCode;
    }

    private JsonElement.ArrayEnumerator Cells() => sample.Expected.GetProperty("cells").EnumerateArray();

    private static (string Day, string Channel) Key(JsonElement cell) => (cell.GetProperty("day").GetString()!, cell.GetProperty("channel").GetString()!);

    private static Dictionary<string, long> Counts(JsonElement counts) => counts.Deserialize<Dictionary<string, long>>()!;

    /// <summary>The whole period and every day, all channels together and every channel: as the expected answer has its cells.</summary>
    private async Task<Dictionary<(string Day, string Channel), double>> CellsAsync(string indicator, Func<JsonElement, double> figure, string? by = null)
    {
        var cells = new Dictionary<(string, string), double>();
        foreach (var grain in (string[])["total", "day"])
        {
            foreach (var channel in (bool[])[false, true])
            {
                var told = string.Join(',', ((string?[])[channel ? "channel" : null, by]).OfType<string>());
                var answer = await sample.GetAsync($"/api/v1/kpi/indicators/{indicator}/values?from=2026-09-28&to=2026-10-08&grain={grain}&by={told}");
                foreach (var value in answer.GetProperty("values").EnumerateArray())
                {
                    var name = (channel ? value.GetProperty("channel").GetString() : "*") + (by is null ? "" : "." + value.GetProperty(by).GetString());
                    cells.Add((grain == "total" ? "*" : value.GetProperty("at").GetString()!, name), figure(value));
                }
            }
        }
        return cells;
    }

    [GeneratedRegex(@"\\\\x(?<bytes>([0-9a-f]{2})+)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex HexColumn();
}

/// <summary>An empty suite into which the sample was imported once.</summary>
public sealed class ImportedSample : IAsyncLifetime
{
    public static string File { get; } = Path.Combine(Checkout.Folder, "tests/data/boss-export.csv.gz");

    public JsonElement Expected { get; } =
        JsonDocument.Parse(System.IO.File.ReadAllText(Path.Combine(Checkout.Folder, "tests/data/boss-export.expected.json"))).RootElement;

    public SuiteProcess Suite { get; } = new();

    /// <summary>What the import came to.</summary>
    public JsonElement First { get; private set; }

    public HttpClient Http { get; } = new();

    public async ValueTask InitializeAsync()
    {
        Assert.SkipUnless(Directory.Exists("/usr/lib/postgresql"), "PostgreSQL is not installed");
        await Suite.StartAsync(TestContext.Current.CancellationToken);
        var (exit, output, error) = await Suite.ChannelsAsync("import", "transactions", File, "--mapping", "boss", "--json");
        Assert.True(exit == 0, error);
        First = JsonDocument.Parse(output).RootElement;
        var file = await SuiteFile.ReadAsync(Suite.SuiteJson, TestContext.Current.CancellationToken);
        Http.BaseAddress = new Uri(file.Address);
        Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", file.Accounts.Single(account => account.Role == "manager").ApiKey);
    }

    public async Task<JsonElement> GetAsync(string path)
    {
        using var answer = await Http.GetAsync(path, TestContext.Current.CancellationToken);
        var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(answer.IsSuccessStatusCode, $"{path}: {(int)answer.StatusCode} {text}");
        return JsonDocument.Parse(text).RootElement;
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await Suite.DisposeAsync();
    }
}
