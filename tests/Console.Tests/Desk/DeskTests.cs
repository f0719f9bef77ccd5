using System.Text.RegularExpressions;
using ECommerce.Channels.Console.Tests.Harness;
using Microsoft.Playwright;
using Xunit;

namespace ECommerce.Channels.Console.Tests.Desk;

/// <summary>The desk of agents, as they work with it all day: [D1] to [D7].</summary>
[Collection("desk")]
public sealed class DeskTests(Consoles consoles)
{
    private const string Watch = """
        window.mouse = 0;
        for (const name of ['pointerdown', 'mousedown', 'touchstart']) addEventListener(name, () => window.mouse++, true);
        """;

    [Fact]
    public async Task FiveConversations_WithTheKeyboardAlone_AreServedAndResolved()
    {
        await using var view = await OpenAsync();
        var (page, keys, served) = (view.Page, view.Page.Keyboard, new Served(view.Suite));
        await served.ClearAsync();
        await served.ArticleAsync("Roaming abroad", "Switch **roaming** on in the app: [Roaming](https://example.com/roaming).");
        var ids = new List<string>();
        for (var i = 1; i <= 5; i++) ids.Add(await served.ComesAsync($"my bill of line {i} is wrong, and does roaming cost more?"));
        await OnDutyAsync(view);
        for (var i = 1; i <= 5; i++)
        {
            await Assertions.Expect(Rows(view).First).ToBeVisibleAsync();
            await keys.PressAsync("j");
            await keys.PressAsync("Enter");
            await Assertions.Expect(page.Locator("[data-seq='1']")).ToBeVisibleAsync();
            await keys.PressAsync("n");
            await Assertions.Expect(Field(view)).ToBeFocusedAsync();
            await keys.TypeAsync("seems to be upset");
            await Assertions.Expect(page.GetByRole(AriaRole.Button, new() { Name = "Save note" })).ToBeVisibleAsync();
            await keys.PressAsync("Control+Enter");
            await Assertions.Expect(page.Locator("[data-kind=note][data-seq]")).ToHaveCountAsync(1);
            await keys.PressAsync("Escape");
            await keys.PressAsync("r");
            await keys.TypeAsync("::hello");
            await keys.PressAsync("Enter");
            await Assertions.Expect(Field(view)).ToHaveValueAsync(new Regex("^Hello, thank you"));
            if (i == 1)
            {
                await keys.TypeAsync("\n??roaming");
                await Assertions.Expect(page.GetByRole(AriaRole.Option).First).ToContainTextAsync("Roaming abroad");
                await view.PictureAsync("desk-articles.en", fullPage: false);
                await keys.PressAsync("Enter");
                await Assertions.Expect(Field(view)).ToHaveValueAsync(new Regex("Switch roaming on in the app"));
            }
            if (i == 2) await ByKeysAsync(view);
            await keys.PressAsync("Control+Shift+Enter");
            await Assertions.Expect(page.GetByRole(AriaRole.Dialog)).ToContainTextAsync("Solved");
            if (i == 1) await view.ShouldBeCleanAsync("the reasons");
            await keys.PressAsync("1");
            await Assertions.Expect(page.GetByRole(AriaRole.Dialog)).ToHaveCountAsync(0);
            await Assertions.Expect(page.Locator("[data-seq='1']")).ToHaveCountAsync(0);
            await RunningSuite.UntilAsync($"{i} are closed", async () => (await CountAsync(served, ids)) == i);
        }
        foreach (var id in ids)
        {
            Assert.Contains(await served.SaidAsync(id), text => text.StartsWith("Hello, thank you", StringComparison.Ordinal));
            Assert.Equal(["seems to be upset"], await served.SaidAsync(id, "note"));
        }
        var article = Assert.Single((await Task.WhenAll(ids.Select(id => served.SaidAsync(id)))).SelectMany(said => said), text => text.Contains("example.com", StringComparison.Ordinal));
        Assert.DoesNotContain("**", article, StringComparison.Ordinal);
        Assert.Equal(0, await page.EvaluateAsync<int>("window.mouse"));
        await view.GoAsync("/desk?v=closed");
        foreach (var id in ids) await Assertions.Expect(page.Locator($"[data-conversation='{id}']")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Reply_OfAColleagueWhileOffline_IsThereWithoutAReloadAndHoldsTheAnswerBack()
    {
        await using var view = await OpenAsync();
        var (page, served) = (view.Page, new Served(view.Suite));
        await served.ClearAsync();
        var id = await served.ComesAsync("is anybody there?");
        await OnDutyAsync(view);
        await Assertions.Expect(Rows(view)).ToHaveCountAsync(1);
        await view.GoAsync($"/desk?c={id}");
        await Assertions.Expect(page.Locator("[data-live=live]")).ToBeVisibleAsync();
        await page.EvaluateAsync("window.notReloaded = true");
        await view.Context.SetOfflineAsync(true);
        await Field(view).FillAsync("I look into it");
        await page.Keyboard.PressAsync("Control+Enter");
        var failed = page.Locator("[data-outgoing=failed]");
        await Assertions.Expect(failed).ToContainTextAsync("Not sent");
        await view.PictureAsync("desk-failed.en", fullPage: false);
        await served.IsAnsweredByAColleagueAsync(id, "A colleague has solved it already", "agent");
        await view.Context.SetOfflineAsync(false);
        await Assertions.Expect(page.GetByText("A colleague has solved it already")).ToBeVisibleAsync(new() { Timeout = 30_000 });
        await Assertions.Expect(failed).ToBeVisibleAsync();
        await failed.GetByRole(AriaRole.Button, new() { Name = "Retry" }).ClickAsync();
        await Assertions.Expect(page.GetByText("1 new message - review, then send")).ToBeVisibleAsync();
        Assert.Equal(["A colleague has solved it already"], await served.SaidAsync(id));
        await Assertions.Expect(Field(view)).ToHaveValueAsync("I look into it");
        await view.PictureAsync("desk-stale.en", fullPage: false);
        await Field(view).PressAsync("Control+Enter");
        await Assertions.Expect(page.Locator("[data-side=agent][data-seq]").Last).ToContainTextAsync("I look into it");
        Assert.Equal(["A colleague has solved it already", "I look into it"], await served.SaidAsync(id));
        Assert.True(await page.EvaluateAsync<bool>("window.notReloaded === true"));
    }

    [Fact]
    public async Task Draft_AfterAReloadAndInAnotherBrowser_IsThere()
    {
        await using var view = await OpenAsync();
        var served = new Served(view.Suite);
        var id = await served.ComesAsync("hello", skill: "drafts");
        await view.GoAsync($"/desk?c={id}");
        await view.Page.Keyboard.PressAsync("n");
        await Field(view).FillAsync("ask the billing team first");
        await Assertions.Expect(view.Page.GetByText("Draft saved")).ToBeVisibleAsync();
        await view.Page.ReloadAsync();
        await Assertions.Expect(Field(view)).ToHaveValueAsync("ask the billing team first");
        await using var other = await consoles.OpenAsync(new Viewer { Role = "agent" });
        await other.GoAsync($"/desk?c={id}");
        await Assertions.Expect(Field(other)).ToHaveValueAsync("ask the billing team first");
        // What was a note is one still.
        await Assertions.Expect(other.Page.GetByRole(AriaRole.Button, new() { Name = "Save note" })).ToBeVisibleAsync();
        await served.ClearAsync();
    }

    [Fact]
    public async Task Desk_WithAConversation_IsCleanInEveryLook()
    {
        foreach (var (language, theme, width) in new[] { ("zh-CN", "light", 1280), ("en", "dark", 1280), ("zh-CN", "light", 390), ("pseudo", "light", 1280) })
        {
            await using var view = await consoles.OpenAsync(new Viewer { Role = "agent", Language = language, Theme = theme, Width = width, Height = 900 });
            var served = new Served(view.Suite);
            await served.ClearAsync();
            var id = await served.ComesAsync(language == "zh-CN" ? "我这个月的话费好像不对，比上个月多了 30 元" : "my bill is higher than last month", language: language == "zh-CN" ? "zh-CN" : "en");
            await served.ComesAsync("second", tier: "vip", skill: "network");
            await view.GoAsync($"/desk?c={id}");
            await OnDutyAsync(view);
            await Assertions.Expect(Rows(view)).ToHaveCountAsync(width < 600 ? 0 : 2, new() { Timeout = 20_000 });
            var (note, reply) = language == "zh-CN" ? ("客户情绪平稳", "您好，请稍等，我马上为您查询。") : ("a calm customer", "One moment please.");
            await view.Page.Keyboard.PressAsync("n");
            await Field(view).FillAsync(note);
            await Field(view).PressAsync("Control+Enter");
            await Assertions.Expect(view.Page.Locator("[data-kind=note][data-seq]")).ToHaveCountAsync(1);
            await view.PictureAsync($"desk-note.{language}.{theme}.{width}", fullPage: width < 600);
            await Field(view).PressAsync("Escape");
            await view.Page.Keyboard.PressAsync("r");
            await Field(view).FillAsync(reply);
            await Field(view).PressAsync("Control+Enter");
            await Assertions.Expect(view.Page.Locator("[data-side=agent][data-kind=text][data-seq]")).ToHaveCountAsync(1);
            await served.SaysAsync(id, language == "zh-CN" ? "好的，谢谢" : "thank you");
            await Assertions.Expect(view.Page.Locator("[data-seq='4']")).ToBeVisibleAsync();
            await view.SettleAsync();
            await view.PictureAsync($"desk-thread.{language}.{theme}.{width}", fullPage: width < 600);
            await view.ShouldBeCleanAsync($"the desk, {language}, {theme}, {width}");
        }
    }

    [Fact]
    public async Task Agent_AnywhereInTheConsole_IsAskedForNothingThatIsForbidden()
    {
        await using var view = await OpenAsync();
        var refused = new List<string>();
        view.Page.Response += (_, answer) =>
        {
            if (answer.Status is 401 or 403) refused.Add(answer.Url);
        };
        await view.GoAsync("/");
        await view.Page.WaitForURLAsync("**/desk");
        await view.SettleAsync();
        await Assertions.Expect(view.Page.Locator("[data-live=live]")).ToBeVisibleAsync();
        await view.GoAsync("/targets");
        await Assertions.Expect(view.Page.GetByText("This screen is for other roles")).ToBeVisibleAsync();
        await view.ShouldBeCleanAsync("a screen of others");
        await view.GoByKeyAsync("k", "/desk");
        await view.Page.Keyboard.PressAsync("?");
        await Assertions.Expect(view.Page.GetByRole(AriaRole.Dialog)).ToContainTextAsync("Send and resolve");
        await view.PictureAsync("desk-help.en", fullPage: false);
        Assert.Empty(refused);
    }

    private static ILocator Rows(View view) => view.Page.Locator("[data-conversation]:visible");

    private static ILocator Field(View view) => view.Page.Locator("main textarea");

    private async Task<View> OpenAsync()
    {
        var view = await consoles.OpenAsync(new Viewer { Role = "agent" });
        await view.Page.AddInitScriptAsync(Watch);
        await view.GoAsync("/desk");
        return view;
    }

    /// <summary>By the keyboard, as everything here.</summary>
    private static async Task OnDutyAsync(View view)
    {
        await new Served(view.Suite).SkillsAsync("agent", ["*"]);
        var available = view.Page.Locator("button[data-duty=available]");
        await available.FocusAsync();
        await view.Page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(available).ToHaveAttributeAsync("aria-pressed", "true");
    }

    /// <summary>A ticket, from the open conversation, without the mouse.</summary>
    private static async Task ByKeysAsync(View view)
    {
        var (page, keys) = (view.Page, view.Page.Keyboard);
        await keys.PressAsync("Escape");
        await keys.PressAsync("t");
        await Assertions.Expect(page.GetByLabel("Type", new() { Exact = true })).ToBeFocusedAsync();
        await keys.PressAsync("Tab");
        await keys.PressAsync("Tab");
        await keys.TypeAsync("Bill of October is wrong");
        await view.ShouldBeCleanAsync("the form of a ticket");
        await keys.PressAsync("Enter");
        await Assertions.Expect(page.GetByRole(AriaRole.Dialog)).ToHaveCountAsync(0);
        await Assertions.Expect(page.GetByText(new Regex("^Ticket .* was created"))).ToBeVisibleAsync();
        await keys.PressAsync("r");
        await Assertions.Expect(Field(view)).ToBeFocusedAsync();
    }

    private static async Task<int> CountAsync(Served served, IReadOnlyList<string> ids)
    {
        var states = await Task.WhenAll(ids.Select(served.StateAsync));
        return states.Count(state => state == "closed");
    }
}
