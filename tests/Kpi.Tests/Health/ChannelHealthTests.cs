using CsCheck;
using ECommerce.Channels.Contracts.Events;
using ECommerce.Channels.Kpi.Health;
using Xunit;

namespace ECommerce.Channels.Kpi.Tests.Health;

public sealed class ChannelHealthTests
{
    private const double Floor = 0.8;
    private static readonly DateTimeOffset Start = new(2026, 11, 27, 8, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(29, 0, "unknown")]
    [InlineData(30, 0, "healthy")]
    [InlineData(0, 29, "unknown")]
    [InlineData(0, 30, "failing")]
    // 20 of 30: the interval (0.49, 0.81) still holds the floor; 19 of 30 (0.46, 0.78) does not.
    [InlineData(20, 10, "healthy")]
    [InlineData(19, 11, "failing")]
    public void State_AfterOneMeasurement_IsThatOfItsInterval(int successes, int failures, string state) =>
        Assert.Equal(state, ChannelHealth.Next(null, Counts((1, successes, failures)), Floor, able: true, Start).State);

    [Fact]
    public void Channel_ThatBeginsToFail_FailsWithinOneWindow()
    {
        // Ten tries a minute that went well for an hour, then two minutes of nothing but failures.
        var counts = Counts([(0, 0, 10), (1, 0, 10), .. Enumerable.Range(2, 58).Select(ago => (ago, 10, 0))]);
        var next = ChannelHealth.Next(Healthy(), counts, Floor, able: true, Start);
        Assert.Equal((HealthStates.Failing, 5, 30L, 20L), (next.State, next.WindowMinutes, next.Successes, next.Failures));
        Assert.Equal(Start, next.Since);
    }

    [Fact]
    public void Channel_ThatFailed_IsWellAfterTwoGoodMeasurements()
    {
        var failing = ChannelHealth.Next(null, Counts((1, 5, 45)), Floor, able: true, Start);
        var once = ChannelHealth.Next(failing, Counts((1, 45, 5)), Floor, able: true, Start.AddMinutes(1));
        Assert.Equal((HealthStates.Failing, 1), (once.State, once.Good));
        var bad = ChannelHealth.Next(once, Counts((1, 5, 45)), Floor, able: true, Start.AddMinutes(2));
        Assert.Equal((HealthStates.Failing, 0), (bad.State, bad.Good));
        var again = ChannelHealth.Next(bad, Counts((1, 45, 5)), Floor, able: true, Start.AddMinutes(3));
        var twice = ChannelHealth.Next(again, Counts((1, 45, 5)), Floor, able: true, Start.AddMinutes(4));
        Assert.Equal((HealthStates.Healthy, Start.AddMinutes(4)), (twice.State, twice.Since));
    }

    [Fact]
    public void Channel_ThatFailed_IsNotWellWhileItMayStillFail()
    {
        var failing = ChannelHealth.Next(null, Counts((1, 5, 45)), Floor, able: true, Start);
        // 23 of 30 = 0.77 is below the floor, though its interval is not.
        for (var minute = 1; minute < 5; minute++) failing = ChannelHealth.Next(failing, Counts((1, 23, 7)), Floor, able: true, Start.AddMinutes(minute));
        Assert.Equal(HealthStates.Failing, failing.State);
    }

    [Fact]
    public void State_WithFewTries_StaysForAnHour()
    {
        var failing = ChannelHealth.Next(null, Counts((1, 5, 45)), Floor, able: true, Start);
        var quiet = ChannelHealth.Next(failing, Counts((1, 3, 0)), Floor, able: true, Start.AddMinutes(60));
        Assert.Equal(HealthStates.Failing, quiet.State);
        Assert.Equal(HealthStates.Unknown, ChannelHealth.Next(quiet, Counts((1, 3, 0)), Floor, able: true, Start.AddMinutes(61)).State);
    }

    [Fact]
    public void Window_IsTheShortestWithEnough() => Gen.Select(Gen.Int[0, 3], Gen.Int[0, 3]).Array[60].Sample(minutes =>
    {
        var counts = Counts([.. minutes.Select((one, ago) => (ago, one.Item1, one.Item2))]);
        var (length, successes, failures) = counts.Of(ChannelHealth.Enough);
        Assert.Equal(minutes.Take(length).Sum(one => (long)one.Item1), successes);
        Assert.Equal(minutes.Take(length).Sum(one => (long)one.Item2), failures);
        Assert.All(HealthCounts.Windows.Where(shorter => shorter < length), shorter => Assert.True(minutes.Take(shorter).Sum(one => one.Item1 + one.Item2) < ChannelHealth.Enough));
    });

    private static ChannelHealth Healthy() => ChannelHealth.Next(null, Counts((1, 50, 0)), Floor, able: true, Start.AddHours(-1));

    private static HealthCounts Counts(params (int Ago, int Successes, int Failures)[] minutes)
    {
        var counts = new HealthCounts();
        foreach (var (ago, successes, failures) in minutes) counts.Add(ago, successes, failures);
        return counts;
    }
}
