using System.Net;
using System.Text.Json;
using ECommerce.Channels.Contracts;
using ECommerce.Channels.Simulator.Demo;
using ECommerce.Channels.Simulator.Operator;
using ECommerce.Channels.Testing;
using Xunit;

namespace ECommerce.Channels.Simulator.Tests.Demo;

public sealed class DemoTests(PostgresServer postgres)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    [Fact]
    public async Task Stream_AfterTheGap_HasSentEverythingOnce()
    {
        await using var suite = await SuiteStub.StartAsync();
        await using var host = await SimulatorHost.WithDemoAsync(postgres, suite, Now.AddHours(-30));
        await host.UntilStateAsync("running");
        await host.StopAsync();
        await ExpectSentAsync(host, suite, once: true);
        Assert.Contains(suite.Asked, asked => asked.Call == "PUT /api/v1/kpi/feeds/demo/app");
        Assert.Contains(suite.Asked, asked => asked.Call == "POST /api/v1/kpi/feeds/demo/kiosk/heartbeat");
        Assert.Contains(suite.Asked, asked => asked.Call == "PUT /api/v1/kpi/targets" && asked.Body.Contains("success-rate", StringComparison.Ordinal));
        Assert.Equal(DemoTargets.Rules.Count, suite.Asked.Count(asked => asked.Call == "POST /api/v1/kpi/warning-rules"));
    }

    [Fact]
    public async Task Stream_BusySuite_IsWaitedForAndNothingIsLost()
    {
        await using var suite = await SuiteStub.StartAsync();
        foreach (var status in (int[])[429, 503, 429, 502]) suite.Refusals.Enqueue(status);
        await using var host = await SimulatorHost.WithDemoAsync(postgres, suite, Now.AddHours(-30));
        await host.UntilStateAsync("running");
        await host.StopAsync();
        Assert.Empty(suite.Refusals);
        await ExpectSentAsync(host, suite, once: true);
    }

    /// <summary>What was sent and not noted is sent again with the same ids; nothing is left out.</summary>
    [Fact]
    public async Task Stream_StartedAgainBehindWhatItSent_RepeatsTheSameIds()
    {
        await using var suite = await SuiteStub.StartAsync();
        var from = Now.AddHours(-30);
        await using var host = await SimulatorHost.WithDemoAsync(postgres, suite, from);
        await host.UntilStateAsync("running");
        await host.StopAsync();
        await using (var database = host.Database())
        await using (var command = database.CreateCommand("UPDATE demo SET through = through - interval '7 hours', loaded_at = NULL"))
            await command.ExecuteNonQueryAsync(Cancellation);
        await host.StartAsync();
        await host.UntilStateAsync("running");
        await host.StopAsync();
        await ExpectSentAsync(host, suite, once: false);
        // Targets and rules are set once.
        Assert.Single(suite.Asked, asked => asked.Call == "PUT /api/v1/kpi/targets");
    }

    [Fact]
    public async Task Pause_WhileItLasts_SendsNothingAndResumeCatchesUp()
    {
        await using var suite = await SuiteStub.StartAsync();
        await using var host = await SimulatorHost.WithDemoAsync(postgres, suite, Now.AddHours(-2));
        await host.UntilStateAsync("running");
        await ExpectAsync(host, HttpMethod.Put, "/api/v1/simulator/speed", new { speed = 20 }, HttpStatusCode.NoContent);
        await ExpectAsync(host, HttpMethod.Post, "/api/v1/simulator/pause", null, HttpStatusCode.NoContent);
        await host.UntilStateAsync("paused");
        var through = (await host.StatusAsync()).GetProperty("to").GetDateTimeOffset();
        var taken = suite.Taken.Count;
        await Tools.UntilAsync("a while of nothing", TimeSpan.FromSeconds(30), () => Task.FromResult(Now > through.AddSeconds(12)), Cancellation);
        Assert.Equal(taken, suite.Taken.Count);
        await ExpectAsync(host, HttpMethod.Post, "/api/v1/simulator/resume", null, HttpStatusCode.NoContent);
        await Tools.UntilAsync("what was held back", TimeSpan.FromSeconds(60), () => Task.FromResult(suite.Taken.Count > taken), Cancellation);
        await host.UntilStateAsync("running");
        await host.StopAsync();
        await ExpectSentAsync(host, suite, once: true);
    }

    [Fact]
    public async Task Start_NothingThere_BeginsThirteenMonthsAgoAndKeepsItsAnchor()
    {
        await using var suite = await SuiteStub.StartAsync();
        // The history is not loaded in this test: every request is refused.
        for (var i = 0; i < 1_000_000; i++) suite.Refusals.Enqueue(503);
        await using var host = await SimulatorHost.EmptyAsync(postgres, suite, demo: true);
        await host.UntilStateAsync("loading");
        var first = await host.StatusAsync();
        var today = new DemoZone(Worlds.Zone).DayOf(Now);
        Assert.Equal(today.AddMonths(-13).ToString("yyyy-MM-dd"), first.GetProperty("from").GetString());
        await host.StopAsync();
        await host.StartAsync();
        await host.UntilStateAsync("loading");
        Assert.Equal(
            first.GetProperty("stories").EnumerateArray().Select(story => story.GetProperty("from").GetString()),
            (await host.StatusAsync()).GetProperty("stories").EnumerateArray().Select(story => story.GetProperty("from").GetString()));
    }

    [Fact]
    public async Task Start_OtherDataThere_MakesNoDemo()
    {
        await using var suite = await SuiteStub.StartAsync();
        suite.OtherSource = "boss";
        await using var host = await SimulatorHost.EmptyAsync(postgres, suite, demo: true);
        await Tools.UntilAsync("a refusal", TimeSpan.FromSeconds(30), async () => (await host.StatusAsync()).GetProperty("refusal").GetString() == "other-data", Cancellation);
        var status = await host.StatusAsync();
        Assert.Equal(("off", false), (status.GetProperty("state").GetString(), status.GetProperty("demo").GetBoolean()));
        Assert.Empty(suite.Taken);
        await ExpectAsync(host, HttpMethod.Post, "/api/v1/simulator/pause", null, HttpStatusCode.Conflict);
    }

    [Fact]
    public async Task Start_NoDemoWanted_AsksNothing()
    {
        await using var suite = await SuiteStub.StartAsync();
        await using var host = await SimulatorHost.EmptyAsync(postgres, suite, demo: false);
        Assert.Equal("off", (await host.StatusAsync()).GetProperty("state").GetString());
        Assert.Empty(suite.Asked);
    }

    [Fact]
    public async Task Remove_TheDemo_TakesBackWhatItBroughtAndStaysRemoved()
    {
        await using var suite = await SuiteStub.StartAsync();
        await using var host = await SimulatorHost.WithDemoAsync(postgres, suite, Now.AddHours(-1));
        await host.UntilStateAsync("running");
        await ExpectAsync(host, HttpMethod.Delete, "/api/v1/simulator/demo", null, HttpStatusCode.Accepted, Roles.Admin);
        await host.UntilStateAsync("removed");
        var calls = suite.Asked.Select(asked => asked.Call).ToList();
        Assert.Equal(DemoTargets.Rules.Count, calls.Count(call => call.StartsWith("DELETE /api/v1/kpi/warning-rules/rule-", StringComparison.Ordinal)));
        Assert.Equal("POST /api/v1/kpi/sources/demo/forget", calls[^1]);
        Assert.Contains(suite.Asked, asked => asked.Call == "PUT /api/v1/kpi/targets" && !asked.Body.Contains("\"value\":0", StringComparison.Ordinal));
        Assert.False((await host.StatusAsync()).GetProperty("demo").GetBoolean());
        var taken = suite.Taken.Count;
        await host.StopAsync();
        await host.StartAsync();
        await host.UntilStateAsync("removed");
        Assert.Equal(taken, suite.Taken.Count);
        Assert.Contains("demo.removal-asked", await AuditAsync(host));
    }

    [Fact]
    public async Task Remove_EventsOfOthersWouldBeLost_IsRefusedUnlessForced()
    {
        await using var suite = await SuiteStub.StartAsync();
        await using var host = await SimulatorHost.WithDemoAsync(postgres, suite, Now.AddHours(-1));
        await host.UntilStateAsync("running");
        suite.Forget = 409;
        await ExpectAsync(host, HttpMethod.Delete, "/api/v1/simulator/demo", null, HttpStatusCode.Conflict);
        Assert.Equal("running", (await host.StatusAsync()).GetProperty("state").GetString());
        suite.Forget = 200;
        await ExpectAsync(host, HttpMethod.Delete, "/api/v1/simulator/demo?force=true", null, HttpStatusCode.Accepted);
        await host.UntilStateAsync("removed");
        Assert.Contains("\"force\":true", suite.Asked.Last().Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Changes_ByRoleAndRegion_AreForThoseWhoMay()
    {
        await using var suite = await SuiteStub.StartAsync();
        await using var host = await SimulatorHost.WithDemoAsync(postgres, suite, Now.AddMinutes(-5));
        await ExpectAsync(host, HttpMethod.Delete, "/api/v1/simulator/demo", null, HttpStatusCode.Forbidden, Roles.Sre);
        await ExpectAsync(host, HttpMethod.Post, "/api/v1/simulator/pause", null, HttpStatusCode.Forbidden, Roles.Agent);
        using var regional = await host.SendAsync(HttpMethod.Delete, "/api/v1/simulator/demo", null, Roles.Manager, "4401");
        Assert.Equal(HttpStatusCode.Forbidden, regional.StatusCode);
        foreach (var speed in (object[])[0, 101, "x"])
            await ExpectAsync(host, HttpMethod.Put, "/api/v1/simulator/speed", new { speed }, HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task Status_Stories_ComeWithTheRightAnswers()
    {
        await using var suite = await SuiteStub.StartAsync();
        await using var host = await SimulatorHost.WithDemoAsync(postgres, suite, Now.AddMinutes(-5));
        JsonElement story = default;
        await Tools.UntilAsync("the answers", TimeSpan.FromSeconds(120), async () =>
        {
            story = (await host.StatusAsync()).GetProperty("stories").EnumerateArray().Single(one => one.GetProperty("id").GetString() == "missed-target");
            return story.GetProperty("expect").ValueKind == JsonValueKind.Object;
        }, Cancellation);
        var expect = story.GetProperty("expect");
        Assert.InRange(expect.GetProperty("value").GetDouble(), .88, expect.GetProperty("target").GetDouble() - .02);
        Assert.True(expect.GetProperty("denominator").GetInt64() > 5_000);
    }

    [Fact]
    public async Task Document_OfTheRunningService_IsTheCommittedOne()
    {
        await using var suite = await SuiteStub.StartAsync();
        await using var host = await SimulatorHost.EmptyAsync(postgres, suite, demo: false);
        await ApiDocuments.AssertCommittedAsync(host.Anonymous, "simulator", host.Services, Cancellation);
    }

    private static async Task ExpectAsync(
        SimulatorHost host, HttpMethod method, string path, object? body, HttpStatusCode status, string role = Roles.Manager)
    {
        using var answer = await host.SendAsync(method, path, body, role);
        Assert.True(answer.StatusCode == status, $"{method} {path}: {(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync(Cancellation)}");
    }

    /// <summary>All that the operator did from the first transaction sent to the last one noted, whatever the speeds, and nothing else.</summary>
    private static async Task ExpectSentAsync(SimulatorHost host, SuiteStub suite, bool once)
    {
        await using var database = host.Database();
        var state = (await new DemoStore(database).FindAsync(Cancellation))!;
        var demo = new DemoOperator((ulong)state.Seed, state.Anchor, Worlds.Zone);
        var days = new Days(demo);
        var from = demo.StartOf(demo.DayOf(state.Through.AddDays(-2)));
        var all = Stretch.Of(from, state.Through, state.Speeds).SelectMany(days.EventsOf).Select(one => one.Id).ToList();
        var first = all.FindIndex(suite.Taken.ContainsKey);
        Assert.True(first >= 0, "nothing was sent");
        Assert.Equal(all.Skip(first).Order(), suite.Taken.Keys.Order());
        if (once) Assert.All(suite.Taken, taken => Assert.Equal(1, taken.Value));
    }

    private static async Task<string[]> AuditAsync(SimulatorHost host)
    {
        await using var database = host.Database();
        await using var command = database.CreateCommand("SELECT array_agg(action) FROM audit_log");
        return (string[])(await command.ExecuteScalarAsync(Cancellation))!;
    }
}
