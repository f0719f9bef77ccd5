using ECommerce.Channels.Simulator.Answers;
using ECommerce.Channels.Simulator.Demo;
using ECommerce.Channels.Simulator.Operator;
using Xunit;

namespace ECommerce.Channels.Simulator.Tests.Answers;

/// <summary>That the answers hang together, and a few counted by hand.</summary>
public sealed class OracleTests
{
    private static readonly DateOnly Day = new(2026, 10, 28);
    private static readonly DateTimeOffset From = Worlds.Demo.StartOf(Day);
    private static readonly DateTimeOffset To = Worlds.Demo.StartOf(Day.AddDays(2));
    private static readonly Oracle Oracle = new(Worlds.Demo, [], keep: true);
    private static readonly DemoEvent[] Events = [.. Worlds.Demo.EventsOf(Day), .. Worlds.Demo.EventsOf(Day.AddDays(1))];

    [Fact]
    public void Answer_Totals_AreThoseCountedByHand()
    {
        Assert.Equal(Events.Length, One("attempts"));
        Assert.Equal(Events.Where(one => one.Outcome == Outcome.Success).Sum(one => (long)one.Amount), One("amount"));
        Assert.Equal(Events.Select(one => one.Customer).Distinct().Count(), One("active-customers"));
        Assert.Equal(Events.Length, One("successes") + One("failures") + One("abandoned"));
        var app = Events.Where(one => one is { Channel: Channel.App, Outcome: not Outcome.Abandoned }).ToList();
        var rate = Oracle.One(new Question("success-rate", From, To) { Channels = new HashSet<string> { "app" } });
        Assert.Equal((app.Count(one => one.Outcome == Outcome.Success), app.Count), (rate.Numerator, rate.Denominator));
    }

    [Theory]
    [InlineData("attempts-share", By.Channel)]
    [InlineData("successes-share", By.Region)]
    [InlineData("failures-share", By.Reason)]
    public void Answer_Shares_AddUpToOne(string indicator, object by) =>
        Assert.Equal(1, Oracle.Answer(new Question(indicator, From, To) { By = (By)by }).Values.Sum(answer => answer.Value!.Value), 9);

    [Fact]
    public void Answer_OffloadByChannel_AddsUpToTheWhole()
    {
        foreach (var indicator in (string[])["offload-rate", "offload-rate-standardised"])
        {
            var whole = Oracle.One(new Question(indicator, From, To)).Value!.Value;
            var parts = Oracle.Answer(new Question(indicator, From, To) { By = By.Channel }).Values.Sum(answer => answer.Value ?? 0);
            Assert.Equal(whole, parts, 9);
            Assert.InRange(whole, .5, .9);
        }
    }

    [Fact]
    public void Answer_ByDay_TellsTheDaysApart()
    {
        var days = Oracle.Answer(new Question("attempts", From, To) { Grain = Grain.Day });
        Assert.Equal(["2026-10-28", "2026-10-29"], days.Keys.Select(cell => cell.At).Order());
        var hours = Oracle.Answer(new Question("attempts", From, To) { Grain = Grain.Hour });
        Assert.Equal(Events.Length, hours.Values.Sum(answer => answer.Numerator));
        Assert.Contains(new CellName("2026-10-28T13:00+08:00", null, null, null, null, null), hours.Keys);
    }

    [Fact]
    public void Answer_HurriedStretch_CountsTheCrowds()
    {
        var noon = From.AddHours(12);
        var hurried = new Oracle(Worlds.Demo, [new SpeedChange(noon, 3), new SpeedChange(noon.AddHours(1), 1)]);
        var question = new Question("attempts", noon, noon.AddHours(1));
        Assert.InRange((double)hurried.One(question).Numerator, 2.2 * Oracle.One(question).Numerator, 3.8 * Oracle.One(question).Numerator);
        var before = question with { From = From, To = noon };
        Assert.Equal(Oracle.One(before), hurried.One(before));
    }

    private static long One(string indicator) => Oracle.One(new Question(indicator, From, To)).Numerator;
}
