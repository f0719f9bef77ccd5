using System.Collections.Concurrent;
using Deque.AxeCore.Commons;
using ECommerce.Channels.Testing;
using Microsoft.Playwright;
using Xunit;

namespace ECommerce.Channels.Console.Tests.Harness;

/// <summary>A page of the console with what its console said; closed with its browser context.</summary>
public sealed class View : IAsyncDisposable
{
    /// <summary>Axe in the page itself: its driver would open another page for every call, to gather what frames say, and we have none.</summary>
    private const string Axe = """
        async () => {
          const found = await axe.run(document, {
            runOnly: { type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] },
            resultTypes: ['violations'],
          });
          return found.violations.flatMap(({ id, help, nodes }) => nodes.map(({ target, html }) => `${id}: ${help}: ${target.join(' ')}: ${html}`));
        }
        """;

    private static readonly string AxeSource = new BundledAxeScriptProvider().GetScript();

    private readonly IBrowserContext context;
    private readonly ConcurrentQueue<string> faults = new();

    internal View(IBrowserContext context, IPage page, RunningSuite suite)
    {
        (this.context, Page, Suite) = (context, page, suite);
        page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning") faults.Enqueue($"{message.Type}: {message.Text} ({message.Location})");
        };
        page.PageError += (_, error) => faults.Enqueue("uncaught: " + error);
    }

    public IPage Page { get; }

    public IBrowserContext Context => context;

    public RunningSuite Suite { get; }

    /// <summary>Everything that the page's console said, but for answers that a test made fail itself.</summary>
    public IReadOnlyList<string> Faults => [.. faults];

    /// <summary>Goes to an address of the console and waits until everything is there.</summary>
    public async Task GoAsync(string address)
    {
        await Page.GotoAsync(address);
        await SettleAsync();
    }

    /// <summary>Presses <c>g</c> and the key of a screen until it is there: the two must come within 1.5 s, which a busy machine may not manage.</summary>
    public async Task GoByKeyAsync(string key, string path)
    {
        for (var attempt = 0; attempt < 5 && new Uri(Page.Url).AbsolutePath != path; attempt++)
        {
            await Page.Keyboard.PressAsync("g");
            await Page.Keyboard.PressAsync(key);
            await SettleAsync();
        }
        Assert.Equal(path, new Uri(Page.Url).AbsolutePath);
    }

    /// <summary>Presses a link until its page is there: figures are live, and what moves between pressing and letting go is no click.</summary>
    public async Task PressUntilAsync(ILocator link, string address)
    {
        const int times = 4;
        for (var attempt = 1; ; attempt++)
        {
            await link.ClickAsync();
            try
            {
                await Page.WaitForURLAsync(address, new PageWaitForURLOptions { Timeout = Machine.Allows(TimeSpan.FromSeconds(5)) });
                return;
            }
            catch (TimeoutException) when (attempt < times)
            {
            }
        }
    }

    /// <summary>Nothing is on its way, nothing is a skeleton, every chart is drawn.</summary>
    public async Task SettleAsync()
    {
        await Page.WaitForFunctionAsync(Scripts.Settled, null, new PageWaitForFunctionOptions { PollingInterval = 50, Timeout = Machine.Allows(TimeSpan.FromSeconds(20)) });
        await Page.EvaluateAsync("() => document.fonts.ready");
    }

    /// <summary>No rule of WCAG 2.2 AA that a program can check is broken.</summary>
    public async Task<IReadOnlyList<string>> ViolationsAsync()
    {
        if (!await Page.EvaluateAsync<bool>("'axe' in window")) await Page.EvaluateAsync(AxeSource);
        return await Page.EvaluateAsync<string[]>(Axe);
    }

    /// <summary>Texts that do not fit where they stand.</summary>
    public Task<string[]> ClippedAsync() => Page.EvaluateAsync<string[]>(Scripts.Clipped);

    /// <summary>Says what is wrong with the page as it is, all at once.</summary>
    public async Task ShouldBeCleanAsync(string what, bool clipped = true)
    {
        var wrong = new List<string>(await ViolationsAsync());
        wrong.AddRange(Faults);
        if (clipped) wrong.AddRange((await ClippedAsync()).Select(text => "clipped: " + text));
        Assert.True(wrong.Count == 0, $"{what}:\n{string.Join('\n', wrong.Distinct().Take(40))}");
    }

    /// <summary>What a GET of this path answers is an error of the server.</summary>
    public Task FailAsync(string path) => Page.RouteAsync(
        address => new Uri(address).AbsolutePath == path,
        route => route.FulfillAsync(new RouteFulfillOptions
        {
            Status = 503,
            ContentType = "application/problem+json",
            Headers = new Dictionary<string, string> { ["X-Correlation-Id"] = "test-correlation" },
            Body = """{"type":"urn:channels:problem:unavailable","title":"Not available now","status":503,"correlationId":"test-correlation"}""",
        }));

    /// <summary>What is asked for again and again fails on purpose: the browser says so in its console.</summary>
    public void Forgive(string text)
    {
        var left = faults.Where(fault => !fault.Contains(text, StringComparison.Ordinal)).ToList();
        faults.Clear();
        foreach (var fault in left) faults.Enqueue(fault);
    }

    /// <summary>A picture for people, in tests/results/screens.</summary>
    /// <param name="always">Else only where <c>CHANNELS_PICTURES</c> is set: hundreds of them take minutes.</param>
    public Task PictureAsync(string name, bool fullPage = true, bool always = true) => !always && !Pictures.Wanted ? Task.CompletedTask :
        Page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(Pictures.Folder, name + ".png"), FullPage = fullPage, Animations = ScreenshotAnimations.Disabled });

    /// <summary>Puts it where the next one finds it; null for a browser of one's own.</summary>
    internal Action? GivesBack { get; set; }

    public async ValueTask DisposeAsync()
    {
        if (GivesBack is null)
        {
            await context.DisposeAsync();
            return;
        }
        await Page.UnrouteAllAsync();
        // A page that nobody looks at would go on asking.
        await Page.GotoAsync("about:blank");
        faults.Clear();
        GivesBack();
    }
}

/// <summary>Where the pictures of the screens are put.</summary>
internal static class Pictures
{
    public static bool Wanted { get; } = Environment.GetEnvironmentVariable("CHANNELS_PICTURES") is { Length: > 0 };

    public static string Folder { get; } = Directory.CreateDirectory(Path.Combine(Checkout.Folder, "tests", "results", "screens")).FullName;
}

/// <summary>What is asked of a page in its own language.</summary>
internal static class Scripts
{
    public static string Settled { get; } = Read("settled.js");

    public static string Clipped { get; } = Read("clipped.js");

    public static string Vitals { get; } = Read("vitals.js");

    public static string Focusable { get; } = Read("focusable.js");

    private static string Read(string name)
    {
        using var reader = new StreamReader(typeof(Scripts).Assembly.GetManifestResourceStream(name)!);
        return reader.ReadToEnd();
    }
}
