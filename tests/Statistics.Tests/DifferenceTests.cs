using System.Numerics;
using CsCheck;

namespace ECommerce.Channels.Statistics.Tests;

public class DifferenceTests
{
    private static readonly Gen<(long Numerator, long Denominator)> Ratios = Gen.OneOf(
        Gen.Const((0L, 0L)),
        Gen.Select(Gen.Long[0, 1_000], Gen.Long[1, 1_000]),
        Gen.Select(Gen.Long[-1_000_000_000_000, 1_000_000_000_000], Gen.Long[1, 1_000_000_000_000]));

    private static readonly Gen<RatioPart[]> Parts =
        Gen.Select(Ratios, Ratios).Select((before, now) =>
            new RatioPart("s", before.Numerator, before.Denominator, now.Numerator, now.Denominator)).Array[1, 12];

    private static readonly Gen<WeightedPart[]> WeightedParts =
        Gen.Select(Gen.Double[0, 10], Gen.Double[0, 1].Nullable(), Gen.Double[0, 10], Gen.Double[0, 1].Nullable())
            .Select(x => new WeightedPart("s", x.Item1, x.Item2, x.Item3, x.Item4)).Array[1, 40];

    // Shares 1/2, 1/2 → 3/4, 1/4; rates 9/10, 5/10 → 8/10, 6/10.
    [Fact]
    public void Split_TwoServices_IsTheSplitByHand()
    {
        var split = Difference.Split([new("topup", 90, 100, 240, 300), new("package", 50, 100, 60, 100)])!;
        Assert.Equal(new(7, 10), split.Base);
        Assert.Equal(new(3, 4), split.Current);
        Assert.Equal(new(1, 20), split.Total);
        Assert.Equal(new(1, 10), split.Mix);
        Assert.Equal(new(0, 1), split.Rate);
        Assert.Equal(new(-1, 20), split.Cross);
        Assert.Equal(new("topup", new(9, 40), new(1, 20), new(-1, 20), new(-1, 40)), split.Parts[0]);
        Assert.Equal(new("package", new(-1, 8), new(1, 20), new(1, 20), new(-1, 40)), split.Parts[1]);
    }

    [Fact]
    public void Split_AnyCounts_AddsUpExactlyInIntegers() =>
        Parts.Sample(parts =>
        {
            if (Difference.Split(parts) is not { } split) return;
            // Over one common denominator, in integers and by hand: no operator of Rational has a part in this.
            var terms = new[] { split.Mix, split.Rate, split.Cross };
            var common = terms.Aggregate(split.Total.Denominator, (product, term) => product * term.Denominator);
            var sum = terms.Aggregate(BigInteger.Zero, (total, term) => total + (term.Numerator * (common / term.Denominator)));
            Assert.Equal(split.Total.Numerator * (common / split.Total.Denominator), sum);
            Assert.Equal(Ratio(parts, x => x.BaseNumerator, x => x.BaseDenominator), split.Base);
            Assert.Equal(Ratio(parts, x => x.Numerator, x => x.Denominator), split.Current);
            Assert.Equal(split.Mix, split.Parts.Aggregate(default(Rational), (total, part) => total + part.Mix));
            Assert.Equal(split.Mix, split.Parts.Aggregate(default(Rational), (total, part) => total + part.MixAgainstAverage));
        });

    [Fact]
    public void Split_AnyCounts_EachPartAddsUpToItsOwnChange() =>
        Parts.Sample(parts =>
        {
            if (Difference.Split(parts) is not { } split) return;
            var (before, now) = (parts.Sum(x => (decimal)x.BaseDenominator), parts.Sum(x => (decimal)x.Denominator));
            var present = parts.Where(x => x.BaseDenominator + x.Denominator > 0);
            foreach (var (part, given) in split.Parts.Zip(present))
            {
                var change = new Rational(given.Numerator, new(now)) - new Rational(given.BaseNumerator, new(before));
                Assert.Equal(change, part.Mix + part.Rate + part.Cross);
            }
        });

    [Fact]
    public void Rest_OfAnyParts_IsExactlyWhatTheyLeave() =>
        Gen.Select(Parts, Gen.Int[0, 12]).Sample((parts, told) =>
        {
            if (Difference.Split(parts) is not { } split) return;
            var largest = split.Parts.Take(told).ToList();
            var rest = split.Rest(largest);
            Assert.Equal(split.Total, largest.Aggregate(rest.Total(), (sum, part) => sum + part.Total()));
            Assert.Equal(split.Rate, largest.Aggregate(rest.Rate, (sum, part) => sum + part.Rate));
            Assert.Equal(split.Mix, largest.Aggregate(rest.MixAgainstAverage, (sum, part) => sum + part.MixAgainstAverage));
            if (told >= split.Parts.Count) Assert.Equal(default, rest.Total());
        }, iter: 500);

    [Fact]
    public void SplitWeighted_AnyParts_AddsUpToRounding() =>
        WeightedParts.Sample(parts =>
        {
            if (Difference.SplitWeighted(parts) is not { } split) return;
            Assert.Equal(split.Total, split.Mix + split.Rate + split.Cross, 1e-12);
            Assert.Equal(split.Mix, split.Parts.Sum(part => part.MixAgainstAverage), 1e-12);
            var strata = parts.Select(x => new Stratum(x.Weight, x.Rate ?? 0, x.Rate is null ? 0 : 1));
            Assert.Equal(Standardised.Rate([.. strata])!.Value, split.Current, 1e-12);
        });

    [Fact]
    public void Split_InDoubles_IsTheExactOneRounded() =>
        Gen.Select(Gen.Long[0, 1_000], Gen.Long[1, 1_000], Gen.Long[0, 1_000], Gen.Long[1, 1_000])
            .Select(x => new RatioPart("s", Math.Min(x.Item1, x.Item2), x.Item2, Math.Min(x.Item3, x.Item4), x.Item4)).Array[1, 30].Sample(parts =>
        {
            var exact = Difference.Split(parts)!.ToDouble();
            var doubles = Difference.SplitWeighted([.. parts.Select(Weighted)])!;
            Assert.Equal(exact.Total, exact.Mix + exact.Rate + exact.Cross, 1e-12);
            Assert.Equal(exact.Mix, doubles.Mix, 1e-12);
            Assert.Equal(exact.Rate, doubles.Rate, 1e-12);
            Assert.Equal(exact.Cross, doubles.Cross, 1e-12);
        }, iter: 500);

    [Fact]
    public void Split_PartComesOrGoes_IsAllMix()
    {
        var split = Difference.Split(
            [new("old", 8, 10, 0, 0), new("stays", 5, 10, 5, 10), new("new", 0, 0, 3, 10), new("never", 0, 0, 0, 0)])!;
        Assert.Equal(["old", "stays", "new"], split.Parts.Select(part => part.Key));
        Assert.Equal(new(-2, 5), split.Parts[0].Mix);
        Assert.Equal(new(3, 20), split.Parts[2].Mix);
        Assert.Equal(default, split.Rate);
        Assert.Equal(default, split.Cross);
        Assert.Equal(split.Total, split.Mix);
    }

    [Fact]
    public void Split_NothingChanged_IsNothing()
    {
        var split = Difference.Split([new("a", 1, 3, 1, 3), new("b", 2, 7, 2, 7)])!;
        Assert.Equal((default, default, default), (split.Mix, split.Rate, split.Cross));
    }

    [Fact]
    public void Split_OneSideEmpty_IsNull()
    {
        Assert.Null(Difference.Split([new RatioPart("a", 0, 0, 1, 2)]));
        Assert.Null(Difference.Split([new RatioPart("a", 1, 2, 0, 0)]));
        Assert.Null(Difference.Split([]));
        Assert.Null(Difference.SplitWeighted([new WeightedPart("a", 1, null, 1, 0.5)]));
        Assert.Null(Difference.SplitWeighted([new WeightedPart("a", 0, 0.5, 1, 0.5)]));
    }

    [Fact]
    public void Split_ImpossiblePart_Throws()
    {
        Assert.Throws<ArgumentException>(() => Difference.Split([new RatioPart("a", 1, 0, 1, 2)]));
        Assert.Throws<ArgumentException>(() => Difference.Split([new RatioPart("a", 1, 2, 1, -2)]));
        Assert.Throws<ArgumentException>(() => Difference.SplitWeighted([new WeightedPart("a", -1, 0.5, 1, 0.5)]));
        Assert.Throws<ArgumentException>(() => Difference.SplitWeighted([new WeightedPart("a", 1, double.NaN, 1, 0.5)]));
    }

    [Fact]
    public void Rational_LongIntegers_RoundToTheNearestDouble() =>
        Gen.Select(Gen.Double[-1e6, 1e6], Gen.Int[0, 2_000]).Sample((value, digits) =>
        {
            // A double is a fraction with a power of two below; multiplied by 10^digits above and below it must come back the same.
            var factor = BigInteger.Pow(10, digits);
            var fraction = new Rational(new BigInteger(Math.ScaleB(value, 60)) * factor, BigInteger.Pow(2, 60) * factor);
            Assert.Equal(value, fraction.ToDouble(), Math.Max(Math.ScaleB(1, -60), Math.BitIncrement(Math.Abs(value)) - Math.Abs(value)));
        }, iter: 500);

    private static WeightedPart Weighted(RatioPart part) => new(
        part.Key,
        part.BaseDenominator,
        (double)part.BaseNumerator / part.BaseDenominator,
        part.Denominator,
        (double)part.Numerator / part.Denominator);

    private static Rational Ratio(RatioPart[] parts, Func<RatioPart, long> numerator, Func<RatioPart, long> denominator) =>
        new(Sum(parts, numerator), Sum(parts, denominator));

    private static BigInteger Sum(RatioPart[] parts, Func<RatioPart, long> value) =>
        parts.Aggregate(BigInteger.Zero, (sum, part) => sum + value(part));
}
