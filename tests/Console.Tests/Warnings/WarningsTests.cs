using System.Text.RegularExpressions;
using ECommerce.Channels.Console.Tests.Harness;
using Microsoft.Playwright;
using Xunit;

namespace ECommerce.Channels.Console.Tests.Warnings;

/// <summary>The desk of warnings, as people use it: [W1] to [W3].</summary>
public sealed class WarningsTests(Consoles consoles)
{
    private static readonly TimeSpan SeenBy = TimeSpan.FromSeconds(2);

    [Fact]
    public async Task Rule_BeforeItIsSaved_SaysHowOftenItWouldHaveFired()
    {
        await using var view = await consoles.OpenAsync();
        await view.GoAsync("/warnings?v=rules");
        var page = view.Page;
        await page.GetByRole(AriaRole.Button, new() { Name = "New rule" }).ClickAsync();
        await page.GetByRole(AriaRole.Combobox, new() { Name = "Channel", Exact = true }).SelectOptionAsync("app");
        await page.GetByLabel("Threshold (%)").FillAsync("92.5");
        var sentence = page.GetByText(new Regex(@"^Would have fired \d+ times? in the last 30 days$")).First;
        await Assertions.Expect(sentence).ToBeVisibleAsync();
        var api = await view.Suite.SendAsync(HttpMethod.Post, "/api/v1/kpi/warning-rules/preview", Rule("app", 0.925), "manager");
        var fired = api.GetProperty("fired").GetInt32();
        await Assertions.Expect(sentence).ToContainTextAsync($"fired {fired} ");
        await Assertions.Expect(page.GetByText("Threshold 92.50%")).ToBeVisibleAsync();
        Assert.Equal(api.GetProperty("occurrences").GetArrayLength(), fired);
        await page.GetByRole(AriaRole.Button, new() { Name = "View as table" }).ClickAsync();
        var rows = page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Table, new() { Name = "Success rate" }).Locator("tbody tr");
        Assert.Equal(Math.Min(200, api.GetProperty("series").GetArrayLength()), await rows.CountAsync());
        await view.PictureAsync("warnings-rule-form.en");
        await view.ShouldBeCleanAsync("the form of a rule");
    }

    [Fact]
    public async Task Rule_AddedDisabledAndRemoved_IsWhatTheApiSays()
    {
        await using var view = await consoles.OpenAsync();
        await view.GoAsync("/warnings?v=rules");
        var page = view.Page;
        await page.GetByRole(AriaRole.Button, new() { Name = "New rule" }).ClickAsync();
        await page.GetByRole(AriaRole.Combobox, new() { Name = "Channel", Exact = true }).SelectOptionAsync("kiosk");
        await page.GetByLabel("Threshold (%)").FillAsync("1.25");
        await page.GetByLabel("SREs").CheckAsync();
        await page.GetByLabel("Other users, separated by commas").FillAsync("li.na");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        var row = page.GetByRole(AriaRole.Row).Filter(new() { HasText = "1.25%" });
        await Assertions.Expect(row).ToContainTextAsync("li.na");
        var rules = await view.Suite.GetAsync("/api/v1/kpi/warning-rules");
        var made = rules.GetProperty("rules").EnumerateArray().Single(rule => rule.GetProperty("channel").GetString() == "kiosk");
        Assert.Equal(0.0125, made.GetProperty("condition").GetProperty("threshold").GetDouble());
        Assert.Equal(["manager", "sre", "user:li.na"], made.GetProperty("notify").EnumerateArray().Select(who => who.GetString()));
        await row.GetByRole(AriaRole.Button, new() { Name = "Disable" }).ClickAsync();
        await Assertions.Expect(row).ToContainTextAsync("Disabled");
        await row.GetByRole(AriaRole.Button, new() { Name = "Remove" }).ClickAsync();
        await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Remove" }).ClickAsync();
        await Assertions.Expect(row).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Rule_WithSomethingWrong_SaysWhatAndKeepsWhatWasTyped()
    {
        await using var view = await consoles.OpenAsync();
        await view.GoAsync("/warnings?v=rules&rule=new");
        var page = view.Page;
        await page.GetByLabel("Threshold (%)").FillAsync("95");
        await page.RouteAsync("**/api/v1/kpi/warning-rules", route => route.Request.Method == "POST" ? route.AbortAsync() : route.ContinueAsync());
        await page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("Not saved");
        await Assertions.Expect(page.GetByLabel("Threshold (%)")).ToHaveValueAsync("95");
    }

    [Fact]
    public async Task Warning_AcknowledgedAssignedAndResolved_IsSeenInASecondBrowserWithinTwoSeconds()
    {
        var id = await RaisedAsync("app", 0.01);
        await using var first = await consoles.OpenAsync();
        await using var second = await consoles.OpenAsync(new Viewer { Role = "sre" });
        await first.GoAsync($"/warnings?w={id}");
        await second.GoAsync("/warnings");
        await Assertions.Expect(second.Page.GetByRole(AriaRole.Status).Filter(new() { HasText = "Live" })).ToBeVisibleAsync();
        var detail = first.Page.GetByRole(AriaRole.Article);
        var row = second.Page.Locator($"[data-warning='{id}']");

        await detail.GetByRole(AriaRole.Button, new() { Name = "Acknowledge" }).ClickAsync();
        await first.Page.GetByLabel("Note").FillAsync("asked the gateway’s team, call 13800138000");
        await SaveAsync(first);
        await Assertions.Expect(row).ToContainTextAsync("Acknowledged", Within);
        await detail.GetByRole(AriaRole.Button, new() { Name = "Assign" }).ClickAsync();
        await first.Page.GetByLabel("Owner (a user or a team; empty for nobody)").FillAsync("sre");
        await SaveAsync(first);
        await Assertions.Expect(row).ToContainTextAsync("Owner: sre", Within);
        await detail.GetByRole(AriaRole.Button, new() { Name = "Snooze" }).ClickAsync();
        await first.Page.GetByLabel("4 hours").CheckAsync();
        await SaveAsync(first);
        await Assertions.Expect(row).ToContainTextAsync("Snoozed until", Within);
        await detail.GetByRole(AriaRole.Button, new() { Name = "Resolve" }).ClickAsync();
        await first.Page.GetByLabel("false alarm").CheckAsync();
        await SaveAsync(first);
        await Assertions.Expect(row).ToHaveCountAsync(0, new() { Timeout = Machine.Allows(SeenBy) });

        var history = (await first.Suite.GetAsync($"/api/v1/kpi/warnings/{id}")).GetProperty("history").EnumerateArray().ToList();
        Assert.Equal(["acknowledged", "assigned", "snoozed", "resolved"], history.Select(line => line.GetProperty("what").GetString()).Where(what => what is not ("raised" or "seen")));
        var note = history.Single(line => line.GetProperty("what").GetString() == "acknowledged").GetProperty("note").GetString()!;
        Assert.DoesNotContain("13800138000", note, StringComparison.Ordinal);
        await Assertions.Expect(detail.GetByText("asked the gateway’s team")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Warning_Chosen_ExplainsItselfAndLeadsToExplore()
    {
        var id = await RaisedAsync("counter", 0.02);
        await using var view = await consoles.OpenAsync();
        await view.GoAsync("/");
        await view.GoByKeyAsync("w", "/warnings");
        await view.SettleAsync();
        await view.Page.Locator($"[data-warning='{id}']").GetByRole(AriaRole.Link).ClickAsync();
        await view.SettleAsync();
        var detail = view.Page.GetByRole(AriaRole.Article);
        var warning = await view.Suite.GetAsync($"/api/v1/kpi/warnings/{id}");
        foreach (var part in new[] { "numerator", "denominator" })
            await Assertions.Expect(detail.GetByText(warning.GetProperty(part).GetInt64().ToString("N0"), new() { Exact = true }).First).ToBeVisibleAsync();
        await Assertions.Expect(detail.GetByText("Why it fired")).ToBeVisibleAsync();
        await Assertions.Expect(detail.GetByText("version 1").First).ToBeVisibleAsync();
        await view.PictureAsync("warnings-detail.en");
        await view.ShouldBeCleanAsync("a warning in detail");
        await detail.GetByRole(AriaRole.Link, new() { Name = "Open in Explore" }).ClickAsync();
        await view.Page.WaitForURLAsync(address => address.Contains("/explore?i=success-rate", StringComparison.Ordinal) && address.Contains("ch=counter", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Supervisor_ReadsWarnings_AndChangesNothing()
    {
        var id = await RaisedAsync("app", 0.03);
        await using var view = await consoles.OpenAsync(new Viewer { Role = "supervisor" });
        await view.GoAsync($"/warnings?w={id}");
        await Assertions.Expect(view.Page.GetByRole(AriaRole.Article)).ToBeVisibleAsync();
        await Assertions.Expect(view.Page.GetByRole(AriaRole.Button, new() { Name = "Acknowledge" })).ToHaveCountAsync(0);
        await view.GoAsync("/warnings?v=rules&rule=new");
        await Assertions.Expect(view.Page.GetByRole(AriaRole.Button, new() { Name = "New rule" })).ToHaveCountAsync(0);
        await Assertions.Expect(view.Page.GetByRole(AriaRole.Dialog)).ToHaveCountAsync(0);
    }

    private static LocatorAssertionsToContainTextOptions Within => new() { Timeout = Machine.Allows(SeenBy) };

    /// <summary>Saves, and waits until the server has said yes: the two seconds begin there.</summary>
    private static async Task SaveAsync(View view)
    {
        await view.Page.RunAndWaitForResponseAsync(
            () => view.Page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync(),
            answer => answer.Request.Method == "POST" && answer.Ok);
    }

    /// <summary>A warning of a rule that is sure to fire: something always succeeds.</summary>
    private async Task<string> RaisedAsync(string channel, double above)
    {
        var suite = await consoles.SuiteAsync();
        var rule = (await suite.SendAsync(HttpMethod.Post, "/api/v1/kpi/warning-rules", Rule(channel, above, "above"), "manager")).GetProperty("id").GetString();
        string? id = null;
        await RunningSuite.UntilAsync("a warning of the rule", async () =>
        {
            var all = await suite.GetAsync($"/api/v1/kpi/warnings?state=open&rule={rule}");
            id = all.GetProperty("warnings").EnumerateArray().Select(one => one.GetProperty("id").GetString()).FirstOrDefault();
            return id is not null;
        });
        return id!;
    }

    private static object Rule(string channel, double threshold, string kind = "below") => new
    {
        indicator = "success-rate",
        channel,
        condition = new { kind, threshold, window = "day" },
        notify = new[] { "manager" },
        severity = "critical",
    };
}
