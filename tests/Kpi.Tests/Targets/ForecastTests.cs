using CsCheck;
using ECommerce.Channels.Kpi.Targets;
using Xunit;

namespace ECommerce.Channels.Kpi.Tests.Targets;

/// <summary>What a month will come to: by hand, and what holds of any history.</summary>
public sealed class ForecastTests
{
    /// <summary>Months of four days, all of one kind.</summary>
    private static MonthByDay Month(params double[] days) => new(days, [.. days.Select(_ => 0)]);

    [Fact]
    public void ByDayProfile_SameCourseEveryMonth_TellsTheTotalWithCertainty()
    {
        // The first two days bring 1 + 2 of 10, whatever the month's size.
        var forecast = Forecasts.ByDayProfile(Month(10, 20, 0, 0), 2, [Month(1, 2, 3, 4), Month(2, 4, 6, 8), Month(100, 200, 300, 400)])!;
        Assert.Equal(100, forecast.Value, 9);
        Assert.Equal(100, forecast.Low, 9);
        Assert.Equal(100, forecast.High, 9);
        Assert.Equal(("day-profile", 3), (forecast.Method, forecast.Months));
    }

    [Fact]
    public void ByDayProfile_MonthsThatDiffer_ReachesAsFarAsItWouldHaveMissed()
    {
        // By hand: first days' shares are 0.5, 0.4, 0.6; each month's profile without it is 0.5, 0.55, 0.45.
        var forecast = Forecasts.ByDayProfile(Month(30, 0), 1, [Month(5, 5), Month(4, 6), Month(6, 4)])!;
        double[] misses = [Math.Log(0.5 / 0.5), Math.Log(0.4 / 0.55), Math.Log(0.6 / 0.45)];
        var reach = Math.Exp(4.302652729911275 * Math.Sqrt(misses.Sum(miss => miss * miss) / 3));
        Assert.Equal(60, forecast.Value, 9);
        Assert.Equal(Math.Max(30, 60 / reach), forecast.Low, 6);
        Assert.Equal(60 * reach, forecast.High, 4);
    }

    [Fact]
    public void ByDayProfile_WeekdaysWeigh_EvenWhereTheyFallOnOtherDays()
    {
        // Kind 1 brings 1 where kind 0 brings 3. Past months have it on the last day, this one on the first.
        MonthByDay Past(double size) => new([3 * size, 3 * size, size], [0, 0, 1]);
        var forecast = Forecasts.ByDayProfile(new MonthByDay([5, 0, 0], [1, 0, 0]), 1, [Past(1), Past(2), Past(5)])!;
        Assert.Equal(35, forecast.Value, 9);
    }

    [Fact]
    public void ByDayProfile_IsNeverLessThanWhatIsThere()
    {
        // The running day alone has brought more than the rest was told to.
        var forecast = Forecasts.ByDayProfile(Month(10, 500, 0, 0), 1, [Month(1, 1, 1, 1), Month(1, 1, 1, 1), Month(2, 2, 2, 2)])!;
        Assert.Equal((510, 510, 510), (forecast.Value, forecast.Low, forecast.High));
    }

    [Fact]
    public void ByRemainingN_HoldsTheRateAndReachesAsFarAsRatesTurned()
    {
        // Half of n is still to come. Rates of second halves differed by +0.1, −0.1, 0 from first halves.
        (MonthByDay, MonthByDay)[] past =
        [
            (Month(80, 90), Month(100, 100)), (Month(90, 80), Month(100, 100)), (Month(85, 85), Month(100, 100)),
        ];
        var forecast = Forecasts.ByRemainingN((Month(45, 0), Month(50, 0)), 1, past)!;
        var reach = 0.5 * 4.302652729911275 * Math.Sqrt(0.02 / 3);
        Assert.Equal(0.9, forecast.Value, 12);
        Assert.Equal(0.9 - reach, forecast.Low, 9);
        Assert.Equal(Math.Min(1, 0.9 + reach), forecast.High, 9);
        Assert.Equal(50, Forecasts.RemainingN(Month(50, 0), 1, [.. past.Select(one => one.Item2)]), 9);
    }

    [Fact]
    public void RemainingN_WithoutHistory_GoesOnAsSoFar() => Assert.Equal(75, Forecasts.RemainingN(Month(25, 0, 0, 0), 1, []), 9);

    [Fact]
    public void ByPastToDate_GrowsAsPastMonthsDid()
    {
        // Months doubled, grew fourfold, and by √8: the geometric mean is 2^1.5.
        var forecast = Forecasts.ByPastToDate(100, 100, double.PositiveInfinity, [(10, 20), (10, 40), (10, 10 * Math.Sqrt(8))])!;
        Assert.Equal(100 * Math.Pow(2, 1.5), forecast.Value, 6);
        // Each month against the mean of the two others: −0.75, 0.75 and 0 doublings.
        var reach = Math.Pow(2, 4.302652729911275 * Math.Sqrt(2 * 0.75 * 0.75 / 3));
        Assert.Equal(Math.Max(100, 100 * Math.Pow(2, 1.5) / reach), forecast.Low, 6);
        Assert.Equal(100 * Math.Pow(2, 1.5) * reach, forecast.High, 3);
        Assert.Equal(1, Forecasts.ByPastToDate(0.9, 0, 1, [(0.5, 0.9), (0.4, 0.9), (0.5, 0.8)])!.High);
    }

    [Fact]
    public void Forecasts_OfTwoMonths_AreWithheld()
    {
        Assert.Null(Forecasts.ByPastToDate(1, 0, 1, [(1, 1), (1, 1)]));
        Assert.Null(Forecasts.ByPastToDate(1, 0, 1, [(1, 1), (1, 1), (0, 1)]));
        Assert.Null(Forecasts.ByDayProfile(Month(1, 0), 1, [Month(1, 1), Month(1, 1), Month(0, 1)]));
        Assert.Null(Forecasts.ByRemainingN((Month(1, 0), Month(1, 0)), 1, [(Month(1, 1), Month(1, 1)), (Month(1, 1), Month(1, 1)), (Month(1, 0), Month(1, 0))]));
    }

    [Fact]
    public void DayKinds_WithoutPastHolidays_AreDaysOfTheWeek()
    {
        DateOnly[] days = [new(2026, 10, 1), new(2026, 10, 11)];
        Assert.Equal([3, 6], DayKinds.Of(days, [new DateOnly(2026, 9, 1)]));
        Assert.Equal([7, 6], DayKinds.Of(days, [new DateOnly(2026, 5, 1), new DateOnly(2026, 5, 2), new DateOnly(2026, 5, 3)]));
    }

    private static readonly Gen<double[]> AnyDays = Gen.Int[0, 500].Array[30].Select(days => days.Select(day => (double)day + 1).ToArray());

    private static MonthByDay Weekly(double[] days) => new(days, [.. days.Select((_, i) => i % 7)]);

    [Fact]
    public void ByDayProfile_OfAnything_LiesInItsBoundsAndGrowsWithWhatIsThere()
    {
        Gen.Select(AnyDays, AnyDays.Array[3, 6], Gen.Int[1, 29]).Sample((days, past, day) =>
        {
            var months = past.Select(Weekly).ToList();
            MonthByDay Running(double scale) => Weekly([.. days.Select((amount, i) => i < day ? amount * scale : 0)]);
            var forecast = Forecasts.ByDayProfile(Running(1), day, months)!;
            Assert.InRange(forecast.Value, forecast.Low, forecast.High);
            Assert.True(forecast.Low >= Running(1).Total);
            // Twice as much so far is twice as much in the end.
            Assert.Equal(2 * forecast.Value, Forecasts.ByDayProfile(Running(2), day, months)!.Value, 6);
        }, iter: 200);
    }

    [Fact]
    public void ByRemainingN_OfAnything_LiesInItsBounds()
    {
        Gen.Select(AnyDays, AnyDays.Array[3, 6], Gen.Double[0, 1].Array[7], Gen.Int[1, 29]).Sample((days, past, rates, day) =>
        {
            (MonthByDay, MonthByDay) Pair(double[] of, double rate) => (Weekly([.. of.Select(amount => Math.Floor(amount * rate))]), Weekly(of));
            var forecast = Forecasts.ByRemainingN(Pair(days, rates[6]), day, [.. past.Select((one, i) => Pair(one, rates[i]))])!;
            Assert.InRange(forecast.Value, forecast.Low, forecast.High);
            Assert.InRange(forecast.Low, 0, 1);
            Assert.InRange(forecast.High, 0, 1);
        }, iter: 200);
    }
}
