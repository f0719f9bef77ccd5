using System.Text.Json;
using ECommerce.Channels.Console.Tests.Harness;
using Microsoft.Playwright;
using Xunit;

namespace ECommerce.Channels.Console.Tests.Service;

/// <summary>Tickets, knowledge and customers as people serve with them.</summary>
public sealed class ServiceTests(Consoles consoles)
{
    private const string Care = "/api/v1/care";

    private static int people;

    [Fact]
    public async Task Ticket_FromCreationToClosing_GoesThroughTheScreen()
    {
        var (customer, _) = await CustomerAsync();
        await using var view = await consoles.OpenAsync(new Viewer { Role = "agent" });
        var page = view.Page;
        await view.GoAsync($"/service?t=tickets&new={customer}");
        var form = page.GetByRole(AriaRole.Dialog);
        await Assertions.Expect(form.GetByLabel("Customer")).ToHaveValueAsync(customer);
        await form.GetByLabel("Subject").FillAsync("Charged twice, call 13800138000");
        await form.GetByLabel("Severity").SelectOptionAsync("high");
        await form.GetByLabel("Fault class").SelectOptionAsync("billing");
        await view.ShouldBeCleanAsync("the form of a ticket");
        await form.GetByRole(AriaRole.Button, new() { Name = "Open ticket" }).ClickAsync();
        var ticket = page.GetByRole(AriaRole.Article);
        await Assertions.Expect(ticket.GetByRole(AriaRole.Heading, new() { NameRegex = new("^Charged twice") })).ToBeVisibleAsync();
        await Assertions.Expect(page.GetByText("13800138000")).ToHaveCountAsync(0);
        var clock = ticket.GetByRole(AriaRole.Region, new() { Name = "First response" });
        await Assertions.Expect(clock).ToContainTextAsync("of 30 min used");
        await view.PictureAsync("service-ticket.en");
        await view.ShouldBeCleanAsync("a ticket");

        await ticket.GetByRole(AriaRole.Button, new() { Name = "Internal" }).ClickAsync();
        await ticket.GetByLabel("Internal note").FillAsync("asked billing");
        await ticket.GetByRole(AriaRole.Button, new() { Name = "Keep the note" }).ClickAsync();
        await Assertions.Expect(ticket.GetByText("asked billing")).ToBeVisibleAsync();
        await Assertions.Expect(clock).Not.ToContainTextAsync("Done");
        await ticket.GetByRole(AriaRole.Button, new() { Name = "To the customer" }).ClickAsync();
        await ticket.GetByLabel("Answer to the customer").FillAsync("We are looking at it.");
        await ticket.GetByRole(AriaRole.Button, new() { Name = "Send to the customer" }).ClickAsync();
        await Assertions.Expect(clock).ToContainTextAsync("In time");

        await DoAsync(view, "Wait for customer");
        await Assertions.Expect(ticket.GetByRole(AriaRole.Region, new() { Name = "Resolution" })).ToContainTextAsync("Paused");
        await Assertions.Expect(ticket.GetByRole(AriaRole.Button, new() { Name = "Close" })).ToHaveCountAsync(0);
        await DoAsync(view, "Go on");
        await DoAsync(view, "Resolve");
        await Assertions.Expect(ticket.GetByRole(AriaRole.Button, new() { Name = "Reopen" })).ToBeVisibleAsync();
        await DoAsync(view, "Close");
        await Assertions.Expect(ticket.GetByRole(AriaRole.Button, new() { Name = "Close" })).ToHaveCountAsync(0);

        var id = new Uri(page.Url).Query.Split("id=")[1];
        var told = await view.Suite.GetAsync($"{Care}/tickets/{id}");
        Assert.Equal("closed", Text(told.GetProperty("ticket"), "status"));
        Assert.Equal(
            ["opened", "commented", "commented", "pended", "resumed", "resolved", "closed"],
            told.GetProperty("history").EnumerateArray().Select(line => Text(line, "what")));
    }

    [Fact]
    public async Task Ticket_ThatSomebodyElseChanged_SaysWhatBeforeItIsChangedAgain()
    {
        var (customer, _) = await CustomerAsync();
        var suite = await consoles.SuiteAsync();
        var made = await suite.SendAsync(HttpMethod.Post, $"{Care}/tickets", new { customer, type = "incident", subject = "No signal", severity = "normal" }, "agent");
        await using var view = await consoles.OpenAsync(new Viewer { Role = "supervisor" });
        await view.GoAsync($"/service?t=tickets&id={Text(made, "id")}");
        await view.Page.GetByRole(AriaRole.Button, new() { Name = "Resolve" }).ClickAsync();
        await suite.SendAsync(HttpMethod.Post, $"{Care}/tickets/{Text(made, "id")}/assign", new { owner = "li.na" }, "agent");
        var form = view.Page.GetByRole(AriaRole.Dialog);
        await form.GetByLabel("What was done").FillAsync("Restarted the cell");
        await form.GetByRole(AriaRole.Button, new() { Name = "Resolve" }).ClickAsync();
        await Assertions.Expect(form.GetByRole(AriaRole.Alert)).ToContainTextAsync("Owner: li.na");
        await Assertions.Expect(form.GetByLabel("What was done")).ToHaveValueAsync("Restarted the cell");
        view.Forgive("status of 412");
        await view.ShouldBeCleanAsync("a ticket that somebody else changed");
        await view.PictureAsync("service-ticket-meanwhile.en", fullPage: false);
        await form.GetByRole(AriaRole.Button, new() { Name = "Do it all the same" }).ClickAsync();
        await Assertions.Expect(view.Page.GetByRole(AriaRole.Article)).ToContainTextAsync("Restarted the cell");
    }

    [Fact]
    public async Task Policy_Changed_IsWhatTheApiSays()
    {
        await using var view = await consoles.OpenAsync(new Viewer { Role = "supervisor" });
        await view.GoAsync("/service?t=tickets&v=promises");
        var page = view.Page;
        await page.GetByRole(AriaRole.Button, new() { Name = "Add for a tier" }).ClickAsync();
        var form = page.GetByRole(AriaRole.Dialog);
        await form.GetByLabel("Tier of customers").SelectOptionAsync("gold");
        await form.GetByLabel("First response (minutes of work)").FillAsync("10");
        await form.GetByLabel("Resolution (minutes of work)").FillAsync("90");
        await form.GetByRole(AriaRole.Button, new() { Name = "Add a step" }).ClickAsync();
        await view.ShouldBeCleanAsync("the form of a policy");
        await form.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Row).Filter(new() { HasText = "Complaint · Critical · gold customers only" })).ToContainTextAsync("1 h 30 min");
        var policy = await view.Suite.GetAsync($"{Care}/sla-policies/complaint.critical.gold");
        Assert.Equal((10, 90, 1), (policy.GetProperty("firstResponse").GetInt32(), policy.GetProperty("resolution").GetInt32(), policy.GetProperty("escalations").GetArrayLength()));

        await page.GetByRole(AriaRole.Row).Filter(new() { HasText = "Working days" }).Last.GetByRole(AriaRole.Button, new() { Name = "Edit" }).ClickAsync();
        await Assertions.Expect(form.GetByLabel("Monday")).ToHaveValueAsync("09:00-12:00, 13:30-18:00");
        await form.GetByLabel("Holidays").FillAsync("New Year");
        await Assertions.Expect(form).ToContainTextAsync("There is a line that cannot be read");
        await view.PictureAsync("service-calendar.en", fullPage: false);
        await view.ShouldBeCleanAsync("the form of a calendar");
    }

    [Fact]
    public async Task Article_WrittenByOneAndApprovedByAnother_IsFoundBySearch()
    {
        var title = $"Roaming {Guid.NewGuid():N}"[..20];
        await using var author = await consoles.OpenAsync(new Viewer { Role = "supervisor" });
        await author.GoAsync("/service?t=knowledge");
        var page = author.Page;
        await page.GetByRole(AriaRole.Button, new() { Name = "New article" }).ClickAsync();
        await page.GetByLabel("Language").SelectOptionAsync("en");
        await page.GetByLabel("Title").FillAsync(title);
        await page.GetByLabel("Text", new() { Exact = true }).FillAsync("# Switch it on\n- open **Settings**\n- <img src=x onerror=alert(1)>");
        var preview = page.GetByRole(AriaRole.Region, new() { Name = "Preview" });
        await Assertions.Expect(preview.GetByRole(AriaRole.Heading, new() { Name = "Switch it on" })).ToBeVisibleAsync();
        await Assertions.Expect(preview.Locator("img")).ToHaveCountAsync(0);
        await author.PictureAsync("service-editor.en");
        await author.ShouldBeCleanAsync("the editor of an article");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save draft" }).ClickAsync();
        var article = page.GetByRole(AriaRole.Article);
        await Assertions.Expect(article).ToContainTextAsync("Draft");
        await DoAsync(author, "Submit");
        await article.GetByRole(AriaRole.Button, new() { Name = "Approve and publish" }).ClickAsync();
        var form = page.GetByRole(AriaRole.Dialog);
        await form.GetByRole(AriaRole.Button, new() { Name = "Approve and publish" }).ClickAsync();
        await Assertions.Expect(form.GetByRole(AriaRole.Alert).First).ToContainTextAsync("Somebody else has to approve it");

        await using var approver = await consoles.OpenAsync(new Viewer { Role = "manager" });
        await approver.GoAsync(author.Page.Url);
        await DoAsync(approver, "Approve and publish");
        await Assertions.Expect(approver.Page.GetByRole(AriaRole.Article)).ToContainTextAsync("Approved");
        await approver.PictureAsync("service-article.en");
        await approver.ShouldBeCleanAsync("an article");

        await using var reader = await consoles.OpenAsync(new Viewer { Role = "agent" });
        await reader.GoAsync("/service?t=knowledge");
        await reader.Page.GetByRole(AriaRole.Searchbox).FillAsync(title);
        await reader.Page.Keyboard.PressAsync("Enter");
        await reader.Page.GetByRole(AriaRole.Link, new() { Name = title }).ClickAsync();
        await Assertions.Expect(reader.Page.GetByRole(AriaRole.Article).GetByText("open Settings")).ToBeVisibleAsync();
        Assert.DoesNotContain("Roaming", Uri.UnescapeDataString(reader.Page.Url), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Versions_OfAnArticle_ShowWhatIsDifferent()
    {
        var suite = await consoles.SuiteAsync();
        var made = await suite.SendAsync(HttpMethod.Post, $"{Care}/articles", new { language = "en", title = "Bills", body = "one\ntwo", audience = "internal" }, "agent");
        var path = $"{Care}/articles/{Text(made, "id")}";
        await suite.SendAsync(HttpMethod.Put, path + "/draft", new { title = "Bills", body = "one\nthree", audience = "internal" }, "agent");
        await using var view = await consoles.OpenAsync(new Viewer { Role = "supervisor" });
        await view.GoAsync($"/service?t=knowledge&id={Text(made, "id")}&v=versions");
        var diff = view.Page.GetByRole(AriaRole.List, new() { Name = "Compare two versions" });
        await Assertions.Expect(diff.Locator("[data-kind=removed]")).ToContainTextAsync("two");
        await Assertions.Expect(diff.Locator("[data-kind=added]")).ToContainTextAsync("three");
        await view.PictureAsync("service-versions.en");
        await view.ShouldBeCleanAsync("the versions of an article");
        await view.Page.GetByRole(AriaRole.Button, new() { Name = "Make it the draft" }).ClickAsync();
        await view.Page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Make it the draft" }).ClickAsync();
        await Assertions.Expect(view.Page.GetByRole(AriaRole.Dialog)).ToHaveCountAsync(0);
        var after = await suite.GetAsync(path);
        Assert.Equal((3, "one\ntwo"), (after.GetProperty("latest").GetProperty("number").GetInt32(), Text(after.GetProperty("latest"), "body")));
    }

    [Fact]
    public async Task Consent_GivenAndWithdrawn_KeepsItsHistory()
    {
        var (customer, _) = await CustomerAsync();
        await using var view = await consoles.OpenAsync(new Viewer { Role = "agent" });
        await view.GoAsync($"/service?t=customers&id={customer}");
        var page = view.Page;
        var panel = page.GetByRole(AriaRole.Region, new() { Name = "Consents" });
        await panel.GetByRole(AriaRole.Button, new() { Name = "Record a consent" }).ClickAsync();
        var form = page.GetByRole(AriaRole.Dialog);
        await form.GetByLabel("Purpose").SelectOptionAsync("survey");
        await form.GetByLabel("Channel").SelectOptionAsync("sms");
        await form.GetByRole(AriaRole.Button, new() { Name = "Give" }).ClickAsync();
        var row = panel.GetByRole(AriaRole.Listitem).Filter(new() { HasText = "Surveys" }).First;
        await Assertions.Expect(row).ToContainTextAsync("✓ Given");
        await row.GetByRole(AriaRole.Button, new() { Name = "Withdraw" }).ClickAsync();
        await form.GetByRole(AriaRole.Button, new() { Name = "Withdraw" }).ClickAsync();
        await Assertions.Expect(row).ToContainTextAsync("✕ Not given");
        await row.GetByText("History (2 times)").ClickAsync();
        await view.PictureAsync("service-customer.en");
        await view.ShouldBeCleanAsync("a customer");
        var consents = await view.Suite.GetAsync($"{Care}/customers/{customer}/consents");
        Assert.Equal([true, false], consents.GetProperty("said").EnumerateArray().Select(one => one.GetProperty("given").GetBoolean()));
    }

    [Fact]
    public async Task Number_LookedUp_LeavesNothingBehind()
    {
        var (customer, number) = await CustomerAsync();
        await using var view = await consoles.OpenAsync(new Viewer { Role = "agent" });
        var addresses = new List<string>();
        view.Page.Request += (_, request) => addresses.Add(request.Url);
        await view.GoAsync("/service?t=customers");
        await view.Page.GetByLabel("Mobile number").FillAsync(number);
        await view.PressUntilAsync(view.Page.GetByRole(AriaRole.Button, new() { Name = "Look up by number" }), $"**id={customer}*");
        await view.SettleAsync();
        await view.Page.GetByRole(AriaRole.Button, new() { Name = "Show in clear (this is recorded)" }).ClickAsync();
        await Assertions.Expect(view.Page.GetByText("1 Test Street")).ToBeVisibleAsync();
        var kept = await view.Page.EvaluateAsync<string>("""
            async () => JSON.stringify([
              { ...localStorage }, { ...sessionStorage }, document.cookie, location.href, history.state, await indexedDB.databases(), await caches.keys(),
              document.documentElement.outerHTML, [...document.querySelectorAll('input')].map((input) => input.value),
            ])
            """);
        Assert.DoesNotContain(number, kept, StringComparison.Ordinal);
        Assert.DoesNotContain(addresses, address => address.Contains(number, StringComparison.Ordinal));
        await view.Page.GoBackAsync();
        await view.SettleAsync();
        await Assertions.Expect(view.Page.GetByLabel("Mobile number")).ToHaveValueAsync("");
    }

    [Fact]
    public async Task Customer_Erased_NeedsTheWord()
    {
        var (customer, _) = await CustomerAsync();
        await using var view = await consoles.OpenAsync(new Viewer { Role = "admin" });
        await view.GoAsync($"/service?t=customers&id={customer}");
        await view.Page.GetByRole(AriaRole.Button, new() { Name = "Erase the customer" }).ClickAsync();
        var form = view.Page.GetByRole(AriaRole.Dialog);
        await form.GetByRole(AriaRole.Button, new() { Name = "Erase the customer" }).ClickAsync();
        await Assertions.Expect(form).ToContainTextAsync("Type “erase”");
        await form.GetByRole(AriaRole.Textbox).FillAsync("erase");
        await form.GetByRole(AriaRole.Button, new() { Name = "Erase the customer" }).ClickAsync();
        await Assertions.Expect(view.Page.GetByText("The customer was erased")).ToBeVisibleAsync();
        await Assertions.Expect(view.Page.GetByRole(AriaRole.Link, new() { Name = customer })).ToHaveCountAsync(0);
    }

    /// <summary>Whoever serves customers asks for no figures, which they may not see.</summary>
    [Fact]
    public async Task Agent_OnTheService_AsksForNothingThatIsForbidden()
    {
        await using var view = await consoles.OpenAsync(new Viewer { Role = "agent" });
        var refused = new List<string>();
        view.Page.Response += (_, answer) =>
        {
            if (answer.Status is 401 or 403) refused.Add(answer.Url);
        };
        foreach (var tab in new[] { "tickets", "knowledge", "archive", "customers" }) await view.GoAsync("/service?t=" + tab);
        await view.GoAsync("/explore");
        await Assertions.Expect(view.Page.GetByRole(AriaRole.Heading, new() { Name = "This screen is for other roles" })).ToBeVisibleAsync();
        Assert.Empty(refused);
        Assert.Empty(view.Faults);
    }

    /// <summary>A customer of one's own for each test, with a number that is nobody's.</summary>
    private async Task<(string Customer, string Number)> CustomerAsync()
    {
        var suite = await consoles.SuiteAsync();
        var number = $"1990000{Interlocked.Increment(ref people) + 1000}";
        var told = await suite.SendAsync(HttpMethod.Post, $"{Care}/pseudonyms", new { numbers = new[] { number } });
        var customer = told.GetProperty("pseudonyms")[0].GetString()!;
        await suite.SendAsync(HttpMethod.Put, $"{Care}/customers/{customer}", new { stage = "mature", tier = "gold", region = "4401", tags = new[] { "test" }, address = "1 Test Street" });
        return (customer, number);
    }

    /// <summary>Presses the button of a step, and that of its form.</summary>
    private static async Task DoAsync(View view, string step)
    {
        await view.Page.GetByRole(AriaRole.Article).GetByRole(AriaRole.Button, new() { Name = step, Exact = true }).ClickAsync();
        var form = view.Page.GetByRole(AriaRole.Dialog);
        await form.Locator("button[type=submit]").Filter(new() { HasText = step }).ClickAsync();
        await Assertions.Expect(form).ToHaveCountAsync(0);
    }

    private static string Text(JsonElement of, string name) => of.GetProperty(name).GetString()!;
}
