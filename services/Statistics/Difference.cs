using System.Numerics;

namespace ECommerce.Channels.Statistics;

/// <summary>One part, such as a service, of a ratio at two times: Σ numerators ÷ Σ denominators.</summary>
/// <param name="Key">What the part is called in the answer.</param>
/// <param name="BaseDenominator">0 where the part does not exist yet; its numerator is then 0 as well.</param>
/// <param name="Denominator">0 where the part exists no more.</param>
public sealed record RatioPart(string Key, long BaseNumerator, long BaseDenominator, long Numerator, long Denominator);

/// <summary>One part of a weighted rate at two times: Σ weight · rate ÷ Σ weights over the parts that have a rate.</summary>
/// <param name="BaseWeight">≥ 0, on any scale.</param>
/// <param name="BaseRate">Null without data: the part then does not exist on that side, whatever its weight.</param>
public sealed record WeightedPart(string Key, double BaseWeight, double? BaseRate, double Weight, double? Rate);

/// <summary>
/// What one part adds to a difference; the three add up to its share · rate now less its share · base rate then. In the unit of the rate.
/// </summary>
/// <param name="Mix">(share − base share) · base rate.</param>
/// <param name="MixAgainstAverage">
/// (share − base share) · (base rate − base rate of all): the same total as <paramref name="Mix"/>, but telling: growth of a part that does
/// worse than the average shows as a loss.
/// </param>
/// <param name="Rate">Base share · (rate − base rate).</param>
/// <param name="Cross">(share − base share) · (rate − base rate).</param>
public sealed record PartOfDifference<T>(string Key, T Mix, T MixAgainstAverage, T Rate, T Cross);

/// <summary>A difference taken apart, in the unit of the rate: <c>Total = Mix + Rate + Cross</c>.</summary>
/// <param name="Base">The rate then.</param>
/// <param name="Current">The rate now.</param>
/// <param name="Total">Current − base.</param>
/// <param name="Mix">What it would be, had only the parts' shares changed.</param>
/// <param name="Rate">What it would be, had only the parts' rates changed.</param>
/// <param name="Cross">What comes of both changing together.</param>
/// <param name="Parts">In the order given, without those that exist on neither side.</param>
public sealed record Difference<T>(T Base, T Current, T Total, T Mix, T Rate, T Cross, IReadOnlyList<PartOfDifference<T>> Parts);

/// <summary>
/// Splits the difference of a rate into what changed shares, changed rates and both together did.
/// A part that exists on one side only has no change of rate, so all that it brings or takes away is mix.
/// </summary>
/// <remarks>
/// E. M. Kitagawa (1955), Components of a difference between two rates, JASA 50, 1168–1194; the three-way form, with the cross term kept
/// apart, after A. S. Blinder and R. Oaxaca (1973).
/// </remarks>
public static class Difference
{
    /// <summary>Splits the difference of a ratio of integers, exactly: the identity holds in fractions, without any rounding.</summary>
    /// <returns>Null where one side has no denominator at all, and so no rate.</returns>
    /// <exception cref="ArgumentException">A negative denominator, or a numerator without a denominator.</exception>
    public static Difference<Rational>? Split(IReadOnlyCollection<RatioPart> parts)
    {
        var (baseTotal, total) = (BigInteger.Zero, BigInteger.Zero);
        foreach (var part in parts)
        {
            Check(part.Key, part.BaseNumerator, part.BaseDenominator);
            Check(part.Key, part.Numerator, part.Denominator);
            baseTotal += part.BaseDenominator;
            total += part.Denominator;
        }
        if (baseTotal.IsZero || total.IsZero) return null;
        return Split(parts.Select(part => new Sides<Rational>(
            part.Key,
            new(part.BaseDenominator, baseTotal),
            part.BaseDenominator == 0 ? null : new(part.BaseNumerator, part.BaseDenominator),
            new(part.Denominator, total),
            part.Denominator == 0 ? null : new(part.Numerator, part.Denominator))));
    }

    /// <summary>Splits the difference of a weighted rate; the identity holds to rounding, about 1e-15 of the largest term.</summary>
    /// <returns>Null where one side has no part with data and a weight.</returns>
    /// <exception cref="ArgumentException">A weight that is negative or not finite, or a rate that is not finite.</exception>
    public static Difference<double>? SplitWeighted(IReadOnlyCollection<WeightedPart> parts)
    {
        var (baseTotal, total) = (0.0, 0.0);
        foreach (var part in parts)
        {
            baseTotal += Weight(part.Key, part.BaseWeight, part.BaseRate);
            total += Weight(part.Key, part.Weight, part.Rate);
        }
        if (baseTotal == 0 || total == 0) return null;
        return Split(parts.Select(part => new Sides<double>(
            part.Key,
            Weight(part.Key, part.BaseWeight, part.BaseRate) / baseTotal,
            part.BaseWeight == 0 ? null : part.BaseRate,
            Weight(part.Key, part.Weight, part.Rate) / total,
            part.Weight == 0 ? null : part.Rate)));
    }

    /// <summary>
    /// What all other parts add up to: these parts and the rest together are the whole difference, each of mix, rate and cross too.
    /// Mix is counted against the average.
    /// </summary>
    public static PartOfDifference<T> Rest<T>(this Difference<T> whole, IReadOnlyCollection<PartOfDifference<T>> parts)
        where T : ISubtractionOperators<T, T, T>
    {
        T Less(T all, Func<PartOfDifference<T>, T> of) => parts.Aggregate(all, (left, part) => left - of(part));
        return new(
            "", Less(whole.Mix, part => part.Mix), Less(whole.Mix, part => part.MixAgainstAverage), Less(whole.Rate, part => part.Rate),
            Less(whole.Cross, part => part.Cross));
    }

    /// <summary>All that a part adds to the difference, its mix counted against the average.</summary>
    public static T Total<T>(this PartOfDifference<T> part)
        where T : IAdditionOperators<T, T, T> => part.MixAgainstAverage + part.Rate + part.Cross;

    /// <summary>The same in doubles, each rounded by itself.</summary>
    public static Difference<double> ToDouble(this Difference<Rational> exact) => new(
        exact.Base.ToDouble(), exact.Current.ToDouble(), exact.Total.ToDouble(),
        exact.Mix.ToDouble(), exact.Rate.ToDouble(), exact.Cross.ToDouble(),
        [.. exact.Parts.Select(part => part.ToDouble())]);

    public static PartOfDifference<double> ToDouble(this PartOfDifference<Rational> exact) => new(
        exact.Key, exact.Mix.ToDouble(), exact.MixAgainstAverage.ToDouble(), exact.Rate.ToDouble(), exact.Cross.ToDouble());

    private static Difference<T> Split<T>(IEnumerable<Sides<T>> sides)
        where T : struct, IAdditionOperators<T, T, T>, ISubtractionOperators<T, T, T>, IMultiplyOperators<T, T, T>, IAdditiveIdentity<T, T>
    {
        var present = sides.Where(side => side.BaseRate is not null || side.Rate is not null).ToList();
        var before = Sum(present, side => side.BaseShare * (side.BaseRate ?? T.AdditiveIdentity));
        var now = Sum(present, side => side.Share * (side.Rate ?? T.AdditiveIdentity));
        var parts = present.ConvertAll(side => Part(side, before));
        return new(
            before, now, now - before, Sum(parts, part => part.Mix), Sum(parts, part => part.Rate), Sum(parts, part => part.Cross), parts);
    }

    private static PartOfDifference<T> Part<T>(Sides<T> side, T average)
        where T : struct, IAdditionOperators<T, T, T>, ISubtractionOperators<T, T, T>, IMultiplyOperators<T, T, T>
    {
        // Where one side is missing it takes the other's rate: the rate did not change, the part came or went.
        var before = side.BaseRate ?? side.Rate!.Value;
        var now = side.Rate ?? before;
        var growth = side.Share - side.BaseShare;
        return new(side.Key, growth * before, growth * (before - average), side.BaseShare * (now - before), growth * (now - before));
    }

    private static T Sum<TItem, T>(List<TItem> items, Func<TItem, T> term)
        where T : IAdditionOperators<T, T, T>, IAdditiveIdentity<T, T>
    {
        // Pair by pair: fractions with long denominators meet late, and doubles lose fewer digits.
        var terms = items.ConvertAll(item => term(item));
        for (var width = 1; width < terms.Count; width *= 2)
        {
            for (var i = 0; i + width < terms.Count; i += 2 * width) terms[i] += terms[i + width];
        }
        return terms.Count == 0 ? T.AdditiveIdentity : terms[0];
    }

    private static void Check(string key, long numerator, long denominator)
    {
        if (denominator < 0 || (denominator == 0 && numerator != 0))
            throw new ArgumentException($"Part {key} has {numerator} over {denominator}.");
    }

    private static double Weight(string key, double weight, double? rate)
    {
        if (!(weight >= 0 && double.IsFinite(weight)) || (rate is { } value && !double.IsFinite(value)))
            throw new ArgumentException($"Part {key} has a weight of {weight} and a rate of {rate}.");
        return rate is null ? 0 : weight;
    }

    private sealed record Sides<T>(string Key, T BaseShare, T? BaseRate, T Share, T? Rate)
        where T : struct;
}
