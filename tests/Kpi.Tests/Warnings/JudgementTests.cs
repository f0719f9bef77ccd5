using ECommerce.Channels.Kpi.Feeds;
using ECommerce.Channels.Kpi.Indicators;
using ECommerce.Channels.Kpi.Tests.Indicators;
using ECommerce.Channels.Kpi.Warnings;
using Xunit;

namespace ECommerce.Channels.Kpi.Tests.Warnings;

/// <summary>The rules of rules, by hand.</summary>
public sealed class JudgementTests
{
    private static readonly WarningCondition Below = new(WarningCondition.Below, 0.9, "hour");

    [Theory]
    [InlineData(0.89, 30, "Fires")]
    [InlineData(0.9, 30, "Fine")]
    [InlineData(0.1, 29, "TooFew")]
    [InlineData(null, 0, "TooFew")]
    public void Of_Window_ComparesOnlyWhatIsEnough(double? value, long n, string verdict) =>
        Assert.Equal(verdict, Judgement.Of(Below, new WindowFigure(new Span(0, 60), value, null, null, n, 30, 1)).ToString());

    [Fact]
    public void Of_Above_FiresAboveOnly()
    {
        var above = new WarningCondition(WarningCondition.Above, 5, "hour");
        Assert.Equal(Verdict.Fine, Judgement.Of(above, Count(5)));
        Assert.Equal(Verdict.Fires, Judgement.Of(above, Count(6)));
        // A count of 0 is exact: no minimum n holds it back.
        Assert.Equal(Verdict.Fires, Judgement.Of(new WarningCondition(WarningCondition.Below, 5, "hour"), Count(0)));

        static WindowFigure Count(long value) => new(new Span(0, 60), value, value, null, value, 0, 1);
    }

    /// <summary>F fires, . is fine, ? is too few, - is missing; R raised, S seen, E ended, O reopened, a blank is nothing.</summary>
    [Theory]
    [InlineData(".F..F", " R EO", "one warning, ended by two fine windows, opened again")]
    [InlineData("F.F.F", "R S S", "a lone fine window ends nothing")]
    [InlineData("F.?.", "R  E", "too few is neither")]
    [InlineData("F.-.", "R  E", "and so is missing")]
    [InlineData("F??????", "R", "what is not known does not end it")]
    [InlineData("FF..", "RS E", "it lasts as long as it fires")]
    [InlineData("F..........................F", "R E                        R", "25 hours after its end it is another")]
    [InlineData("F.........................F", "R E                       O", "24 hours less one are the same")]
    public void Step_Sequence_ChangesAsSaid(string verdicts, string changes, string why)
    {
        Episode? episode = null;
        var said = new char[verdicts.Length];
        for (var hour = 0; hour < verdicts.Length; hour++)
        {
            (episode, var change) = Judgement.Step(episode, new Span(hour * 60, (hour + 1) * 60), verdicts[hour] switch
            {
                'F' => Verdict.Fires,
                '.' => Verdict.Fine,
                '?' => Verdict.TooFew,
                _ => Verdict.Missing,
            });
            said[hour] = change switch
            {
                EpisodeChange.Raised => 'R',
                EpisodeChange.Seen => 'S',
                EpisodeChange.Ended => 'E',
                EpisodeChange.Reopened => 'O',
                _ => ' ',
            };
        }
        var all = new string(said).TrimEnd();
        Assert.True(all == changes, $"{why}: '{all}'");
    }

    private static readonly DateTimeOffset Noon = DateTimeOffset.Parse("2026-09-28T12:00:00+08:00");

    private static Feed Stream(string source, DateTimeOffset? covered, int silence = 60) =>
        new(source, "app", true, new Cadence("stream", silence, null), null, null, covered, covered);

    private static string Of(DateTimeOffset from, CompletenessFacts facts, DateTimeOffset? now = null, string? channel = null)
    {
        var start = from.ToUnixTimeSeconds() / 60;
        return Coverage.Of(facts, channel, now ?? Noon, Asked.Shanghai).Of(new Span(start, start + 60)).ToString();
    }

    [Fact]
    public void Coverage_Window_IsCompleteWhenEveryFeedWaitedForIsPastIt()
    {
        var eleven = Noon.AddHours(-1);
        Assert.Equal("Complete", Of(eleven, new CompletenessFacts(Noon, [Stream("a", Noon)], [])));
        Assert.Equal("Awaited", Of(eleven, new CompletenessFacts(Noon, [Stream("a", Noon), Stream("b", Noon.AddMinutes(-1))], [])));
        Assert.Equal("Awaited", Of(eleven, new CompletenessFacts(Noon.AddMinutes(-1), [Stream("a", Noon)], [])));
        Assert.Equal("Awaited", Of(eleven.AddMinutes(1), new CompletenessFacts(Noon.AddDays(1), [Stream("a", Noon.AddDays(1))], [])));
        Assert.Equal("Awaited", Of(eleven, new CompletenessFacts(Noon, [Stream("a", Noon)], [Noon.AddMinutes(-1)])));
        // Of another channel, or never seen: not waited for.
        Assert.Equal("Complete", Of(eleven, new CompletenessFacts(Noon, [Stream("a", Noon), Stream("b", null)], [])));
        Assert.Equal("Complete", Of(eleven, new CompletenessFacts(Noon, [Stream("a", Noon), Stream("b", eleven) with { Channel = "web" }], []), channel: "app"));
    }

    [Fact]
    public void Coverage_FeedWithoutPromise_IsWaitedForTwoDays()
    {
        var (eleven, old) = (Noon.AddHours(-1), Noon.AddDays(-3));
        var recent = Stream("b", Noon.AddHours(-40)) with { Cadence = null };
        Assert.Equal("Awaited", Of(eleven, new CompletenessFacts(Noon, [Stream("a", Noon), recent], [])));
        var import = Stream("b", old) with { Cadence = null };
        Assert.Equal("Complete", Of(eleven, new CompletenessFacts(Noon, [Stream("a", Noon), import], [])));
        // With nothing else there are no data, which is not zero.
        Assert.Equal("Awaited", Of(eleven, new CompletenessFacts(Noon, [import], [])));
        Assert.Equal("Complete", Of(old.AddHours(-1), new CompletenessFacts(Noon, [import], [])));
        Assert.False(Coverage.Of(new CompletenessFacts(Noon, [import], []), null, Noon, Asked.Shanghai).HasData);
    }

    [Fact]
    public void Coverage_TwoDaysAfterItsEnd_AWindowIsMissing()
    {
        var late = new CompletenessFacts(Noon, [Stream("a", Noon.AddDays(-4))], []);
        Assert.Equal("Awaited", Of(Noon.AddDays(-2).AddHours(-1), late));
        Assert.Equal("Missing", Of(Noon.AddDays(-2).AddHours(-1).AddMinutes(-1), late));
        Assert.Single(Coverage.Of(late, null, Noon, Asked.Shanghai).Late);
        // So does a dead letter hold up nothing for ever.
        var dead = new CompletenessFacts(Noon, [Stream("a", Noon)], [Noon.AddDays(-3)]);
        Assert.Equal("Missing", Of(Noon.AddDays(-3), dead));
        Assert.Equal("Complete", Of(Noon.AddDays(-3).AddHours(1), dead));
    }

    [Fact]
    public void Coverage_FeedThatEnded_IsNotWaitedFor()
    {
        var ended = Stream("b", DateTimeOffset.Parse("2026-09-28T00:00:00+08:00")) with { Ends = new DateOnly(2026, 9, 28) };
        Assert.Equal("Complete", Of(Noon.AddHours(-1), new CompletenessFacts(Noon, [Stream("a", Noon), ended], [])));
        var cut = ended with { LastAt = ended.LastAt!.Value.AddMinutes(-1) };
        Assert.Equal("Awaited", Of(Noon.AddHours(-1), new CompletenessFacts(Noon, [Stream("a", Noon), cut], [])));
    }
}
