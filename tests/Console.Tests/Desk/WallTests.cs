using ECommerce.Channels.Console.Tests.Harness;
using Microsoft.Playwright;
using Xunit;

namespace ECommerce.Channels.Console.Tests.Desk;

/// <summary>The wall of supervisors: every number leads to what it counts. [D10]</summary>
[Collection("desk")]
public sealed class WallTests(Consoles consoles)
{
    [Fact]
    public async Task Number_OfTheWall_LeadsToItsConversationsAndToTheDesk()
    {
        await using var view = await consoles.OpenAsync(new Viewer { Role = "supervisor" });
        var (page, served) = (view.Page, new Served(view.Suite));
        await served.ClearAsync();
        // Nobody can be asked about it: it waits.
        await served.SkillsAsync("agent", ["none"]);
        var id = await served.ComesAsync("I wait", skill: "wall");
        await view.GoAsync("/service");
        await page.GetByRole(AriaRole.Button, new() { Name = "Waiting: wall: 1, show the conversations" }).ClickAsync();
        var row = page.GetByRole(AriaRole.Region, new() { Name = "Conversation", Exact = true }).GetByRole(AriaRole.Row).Filter(new() { HasText = "First reply" }).Last;
        await Assertions.Expect(row).ToContainTextAsync("waiting");
        await view.PictureAsync("wall.en");
        await view.ShouldBeCleanAsync("the wall");
        await view.PressUntilAsync(row.GetByRole(AriaRole.Link), $"**/desk?c={id}");
        await Assertions.Expect(page.GetByText("I wait")).ToBeVisibleAsync();
        await page.Keyboard.PressAsync("n");
        await page.Keyboard.TypeAsync("I take care of it");
        await page.Keyboard.PressAsync("Control+Enter");
        await Assertions.Expect(page.Locator("[data-kind=note][data-seq]")).ToContainTextAsync("I take care of it");
        await page.Keyboard.PressAsync("Escape");
        await page.Keyboard.PressAsync("a");
        await Assertions.Expect(page.GetByRole(AriaRole.Dialog)).ToContainTextAsync("agent (");
        await view.ShouldBeCleanAsync("the list of agents");
        await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { NameRegex = new("^agent \\(") }).ClickAsync();
        await Assertions.Expect(page.GetByText("With agent")).ToBeVisibleAsync();
        Assert.Equal("agent", (await served.ThreadAsync(id)).GetProperty("conversation").GetProperty("agent").GetString());
    }

    [Fact]
    public async Task Agent_EditedByASupervisor_IsAsTheApiSays()
    {
        await using var view = await consoles.OpenAsync(new Viewer { Role = "supervisor" });
        var page = view.Page;
        await new Served(view.Suite).SkillsAsync("li.na", ["billing"], capacity: 3);
        await view.GoAsync("/service?t=wall");
        await page.GetByRole(AriaRole.Button, new() { Name = "Edit li.na: skills and capacity" }).ClickAsync();
        await page.GetByRole(AriaRole.Textbox, new() { Name = "Skills" }).FillAsync("billing, roaming");
        await page.GetByRole(AriaRole.Spinbutton).FillAsync("7");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Row).Filter(new() { HasText = "li.na" })).ToContainTextAsync("billing, roaming");
        var agent = await view.Suite.GetAsync("/api/v1/care/agents/li.na");
        Assert.Equal(7, agent.GetProperty("capacity").GetInt32());
    }
}
