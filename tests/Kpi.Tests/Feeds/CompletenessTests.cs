using ECommerce.Channels.Kpi.Catalogue;
using ECommerce.Channels.Kpi.Feeds;
using ECommerce.Channels.Kpi.Rollups;
using Xunit;

namespace ECommerce.Channels.Kpi.Tests.Feeds;

public sealed class CompletenessTests
{
    private static readonly OperatorZone Zone = new(TimeZoneInfo.FindSystemTimeZoneById("Asia/Shanghai"));
    private static readonly long From = Minute("2026-09-28T00:00");
    private static readonly long To = Minute("2026-09-29T00:00");

    private static DateTimeOffset At(string local) => DateTimeOffset.Parse(local + "+08:00");

    private static long Minute(string local) => At(local).ToUnixTimeSeconds() / 60;

    private static Feed Seen(string last, string channel = "app") => new("boss", channel, true, null, null, null, At("2026-01-01T00:00"), At(last));

    private static bool IsComplete(string asOf, string now, Feed[] feeds, params string[] deadLetters) =>
        new Completeness(new CompletenessFacts(At(asOf), feeds, [.. deadLetters.Select(At)]), At(now), Zone).Of(From, To);

    [Fact]
    public void Of_EverythingDelivered_IsComplete() =>
        Assert.True(IsComplete("2026-09-29T08:00", "2026-09-29T08:00", [Seen("2026-09-29T00:01"), Seen("2026-09-29T00:00", "web")]));

    [Fact]
    public void Of_AFeedThatHasNotPassedTheEnd_IsNot() =>
        Assert.False(IsComplete("2026-09-29T08:00", "2026-09-29T08:00", [Seen("2026-09-29T00:01"), Seen("2026-09-28T23:59", "web")]));

    [Fact]
    public void Of_AHeartbeatPastTheEnd_IsComplete() =>
        Assert.True(IsComplete("2026-09-29T08:00", "2026-09-29T08:00", [Seen("2026-09-28T20:00") with { Through = At("2026-09-29T00:00") }]));

    [Fact]
    public void Of_AHeartbeatBeforeTheEnd_IsNot() =>
        Assert.False(IsComplete("2026-09-29T08:00", "2026-09-29T08:00", [Seen("2026-09-28T20:00") with { Through = At("2026-09-28T23:59") }]));

    [Fact]
    public void Of_APeriodThatRuns_IsNot() => Assert.False(IsComplete("2026-09-29T08:00", "2026-09-28T23:59", [Seen("2026-09-29T00:10")]));

    [Fact]
    public void Of_NotYetApplied_IsNot() => Assert.False(IsComplete("2026-09-28T23:59", "2026-09-29T08:00", [Seen("2026-09-29T00:10")]));

    [Fact]
    public void Of_AFeedThatWasSetAndNeverCame_IsNot() => Assert.False(IsComplete(
        "2026-09-29T08:00", "2026-09-29T08:00", [Seen("2026-09-29T00:10"), new Feed("new", "web", true, new Cadence("stream", 60, null), null, null, null, null)]));

    [Fact]
    public void Of_AFeedThatEndedBefore_DoesNotWaitForIt()
    {
        var ended = Seen("2026-09-20T23:59", "wap") with { Ends = new DateOnly(2026, 9, 1) };
        Assert.True(IsComplete("2026-09-29T08:00", "2026-09-29T08:00", [Seen("2026-09-29T00:10"), ended]));
        Assert.False(IsComplete("2026-09-29T08:00", "2026-09-29T08:00", [ended with { Ends = new DateOnly(2026, 9, 29) }]));
    }

    [Theory]
    [InlineData("2026-09-28T00:00", false)]
    [InlineData("2026-09-28T23:59", false)]
    [InlineData("2026-09-27T23:59", true)]
    [InlineData("2026-09-29T00:00", true)]
    public void Of_ADeadLetterInIt_IsNot(string at, bool complete) =>
        Assert.Equal(complete, IsComplete("2026-09-29T08:00", "2026-09-29T08:00", [Seen("2026-09-29T00:10")], at));

    [Fact]
    public void Of_AnUnknownChannel_DoesNotWaitForIt() =>
        Assert.True(IsComplete("2026-09-29T08:00", "2026-09-29T08:00", [Seen("2026-09-29T00:10"), Seen("2026-09-28T10:00", "typo") with { Counts = false }]));

    [Fact]
    public void Join_RawChannelAssigned_IsTheCataloguesFeed()
    {
        var seed = CatalogueSeed.Timeline();
        var catalogue = seed.With(new CatalogueChange(
            999, CatalogueJson.Assignments, "channel:weixin", CatalogueSeed.ValidFrom,
            CatalogueJson.Write(new Assignment(CatalogueField.Channel, "weixin", "app")), DateTimeOffset.UnixEpoch, "test"));
        var feeds = FeedStore.Join(
            [new FeedSettings("boss", "app", new Cadence("stream", 30, null), null, At("2026-09-28T12:00"))],
            [new FeedSeen("boss", "weixin", At("2026-09-01T00:00"), At("2026-09-28T10:00")), new FeedSeen("boss", "app", At("2026-08-01T00:00"), At("2026-09-28T09:00")),
                new FeedSeen("boss", "typo", At("2026-08-01T00:00"), At("2026-09-28T09:00"))],
            catalogue, Zone);
        Assert.Equal(["app", "typo"], feeds.Select(feed => feed.Channel));
        Assert.Equal([true, false], feeds.Select(feed => feed.Counts));
        Assert.Equal((At("2026-08-01T00:00"), At("2026-09-28T10:00"), At("2026-09-28T12:00")), (feeds[0].FirstAt, feeds[0].LastAt, feeds[0].CoveredTo));
    }

    [Fact]
    public void Overlaps_TwoSourcesOfOneChannelAtTheSameTime_AreWarnedOf()
    {
        Feed Of(string source, string from, string to) => new(source, "app", true, null, null, null, At(from), At(to));
        Feed[] feeds = [Of("a", "2026-01-01T00:00", "2026-02-01T00:00"), Of("b", "2026-01-20T00:00", "2026-03-01T00:00"), Of("c", "2026-03-02T00:00", "2026-04-01T00:00")];
        Assert.Equal(["b"], FeedHealth.Overlaps(feeds[0], feeds));
        Assert.Equal(["a"], FeedHealth.Overlaps(feeds[1], feeds));
        Assert.Empty(FeedHealth.Overlaps(feeds[2], feeds));
    }

    [Theory]
    [InlineData("stream", "2026-09-28T09:30", "on-time")]
    [InlineData("stream", "2026-09-28T08:59", "late")]
    // At 10:00 yesterday is due (by 06:00): something of it must have come.
    [InlineData("daily", "2026-09-27T23:00", "on-time")]
    [InlineData("daily", "2026-09-26T23:00", "late")]
    [InlineData(null, "2026-09-01T00:00", "unset")]
    public void StateOf_ByCadence_TellsLateFromOnTime(string? kind, string last, string state)
    {
        var cadence = kind is null ? null : kind == "stream" ? new Cadence(kind, 60, null) : new Cadence(kind, null, new TimeOnly(6, 0));
        Assert.Equal(state, FeedHealth.StateOf(Seen(last) with { Cadence = cadence }, At("2026-09-28T10:00"), Zone));
    }
}
