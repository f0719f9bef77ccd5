using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using ECommerce.Channels.Console.Tests.Harness;
using Microsoft.Playwright;
using MiniExcelLibs;
using Xunit;

namespace ECommerce.Channels.Console.Tests.Story;

/// <summary>What a channel manager does in the first five minutes, from the sign-in page on, without knowing anything.</summary>
public sealed partial class FirstFiveMinutesTests(Consoles consoles)
{
    [Fact]
    public async Task Manager_InTheFirstFiveMinutes_FindsWhatIsWrongTellsWhoAndTakesTheFiguresAway()
    {
        await WatchTheAppAsync();
        await using var view = await consoles.OpenAsync(new Viewer { Role = null, Language = "zh-CN", Width = 1440, Height = 900 });
        var page = view.Page;
        await page.GotoAsync("/");

        await page.GetByRole(AriaRole.Button, new() { Name = "渠道经理" }).ClickAsync();
        await SeesTheDayAsync(view);
        await PressesTheWarningAsync(view);
        await DealsWithItAsync(view);
        await ExploresItAsync(view);
        await GivesTheLinkAwayAsync(view);
        await TakesTheFiguresAwayAsync(view);
        view.Forgive("status of 401");
        Assert.Empty(view.Faults);
    }

    /// <summary>The demo operator watches its app by the day, too; here an hour has too few transactions to be judged.</summary>
    private async Task WatchTheAppAsync()
    {
        var suite = await consoles.SuiteAsync();
        await suite.SendAsync(HttpMethod.Post, "/api/v1/kpi/warning-rules", new
        {
            indicator = "success-rate",
            channel = "app",
            condition = new { kind = "below", threshold = 0.999, window = "day" },
            notify = new[] { "manager", "sre" },
            severity = "critical",
        }, "manager");
        await RunningSuite.UntilAsync("a warning about the app", async () =>
            (await suite.GetAsync("/api/v1/kpi/warnings")).GetProperty("warnings").EnumerateArray().Any(one =>
                one.GetProperty("channel").GetString() == "app" && one.GetProperty("threshold") is { ValueKind: JsonValueKind.Number } threshold && threshold.GetDouble() > 0.99));
    }

    /// <summary>Eight figures with definition, n and as-of, some with a target; what needs attention, whose it is, and what to do.</summary>
    private static async Task SeesTheDayAsync(View view)
    {
        await view.SettleAsync();
        var page = view.Page;
        var tiles = page.Locator("article[data-indicator]");
        await Assertions.Expect(tiles).ToHaveCountAsync(8);
        foreach (var tile in await tiles.AllAsync())
        {
            await Assertions.Expect(tile.GetByRole(AriaRole.Button, new() { NameRegex = new("^口径：") })).ToBeVisibleAsync();
            await Assertions.Expect(tile).ToContainTextAsync("n=");
            await Assertions.Expect(tile.GetByRole(AriaRole.Img).First).ToBeVisibleAsync();
        }
        await Assertions.Expect(tiles.Filter(new() { HasText = "目标" })).Not.ToHaveCountAsync(0);
        var first = page.GetByRole(AriaRole.Listitem).Filter(new() { HasText = "掌上营业厅" }).First;
        await Assertions.Expect(first).ToContainTextAsync("负责人：");
        await Assertions.Expect(first).ToContainTextAsync("下一步：");
        await view.PictureAsync("story.1-today.zh-CN", fullPage: false);
    }

    private static async Task PressesTheWarningAsync(View view)
    {
        var warning = view.Page.GetByRole(AriaRole.Listitem).Filter(new() { HasText = "掌上营业厅" }).Filter(new() { HasText = "99.9" }).GetByRole(AriaRole.Link).First;
        await view.PressUntilAsync(warning, "**/warnings?*w=*");
        await view.SettleAsync();
        var detail = view.Page.GetByRole(AriaRole.Article);
        foreach (var part in new[] { "为什么触发", "分子", "分母", "阈值", "第 1 版", "处理记录" }) await Assertions.Expect(detail.GetByText(part).First).ToBeVisibleAsync();
        await view.PictureAsync("story.2-warning.zh-CN", fullPage: false);
    }

    private static async Task DealsWithItAsync(View view)
    {
        var page = view.Page;
        var detail = page.GetByRole(AriaRole.Article);
        await detail.GetByRole(AriaRole.Button, new() { Name = "确认" }).ClickAsync();
        await page.GetByLabel("备注").FillAsync("已联系支付网关值班");
        await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "保存" }).ClickAsync();
        await Assertions.Expect(detail).ToContainTextAsync("已确认");
        await detail.GetByRole(AriaRole.Button, new() { Name = "指派" }).ClickAsync();
        await page.GetByLabel("负责人（账号或团队").FillAsync("sre");
        await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "保存" }).ClickAsync();
        await Assertions.Expect(detail).ToContainTextAsync("负责人：sre");
    }

    /// <summary>Explore has the scope of the warning; another comparison is one choice; what the change is made of is there.</summary>
    private static async Task ExploresItAsync(View view)
    {
        var page = view.Page;
        await page.GetByRole(AriaRole.Article).GetByRole(AriaRole.Link, new() { Name = "在分析中查看" }).ClickAsync();
        await page.WaitForURLAsync("**/explore?*ch=app*");
        await view.SettleAsync();
        await page.GetByLabel("对比", new() { Exact = true }).ClickAsync();
        await page.GetByTitle("环比（上一期）").ClickAsync();
        await page.WaitForURLAsync("**c=previous*");
        await view.SettleAsync();
        var changed = page.GetByRole(AriaRole.Region, new() { Name = "变化来自哪里" }).First;
        await Assertions.Expect(changed).ToContainTextAsync("充值");
        await view.PictureAsync("story.3-explore.zh-CN", fullPage: false);
    }

    /// <summary>Whoever opens the link sees what was seen here.</summary>
    private async Task GivesTheLinkAwayAsync(View view)
    {
        await using var other = await consoles.OpenAsync(new Viewer { Language = "zh-CN", Width = 1440, Height = 900 });
        await other.GoAsync(view.Page.Url);
        Assert.Equal(await PictureOfAsync(view), await PictureOfAsync(other));
    }

    private static async Task<string> PictureOfAsync(View view)
    {
        await view.SettleAsync();
        var text = await view.Page.Locator("#content").InnerTextAsync();
        // The one thing that goes on: as of when.
        return AsOf().Replace(text, "");
    }

    private static async Task TakesTheFiguresAwayAsync(View view)
    {
        var page = view.Page;
        await page.GetByLabel("按维度细分").SelectOptionAsync("service");
        await view.SettleAsync();
        var panel = page.GetByRole(AriaRole.Region, new() { NameRegex = new("^按业务的明细") }).First;
        var file = await page.RunAndWaitForDownloadAsync(async () =>
        {
            await panel.GetByRole(AriaRole.Button, new() { Name = "导出" }).ClickAsync();
            await page.GetByRole(AriaRole.Menuitem, new() { Name = "Excel (XLSX)" }).ClickAsync();
        });
        await using var content = await file.CreateReadStreamAsync();
        using var kept = new MemoryStream();
        await content.CopyToAsync(kept);
        var rows = kept.Query(useHeaderRow: true).Cast<IDictionary<string, object>>().ToList();
        var counted = int.Parse(Digits().Match(await panel.GetByText(new Regex(@"^\d+ 行$")).InnerTextAsync()).Value, CultureInfo.InvariantCulture);
        Assert.Equal(counted, rows.Count);
        Assert.All(rows, row => Assert.IsType<double>(row["数值"]));
        Assert.Contains(rows, row => row.Values.Contains("充值缴费") || row.Values.Any(value => value is string text && text.Contains("充值", StringComparison.Ordinal)));
    }

    [GeneratedRegex(@"(数据截至|截至)[^\n]*")]
    private static partial Regex AsOf();

    [GeneratedRegex(@"\d+")]
    private static partial Regex Digits();
}
