namespace ECommerce.Channels.Statistics.Tests;

public class SampleTests
{
    [Fact]
    public void Ratio_PublishedExample_IsReached()
    {
        var test = SampleRatio.Test([5_000, 5_200], [1, 1])!.Value;
        Assert.Equal(3.9216, test.ChiSquare, 4);
        Assert.Equal(0.0477, test.P, 4);
    }

    // Pearson's χ² at its 5 % points for one to three degrees of freedom, from its table.
    [Theory]
    [InlineData(3.841459, 2)]
    [InlineData(5.991465, 3)]
    [InlineData(7.814728, 4)]
    public void Ratio_ChiSquareAtItsFivePercentPoint_HasP5Percent(double chiSquare, int arms)
    {
        // Two arms shifted by d in opposite directions give 2d²/expected.
        const double expected = 1e12;
        var shift = (long)Math.Round(Math.Sqrt(chiSquare * expected / 2));
        var counts = Enumerable.Repeat((long)expected, arms).ToArray();
        counts[0] += shift;
        counts[1] -= shift;
        Assert.Equal(0.05, SampleRatio.Test(counts, [.. Enumerable.Repeat(2.0, arms)])!.Value.P, 1e-6);
    }

    [Fact]
    public void Ratio_Edges_AreNullOneAndErrors()
    {
        Assert.Null(SampleRatio.Test([0, 0], [1, 3]));
        Assert.Equal(new(0, 1), SampleRatio.Test([100, 300], [1, 3]));
        // 20 standard deviations: 2·Q(20) = 5.5e-89, which 1 − CDF would call 0.
        Assert.InRange(SampleRatio.Test([18_000, 22_000], [1, 1])!.Value.P, 5.4e-89, 5.6e-89);
        Assert.Throws<ArgumentException>(() => SampleRatio.Test([1], [1]));
        Assert.Throws<ArgumentException>(() => SampleRatio.Test([1, -1], [1, 1]));
        Assert.Throws<ArgumentException>(() => SampleRatio.Test([1, 1], [1, 0]));
    }

    [Fact]
    public void Size_PublishedExamples_AreReached()
    {
        Assert.Equal(384.15, SampleSize.ForProportion(0.05), 2);
        Assert.Equal(370, Math.Ceiling(SampleSize.ForProportion(0.05, population: 10_000)));
        Assert.Equal(278, Math.Ceiling(SampleSize.ForProportion(0.05, population: 1_000)));
        Assert.Equal(3_839, Math.Ceiling(SampleSize.PerArm(0.10, 0.12)));
        Assert.Equal(0.04997, SampleSize.Margin(278, population: 1_000), 5);
    }

    [Theory]
    [InlineData(0.05, 1_000)]
    [InlineData(0.01, 25_000)]
    [InlineData(0.2, double.PositiveInfinity)]
    public void Margin_OfTheNeededSample_IsTheMarginAskedFor(double margin, double population) =>
        Assert.Equal(margin, SampleSize.Margin(SampleSize.ForProportion(margin, 0.3, population), 0.3, population), 1e-9);

    [Fact]
    public void Size_Edges_AreZeroInfiniteAndErrors()
    {
        Assert.Equal(0, SampleSize.Margin(500, population: 500));
        Assert.Equal(0, SampleSize.Margin(1, population: 1));
        Assert.Equal(double.PositiveInfinity, SampleSize.PerArm(0.1, 0.1));
        Assert.Throws<ArgumentOutOfRangeException>(() => SampleSize.ForProportion(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => SampleSize.ForProportion(0.05, population: 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => SampleSize.Margin(501, population: 500));
        Assert.Throws<ArgumentOutOfRangeException>(() => SampleSize.PerArm(0.1, 1.2));
        Assert.Throws<ArgumentOutOfRangeException>(() => SampleSize.PerArm(0.1, 0.2, power: 1));
    }
}
