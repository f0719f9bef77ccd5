using CsCheck;
using ECommerce.Channels.Care.Tests.Calendars;
using ECommerce.Channels.Care.Tickets;
using Xunit;

namespace ECommerce.Channels.Care.Tests.Tickets;

public sealed class SlaClockTests
{
    /// <summary>Half an hour to the first response, two hours to the resolution; imminent after three quarters.</summary>
    private static readonly SlaTerms Terms = new("complaint.high", 1, "default", 30, 120, 75, [new("supervisor", 0), new("manager", 60)]);

    // Monday is 23 November 2026. History: mark and instant of the wall clock; minutes elapsed; due instant; state of the resolution's clock.
    [Theory]
    [InlineData("within a window", "default", "open 11-23 09:00", "11-23 09:30", 30, "11-23 11:00", "pending")]
    [InlineData("a minute before the share", "default", "open 11-23 09:00", "11-23 10:29", 89, "11-23 11:00", "pending")]
    [InlineData("at the share", "default", "open 11-23 09:00", "11-23 10:30", 90, "11-23 11:00", "imminent")]
    [InlineData("a minute before it is due", "default", "open 11-23 09:00", "11-23 10:59", 119, "11-23 11:00", "imminent")]
    [InlineData("breach exactly at the minute", "default", "open 11-23 09:00", "11-23 11:00", 120, "11-23 11:00", "breached")]
    [InlineData("late", "default", "open 11-23 09:00", "11-23 11:30", 150, "11-23 11:00", "breached")]
    [InlineData("in the lunch break", "default", "open 11-23 11:30", "11-23 13:00", 30, "11-23 15:00", "pending")]
    [InlineData("after the lunch break", "default", "open 11-23 11:30", "11-23 14:00", 60, "11-23 15:00", "pending")]
    [InlineData("created in the lunch break", "default", "open 11-23 12:30", "11-23 13:30", 0, "11-23 15:30", "pending")]
    [InlineData("due at the end of a window", "default", "open 11-23 10:00", "11-23 12:30", 120, "11-23 12:00", "breached")]
    [InlineData("over night", "default", "open 11-23 17:00", "11-24 09:30", 90, "11-24 10:00", "imminent")]
    [InlineData("over the weekend", "default", "open 11-27 17:00", "11-30 09:00", 60, "11-30 10:00", "pending")]
    [InlineData("created at night", "default", "open 11-23 20:00", "11-24 09:10", 10, "11-24 11:00", "pending")]
    [InlineData("created at the weekend", "default", "open 11-28 10:00", "11-29 12:00", 0, "11-30 11:00", "pending")]
    [InlineData("holiday", "holiday", "open 11-23 17:30", "11-24 12:00", 30, "11-25 10:30", "pending")]
    [InlineData("extra working day", "holiday", "open 11-27 17:00", "11-28 09:30", 90, "11-28 10:00", "imminent")]
    [InlineData("around the clock", "always", "open 11-28 23:00", "11-29 00:30", 90, "11-29 01:00", "imminent")]
    [InlineData("windows that meet at midnight", "night", "open 11-23 23:30", "11-24 00:30", 60, "11-24 01:30", "pending")]
    [InlineData("another time zone", "new-york", "open 11-23 16:00", "11-24 09:30", 90, "11-24 10:00", "imminent")]
    [InlineData("clocks put forward", "berlin", "open 03-29 01:30", "03-29 03:30", 60, "03-29 04:30", "pending")]
    [InlineData("clocks put back", "berlin", "open 10-25 01:30", "10-25 03:30", 180, "10-25 01:30Z", "breached")]
    [InlineData("a window over the change", "berlin-night", "open 03-28 20:00", "03-29 03:59", 119, "03-29 04:00", "imminent")]
    [InlineData("paused", "default", "open 11-23 16:00, pause 11-23 17:00", "11-24 09:00", 60, null, "paused")]
    [InlineData("pause over night", "default", "open 11-23 16:00, pause 11-23 17:00, resume 11-24 10:00", "11-24 10:15", 75, "11-24 11:00", "pending")]
    [InlineData("pause over the weekend", "default", "open 11-27 16:30, pause 11-27 17:00, resume 11-30 14:00", "11-30 14:30", 60, "11-30 15:30", "pending")]
    [InlineData("a pause within a pause", "default", "open 11-23 09:00, pause 11-23 09:30, pause 11-23 10:00, resume 11-23 11:00", "11-23 11:15", 45, "11-23 14:00", "pending")]
    [InlineData("resumed twice", "default", "open 11-23 09:00, pause 11-23 09:30, resume 11-23 10:00, resume 11-23 10:10", "11-23 10:20", 50, "11-23 11:30", "pending")]
    [InlineData("two pauses", "default", "open 11-23 09:00, pause 11-23 09:10, resume 11-23 09:20, pause 11-23 09:30, resume 11-23 10:00", "11-23 10:10", 30, "11-23 11:40", "pending")]
    [InlineData("paused after the breach", "default", "open 11-23 09:00, pause 11-23 11:30", "11-23 15:00", 150, "11-23 11:00", "breached")]
    [InlineData("paused at the very due instant", "default", "open 11-23 09:00, pause 11-23 11:00", "11-23 15:00", 120, "11-23 11:00", "breached")]
    [InlineData("a word to the customer", "default", "open 11-23 09:00, respond 11-23 09:10", "11-23 09:30", 30, "11-23 11:00", "pending")]
    [InlineData("resolved in time", "default", "open 11-23 09:00, resolve 11-23 10:00", "11-30 09:00", 60, "11-23 11:00", "met")]
    [InlineData("resolved a minute before", "default", "open 11-23 09:00, resolve 11-23 10:59", "11-30 09:00", 119, "11-23 11:00", "met")]
    [InlineData("resolved at the very due instant", "default", "open 11-23 09:00, resolve 11-23 11:00", "11-30 09:00", 120, "11-23 11:00", "breached")]
    [InlineData("resolved late", "default", "open 11-23 09:00, resolve 11-23 11:10", "11-30 09:00", 130, "11-23 11:00", "breached")]
    [InlineData("resolved while paused", "default", "open 11-23 09:00, pause 11-23 09:30, resolve 11-23 14:00", "11-30 09:00", 30, null, "met")]
    [InlineData("reopened: what was left", "default", "open 11-23 09:00, resolve 11-23 10:00, reopen 11-24 09:00", "11-24 09:30", 90, "11-24 10:00", "imminent")]
    [InlineData("reopened after it was late", "default", "open 11-23 09:00, resolve 11-23 11:30, reopen 11-25 09:00", "11-25 09:10", 160, "11-23 11:00", "breached")]
    [InlineData("reopened and resolved in time", "default", "open 11-23 09:00, resolve 11-23 10:00, reopen 11-24 09:00, resolve 11-24 09:30", "11-30 09:00", 90, "11-24 10:00", "met")]
    [InlineData("reopened, no pause any more", "default", "open 11-23 09:00, pause 11-23 09:30, resolve 11-23 10:00, reopen 11-23 11:00", "11-23 11:30", 60, "11-23 14:00", "pending")]
    [InlineData("a mark dated too early", "default", "open 11-23 09:00, pause 11-23 09:30, resume 11-23 09:20", "11-23 10:00", 60, "11-23 11:00", "pending")]
    [InlineData("what comes later", "default", "open 11-23 09:00, resolve 11-23 10:30", "11-23 10:00", 60, "11-23 11:00", "pending")]
    [InlineData("cancelled", "default", "open 11-23 09:00, cancel 11-23 09:30", "11-23 12:00", 30, null, "paused")]
    public void Resolution_OfAHistory_IsTold(string name, string calendar, string history, string now, int elapsed, string? due, string state)
    {
        var clock = Read(calendar, history, now).Resolution;
        Assert.Equal((name, elapsed, 120 - elapsed), (name, clock.Elapsed.TotalMinutes, clock.Remaining.TotalMinutes));
        Assert.Equal(due is null ? null : Sample.At(calendar, due), clock.Due);
        Assert.Equal(state, clock.State);
    }

    [Theory]
    [InlineData("not yet", "open 11-23 09:00", "11-23 09:10", 10, "11-23 09:30", "pending")]
    [InlineData("soon", "open 11-23 09:00", "11-23 09:25", 25, "11-23 09:30", "imminent")]
    [InlineData("in time", "open 11-23 09:00, respond 11-23 09:20", "11-24 09:00", 20, "11-23 09:30", "met")]
    [InlineData("late", "open 11-23 09:00, respond 11-23 09:40", "11-24 09:00", 40, "11-23 09:30", "breached")]
    [InlineData("the resolution is one", "open 11-23 09:00, resolve 11-23 09:10", "11-24 09:00", 10, "11-23 09:30", "met")]
    [InlineData("the second word is none", "open 11-23 09:00, respond 11-23 09:10, respond 11-23 11:00", "11-24 09:00", 10, "11-23 09:30", "met")]
    [InlineData("paused before it", "open 11-23 09:00, pause 11-23 09:10", "11-23 14:00", 10, null, "paused")]
    [InlineData("while paused", "open 11-23 09:00, pause 11-23 09:10, respond 11-23 09:50", "11-23 14:00", 10, null, "met")]
    [InlineData("reopened: anew", "open 11-23 09:00, respond 11-23 09:10, resolve 11-23 10:00, reopen 11-24 09:00", "11-24 09:10", 10, "11-24 09:30", "pending")]
    [InlineData("reopened and silent", "open 11-23 09:00, respond 11-23 09:10, resolve 11-23 10:00, reopen 11-24 09:00", "11-24 09:30", 30, "11-24 09:30", "breached")]
    [InlineData("reopened after it was late", "open 11-23 09:00, resolve 11-23 14:00, reopen 11-24 09:00, respond 11-24 09:05", "11-25 09:00", 5, "11-24 09:30", "met")]
    public void FirstResponse_OfAHistory_IsTold(string name, string history, string now, int elapsed, string? due, string state)
    {
        var clock = Read("default", history, now).FirstResponse;
        Assert.Equal((name, elapsed), (name, clock.Elapsed.TotalMinutes));
        Assert.Equal(due is null ? null : Sample.At("default", due), clock.Due);
        Assert.Equal(state, clock.State);
    }

    [Fact]
    public void Paused_WorkingTimeOfAllPauses_IsToldBesideTheClocks() => Assert.Equal(
        90, Read("default", "open 11-23 09:00, pause 11-23 11:30, resume 11-23 14:00, resolve 11-23 15:00, reopen 11-24 09:00, pause 11-24 09:30", "11-24 10:00").Paused.TotalMinutes);

    [Fact]
    public void Alarms_OfBothClocks_AreInOrderOfTime() => Assert.Equal(
        [
            "first-response/0/reminder 09:22:30", "first-response/0/escalation-1 supervisor 09:30:00", "first-response/0/escalation-2 manager 10:30:00",
            "resolution/0/reminder 10:30:00", "resolution/0/escalation-1 supervisor 11:00:00", "resolution/0/escalation-2 manager 12:00:00",
        ],
        Alarms("open 11-23 09:00", "11-23 09:00"));

    [Fact]
    public void Alarms_AfterThePause_AreLaterByIt() => Assert.Equal(
        ["resolution/0/reminder 11:00:00", "resolution/0/escalation-1 supervisor 11:30:00", "resolution/0/escalation-2 manager 14:00:00"],
        Alarms("open 11-23 09:00, respond 11-23 09:10, pause 11-23 09:30, resume 11-23 10:00", "11-23 10:00"));

    [Fact]
    public void Alarms_WhilePaused_AreThoseThatWereDue() => Assert.Equal(
        ["resolution/0/reminder 10:30:00", "resolution/0/escalation-1 supervisor 11:00:00"],
        Alarms("open 11-23 09:00, respond 11-23 09:10, pause 11-23 11:30", "11-23 17:00"));

    [Fact]
    public void Alarms_AfterReopening_CountTheFirstResponseAnew() =>
        Assert.Contains("first-response/1/reminder 09:22:30", Alarms("open 11-23 09:00, resolve 11-23 09:10, reopen 11-24 09:00", "11-24 09:00"));

    [Fact]
    public void Alarms_OfWhatIsResolved_AreNone() => Assert.Empty(Alarms("open 11-23 09:00, resolve 11-23 11:30", "11-24 09:00"));

    [Fact]
    public void Read_AnyHistory_NeverGoesBackAndElapsedAndPausedAreWhatWasWorked() => Gen.Select(
        Gen.OneOf("default", "holiday", "night", "berlin"),
        Gen.Select(Gen.OneOf(ClockMark.Paused, ClockMark.Resumed, ClockMark.Responded), Gen.Int[0, 10_000]).Array[0, 12], Gen.Int[0, 12_000], Gen.Int[0, 3_000])
        .Sample((calendar, marks, first, more) =>
        {
            var opened = Sample.At(calendar, "11-23 08:00");
            List<ClockEvent> history = [new(ClockMark.Opened, opened), .. marks.OrderBy(one => one.Item2).Select(one => new ClockEvent(one.Item1, opened.AddMinutes(one.Item2)))];
            var (working, now, later) = (Sample.Working(calendar), opened.AddMinutes(first), opened.AddMinutes(first + more));
            var (before, after) = (SlaClock.Read(history, Terms, working, now), SlaClock.Read(history, Terms, working, later));
            Assert.True(after.Resolution.Elapsed >= before.Resolution.Elapsed);
            Assert.Equal(working.Between(opened, now), before.Resolution.Elapsed + before.Paused);
            if (before.Resolution.State == SlaClock.Breached) Assert.Equal((SlaClock.Breached, before.Resolution.Due), (after.Resolution.State, after.Resolution.Due));
            Assert.Equal(before.Resolution.State == SlaClock.Breached, before.Resolution.Elapsed >= before.Resolution.Allowed && before.Resolution.Due <= now);
        });

    private static SlaReading Read(string calendar, string history, string now) => SlaClock.Read(
        history.Split(", ").Select(one => one.Split(' ', 2)).Select(one => new ClockEvent(MarkOf(one[0]), Sample.At(calendar, one[1]))), Terms, Sample.Working(calendar),
        Sample.At(calendar, now));

    private static string[] Alarms(string history, string now) =>
        [.. Read("default", history, now).Alarms.Select(alarm => $"{alarm.Key} {(alarm.Role is null ? "" : alarm.Role + " ")}{alarm.At.ToOffset(TimeSpan.FromHours(8)):HH:mm:ss}")];

    private static ClockMark MarkOf(string word) => word switch
    {
        "open" => ClockMark.Opened,
        "pause" => ClockMark.Paused,
        "resume" => ClockMark.Resumed,
        "respond" => ClockMark.Responded,
        "resolve" => ClockMark.Resolved,
        "reopen" => ClockMark.Reopened,
        "cancel" => ClockMark.Cancelled,
        _ => throw new ArgumentOutOfRangeException(nameof(word), word, "No mark."),
    };
}
