using System.Text.Json;
using ECommerce.Channels.Console.Tests.Harness;
using Microsoft.Playwright;
using Xunit;

namespace ECommerce.Channels.Console.Tests.Live;

/// <summary>What somebody else changes is seen, what the network does is said, and the reader is not disturbed. [P3, P4, N2]</summary>
public sealed class LiveTests(Consoles consoles)
{
    private static LocatorAssertionsToHaveTextOptions InTwoSeconds => new() { Timeout = Machine.Allows(TimeSpan.FromSeconds(2)) };

    [Fact]
    public async Task Target_ChangedInOneBrowser_IsSeenInTheOtherWithinTwoSeconds()
    {
        const string month = "2026-07";
        await using var first = await consoles.OpenAsync();
        await using var second = await consoles.OpenAsync(new Viewer { Role = "admin" });
        await SetAsync(first.Suite, month, 0.9);
        foreach (var view in new[] { first, second })
        {
            await view.GoAsync($"/targets?m={month}&i=success-rate");
            await Assertions.Expect(view.Page.Locator("[data-live=live]")).ToBeVisibleAsync();
        }
        await TypeAsync(first, "91.5");
        await Assertions.Expect(Cell(second)).ToHaveTextAsync("91.50%", InTwoSeconds);
        await TypeAsync(second, "92.25");
        await Assertions.Expect(Cell(first)).ToHaveTextAsync("92.25%", InTwoSeconds);
    }

    [Fact]
    public async Task Network_GoneAndBack_IsSaidAndWhatWasMissedComesWithoutAReload()
    {
        const string month = "2026-06";
        await using var view = await consoles.OpenAsync();
        await SetAsync(view.Suite, month, 0.9);
        await view.GoAsync($"/targets?m={month}&i=success-rate");
        await Assertions.Expect(view.Page.Locator("[data-live=live]")).ToBeVisibleAsync();
        await view.Page.EvaluateAsync("window.notReloaded = true");
        await view.Context.SetOfflineAsync(true);
        await Assertions.Expect(view.Page.GetByText("Offline")).ToBeVisibleAsync();
        await SetAsync(view.Suite, month, 0.8);
        await view.Context.SetOfflineAsync(false);
        await Assertions.Expect(Cell(view)).ToHaveTextAsync("80.00%", new() { Timeout = 20_000 });
        await Assertions.Expect(view.Page.Locator("[data-live=live]")).ToBeVisibleAsync(new() { Timeout = 20_000 });
        Assert.True(await view.Page.EvaluateAsync<bool>("window.notReloaded === true"));
    }

    [Fact]
    public async Task Tabs_OfOneBrowser_ShareOneStream()
    {
        await using var view = await consoles.OpenAsync();
        var streams = 0;
        view.Context.Request += (_, request) => streams += request.Url.EndsWith("/api/v1/kpi/events", StringComparison.Ordinal) ? 1 : 0;
        await view.GoAsync("/");
        await Assertions.Expect(view.Page.Locator("[data-live=live]")).ToBeVisibleAsync();
        var other = await view.Context.NewPageAsync();
        await other.GotoAsync("/explore");
        await Assertions.Expect(other.Locator("[data-live=live]")).ToBeVisibleAsync();
        Assert.Equal(1, streams);
        // The next one takes over.
        await view.Page.CloseAsync();
        await Assertions.Expect(other.Locator("[data-live=live]")).ToBeVisibleAsync();
        await RunningSuite.UntilAsync("the other tab's stream", () => Task.FromResult(streams == 2));
    }

    [Fact]
    public async Task Update_WhileSomebodyReads_LosesNeitherPlaceNorSelectionNorFocus()
    {
        await using var view = await consoles.OpenAsync(new Viewer { Height = 600 });
        var page = view.Page;
        await view.GoAsync("/explore?by=channel");
        await page.GetByRole(AriaRole.Button, new() { Name = "View as table" }).First.FocusAsync();
        await page.EvaluateAsync("""
            () => {
              scrollTo(0, 400);
              const range = document.createRange();
              range.selectNodeContents(document.querySelector('#content h2'));
              getSelection().removeAllRanges();
              getSelection().addRange(range);
              window.drawn = document.querySelector('div[role=img] svg, figure svg');
            }
            """);
        var (place, selected) = (await page.EvaluateAsync<double>("scrollY"), await page.EvaluateAsync<string>("getSelection().toString()"));
        Assert.NotEmpty(selected);
        Assert.True(place > 0);
        await view.Suite.SendAsync(HttpMethod.Put, "/api/v1/simulator/speed", new { speed = 100 }, "sre");
        try
        {
            // Twice: the first may have been on its way.
            for (var times = 0; times < 2; times++)
                await page.WaitForResponseAsync(answer => answer.Url.Contains("/indicators/success-rate/values", StringComparison.Ordinal), new() { Timeout = 60_000 });
            await view.SettleAsync();
        }
        finally
        {
            await view.Suite.SendAsync(HttpMethod.Put, "/api/v1/simulator/speed", new { speed = 1 }, "sre");
        }
        Assert.Equal(place, await page.EvaluateAsync<double>("scrollY"));
        Assert.Equal(selected, await page.EvaluateAsync<string>("getSelection().toString()"));
        await Assertions.Expect(page.GetByRole(AriaRole.Button, new() { Name = "View as table" }).First).ToBeFocusedAsync();
        Assert.True(await page.EvaluateAsync<bool>("document.contains(window.drawn)"), "the chart was drawn anew");
    }

    [Fact]
    public async Task Figures_OlderThanTheirLag_SayByHowMuch()
    {
        await using var view = await consoles.OpenAsync();
        await view.Page.Clock.InstallAsync();
        await view.Page.GotoAsync("/");
        await Assertions.Expect(view.Page.Locator("article[data-indicator]").First).ToContainTextAsync("as of");
        await Assertions.Expect(view.Page.GetByText("Delayed")).ToHaveCountAsync(0);
        await view.Page.RouteAsync("**/values?*", route => route.AbortAsync());
        await view.Page.Clock.FastForwardAsync("31:00");
        await Assertions.Expect(view.Page.Locator("article[data-indicator]").First.GetByText(new System.Text.RegularExpressions.Regex(@"⏱ Delayed 3[12] min"))).ToBeVisibleAsync();
    }

    private static ILocator Cell(View view) =>
        view.Page.Locator($"td[aria-label*='Success rate'][aria-label*='Whole operator'][aria-label*='{Month(view)}']");

    private static string Month(View view) => view.Page.Url.Contains("2026-07", StringComparison.Ordinal) ? "Jul 2026" : "Jun 2026";

    private static async Task TypeAsync(View view, string text)
    {
        await Cell(view).ClickAsync();
        await view.Page.Keyboard.TypeAsync(text);
        await view.Page.RunAndWaitForResponseAsync(() => view.Page.Keyboard.PressAsync("Enter"), answer => answer.Request.Method == "PUT");
    }

    private static Task<JsonElement> SetAsync(RunningSuite suite, string month, double value) => suite.SendAsync(
        HttpMethod.Put, "/api/v1/kpi/targets", new { targets = new[] { new { indicator = "success-rate", month, value } } }, "manager");
}
