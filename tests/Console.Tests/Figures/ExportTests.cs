using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using ECommerce.Channels.Console.Tests.Harness;
using Microsoft.Playwright;
using MiniExcelLibs;
using Xunit;

namespace ECommerce.Channels.Console.Tests.Figures;

/// <summary>What is taken away is what was seen: as many rows, the same numbers, in every format; and what it is, on paper. [E1] to [E4]</summary>
public sealed partial class ExportTests(Consoles consoles)
{
    private const string Past = "p=2026-08-01..2026-08-31";

    /// <summary>Panels of Explore that are tables, with how many notes stand below their rows in a file that the browser makes.</summary>
    [Theory]
    [InlineData("^Breakdown by", "/explore?by=channel&" + Past)]
    [InlineData("^Breakdown by", "/explore?i=failures&by=reason&ch=app,web&" + Past)]
    [InlineData("^Where the change comes from", "/explore?i=attempts&c=previous&" + Past)]
    public async Task Table_AsCsvAndXlsx_HasTheRowsThatAreCounted(string title, string address)
    {
        await using var view = await consoles.OpenAsync();
        await view.GoAsync(address);
        var panel = view.Page.GetByRole(AriaRole.Region, new() { NameRegex = new Regex(title) }).First;
        var rows = await panel.Locator("tbody tr").CountAsync();
        var counted = int.Parse(Number().Match(await panel.GetByText(new Regex(@"^[\d,]+ rows?$")).InnerTextAsync()).Value, NumberStyles.AllowThousands, CultureInfo.InvariantCulture);
        Assert.True(rows > 1);
        Assert.Equal(counted, rows);

        var csv = Encoding.UTF8.GetString(await DownloadAsync(view, panel, "CSV"));
        Assert.StartsWith("\uFEFF", csv, StringComparison.Ordinal);
        var lines = csv.TrimStart('\uFEFF').Split("\r\n");
        Assert.Equal(counted, lines.Skip(1).TakeWhile(line => line.Length > 0).Count());

        using var xlsx = new MemoryStream(await DownloadAsync(view, panel, "Excel (XLSX)"));
        var sheet = xlsx.Query(useHeaderRow: true).Cast<IDictionary<string, object?>>().ToList();
        Assert.Equal(counted, sheet.Count);
        Assert.Contains(sheet[0].Values, value => value is double);
        Assert.Equal(2, MiniExcel.GetSheetNames(xlsx).Count);
    }

    [Fact]
    public async Task Chart_AsPicture_CarriesItsTitleAndFilters()
    {
        await using var view = await consoles.OpenAsync();
        await view.GoAsync("/explore?" + Past + "&ch=app");
        var panel = view.Page.GetByRole(AriaRole.Region, new() { Name = "Success rate over time" }).First;
        var svg = Encoding.UTF8.GetString(await DownloadAsync(view, panel, "Vector SVG"));
        Assert.Contains("Success rate over time", svg, StringComparison.Ordinal);
        Assert.Contains("Channel: App", svg, StringComparison.Ordinal);
        var png = await DownloadAsync(view, panel, "Picture PNG");
        Assert.Equal([0x89, (byte)'P', (byte)'N', (byte)'G'], png[..4]);
    }

    [Theory]
    [InlineData("zh-CN", "今日", "渠道：掌上营业厅")]
    [InlineData("en", "Today", "Channel: App")]
    public async Task Print_OfAScreen_HasTheHeadlineAndTheFilters(string language, string headline, string filter)
    {
        await using var view = await consoles.OpenAsync(new Viewer { Language = language });
        await view.GoAsync($"/?{Past}&ch=app");
        var pdf = await view.Page.PdfAsync(new PagePdfOptions { Format = "A4", PrintBackground = true, Path = Path.Combine(Pictures.Folder, $"today.{language}.pdf") });
        Assert.True(pdf.Length > 10_000);
        await view.Page.EmulateMediaAsync(new() { Media = Media.Print });
        var printed = view.Page.Locator("body");
        await Assertions.Expect(printed.GetByRole(AriaRole.Heading, new() { Level = 1, Name = headline })).ToBeVisibleAsync();
        await Assertions.Expect(printed.GetByText(filter)).ToBeVisibleAsync();
        await Assertions.Expect(printed.GetByText("Asia/Shanghai").First).ToBeVisibleAsync();
        await Assertions.Expect(view.Page.GetByRole(AriaRole.Navigation).First).ToBeHiddenAsync();
        Assert.Equal(8, await view.Page.Locator("article[data-indicator]:visible").CountAsync());
    }

    private static async Task<byte[]> DownloadAsync(View view, ILocator panel, string format)
    {
        var file = await view.Page.RunAndWaitForDownloadAsync(async () =>
        {
            await panel.GetByRole(AriaRole.Button, new() { Name = "Export" }).First.ClickAsync();
            await view.Page.GetByRole(AriaRole.Menuitem, new() { Name = format, Exact = true }).And(view.Page.Locator(":visible")).ClickAsync();
        });
        await using var content = await file.CreateReadStreamAsync();
        using var kept = new MemoryStream();
        await content.CopyToAsync(kept);
        return kept.ToArray();
    }

    [GeneratedRegex(@"[\d,]+")]
    private static partial Regex Number();
}
