using System.Text.Json;
using ECommerce.Channels.Contracts;
using ECommerce.Channels.Testing;
using Xunit;

namespace ECommerce.Channels.Care.Tests.Tickets;

public sealed class TicketsListTests(PostgresServer postgres)
{
    private const string Root = TicketsHost.Root;

    [Fact]
    public async Task List_ByPages_ShowsEachTicketOnceTheNearestDueFirst()
    {
        await using var host = await TicketsHost.StartAsync(postgres);
        var expected = new List<string>();
        foreach (var severity in new[] { "critical", "high", "normal" }) expected.Add(await host.OpenAsync(TicketsHost.Ticket(type: "incident", severity: severity)));
        // What waits for the customer, and what is done, is not due.
        List<string> undue = [await host.OpenAsync(TicketsHost.Ticket(type: "incident")), await host.OpenAsync(TicketsHost.Ticket(type: "incident"))];
        await host.ActAsync(undue[0], "pend", new { reason = "other" });
        await host.ActAsync(undue[1], "resolve", new { resolution = "solved" });
        var seen = new List<(string Id, DateTimeOffset? Due)>();
        for (var next = ""; ;)
        {
            var page = await host.SendAsync(HttpMethod.Get, $"{Root}?limit=2{next}", null, 200);
            seen.AddRange(page.GetProperty("items").EnumerateArray().Select(one => (one.Text("id")!, Due(one))));
            if (page.GetProperty("next").ValueKind == JsonValueKind.Null) break;
            next = "&cursor=" + page.Text("next");
        }
        Assert.Equal(expected, seen.Take(3).Select(one => one.Id));
        Assert.Equal(undue.Order(StringComparer.Ordinal), seen.Skip(3).Select(one => one.Id));
        Assert.Equal(seen.Select(one => one.Due ?? DateTimeOffset.MaxValue).Order(), seen.Select(one => one.Due ?? DateTimeOffset.MaxValue));
        Assert.Equal(["cursor"], (await host.CallAsync(HttpMethod.Get, Root + "?cursor=WyJ4Il0", null, Roles.Agent)).Wrong());
    }

    [Fact]
    public async Task List_ByEachFilter_ShowsWhatFits()
    {
        await using var host = await TicketsHost.StartAsync(postgres);
        var one = await host.OpenAsync();
        await host.ActAsync(one, "assign", new { owner = "lin", team = "billing" });
        await host.OpenAsync(new { customer = TicketsHost.Shenzhen, type = "question", severity = "low", subject = "?", service = "callerid.on", faultClass = "network", product = "ringtone" });
        foreach (var filter in new[] { "type=complaint", "severity=high", "owner=lin", "team=billing", "service=payment.topup", "product=callerid", "faultClass=billing", "customer=" + TicketsHost.Guangzhou })
        {
            Assert.Equal((filter, one), (filter, Assert.Single(await host.IdsAsync("?" + filter))));
            var parts = filter.Split('=');
            var found = await host.SendAsync(HttpMethod.Post, Root + "/search", new Dictionary<string, string> { [parts[0]] = parts[1] }, 200, Roles.Manager);
            Assert.Equal((filter, one), (filter, Assert.Single(found.GetProperty("items").EnumerateArray()).Text("id")));
        }
        Assert.Equal(2, (await host.IdsAsync("?status=open")).Length);
        Assert.Empty(await host.IdsAsync("?status=closed"));
    }

    [Fact]
    public async Task List_ByStateOfAClock_AgreesWithTheClockOfEachTicket()
    {
        await using var host = await TicketsHost.StartAsync(postgres);
        var promise = new { calendar = "always", firstResponse = 60, resolution = 100, escalations = Array.Empty<object>() };
        await host.SendAsync(HttpMethod.Put, "/api/v1/care/sla-policies/complaint.high", promise, 200);
        var states = new Dictionary<string, string>
        {
            ["pending"] = await OpenedAsync(host, 10),
            ["imminent"] = await OpenedAsync(host, 80),
            ["breached"] = await OpenedAsync(host, 120),
            ["paused"] = await OpenedAsync(host, 30),
            ["met"] = await OpenedAsync(host, 20),
        };
        await host.ActAsync(states["paused"], "pend", new { reason = "other" });
        await host.ActAsync(states["met"], "resolve", new { resolution = "solved" });
        foreach (var (state, id) in states)
        {
            Assert.Equal((state, id), (state, Assert.Single(await host.IdsAsync("?sla=" + state))));
            var detail = await host.GetAsync(id);
            Assert.Equal((state, state), (detail.GetProperty("ticket").Text("sla"), detail.GetProperty("clocks").GetProperty("resolution").Text("state")));
        }
        // Their first response was due after an hour.
        Assert.Equal(new[] { states["imminent"], states["breached"] }.Order(StringComparer.Ordinal), (await host.IdsAsync("?firstResponse=breached")).Order(StringComparer.Ordinal));
        Assert.Equal([states["met"]], await host.IdsAsync("?firstResponse=met"));
    }

    private static DateTimeOffset? Due(JsonElement one) => one.GetProperty("nextDue").ValueKind == JsonValueKind.Null ? null : one.GetProperty("nextDue").GetDateTimeOffset();

    /// <summary>A ticket as if it had been opened so many minutes ago, and edited just now.</summary>
    private static async Task<string> OpenedAsync(TicketsHost host, int minutes)
    {
        var id = await host.OpenAsync();
        await host.ReadAsync($"""
            ALTER TABLE care.ticket_history DISABLE TRIGGER append_only;
            UPDATE care.ticket_history SET at = at - interval '{minutes} minutes' WHERE ticket = '{id}';
            ALTER TABLE care.ticket_history ENABLE TRIGGER append_only;
            """);
        await host.ActAsync(id, "assign", new { owner = "lin" });
        return id;
    }
}
