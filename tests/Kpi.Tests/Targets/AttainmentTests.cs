using CsCheck;
using ECommerce.Channels.Kpi.Indicators;
using ECommerce.Channels.Kpi.Targets;
using ECommerce.Channels.Kpi.Tests.Indicators;
using Xunit;

namespace ECommerce.Channels.Kpi.Tests.Targets;

/// <summary>How a month stands to its target; the rules by hand.</summary>
public sealed class AttainmentTests
{
    private static readonly MonthSoFar Running = new(new DateOnly(2026, 11, 1), 30, 22, Over: false);
    private static readonly MonthSoFar Ended = Running with { Day = 30, Over = true };

    private static Definition Of(string id) => IndicatorSeed.Definitions().Single(one => one.Id == id);

    private static TargetFigure Figure(double? value, long n = 1_000, Forecast? forecast = null, double? pace = null) =>
        new(value, null, null, n, null, null, forecast, null, null, pace);

    private static Forecast Told(double value, double low, double high) => new(value, low, high, "day-profile", 6);

    [Theory]
    [InlineData("success-rate", 0.95, 0.95, "met")]
    [InlineData("success-rate", 0.95, 0.9499999, "missed")]
    [InlineData("duration-p90", 800, 800, "met")]
    [InlineData("duration-p90", 800, 801, "missed")]
    [InlineData("successes", 100, 100, "met")]
    [InlineData("failures", 100, 0, "met")]
    [InlineData("attempts", 100, 99, "missed")]
    public void Verdict_OfAMonthThatIsOver_IsMetOrMissed(string id, double target, double value, string verdict) =>
        Assert.Equal(verdict, Attainments.Verdict(Of(id), target, Ended, Figure(value)));

    [Theory]
    [InlineData(0.94, 0.93, 0.96, "at-risk")]
    [InlineData(0.95, 0.94, 0.96, "on-track")]
    [InlineData(0.96, 0.95, 0.97, "ahead")]
    [InlineData(0.80, 0.79, 0.81, "at-risk")]
    public void Verdict_OfARunningMonth_FollowsTheForecastAndItsInterval(double value, double low, double high, string verdict)
    {
        Assert.Equal(verdict, Attainments.Verdict(Of("success-rate"), 0.95, Running, Figure(0.9, forecast: Told(value, low, high))));
        // Where less is better, the other end of the interval counts.
        Assert.Equal(verdict, Attainments.Verdict(Of("duration-p90"), -0.95, Running, Figure(0.1, forecast: Told(-value, -high, -low))));
    }

    [Fact]
    public void Verdict_OfASumPastItsTarget_IsKnownBeforeTheEnd()
    {
        Assert.Equal("met", Attainments.Verdict(Of("successes"), 100, Running, Figure(100, forecast: Told(130, 120, 140))));
        Assert.Equal("missed", Attainments.Verdict(Of("failures"), 100, Running, Figure(101)));
        Assert.Equal("on-track", Attainments.Verdict(Of("failures"), 100, Running, Figure(60, pace: 82)));
        // A rate may still fall.
        Assert.Equal("at-risk", Attainments.Verdict(Of("success-rate"), 0.95, Running, Figure(0.96, forecast: Told(0.94, 0.93, 0.96))));
    }

    [Fact]
    public void Verdict_WithoutForecast_IsByThePace()
    {
        Assert.Equal("on-track", Attainments.Verdict(Of("success-rate"), 0.95, Running, Figure(0.97, pace: 0.97)));
        Assert.Equal("at-risk", Attainments.Verdict(Of("successes"), 100, Running, Figure(60, pace: 82)));
        Assert.Equal("too-few", Attainments.Verdict(Of("successes"), 100, Running, Figure(60)));
    }

    [Fact]
    public void Verdict_OfTooLittle_IsNoVerdict()
    {
        Assert.Equal("no-data", Attainments.Verdict(Of("success-rate"), 0.95, Ended, Figure(null, 0)));
        Assert.Equal("too-few", Attainments.Verdict(Of("success-rate"), 0.95, Ended, Figure(0.5, 29)));
        Assert.Equal("missed", Attainments.Verdict(Of("success-rate"), 0.95, Ended, Figure(0.5, 30)));
    }

    [Fact]
    public void Numbers_ByHand()
    {
        Assert.Equal(0.9726315789473684, Attainments.Attainment(true, 0.95, 0.924)!.Value, 12);
        Assert.Equal(0.9, Attainments.Attainment(false, 100, 110)!.Value, 12);
        Assert.Equal(1.1, Attainments.Attainment(false, 100, 90)!.Value, 12);
        Assert.Null(Attainments.Attainment(true, 0, 5));
        Assert.Equal(-0.026, Attainments.Gap(true, 0.95, 0.924), 12);
        Assert.Equal(-10, Attainments.Gap(false, 100, 110));
        // 22 days of 924 in 1,000 and 8 days at the same n a day, 364 in all: (0.95 × 1,364 − 924) ÷ 364.
        Assert.Equal(0.95 + (0.026 * 1000 / 364), Attainments.NeededRate(0.95, 924, 1000, 364)!.Value, 12);
        Assert.Equal(5, Attainments.NeededPerDay(100, 60, 8));
        Assert.Null(Attainments.NeededPerDay(100, 60, 0));
        Assert.Null(Attainments.NeededRate(0.95, 924, 1000, 0));
    }

    [Theory]
    [InlineData("2026-11-25T10:00", "2026-11-25", 24, false)]
    [InlineData("2026-11-25T00:00", "2026-11-24", 24, false)]
    [InlineData("2026-11-25T10:00", "2026-11-20", 20, false)] // The feed is late: days without any event did not come yet.
    [InlineData("2026-11-25T10:00", null, 0, false)]
    [InlineData("2026-11-01T10:00", "2026-11-01", 0, false)]
    [InlineData("2026-10-31T23:59", "2026-10-31", 0, false)]
    [InlineData("2026-12-01T00:00", "2026-11-30", 30, true)]
    [InlineData("2026-12-01T00:00", "2026-11-20", 30, true)]
    public void MonthSoFar_CountsWholeDaysThatAreInTheData(string asOf, string? last, int day, bool over)
    {
        var minute = DateTimeOffset.Parse(asOf + "+08:00").ToUnixTimeSeconds() / 60;
        var found = MonthSoFar.Of(new DateOnly(2026, 11, 1), minute, last is null ? null : DateOnly.Parse(last), Asked.Shanghai);
        Assert.Equal((30, day, over, 30 - day), (found.Days, found.Day, found.Over, found.DaysLeft));
    }

    [Fact]
    public void Attainment_OfAnything_GrowsAsTheValueGetsBetter()
    {
        Gen.Select(Gen.Double[0.001, 1e9], Gen.Double[0, 1e9], Gen.Double[0, 1e9], Gen.Bool).Sample((target, one, other, more) =>
        {
            var (worse, better) = (one < other) == more ? (one, other) : (other, one);
            Assert.True(Attainments.Attainment(more, target, worse) <= Attainments.Attainment(more, target, better));
            Assert.True(Attainments.Gap(more, target, worse) <= Attainments.Gap(more, target, better));
            // Reached is 1 or more, and only then.
            Assert.Equal(Attainments.Gap(more, target, one) >= 0, Attainments.Attainment(more, target, one) >= 1);
        }, iter: 1_000);
    }

    [Fact]
    public void Needed_OfAnything_ReachesTheTargetExactly()
    {
        Gen.Select(Gen.Int[0, 1_000], Gen.Int[1, 1_000], Gen.Int[1, 1_000], Gen.Double[0.01, 1]).Sample((part, n, remaining, target) =>
        {
            var numerator = Math.Min(part, n);
            var needed = Attainments.NeededRate(target, numerator, n, remaining)!.Value;
            Assert.Equal(target, (numerator + (needed * remaining)) / (n + remaining), 9);
        }, iter: 500);
    }
}
