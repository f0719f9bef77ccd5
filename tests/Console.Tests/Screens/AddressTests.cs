using ECommerce.Channels.Console.Tests.Harness;
using Microsoft.Playwright;
using Xunit;

namespace ECommerce.Channels.Console.Tests.Screens;

/// <summary>The address is the view: reload, Back, and a pasted link show the same. [L1, L5]</summary>
public sealed class AddressTests(Consoles consoles)
{
    /// <summary>A period that is over: nothing in it moves while a test looks.</summary>
    private const string Past = "p=2026-08-01..2026-08-31";

    [Theory]
    [InlineData($"/explore?i=failures&by=reason&{Past}&ch=app,web")]
    [InlineData($"/explore?i=offload-rate&{Past}&c=none&r=4401")]
    [InlineData($"/?{Past}&ch=app")]
    [InlineData("/targets?m=2026-08&i=success-rate")]
    [InlineData("/warnings?v=rules")]
    public async Task Link_InAFreshBrowser_ShowsTheSame(string address)
    {
        await using var first = await consoles.OpenAsync();
        await using var second = await consoles.OpenAsync();
        await first.GoAsync(address);
        await second.GoAsync(first.Page.Url);
        Assert.Equal(address, new Uri(first.Page.Url).PathAndQuery.Replace("%2C", ",", StringComparison.Ordinal));
        var shown = await ContentAsync(first);
        Assert.NotEmpty(shown);
        Assert.Equal(shown, await ContentAsync(second));
        await second.Page.ReloadAsync();
        await second.SettleAsync();
        Assert.Equal(shown, await ContentAsync(second));
    }

    [Fact]
    public async Task Back_AfterTwoFilters_UndoesOneAtATime()
    {
        await using var view = await consoles.OpenAsync();
        await view.GoAsync("/explore");
        await ChooseAsync(view, "Channel", "App");
        await ChooseAsync(view, "Region", "Guangzhou");
        Assert.Equal("?ch=app&r=4401", Query(view));
        await view.Page.GoBackAsync();
        await view.SettleAsync();
        Assert.Equal("?ch=app", Query(view));
        await Assertions.Expect(view.Page.GetByRole(AriaRole.Region, new() { Name = "Filters" }).GetByText("Guangzhou")).ToHaveCountAsync(0);
        await view.Page.GoBackAsync();
        await view.SettleAsync();
        Assert.Equal("", Query(view));
    }

    [Fact]
    public async Task Filters_FromScreenToScreen_Stay()
    {
        await using var view = await consoles.OpenAsync();
        await view.GoAsync($"/explore?{Past}&ch=app");
        foreach (var (name, path) in new[] { ("Warnings", "/warnings"), ("Targets", "/targets"), ("Today", "/"), ("Explore", "/explore") })
        {
            await view.Page.GetByRole(AriaRole.Navigation).First.GetByRole(AriaRole.Link, new() { Name = name }).ClickAsync();
            await view.Page.WaitForURLAsync(address => new Uri(address).AbsolutePath == path);
            Assert.Contains("ch=app", view.Page.Url, StringComparison.Ordinal);
            Assert.Contains("2026-08-01..2026-08-31", view.Page.Url, StringComparison.Ordinal);
        }
        await view.SettleAsync();
        await view.Page.Keyboard.PressAsync("c");
        await view.Page.WaitForURLAsync(address => !address.Contains("ch=app", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Address_WithNonsense_IsTheDefaultView()
    {
        await using var view = await consoles.OpenAsync();
        await view.GoAsync("/explore?p=yesterday-ish&c=%3Cb%3E&nonsense=1&g=century&by=shoe-size");
        await Assertions.Expect(view.Page.GetByRole(AriaRole.Alert)).ToHaveCountAsync(0);
        await Assertions.Expect(view.Page.GetByText("Last 30 days").First).ToBeVisibleAsync();
        Assert.Empty(view.Faults);
    }

    [Fact]
    public async Task Title_OfEveryScreen_IsThatOfTheDocument()
    {
        await using var view = await consoles.OpenAsync();
        foreach (var (path, title) in new[] { ("/", "Today"), ("/explore", "Explore"), ("/targets", "Targets"), ("/warnings", "Warnings"), ("/data", "Data") })
        {
            await view.GoAsync(path);
            Assert.StartsWith(title + " · ", await view.Page.TitleAsync(), StringComparison.Ordinal);
            await Assertions.Expect(view.Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync(title);
        }
    }

    [Fact]
    public async Task Agent_WhoSeesNoFigures_ComesToTheDesk()
    {
        await using var view = await consoles.OpenAsync(new Viewer { Role = "agent" });
        await view.Page.GotoAsync("/");
        await view.Page.WaitForURLAsync(address => new Uri(address).AbsolutePath == "/desk");
    }

    private static string Query(View view) => Uri.UnescapeDataString(new Uri(view.Page.Url).Query);

    private static async Task<string> ContentAsync(View view)
    {
        await view.SettleAsync();
        var lines = (await view.Page.Locator("#content").InnerTextAsync()).Split('\n');
        // As of when goes on; it is no part of what was asked.
        return string.Join('\n', lines.Where(line => !line.Contains("as of", StringComparison.OrdinalIgnoreCase) && !line.Contains("evaluated", StringComparison.Ordinal)));
    }

    private static async Task ChooseAsync(View view, string label, string option)
    {
        await view.Page.GetByLabel(label, new() { Exact = true }).First.ClickAsync();
        await view.Page.Keyboard.TypeAsync(option);
        await view.Page.Keyboard.PressAsync("Enter");
        await view.Page.Keyboard.PressAsync("Escape");
        await view.SettleAsync();
    }
}
