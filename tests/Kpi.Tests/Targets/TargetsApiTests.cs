using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using ECommerce.Channels.Kpi.Targets;
using ECommerce.Channels.Testing;
using Npgsql;
using Xunit;

namespace ECommerce.Channels.Kpi.Tests.Targets;

public sealed class TargetsApiTests(PostgresServer postgres)
{
    private const string Root = "/api/v1/kpi/targets";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static object Target(string? channel, string? region, double? value, string month = "2026-11", string indicator = "success-rate", long? revision = null) =>
        new { indicator, channel, region, month, value, revision };

    private static object Body(params object[] targets) => new { targets };

    private static string[] Lines(JsonElement answer, string list, params string[] fields) =>
        [.. answer.GetProperty(list).EnumerateArray().Select(one => string.Join(' ', fields.Select(field => one.GetProperty(field).ToString())))];

    private async Task<FiguresHost> StartAsync() => await FiguresHost.StartAsync(await postgres.NewDatabaseAsync());

    [Fact]
    public async Task Put_SetsChangesAndTakesAway_AndTheLogHasEachChangeOnce()
    {
        await using var host = await StartAsync();
        await host.SendAsync(HttpMethod.Put, Root, Body(Target(null, null, 0.95), Target("app", "4401", 0.97), Target("app", null, 120, "2026-12", "successes")), 200);
        var same = await host.SendAsync(HttpMethod.Put, Root, Body(Target(null, null, 0.95), Target("app", "4401", 0.98)), 200);
        Assert.Equal(1, same.GetProperty("changed").GetInt32());
        await host.SendAsync(HttpMethod.Put, Root, Body(Target("app", "4401", null), Target("web", null, null)), 200);

        var list = await host.GetAsync($"{Root}?from=2026-11&to=2026-12");
        Assert.Equal(
            ["success-rate   2026-11 0.95 user:ann 1", "successes app  2026-12 120 user:ann 3"],
            Lines(list, "targets", "indicator", "channel", "region", "month", "value", "updatedBy", "revision"));
        Assert.Equal(
            ["5 success-rate app 4401 2026-11 0.98  user:ann", "4 success-rate app 4401 2026-11 0.97 0.98 user:ann", "3 successes app  2026-12  120 user:ann",
                "2 success-rate app 4401 2026-11  0.97 user:ann", "1 success-rate   2026-11  0.95 user:ann"],
            Lines(await host.GetAsync($"{Root}/changes"), "items", "id", "indicator", "channel", "region", "month", "before", "after", "by"));
    }

    [Fact]
    public async Task Get_Filters_ByIndicatorChannelRegionWithItsSubTreeAndMonths()
    {
        await using var host = await StartAsync();
        await host.SendAsync(HttpMethod.Put, Root, Body(
            Target(null, null, 0.91), Target("app", null, 0.92), Target(null, "44", 0.93), Target("web", "4403", 0.94), Target(null, null, 7, indicator: "customers"),
            Target(null, null, 0.96, "2027-01")), 200);
        async Task<string[]> ValuesAsync(string query) => Lines(await host.GetAsync($"{Root}?{query}"), "targets", "value");
        Assert.Equal(["7", "0.91", "0.93", "0.92", "0.94"], await ValuesAsync("from=2026-11&to=2026-12"));
        Assert.Equal(["7"], await ValuesAsync("from=2026-11&to=2026-11&indicator=customers"));
        Assert.Equal(["0.92", "0.94"], await ValuesAsync("from=2026-11&to=2026-11&channel=app,web"));
        Assert.Equal(["0.93", "0.94"], await ValuesAsync("from=2026-11&to=2026-11&region=44"));
        Assert.Equal(["0.94"], await ValuesAsync("from=2026-11&to=2026-11&region=4403"));
        Assert.Equal(["0.96"], await ValuesAsync("from=2027-01&to=2027-01"));
        Assert.Equal(6, (await ValuesAsync("from=2026-01&to=2027-12")).Length);
        Assert.Equal(["channel", "from", "indicator", "region", "to"], await host.WrongAsync(HttpMethod.Get, $"{Root}?from=2026-13&to=x&indicator=profit&channel=fax&region="));
        Assert.Equal(["to"], await host.WrongAsync(HttpMethod.Get, $"{Root}?from=2026-11&to=2026-10"));
    }

    [Fact]
    public async Task Put_WrongTargets_NamesEveryFieldAndSetsNothing()
    {
        await using var host = await StartAsync();
        var wrong = await host.WrongAsync(HttpMethod.Put, Root, Body(
            Target(null, null, 0.95),
            new { indicator = "profit", channel = "fax", region = "45", month = "2026-13" },
            Target(null, null, 95),
            Target(null, null, 12.5, indicator: "successes"),
            Target("app", null, 0.5, indicator: "attempts-share"),
            Target(null, null, 0.96),
            17,
            new { indicator = "success-rate", month = "2026-11", value = "0.95" }));
        Assert.Equal(
            ["1.channel", "1.indicator", "1.month", "1.region", "1.value", "2.value", "3.value", "4.indicator", "5.indicator", "6", "7.value"],
            wrong.Where(name => name != "2.indicator" && name != "7.indicator"));
        Assert.Empty((await host.GetAsync($"{Root}?from=2026-11&to=2026-11")).GetProperty("targets").EnumerateArray());
        Assert.Equal(["targets"], await host.WrongAsync(HttpMethod.Put, Root, new { targets = Array.Empty<object>() }));
        Assert.Equal(["targets"], await host.WrongAsync(HttpMethod.Put, Root, new { }));
        Assert.Equal(["targets"], await host.WrongAsync(HttpMethod.Put, Root, Body([.. Enumerable.Range(0, 5_001).Select(_ => new { a = 1 })])));
    }

    [Fact]
    public async Task Put_StaleRevision_Is412AndSetsNothing()
    {
        await using var host = await StartAsync();
        await host.SendAsync(HttpMethod.Put, Root, Body(Target(null, null, 0.95, revision: 0)), 200);
        await host.SendAsync(HttpMethod.Put, Root, Body(Target(null, null, 0.96, revision: 1)), 200);
        await host.SendAsync(HttpMethod.Put, Root, Body(Target("app", null, 0.9), Target(null, null, 0.97, revision: 1)), 412);
        Assert.Equal(["0.96 2"], Lines(await host.GetAsync($"{Root}?from=2026-11&to=2026-11"), "targets", "value", "revision"));
    }

    [Fact]
    public async Task Put_SameIdempotencyKey_IsDoneOnce()
    {
        await using var host = await StartAsync();
        async Task<string> SendAsync(double value)
        {
            using var request = new HttpRequestMessage(HttpMethod.Put, Root) { Content = JsonContent.Create(Body(Target(null, null, value))) };
            request.Headers.Add("Idempotency-Key", "phase-1");
            using var response = await host.Client.SendAsync(request, Cancellation);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            return await response.Content.ReadAsStringAsync(Cancellation);
        }
        var first = await SendAsync(0.95);
        await host.SendAsync(HttpMethod.Put, Root, Body(Target(null, null, 0.96)), 200);
        Assert.Equal(first, await SendAsync(0.95));
        Assert.Equal(["0.96"], Lines(await host.GetAsync($"{Root}?from=2026-11&to=2026-11"), "targets", "value"));
    }

    [Fact]
    public async Task Regions_OutsideTheGrant_CannotBeSetAndAreNotSeen()
    {
        await using var host = await StartAsync();
        await host.SendAsync(HttpMethod.Put, Root, Body(Target(null, null, 0.95), Target(null, "4401", 0.96), Target(null, "4403", 0.97), Target(null, "44", 0.98)), 200);
        host.As("manager", "4401");
        foreach (var region in new[] { null, "44", "4403" })
            await host.SendAsync(HttpMethod.Put, Root, Body(Target("app", "4401", 0.9), Target("app", region, 0.9)), 403);
        await host.SendAsync(HttpMethod.Put, Root, Body(Target("app", "4401", 0.9)), 200);
        Assert.Equal(["4401 0.96", "4401 0.9"], Lines(await host.GetAsync($"{Root}?from=2026-11&to=2026-11"), "targets", "region", "value"));
        Assert.Equal(["4401", "4401"], Lines(await host.GetAsync($"{Root}/attainment?month=2026-11"), "targets", "region"));
        Assert.Equal(["4401", "4401"], Lines(await host.GetAsync($"{Root}/changes"), "items", "region"));
        foreach (var region in new[] { "44", "4403", "none", "unknown", "4401,4403" })
        {
            await host.SendAsync(HttpMethod.Get, $"{Root}?region={region}", null, 403);
            await host.SendAsync(HttpMethod.Get, $"{Root}/attainment?region={region}", null, 403);
        }
        var rejected = (await ImportAsync(host, "indicator,channel,region,month,value\nsuccess-rate,,,2026-11,0.9\nsuccess-rate,,4401,2026-11,0.91", 200)).GetProperty("rejected");
        Assert.Equal("region", Assert.Single(rejected[0].GetProperty("errors").EnumerateObject()).Name);
        Assert.Equal(1, rejected.GetArrayLength());
    }

    [Fact]
    public async Task Roles_ReadersReadEditorsSet()
    {
        await using var host = await StartAsync();
        foreach (var role in new[] { "manager", "supervisor", "sre", "admin" }) await host.As(role).GetAsync(Root);
        foreach (var role in new[] { "agent", "portal", "interviewer" }) await host.As(role).SendAsync(HttpMethod.Get, Root, null, 403);
        foreach (var role in new[] { "supervisor", "sre", "agent", "portal", "interviewer" })
            await host.As(role).SendAsync(HttpMethod.Put, Root, Body(Target(null, null, 0.95)), 403);
        await host.As("admin").SendAsync(HttpMethod.Put, Root, Body(Target(null, null, 0.95)), 200);
    }

    [Fact]
    public async Task Changes_ByPages_HoldEachOnce()
    {
        await using var host = await StartAsync();
        await host.SendAsync(HttpMethod.Put, Root, Body([.. Enumerable.Range(1, 7).Select(month => Target(null, null, 0.9, $"2026-{month:00}"))]), 200);
        var (seen, cursor) = (new List<long>(), "");
        do
        {
            var page = await host.GetAsync($"{Root}/changes?limit=3&cursor={cursor}");
            seen.AddRange(page.GetProperty("items").EnumerateArray().Select(one => one.GetProperty("id").GetInt64()));
            cursor = page.GetProperty("next").GetString();
            // What comes meanwhile shifts nothing.
            await host.SendAsync(HttpMethod.Put, Root, Body(Target("app", null, seen.Count / 100.0)), 200);
        }
        while (cursor is not null);
        Assert.Equal([7, 6, 5, 4, 3, 2, 1], seen);
        Assert.Equal(["cursor", "limit"], await host.WrongAsync(HttpMethod.Get, $"{Root}/changes?limit=0&cursor=x"));
    }

    [Fact]
    public async Task Change_IsAuditedAndToldOnceItIsCommitted()
    {
        var connection = await postgres.NewDatabaseAsync();
        await using var host = await FiguresHost.StartAsync(connection);
        await using var listener = new NpgsqlConnection(connection);
        await listener.OpenAsync(Cancellation);
        var told = new List<string>();
        listener.Notification += (_, notice) => told.Add(notice.Payload);
        await using (var listen = new NpgsqlCommand($"LISTEN {ChangeNotice.Channel}", listener)) await listen.ExecuteNonQueryAsync(Cancellation);
        await host.SendAsync(HttpMethod.Put, Root, Body(Target(null, null, 0.95), Target(null, null, 0.95, "2026-12"), Target("app", null, 0.9)), 200);
        await listener.WaitAsync(Cancellation);
        Assert.Equal("""{"kind":"targets","months":["2026-11","2026-12"]}""", Assert.Single(told));

        await using var command = new NpgsqlCommand("SELECT actor || ' ' || action || ' ' || subject || ' ' || details FROM kpi.audit_log", listener);
        Assert.Equal(
            """user:ann targets.set 1-3 {"changes":[["success-rate","*","*","2026-11",null,0.95],["success-rate","*","*","2026-12",null,0.95],["success-rate","app","*","2026-11",null,0.9]]}""",
            await command.ExecuteScalarAsync(Cancellation));
    }

    [Fact]
    public async Task Put_ManyAtOnce_AllCountAndNumbersHaveNoGap()
    {
        await using var host = await StartAsync();
        await Task.WhenAll(Enumerable.Range(1, 9).Select(i => host.SendAsync(HttpMethod.Put, Root, Body(Target(null, null, i / 10.0)), 200)));
        var changes = (await host.GetAsync($"{Root}/changes")).GetProperty("items").EnumerateArray().ToList();
        Assert.Equal(Enumerable.Range(1, 9).Reverse().Select(i => (long)i), changes.Select(one => one.GetProperty("id").GetInt64()));
        // Each starts from where the one before ended.
        for (var i = 0; i + 1 < changes.Count; i++) Assert.Equal(changes[i + 1].GetProperty("after").GetDouble(), changes[i].GetProperty("before").GetDouble());
    }

    internal static async Task<JsonElement> ImportAsync(FiguresHost host, object content, int expected, string query = "", string? type = null)
    {
        using var body = content is byte[] bytes ? new ByteArrayContent(bytes) : new StringContent((string)content);
        body.Headers.ContentType = MediaTypeHeaderValue.Parse(type ?? TargetFile.Csv);
        using var response = await host.Client.PostAsync($"{Root}/import{query}", body, Cancellation);
        var text = await response.Content.ReadAsStringAsync(Cancellation);
        Assert.True((int)response.StatusCode == expected, $"{(int)response.StatusCode}, not {expected}: {text}");
        return JsonDocument.Parse(text).RootElement;
    }
}
