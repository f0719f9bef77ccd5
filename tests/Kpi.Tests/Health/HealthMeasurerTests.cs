using System.Text.Json;
using ECommerce.Channels.Contracts.Events;
using ECommerce.Channels.Testing;
using Xunit;

namespace ECommerce.Channels.Kpi.Tests.Health;

public sealed class HealthMeasurerTests(PostgresServer postgres)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private async Task<HealthHost> StartAsync() => await HealthHost.StartAsync(await postgres.NewDatabaseAsync());

    [Fact]
    public async Task Round_TellsEveryServiceOfThirtyDays_AndTheApiSaysTheSame()
    {
        await using var host = await StartAsync();
        host.Happen(12, 28);
        host.Happen(1, 0, service: "balance.query", daysAgo: 30);
        host.Happen(0, 0, service: "bill.query", abandoned: 3);
        host.Happen(5, 0, service: "plan.change", daysAgo: 31);
        host.Happen(50, 0, service: "nobody-knows");
        host.Happen(50, 0, channel: "nobody-knows");
        host.Happen(29, 0, channel: "web");
        await host.Measurer.RoundAsync(Cancellation);

        var told = await host.ToldAsync();
        Assert.Equal([("app", 1), ("web", 1)], told.Select(one => (one.Channel, one.Sequence)));
        var app = told[0].Data.Deserialize<ChannelHealthMeasured>(JsonSerializerOptions.Web)!;
        Assert.Equal(("app", host.Time.GetUtcNow()), (app.Channel, app.At));
        Assert.Equal(
            [
                new ServiceHealth("balance.query", "unknown", 0, 0, null, null, 0.8, 60, true),
                new ServiceHealth("bill.query", "unknown", 0, 0, null, null, 0.8, 60, false),
                new ServiceHealth("payment.topup", "failing", 12, 28, 0.18074845229746528, 0.45430018818144946, 0.8, 5, true),
            ],
            app.Services);

        var answer = await host.Http.GetAsync(HealthHost.Root);
        Assert.Equal(host.Time.GetUtcNow(), answer.GetProperty("at").GetDateTimeOffset());
        Assert.Equal(["app", "web"], answer.GetProperty("channels").EnumerateArray().Select(one => one.GetProperty("channel").GetString()));
        var topup = await host.ServiceAsync("app", "payment.topup");
        Assert.Equal(
            ("failing", 12, 28, 0.18074845229746528, 0.45430018818144946, 0.8, 5),
            (topup.GetProperty("state").GetString(), topup.GetProperty("successes").GetInt32(), topup.GetProperty("failures").GetInt32(),
                topup.GetProperty("low").GetDouble(), topup.GetProperty("high").GetDouble(), topup.GetProperty("floor").GetDouble(), topup.GetProperty("windowMinutes").GetInt32()));
        Assert.Equal(host.Time.GetUtcNow(), topup.GetProperty("since").GetDateTimeOffset());
        Assert.Equal(host.Time.GetUtcNow(), topup.GetProperty("measuredAt").GetDateTimeOffset());
    }

    [Fact]
    public async Task Round_OfNothingNew_IsToldAllTheSame_AtMovesOnAndSinceStays()
    {
        await using var host = await StartAsync();
        await host.MinuteAsync(40, 0);
        var first = host.Time.GetUtcNow();
        await host.MinuteAsync(0, 0);
        var told = await host.ToldAsync();
        Assert.Equal([1, 2], told.Select(one => one.Sequence));
        Assert.Equal([first, first.AddMinutes(1)], told.Select(one => one.Data.GetProperty("at").GetDateTimeOffset()));
        Assert.Equal(told[0].Data.GetProperty("services").GetRawText(), told[1].Data.GetProperty("services").GetRawText());
        Assert.Equal(first, (await host.ServiceAsync("app", "payment.topup")).GetProperty("since").GetDateTimeOffset());
    }

    [Fact]
    public async Task Round_BeforeTheIntervalIsOver_TellsNothing_AndSaysWhenToComeAgain()
    {
        await using var host = await StartAsync();
        await host.MinuteAsync(40, 0);
        var due = host.Time.GetUtcNow().AddMinutes(1);
        host.Time.Advance(TimeSpan.FromSeconds(59));
        Assert.Equal(due, await host.Measurer.RoundAsync(Cancellation));
        Assert.Single(await host.ToldAsync());
        host.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(due.AddMinutes(1), await host.Measurer.RoundAsync(Cancellation));
        Assert.Equal(2, (await host.ToldAsync()).Count);
    }

    [Fact]
    public async Task Recovery_OverARestartInItsMidst_GoesOnWhereItWas()
    {
        await using var host = await StartAsync();
        await host.MinuteAsync(0, 40);
        await host.MinuteAsync(40, 0);
        var failing = await host.ServiceAsync("app", "payment.topup");
        Assert.Equal(("failing", 1), (failing.GetProperty("state").GetString(), failing.GetProperty("goodWindows").GetInt32()));
        await host.RestartAsync();
        Assert.Equal(failing.GetRawText(), (await host.ServiceAsync("app", "payment.topup")).GetRawText());
        await host.MinuteAsync(40, 0);
        Assert.Equal("healthy", await host.StateAsync());
        await host.RestartAsync();
        await host.MinuteAsync(40, 0);
        Assert.Equal("healthy", await host.StateAsync());
    }

    [Fact]
    public async Task Recovery_RoundsByDifferentReplicas_CountTogether()
    {
        await using var host = await StartAsync();
        await host.MinuteAsync(0, 40);
        for (var minute = 0; minute < 2; minute++)
        {
            Assert.Equal("failing", await host.StateAsync());
            host.Time.Advance(TimeSpan.FromMinutes(1));
            host.Happen(40, 0);
            await host.Replica().RoundAsync(Cancellation);
        }
        Assert.Equal("healthy", await host.StateAsync());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)] // claims that are always over: all of them do the work at once
    public async Task Replicas_AtTheSameTime_TellOneRecordEachInterval(bool claimsAreOver)
    {
        await using var host = await StartAsync();
        if (claimsAreOver)
            await host.ExecuteAsync("""
                CREATE FUNCTION kpi.over() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.claimed_until = '-infinity'; RETURN NEW; END $$;
                CREATE TRIGGER over BEFORE UPDATE ON kpi.health_rounds FOR EACH ROW EXECUTE FUNCTION kpi.over()
                """);
        var replicas = Enumerable.Range(0, 4).Select(_ => host.Replica()).ToList();
        for (var round = 0; round < 5; round++)
        {
            host.Time.Advance(TimeSpan.FromMinutes(1));
            host.Happen(40, 0);
            await Task.WhenAll(replicas.Select(one => one.RoundAsync(Cancellation)));
        }
        Assert.Equal([1, 2, 3, 4, 5], (await host.ToldAsync()).Select(one => one.Sequence));
    }

    [Fact]
    public async Task Round_ThatAReplicaDiedIn_IsDoneByAnotherWhenItsClaimIsOver()
    {
        await using var host = await StartAsync();
        await host.MinuteAsync(40, 0);
        await host.ExecuteAsync("UPDATE kpi.health_rounds SET claimed_until = clock_timestamp() + interval '1 hour'");
        await host.MinuteAsync(40, 0);
        Assert.Single(await host.ToldAsync());
        await host.ExecuteAsync("UPDATE kpi.health_rounds SET claimed_until = clock_timestamp() - interval '1 second'");
        await host.Replica().RoundAsync(Cancellation);
        Assert.Equal(2, (await host.ToldAsync()).Count);
    }

    /// <summary>What is not known is not told: who reads it then sees that it is old.</summary>
    [Fact]
    public async Task Round_WhileCountingIsBehind_TellsNothing()
    {
        await using var host = await StartAsync();
        host.Behind = TimeSpan.FromMinutes(6);
        await host.MinuteAsync(40, 0);
        Assert.Empty(await host.ToldAsync());
        Assert.Equal(JsonValueKind.Null, (await host.Http.GetAsync(HealthHost.Root)).GetProperty("at").ValueKind);
        host.Behind = TimeSpan.FromMinutes(4);
        await host.Measurer.RoundAsync(Cancellation);
        Assert.Single(await host.ToldAsync());
    }

    [Fact]
    public async Task Channel_WithoutEventsForThirtyDays_IsLeftOut_AndGoesOnCountingWhenItComesBack()
    {
        await using var host = await StartAsync();
        await host.MinuteAsync(40, 0);
        host.Time.Advance(TimeSpan.FromDays(31));
        host.Happen(40, 0, channel: "web");
        await host.Measurer.RoundAsync(Cancellation);
        Assert.Equal(["web"], (await host.Http.GetAsync(HealthHost.Root)).GetProperty("channels").EnumerateArray().Select(one => one.GetProperty("channel").GetString()));
        await host.MinuteAsync(0, 40);
        Assert.Equal("failing", await host.StateAsync());
        Assert.Equal([("app", 1), ("web", 1), ("app", 2), ("web", 2)], (await host.ToldAsync()).Select(one => (one.Channel, one.Sequence)));
    }

    [Theory]
    [InlineData("supervisor", "*", 200)]
    [InlineData("sre", "*", 200)]
    [InlineData("admin", "*", 200)]
    [InlineData("manager", "4401", 403)]
    [InlineData("agent", "*", 403)]
    [InlineData("portal", "*", 403)]
    public async Task Get_ByRoleAndRegions_IsForWhoSeesAll(string role, string regions, int status)
    {
        await using var host = await StartAsync();
        await host.Http.As(role, regions).SendAsync(HttpMethod.Get, HealthHost.Root, null, status);
    }
}
