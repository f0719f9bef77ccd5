using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using ECommerce.Channels.Testing;
using Npgsql;
using Xunit;

namespace ECommerce.Channels.Kpi.Tests.Ingestion;

/// <summary>Contract, section 3: what a sender is told, and that nothing accepted is lost.</summary>
public sealed class TransactionsApiTests(PostgresServer postgres, Toxiproxy toxiproxy)
{
    private const string Transactions = "/api/v1/kpi/transactions";
    private const string Imports = "/api/v1/kpi/imports";
    private const string Lines = "application/x-ndjson";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    [Fact]
    public async Task Post_OneEvent_IsAcceptedAndCountedUnderTheKeysSource()
    {
        await using var host = await NewAsync();
        var sent = Event("a");
        sent["source"] = "somebody-else";
        var (status, body, _) = await host.PostAsync(Transactions, sent.ToJsonString());
        Assert.Equal(202, status);
        Assert.Equal("""{"accepted":1}""", body.GetRawText());
        await CountedAsync(host, 1);
        var (_, feeds, _) = await host.GetAsync("/api/v1/kpi/feeds");
        Assert.Contains("portal-1", feeds.GetRawText());
        Assert.DoesNotContain("somebody-else", feeds.GetRawText());
    }

    [Theory]
    [InlineData("id", "\"sp ace\"")]
    [InlineData("at", "\"2026-09-28T10:00:00\"")]
    [InlineData("at", "\"1970-01-01T00:00:00Z\"")]
    [InlineData("at", "\"2999-01-01T00:00:00Z\"")]
    [InlineData("customer", "\"13800138000\"")]
    [InlineData("customer", "\"c_+86-138-0013-8000\"")]
    [InlineData("channel", "7")]
    [InlineData("service", "\"\"")]
    [InlineData("region", "[]")]
    [InlineData("brand", "\"a\\u0000\"")]
    [InlineData("outcome", "\"maybe\"")]
    [InlineData("reason", "{}")]
    [InlineData("amount", "-1")]
    [InlineData("amount", "0.5")]
    [InlineData("durationMs", "86400001")]
    [InlineData("assisted", "1")]
    [InlineData("task", "\"\\ud800\"")]
    [InlineData("decision", "true")]
    public async Task Post_WrongField_Is400NamingIt(string field, string value)
    {
        await using var host = await NewAsync();
        var (status, body, response) = await host.PostAsync(Transactions, $"{Without(Event("a"), field)},\"{field}\":{value}}}");
        Assert.Equal(400, status);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        Assert.Equal([field], body.GetProperty("errors").EnumerateObject().Select(error => error.Name));
    }

    [Theory]
    [InlineData("row", "\"A17\"")]
    [InlineData("import", "\"a b\"")]
    [InlineData("history", "1")]
    [InlineData("source", "[]")]
    [InlineData("anything", "{\"a\":[1]}")]
    public async Task Post_UnknownField_IsIgnored(string field, string value)
    {
        await using var host = await NewAsync();
        Assert.Equal(202, (await host.PostAsync(Transactions, $"{Without(Event("a"), field)},\"{field}\":{value}}}")).Status);
        await CountedAsync(host, 1);
    }

    [Theory]
    [InlineData("""{"\ud800":1}""")]
    [InlineData("""{"a\ud800":1}""")]
    public async Task Post_NameOfHalfACharacter_RejectsThatLineOnly(string wrong)
    {
        await using var host = await NewAsync();
        Assert.Equal(400, (await host.PostAsync(Transactions, wrong)).Status);
        var (status, body, _) = await host.PostAsync(Transactions, $"{Event("a").ToJsonString()}\n{wrong}\n{Event("b").ToJsonString()}", Lines);
        Assert.Equal((202, 2, 1), (status, body.GetProperty("accepted").GetInt32(), body.GetProperty("rejectedTotal").GetInt32()));
        await CountedAsync(host, 2);
    }

    [Theory]
    [InlineData("outcome", "\"failed\"")]
    [InlineData("channel", "\"web\"")]
    [InlineData("service", "\"query.bill\"")]
    [InlineData("region", "\"4401\"")]
    [InlineData("brand", "\"gotone\"")]
    [InlineData("reason", "\"timeout\"")]
    [InlineData("amount", "101")]
    [InlineData("durationMs", "5")]
    [InlineData("assisted", "true")]
    [InlineData("task", "\"t1\"")]
    [InlineData("decision", "\"d1\"")]
    public async Task Post_SameTransactionToldDifferently_IsAConflict(string field, string value)
    {
        await using var host = await NewAsync();
        await host.PostAsync(Transactions, Event("a").ToJsonString());
        await host.PostAsync(Transactions, $"{Without(Event("a"), field)},\"{field}\":{value}}}");
        await CountedAsync(host, 2);
        var counters = (await host.GetAsync("/api/v1/kpi/rollups")).Body.GetProperty("counters");
        Assert.Equal((1, 1), (counters.GetProperty("accepted").GetInt32(), counters.GetProperty("conflict").GetInt32()));
    }

    [Fact]
    public async Task Post_Lines_TakesTheGoodOnesAndListsTheOthersByLine()
    {
        await using var host = await NewAsync();
        var wrong = Event("b");
        wrong["amount"] = -5;
        var (status, body, _) = await host.PostAsync(Transactions, $"{Event("a").ToJsonString()}\r\n\n{wrong.ToJsonString()}\nnonsense\n{Event("c").ToJsonString()}", Lines);
        Assert.Equal(202, status);
        Assert.Equal(2, body.GetProperty("accepted").GetInt32());
        Assert.Equal(2, body.GetProperty("rejectedTotal").GetInt32());
        Assert.Equal([3, 4], body.GetProperty("rejected").EnumerateArray().Select(line => line.GetProperty("line").GetInt32()));
        Assert.True(body.GetProperty("rejected")[0].GetProperty("errors").TryGetProperty("amount", out _));
        await CountedAsync(host, 2);
    }

    [Fact]
    public async Task Post_ManyRejects_ListsAThousandAndCountsAll()
    {
        await using var host = await NewAsync();
        var (status, body, _) = await host.PostAsync(Transactions, string.Concat(Enumerable.Repeat("{}\n", 1_500)), Lines);
        Assert.Equal(202, status);
        Assert.Equal(1_500, body.GetProperty("rejectedTotal").GetInt32());
        Assert.Equal(1_000, body.GetProperty("rejected").GetArrayLength());
    }

    [Theory]
    [InlineData("text/plain", 415)]
    [InlineData("application/xml", 415)]
    public async Task Post_OtherMediaType_IsRefused(string type, int expected)
    {
        await using var host = await NewAsync();
        Assert.Equal(expected, (await host.PostAsync(Transactions, Event("a").ToJsonString(), type)).Status);
    }

    [Fact]
    public async Task Post_TooLarge_Is413AndNothingIsTaken()
    {
        await using var host = await NewAsync();
        var line = Event("a").ToJsonString() + "\n";
        Assert.Equal(413, (await host.PostAsync(Transactions, string.Concat(Enumerable.Repeat("\n", 50_001)) + line, Lines)).Status);
        Assert.Equal(413, (await host.PostAsync(Transactions, line + new string(' ', (16 << 20) + 1), Lines)).Status);
        await CountedAsync(host, 0);
    }

    [Fact]
    public async Task Post_AsMuchAsAllowed_IsTaken()
    {
        await using var host = await NewAsync();
        Assert.Equal(202, (await host.PostAsync(Transactions, new string('\n', 49_999) + Event("a").ToJsonString(), Lines)).Status);
        var line = Event("b").ToJsonString() + "\n";
        Assert.Equal(202, (await host.PostAsync(Transactions, line + new string(' ', (16 << 20) - line.Length), Lines)).Status);
        await CountedAsync(host, 2);
    }

    [Theory]
    [InlineData(-400 * 1440 + 10, true)]
    [InlineData(-400 * 1440 - 10, false)]
    [InlineData(14, true)]
    [InlineData(16, false)]
    public async Task Post_AtTheEdgesOfTime_IsWithin400DaysAndFifteenMinutes(int minutes, bool taken)
    {
        await using var host = await NewAsync();
        var sent = Event("a");
        sent["at"] = Now.AddMinutes(minutes).ToString("O");
        var (status, body, _) = await host.PostAsync(Transactions, sent.ToJsonString());
        Assert.Equal(taken ? 202 : 400, status);
        if (!taken) Assert.True(body.GetProperty("errors").TryGetProperty("at", out _));
    }

    [Fact]
    public async Task Post_TenMegabytesOnOneLine_RejectsThatLineOnly()
    {
        await using var host = await NewAsync();
        var (status, body, _) = await host.PostAsync(Transactions, new string('x', 10 << 20) + "\n" + Event("a").ToJsonString(), Lines);
        Assert.Equal(202, status);
        Assert.Equal(1, body.GetProperty("accepted").GetInt32());
        Assert.Equal(1, body.GetProperty("rejected")[0].GetProperty("line").GetInt32());
    }

    [Fact]
    public async Task Post_BrokenUtf8_IsRefused()
    {
        await using var host = await NewAsync();
        byte[] bytes = [.. Encoding.UTF8.GetBytes(Event("a").ToJsonString()[..^2]), 0xC3, 0x28, .. "\"}"u8];
        var (status, body, _) = await host.SendAsync(HttpMethod.Post, Transactions, new ByteArrayContent(bytes), "application/json", "manager", null);
        Assert.Equal(400, status);
        Assert.Equal(["body"], body.GetProperty("errors").EnumerateObject().Select(error => error.Name));
    }

    [Fact]
    public async Task Post_AgainAndWithOtherContent_CountsOnce()
    {
        await using var host = await NewAsync();
        var sent = Event("a");
        await host.PostAsync(Transactions, sent.ToJsonString());
        await host.PostAsync(Transactions, sent.ToJsonString());
        sent["amount"] = 777;
        await host.PostAsync(Transactions, sent.ToJsonString());
        await CountedAsync(host, 3);
        var (_, status, _) = await host.GetAsync("/api/v1/kpi/rollups");
        var counters = status.GetProperty("counters");
        Assert.Equal((1, 1, 1), (counters.GetProperty("accepted").GetInt32(), counters.GetProperty("repeated").GetInt32(), counters.GetProperty("conflict").GetInt32()));
    }

    [Fact]
    public async Task Post_SameIdOfAnotherCustomerMinuteOrSource_IsAnotherTransaction()
    {
        await using var host = await NewAsync();
        var sent = Event("a");
        var hour = sent["at"]!.GetValue<string>()[..13];
        string With(string field, string value)
        {
            var other = (JsonObject)sent.DeepClone();
            other[field] = value;
            return other.ToJsonString();
        }
        // The last is of the same minute as the first: the same transaction, told differently.
        string[] others = [With("customer", "c_another"), With("at", hour + ":01:00.000Z"), With("at", hour + ":00:59.999Z")];
        var lines = string.Join('\n', others.Prepend(sent.ToJsonString()));
        Assert.Equal(202, (await host.PostAsync(Transactions, lines, Lines)).Status);
        var id = await NewImportAsync(host, history: false);
        Assert.Equal(202, (await host.PostAsync($"{Imports}/{id}/transactions", sent.ToJsonString(), Lines)).Status);
        await CountedAsync(host, 5);
        var counters = (await host.GetAsync("/api/v1/kpi/rollups")).Body.GetProperty("counters");
        Assert.Equal((4, 1), (counters.GetProperty("accepted").GetInt32(), counters.GetProperty("conflict").GetInt32()));
        var attempts = (await host.GetAsync($"/api/v1/kpi/indicators/attempts/values?from={Now.AddDays(-2):yyyy-MM-dd}&to={Now.AddDays(2):yyyy-MM-dd}")).Body;
        Assert.Equal(4, attempts.GetProperty("values")[0].GetProperty("value").GetInt32());
    }

    [Fact]
    public async Task Post_SameIdempotencyKey_AnswersTheSameAndAppendsOnce()
    {
        await using var host = await NewAsync();
        var body = Event("a").ToJsonString();
        var first = await host.PostAsync(Transactions, body, key: "k1");
        var again = await host.PostAsync(Transactions, body, key: "k1");
        Assert.Equal((202, first.Body.GetRawText()), (again.Status, again.Body.GetRawText()));
        Assert.Equal("true", again.Response.Headers.GetValues("Idempotency-Replayed").Single());
        Assert.Equal(422, (await host.PostAsync(Transactions, Event("b").ToJsonString(), key: "k1")).Status);
        await CountedAsync(host, 1);
    }

    [Fact]
    public async Task Post_LogDown_Is503AndSentAgainCountsOnce()
    {
        var log = new NpgsqlConnectionStringBuilder(await postgres.NewDatabaseAsync());
        var proxy = await toxiproxy.InFrontOfAsync(log.Port);
        log.Port = proxy.Port;
        await using var host = await KpiHost.StartAsync(await postgres.NewDatabaseAsync(), log.ConnectionString, ("EventLog:AppendTimeout", "00:00:03"));
        Assert.Equal(202, (await host.PostAsync(Transactions, Event("a").ToJsonString())).Status);
        await proxy.CutAsync();
        var (status, body, response) = await host.PostAsync(Transactions, Event("b").ToJsonString());
        Assert.Equal(503, status);
        Assert.NotNull(response.Headers.RetryAfter);
        Assert.Equal("urn:channels:problem:unavailable", body.GetProperty("type").GetString());
        // Figures are still told while the log is away.
        Assert.Equal(200, (await host.GetAsync("/api/v1/kpi/indicators")).Status);
        await proxy.HealAsync();
        await Tools.UntilAsync("taken again", TimeSpan.FromSeconds(30), async () => (await host.PostAsync(Transactions, Event("b").ToJsonString())).Status == 202, Cancel);
        await CountedAsync(host, 2);
    }

    [Fact]
    public async Task Post_QueueFull_Is429WithRetryAfter()
    {
        await using var host = await KpiHost.StartAsync(
            await postgres.NewDatabaseAsync(), await postgres.NewDatabaseAsync(), ("EventLog:QueueRecords", "10"), ("EventLog:QueueWait", "00:00:00.010"));
        var lines = string.Concat(Enumerable.Range(0, 9).Select(i => Event("q" + i).ToJsonString() + "\n"));
        var answers = await Task.WhenAll(Enumerable.Range(0, 60).Select(_ => host.PostAsync(Transactions, lines, Lines)));
        Assert.All(answers, answer => Assert.True(answer.Status is 202 or 429, $"{answer.Status}"));
        Assert.Contains(answers, answer => answer.Status == 429 && answer.Response.Headers.RetryAfter is not null);
        Assert.Contains(answers, answer => answer.Status == 202);
        await CountedAsync(host, 9, atLeast: true);
    }

    [Fact]
    public async Task Import_ChunkSentAgain_IsNoRepeat()
    {
        await using var host = await NewAsync();
        var start = JsonSerializer.Serialize(new { source = "boss", mapping = "boss", history = true, file = new { name = "a.csv", sha256 = new string('a', 64) } });
        var (created, import, _) = await host.PostAsync("/api/v1/kpi/imports", start);
        Assert.Equal(201, created);
        var id = import.GetProperty("id").GetString();
        Assert.Equal((200, id), ((await host.PostAsync("/api/v1/kpi/imports", start)) is var again ? (again.Status, again.Body.GetProperty("id").GetString()) : default));
        var old = Event("h1");
        old["at"] = "2024-01-05T10:00:00+08:00";
        old["row"] = 1;
        var twin = Event("h1");
        twin["at"] = "2024-01-05T10:00:00+08:00";
        twin["row"] = 2;
        var unknown = Event("h2");
        unknown["channel"] = "微信小程序";
        unknown["row"] = 3;
        var chunk = $"{old.ToJsonString()}\n{twin.ToJsonString()}\n{unknown.ToJsonString()}";
        // The chunk goes twice without a key, as after a crash between appending and remembering.
        Assert.Equal(202, (await host.PostAsync($"/api/v1/kpi/imports/{id}/transactions", chunk, Lines)).Status);
        Assert.Equal(202, (await host.PostAsync($"/api/v1/kpi/imports/{id}/transactions", chunk, Lines)).Status);
        Assert.Equal(200, (await host.SendAsync(HttpMethod.Patch, $"/api/v1/kpi/imports/{id}",
            new StringContent("""{"rows":4,"rejected":{"time":1},"done":true}"""), "application/json", "manager", null)).Status);
        await Tools.UntilAsync("lag 0", TimeSpan.FromSeconds(30), async () => (await host.GetAsync($"/api/v1/kpi/imports/{id}")).Body.GetProperty("lag").GetInt64() == 0, Cancel);
        var read = (await host.GetAsync($"/api/v1/kpi/imports/{id}")).Body;
        Assert.Equal((4, 2, 1, 0), (read.GetProperty("rows").GetInt32(), read.GetProperty("accepted").GetInt32(), read.GetProperty("repeated").GetInt32(), read.GetProperty("conflict").GetInt32()));
        Assert.Equal(1, read.GetProperty("rejected").GetProperty("time").GetInt32());
        Assert.Equal(1, read.GetProperty("unknown").GetProperty("channel").GetProperty("微信小程序").GetInt32());
        Assert.True(read.GetProperty("done").GetBoolean());
        Assert.Equal(409, (await host.PostAsync($"/api/v1/kpi/imports/{id}/transactions", chunk, Lines)).Status);
        Assert.Equal(404, (await host.GetAsync("/api/v1/kpi/imports/none")).Status);
        Assert.Equal(201, (await host.PostAsync("/api/v1/kpi/imports", start)).Status);
    }

    [Fact]
    public async Task Import_SameTransactionToldDifferently_IsItsConflict()
    {
        await using var host = await NewAsync();
        var id = await NewImportAsync(host, history: false);
        var (first, other) = (Event("a"), Event("a"));
        (first["row"], other["row"], other["amount"]) = (1, 2, 101);
        Assert.Equal(202, (await host.PostAsync($"{Imports}/{id}/transactions", $"{first.ToJsonString()}\n{other.ToJsonString()}", Lines)).Status);
        await CountedAsync(host, 2);
        var import = (await host.GetAsync($"{Imports}/{id}")).Body;
        Assert.Equal((1, 0, 1), (import.GetProperty("accepted").GetInt32(), import.GetProperty("repeated").GetInt32(), import.GetProperty("conflict").GetInt32()));
    }

    [Theory]
    [InlineData("other.csv", 'a', "boss", true)]
    [InlineData("a.csv", 'b', "boss", false)]
    [InlineData("a.csv", 'a', "other", false)]
    public async Task Import_StartedWhileOneIsUnfinished_IsThatOneIfFileAndMappingAreTheSame(string name, char sha256, string mapping, bool same)
    {
        await using var host = await NewAsync();
        var id = await NewImportAsync(host, history: false);
        var again = JsonSerializer.Serialize(new { source = "boss", mapping, history = false, file = new { name, sha256 = new string(sha256, 64) } });
        var (status, body, _) = await host.PostAsync(Imports, again);
        Assert.Equal((same ? 200 : 201, same), (status, body.GetProperty("id").GetString() == id));
    }

    [Fact]
    public async Task Import_ItsSourceAndAge_AreThoseItWasStartedWith()
    {
        await using var host = await NewAsync();
        var id = await NewImportAsync(host, history: false);
        var (sent, old) = (Event("a"), Event("b"));
        sent["source"] = "somebody-else";
        old["at"] = "2024-01-05T10:00:00+08:00";
        var (status, body, _) = await host.PostAsync($"{Imports}/{id}/transactions", $"{sent.ToJsonString()}\n{old.ToJsonString()}", Lines);
        Assert.Equal((202, 1), (status, body.GetProperty("accepted").GetInt32()));
        Assert.True(body.GetProperty("rejected")[0].GetProperty("errors").TryGetProperty("at", out _));
        await CountedAsync(host, 1);
        var feed = Assert.Single((await host.GetAsync("/api/v1/kpi/feeds")).Body.GetProperty("feeds").EnumerateArray());
        Assert.Equal(("boss", "app"), (feed.GetProperty("source").GetString(), feed.GetProperty("channel").GetString()));
        Assert.Equal(JsonValueKind.Null, feed.GetProperty("through").ValueKind);
        // Done and counted, it has delivered its channel to the end of its last day.
        Assert.Equal(200, (await host.SendAsync(HttpMethod.Patch, $"{Imports}/{id}", new StringContent("""{"done":true}"""), "application/json", "manager", null)).Status);
        var zone = TimeSpan.FromHours(8);
        var end = new DateTimeOffset(Now.AddHours(-1).ToOffset(zone).Date.AddDays(1), zone);
        await Tools.UntilAsync("delivered", TimeSpan.FromSeconds(30), async () =>
            (await host.GetAsync("/api/v1/kpi/feeds")).Body.GetProperty("feeds")[0].GetProperty("through") is { ValueKind: JsonValueKind.String } through
            && through.GetDateTimeOffset() == end, Cancel);
    }

    [Fact]
    public async Task Import_WrongStart_NamesEveryField()
    {
        await using var host = await NewAsync();
        var (status, body, _) = await host.PostAsync("/api/v1/kpi/imports", """{"source":"has space","history":"yes","file":{"sha256":"zz"}}""");
        Assert.Equal(400, status);
        Assert.Equal(["file.name", "file.sha256", "history", "mapping", "source"], body.GetProperty("errors").EnumerateObject().Select(error => error.Name).Order());
    }

    private static async Task<string> NewImportAsync(KpiHost host, bool history)
    {
        var start = JsonSerializer.Serialize(new { source = "boss", mapping = "boss", history, file = new { name = "a.csv", sha256 = new string('a', 64) } });
        return (await host.PostAsync(Imports, start)).Body.GetProperty("id").GetString()!;
    }

    private async Task<KpiHost> NewAsync() => await KpiHost.StartAsync(await postgres.NewDatabaseAsync(), await postgres.NewDatabaseAsync());

    private static JsonObject Event(string id) => new()
    {
        ["id"] = id,
        ["at"] = Now.AddHours(-1).ToString("yyyy-MM-dd'T'HH:00:00.000'Z'"),
        ["customer"] = "c_aboev8y2j05LmGmvzUYA8qvjt",
        ["channel"] = "app",
        ["service"] = "payment.topup",
        ["outcome"] = "success",
        ["amount"] = 100,
    };

    /// <summary>The event without a field and without its closing brace.</summary>
    private static string Without(JsonObject made, string field)
    {
        made.Remove(field);
        return made.ToJsonString()[..^1];
    }

    /// <summary>Waits until so many events were counted, and that it stays there while nothing is on its way.</summary>
    private static async Task CountedAsync(KpiHost host, int events, bool atLeast = false)
    {
        await Tools.UntilAsync($"{events} counted", TimeSpan.FromSeconds(30), async () =>
        {
            var status = (await host.GetAsync("/api/v1/kpi/rollups")).Body;
            var lag = status.GetProperty("lag");
            if (status.GetProperty("partitions").GetArrayLength() == 0 || lag.ValueKind != JsonValueKind.Number || lag.GetInt64() > 0) return false;
            var counted = status.GetProperty("counters").EnumerateObject()
                .Where(counter => counter.Name is "accepted" or "repeated" or "conflict").Sum(counter => counter.Value.GetInt64());
            return atLeast ? counted >= events : counted == events;
        }, Cancel);
    }
}
