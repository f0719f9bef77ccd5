using System.Net;
using System.Text.Json;
using ECommerce.Channels.Testing;
using Npgsql;
using Xunit;

namespace ECommerce.Channels.Kpi.Tests.Catalogue;

public sealed class CatalogueApiTests(PostgresServer postgres)
{
    private const string Root = "/api/v1/kpi/catalogue";
    private static readonly Dictionary<string, string> Names = new() { ["zh-CN"] = "微信小程序", ["en"] = "WeChat" };

    private static object Wechat(string? validFrom = null, bool electronic = true) =>
        new { code = "wechat", names = Names, electronic, unitCost = 5, validFrom };

    private static string[] Codes(JsonElement list) => [.. list.EnumerateArray().Select(one => one.GetProperty("code").GetString()!)];

    [Fact]
    public async Task NewInstallation_HasTheSeedOnce_WhenReplicasStartTogether()
    {
        var connection = await postgres.NewDatabaseAsync();
        var replicas = await Task.WhenAll(FiguresHost.StartAsync(connection), FiguresHost.StartAsync(connection), FiguresHost.StartAsync(connection));
        foreach (var replica in replicas)
        {
            await using var host = replica;
            var catalogue = await host.GetAsync(Root);
            Assert.Equal(1, catalogue.GetProperty("version").GetInt32());
            Assert.Equal(["counter", "agent", "desk-12580", "ivr", "web", "app", "sms", "ussd", "wap", "kiosk"], Codes(catalogue.GetProperty("channels")));
            Assert.Equal("自有营业厅", catalogue.GetProperty("channels")[0].GetProperty("names").GetProperty("zh-CN").GetString());
            Assert.Equal("high", catalogue.GetProperty("services")[0].GetProperty("value").GetString());
            Assert.Single((await host.GetAsync($"{Root}/versions")).GetProperty("versions").EnumerateArray());
        }
    }

    [Fact]
    public async Task Edit_FromADay_MakesAVersionThatOtherReplicasSee()
    {
        var connection = await postgres.NewDatabaseAsync();
        await using var host = await FiguresHost.StartAsync(connection);
        await using var other = await FiguresHost.StartAsync(connection);
        await host.SendAsync(HttpMethod.Post, $"{Root}/channels", Wechat("2026-10-05"), 201);
        Assert.DoesNotContain("wechat", Codes((await other.GetAsync($"{Root}?at=2026-10-04")).GetProperty("channels")));
        var valid = await other.GetAsync($"{Root}?at=2026-10-05");
        Assert.Contains("wechat", Codes(valid.GetProperty("channels")));
        Assert.Equal(2, valid.GetProperty("version").GetInt32());
        Assert.Equal(JsonValueKind.Null, valid.GetProperty("validTo").ValueKind);
        Assert.Equal("2026-10-05", (await other.GetAsync($"{Root}?at=2026-10-04")).GetProperty("validTo").GetString());
        // Back in time: the stretch after it changes as well, under a number of its own.
        await host.SendAsync(HttpMethod.Put, $"{Root}/brands/m", new { names = Names, validFrom = "2026-09-01" }, 201);
        var versions = (await host.GetAsync($"{Root}/versions")).GetProperty("versions").EnumerateArray().ToList();
        Assert.Equal(
            ["4 2026-10-05 True", "3 2026-09-01 True", "2 2026-10-05 False", "1 2000-01-01 True"],
            versions.Select(one => $"{one.GetProperty("number")} {one.GetProperty("validFrom").GetString()} {one.GetProperty("inForce").GetBoolean()}"));
        Assert.Equal("user:ann", versions[0].GetProperty("changedBy").GetString());
        Assert.DoesNotContain("m", Codes((await host.GetAsync($"{Root}?version=2")).GetProperty("brands")));
        Assert.Contains("m", Codes((await host.GetAsync($"{Root}?version=4")).GetProperty("brands")));
    }

    [Fact]
    public async Task Retire_FromADay_TakesItOutAndCanBringItBack()
    {
        await using var host = await FiguresHost.StartAsync(await postgres.NewDatabaseAsync());
        await host.SendAsync(HttpMethod.Delete, $"{Root}/channels/wap?validFrom=2026-10-01", null, 204);
        Assert.Contains("wap", Codes((await host.GetAsync($"{Root}/channels?at=2026-09-30")).GetProperty("channels")));
        Assert.DoesNotContain("wap", Codes((await host.GetAsync($"{Root}/channels?at=2026-10-01")).GetProperty("channels")));
        await host.SendAsync(HttpMethod.Get, $"{Root}/channels/wap?at=2026-10-01", null, 404);
        await host.SendAsync(HttpMethod.Delete, $"{Root}/channels/wap?validFrom=2026-11-01", null, 404);
        await host.SendAsync(HttpMethod.Put, $"{Root}/channels/wap", new { names = Names, electronic = true, validFrom = "2026-12-01" }, 201);
        Assert.Contains("wap", Codes((await host.GetAsync($"{Root}/channels?at=2026-12-01")).GetProperty("channels")));
    }

    [Fact]
    public async Task Put_WithAnOldETag_Is412AndWithTheCurrentOneDone()
    {
        await using var host = await FiguresHost.StartAsync(await postgres.NewDatabaseAsync());
        using var read = await host.Client.GetAsync($"{Root}/channels/app", TestContext.Current.CancellationToken);
        var tag = read.Headers.ETag!.ToString();
        var edit = new { names = Names, electronic = true };
        await host.SendAsync(HttpMethod.Put, $"{Root}/channels/app", edit, 200, tag);
        await host.SendAsync(HttpMethod.Put, $"{Root}/channels/app", edit, 412, tag);
        await host.SendAsync(HttpMethod.Delete, $"{Root}/channels/app", null, 412, tag);
        await host.SendAsync(HttpMethod.Put, $"{Root}/channels/app", edit, 200);
        await host.SendAsync(HttpMethod.Post, $"{Root}/channels", Wechat(), 201);
        await host.SendAsync(HttpMethod.Post, $"{Root}/channels", Wechat(), 409);
    }

    [Fact]
    public async Task Get_WithTheCurrentETag_Is304()
    {
        await using var host = await FiguresHost.StartAsync(await postgres.NewDatabaseAsync());
        using var first = await host.Client.GetAsync(Root, TestContext.Current.CancellationToken);
        using var again = new HttpRequestMessage(HttpMethod.Get, Root);
        again.Headers.IfNoneMatch.Add(first.Headers.ETag!);
        using var second = await host.Client.SendAsync(again, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.NotModified, second.StatusCode);
    }

    [Fact]
    public async Task Edit_WrongBody_NamesEveryField()
    {
        await using var host = await FiguresHost.StartAsync(await postgres.NewDatabaseAsync());
        Assert.Equal(
            ["code", "electronic", "names.en", "unitCost", "validFrom"],
            await host.WrongAsync(HttpMethod.Post, $"{Root}/channels", new
            {
                code = "a b",
                names = new Dictionary<string, string> { ["zh-CN"] = "名" },
                electronic = "yes",
                unitCost = -1,
                validFrom = "1.10.2026",
            }));
        Assert.Equal(["code"], await host.WrongAsync(HttpMethod.Put, $"{Root}/brands/unknown", new { names = Names }));
        Assert.Equal(["group", "offloadable", "risk", "standard", "value"], await host.WrongAsync(HttpMethod.Put, $"{Root}/services/x", new { names = Names, value = "huge" }));
        Assert.Equal(
            ["unitCosts.fax"],
            await host.WrongAsync(HttpMethod.Put, $"{Root}/services/x", new
            {
                names = Names,
                group = "query",
                value = "low",
                risk = "low",
                standard = true,
                offloadable = true,
                unitCosts = new { fax = 5 },
            }));
        Assert.Contains("body", await host.WrongAsync(HttpMethod.Put, $"{Root}/brands/x", new[] { 1 }));
        Assert.Equal(["at"], await host.WrongAsync(HttpMethod.Get, $"{Root}?at=soon"));
    }

    [Fact]
    public async Task Regions_ParentMustExistAndNoneLiesInItself()
    {
        await using var host = await FiguresHost.StartAsync(await postgres.NewDatabaseAsync());
        Assert.Equal(["parent"], await host.WrongAsync(HttpMethod.Put, $"{Root}/regions/4499", new { names = Names, parent = "45" }));
        Assert.Equal(["parent"], await host.WrongAsync(HttpMethod.Put, $"{Root}/regions/44", new { names = Names, parent = "4401" }));
        Assert.Equal(["code"], await host.WrongAsync(HttpMethod.Delete, $"{Root}/regions/44"));
        await host.SendAsync(HttpMethod.Put, $"{Root}/regions/440106", new { names = Names, parent = "4401" }, 201);
    }

    [Fact]
    public async Task UnknownCodes_AreListedAndAssignedFromADateOn()
    {
        var connection = await postgres.NewDatabaseAsync();
        await using var host = await FiguresHost.StartAsync(connection);
        await using (var database = NpgsqlDataSource.Create(connection))
        await using (var command = database.CreateCommand("""
            INSERT INTO kpi.unknown_codes (field, day, raw, events) VALUES
              ('channel', '2026-09-28', '微信小程序', 48), ('channel', '2026-10-07', '微信小程序', 52), ('brand', '2026-10-01', '动感/地带', 3)
            """))
            await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        await host.As("manager", "4401").SendAsync(HttpMethod.Get, $"{Root}/unknown", null, 403);
        host.As("manager");
        var codes = (await host.GetAsync($"{Root}/unknown")).GetProperty("codes");
        Assert.Equal(
            """{"field":"channel","raw":"微信小程序","firstDay":"2026-09-28","lastDay":"2026-10-07","events":100,"countsAs":null,"countsAsNow":null}""",
            codes[0].GetRawText());
        await host.SendAsync(HttpMethod.Post, $"{Root}/assignments", new { field = "channel", raw = "微信小程序", code = "app", from = "2026-10-01" }, 201);
        await host.SendAsync(HttpMethod.Post, $"{Root}/assignments", new { field = "brand", raw = "动感/地带", code = "mzone", from = "2026-10-01" }, 201);
        codes = (await host.GetAsync($"{Root}/unknown")).GetProperty("codes");
        Assert.Equal(JsonValueKind.Null, codes[0].GetProperty("countsAs").ValueKind);
        Assert.Equal("app", codes[0].GetProperty("countsAsNow").GetString());
        Assert.Equal(2, (await host.GetAsync($"{Root}?at=2026-10-01")).GetProperty("assignments").GetArrayLength());
        Assert.Equal(0, (await host.GetAsync($"{Root}?at=2026-09-30")).GetProperty("assignments").GetArrayLength());

        Assert.Equal(["code", "field", "raw"], await host.WrongAsync(HttpMethod.Post, $"{Root}/assignments", new { field = "colour" }));
        Assert.Equal(["code"], await host.WrongAsync(HttpMethod.Post, $"{Root}/assignments", new { field = "channel", raw = "x", code = "fax" }));
        Assert.Equal(["raw"], await host.WrongAsync(HttpMethod.Post, $"{Root}/assignments", new { field = "channel", raw = "web", code = "app" }));

        await host.SendAsync(HttpMethod.Delete, $"{Root}/assignments?field=brand&raw={Uri.EscapeDataString("动感/地带")}", null, 204);
        Assert.Equal(1, (await host.GetAsync($"{Root}?at=2026-10-01")).GetProperty("assignments").GetArrayLength());
        await host.SendAsync(HttpMethod.Delete, $"{Root}/assignments?field=channel&raw=nothing", null, 404);
        Assert.Equal(["field", "raw"], await host.WrongAsync(HttpMethod.Delete, $"{Root}/assignments"));
    }

    [Fact]
    public async Task Roles_ReadersReadEditorsEdit()
    {
        await using var host = await FiguresHost.StartAsync(await postgres.NewDatabaseAsync());
        foreach (var role in new[] { "manager", "agent", "supervisor", "sre", "admin", "portal" }) await host.As(role).GetAsync(Root);
        await host.As("interviewer").SendAsync(HttpMethod.Get, Root, null, 403);
        foreach (var role in new[] { "agent", "supervisor", "sre", "portal", "interviewer" })
            await host.As(role).SendAsync(HttpMethod.Post, $"{Root}/channels", Wechat(), 403);
        await host.As("admin").SendAsync(HttpMethod.Post, $"{Root}/channels", Wechat(), 201);
        host.Client.DefaultRequestHeaders.Remove("Authorization");
        await host.SendAsync(HttpMethod.Get, Root, null, 401);
    }

    [Fact]
    public async Task Edit_IsAuditedInItsTransaction()
    {
        var connection = await postgres.NewDatabaseAsync();
        await using var host = await FiguresHost.StartAsync(connection);
        await host.SendAsync(HttpMethod.Post, $"{Root}/channels", Wechat("2026-10-05"), 201);
        await host.WrongAsync(HttpMethod.Put, $"{Root}/regions/x", new { names = Names, parent = "y" });
        await using var database = NpgsqlDataSource.Create(connection);
        await using var command = database.CreateCommand("SELECT actor || ' ' || action || ' ' || subject FROM kpi.audit_log");
        Assert.Equal("user:ann catalogue.changed channels/wechat", await command.ExecuteScalarAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Edit_IsPublishedOnceAndSoIsTheSeed()
    {
        var connection = await postgres.NewDatabaseAsync();
        await using var host = await FiguresHost.StartAsync(connection);
        await host.SendAsync(HttpMethod.Post, $"{Root}/channels", Wechat("2026-10-05"), 201);
        await host.SendAsync(HttpMethod.Delete, $"{Root}/channels/wechat?validFrom=2026-12-01", null, 204);
        await using var database = NpgsqlDataSource.Create(connection);
        await using var command = database.CreateCommand("SELECT topic, record_key, convert_from(value, 'UTF8') FROM kpi.outbox ORDER BY id");
        await using var reader = await command.ExecuteReaderAsync(TestContext.Current.CancellationToken);
        var told = new List<(string Topic, string Key, string Value)>();
        while (await reader.ReadAsync(TestContext.Current.CancellationToken)) told.Add((reader.GetString(0), reader.GetString(1), reader.GetString(2)));
        Assert.All(told, one => Assert.Equal("channels.catalogue", one.Topic));
        Assert.Equal(told.Count - 2, told.Take(told.Count - 2).Select(one => one.Key).Distinct().Count());
        Assert.Contains(told, one => one.Key == "regions/4401");
        Assert.Equal("channels/wechat", told[^1].Key);
        using var last = JsonDocument.Parse(told[^1].Value);
        Assert.Equal(JsonValueKind.Null, last.RootElement.GetProperty("entry").ValueKind);
        Assert.Equal(["2026-10-05", "2026-12-01"], last.RootElement.GetProperty("history").EnumerateArray().Select(one => one.GetProperty("validFrom").GetString()));
    }

    [Fact]
    public async Task ConcurrentEdits_AllCountAndNumbersAreUnique()
    {
        await using var host = await FiguresHost.StartAsync(await postgres.NewDatabaseAsync());
        await Task.WhenAll(Enumerable.Range(0, 12).Select(i => host.SendAsync(HttpMethod.Put, $"{Root}/brands/b{i}", new { names = Names, validFrom = "2026-10-01" }, 201)));
        Assert.Equal(3 + 12, (await host.GetAsync($"{Root}?at=2026-10-01")).GetProperty("brands").GetArrayLength());
        Assert.Equal(13, (await host.GetAsync($"{Root}/versions")).GetProperty("versions").EnumerateArray().Select(one => one.GetProperty("number").GetInt32()).Distinct().Count());
    }
}
