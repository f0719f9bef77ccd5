using ECommerce.Channels.Care.Conversations;
using ECommerce.Channels.Contracts;
using ECommerce.Channels.Testing;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Xunit;

namespace ECommerce.Channels.Care.Tests.Desk;

/// <summary>Who gets whom, over the real state store and the real queue.</summary>
public sealed class DispatchTests(PostgresServer postgres)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Customer_WhoWrites_IsGivenToWhoIsFreeAndKnowsIt()
    {
        await using var host = await DeskCalls.StartAsync(postgres);
        await host.CanAsync("li", 2, "network");
        await host.CanAsync("wang", 2, "billing");
        await host.ComesAsync("li");
        await host.ComesAsync("wang");
        Assert.Equal(("wang", "skill"), await host.ServedAsync(await host.WriteAsync()));
    }

    [Fact]
    public async Task Customer_WithAManager_GoesThereFirstAndElseToABackup()
    {
        await using var host = await DeskCalls.StartAsync(postgres);
        await host.CustomerAsync("c_gold", new { region = "4401", tier = "gold", manager = "chen" });
        await host.CanAsync("chen", 1, "network");
        await host.CanAsync("wang", 5, "billing");
        await host.ComesAsync("wang");
        await host.ComesAsync("chen");
        var first = await host.WriteAsync("c_gold");
        Assert.Equal(("chen", "dedicated-manager"), await host.ServedAsync(first));
        Assert.Equal(("wang", "backup"), await host.ServedAsync(await host.WriteAsync("c_gold")));
    }

    [Fact]
    public async Task Customers_MoreThanAgentsCanTake_WaitAndAreTakenAsSoonAsThereIsRoom()
    {
        await using var host = await DeskCalls.StartAsync(postgres);
        await host.CanAsync("wang", 1, "*");
        await host.ComesAsync("wang");
        var first = await host.WriteAsync();
        Assert.Equal("wang", (await host.ServedAsync(first)).Agent);
        var second = await host.WriteAsync("c_bob");
        await host.AsAsync("wang", HttpMethod.Post, $"/conversations/{first}/close", new { reason = "solved" });
        Assert.Equal("wang", (await host.ServedAsync(second)).Agent);
    }

    [Fact]
    public async Task Agent_OfAnotherRegion_GetsNobody()
    {
        await using var host = await DeskCalls.StartAsync(postgres);
        await host.CustomerAsync("c_ann", new { region = "4401" });
        await host.ComesAsync("li", "4403");
        var id = await host.WriteAsync();
        await host.ComesAsync("wang", "44");
        Assert.Equal("wang", (await host.ServedAsync(id)).Agent);
    }

    [Fact]
    public async Task Agent_WhoGoesOffDuty_LeavesTheConversationToAnotherInItsOldPlace()
    {
        await using var host = await DeskCalls.StartAsync(postgres, ("Desk:ReleaseAfter", "00:00:00"));
        await host.ComesAsync("wang");
        var id = await host.WriteAsync();
        var opened = (await host.ConversationAsync(id)).Text("openedAt");
        Assert.Equal("wang", (await host.ServedAsync(id)).Agent);
        await host.GoesAsync("wang");
        await host.WaitsAsync(id);
        Assert.Equal(opened, (await host.ConversationAsync(id)).Text("openedAt"));
        await host.ComesAsync("li");
        Assert.Equal("li", (await host.ServedAsync(id)).Agent);
    }

    [Fact]
    public async Task Agent_WhoseDeskFallsSilent_IsOffDuty()
    {
        await using var host = await DeskCalls.StartAsync(postgres, ("Desk:SilentAfter", "00:00:02"), ("Desk:ReleaseAfter", "00:00:00"));
        await host.ComesAsync("wang");
        var id = await host.WriteAsync();
        Assert.Equal("wang", (await host.ServedAsync(id)).Agent);
        await host.WaitsAsync(id);
        Assert.Equal("off", (await host.AsAsync("wang", HttpMethod.Get, "/desk/duty")).Body.Text("status"));
    }

    [Fact]
    public async Task Agent_Away_KeepsWhatThereIsAndGetsNothingNew()
    {
        await using var host = await DeskCalls.StartAsync(postgres);
        await host.ComesAsync("wang");
        var first = await host.WriteAsync();
        await host.ServedAsync(first);
        await host.AsAsync("wang", HttpMethod.Put, "/desk/duty", new { status = "away" });
        var second = await host.WriteAsync("c_bob");
        await PlaceAsync(host, second, 1);
        Assert.Equal("active", (await host.ConversationAsync(first)).Text("state"));
        Assert.Equal("waiting", (await host.ConversationAsync(second)).Text("state"));
    }

    [Fact]
    public async Task Agent_WhoIsNotTheRightOne_GivesItBackToAnotherQueue()
    {
        await using var host = await DeskCalls.StartAsync(postgres);
        await host.CanAsync("wang", 5, "billing");
        await host.CanAsync("li", 5, "network");
        await host.ComesAsync("wang");
        await host.ComesAsync("li");
        var id = await host.WriteAsync();
        Assert.Equal("wang", (await host.ServedAsync(id)).Agent);
        Assert.Equal(409, (await host.AsAsync("li", HttpMethod.Post, $"/conversations/{id}/release", new { skill = "network" })).Status);
        Assert.Equal(200, (await host.AsAsync("wang", HttpMethod.Post, $"/conversations/{id}/release", new { skill = "network" })).Status);
        Assert.Equal("li", (await host.ServedAsync(id)).Agent);
    }

    [Fact]
    public async Task Customers_ManyWhileAgentsCome_NeverWaitWhileSomebodyIsFreeAndOverloadNobody()
    {
        await using var host = await DeskCalls.StartAsync(postgres);
        for (var i = 0; i < 5; i++) await host.CanAsync("a" + i, 4, "*");
        var writing = Enumerable.Range(0, 30).Select(i => host.WriteAsync("c_" + i));
        var coming = Enumerable.Range(0, 5).Select(i => host.ComesAsync("a" + i));
        await Task.WhenAll([Task.WhenAll(writing), .. coming]);
        await Tools.UntilAsync("twenty are served", TimeSpan.FromSeconds(30), async () => await CountAsync(host, "state = 'active'") == 20, Cancellation);
        Assert.Equal(4, await CountAsync(host, "agent = 'a0'"));
        Assert.Equal(10, await CountAsync(host, "state = 'waiting'"));
        await host.AsAsync("lead", HttpMethod.Put, "/agents/a0", new { skills = new[] { "*" }, capacity = 14 }, Roles.Supervisor);
        await Tools.UntilAsync("all are served", TimeSpan.FromSeconds(30), async () => await CountAsync(host, "state = 'active'") == 30, Cancellation);
    }

    [Fact]
    public async Task Place_InTheQueue_IsToldByUrgencyWithTheWaitToExpect()
    {
        await using var host = await DeskCalls.StartAsync(postgres);
        await host.CustomerAsync("c_gold", new { tier = "gold" });
        var plain = await host.WriteAsync();
        var gold = await host.WriteAsync("c_gold");
        await PlaceAsync(host, gold, 1);
        await PlaceAsync(host, plain, 2);
        var place = await host.Services.GetRequiredService<Care.Desk.Queues>().ReadAsync("billing", Cancellation);
        Assert.Equal((0, null), (place!.Slots, place.Handling));
        // Nobody is there: no wait is made up.
        Assert.Null(Care.Desk.Place.At(place, 0).ExpectedWait);
        Assert.Equal(new Care.Desk.Place(2, 2, 150, OnDuty: true), Care.Desk.Place.At(place with { Slots = 4, Handling = 300 }, 1));
        Assert.Equal(TimeSpan.FromSeconds(150), ExpectedWait.Of(2, 4, TimeSpan.FromSeconds(300)));
    }

    private static Task PlaceAsync(CareHost host, string id, int position) => Tools.UntilAsync(
        $"{id} stands at {position}", TimeSpan.FromSeconds(30),
        async () => await host.Services.GetRequiredService<Care.Desk.Queues>().ReadAsync("billing", Cancellation) is { } queue
            && Care.Desk.Place.In(queue, id)?.Position == position, Cancellation);

    private static async Task<long> CountAsync(CareHost host, string where)
    {
        await using var command = host.Services.GetRequiredService<NpgsqlDataSource>().CreateCommand("SELECT count(*) FROM conversations WHERE " + where);
        return (long)(await command.ExecuteScalarAsync(Cancellation))!;
    }
}
