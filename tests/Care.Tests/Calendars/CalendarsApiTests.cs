using System.Text.Json;
using System.Text.Json.Nodes;
using ECommerce.Channels.Contracts;
using ECommerce.Channels.Testing;
using Xunit;

namespace ECommerce.Channels.Care.Tests.Calendars;

public sealed class CalendarsApiTests(PostgresServer postgres)
{
    private const string Root = "/api/v1/care/calendars";

    private const string Shop = """
        {"names":{"zh-CN":"营业厅","en":"Shop"},"timeZone":"Asia/Shanghai","week":{"monday":[{"from":"10:00","to":"20:00"}]},
         "holidays":["2026-10-01"],"extraDays":[{"date":"2026-10-10","windows":[{"from":"10:00","to":"14:00"}]}]}
        """;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Calendars_AtFirst_AreTheDefaultAndAroundTheClock()
    {
        await using var host = await CareHost.StartAsync(postgres);
        var (status, body) = await host.CallAsync(HttpMethod.Get, Root, null, Roles.Agent, Cancellation);
        Assert.Equal(200, status);
        Assert.Equal(["always", "default"], body.GetProperty("calendars").EnumerateArray().Select(one => one.GetProperty("id").GetString()));
        var (_, working) = await host.CallAsync(HttpMethod.Get, Root + "/default", null, Roles.Manager, Cancellation);
        Assert.Equal("""[{"from":"09:00","to":"12:00"},{"from":"13:30","to":"18:00"}]""", working.GetProperty("week").GetProperty("friday").GetRawText());
        Assert.Equal("[]", working.GetProperty("week").GetProperty("saturday").GetRawText());
    }

    [Fact]
    public async Task Put_NewThenChanged_IsItsNextVersionAndOverAnother412()
    {
        await using var host = await CareHost.StartAsync(postgres);
        var (status, made) = await PutAsync(host, "shop", Shop);
        Assert.Equal((200, 1), (status, made.GetProperty("revision").GetInt32()));
        Assert.Equal("""[{"date":"2026-10-10","windows":[{"from":"10:00","to":"14:00"}]}]""", made.GetProperty("extraDays").GetRawText());
        Assert.Equal(2, (await PutAsync(host, "shop", Shop.Replace("20:00", "21:00"), ifMatch: "\"1\"")).Body.GetProperty("revision").GetInt32());
        Assert.Equal(412, (await PutAsync(host, "shop", Shop, ifMatch: "\"1\"")).Status);
        Assert.Equal(412, (await PutAsync(host, "other", Shop, ifMatch: "\"1\"")).Status);
        var (_, now) = await host.CallAsync(HttpMethod.Get, Root + "/shop", null, Roles.Agent, Cancellation);
        Assert.Equal("21:00", now.GetProperty("week").GetProperty("monday")[0].GetProperty("to").GetString());
    }

    [Fact]
    public async Task Put_ByAnAgentOrForSomeRegions_Is403()
    {
        await using var host = await CareHost.StartAsync(postgres);
        await host.TellCatalogueAsync(Cancellation);
        Assert.Equal(403, (await PutAsync(host, "shop", Shop, role: Roles.Agent)).Status);
        Assert.Equal(403, (await host.CallAsync(HttpMethod.Put, Root + "/shop", JsonNode.Parse(Shop), Roles.Admin, Cancellation, null, "44")).Status);
        Assert.Equal(404, (await host.CallAsync(HttpMethod.Get, Root + "/shop", null, Roles.Admin, Cancellation)).Status);
    }

    [Fact]
    public async Task Put_ThatIsWrong_NamesEveryField()
    {
        await using var host = await CareHost.StartAsync(postgres);
        const string wrong = """
            {"names":{"zh-CN":"坏"},"timeZone":"Mars/Olympus","week":{"monday":[{"from":"18:00","to":"09:00"}],"tuesday":[{"from":"9","to":"12:00"},{"from":"11:00","to":"13:00"}]},
             "holidays":["2026-13-01"],"extraDays":[{"date":"2026-10-10","windows":[]}]}
            """;
        Assert.Equal(
            ["extraDays.0.windows", "holidays.0", "names.en", "timeZone", "week.monday.0.to", "week.tuesday.0.from", "week.tuesday.1.from"],
            (await PutAsync(host, "shop", wrong)).Wrong());
        Assert.Equal(["id"], (await PutAsync(host, "13812345678", Shop)).Wrong());
    }

    [Theory]
    [InlineData(""" "week":{} """, "week")]
    [InlineData(""" "week":{"monday":[{"from":"09:00","to":"13:59"}]} """, "week")]
    [InlineData(""" "week":{"monday":[{"from":"09:00","to":"14:00"}]},"holidays":["2026-10-10"],"extraDays":[{"date":"2026-10-10","windows":[{"from":"10:00","to":"14:00"}]}] """, "extraDays.0.date")]
    public async Task Put_ThatCanNotBe_IsRefused(string rest, string field)
    {
        await using var host = await CareHost.StartAsync(postgres);
        var body = $$"""{"names":{"zh-CN":"坏","en":"Bad"},"timeZone":"Asia/Shanghai",{{rest}}}""";
        Assert.Equal([field], (await PutAsync(host, "shop", body)).Wrong());
    }

    private static Task<(int Status, JsonElement Body)> PutAsync(CareHost host, string id, string body, string? ifMatch = null, string role = Roles.Supervisor) =>
        host.CallAsync(HttpMethod.Put, $"{Root}/{id}", JsonNode.Parse(body), role, Cancellation, ifMatch);
}
