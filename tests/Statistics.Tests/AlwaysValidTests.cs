using CsCheck;

namespace ECommerce.Channels.Statistics.Tests;

public sealed class AlwaysValidTests
{
    private const int Batches = 100;
    private const int HeldInABatch = 40;
    private const int TreatedInABatch = 19 * HeldInABatch;

    [Fact]
    public void Lift_OfThePublishedExample_IsThePublishedOne()
    {
        // The published variances are divided by n: of so many customers n − 1 tells in the fifth digit.
        var lift = AlwaysValid.Lift(ArmSums.OfShare(1_396, 3_000), ArmSums.OfShare(2_422, 3_461))!.Value;
        Assert.Equal(0.50386, (lift.Low + lift.High) / 2, 5);
        Assert.Equal((0.40096, 0.60676), (Math.Round(lift.Low, 5), Math.Round(lift.High, 5)));
        Assert.Equal(0.40098, lift.Low, 4);
        Assert.Equal(0.60675, lift.High, 4);
    }

    [Fact]
    public void Difference_OfArmsSwitched_IsItsNegative() => Arms.Sample((a, b) =>
    {
        var (there, back) = (AlwaysValid.Difference(a, b), AlwaysValid.Difference(b, a));
        Assert.Equal(there is null, back is null);
        if (there is { } one) Assert.Equal((-one.High, -one.Low), (back!.Value.Low, back.Value.High));
    });

    [Fact]
    public void Difference_IsWiderThanForOneLook() => Arms.Sample((a, b) =>
    {
        if (AlwaysValid.Difference(a, b) is not { } always) return;
        var once = 1.96 * Math.Sqrt((a.Variance / a.N) + (b.Variance / b.N));
        Assert.True(always.Width / 2 > once);
    });

    [Fact]
    public void Difference_WithMoreCustomers_IsNarrower() => Arms.Sample((a, b) =>
    {
        if (AlwaysValid.Difference(a, b) is not { } few) return;
        Assert.True(AlwaysValid.Difference(Times(a, 4), Times(b, 4))!.Value.Width < few.Width);
    });

    [Theory]
    [InlineData(99, 50, 1_000, 500)]
    [InlineData(1_000, 9, 1_000, 500)]
    [InlineData(1_000, 991, 1_000, 500)]
    [InlineData(1_000, 500, 0, 0)]
    public void Difference_OfTooFew_IsNone(long n, long successes, long others, long ofThem) =>
        Assert.Null(AlwaysValid.Difference(ArmSums.OfShare(successes, n), ArmSums.OfShare(ofThem, others)));

    [Theory]
    [InlineData(0.02)]
    [InlineData(0.3)]
    public void Experiments_WithoutEffect_SeldomExcludeZeroAtAnyLook(double rate) => Assert.InRange(Excluded(rate, rate, experiments: 200, seed: 11), 0, 0.05 + 0.03);

    /// <summary>2,000 experiments with nothing to find, watched after each of a hundred batches.</summary>
    [Theory]
    [Trait("Size", "all")]
    [InlineData(0.02)]
    [InlineData(0.3)]
    [InlineData(0.9)]
    public void TwoThousandExperiments_WithoutEffect_ExcludeZeroInAtMostFiveInAHundred(double rate) => Assert.InRange(Excluded(rate, rate, experiments: 2_000, seed: 12), 0, 0.05);

    [Fact]
    public void Experiments_WithALift_FindIt() => Assert.InRange(Excluded(0.30, 0.35, experiments: 100, seed: 13), 0.95, 1);

    [Fact]
    public void Effect_OfTheWorkedExample_IsFiveThousandFourHundred()
    {
        var effect = IncrementalEffect.Of(27_000, 45_000, 2_400, 5_000, savingFen: 285)!;
        Assert.Equal(0.12, effect.Difference, 12);
        Assert.Equal((0.105, 0.135), (Math.Round(effect.Fixed!.Value.Low, 3), Math.Round(effect.Fixed.Value.High, 3)));
        Assert.Equal(5_400, effect.Incremental, 6);
        Assert.Equal(5_400 * 285, effect.SavedFen);
        Assert.True(effect.AlwaysValid!.Value.Low < effect.Fixed.Value.Low && effect.AlwaysValid.Value.ExcludesZero);
        Assert.Null(IncrementalEffect.Of(1, 2, 0, 0, 1));
    }

    private static readonly Gen<(ArmSums, ArmSums)> Arms = Gen.Select(
        Gen.Long[50, 20_000], Gen.Double[0, 1], Gen.Long[50, 20_000], Gen.Double[0, 1],
        (n, p, m, q) => (ArmSums.OfShare((long)(n * p), n), ArmSums.OfShare((long)(m * q), m)));

    private static ArmSums Times(ArmSums arm, int times) => new(arm.N * times, arm.Sum * times, arm.SumOfSquares * times);

    /// <summary>In which share of experiments the interval ever leaves zero.</summary>
    private static double Excluded(double heldRate, double treatedRate, int experiments, int seed)
    {
        var excluded = 0;
        Parallel.For(0, experiments, experiment =>
        {
            var random = new Random((seed * 100_000) + experiment);
            var (held, treated) = (0L, 0L);
            for (var batch = 1; batch <= Batches; batch++)
            {
                held += Binomial(random, HeldInABatch, heldRate);
                treated += Binomial(random, TreatedInABatch, treatedRate);
                var seen = AlwaysValid.Difference(ArmSums.OfShare(held, batch * HeldInABatch), ArmSums.OfShare(treated, batch * TreatedInABatch));
                if (seen is not { ExcludesZero: true }) continue;
                Interlocked.Increment(ref excluded);
                return;
            }
        });
        return (double)excluded / experiments;
    }

    /// <summary>Geometric steps from success to success: as many draws as there are successes (or failures, of which there are fewer).</summary>
    private static int Binomial(Random random, int n, double p)
    {
        if (p > 0.5) return n - Binomial(random, n, 1 - p);
        var (count, at, scale) = (0, 0, 1 / Math.Log(1 - p));
        while (true)
        {
            at += 1 + (int)(Math.Log(1 - random.NextDouble()) * scale);
            if (at > n) return count;
            count++;
        }
    }
}
