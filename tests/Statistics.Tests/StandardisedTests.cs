using CsCheck;

namespace ECommerce.Channels.Statistics.Tests;

public class StandardisedTests
{
    private static readonly Gen<Stratum[]> Strata =
        Gen.Select(Gen.Double[0.01, 10], Gen.Int[0, 1_000], Gen.Int[0, 1_000]).Select(x =>
            new Stratum(x.Item1, x.Item2 == 0 ? 0 : (double)x.Item2 / (x.Item2 + x.Item3), x.Item2 + x.Item3)).Array[1, 20];

    [Fact]
    public void Rate_PartsWithoutData_AreLeftOut()
    {
        Assert.Equal(0.7, Standardised.Rate([new(0.5, 0.8, 10), new(0.25, 0.5, 10), new(0.25, double.NaN, 0)])!.Value, 1e-15);
        Assert.Null(Standardised.Rate([new(1, 0.5, 0)]));
        Assert.Null(Standardised.Rate([new(0, 0.5, 10)]));
        Assert.Null(Standardised.Rate([]));
    }

    // V = 0.75² · 0.8·0.2/100 + 0.25² · 0.4·0.6/50 = 0.0012; 0.7 ± 1.959964 · 0.034641.
    [Fact]
    public void Interval_TwoParts_IsTheFormulaByHand()
    {
        var interval = Standardised.Interval([new(3, 0.8, 100), new(1, 0.4, 50)], DesignEffect.None)!.Value;
        Assert.Equal(0.7 - (1.959964 * Math.Sqrt(0.0012)), interval.Low, 1e-6);
        Assert.Equal(0.7 + (1.959964 * Math.Sqrt(0.0012)), interval.High, 1e-6);
    }

    [Fact]
    public void Interval_DesignEffectOfFour_IsTwiceAsWide()
    {
        Stratum[] strata = [new(3, 0.8, 1_000), new(1, 0.4, 500)];
        var plain = Standardised.Interval(strata, DesignEffect.None)!.Value;
        var wide = Standardised.Interval(strata, new DesignEffect(4, double.PositiveInfinity))!.Value;
        Assert.Equal(2 * plain.Width, wide.Width, 1e-12);
    }

    [Theory]
    [InlineData(0.0)]
    [InlineData(1.0)]
    public void Interval_EveryPartAtNoneOrAll_StillHasAWidth(double rate)
    {
        var interval = Standardised.Interval([new(1, rate, 10), new(1, rate, 10)], DesignEffect.None)!.Value;
        Assert.Equal(Intervals.Wilson(rate, 20), interval);
    }

    [Fact]
    public void Interval_AnyParts_ContainsTheRateWithinZeroAndOneAndNarrows() =>
        Strata.Sample(strata =>
        {
            if (Standardised.Rate(strata) is not { } rate)
            {
                Assert.Null(Standardised.Interval(strata, DesignEffect.None));
                return;
            }
            var interval = Standardised.Interval(strata, DesignEffect.None)!.Value;
            Assert.True(interval.Contains(rate) && interval is { Low: >= 0, High: <= 1 }, $"{rate} {interval}");
            var larger = Standardised.Interval([.. strata.Select(x => x with { Size = 4 * x.Size })], DesignEffect.None)!.Value;
            Assert.True(larger.Width < interval.Width || interval is { Low: 0, High: 1 });
        });

    [Fact]
    public void Interval_SuccessesAndFailuresSwapped_IsMirrored() =>
        Strata.Where(x => x.Any(y => y.Size > 0)).Sample(strata =>
        {
            var interval = Standardised.Interval(strata, DesignEffect.None)!.Value;
            var mirrored = Standardised.Interval([.. strata.Select(x => x with { Rate = 1 - x.Rate })], DesignEffect.None)!.Value;
            Assert.Equal(interval.Low, 1 - mirrored.High, 1e-12);
            Assert.Equal(interval.High, 1 - mirrored.Low, 1e-12);
        });

    [Theory]
    [InlineData(-1, 0.5, 1)]
    [InlineData(1, 1.5, 1)]
    [InlineData(1, double.NaN, 1)]
    [InlineData(1, 0.5, -1)]
    public void Rate_OutOfRange_Throws(double weight, double rate, double size) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Standardised.Rate([new(weight, rate, size)]));
}
