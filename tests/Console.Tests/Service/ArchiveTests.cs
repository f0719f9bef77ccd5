using System.Text.Json;
using ECommerce.Channels.Console.Tests.Harness;
using Microsoft.Playwright;
using Xunit;

namespace ECommerce.Channels.Console.Tests.Service;

/// <summary>The complaint archive: cases of tickets that were closed, measures, verdicts, and the chain.</summary>
public sealed class ArchiveTests(Consoles consoles)
{
    private const string Care = "/api/v1/care";

    private static int people;

    [Fact]
    public async Task Product_WithCases_IsShownMonthByMonthAndEntryByEntry()
    {
        var product = await ProductAsync();
        await using var view = await consoles.OpenAsync(new Viewer { Role = "supervisor" });
        await view.GoAsync($"/service?t=archive&pd={product}");
        var page = view.Page;
        var months = Part(view, "Month by month");
        await Assertions.Expect(months.GetByRole(AriaRole.Region, new() { NameRegex = new("^Figures of") })).ToContainTextAsync("2 of 3, n=3");
        var month = months.GetByRole(AriaRole.Row).Nth(1);
        await Assertions.Expect(month).ToContainTextAsync("66.66% (2 of 3)");
        await Assertions.Expect(month).ToContainTextAsync("Needs a visit 1");
        await months.GetByRole(AriaRole.Button, new() { Name = "Definition: Solved in time" }).ClickAsync();
        await Assertions.Expect(page.GetByText("Leaving a case open does not improve it")).ToBeVisibleAsync();
        await page.Keyboard.PressAsync("Escape");

        var entries = Part(view, "Entries");
        await month.GetByRole(AriaRole.Link).ClickAsync();
        await Assertions.Expect(entries.GetByLabel("Kind")).ToHaveValueAsync("case");
        await Assertions.Expect(entries.GetByRole(AriaRole.Row)).ToHaveCountAsync(4);
        await entries.GetByLabel("Nature").SelectOptionAsync("suggestion");
        await Assertions.Expect(entries.GetByRole(AriaRole.Row)).ToHaveCountAsync(2);
        await entries.GetByRole(AriaRole.Button, new() { Name = "Clear filters" }).ClickAsync();
        await entries.GetByRole(AriaRole.Row).Filter(new() { HasText = "Needs a visit" }).GetByRole(AriaRole.Link).ClickAsync();
        var entry = page.GetByRole(AriaRole.Article);
        await Assertions.Expect(entry).ToContainTextAsync("the switch was renewed");
        await view.PictureAsync("service-archive-entry.en");
        await view.ShouldBeCleanAsync("an entry of the archive");
        await page.GetByRole(AriaRole.Button, new() { Name = "Back to the archive" }).ClickAsync();
        await Assertions.Expect(entries.GetByRole(AriaRole.Row)).ToHaveCountAsync(4);
    }

    [Fact]
    public async Task Measure_AddedAndJudged_IsWhatTheApiSays()
    {
        var product = await ProductAsync();
        await using var view = await consoles.OpenAsync(new Viewer { Role = "manager" });
        await view.GoAsync($"/service?t=archive&pd={product}");
        var part = Part(view, "Measures");
        var form = view.Page.GetByRole(AriaRole.Dialog);
        await part.GetByRole(AriaRole.Button, new() { Name = "Note a measure" }).ClickAsync();
        await form.GetByLabel("What is done").FillAsync("Renew the switch, call 13812345678");
        await form.GetByLabel("About").SelectOptionAsync("network");
        await form.GetByLabel("First month").SelectOptionAsync(await MonthAsync(view.Suite, product));
        await view.ShouldBeCleanAsync("the form of a measure");
        await form.GetByRole(AriaRole.Button, new() { Name = "Note a measure" }).ClickAsync();
        var card = part.GetByRole(AriaRole.Listitem).First;
        await Assertions.Expect(card).ToContainTextAsync("Renew the switch, call ***********");
        await Assertions.Expect(card).ToContainTextAsync("Not judged");

        await card.GetByRole(AriaRole.Button, new() { Name = "Judge measure 1" }).ClickAsync();
        await Assertions.Expect(form).ToContainTextAsync(": 0; in ");
        await form.GetByLabel("Verdict").SelectOptionAsync("persists");
        await view.PictureAsync("service-archive-judge.en", fullPage: false);
        await view.ShouldBeCleanAsync("the form of a verdict");
        await form.GetByRole(AriaRole.Button, new() { Name = "Judge" }).ClickAsync();
        await Assertions.Expect(card).ToContainTextAsync("By the numbers alone: Problem persists");
        await Assertions.Expect(Part(view, "Month by month").GetByRole(AriaRole.Row).Nth(1)).ToContainTextAsync("Measure 1: Problem persists");
        await view.SettleAsync();
        await view.PictureAsync("service-archive.en");
        await view.ShouldBeCleanAsync("the archive");

        var verdict = (await view.Suite.GetAsync($"{Care}/archive/entries?product={product}&kind=verdict")).GetProperty("items")[0];
        var measure = (await view.Suite.GetAsync($"{Care}/archive/entries?product={product}&kind=measure")).GetProperty("items")[0];
        Assert.Equal("persists", Text(verdict.GetProperty("verdict"), "verdict"));
        Assert.Equal(1, verdict.GetProperty("verdict").GetProperty("after").GetInt32());
        Assert.Equal((Text(measure, "subject"), "network"), (Text(verdict, "subject"), Text(measure.GetProperty("measure"), "faultClass")));
    }

    [Fact]
    public async Task Chain_NotAskedIntactOrBroken_LooksDifferent()
    {
        var product = await ProductAsync();
        await using var view = await consoles.OpenAsync(new Viewer { Role = "admin" });
        await view.GoAsync($"/service?t=archive&pd={product}");
        var chain = Part(view, "Integrity of the archive");
        await Assertions.Expect(chain).ToContainTextAsync("Not verified");
        await chain.GetByRole(AriaRole.Button, new() { Name = "Verify" }).PressAsync("Enter");
        await Assertions.Expect(chain.Locator("[data-chain=intact]")).ToContainTextAsync("as they were written");
        await view.ShouldBeCleanAsync("an intact chain");
        await view.Page.RouteAsync("**/care/archive/verify", route => route.FulfillAsync(new()
        {
            ContentType = "application/json",
            Body = """{"service":"care/archive","intact":false,"rows":2,"hash":"ab","publishedHeads":1,"damagedLines":0,"finding":{"kind":"altered","number":3,"from":3,"text":"Row 3 was altered"}}""",
        }));
        await chain.GetByRole(AriaRole.Button, new() { Name = "Verify again" }).PressAsync("Enter");
        await Assertions.Expect(chain.Locator("[data-chain=broken]")).ToContainTextAsync("Entry 3 was altered");
        await view.PictureAsync("service-archive-broken.en");
        await view.ShouldBeCleanAsync("a broken chain");
    }

    [Fact]
    public async Task Archive_OnAPhone_NeedsNoSidewaysScrolling()
    {
        var product = await ProductAsync();
        await (await consoles.SuiteAsync()).SendAsync(
            HttpMethod.Post, $"{Care}/archive/measures", new { product, text = string.Concat(Enumerable.Repeat("interconnect", 20)), from = "2026-01" }, "manager");
        await using var view = await consoles.OpenAsync(new Viewer { Role = "agent", Language = "zh-CN", Width = 390, Height = 844 });
        await view.GoAsync($"/service?t=archive&pd={product}");
        await view.PictureAsync("service-archive.phone.zh-CN");
        await view.ShouldBeCleanAsync("the archive on a phone");
        await Assertions.Expect(view.Page.GetByRole(AriaRole.Button, new() { Name = "记录措施" })).ToHaveCountAsync(0);
        await Assertions.Expect(Part(view, "档案条目").GetByRole(AriaRole.Link)).ToHaveCountAsync(0);
    }

    /// <summary>A panel of the screen.</summary>
    private static ILocator Part(View view, string title) =>
        view.Page.GetByRole(AriaRole.Region, new() { Name = title, Exact = true }).Filter(new() { Has = view.Page.GetByRole(AriaRole.Heading, new() { Level = 2, Name = title }) });

    /// <summary>A product of one's own: two complaints, one of them not solved the first time, and a suggestion.</summary>
    private async Task<string> ProductAsync()
    {
        var suite = await consoles.SuiteAsync();
        var one = Interlocked.Increment(ref people);
        var product = $"callerid-{one}";
        var told = await suite.SendAsync(HttpMethod.Post, $"{Care}/pseudonyms", new { numbers = new[] { $"1990001{one + 1000}" } });
        var customer = told.GetProperty("pseudonyms")[0].GetString()!;
        await suite.SendAsync(HttpMethod.Put, $"{Care}/customers/{customer}", new { stage = "mature", tier = "gold", region = "4401", tags = new[] { "test" } });
        await CloseAsync(suite, new { customer, type = "complaint", subject = "No number shown", product, faultClass = "network", channel = "app" }, "needs-visit");
        await CloseAsync(suite, new { customer, type = "complaint", subject = "Charged twice", product, faultClass = "billing", channel = "web" }, null);
        await CloseAsync(suite, new { customer, type = "suggestion", subject = "Show the region, too", product, channel = "sms" }, null);
        return product;
    }

    private static async Task CloseAsync(RunningSuite suite, object ticket, string? notFirstTime)
    {
        var path = $"{Care}/tickets/{Text(await suite.SendAsync(HttpMethod.Post, $"{Care}/tickets", ticket, "agent"), "id")}";
        await suite.SendAsync(HttpMethod.Post, path + "/resolve", new { resolution = "solved", text = "the switch was renewed", notFirstTime }, "agent");
        await suite.SendAsync(HttpMethod.Post, path + "/close", null, "agent");
    }

    /// <summary>The month of the product's cases, by the operator's calendar.</summary>
    private static async Task<string> MonthAsync(RunningSuite suite, string product) =>
        Text((await suite.GetAsync($"{Care}/archive/entries?product={product}&kind=case")).GetProperty("items")[0].GetProperty("case"), "month");

    private static string Text(JsonElement of, string name) => of.GetProperty(name).GetString()!;
}
