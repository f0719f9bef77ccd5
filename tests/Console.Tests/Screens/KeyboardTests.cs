using ECommerce.Channels.Console.Tests.Harness;
using Microsoft.Playwright;
using Xunit;

namespace ECommerce.Channels.Console.Tests.Screens;

/// <summary>Whoever has only a keyboard gets everywhere, sees where they are, and is told the keys. [A2, A4]</summary>
public sealed class KeyboardTests(Consoles consoles)
{
    /// <summary>Tells where the focus is: its number, and what is wrong with how it looks.</summary>
    private const string Where = """
        () => {
          const at = document.activeElement;
          if (!at || at === document.body) return { reach: -1, wrong: null };
          const box = at.getBoundingClientRect();
          const style = getComputedStyle(at);
          const shows = style.outlineStyle !== 'none' || style.boxShadow !== 'none' || at.closest('.ant-select, .ant-select-focused, [class*=reader]');
          const seen = document.elementFromPoint(Math.max(0, box.left + box.width / 2), Math.max(0, box.top + Math.min(box.height / 2, 12)));
          const hidden = seen && box.width > 0 && !at.contains(seen) && !seen.contains(at) && !at.closest('label, .ant-select')?.contains(seen) && getComputedStyle(at).pointerEvents !== 'none';
          const name = (at.getAttribute('aria-label') ?? at.textContent ?? '').trim().slice(0, 60);
          const wrong = !shows ? `${name}: no focus is seen` : hidden ? `${name}: covered by ${seen.outerHTML.slice(0, 120)}` : box.top >= innerHeight || box.bottom <= 0 ? `${name}: outside of the window` : null;
          return { reach: Number(at.dataset.reach ?? at.closest('[data-reach]')?.dataset.reach ?? -2), wrong };
        }
        """;

    public static TheoryData<string> Names => [.. ConsoleScreen.All.Select(screen => screen.Name)];

    /// <summary>What <see cref="Where"/> tells; the driver makes it without a constructor's parameters.</summary>
    private sealed class Focus
    {
        public int Reach { get; set; }

        public string? Wrong { get; set; }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Screen_ByTabAlone_GivesEveryControlAFocusThatIsSeen(string name)
    {
        var screen = ConsoleScreen.All.Single(one => one.Name == name);
        await using var view = await consoles.BorrowAsync(new Viewer { Role = screen.Role });
        await view.GoAsync(screen.Address);
        var names = await view.Page.EvaluateAsync<string[]>(Scripts.Focusable);
        var reached = new HashSet<int>();
        var wrong = new List<string>();
        for (var step = 0; step < names.Length + 40; step++)
        {
            await view.Page.Keyboard.PressAsync("Tab");
            var focus = await view.Page.EvaluateAsync<Focus>(Where);
            if (focus.Reach == -1 && reached.Count > 0) break;
            if (focus.Reach >= 0 && reached.Add(focus.Reach) && focus.Wrong is not null) wrong.Add(focus.Wrong);
        }
        wrong.AddRange(Enumerable.Range(0, names.Length).Except(reached).Select(one => "not reached: " + names[one]));
        Assert.True(wrong.Count == 0, $"{name}:\n{string.Join('\n', wrong)}");
    }

    [Fact]
    public async Task QuestionMark_OnAnyScreen_ShowsTheKeysAndEscapeGivesTheFocusBack()
    {
        await using var view = await consoles.OpenAsync();
        await view.GoAsync("/explore");
        var palette = view.Page.GetByRole(AriaRole.Button, new() { Name = "Commands" });
        await palette.FocusAsync();
        await view.Page.Keyboard.PressAsync("?");
        var help = view.Page.GetByRole(AriaRole.Dialog);
        await Assertions.Expect(help).ToContainTextAsync("Go to Warnings");
        await view.ShouldBeCleanAsync("the help");
        await view.Page.Keyboard.PressAsync("Escape");
        await Assertions.Expect(help).ToHaveCountAsync(0);
        await Assertions.Expect(palette).ToBeFocusedAsync();
    }

    [Fact]
    public async Task GoKeys_OnAnyScreen_GoToTheScreenAndAreSilentWhileTyping()
    {
        await using var view = await consoles.OpenAsync();
        await view.GoAsync("/");
        foreach (var (key, path) in new[] { ("e", "/explore"), ("z", "/targets"), ("w", "/warnings"), ("d", "/data"), ("t", "/") })
            await view.GoByKeyAsync(key, path);
        await view.Page.Keyboard.PressAsync("Control+k");
        await Assertions.Expect(Palette(view, "screen, an indicator")).ToBeFocusedAsync();
        await view.Page.Keyboard.TypeAsync("gw");
        await Assertions.Expect(Palette(view, "screen, an indicator")).ToHaveValueAsync("gw");
        Assert.Equal("/", new Uri(view.Page.Url).AbsolutePath);
    }

    [Fact]
    public async Task Commands_ByName_LeadToAnIndicator()
    {
        await using var view = await consoles.OpenAsync(new Viewer { Language = "zh-CN" });
        await view.GoAsync("/");
        await view.Page.Keyboard.PressAsync("Control+k");
        await Assertions.Expect(Palette(view, "输入页面")).ToBeFocusedAsync();
        await view.Page.Keyboard.TypeAsync("offload");
        await view.Page.Keyboard.PressAsync("Enter");
        await view.Page.WaitForURLAsync("**/explore?i=offload*");
    }

    [Fact]
    public async Task SingleKeys_SwitchedOff_DoNothing()
    {
        await using var view = await consoles.OpenAsync();
        await view.GoAsync("/");
        await view.Page.Keyboard.PressAsync("?");
        await view.Page.GetByLabel("Single-key shortcuts").UncheckAsync();
        await view.Page.Keyboard.PressAsync("Escape");
        await view.Page.Keyboard.PressAsync("g");
        await view.Page.Keyboard.PressAsync("w");
        await view.Page.Keyboard.PressAsync("?");
        Assert.Equal("/", new Uri(view.Page.Url).AbsolutePath);
        await Assertions.Expect(view.Page.GetByRole(AriaRole.Dialog)).ToHaveCountAsync(0);
    }

    private static ILocator Palette(View view, string name) => view.Page.GetByRole(AriaRole.Combobox, new() { NameRegex = new(name) });
}
