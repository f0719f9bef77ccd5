namespace ECommerce.Channels.Statistics.Tests;

public sealed class PoissonCountsTests
{
    /// <summary>Sums of binomial coefficients, by hand: (1 + 5) / 2⁵; (1 + 10 + 45) / 2¹⁰; 1 / 2⁴.</summary>
    [Theory]
    [InlineData(1, 4, 6.0 / 32)]
    [InlineData(2, 8, 56.0 / 1024)]
    [InlineData(0, 4, 1.0 / 16)]
    [InlineData(0, 0, 1)]
    [InlineData(5, 0, 1)]
    public void Chance_OfSoFewAfterSoMany_IsTheBinomialTail(int after, int before, double chance) =>
        Assert.Equal(chance, PoissonCounts.ChanceOfAtMost(after, before), 12);

    [Fact]
    public void Chance_OfNegativeCounts_IsRefused() => Assert.Throws<ArgumentOutOfRangeException>(() => PoissonCounts.ChanceOfAtMost(-1, 3));
}
