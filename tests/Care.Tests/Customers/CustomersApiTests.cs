using System.Text;
using System.Text.Json;
using ECommerce.Channels.Contracts;
using ECommerce.Channels.Contracts.Events;
using ECommerce.Channels.Testing;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Xunit;

namespace ECommerce.Channels.Care.Tests.Customers;

public sealed class CustomersApiTests(PostgresServer postgres)
{
    private const string Root = "/api/v1/care/customers";
    private const string Number = "13812345678";

    /// <summary>The number's pseudonym under the contract's key.</summary>
    private const string Id = "c_aboev8y2j05LmGmvzUYA8qvjt";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Put_NewThenChanged_IsInTheDirectoryAndToldEachTime()
    {
        await using var host = await StartAsync();
        var (status, made) = await PutAsync(host, Gold);
        Assert.Equal((200, "gold", "4401", 1), (status, Text(made, "tier"), Text(made, "region"), made.GetProperty("revision").GetInt64()));
        // The same again is no change.
        Assert.Equal(1, (await PutAsync(host, Gold)).Body.GetProperty("revision").GetInt64());
        var (_, changed) = await PutAsync(host, new { tier = "vip", region = "4403", tags = new[] { "roaming", "roaming", "call 13812345678" } });
        Assert.Equal((2, "vip"), (changed.GetProperty("revision").GetInt64(), Text(changed, "tier")));
        Assert.Equal("""["call ***********","roaming"]""", changed.GetProperty("tags").GetRawText());
        Assert.Equal(JsonValueKind.Null, changed.GetProperty("stage").ValueKind);
        var told = await ToldAsync(host);
        Assert.Equal([("gold", 1L), ("vip", 2L)], told.Select(one => (one.Tier!, one.Revision)));
    }

    [Fact]
    public async Task Put_OverAnotherRevision_Is412()
    {
        await using var host = await StartAsync();
        Assert.Equal(412, (await PutAsync(host, Gold, ifMatch: "\"3\"")).Status);
        Assert.Equal(404, (await CallAsync(host, HttpMethod.Get, $"{Root}/{Id}")).Status);
        await PutAsync(host, Gold);
        Assert.Equal(412, (await PutAsync(host, new { tier = "vip" }, ifMatch: "\"7\"")).Status);
        Assert.Equal(200, (await PutAsync(host, new { tier = "vip" }, ifMatch: "\"1\"")).Status);
    }

    [Fact]
    public async Task Put_ThatIsWrong_NamesEveryField()
    {
        await using var host = await StartAsync();
        var wrong = new
        {
            stage = "teen",
            tier = "bronze",
            brand = "none-such",
            region = "99",
            language = "fr",
            tags = new[] { new string('x', 33) },
            preferredChannel = "fax",
            manager = new string('m', 65),
            address = new string('a', 201),
            note = new string('n', 2_001),
        };
        Assert.Equal(
            ["address", "brand", "language", "manager", "note", "preferredChannel", "region", "stage", "tags.0", "tier"], (await PutAsync(host, wrong)).Wrong());
        Assert.Equal(["customer"], (await CallAsync(host, HttpMethod.Put, $"{Root}/c_{Number}", new { })).Wrong());
    }

    [Fact]
    public async Task Sealed_AddressAndNote_AreInNoTableAndRevealedWithALine()
    {
        await using var host = await StartAsync();
        await PutAsync(host, new { region = "4401", address = "Zhongshan Road 8", note = "call me at 13912345678" });
        var dump = await DumpAsync(host);
        Assert.DoesNotContain("Zhongshan", dump, StringComparison.Ordinal);
        Assert.DoesNotContain("call me", dump, StringComparison.Ordinal);
        Assert.Equal(403, (await CallAsync(host, HttpMethod.Post, $"{Root}/{Id}/reveal", role: Roles.Manager)).Status);
        var (_, revealed) = await CallAsync(host, HttpMethod.Post, $"{Root}/{Id}/reveal", role: Roles.Agent);
        Assert.Equal(("Zhongshan Road 8", "call me at ***********"), (Text(revealed, "address"), Text(revealed, "note")));
        Assert.Contains("customer.reveal", await ActionsAsync(host));
        // An empty text takes it out, a missing one leaves it.
        var (_, after) = await PutAsync(host, new { region = "4401", address = "" });
        Assert.Equal((false, true), (after.GetProperty("hasAddress").GetBoolean(), after.GetProperty("hasNote").GetBoolean()));
    }

    [Fact]
    public async Task LookUp_OfANumber_FindsItsCustomerAndLeavesALine()
    {
        await using var host = await StartAsync();
        await PutAsync(host, Gold);
        var (status, found) = await CallAsync(host, HttpMethod.Post, "/api/v1/care/lookup", new { number = "+86 138-1234-5678" }, Roles.Agent);
        Assert.Equal((200, Id), (status, Text(found.GetProperty("customer"), "customer")));
        Assert.Equal(404, (await CallAsync(host, HttpMethod.Post, "/api/v1/care/lookup", new { number = "13912345678" }, Roles.Agent)).Status);
        Assert.Equal(["number"], (await CallAsync(host, HttpMethod.Post, "/api/v1/care/lookup", new { number = "12345" }, Roles.Agent)).Wrong());
        Assert.Equal(404, (await host.CallAsync(HttpMethod.Post, "/api/v1/care/lookup", new { number = Number }, Roles.Agent, Cancellation, null, "4403")).Status);
        Assert.Equal(3, (await ActionsAsync(host)).Count(action => action == "customer.look-up"));
        Assert.DoesNotContain(Number, await DumpAsync(host), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Customer_OfAnotherRegion_IsAsIfThereWereNone()
    {
        await using var host = await StartAsync();
        await PutAsync(host, Gold);
        foreach (var (method, path, body) in new (HttpMethod, string, object?)[]
        {
            (HttpMethod.Get, "", null), (HttpMethod.Get, "/consents", null), (HttpMethod.Post, "/reveal", null),
            (HttpMethod.Post, "/consents", new { purpose = "care", channel = "app", given = true }), (HttpMethod.Put, "", new { region = "4403" }),
        })
            Assert.Equal((method, path, 404), (method, path, (await host.CallAsync(method, $"{Root}/{Id}{path}", body, Roles.Admin, Cancellation, null, "4403")).Status));
        Assert.Equal(403, (await host.CallAsync(HttpMethod.Put, $"{Root}/{Id}", new { region = "4401" }, Roles.Admin, Cancellation, null, "4403")).Status);
        Assert.Equal(404, (await host.CallAsync(HttpMethod.Delete, $"{Root}/{Id}", null, Roles.Admin, Cancellation, null, "4403")).Status);
        Assert.Empty((await host.CallAsync(HttpMethod.Get, Root, null, Roles.Agent, Cancellation, null, "4403")).Body.GetProperty("items").EnumerateArray());
        Assert.Equal(200, (await host.CallAsync(HttpMethod.Get, $"{Root}/{Id}", null, Roles.Agent, Cancellation, null, "44")).Status);
    }

    [Fact]
    public async Task List_ByPages_ShowsEachCustomerOnceAndKeepsToTheFilter()
    {
        await using var host = await StartAsync();
        for (var i = 0; i < 7; i++)
            await CallAsync(host, HttpMethod.Put, $"{Root}/c_p{i}", new { region = i % 2 == 0 ? "4401" : "4403", tier = i < 3 ? "gold" : null, tags = new[] { "t" + (i % 3) } });
        var seen = new List<string>();
        for (var next = ""; ;)
        {
            var (_, page) = await CallAsync(host, HttpMethod.Get, $"{Root}?limit=3{next}");
            seen.AddRange(Ids(page));
            if (page.GetProperty("next").ValueKind == JsonValueKind.Null) break;
            next = "&cursor=" + Text(page, "next");
        }
        Assert.Equal(Enumerable.Range(0, 7).Select(i => "c_p" + i), seen);
        Assert.Equal(["c_p0", "c_p2"], Ids((await CallAsync(host, HttpMethod.Get, Root + "?region=4401&tier=gold")).Body));
        Assert.Equal(7, Ids((await CallAsync(host, HttpMethod.Get, Root + "?region=44")).Body).Count());
        Assert.Equal(403, (await host.CallAsync(HttpMethod.Get, Root + "?region=4401", null, Roles.Agent, Cancellation, null, "4403")).Status);
        Assert.Equal(["c_p1", "c_p4"], Ids((await CallAsync(host, HttpMethod.Get, Root + "?tag=t1")).Body));
    }

    [Fact]
    public async Task PutMany_AList_TakesTheRightLinesNamesTheWrongAndChangesNothingTwice()
    {
        await using var host = await StartAsync();
        const string list = """
            {"customer":"c_a","tier":"gold","region":"4401","tags":["x","y"],"address":"Road 1","consents":[{"purpose":"care","channel":"sms","given":true,"at":"2026-11-01T08:00:00Z"}]}

            {"customer":"c_b","tier":"bronze","consents":[{"purpose":"spam","channel":"sms","given":true}]}
            {"customer":"13812345678"}
            {"customer":"c_c",
            {"customer":"c_d"}
            """;
        var (status, first) = await ListAsync(host, list);
        Assert.Equal((200, 2, 2, 3), (status, Count(first, "accepted"), Count(first, "changed"), Count(first, "rejectedTotal")));
        Assert.Equal(
            ["3: consents.0.purpose,tier", "4: customer", "5: body"],
            first.GetProperty("rejected").EnumerateArray().Select(one =>
                $"{one.GetProperty("line").GetInt32()}: {string.Join(',', one.GetProperty("errors").EnumerateObject().Select(field => field.Name))}"));
        Assert.Equal(0, Count((await ListAsync(host, list)).Body, "changed"));
        Assert.Equal(1, Count((await ListAsync(host, """{"customer":"c_a","tier":"vip","region":"4401","tags":["x","y"]}""")).Body, "changed"));
        var told = await ToldAsync(host);
        Assert.Equal(["c_a gold 1", "c_d  0", "c_a vip 1"], told.OrderBy(one => one.Revision == 4).ThenBy(one => one.Customer).Select(one => $"{one.Customer} {one.Tier} {one.Consents.Count}"));
        Assert.Equal("Road 1", Text((await CallAsync(host, HttpMethod.Post, Root + "/c_a/reveal")).Body, "address"));
        Assert.Equal(415, (await CallAsync(host, HttpMethod.Post, Root, new { customer = "c_a" })).Status);
    }

    [Fact]
    public async Task Consents_RecordedInAnyOrder_EndInTheSameAndAreToldWithTheCustomer()
    {
        await using var host = await StartAsync();
        var hour = DateTimeOffset.Parse("2026-11-01T08:00:00Z");
        // Withdrawn at nine, recorded before the yes of eight.
        Assert.Equal(200, (await SayAsync(host, "marketing", "sms", false, hour.AddHours(1))).Status);
        var (status, consents) = await SayAsync(host, "marketing", "sms", true, hour);
        Assert.Equal((200, 2), (status, consents.GetProperty("version").GetInt64()));
        var holds = Assert.Single(consents.GetProperty("holding").EnumerateArray());
        Assert.False(holds.GetProperty("given").GetBoolean());
        // The same again is nothing new.
        Assert.Equal(2, (await SayAsync(host, "marketing", "sms", true, hour)).Body.GetProperty("version").GetInt64());
        await SayAsync(host, "survey", "app", true, hour);
        var told = await ToldAsync(host);
        Assert.Equal([1L, 2L, 3L], told.Select(one => one.ConsentVersion));
        Assert.Equal([("marketing", "sms", false), ("survey", "app", true)], told[^1].Consents.Select(one => (one.Purpose, one.Channel, one.Given)));
        Assert.Equal(3, (await ActionsAsync(host)).Count(action => action == "consent.record"));
    }

    [Fact]
    public async Task Consents_ThatAreWrong_NameEveryField()
    {
        await using var host = await StartAsync();
        var (status, body) = await CallAsync(host, HttpMethod.Post, $"{Root}/{Id}/consents", new { purpose = "spam", channel = "fax", given = "yes", at = "2999-01-01T00:00:00Z", origin = "a b" });
        Assert.Equal(["at", "channel", "given", "origin", "purpose"], (status, body).Wrong());
        Assert.Equal(["given"], (await CallAsync(host, HttpMethod.Post, $"{Root}/{Id}/consents", new { purpose = "care", channel = "app" })).Wrong());
        Assert.Empty(await ToldAsync(host));
    }

    [Fact]
    public async Task Erase_ACustomer_LeavesNothingThatLeadsToThem()
    {
        await using var host = await StartAsync();
        await PutAsync(host, new { region = "4401", tier = "gold", address = "Zhongshan Road 8" });
        await SayAsync(host, "marketing", "sms", true, DateTimeOffset.Parse("2026-11-01T08:00:00Z"));
        await CallAsync(host, HttpMethod.Post, "/api/v1/care/lookup", new { number = Number }, Roles.Agent);
        Assert.Equal(403, (await CallAsync(host, HttpMethod.Delete, $"{Root}/{Id}", role: Roles.Supervisor)).Status);
        Assert.Equal(204, (await CallAsync(host, HttpMethod.Delete, $"{Root}/{Id}")).Status);

        Assert.Equal(404, (await CallAsync(host, HttpMethod.Get, $"{Root}/{Id}")).Status);
        Assert.Equal(404, (await CallAsync(host, HttpMethod.Delete, $"{Root}/{Id}")).Status);
        // But for the list of the erased itself, which is forgotten after 31 days, and what waits for the log.
        Assert.DoesNotContain(Id, await DumpAsync(host, "erasures", "outbox"), StringComparison.Ordinal);
        Assert.Equal("true", (await CallAsync(host, HttpMethod.Get, "/api/v1/care/audit/verify")).Body.GetProperty("intact").GetRawText());
        var (_, again) = await PutAsync(host, new { region = "4403" });
        Assert.True(again.GetProperty("revision").GetInt64() > 3, "what was told before must stay lower");
        Assert.False(again.GetProperty("hasAddress").GetBoolean());
        Assert.Empty((await CallAsync(host, HttpMethod.Get, $"{Root}/{Id}/consents")).Body.GetProperty("said").EnumerateArray());
    }

    private static object Gold => new
    {
        stage = "mature",
        tier = "gold",
        brand = "gotone",
        region = "4401",
        language = "zh-CN",
        tags = new[] { "roaming" },
        preferredChannel = "app",
        manager = "lin",
    };

    private async Task<CareHost> StartAsync()
    {
        var host = await CareHost.StartAsync(postgres);
        await host.TellCatalogueAsync(Cancellation);
        return host;
    }

    private static Task<(int Status, JsonElement Body)> CallAsync(CareHost host, HttpMethod method, string path, object? body = null, string role = Roles.Admin) =>
        host.CallAsync(method, path, body, role, Cancellation);

    private static Task<(int Status, JsonElement Body)> PutAsync(CareHost host, object body, string? ifMatch = null) =>
        host.CallAsync(HttpMethod.Put, $"{Root}/{Id}", body, Roles.Admin, Cancellation, ifMatch);

    private static Task<(int Status, JsonElement Body)> SayAsync(CareHost host, string purpose, string channel, bool given, DateTimeOffset at) =>
        CallAsync(host, HttpMethod.Post, $"{Root}/{Id}/consents", new { purpose, channel, given, at });

    private static async Task<(int Status, JsonElement Body)> ListAsync(CareHost host, string lines)
    {
        using var answer = await host.SendAsync(HttpMethod.Post, Root, new StringContent(lines, Encoding.UTF8, "application/x-ndjson"), Roles.Portal, Cancellation);
        return ((int)answer.StatusCode, JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Cancellation)).RootElement);
    }

    private static int Count(JsonElement body, string name) => body.GetProperty(name).GetInt32();

    private static string? Text(JsonElement body, string name) => body.GetProperty(name).GetString();

    private static IEnumerable<string> Ids(JsonElement page) => page.GetProperty("items").EnumerateArray().Select(one => Text(one, "customer")!);

    /// <summary>What was told about customers, as the log holds it once everything has left the outbox.</summary>
    private static async Task<List<CustomerChanged>> ToldAsync(CareHost host) =>
        [.. (await Told.AllAsync(host, Topics.Customers, Cancellation)).Select(one => one.Data.Deserialize<CustomerChanged>(JsonSerializerOptions.Web)!)];

    private static async Task<List<string>> ActionsAsync(CareHost host)
    {
        await using var command = host.Services.GetRequiredService<NpgsqlDataSource>().CreateCommand("SELECT action FROM audit_log ORDER BY number");
        await using var reader = await command.ExecuteReaderAsync(Cancellation);
        var actions = new List<string>();
        while (await reader.ReadAsync(Cancellation)) actions.Add(reader.GetString(0));
        return actions;
    }

    /// <summary>Every row of every table of the service as text, binary columns read as text too.</summary>
    private static async Task<string> DumpAsync(CareHost host, params string[] but)
    {
        var database = host.Services.GetRequiredService<NpgsqlDataSource>();
        var tables = new List<string>();
        await using (var command = database.CreateCommand("SELECT tablename FROM pg_tables WHERE schemaname = 'care'"))
        await using (var reader = await command.ExecuteReaderAsync(Cancellation))
            while (await reader.ReadAsync(Cancellation)) tables.Add(reader.GetString(0));
        var dump = new StringBuilder();
        foreach (var table in tables.Except(but))
        {
            await using var command = database.CreateCommand($"SELECT * FROM care.{table}");
            await using var reader = await command.ExecuteReaderAsync(Cancellation);
            while (await reader.ReadAsync(Cancellation))
                for (var column = 0; column < reader.FieldCount; column++)
                    dump.Append(reader.GetValue(column) is byte[] bytes ? Encoding.Latin1.GetString(bytes) : reader.GetValue(column)).Append('\n');
        }
        return dump.ToString();
    }
}
