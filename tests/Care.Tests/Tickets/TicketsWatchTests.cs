using System.Text.Json;
using ECommerce.Channels.Care.Tickets;
using ECommerce.Channels.Contracts;
using ECommerce.Channels.Contracts.Events;
using ECommerce.Channels.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace ECommerce.Channels.Care.Tests.Tickets;

public sealed class TicketsWatchTests(PostgresServer postgres)
{
    private static readonly object Promise = new
    {
        calendar = "always",
        firstResponse = 60,
        resolution = 240,
        remindAt = 75,
        escalations = new[] { new { role = "supervisor", after = 0 }, new { role = "manager", after = 60 } },
    };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Round_AsTimeGoesOn_RemindsAndEscalatesEachOnce()
    {
        await using var host = await StartAsync();
        var id = await host.OpenAsync();
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        var watch = host.Watch(time);
        Assert.Equal(0, await watch.RoundAsync(Cancellation));
        await host.ActAsync(id, "comment", new { text = "We look into it.", to = "customer" });
        Assert.Equal((1, 0), (await LaterAsync(180), await watch.RoundAsync(Cancellation)));
        Assert.Equal((1, 0), (await LaterAsync(61), await watch.RoundAsync(Cancellation)));
        Assert.Equal((1, 0), (await LaterAsync(60), await watch.RoundAsync(Cancellation)));
        Assert.Equal(0, await LaterAsync(10_000));

        var detail = await host.GetAsync(id);
        Assert.Equal(["opened", "commented", "reminded", "escalated", "escalated"], detail.History());
        Assert.Equal("manager", detail.GetProperty("ticket").Text("escalatedTo"));
        Assert.Equal("resolution/reminder", detail.GetProperty("history")[2].GetProperty("changes").GetProperty("alarm").Text("to"));
        Assert.Equal("""{"from":"supervisor","to":"manager"}""", detail.GetProperty("history")[4].GetProperty("changes").GetProperty("escalatedTo").GetRawText());
        var told = await Told.AllAsync(host.Care, Topics.Tickets, Cancellation);
        Assert.Equal(["reminded", "escalated", "escalated"], told.Where(one => one.Type == TicketChanged.Type).Select(one => one.Data.Text("what")).Where(what => what != "commented"));
        Assert.Equal(
            ["system ticket.reminded", "system ticket.escalated", "system ticket.escalated"],
            await host.ReadAsync("SELECT actor || ' ' || action FROM care.audit_log WHERE actor = 'system' ORDER BY number"));

        async Task<int> LaterAsync(int minutes)
        {
            time.Advance(TimeSpan.FromMinutes(minutes));
            return await watch.RoundAsync(Cancellation);
        }
    }

    [Fact]
    public async Task Round_OfTwoReplicas_TellsEachOnce()
    {
        await using var host = await StartAsync();
        for (var i = 0; i < 20; i++) await host.OpenAsync();
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow().AddHours(6));
        var (one, other) = (host.Watch(time), host.Watch(time));
        var told = await Task.WhenAll(Enumerable.Range(0, 6).Select(turn => (turn % 2 == 0 ? one : other).RoundAsync(Cancellation)));
        // Both clocks: a reminder, the supervisor, the manager.
        Assert.Equal(20 * 6, told.Sum());
        // Whoever comes after a replica that died finds nothing left to tell.
        await host.ReadAsync("UPDATE care.ticket_watch SET expires_at = '-infinity'");
        Assert.Equal(0, await other.RoundAsync(Cancellation));
        Assert.Equal(["120"], await host.ReadAsync("SELECT count(*) FROM care.ticket_alarms"));
        Assert.Equal(["120"], await host.ReadAsync("SELECT count(*) FROM care.ticket_history WHERE what IN ('reminded', 'escalated')"));
    }

    [Fact]
    public async Task Round_WhileAnotherHoldsTheLease_TellsNothing()
    {
        await using var host = await StartAsync();
        await host.OpenAsync();
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        var (one, other) = (host.Watch(time), host.Watch(time));
        await one.RoundAsync(Cancellation);
        time.Advance(TimeSpan.FromHours(6));
        Assert.Equal(0, await other.RoundAsync(Cancellation));
        Assert.Equal(6, await one.RoundAsync(Cancellation));
    }

    [Fact]
    public async Task Round_WithoutTheLease_StillTellsEachOnce()
    {
        await using var host = await StartAsync();
        for (var i = 0; i < 10; i++) await host.OpenAsync();
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow().AddHours(6));
        // A lease that is over as soon as it is taken, as of a replica that is paused too long.
        await host.ReadAsync("""
            CREATE FUNCTION care.forget_lease() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.expires_at := '-infinity'; RETURN NEW; END $$;
            CREATE TRIGGER forget BEFORE UPDATE ON care.ticket_watch FOR EACH ROW EXECUTE FUNCTION care.forget_lease();
            """);
        var told = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => host.Watch(time).RoundAsync(Cancellation)));
        Assert.Equal(60, told.Sum());
        Assert.Equal(["60"], await host.ReadAsync("SELECT count(*) FROM care.ticket_history WHERE what IN ('reminded', 'escalated')"));
    }

    [Fact]
    public async Task Round_OfWhatWaitsOrIsDone_TellsNothing()
    {
        await using var host = await StartAsync();
        var (waits, solved, cancelled) = (await host.OpenAsync(), await host.OpenAsync(), await host.OpenAsync());
        await host.ActAsync(waits, "pend", new { reason = "customer-unavailable" });
        await host.ActAsync(solved, "resolve", new { resolution = "solved" });
        await host.ActAsync(cancelled, "cancel", new { reason = "duplicate" });
        Assert.Equal(0, await host.Watch(new FakeTimeProvider(TimeProvider.System.GetUtcNow().AddDays(3))).RoundAsync(Cancellation));
        Assert.Equal("paused", (await host.GetAsync(waits)).GetProperty("clocks").GetProperty("resolution").Text("state"));
    }

    [Fact]
    public async Task Round_AfterTheCalendarChanged_MovesWhatIsDueAndTellsIt()
    {
        await using var host = await StartAsync();
        await host.SendAsync(HttpMethod.Put, "/api/v1/care/sla-policies/complaint.high", new { calendar = "default", firstResponse = 60, resolution = 2_000, escalations = Array.Empty<object>() }, 200);
        var id = await host.OpenAsync();
        var before = (await host.GetAsync(id)).GetProperty("ticket").GetProperty("resolutionDue").GetDateTimeOffset();
        var calendar = await host.SendAsync(HttpMethod.Get, "/api/v1/care/calendars/default", null, 200);
        var tomorrow = DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime);
        var body = calendar.Deserialize<Dictionary<string, JsonElement>>()!;
        body["holidays"] = JsonSerializer.SerializeToElement(Enumerable.Range(1, 7).Select(day => tomorrow.AddDays(day)));
        await host.SendAsync(HttpMethod.Put, "/api/v1/care/calendars/default", body, 200);
        var watch = host.Watch(TimeProvider.System);
        await watch.RoundAsync(Cancellation);
        await watch.RoundAsync(Cancellation);
        var after = await host.GetAsync(id);
        Assert.True(after.GetProperty("ticket").GetProperty("resolutionDue").GetDateTimeOffset() >= before.AddDays(7), "a week of holidays moves it by one");
        Assert.Equal(["opened", "due-moved"], after.History());
    }

    [Fact]
    public async Task Act_ByAReplicaWhoseClockIsBehind_IsDatedNotBeforeTheLastChange()
    {
        await using var host = await StartAsync();
        var id = await host.OpenAsync();
        await host.ActAsync(id, "resolve", new { resolution = "solved" });
        var behind = ActivatorUtilities.CreateInstance<TicketDesk>(host.Care.Services, new FakeTimeProvider(TimeProvider.System.GetUtcNow().AddMinutes(-5)));
        var (after, refused) = await behind.ActAsync(new TicketCall(id, "user:lin", null, _ => null), TicketEvents.Reopened, TicketRules.Reopen(), TicketTexts.None, Cancellation);
        Assert.Null(refused);
        var lines = (await host.GetAsync(id)).GetProperty("history").EnumerateArray().Select(line => line.GetProperty("at").GetDateTimeOffset()).ToList();
        Assert.Equal(lines.Order(), lines);
        // The resolution counted: the first response is owed since the reopening.
        Assert.Equal(lines[^1].AddMinutes(60), after!.Due.Response);
    }

    private async Task<TicketsHost> StartAsync()
    {
        var host = await TicketsHost.StartAsync(postgres);
        await host.SendAsync(HttpMethod.Put, "/api/v1/care/sla-policies/complaint.high", Promise, 200);
        return host;
    }
}
