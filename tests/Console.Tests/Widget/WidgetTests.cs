using System.Text.Json;
using ECommerce.Channels.Console.Tests.Harness;
using Microsoft.Playwright;
using Xunit;

namespace ECommerce.Channels.Console.Tests.Widget;

/// <summary>The chat in a foreign page on a phone, as a customer uses it.</summary>
public sealed class WidgetTests(Consoles consoles)
{
    private const string Care = "/api/v1/care";

    [Fact]
    public async Task Customer_OnAPortalsPage_AsksIsAnsweredAndRates()
    {
        var suite = await consoles.SuiteAsync(empty: true);
        var article = await PublishAsync(suite, "如何查询话费余额", "发送短信 YE 即可查询余额。");
        await using var portal = await PortalPage.StartAsync(suite.Address, await TokenAsync(suite, "c_widget1"), "zh-CN");
        await using var view = await OpenAsync(suite, "zh-CN");
        var page = view.Page;
        await page.GotoAsync(PortalPage.Origin);
        await ByKeyboardAsync(page, "在线客服");
        await page.Keyboard.TypeAsync("怎么查询余额");
        await page.Keyboard.PressAsync("Enter");
        // What may help comes before anybody is asked.
        await page.GetByRole(AriaRole.Button, new() { NameRegex = new("如何查询话费余额") }).ClickAsync();
        await Assertions.Expect(page.GetByText("发送短信 YE")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "返回" }).ClickAsync();
        await view.PictureAsync("widget.offer", fullPage: false);
        await page.GetByRole(AriaRole.Button, new() { Name = "仍要联系客服" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Log)).ToContainTextAsync("怎么查询余额");
        await Assertions.Expect(page.GetByRole(AriaRole.Status)).ToContainTextAsync(new System.Text.RegularExpressions.Regex("接通|第 1 位|没有客服"));
        var id = await ConversationAsync(suite, "c_widget1");
        await suite.SendAsync(HttpMethod.Post, $"{Care}/conversations/{id}/assign", new { }, "agent");
        await AnswerAsync(suite, id, "我帮您查一下", seen: 1);
        await Assertions.Expect(page.GetByRole(AriaRole.Log)).ToContainTextAsync("我帮您查一下");
        await view.PictureAsync("widget.talk", fullPage: false);
        await view.ShouldBeCleanAsync("the chat in a portal's page");
        await page.ReloadAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Log)).ToContainTextAsync("我帮您查一下");
        await suite.SendAsync(HttpMethod.Post, $"{Care}/conversations/{id}/close", new { reason = "solved" }, "agent");
        await page.GetByRole(AriaRole.Button, new() { Name = "5 分，满分 5 分" }).ClickAsync();
        await Assertions.Expect(page.GetByText("感谢您的评价")).ToBeVisibleAsync();
        Assert.Equal(5, (await suite.GetAsync($"{Care}/conversations/{id}", "agent")).GetProperty("conversation").GetProperty("rating").GetInt32());
        Assert.Equal(1, (await suite.GetAsync($"{Care}/articles/{article}", "agent")).GetProperty("article").GetProperty("uses").GetProperty("offered").GetInt32());
    }

    [Fact]
    public async Task Words_WrittenWithoutANetwork_ArriveOnceAndInOrderAlsoAfterAReload()
    {
        var suite = await consoles.SuiteAsync(empty: true);
        await using var portal = await PortalPage.StartAsync(suite.Address, await TokenAsync(suite, "c_widget2"), "en");
        await using var view = await OpenAsync(suite, "en");
        var page = view.Page;
        await page.GotoAsync(PortalPage.Origin);
        await ByKeyboardAsync(page, "Chat with us");
        await SayAsync(page, "the first");
        var id = await ConversationAsync(suite, "c_widget2");
        await view.Context.RouteAsync("**/api/v1/care/widget/**", route => route.AbortAsync());
        await SayAsync(page, "the second");
        await SayAsync(page, "the third");
        await Assertions.Expect(page.GetByRole(AriaRole.Status)).ToContainTextAsync("No connection");
        await Assertions.Expect(page.GetByText("Sending")).ToHaveCountAsync(2);
        await page.ReloadAsync();
        await Assertions.Expect(page.GetByText("Sending")).ToHaveCountAsync(2);
        await suite.SendAsync(HttpMethod.Post, $"{Care}/conversations/{id}/assign", new { }, "agent");
        await AnswerAsync(suite, id, "while you were away", seen: 1);
        await view.Context.UnrouteAllAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Log)).ToContainTextAsync("while you were away");
        await Assertions.Expect(page.GetByText("Sending")).ToHaveCountAsync(0);
        var said = (await suite.GetAsync($"{Care}/conversations/{id}", "agent")).GetProperty("messages").EnumerateArray().Select(one => one.GetProperty("text").GetString());
        Assert.Equal(["the first", "while you were away", "the second", "the third"], said);
        Assert.Equal(4, await page.Locator("channels-chat .one").CountAsync());
    }

    private static async Task SayAsync(IPage page, string text)
    {
        await page.GetByRole(AriaRole.Textbox).FillAsync(text);
        await page.Keyboard.PressAsync("Enter");
    }

    /// <summary>Reaches the chat by Tab and opens it by Enter; what is written then goes into it.</summary>
    private static async Task ByKeyboardAsync(IPage page, string name)
    {
        await Assertions.Expect(page.GetByRole(AriaRole.Button, new() { Name = name })).ToBeVisibleAsync();
        await page.Keyboard.PressAsync("Tab");
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(page.GetByRole(AriaRole.Textbox)).ToBeFocusedAsync();
    }

    private Task<View> OpenAsync(RunningSuite suite, string language) =>
        consoles.OpenAsync(new Viewer { Role = null, Language = language, Width = 390, Height = 844 }, suite);

    private static async Task<string> TokenAsync(RunningSuite suite, string customer) =>
        (await suite.SendAsync(HttpMethod.Post, Care + "/widget-sessions", new { customer, channel = "app", skill = "billing", language = customer == "c_widget1" ? "zh-CN" : "en" }, "portal"))
        .GetProperty("token").GetString()!;

    private static async Task<string> ConversationAsync(RunningSuite suite, string customer)
    {
        JsonElement.ArrayEnumerator items = default;
        await RunningSuite.UntilAsync("the conversation is open and the first word is there", async () =>
        {
            items = (await suite.GetAsync($"{Care}/conversations?customer={customer}", "agent")).GetProperty("items").EnumerateArray();
            return items.Any(one => one.GetProperty("lastSeq").GetInt32() >= 1);
        });
        return items.First().GetProperty("id").GetString()!;
    }

    private static async Task AnswerAsync(RunningSuite suite, string id, string text, int seen) =>
        await suite.SendAsync(HttpMethod.Post, $"{Care}/conversations/{id}/messages", new { clientId = Guid.NewGuid().ToString("N"), text, seen }, "agent");

    private static async Task<string> PublishAsync(RunningSuite suite, string title, string body)
    {
        var made = await suite.SendAsync(HttpMethod.Post, Care + "/articles", new { language = "zh-CN", title, body, audience = "customer" }, "agent");
        var id = made.GetProperty("id").GetString()!;
        var submitted = await suite.SendAsync(HttpMethod.Post, $"{Care}/articles/{id}/submit", null, "agent");
        await suite.ApproveAsync($"{Care}/articles/{id}/approve", submitted.GetProperty("revision").GetInt64());
        return id;
    }
}
