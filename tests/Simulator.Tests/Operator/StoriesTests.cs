using ECommerce.Channels.Simulator.Answers;
using ECommerce.Channels.Simulator.Demo;
using ECommerce.Channels.Simulator.Operator;
using Xunit;

namespace ECommerce.Channels.Simulator.Tests.Operator;

/// <summary>The planted stories, as the events themselves tell them.</summary>
public sealed class StoriesTests
{
    private static readonly Oracle Oracle = new(Worlds.Demo, []);

    private static Story Story(string id) => Worlds.Demo.Stories.All.Single(story => story.Id == id);

    [Fact]
    public void AppOutage_WhileItLasts_FailsMostlyByTimeouts()
    {
        var story = Story("app-outage");
        Assert.InRange(Rate(story.From, story.To, "app"), .15, .4);
        Assert.True(Rate(story.Before!.Value.From, story.Before.Value.To, "app") > .94);
        Assert.True(Rate(story.From, story.To, "web") > .9);
        var reasons = Ask("failures", story.From, story.To, "app", null, By.Reason);
        Assert.True(reasons["timeout"] > .9 * reasons.Values.Sum());
    }

    [Fact]
    public void AppOutage_WhoFailed_CallsAnAgent()
    {
        var story = Story("app-outage");
        var calls = Ask("attempts", story.From, story.To, "agent", null)[""];
        var before = Ask("attempts", story.Before!.Value.From, story.Before.Value.To, "agent", null)[""];
        Assert.True(calls > 2 * before, $"{calls} calls, {before} a week before");
    }

    [Fact]
    public void TopupTrouble_UpToTheFirstStart_HasBegun()
    {
        var story = Story("topup-trouble");
        Assert.True(story.From < Worlds.Anchor && story.To > Worlds.Anchor);
        Assert.InRange(Rate(story.From, Worlds.Anchor, "app", "payment.topup"), .65, .85);
        Assert.True(Rate(story.From, Worlds.Anchor, "app", "balance.query") > .94);
    }

    [Fact]
    public void MissedTarget_LastMonthsWebHall_IsBelowItsTarget()
    {
        var story = Story("missed-target");
        var target = DemoTargets.For(Worlds.Today).Single(one => one is { Indicator: "success-rate", Channel: "web", Month: "2026-10" });
        Assert.True(Rate(story.From, story.To, "web") < target.Value - .02);
        Assert.True(Rate(story.From.AddMonths(-1), story.From, "web") > .95);
    }

    [Fact]
    public void AppMigration_Afterwards_TheAppHasFarMore()
    {
        var story = Story("app-migration");
        double share(DateTimeOffset from) => Oracle.Answer(new Question("attempts-share", from, from.AddDays(7)) { By = By.Channel })
            .Single(cell => cell.Key.Channel == "app").Value.Value!.Value;
        Assert.True(share(story.To) > share(story.From.AddDays(-7)) + .1);
    }

    [Fact]
    public void CalleridCure_Afterwards_FewerNeedAnAgent()
    {
        var story = Story("callerid-cure");
        // The whole periods that the story compares: two weeks of some hundred calls differ by a tenth by chance.
        double calls(DateTimeOffset from, DateTimeOffset to) => Ask("attempts", from, to, "agent", "callerid.on").GetValueOrDefault("");
        var (after, before) = (calls(story.From, story.To), calls(story.Before!.Value.From, story.Before.Value.To));
        Assert.True(after < .7 * before, $"{after} calls, {before} before");
        Assert.True(Rate(story.From, story.From.AddDays(14), "app", "callerid.on") > .93);
        Assert.InRange(Rate(story.Before.Value.From, story.Before.Value.From.AddDays(14), "app", "callerid.on"), .6, .8);
    }

    [Fact]
    public void UnknownChannel_BeforeThePilot_IsNotThere()
    {
        var story = Story("unknown-channel");
        Assert.True(Ask("attempts", story.From, story.From.AddDays(2), "unknown", null)[""] > 50);
        Assert.Empty(Ask("attempts", story.From.AddDays(-2), story.From, "unknown", null));
    }

    [Theory]
    [InlineData("2026-01-01T04:00:00Z")]
    [InlineData("2026-03-31T15:59:59Z")]
    [InlineData("2027-02-06T16:00:00Z")]
    public void Stories_OfAnyFirstDay_LieInTheHistoryOrGoOn(string anchor)
    {
        var demo = new DemoOperator(1, DateTimeOffset.Parse(anchor), Worlds.Zone);
        Assert.All(demo.Stories.All, story => Assert.True(story.From > demo.Start && story.From < demo.Anchor, story.Id));
        Assert.True((demo.Anchor - demo.Start).TotalDays < 399);
    }

    private static double Rate(DateTimeOffset from, DateTimeOffset to, string channel, string? service = null) => Ask("success-rate", from, to, channel, service)[""];

    private static Dictionary<string, double> Ask(string indicator, DateTimeOffset from, DateTimeOffset to, string channel, string? service, By by = By.Nothing) =>
        Oracle.Answer(new Question(indicator, from, to)
        {
            By = by,
            Channels = new HashSet<string> { channel },
            Services = service is null ? null : new HashSet<string> { service },
        }).ToDictionary(cell => cell.Key.Reason ?? "", cell => cell.Value.Value!.Value);
}
