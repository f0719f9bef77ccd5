using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using ECommerce.Channels.Contracts;
using ECommerce.Channels.Contracts.Events;
using ECommerce.Channels.Testing;
using Xunit;

namespace ECommerce.Channels.Care.Tests.Tickets;

public sealed class TicketsApiTests(PostgresServer postgres)
{
    private const string Root = TicketsHost.Root;
    private const string Secret = "Zhongshan Road 8";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Ticket_ThroughItsWholeLife_IsInItsHistoryAndToldEachTime()
    {
        await using var host = await TicketsHost.StartAsync(postgres);
        var id = await host.OpenAsync();
        await host.ActAsync(id, "assign", new { owner = "lin", team = "billing" });
        Assert.Equal(("lin", "billing"), Two(await host.ActAsync(id, "assign", new { owner = "lin" }), "owner", "team"));
        Assert.Equal(JsonValueKind.Null, (await host.ActAsync(id, "comment", new { text = "Look at the bill.", to = "internal" })).GetProperty("firstResponseAt").ValueKind);
        Assert.Equal("met", (await host.ActAsync(id, "comment", new { text = "We look into it.", to = "customer" })).Text("firstResponse"));
        Assert.Equal(("pending", "paused"), Two(await host.ActAsync(id, "pend", new { reason = "customer-information" }), "status", "sla"));
        Assert.Equal("open", (await host.ActAsync(id, "resume")).Text("status"));
        Assert.Equal("supervisor", (await host.ActAsync(id, "escalate", new { role = "supervisor" })).Text("escalatedTo"));
        var resolved = await host.ActAsync(id, "resolve", new { resolution = "compensated", text = "Ten yuan given back.", notFirstTime = "needs-other-team" });
        Assert.Equal(("resolved", "met"), Two(resolved, "status", "sla"));
        Assert.Equal("closed", (await host.ActAsync(id, "close")).Text("status"));
        var reopened = await host.ActAsync(id, "reopen");
        Assert.Equal((1, JsonValueKind.Null, JsonValueKind.Null), (reopened.GetProperty("reopened").GetInt32(), reopened.GetProperty("firstResponseAt").ValueKind, reopened.GetProperty("resolution").ValueKind));
        await host.ActAsync(id, "cancel", new { reason = "withdrawn" });

        var detail = await host.GetAsync(id);
        Assert.Equal(["opened", "assigned", "commented", "commented", "pended", "resumed", "escalated", "resolved", "closed", "reopened", "cancelled"], detail.History());
        Assert.Equal("""{"status":{"from":"open","to":"pending"},"statusReason":{"from":null,"to":"customer-information"}}""", detail.GetProperty("history")[4].GetProperty("changes").GetRawText());
        Assert.Equal([("internal", "Look at the bill."), ("customer", "We look into it.")], detail.GetProperty("notes").EnumerateArray().Select(note => Two(note, "to", "text")));
        Assert.Equal(("Billing", "Ten yuan given back."), Two(detail, "subject", "resolved"));

        var told = await ToldAsync(host);
        Assert.Equal([TicketOpened.Type, .. Enumerable.Repeat(TicketChanged.Type, 6), TicketResolved.Type, TicketClosed.Type, TicketChanged.Type, TicketClosed.Type], told.Select(one => one.Type));
        Assert.Equal(Enumerable.Range(1, 11).Select(revision => (id, (long)revision)), told.Select(one => (one.Subject!, one.Data.GetProperty("ticket").GetProperty("revision").GetInt64())));
        var audited = await host.ReadAsync("SELECT action FROM care.audit_log WHERE action LIKE 'ticket.%' ORDER BY number");
        Assert.Equal([.. detail.History().Select(what => "ticket." + what), "ticket.read"], audited);
    }

    [Fact]
    public async Task Step_ThatTheStatusDoesNotAllow_Is409AndChangesNothing()
    {
        await using var host = await TicketsHost.StartAsync(postgres);
        var id = await host.OpenAsync();
        (string Action, object? Body)[] all =
        [
            ("assign", new { owner = "lin" }), ("comment", new { text = "x", to = "customer" }), ("pend", new { reason = "other" }), ("resume", null),
            ("resolve", new { resolution = "solved" }), ("close", null), ("reopen", null), ("cancel", new { reason = "other" }), ("escalate", new { role = "manager" }),
        ];
        await AllowsNothingOf("resume", "close", "reopen");
        await host.ActAsync(id, "pend", new { reason = "other" });
        await AllowsNothingOf("pend", "close", "reopen");
        await host.ActAsync(id, "resolve", new { resolution = "solved" });
        await AllowsNothingOf("assign", "pend", "resume", "resolve", "cancel", "escalate");
        await host.ActAsync(id, "close");
        await AllowsNothingOf("assign", "comment", "pend", "resume", "resolve", "close", "cancel", "escalate");
        await host.ActAsync(id, "reopen");
        await host.ActAsync(id, "cancel", new { reason = "other" });
        await AllowsNothingOf([.. all.Select(one => one.Action)]);
        var (status, problem) = await host.CallAsync(HttpMethod.Patch, $"{Root}/{id}", new { severity = "low" }, Roles.Agent);
        Assert.Equal((409, "urn:channels:problem:ticket-status"), (status, problem.Text("type")));
        Assert.Equal(6, (await host.GetAsync(id)).History().Length);

        async Task AllowsNothingOf(params string[] actions)
        {
            foreach (var (action, body) in all.Where(one => actions.Contains(one.Action)))
            {
                var (status, problem) = await host.CallAsync(HttpMethod.Post, $"{Root}/{id}/{action}", body, Roles.Agent);
                Assert.Equal((action, 409, "urn:channels:problem:ticket-status"), (action, status, problem.Text("type")));
            }
        }
    }

    [Fact]
    public async Task Open_ThatIsWrong_NamesEveryField()
    {
        await using var host = await TicketsHost.StartAsync(postgres);
        var wrong = new
        {
            customer = "13812345678",
            type = "wish",
            severity = "huge",
            priority = 5,
            subject = "",
            description = new string('d', 8_001),
            service = "none",
            channel = "fax",
            product = "13812345678",
            faultClass = "none",
            task = "13812345678",
            conversation = "a b",
            notFirstTime = "lazy",
            owner = "call 13812345678",
            team = "13912345678",
        };
        Assert.Equal(
            ["channel", "conversation", "customer", "description", "faultClass", "notFirstTime", "owner", "priority", "product", "service", "severity", "subject", "task", "team", "type"],
            (await host.CallAsync(HttpMethod.Post, Root, wrong, Roles.Agent)).Wrong());
        Assert.Equal(["customer", "subject", "type"], (await host.CallAsync(HttpMethod.Post, Root, new { }, Roles.Portal)).Wrong());
        Assert.Empty(await host.IdsAsync(""));
    }

    [Fact]
    public async Task Action_ThatIsWrong_NamesEveryField()
    {
        await using var host = await TicketsHost.StartAsync(postgres);
        var id = await host.OpenAsync();
        Assert.Equal(["owner"], await WrongAsync("assign", new { }));
        Assert.Equal(["owner", "team"], await WrongAsync("assign", new { owner = "13812345678", team = "a b" }));
        Assert.Equal(["text", "to"], await WrongAsync("comment", new { text = "", to = "everyone" }));
        Assert.Equal(["reason"], await WrongAsync("pend", new { reason = "lunch" }));
        Assert.Equal(["notFirstTime", "resolution", "text"], await WrongAsync("resolve", new { resolution = "gone", text = 1, notFirstTime = "x" }));
        Assert.Equal(["reason"], await WrongAsync("cancel", new { }));
        Assert.Equal(["role"], await WrongAsync("escalate", new { role = "agent" }));
        Assert.Equal(["priority", "service", "subject", "type"], (await host.CallAsync(
            HttpMethod.Patch, $"{Root}/{id}", new { type = (string?)null, subject = "", service = "none", priority = 0 }, Roles.Agent)).Wrong());
        Assert.Equal(["sla", "status"], (await host.CallAsync(HttpMethod.Get, Root + "?sla=x&status=y", null, Roles.Agent)).Wrong());
        Assert.Equal(["sla", "status"], (await host.CallAsync(HttpMethod.Post, Root + "/search", new { sla = "x", status = "y" }, Roles.Agent)).Wrong());
        Assert.Equal(["opened"], (await host.GetAsync(id)).History());

        async Task<string[]> WrongAsync(string action, object body) => (await host.CallAsync(HttpMethod.Post, $"{Root}/{id}/{action}", body, Roles.Agent)).Wrong();
    }

    [Fact]
    public async Task Edit_OfWhatItIsAbout_ChangesThatAloneAndBringsItsPolicy()
    {
        await using var host = await TicketsHost.StartAsync(postgres);
        var id = await host.OpenAsync();
        var edited = await host.SendAsync(HttpMethod.Patch, $"{Root}/{id}", new { severity = "critical", product = (string?)null, description = "" }, 200, ifMatch: "\"1\"");
        Assert.Equal(("complaint.critical", "payment.topup"), Two(edited, "policy", "service"));
        Assert.Equal((JsonValueKind.Null, 2), (edited.GetProperty("product").ValueKind, edited.GetProperty("revision").GetInt32()));
        Assert.Equal(edited.GetProperty("openedAt").GetDateTimeOffset().AddMinutes(240), edited.GetProperty("resolutionDue").GetDateTimeOffset());
        await host.SendAsync(HttpMethod.Patch, $"{Root}/{id}", new { priority = 4 }, 412, ifMatch: "\"1\"");
        // What changes nothing is no change.
        Assert.Equal(2, (await host.SendAsync(HttpMethod.Patch, $"{Root}/{id}", new { severity = "critical" }, 200)).GetProperty("revision").GetInt32());
        var detail = await host.GetAsync(id);
        Assert.Equal(("Billing", null), Two(detail, "subject", "description"));
        Assert.Equal(["description", "policy", "product", "severity"], detail.GetProperty("history")[1].GetProperty("changes").EnumerateObject().Select(field => field.Name).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Policy_OfATier_IsPromisedToItsCustomersAlone()
    {
        await using var host = await TicketsHost.StartAsync(postgres);
        var gold = new { calendar = "always", firstResponse = 5, resolution = 60, escalations = new[] { new { role = "manager", after = 0 } } };
        await host.SendAsync(HttpMethod.Put, "/api/v1/care/sla-policies/complaint.high.gold", gold, 200, Roles.Supervisor);
        Assert.Equal("complaint.high.gold", (await host.GetAsync(await host.OpenAsync())).GetProperty("ticket").Text("policy"));
        Assert.Equal("complaint.high", (await host.GetAsync(await host.OpenAsync(TicketsHost.Ticket(TicketsHost.Shenzhen)))).GetProperty("ticket").Text("policy"));
    }

    [Fact]
    public async Task Policy_Put_IsCheckedFieldByFieldAndOverItsRevision()
    {
        await using var host = await TicketsHost.StartAsync(postgres);
        const string path = "/api/v1/care/sla-policies/complaint.high";
        Assert.Equal(20, (await host.SendAsync(HttpMethod.Get, "/api/v1/care/sla-policies", null, 200, Roles.Agent)).GetProperty("policies").GetArrayLength());
        var wrong = new { calendar = "none", firstResponse = 60, resolution = 30, remindAt = 100, escalations = new[] { new { role = "manager", after = 5 }, new { role = "agent", after = 5 } } };
        Assert.Equal(["calendar", "escalations.1.after", "escalations.1.role", "remindAt", "resolution"], (await host.CallAsync(HttpMethod.Put, path, wrong, Roles.Manager)).Wrong());
        var right = new { calendar = "always", firstResponse = 10, resolution = 30, remindAt = 50, escalations = Array.Empty<object>() };
        await host.SendAsync(HttpMethod.Put, path, right, 412, Roles.Manager, "\"7\"");
        Assert.Equal(2, (await host.SendAsync(HttpMethod.Put, path, right, 200, Roles.Manager, "\"1\"")).GetProperty("revision").GetInt32());
        Assert.Equal(404, (await host.CallAsync(HttpMethod.Put, path + ".tin", right, Roles.Manager)).Status);
        Assert.Equal(403, (await host.CallAsync(HttpMethod.Put, path, right, Roles.Agent)).Status);
        Assert.Equal(403, (await host.CallAsync(HttpMethod.Put, path, right, Roles.Manager, "44")).Status);
        Assert.Equal(["sla-policy.changed"], await host.ReadAsync("SELECT action FROM care.audit_log WHERE action LIKE 'sla-policy.%'"));
    }

    [Fact]
    public async Task FaultClass_OutOfUse_IsKeptAndNotGivenAgain()
    {
        await using var host = await TicketsHost.StartAsync(postgres);
        var id = await host.OpenAsync();
        await host.SendAsync(HttpMethod.Put, "/api/v1/care/fault-classes/billing", new { names = new Dictionary<string, string> { ["zh-CN"] = "账单", ["en"] = "Bills" }, enabled = false }, 200, Roles.Manager, "\"1\"");
        Assert.Equal(["faultClass"], (await host.CallAsync(HttpMethod.Post, Root, TicketsHost.Ticket(), Roles.Agent)).Wrong());
        Assert.Equal("billing", (await host.GetAsync(id)).GetProperty("ticket").Text("faultClass"));
        var classes = (await host.SendAsync(HttpMethod.Get, "/api/v1/care/fault-classes", null, 200, Roles.Portal)).GetProperty("faultClasses").EnumerateArray();
        Assert.Equal([("billing", false)], classes.Where(one => !one.GetProperty("enabled").GetBoolean()).Select(one => (one.Text("code")!, one.GetProperty("enabled").GetBoolean())));
        Assert.Equal(["code"], (await host.CallAsync(HttpMethod.Put, "/api/v1/care/fault-classes/13812345678", new { names = new Dictionary<string, string> { ["zh-CN"] = "一", ["en"] = "One" } }, Roles.Admin)).Wrong());
    }

    [Fact]
    public async Task Ticket_OfACustomerElsewhere_IsAsIfItWereNotThere()
    {
        await using var host = await TicketsHost.StartAsync(postgres);
        var (here, there, stranger) = (await host.OpenAsync(), await host.OpenAsync(TicketsHost.Ticket(TicketsHost.Shenzhen)), await host.OpenAsync(TicketsHost.Ticket(TicketsHost.Stranger)));
        Assert.Equal(new[] { here, there, stranger }.Order(StringComparer.Ordinal), (await host.IdsAsync("")).Order(StringComparer.Ordinal));
        Assert.Equal(new[] { here, there }.Order(StringComparer.Ordinal), (await host.IdsAsync("", "44")).Order(StringComparer.Ordinal));
        Assert.Equal([here], await host.IdsAsync("", "4401"));
        foreach (var hidden in new[] { there, stranger })
        {
            foreach (var (method, path, body) in new (HttpMethod, string, object?)[]
            {
                (HttpMethod.Get, "", null), (HttpMethod.Patch, "", new { priority = 1 }), (HttpMethod.Post, "/assign", new { owner = "lin" }),
                (HttpMethod.Post, "/comment", new { text = "x", to = "internal" }), (HttpMethod.Post, "/pend", new { reason = "other" }),
                (HttpMethod.Post, "/resume", null), (HttpMethod.Post, "/resolve", new { resolution = "solved" }), (HttpMethod.Post, "/close", null),
                (HttpMethod.Post, "/reopen", null), (HttpMethod.Post, "/cancel", new { reason = "other" }), (HttpMethod.Post, "/escalate", new { role = "admin" }),
            })
                Assert.Equal((method, path, 404), (method, path, (await host.CallAsync(method, $"{Root}/{hidden}{path}", body, Roles.Supervisor, "4401")).Status));
        }
        Assert.Equal(["customer"], (await host.CallAsync(HttpMethod.Post, Root, TicketsHost.Ticket(TicketsHost.Shenzhen), Roles.Agent, "4401")).Wrong());
        Assert.Equal(["customer"], (await host.CallAsync(HttpMethod.Post, Root, TicketsHost.Ticket(TicketsHost.Stranger), Roles.Agent, "4401")).Wrong());
        Assert.Equal(201, (await host.CallAsync(HttpMethod.Post, Root, TicketsHost.Ticket(), Roles.Portal, "4401")).Status);
    }

    [Fact]
    public async Task Text_WithANumber_IsMaskedAndNoPlainTextIsInTheDatabase()
    {
        await using var host = await TicketsHost.StartAsync(postgres);
        using var request = new HttpRequestMessage(HttpMethod.Post, Root)
        {
            Content = JsonContent.Create(new { customer = TicketsHost.Guangzhou, type = "complaint", subject = "Call 138-1234-5678", description = $"I live at {Secret}, 13912345678" }),
        };
        request.Headers.Add("Idempotency-Key", "k1");
        host.Care.Sign(request, Roles.Portal, []);
        using var answer = await host.Care.Anonymous.SendAsync(request, Cancellation);
        var id = (await answer.Content.ReadFromJsonAsync<JsonElement>(Cancellation)).Text("id")!;
        await host.ActAsync(id, "comment", new { text = $"Sent to {Secret}; 13712345678 rang", to = "customer" });
        await host.ActAsync(id, "resolve", new { resolution = "solved", text = $"Done at {Secret} for 13612345678" });
        var detail = await host.GetAsync(id);
        Assert.Equal(("Call ***********", $"I live at {Secret}, ***********"), Two(detail, "subject", "description"));
        Assert.Equal(($"Sent to {Secret}; *********** rang", $"Done at {Secret} for ***********"), (detail.GetProperty("notes")[0].Text("text"), detail.Text("resolved")));
        var dump = await host.DumpAsync();
        Assert.Contains(id, dump, StringComparison.Ordinal);
        foreach (var plain in new[] { Secret, "12345678", "1234-5678", "Call **" })
        {
            Assert.DoesNotContain(plain, dump, StringComparison.Ordinal);
            Assert.DoesNotContain(Convert.ToHexStringLower(System.Text.Encoding.UTF8.GetBytes(plain)), dump, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Erase_TheCustomer_LeavesTheTicketWithoutItsTexts()
    {
        await using var host = await TicketsHost.StartAsync(postgres);
        var id = await host.OpenAsync();
        await host.ActAsync(id, "comment", new { text = "x", to = "customer" });
        await host.SendAsync(HttpMethod.Delete, $"/api/v1/care/customers/{TicketsHost.Guangzhou}", null, 204);
        Assert.StartsWith("c_x", (await host.GetAsync(id)).GetProperty("ticket").Text("customer"), StringComparison.Ordinal);
        // What is said from now on is sealed under another key, and what was said before stays closed.
        await host.ActAsync(id, "comment", new { text = "y", to = "internal" });
        var detail = await host.GetAsync(id);
        Assert.Equal((null, null), Two(detail, "subject", "description"));
        Assert.Equal([null, "y"], detail.GetProperty("notes").EnumerateArray().Select(note => note.Text("text")));
    }

    [Fact]
    public async Task History_OfATicket_CanNotBeRewritten()
    {
        await using var host = await TicketsHost.StartAsync(postgres);
        await host.OpenAsync();
        foreach (var sql in new[] { "UPDATE care.ticket_history SET by = 'x'", "DELETE FROM care.ticket_history", "TRUNCATE care.ticket_history" })
            await Assert.ThrowsAsync<Npgsql.PostgresException>(() => host.ReadAsync(sql));
    }

    [Fact]
    public async Task Open_AThousandTimesWithOneKey_IsOneTicket()
    {
        await using var host = await TicketsHost.StartAsync(postgres);
        using var gate = new SemaphoreSlim(100);
        var answers = await Task.WhenAll(Enumerable.Range(0, 1_000).Select(async _ =>
        {
            await gate.WaitAsync(Cancellation);
            using var request = new HttpRequestMessage(HttpMethod.Post, Root) { Content = JsonContent.Create(TicketsHost.Ticket()) };
            request.Headers.Add("Idempotency-Key", "once");
            host.Care.Sign(request, Roles.Portal, []);
            using var answer = await host.Care.Anonymous.SendAsync(request, Cancellation);
            gate.Release();
            return (answer.StatusCode, Body: await answer.Content.ReadAsStringAsync(Cancellation));
        }));
        Assert.Subset(new HashSet<HttpStatusCode> { HttpStatusCode.Created, HttpStatusCode.Conflict }, answers.Select(one => one.StatusCode).ToHashSet());
        Assert.Single(answers.Where(one => one.StatusCode == HttpStatusCode.Created).Select(one => one.Body).Distinct());
        Assert.Equal(["1"], await host.ReadAsync("SELECT count(*) FROM care.tickets"));
        Assert.Equal(["1"], await host.ReadAsync("SELECT count(*) FROM care.audit_log WHERE action = 'ticket.opened'"));
    }

    [Theory]
    [InlineData(Roles.Portal, 201, 403, 403)]
    [InlineData(Roles.Agent, 201, 200, 200)]
    [InlineData(Roles.Supervisor, 201, 200, 200)]
    [InlineData(Roles.Admin, 201, 200, 200)]
    [InlineData(Roles.Manager, 403, 200, 403)]
    [InlineData(Roles.Sre, 403, 403, 403)]
    [InlineData(Roles.Interviewer, 403, 403, 403)]
    public async Task Role_OpensReadsAndActs_AsItMay(string role, int opens, int reads, int acts)
    {
        await using var host = await TicketsHost.StartAsync(postgres);
        var id = await host.OpenAsync();
        Assert.Equal(opens, (await host.CallAsync(HttpMethod.Post, Root, TicketsHost.Ticket(), role)).Status);
        Assert.Equal(reads, (await host.CallAsync(HttpMethod.Get, $"{Root}/{id}", null, role)).Status);
        Assert.Equal(acts, (await host.CallAsync(HttpMethod.Post, $"{Root}/{id}/pend", new { reason = "other" }, role)).Status);
    }

    private static (string?, string?) Two(JsonElement one, string first, string second) => (one.Text(first), one.Text(second));

    private static Task<List<Told>> ToldAsync(TicketsHost host) => Told.AllAsync(host.Care, Topics.Tickets, Cancellation);
}
