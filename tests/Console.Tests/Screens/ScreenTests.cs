using ECommerce.Channels.Console.Tests.Harness;
using Microsoft.Playwright;
using Xunit;

namespace ECommerce.Channels.Console.Tests.Screens;

/// <summary>
/// Every screen, in every state that a test can bring about, in both languages and both themes: WCAG 2.2 AA as far as a program can check
/// it, nothing in the browser's console, no text cut off. What is wrong with a look is wrong with its language or its theme, so that two
/// of the four tell, and one where nothing or an error is shown; all of them by hand.
/// </summary>
public abstract class ScreenTests(Consoles consoles)
{
    private static readonly (string Language, string Theme)[] Looks = [("zh-CN", "light"), ("en", "dark")];

    protected static readonly (string Language, string Theme)[] OtherLooks = [("zh-CN", "dark"), ("en", "light")];

    public static TheoryData<string> Names => [.. ConsoleScreen.All.Select(screen => screen.Name)];

    protected Consoles Consoles { get; } = consoles;

    protected static ConsoleScreen Screen(string name) => ConsoleScreen.All.Single(screen => screen.Name == name);

    protected Task<View> OpenAsync(ConsoleScreen screen, bool empty = false) => Consoles.BorrowAsync(new Viewer
    {
        Role = screen.Role,
        Language = "zh-CN",
        Empty = empty,
    });

    /// <summary>One of the two, another for the next screen: a state that all screens take from the same panels is judged in each often enough.</summary>
    protected static (string Language, string Theme)[] LookOf(ConsoleScreen screen) => [Looks[ConsoleScreen.All.TakeWhile(one => one != screen).Count() % Looks.Length]];

    /// <summary>Judges the page in two looks, unless others are given, and takes pictures of it.</summary>
    protected static async Task JudgeAsync(View view, string name, bool pictures = false, (string Language, string Theme)[]? looks = null)
    {
        foreach (var (language, theme) in looks ?? Looks)
        {
            await LookAsync(view.Page, language, theme);
            await view.SettleAsync();
            // Whoever is not signed in is told so by the API; the browser writes it down.
            view.Forgive("status of 401");
            view.Forgive("status of 503");
            await view.ShouldBeCleanAsync($"{name}, {language}, {theme}");
            await view.PictureAsync($"{name}.{language}{(theme == "dark" ? ".dark" : "")}", always: pictures);
        }
    }

    /// <summary>Presses the page's own switches.</summary>
    private static async Task LookAsync(IPage page, string language, string theme)
    {
        var switches = page.Locator("#switch-language, button[lang]");
        if (await page.EvaluateAsync<string>("document.documentElement.lang") != language) await switches.First.ClickAsync();
        if (await page.EvaluateAsync<string>("document.documentElement.dataset.theme") != theme)
            await page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { NameRegex = new("切换到[深浅]色主题|Switch to the (dark|light) theme") }).First.ClickAsync();
    }
}

public sealed class LoadedScreenTests(Consoles consoles) : ScreenTests(consoles)
{
    [Theory]
    [MemberData(nameof(Names))]
    public async Task Screen_WithData_IsClean(string name)
    {
        var screen = Screen(name);
        await using var view = await OpenAsync(screen);
        await view.GoAsync(screen.Address);
        await JudgeAsync(view, name, pictures: true);
    }
}

[Trait("Size", "long")]
public sealed class OtherLooksTests(Consoles consoles) : ScreenTests(consoles)
{
    [Theory]
    [MemberData(nameof(Names))]
    public async Task Screen_WithDataInTheOtherLooks_IsClean(string name)
    {
        var screen = Screen(name);
        await using var view = await OpenAsync(screen);
        await view.GoAsync(screen.Address);
        await JudgeAsync(view, name, pictures: true, OtherLooks);
    }
}

[Trait("Size", "all")]
public sealed class EmptyScreenTests(Consoles consoles) : ScreenTests(consoles)
{
    [Theory]
    [MemberData(nameof(Names))]
    public async Task Screen_WithoutAnyData_IsCleanAndSaysSo(string name)
    {
        var screen = Screen(name);
        await using var view = await OpenAsync(screen, empty: true);
        await view.GoAsync(screen.Address);
        await JudgeAsync(view, name + ".empty", looks: LookOf(screen));
    }
}

/// <summary>The API that a screen stands on is taken away: it says so, with the correlation id. [L3]</summary>
[Trait("Size", "all")]
public sealed class FailingScreenTests(Consoles consoles) : ScreenTests(consoles)
{
    public static TheoryData<string> Standing => [.. ConsoleScreen.All.Where(screen => screen.Api is not null).Select(screen => screen.Name)];

    [Theory]
    [MemberData(nameof(Standing))]
    public async Task Screen_WithoutWhatItStandsOn_IsCleanAndSaysSo(string name)
    {
        var screen = Screen(name);
        await using var view = await OpenAsync(screen);
        await view.FailAsync(screen.Api!);
        await view.GoAsync(screen.Address);
        await Assertions.Expect(view.Page.GetByRole(AriaRole.Main).GetByRole(AriaRole.Alert).First).ToContainTextAsync("test-correlation");
        await JudgeAsync(view, name + ".failing", looks: LookOf(screen));
    }
}

/// <summary>Each API that a screen asks is taken away in turn: the rest of the screen is still there. By hand: a hundred and fifty pages. [L3]</summary>
[Trait("Size", "long")]
public sealed class FailingApiTests(Consoles consoles) : ScreenTests(consoles)
{
    /// <summary>Without these there is no screen to judge.</summary>
    private static readonly string[] Foundations = ["/api/v1/session", "/api/v1/kpi/events", "/api/v1/care/events"];

    public static TheoryData<string> Inside => [.. ConsoleScreen.All.Where(screen => screen.Role is not null).Select(screen => screen.Name)];

    [Theory]
    [MemberData(nameof(Inside))]
    public async Task Screen_WithAnyApiFailing_KeepsTheRest(string name)
    {
        var screen = Screen(name);
        var wrong = new List<string>();
        await using var view = await OpenAsync(screen);
        foreach (var api in await AskedAsync(view, screen))
        {
            await view.Page.UnrouteAllAsync();
            await view.FailAsync(api);
            try
            {
                await view.GoAsync(screen.Address);
            }
            catch (TimeoutException)
            {
                wrong.Add($"without {api}: it waits for ever");
            }
            view.Forgive("status of 503");
            wrong.AddRange((await MissingAsync(view)).Concat(view.Faults).Select(what => $"without {api}: {what}"));
            view.Forgive("");
        }
        Assert.True(wrong.Count == 0, $"{name}:\n{string.Join('\n', wrong)}");
    }

    /// <summary>What there has to be whatever fails.</summary>
    private static async Task<IReadOnlyList<string>> MissingAsync(View view)
    {
        var missing = new List<string>();
        if (!await view.Page.GetByRole(AriaRole.Heading, new() { Level = 1 }).IsVisibleAsync()) missing.Add("no title");
        if (!await view.Page.GetByRole(AriaRole.Navigation).First.IsVisibleAsync()) missing.Add("no navigation");
        if ((await view.Page.Locator("#content").InnerTextAsync()).Trim().Length == 0) missing.Add("a blank page");
        return missing;
    }

    /// <summary>The addresses that the screen asks while it is being loaded.</summary>
    private static async Task<IReadOnlyList<string>> AskedAsync(View view, ConsoleScreen screen)
    {
        var asked = new List<string>();
        void Add(object? page, IRequest request)
        {
            var path = new Uri(request.Url).AbsolutePath;
            if (request.Method == "GET" && path.StartsWith("/api/", StringComparison.Ordinal)) asked.Add(path);
        }
        view.Page.Request += Add;
        await view.GoAsync(screen.Address);
        view.Page.Request -= Add;
        return [.. asked.Distinct().Except(Foundations).Order(StringComparer.Ordinal)];
    }
}

[Trait("Size", "all")]
public sealed class LongTextTests(Consoles consoles) : ScreenTests(consoles)
{
    [Theory]
    [MemberData(nameof(Names))]
    public async Task Screen_InThePseudoLocale_CutsNothingOff(string name)
    {
        var screen = Screen(name);
        await using var view = await Consoles.BorrowAsync(new Viewer { Role = screen.Role, Language = "pseudo" });
        await view.GoAsync(screen.Address);
        var clipped = await view.ClippedAsync();
        await view.PictureAsync(name + ".pseudo", always: false);
        Assert.True(clipped.Length == 0, $"{name}:\n{string.Join('\n', clipped.Distinct())}");
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Screen_OnAPhone_NeedsNoSidewaysScrolling(string name)
    {
        var screen = Screen(name);
        await using var view = await Consoles.BorrowAsync(new Viewer { Role = screen.Role, Language = "zh-CN", Width = 390, Height = 844 });
        await view.GoAsync(screen.Address);
        var clipped = await view.ClippedAsync();
        await view.PictureAsync(name + ".phone");
        Assert.True(clipped.Length == 0, $"{name}:\n{string.Join('\n', clipped.Distinct())}");
    }
}

public sealed class NavigationTests(Consoles consoles) : ScreenTests(consoles)
{
    [Fact]
    public async Task Navigation_OfAManager_HasEveryScreenThatIsTested()
    {
        await using var view = await OpenAsync(Screen("today"));
        await view.GoAsync("/");
        var links = await view.Page.GetByRole(AriaRole.Navigation).First.GetByRole(AriaRole.Link).AllAsync();
        foreach (var link in links)
        {
            var path = new Uri(view.Suite.Address, await link.GetAttributeAsync("href")).AbsolutePath;
            Assert.Contains(ConsoleScreen.All, screen => screen.Address == path);
        }
    }
}

public sealed class JudgementTests(Consoles consoles) : ScreenTests(consoles)
{
    /// <summary>Judges that find nothing on any screen have to find what is wrong.</summary>
    [Fact]
    public async Task Page_WithFaults_IsNotClean()
    {
        await using var view = await OpenAsync(Screen("no-such-page"));
        await view.GoAsync("/no-such-page");
        await view.Page.EvaluateAsync("""
            () => {
              const picture = document.createElement('img');
              picture.src = '/icon.svg';
              const pale = document.createElement('p');
              pale.textContent = 'hardly to be read';
              [pale.style.color, pale.style.background] = ['rgb(200, 200, 200)', 'rgb(255, 255, 255)'];
              document.querySelector('#content').append(picture, pale);
            }
            """);
        var found = await view.ViolationsAsync();
        Assert.Contains(found, fault => fault.StartsWith("image-alt:", StringComparison.Ordinal));
        Assert.Contains(found, fault => fault.StartsWith("color-contrast:", StringComparison.Ordinal));
    }
}
