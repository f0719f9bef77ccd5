using System.Collections.Concurrent;
using Microsoft.Playwright;
using Xunit;

namespace ECommerce.Channels.Console.Tests.Harness;

/// <summary>What a page is opened with.</summary>
public sealed record Viewer
{
    /// <summary>Null: nobody is signed in.</summary>
    public string? Role { get; init; } = "manager";

    /// <summary>zh-CN, en or pseudo.</summary>
    public string Language { get; init; } = "en";

    public string Theme { get; init; } = "light";

    public int Width { get; init; } = 1280;

    public int Height { get; init; } = 900;

    /// <summary>In the suite without data.</summary>
    public bool Empty { get; init; }
}

/// <summary>One suite with a small demo operator, one without data, one browser: for all tests. Everything is started when it is first asked for.</summary>
public sealed class Consoles : IAsyncLifetime
{
    private const string Chromium = "/usr/bin/chromium";

    /// <summary>Milliseconds.</summary>
    private const float Patience = 60_000;

    private static readonly string[] Flags = ["--no-sandbox", "--disable-gpu", "--disable-software-rasterizer", "--disable-gpu-rasterization", "--process-per-site", "--disable-site-isolation-trials", "--renderer-process-limit=2", "--disable-dev-shm-usage", "--font-render-hinting=none"];

    private readonly Lazy<Task<RunningSuite>> demo = new(() => RunningSuite.StartAsync(empty: false));
    private readonly Lazy<Task<RunningSuite>> vacant = new(() => RunningSuite.StartAsync(empty: true));
    private readonly Lazy<Task<(IPlaywright Playwright, IBrowser Browser)>> browser = new(LaunchAsync);
    private readonly ConcurrentDictionary<(RunningSuite, string), Lazy<Task<string>>> sessions = new();
    private readonly ConcurrentDictionary<Viewer, ConcurrentBag<View>> lent = new();

    public ValueTask InitializeAsync()
    {
        // What is expected comes when it comes: a machine that is busy with other tests takes longer than the five seconds that are usual.
        Assertions.SetDefaultExpectTimeout(Patience);
        return ValueTask.CompletedTask;
    }

    /// <summary>The suite with the demo operator; skips the calling test where the machine has no browser or no PostgreSQL.</summary>
    public Task<RunningSuite> SuiteAsync(bool empty = false)
    {
        Assert.SkipUnless(File.Exists(Chromium), "Chromium is not installed");
        Assert.SkipUnless(Directory.Exists("/usr/lib/postgresql"), "PostgreSQL is not installed");
        return empty ? vacant.Value : demo.Value;
    }

    /// <summary>A browser of somebody's own: cookies, storage and cache are new.</summary>
    public async Task<View> OpenAsync(Viewer? viewer = null)
    {
        viewer ??= new Viewer();
        return await OpenAsync(viewer, await SuiteAsync(viewer.Empty));
    }

    /// <summary>
    /// A browser that others have used before, given back when it is disposed of: for tests that only look at a page. A new one has to
    /// start a process and to read and compile the whole console, which takes longer than the look.
    /// </summary>
    public async Task<View> BorrowAsync(Viewer viewer)
    {
        var shelf = lent.GetOrAdd(viewer, _ => []);
        if (shelf.TryTake(out var used)) return used;
        var view = await OpenAsync(viewer);
        view.GivesBack = () => shelf.Add(view);
        return view;
    }

    /// <summary>The same in a suite that a test has for itself.</summary>
    public async Task<View> OpenAsync(Viewer viewer, RunningSuite suite)
    {
        var context = await (await browser.Value).Browser.NewContextAsync(new BrowserNewContextOptions
        {
            BaseURL = suite.Address.ToString(),
            ViewportSize = new ViewportSize { Width = viewer.Width, Height = viewer.Height },
            Locale = viewer.Language == "zh-CN" ? "zh-CN" : "en",
            ColorScheme = viewer.Theme == "dark" ? ColorScheme.Dark : ColorScheme.Light,
            ReducedMotion = ReducedMotion.Reduce,
            // A zone that is not the operator's: what is shown must not be of the browser's zone.
            TimezoneId = "America/New_York",
            AcceptDownloads = true,
        });
        context.SetDefaultTimeout(Patience);
        await context.AddInitScriptAsync(
            $"localStorage.getItem('language') ?? localStorage.setItem('language', '{viewer.Language}'); localStorage.getItem('theme') ?? localStorage.setItem('theme', '{viewer.Theme}');");
        if (viewer.Role is not null)
        {
            var session = sessions.GetOrAdd((suite, viewer.Role), _ => new(() => suite.SignInAsync(viewer.Role)));
            await context.AddCookiesAsync([new Cookie { Name = "channels", Value = await session.Value, Url = suite.Address.ToString() }]);
        }
        return new View(context, await context.NewPageAsync(), suite);
    }

    public async ValueTask DisposeAsync()
    {
        if (browser.IsValueCreated)
        {
            var (playwright, running) = await browser.Value;
            await running.CloseAsync();
            playwright.Dispose();
        }
        foreach (var suite in new[] { demo, vacant }.Where(one => one.IsValueCreated)) await (await suite.Value).DisposeAsync();
    }

    private static async Task<(IPlaywright, IBrowser)> LaunchAsync()
    {
        var playwright = await Playwright.CreateAsync();
        return (playwright, await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions { ExecutablePath = Chromium, Args = Flags }));
    }
}
