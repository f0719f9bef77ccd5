using CsCheck;
using ECommerce.Channels.Contracts.Events;
using ECommerce.Channels.Kpi.Health;
using ECommerce.Channels.Statistics;
using Xunit;

namespace ECommerce.Channels.Kpi.Tests.Health;

/// <summary>The rule alone, on what happens minute by minute.</summary>
public sealed class ChannelHealthTests
{
    private static readonly Outcomes Quiet = new(0, 0);
    private static readonly Outcomes Good = new(40, 0);
    private static readonly Outcomes Outage = new(0, 40);

    [Theory]
    [InlineData(29, 0, HealthStates.Unknown)]
    [InlineData(0, 29, HealthStates.Unknown)]
    [InlineData(30, 0, HealthStates.Healthy)]
    [InlineData(0, 30, HealthStates.Failing)]
    public void Measure_Of29Events_IsUnknown_Of30IsJudged(int successes, int failures, string state)
    {
        var standing = new Course().Minute(new Outcomes(successes, failures));
        Assert.Equal((state, successes, failures), (standing.State, standing.Window.Successes, standing.Window.Failures));
        Assert.Equal(state == HealthStates.Unknown ? 60 : 5, standing.Window.Minutes);
        Assert.Equal(state == HealthStates.Unknown, standing.MeasuredAt is null);
    }

    [Theory]
    [InlineData(18, HealthStates.Failing)] // 0.600, up to 0.754
    [InlineData(19, HealthStates.Failing)] // 0.633, up to 0.781
    [InlineData(20, HealthStates.Healthy)] // 0.667, up to 0.808
    public void Measure_Of30Events_FailsWhereTheIntervalEndsBelowTheFloor(int successes, string state) =>
        Assert.Equal(state, new Course().Minute(new Outcomes(successes, 30 - successes)).State);

    [Theory]
    [InlineData(6, 1, 5)]
    [InlineData(2, 1, 15)]
    [InlineData(1, 2, 60)]
    public void Window_IsTheShortestThatHoldsEnough(int events, int every, int minutes)
    {
        var course = new Course();
        for (var minute = 0; minute < 90; minute++) course.Minute(minute % every == 0 ? new Outcomes(events, 0) : Quiet);
        Assert.Equal(minutes, course.Standing!.Window.Minutes);
        Assert.Equal((HealthStates.Healthy, Course.Start.AddMinutes(30 / events * every)), (course.Standing.State, course.Standing.Since.AddMinutes(every)));
    }

    [Fact]
    public void Window_LeavesOutWhatIsOlder()
    {
        var course = new Course();
        course.Minute(new Outcomes(10, 0));
        for (var minute = 1; minute < 60; minute++) course.Minute(Quiet);
        Assert.Equal(10, course.Standing!.Window.Successes);
        Assert.Equal(HealthStates.Unknown, course.Minute(new Outcomes(20, 0)).State);
        Assert.Equal(20, course.Standing!.Window.Successes);
    }

    [Fact]
    public void Outage_OfAnyTraffic_IsToldWithinTheShortestWindowThatHoldsEnough() =>
        Gen.Select(Gen.Int[1, 200], Gen.Int[0, 120]).Sample((rate, before) =>
        {
            var course = new Course();
            for (var minute = 0; minute < before; minute++) course.Minute(new Outcomes(rate, 0));
            var within = new[] { 5, 15, 60 }.First(length => length * rate >= 30);
            for (var minute = 0; minute < within; minute++) course.Minute(new Outcomes(0, rate));
            Assert.Equal(HealthStates.Failing, course.Standing!.State);
        });

    [Fact]
    public void Outage_AfterGoodTraffic_IsToldInTheSecondMinute()
    {
        var course = new Course();
        for (var minute = 0; minute < 60; minute++) course.Minute(Good);
        Assert.Equal(HealthStates.Healthy, course.Minute(Outage).State);
        Assert.Equal(HealthStates.Failing, course.Minute(Outage).State);
        Assert.Equal(course.Now, course.Standing!.Since);
    }

    [Fact]
    public void Recovery_TakesTwoGoodWindows_AndTheOutageIsNotFoundAgain()
    {
        var course = new Course();
        for (var minute = 0; minute < 10; minute++) course.Minute(Outage);
        Assert.Equal((HealthStates.Failing, 1), (course.Minute(Good).State, course.Standing!.GoodWindows));
        Assert.Equal((HealthStates.Healthy, 0), (course.Minute(Good).State, course.Standing!.GoodWindows));
        Assert.Equal((course.Now, 1), (course.Standing!.Since, course.Standing.Window.Minutes));
        for (var minute = 0; minute < 90; minute++) Assert.Equal(HealthStates.Healthy, course.Minute(Good).State);
    }

    [Fact]
    public void Recovery_WithABadWindowBetween_StartsAnew()
    {
        var course = new Course();
        course.Minute(Outage);
        course.Minute(Good);
        course.Minute(new Outcomes(31, 9)); // 0.775: no proof that it fails, but no good window
        Assert.Equal((HealthStates.Failing, 0), (course.Standing!.State, course.Standing.GoodWindows));
        Assert.Equal(HealthStates.Failing, course.Minute(Good).State);
        Assert.Equal(HealthStates.Healthy, course.Minute(new Outcomes(32, 8)).State);
    }

    [Fact]
    public void Recovery_WithTwelveAMinute_WaitsForThirtyNewEventsEachTime()
    {
        var course = new Course();
        course.Minute(Outage);
        var good = Enumerable.Range(0, 6).Select(_ => course.Minute(new Outcomes(12, 0))).Select(standing => (standing.State, standing.GoodWindows)).ToList();
        Assert.Equal(
            [(HealthStates.Failing, 0), (HealthStates.Failing, 0), (HealthStates.Failing, 1), (HealthStates.Failing, 1), (HealthStates.Failing, 1), (HealthStates.Healthy, 0)],
            good);
    }

    [Fact]
    public void Recovery_OfOneMinuteLookedAtTwice_CountsOnce()
    {
        var course = new Course();
        course.Minute(Outage);
        course.Minute(Good);
        Assert.Equal(1, course.Again().GoodWindows);
        Assert.Equal((HealthStates.Failing, 1), (course.Again().State, course.Standing!.GoodWindows));
        Assert.Equal(HealthStates.Healthy, course.Minute(Good).State);
    }

    [Theory]
    [InlineData(0, 40, HealthStates.Failing)]
    [InlineData(40, 0, HealthStates.Healthy)]
    public void FewEvents_KeepTheStateForAnHour_ThenItIsUnknown(int successes, int failures, string state)
    {
        var course = new Course();
        var found = course.Minute(new Outcomes(successes, failures));
        // Until the window itself has passed, a healthy one is judged on it again and again.
        var last = state == HealthStates.Healthy ? 119 : 60;
        for (var minute = 1; minute <= last; minute++)
        {
            var standing = course.Minute(Quiet);
            Assert.Equal((state, found.Since, successes, failures), (standing.State, standing.Since, standing.Window.Successes, standing.Window.Failures));
        }
        var unknown = course.Minute(new Outcomes(29, 0));
        Assert.Equal((HealthStates.Unknown, course.Now, 29, 0), (unknown.State, unknown.Since, unknown.Window.Successes, unknown.Window.Failures));
        Assert.Equal(unknown.Since, course.Minute(Quiet).Since);
    }

    [Fact]
    public void Failing_NotMeasuredForLong_IsJudgedByTheNextWindowAlone()
    {
        var course = new Course();
        course.Minute(Outage);
        course.Now += TimeSpan.FromHours(3);
        Assert.Equal(HealthStates.Healthy, course.Minute(Good).State);
    }

    /// <summary>Any traffic, of any success rate, that changes as it likes.</summary>
    private static readonly Gen<Outcomes[]> AnyCourse =
        Gen.Select(Gen.Int[0, 60], Gen.Double[0, 1], Gen.Int[1, 40]).Select((events, rate, minutes) =>
            Enumerable.Repeat(new Outcomes((int)(events * rate), events - (int)(events * rate)), minutes)).Array[1, 12].Select(parts => parts.SelectMany(part => part).ToArray());

    [Fact]
    public void Measure_OfAnyCourse_FailsOnProofOnly() => AnyCourse.Sample(minutes =>
    {
        var course = new Course();
        foreach (var minute in minutes)
        {
            var before = course.Standing?.State;
            var after = course.Minute(minute);
            var high = Intervals.Wilson(after.Window.Successes, after.Window.Successes + after.Window.Failures)?.High;
            if (after.State == HealthStates.Failing && before != HealthStates.Failing) Assert.True(high < Course.Floor);
            if (after.State == HealthStates.Healthy) Assert.True(high >= Course.Floor);
            if (after.State != HealthStates.Unknown) Assert.InRange(after.Window.Successes + after.Window.Failures, 30, long.MaxValue);
            Assert.InRange(after.Window.Minutes, 1, 60);
        }
    });

    [Fact]
    public void Recovery_OfAnyCourse_StandsOnSixtyNewEventsThatAreGood() => AnyCourse.Sample(minutes =>
    {
        var course = new Course();
        var since = Quiet;
        foreach (var minute in minutes)
        {
            var before = course.Standing?.State;
            var after = course.Minute(minute);
            if (before == HealthStates.Failing) since += minute;
            else since = Quiet;
            if (before != HealthStates.Failing || after.State != HealthStates.Healthy) continue;
            Assert.InRange(since.Successes + since.Failures, 60, long.MaxValue);
            Assert.InRange(since.Successes, 48, long.MaxValue);
        }
    });

    /// <summary>Minutes as they pass, each with its events, each measured at its half.</summary>
    private sealed class Course
    {
        public const double Floor = 0.8;

        public static readonly DateTimeOffset Start = DateTimeOffset.Parse("2026-09-28T01:00:30Z");

        private readonly Dictionary<long, Outcomes> minutes = [];

        public DateTimeOffset Now { get; set; } = Start.AddMinutes(-1);

        public ServiceStanding? Standing { get; private set; }

        public ServiceStanding Minute(Outcomes events)
        {
            Now += TimeSpan.FromMinutes(1);
            minutes[ChannelHealth.MinuteOf(Now)] = events;
            return Again();
        }

        public ServiceStanding Again()
        {
            var minute = ChannelHealth.MinuteOf(Now);
            Outcomes[] last = [.. Enumerable.Range(0, 60).Select(ago => minutes.GetValueOrDefault(minute - ago))];
            return Standing = ChannelHealth.Measure("payment.topup", Standing, last, able: true, Floor, Now);
        }
    }
}
