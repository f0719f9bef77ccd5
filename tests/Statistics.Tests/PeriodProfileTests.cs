using CsCheck;

namespace ECommerce.Channels.Statistics.Tests;

public class PeriodProfileTests
{
    private static PastPeriod Period(params double[] amounts) => new(amounts, [.. amounts.Select(_ => 0)]);

    private static readonly Gen<PastPeriod> AnyPeriod = Gen.Select(Gen.Double[0.01, 1_000].Array[28, 31], Gen.Int[0, 6])
        .Select((amounts, first) => new PastPeriod(amounts, [.. amounts.Select((_, i) => (first + i) % 7)]));

    [Fact]
    public void ShareOf_OneCourse_IsThatCourseWhateverTheSize()
    {
        var profile = PeriodProfile.Of([Period(1, 2, 3, 4), Period(10, 20, 30, 40)]);
        foreach (var (steps, share) in new[] { (0, 0), (1, 0.1), (2, 0.3), (3, 0.6), (4, 1) }) Assert.Equal(share, profile.ShareOf(steps, [0, 0, 0, 0]), 12);
    }

    // Class 1 brings half of class 0. Places weigh the same, so a period that begins with class 1 begins slowly.
    [Fact]
    public void ShareOf_Classes_FollowTheirSteps()
    {
        var profile = PeriodProfile.Of([new PastPeriod([2, 2, 1], [0, 0, 1]), new PastPeriod([2, 1, 2], [0, 1, 0])]);
        Assert.Equal(1 / 5.0, profile.ShareOf(1, [1, 0, 0]), 12);
        Assert.Equal(2 / 5.0, profile.ShareOf(1, [0, 0, 1]), 12);
    }

    [Fact]
    public void ShareOf_PlacesAndClassesNobodyKnows_CountAsAverageOnes()
    {
        var profile = PeriodProfile.Of([Period(3, 1)]);
        // Weights 1.5 and 0.5 by place, 1 for a third step; an unknown class changes nothing.
        Assert.Equal(1.5 / 3, profile.ShareOf(1, [0, 0, 0]), 12);
        Assert.Equal(1.5 / 3, profile.ShareOf(1, [9, 0, 0]), 12);
    }

    [Fact]
    public void Misses_ByHand_AreOfTheOthersProfile()
    {
        var misses = PeriodProfile.Misses([Period(5, 5), Period(4, 6), Period(6, 4)], 1);
        Assert.Equal(0, misses[0], 12);
        Assert.Equal(Math.Log(0.4 / 0.55), misses[1], 12);
        Assert.Equal(Math.Log(0.6 / 0.45), misses[2], 12);
        // Asked after more steps than a period has, all but its last one count.
        Assert.Equal(3, PeriodProfile.Misses([Period(5, 5), Period(4, 6), Period(6, 4)], 9).Count);
        // A period that brought nothing by then tells nothing.
        Assert.Equal(2, PeriodProfile.Misses([Period(5, 5), Period(0, 6), Period(6, 4)], 1).Count);
    }

    [Fact]
    public void ShareOf_AnyPast_RisesFromZeroToOne() =>
        Gen.Select(AnyPeriod.Array[1, 6], AnyPeriod).Sample((past, now) =>
        {
            var profile = PeriodProfile.Of(past);
            var shares = Enumerable.Range(0, now.Steps + 1).Select(steps => profile.ShareOf(steps, now.Classes)).ToList();
            Assert.Equal(0, shares[0]);
            Assert.Equal(1, shares[^1], 12);
            Assert.Equal(shares.Order(), shares);
        }, iter: 300);

    [Fact]
    public void Of_NothingOrAnEmptyPeriod_Throws()
    {
        Assert.Throws<ArgumentException>(() => PeriodProfile.Of([]));
        Assert.Throws<ArgumentException>(() => PeriodProfile.Of([Period(0, 0)]));
    }

    // Student's t at 0.975 with 2 degrees of freedom is 4.3027; the root mean square of 1, −1, 2 is √2.
    [Fact]
    public void Reach_ByHand()
    {
        Assert.Equal(4.302652729911275 * Math.Sqrt(2), PastMisses.Reach([1, -1, 2]), 9);
        Assert.Equal(0, PastMisses.Reach([0, 0]));
        Assert.Throws<ArgumentException>(() => PastMisses.Reach([1]));
    }

    // Of normal misses, the interval holds the next one in 95 % of the cases, as few as there are.
    [Theory]
    [InlineData(3)]
    [InlineData(6)]
    [InlineData(12)]
    public void Reach_OfNormalMisses_HoldsTheNextOne(int months)
    {
        var random = new Random(months);
        double Miss() => Intervals.NormalQuantile(random.NextDouble());
        var held = Enumerable.Range(0, 4_000).Count(_ => Math.Abs(Miss()) <= PastMisses.Reach([.. Enumerable.Range(0, months).Select(_ => Miss())]));
        Assert.InRange(held / 4_000.0, 0.94, 0.99);
    }
}
