using CsCheck;

namespace ECommerce.Channels.Statistics.Tests;

public class DesignEffectTests
{
    private static readonly Gen<(long[] Successes, long[] Failures)> Buckets =
        Gen.Select(Gen.Long[0, 500].Array[64], Gen.Long[0, 500].Array[64]);

    [Fact]
    public void Of_NoObservation_IsNone()
    {
        Assert.Equal(DesignEffect.None, DesignEffect.Of(new long[64], new long[64]));
        Assert.Equal(0, DesignEffect.None.EffectiveSize(0));
        Assert.Equal(70, DesignEffect.None.EffectiveSize(70));
    }

    [Fact]
    public void Of_OneBucketOnly_CountsAsOneObservation()
    {
        var effect = DesignEffect.Of([70, 0, 0], [30, 0, 0]);
        Assert.Equal(100, effect.Value);
        Assert.Equal(1, effect.EffectiveSize(100));
    }

    [Theory]
    [InlineData(5, 0)]
    [InlineData(0, 5)]
    public void Of_AllAlike_IsOne(long successes, long failures)
    {
        var effect = DesignEffect.Of(Repeat(successes), Repeat(failures));
        Assert.Equal(1, effect.Value);
        Assert.Equal(63, effect.DegreesOfFreedom, 1e-9);
    }

    // By hand: rate 1/2, residuals ±5 of buckets of 10, h = 1/4: 3/4 · 4 · 25 · 16/9 ÷ (40/4) = 13.33.
    [Fact]
    public void Of_BucketsAllOrNothing_IsTheJackknifeByHand()
    {
        var effect = DesignEffect.Of([10, 0, 10, 0], [0, 10, 0, 10]);
        Assert.Equal(40 / 3.0, effect.Value, 1e-12);
        Assert.Equal(3, effect.DegreesOfFreedom, 1e-12);
    }

    // 40 ÷ 13.33 · (1.959964 ÷ 3.182446)², Student's t at 3 degrees of freedom from its table.
    [Fact]
    public void EffectiveSize_FewDegreesOfFreedom_ShrinksByTheTQuantile() =>
        Assert.Equal(3 * Math.Pow(1.959964 / 3.182446, 2), DesignEffect.Of([10, 0, 10, 0], [0, 10, 0, 10]).EffectiveSize(40), 1e-5);

    [Fact]
    public void EffectiveSize_AnotherConfidence_TakesItsOwnQuantiles() =>
        Assert.Equal(
            3 * Math.Pow(2.575829 / 5.840909, 2), DesignEffect.Of([10, 0, 10, 0], [0, 10, 0, 10]).EffectiveSize(40, 0.99), 1e-5);

    // One transaction is one observation, however much the customers of the whole repeat.
    [Fact]
    public void EffectiveSize_SinglePart_IsNeverLessThanOneObservation()
    {
        Assert.Equal(1, new DesignEffect(8, double.PositiveInfinity).EffectiveSize(1));
        Assert.Equal(1, new DesignEffect(8, double.PositiveInfinity).EffectiveSize(7));
        Assert.Equal(2, new DesignEffect(8, double.PositiveInfinity).EffectiveSize(16));
    }

    [Fact]
    public void Of_EmptyBuckets_ChangeNothing() =>
        Assert.Equal(DesignEffect.Of([3, 9, 4], [5, 1, 4]), DesignEffect.Of([0, 3, 0, 9, 4, 0], [0, 5, 0, 1, 4, 0]));

    [Fact]
    public void Of_LengthsDifferOrNegative_Throws()
    {
        Assert.Throws<ArgumentException>(() => DesignEffect.Of([1, 2], [1]));
        Assert.Throws<ArgumentException>(() => DesignEffect.Of([1, -2], [1, 3]));
        Assert.Throws<ArgumentException>(() => new RatioBuckets().Add(new long[63], new long[64]));
    }

    [Fact]
    public void Of_SuccessesAndFailuresSwapped_IsTheSame() =>
        Buckets.Sample(x =>
        {
            var (a, b) = (DesignEffect.Of(x.Successes, x.Failures), DesignEffect.Of(x.Failures, x.Successes));
            Assert.Equal(a.Value, b.Value, 1e-9 * a.Value);
            Assert.Equal(a.DegreesOfFreedom, b.DegreesOfFreedom, 1e-6);
        });

    // Everybody doing everything k times over adds no knowledge: the effective size stays what it was.
    [Fact]
    public void Of_EveryObservationRepeated_GrowsByAsMuch() =>
        Gen.Select(Buckets, Gen.Long[2, 50]).Sample((x, k) =>
        {
            var (one, repeated) = (DesignEffect.Of(x.Successes, x.Failures), DesignEffect.Of(Times(x.Successes, k), Times(x.Failures, k)));
            Assert.True(repeated.Value >= one.Value);
            if (one.Value > 1) Assert.Equal(k * one.Value, repeated.Value, 1e-9 * repeated.Value);
        });

    [Fact]
    public void Of_AnyBuckets_LiesBetweenOneAndTheSize() =>
        Gen.Select(Gen.Long[0, 3].Array[64], Gen.Long[0, 3].Array[64]).Sample((successes, failures) =>
        {
            var size = Math.Max(1, successes.Sum() + failures.Sum());
            var effect = DesignEffect.Of(successes, failures);
            Assert.InRange(effect.Value, 1, size);
            Assert.True(effect.DegreesOfFreedom >= 1);
            Assert.InRange(effect.EffectiveSize(size), double.Epsilon, size);
        });

    [Fact]
    public void RatioBuckets_DaysInAnyOrder_AddUp() =>
        Gen.Select(Buckets, Buckets).Sample((a, b) =>
        {
            var (first, second) = (new RatioBuckets(), new RatioBuckets());
            first.Add(a.Successes, a.Failures);
            first.Add(b.Successes, b.Failures);
            second.Add(b.Successes, b.Failures);
            second.Add(a.Successes, a.Failures);
            var together = DesignEffect.Of(
                [.. a.Successes.Zip(b.Successes, (x, y) => x + y)], [.. a.Failures.Zip(b.Failures, (x, y) => x + y)]);
            Assert.Equal(together, first.DesignEffect());
            Assert.Equal(together, second.DesignEffect());
        });

    [Fact]
    public void Kish_PublishedExample_IsReached()
    {
        Assert.Equal(1.444, DesignEffect.Kish([5 / 3.0, 1 / 3.0, 5 / 3.0, 1 / 3.0]), 3);
        Assert.Equal(1, DesignEffect.Kish([2, 2, 2]), 1e-15);
        Assert.Throws<ArgumentException>(() => DesignEffect.Kish([]));
        Assert.Throws<ArgumentException>(() => DesignEffect.Kish([1, -1]));
    }

    private static long[] Repeat(long value) => [.. Enumerable.Repeat(value, 64)];

    private static long[] Times(long[] values, long factor) => [.. values.Select(x => x * factor)];
}
