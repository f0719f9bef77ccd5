using System.Text;
using ECommerce.Channels.Contracts;
using ECommerce.Channels.Platform.State;
using ECommerce.Channels.Testing;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Xunit;

namespace ECommerce.Channels.Care.Tests.Desk;

public sealed class DeskApiTests(PostgresServer postgres)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Draft_OfAnAgent_StaysThroughReassignmentSealedAndGoesWithTheCustomer()
    {
        await using var host = await DeskCalls.StartAsync(postgres);
        await host.CustomerAsync("c_ann", new { region = "4401" });
        var id = await host.WriteAsync();
        await host.AsAsync("wang", HttpMethod.Post, $"/conversations/{id}/assign", new { });
        Assert.Equal("", (await host.AsAsync("wang", HttpMethod.Get, $"/conversations/{id}/draft")).Body.Text("text"));
        Assert.Equal(204, (await host.AsAsync("wang", HttpMethod.Put, $"/conversations/{id}/draft", new { text = "call 13812345678 back", kind = "note" })).Status);
        await host.AsAsync("lead", HttpMethod.Post, $"/conversations/{id}/assign", new { agent = "li" }, Roles.Supervisor);
        var (_, draft) = await host.AsAsync("wang", HttpMethod.Get, $"/conversations/{id}/draft");
        Assert.Equal(("call *********** back", "note"), (draft.Text("text"), draft.Text("kind")));
        Assert.Equal("", (await host.AsAsync("li", HttpMethod.Get, $"/conversations/{id}/draft")).Body.Text("text"));
        var kept = await host.Services.GetRequiredService<IStateStore>().GetAsync($"draft:{id}:wang", Cancellation);
        Assert.DoesNotContain("back", Encoding.Latin1.GetString(kept!.Value.Span), StringComparison.Ordinal);
        await host.CallAsync(HttpMethod.Delete, DeskCalls.Root + "/customers/c_ann", null, Roles.Admin, Cancellation);
        Assert.Equal("", (await host.AsAsync("wang", HttpMethod.Get, $"/conversations/{id}/draft")).Body.Text("text"));
    }

    [Fact]
    public async Task Presence_OfTwoAgents_IsSeenByBothUntilTheyGo()
    {
        await using var host = await DeskCalls.StartAsync(postgres);
        var id = await host.WriteAsync();
        await host.AsAsync("wang", HttpMethod.Post, $"/conversations/{id}/presence", new { status = "viewing" });
        await host.AsAsync("li", HttpMethod.Post, $"/conversations/{id}/presence", new { status = "typing" });
        var people = (await host.AsAsync("wang", HttpMethod.Get, $"/conversations/{id}/presence")).Body.GetProperty("people");
        Assert.Equal(("viewing", "typing"), (people.GetProperty("wang").Text("status"), people.GetProperty("li").Text("status")));
        await host.AsAsync("li", HttpMethod.Post, $"/conversations/{id}/presence", new { status = "gone" });
        Assert.False((await host.AsAsync("wang", HttpMethod.Get, $"/conversations/{id}/presence")).Body.GetProperty("people").TryGetProperty("li", out _));
        Assert.Equal(["status"], (await host.AsAsync("wang", HttpMethod.Post, $"/conversations/{id}/presence", new { status = "asleep" })).Wrong());
    }

    [Fact]
    public async Task Transcript_OfAConversation_HasWhatWasSaidAndLeavesAnAuditLine()
    {
        await using var host = await DeskCalls.StartAsync(postgres);
        var id = await host.WriteAsync(text: "账单不对");
        await host.AsAsync("wang", HttpMethod.Post, $"/conversations/{id}/assign", new { });
        await host.AsAsync("wang", HttpMethod.Post, $"/conversations/{id}/messages", new { clientId = "n", text = "疑难", kind = "note" });
        await host.AsAsync("wang", HttpMethod.Post, $"/conversations/{id}/messages", new { clientId = "a", text = "我查一下", seen = 2 });
        var text = await TextAsync(host, $"/conversations/{id}/transcript");
        Assert.Contains("客户\n账单不对\n", text, StringComparison.Ordinal);
        Assert.Contains("客服 wang\n我查一下\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain("疑难", text, StringComparison.Ordinal);
        Assert.Contains("内部备注 wang\n疑难\n", await TextAsync(host, $"/conversations/{id}/transcript?notes=true"), StringComparison.Ordinal);
        await using var command = host.Services.GetRequiredService<NpgsqlDataSource>().CreateCommand("SELECT count(*) FROM audit_log WHERE action = 'conversation.export'");
        Assert.Equal(2L, await command.ExecuteScalarAsync(Cancellation));
    }

    [Fact]
    public async Task Wall_OfARegion_CountsItsCustomersAlone()
    {
        await using var host = await DeskCalls.StartAsync(postgres, ("Desk:FirstReply", "00:00:05"));
        await host.CustomerAsync("c_ann", new { region = "4401" });
        await host.CustomerAsync("c_bob", new { region = "4403" });
        await host.CanAsync("wang", 1, "billing");
        await host.ComesAsync("wang");
        await host.ServedAsync(await host.WriteAsync());
        await host.WriteAsync("c_bob");
        var (_, all) = await host.AsAsync("lead", HttpMethod.Get, "/desk/wall", null, Roles.Supervisor);
        var queue = Assert.Single(all.GetProperty("queues").EnumerateArray());
        Assert.Equal((1, 1), (queue.GetProperty("waiting").GetInt32(), queue.GetProperty("active").GetInt32()));
        var agent = Assert.Single(all.GetProperty("agents").EnumerateArray());
        Assert.Equal(("wang", "available", 1, 1), (agent.Text("user"), agent.Text("status"), agent.GetProperty("load").GetInt32(), agent.GetProperty("capacity").GetInt32()));
        var (_, one) = await host.AsAsync("lead", HttpMethod.Get, "/desk/wall", null, Roles.Supervisor, "4403");
        queue = Assert.Single(one.GetProperty("queues").EnumerateArray());
        Assert.Equal((1, 0), (queue.GetProperty("waiting").GetInt32(), queue.GetProperty("active").GetInt32()));
        Assert.Equal(0, Assert.Single(one.GetProperty("agents").EnumerateArray()).GetProperty("load").GetInt32());
        await Tools.UntilAsync("both are overdue", TimeSpan.FromSeconds(30), async () =>
            (await host.AsAsync("lead", HttpMethod.Get, "/desk/wall", null, Roles.Supervisor)).Body.GetProperty("queues")[0].GetProperty("overdue").GetInt32() == 2, Cancellation);
    }

    [Fact]
    public async Task Agent_PutWrong_NamesEveryFieldAndAStaleOneIsRefused()
    {
        await using var host = await DeskCalls.StartAsync(postgres);
        Assert.Equal(["capacity", "skills.1"], (await host.AsAsync("lead", HttpMethod.Put, "/agents/wang", new { skills = new[] { "billing", "No Code" }, capacity = 0 }, Roles.Supervisor)).Wrong());
        await host.CanAsync("wang", 3, "billing");
        var stale = await host.CallAsync(HttpMethod.Put, DeskCalls.Root + "/agents/wang", new { skills = new[] { "*" }, capacity = 3 }, Roles.Supervisor, Cancellation, "\"7\"");
        Assert.Equal(412, stale.Status);
        Assert.Equal("billing", (await host.AsAsync("lead", HttpMethod.Get, "/agents/wang", null, Roles.Supervisor)).Body.GetProperty("skills")[0].GetString());
    }

    [Fact]
    public async Task Events_OfAnotherRegionsCustomer_AreNotHeard()
    {
        await using var host = await DeskCalls.StartAsync(postgres);
        await host.CustomerAsync("c_ann", new { region = "4401" });
        await host.CustomerAsync("c_bob", new { region = "4403" });
        await Tools.UntilAsync("the replica listens", TimeSpan.FromSeconds(30), async () =>
        {
            await using var command = host.Services.GetRequiredService<NpgsqlDataSource>().CreateCommand(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND query IN ('LISTEN care_changes', 'SELECT 1')");
            return (long)(await command.ExecuteScalarAsync(Cancellation))! > 0;
        }, Cancellation);
        using var request = new HttpRequestMessage(HttpMethod.Get, DeskCalls.Root + "/events");
        host.Sign(request, Roles.Agent, ["4403"], "user:li");
        using var events = await EventReader.OpenAsync(host.Anonymous, request);
        await host.WriteAsync();
        var theirs = await host.WriteAsync("c_bob");
        Assert.Equal(theirs, (await events.NextAsync("conversation"))!.Json.GetProperty("id").GetString());
    }

    private static async Task<string> TextAsync(CareHost host, string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, DeskCalls.Root + path);
        host.Sign(request, Roles.Agent, [], "user:wang");
        using var answer = await host.Anonymous.SendAsync(request, Cancellation);
        Assert.Equal("text/plain", answer.Content.Headers.ContentType?.MediaType);
        return await answer.Content.ReadAsStringAsync(Cancellation);
    }
}
