using CsCheck;

namespace ECommerce.Channels.Statistics.Tests;

public class IntervalsTests
{
    private static readonly Gen<double> Proportions =
        Gen.OneOf(Gen.Double[0, 1], Gen.Double[0, 1e-6], Gen.Double[0, 1e-6].Select(x => 1 - x), Gen.Const(0.0), Gen.Const(1.0));

    private static readonly Gen<double> Sizes = Gen.Double[-5, 30].Select(x => Math.Exp(x));

    [Fact]
    public void Wilson_PublishedExample_IsReached()
    {
        var interval = Intervals.Wilson(81, 263)!.Value;
        Assert.Equal(0.2553, interval.Low, 4);
        Assert.Equal(0.3662, interval.High, 4);
    }

    // Newcombe (1998), table I, method 3: the bounds of the four examples of the paper.
    [Theory]
    [InlineData(15, 148, 0.0624, 0.1605)]
    [InlineData(0, 20, 0.0000, 0.1611)]
    [InlineData(1, 29, 0.0061, 0.1718)]
    public void Wilson_NewcombesTable_IsReached(int successes, int trials, double low, double high)
    {
        var interval = Intervals.Wilson(successes, trials)!.Value;
        Assert.Equal(low, interval.Low, 4);
        Assert.Equal(high, interval.High, 4);
    }

    [Fact]
    public void Wilson_NoObservations_IsNull()
    {
        Assert.Null(Intervals.Wilson(0, 0));
        Assert.Null(Intervals.Wilson(0.3, 0));
        Assert.Null(Intervals.Newcombe(0.3, 0, 0.4, 10));
        Assert.Null(Intervals.Newcombe(0.3, 10, 0.4, 0));
    }

    [Fact]
    public void Wilson_NoneOrAll_StartsOrEndsExactlyThereAndHasAWidth()
    {
        Sizes.Sample(n =>
        {
            Assert.Equal(0, Intervals.Wilson(0.0, n)!.Value.Low);
            Assert.Equal(1, Intervals.Wilson(1.0, n)!.Value.High);
            Assert.True(Intervals.Wilson(0.0, n)!.Value.Width > 0);
        });
    }

    [Theory]
    [InlineData(-0.01, 10)]
    [InlineData(1.01, 10)]
    [InlineData(double.NaN, 10)]
    [InlineData(0.5, -1)]
    [InlineData(0.5, double.NaN)]
    [InlineData(0.5, double.PositiveInfinity)]
    public void Wilson_OutOfRange_Throws(double proportion, double size) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Intervals.Wilson(proportion, size));

    [Theory]
    [InlineData(11, 10)]
    [InlineData(-1, 10)]
    public void Wilson_ImpossibleCounts_Throws(int successes, int trials) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Intervals.Wilson(successes, trials));

    [Fact]
    public void Wilson_AnyProportion_ContainsItWithinZeroAndOne() =>
        Gen.Select(Proportions, Sizes).Sample((p, n) =>
        {
            var interval = Intervals.Wilson(p, n)!.Value;
            Assert.True(interval.Contains(p), $"{interval}");
            Assert.True(interval is { Low: >= 0, High: <= 1 }, $"{interval}");
        });

    [Fact]
    public void Wilson_MoreObservations_IsNarrower() =>
        Gen.Select(Proportions, Sizes, Gen.Double[1.01, 100]).Sample((p, n, factor) =>
            Assert.True(Intervals.Wilson(p, n * factor)!.Value.Width < Intervals.Wilson(p, n)!.Value.Width));

    [Fact]
    public void Wilson_MoreConfidence_Contains() =>
        Gen.Select(Proportions, Sizes).Sample((p, n) =>
        {
            var (narrow, wide) = (Intervals.Wilson(p, n)!.Value, Intervals.Wilson(p, n, 0.99)!.Value);
            Assert.True(wide.Low <= narrow.Low && narrow.High <= wide.High);
        });

    [Fact]
    public void Wilson_SuccessesAndFailuresSwapped_IsMirrored() =>
        Gen.Select(Gen.Long[0, 1_000_000], Gen.Long[1, 1_000_000]).Sample((successes, failures) =>
        {
            var interval = Intervals.Wilson(successes, successes + failures)!.Value;
            var mirrored = Intervals.Wilson(failures, successes + failures)!.Value;
            Assert.Equal(interval.Low, 1 - mirrored.High, 1e-14);
            Assert.Equal(interval.High, 1 - mirrored.Low, 1e-14);
        });

    // The definition, solved by hand: at a bound b, |p − b| is z standard errors of b.
    [Fact]
    public void Wilson_Bounds_LieExactlyZStandardErrorsAway() =>
        Gen.Select(Gen.Double[0.001, 0.999], Gen.Double[1, 1e6]).Sample((p, n) =>
        {
            var interval = Intervals.Wilson(p, n)!.Value;
            foreach (var bound in new[] { interval.Low, interval.High })
                Assert.Equal(1, Math.Abs(p - bound) / (1.959963984540054 * Math.Sqrt(bound * (1 - bound) / n)), 1e-6);
        });

    [Fact]
    public void Newcombe_PublishedExample_IsReached()
    {
        var interval = Intervals.Newcombe(56 / 70.0, 70, 48 / 80.0, 80)!.Value;
        Assert.Equal(0.0524, interval.Low, 4);
        Assert.Equal(0.3339, interval.High, 4);
        Assert.True(interval.ExcludesZero);
    }

    // Newcombe (1998), table II, method 10.
    [Theory]
    [InlineData(9, 10, 3, 10, 0.1705, 0.8090)]
    [InlineData(5, 56, 0, 29, -0.0381, 0.1926)]
    [InlineData(0, 10, 0, 20, -0.1611, 0.2775)]
    [InlineData(10, 10, 0, 20, 0.6791, 1.0000)]
    public void Newcombe_NewcombesTable_IsReached(int a, int m, int b, int n, double low, double high)
    {
        var interval = Intervals.Newcombe((double)a / m, m, (double)b / n, n)!.Value;
        Assert.Equal(low, interval.Low, 4);
        Assert.Equal(high, interval.High, 4);
    }

    [Fact]
    public void Newcombe_AnyProportions_ContainsTheDifferenceAndMirrors() =>
        Gen.Select(Proportions, Sizes, Proportions, Sizes).Sample((p, m, q, n) =>
        {
            var interval = Intervals.Newcombe(p, m, q, n)!.Value;
            Assert.True(interval.Contains(p - q), $"{interval}");
            Assert.True(interval is { Low: >= -1, High: <= 1 }, $"{interval}");
            var swapped = Intervals.Newcombe(q, n, p, m)!.Value;
            Assert.Equal(interval.Low, -swapped.High, 1e-14);
            Assert.Equal(interval.High, -swapped.Low, 1e-14);
        });

    [Fact]
    public void Newcombe_MoreObservations_IsNarrower() =>
        Gen.Select(Proportions, Proportions, Sizes, Gen.Double[1.01, 100]).Sample((p, q, n, factor) =>
            Assert.True(Intervals.Newcombe(p, n * factor, q, n * factor)!.Value.Width < Intervals.Newcombe(p, n, q, n)!.Value.Width));

    [Fact]
    public void CriticalValue_KnownConfidence_IsThePublishedOne()
    {
        Assert.Equal(Intervals.NormalQuantile(0.975), Intervals.CriticalValue(0.95), 1e-12);
        Assert.Equal(2.5758293035489, Intervals.CriticalValue(0.99), 1e-12);
        Assert.Equal(1.6448536269515, Intervals.CriticalValue(0.90), 1e-12);
        Assert.Throws<ArgumentOutOfRangeException>(() => Intervals.CriticalValue(1));
    }
}
