using System.Text.Json;
using ECommerce.Channels.Kpi.Tests.Indicators;
using ECommerce.Channels.Testing;
using Xunit;
using static ECommerce.Channels.Kpi.Tests.Serving.Facts;
using static ECommerce.Channels.Kpi.Tests.Serving.ServingHost;

namespace ECommerce.Channels.Kpi.Tests.Serving;

/// <summary>Timeliness and complaints against what was counted by hand.</summary>
public sealed class TicketIndicatorTests(PostgresServer postgres)
{
    [Fact]
    public async Task Timeliness_OverdueAndLive_CannotBeHiddenByNotClosing()
    {
        await using var host = await StartAsync(postgres);
        var future = TimeProvider.System.GetUtcNow().AddDays(2);
        await host.TellAsync(
            Ticket(1, "open").Resolved("12:00:00", inTime: true), Ticket(2, "open").Resolved("20:00:00", inTime: false), Ticket(3, "open"), Ticket(4, "pending"),
            Ticket(5, "cancelled"), Ticket(6, "pending") with { ResolutionDue = null }, Ticket(7, "open") with { ResolutionDue = future },
            Ticket(8, "open").Resolved("12:00:00", inTime: true) with { ResolutionDue = null },
            Ticket(9, "open").Resolved("12:00:00", inTime: true) with { Status = "closed" });
        // In time: 1, 8 and 9. Late: 2; overdue and live: 3 and 4.
        Assert.Equal((3, 6), await host.QuotientAsync($"ticket-timeliness?{Period(3)}"));
        var days = (await host.AskAsync($"ticket-timeliness?{Period(3)}&grain=day")).Values();
        Assert.Equal(Day.AddDays(1).ToString("yyyy-MM-dd"), Assert.Single(days).GetProperty("at").GetString());
        // A first response: 1, 2, 8 and 9 in time; 3, 4, 6 and 7 have none.
        Assert.Equal((4, 8), await host.QuotientAsync($"first-response-timeliness?{Period()}"));
        await host.TellAsync(Ticket(3, "open").Resolved("19:00:00", inTime: false) with { Revision = 3 }, Ticket(3, "open") with { Revision = 2 });
        Assert.Equal((3, 6), await host.QuotientAsync($"ticket-timeliness?{Period(3)}"));
    }

    [Fact]
    public async Task Complaints_PerTenThousandCustomers_AreOverTheActiveOnesOfAllChannels()
    {
        await using var host = await StartAsync(postgres);
        await ActiveAsync(host, Enumerable.Range(0, 40).Select(i => (i, i < 30 ? "app" : "web", i < 20 ? "4401" : "4403")));
        await host.TellAsync(
            Ticket(1, "open", "complaint"), Ticket(2, "open", "complaint").Resolved("12:00:00", true), Ticket(3, "cancelled", "complaint"), Ticket(4, "open"),
            Ticket(5, "open", "complaint") with { Region = "4403", Channel = "web" });
        var row = Assert.Single((await host.AskAsync($"complaints-per-10000?{Period()}")).Values());
        Assert.Equal((3, 40), Quotient(row));
        Assert.Equal(750, row.Value());
        Assert.InRange(750, row.GetProperty("low").GetDouble(), row.GetProperty("high").GetDouble());
        var channels = await host.AskAsync($"complaints-per-10000?{Period()}&by=channel");
        Assert.Equal(((2, 40), (1, 40)), (Quotient(channels.Row("app")), Quotient(channels.Row("web"))));
        Assert.Equal((1, 20), await host.QuotientAsync($"complaints-per-10000?{Period()}", "4403"));
        // Nobody complained on the day after, and somebody was there.
        Assert.Equal((0, 1), await host.QuotientAsync($"complaints-per-10000?from={Day.AddDays(1):yyyy-MM-dd}&to={Day.AddDays(2):yyyy-MM-dd}"));
    }

    /// <summary>Each customer did something on the day; the first one also on the day after.</summary>
    private static async Task ActiveAsync(ServingHost host, IEnumerable<(int Customer, string Channel, string Region)> customers)
    {
        var lines = customers.Select(one => Line(one.Customer, one.Channel, one.Region, 0)).Append(Line(0, "app", "4401", 1));
        Assert.Equal(202, (await host.Kpi.PostAsync("/api/v1/kpi/transactions", string.Join('\n', lines), "application/x-ndjson")).Status);
        await Tools.UntilAsync("they are counted", TimeSpan.FromSeconds(30), async () =>
        {
            var active = (await host.AskAsync($"active-customers?{Period(2)}")).Values();
            return active.Length == 1 && active[0].Count() == 40;
        }, TestContext.Current.CancellationToken);
    }

    private static string Line(int customer, string channel, string region, int days) => JsonSerializer.Serialize(new
    {
        id = $"{customer}-{days}",
        at = At("10:00:00", days),
        customer = "c_" + customer,
        channel,
        service = "payment.topup",
        region,
        outcome = "success",
    });
}
