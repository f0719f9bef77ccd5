using System.Text.Json;
using System.Text.RegularExpressions;
using ECommerce.Channels.Console.Tests.Harness;
using ECommerce.Channels.Testing;
using Microsoft.Playwright;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace ECommerce.Channels.Console.Tests.Data;

/// <summary>An export that is read in the browser.</summary>
public sealed partial class ImportTests(Consoles consoles)
{
    private static JsonElement Expected { get; } =
        JsonDocument.Parse(File.ReadAllText(Checkout.Data("boss-export.expected.json"))).RootElement;

    [Fact]
    public async Task Sample_ReadInTheBrowser_ComesToTheCountsOfTheCommandLine()
    {
        await consoles.SuiteAsync(empty: true);
        await using var suite = await RunningSuite.StartAsync(empty: true);
        await using var view = await consoles.OpenAsync(new Viewer { Role = "admin" }, suite);
        await view.GoAsync("/data?t=imports");
        await ChooseAsync(view);
        await Expect(view.Page.GetByText("The first 50 rows")).ToBeVisibleAsync();
        await view.ShouldBeCleanAsync("the preview of an import", clipped: false);
        Assert.Empty((await suite.GetAsync("/api/v1/kpi/imports")).EnumerateArray());

        await view.Page.GetByRole(AriaRole.Button, new() { Name = "Import all" }).ClickAsync();
        var again = view.Page.GetByRole(AriaRole.Button, new() { Name = "Import another file" });
        await Expect(again).ToBeVisibleAsync(new() { Timeout = 180_000 });
        AssertCounts((await suite.GetAsync("/api/v1/kpi/imports")).EnumerateArray().Single());
        await AssertNoNumberIsKeptAsync(suite);
        await AssertRejectsAsync(view);

        // The same file once more changes nothing.
        await again.ClickAsync();
        await ChooseAsync(view);
        await view.Page.GetByRole(AriaRole.Button, new() { Name = "Import all" }).ClickAsync();
        await Expect(again).ToBeVisibleAsync(new() { Timeout = 180_000 });
        var second = (await suite.GetAsync("/api/v1/kpi/imports")).EnumerateArray().First();
        Assert.Equal((0, Number("accepted") + Number("repeated")), (second.GetProperty("accepted").GetInt64(), second.GetProperty("repeated").GetInt64()));
    }

    [Fact]
    public async Task Imports_OfAManager_AreListedWithoutReadingFiles()
    {
        await using var view = await consoles.OpenAsync(new Viewer { Role = "manager" });
        await view.GoAsync("/data?t=imports");
        await Expect(view.Page.GetByText("takes an administrator")).ToBeVisibleAsync();
        await Expect(view.Page.GetByLabel("File")).ToHaveCountAsync(0);
    }

    private static Task ChooseAsync(View view) =>
        view.Page.GetByLabel("File", new() { Exact = true }).SetInputFilesAsync(Checkout.Data("boss-export.csv.gz"));

    private static void AssertCounts(JsonElement import)
    {
        Assert.Equal(Number("rows"), import.GetProperty("rows").GetInt64());
        Assert.Equal(Number("accepted"), import.GetProperty("accepted").GetInt64());
        Assert.Equal(Number("repeated"), import.GetProperty("repeated").GetInt64());
        Assert.Equal(Causes(Expected.GetProperty("rejected")), Causes(import.GetProperty("rejected")));
    }

    /// <summary>As many rows in the file as were counted, and no number in it.</summary>
    private static async Task AssertRejectsAsync(View view)
    {
        var download = await view.Page.RunAndWaitForDownloadAsync(() => view.Page.GetByRole(AriaRole.Button, new() { Name = "Download the rejected rows" }).ClickAsync());
        var lines = await File.ReadAllLinesAsync(await download.PathAsync(), TestContext.Current.CancellationToken);
        var rows = lines.Skip(1).Where(line => line.Length > 0).ToList();
        Assert.Equal(Expected.GetProperty("rejected").EnumerateObject().Sum(cause => cause.Value.GetInt64()), rows.Count);
        Assert.All(rows, row => Assert.DoesNotMatch(Phone(), row));
    }

    /// <summary>Nothing that the suite wrote, log and database included, and nothing of the browser's own folder.</summary>
    private static async Task AssertNoNumberIsKeptAsync(RunningSuite suite)
    {
        var cancellation = TestContext.Current.CancellationToken;
        var numbers = await SampleNumbers.ReadAsync(cancellation);
        await numbers.ExpectNoneInFilesAsync(suite.Folder, cancellation);
        var profiles = Directory.GetDirectories(Path.GetTempPath(), "playwright_chromiumdev_profile-*");
        Assert.NotEmpty(profiles);
        foreach (var profile in profiles) await numbers.ExpectNoneInFilesAsync(profile, cancellation);
    }

    private static long Number(string name) => Expected.GetProperty(name).GetInt64();

    private static SortedDictionary<string, long> Causes(JsonElement rejected) =>
        new(rejected.EnumerateObject().ToDictionary(cause => cause.Name, cause => cause.Value.GetInt64()));

    [GeneratedRegex(@"(?<!\d)1[3-9]\d{9}(?!\d)")]
    private static partial Regex Phone();
}
