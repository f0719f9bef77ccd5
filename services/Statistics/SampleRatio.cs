using MathNet.Numerics;

namespace ECommerce.Channels.Statistics;

/// <summary>Pearson's χ² of counts against expected shares.</summary>
/// <param name="ChiSquare">≥ 0.</param>
/// <param name="P">How often chance alone deviates at least as much, 0 to 1.</param>
public readonly record struct ChiSquareTest(double ChiSquare, double P);

/// <summary>
/// Did arms receive the numbers of customers that their weights call for? If not, what is measured on them cannot be trusted.
/// </summary>
public static class SampleRatio
{
    /// <summary>
    /// Tests counts against weights: 5,000 and 5,200 at equal weights give χ² 3.9216, p 0.0477.
    /// An alarm is usual at p &lt; 0.001, as the check is made again and again.
    /// </summary>
    /// <param name="counts">Per arm, ≥ 0.</param>
    /// <param name="weights">Per arm, &gt; 0, on any scale.</param>
    /// <returns>Null while every count is 0.</returns>
    /// <exception cref="ArgumentException">
    /// Fewer than two arms, different lengths, a negative count, or a weight that is not positive.
    /// </exception>
    /// <remarks>K. Pearson (1900), Philosophical Magazine 50, 157–175; A. Fabijan and others (2019), KDD, on sample ratio mismatch.</remarks>
    public static ChiSquareTest? Test(ReadOnlySpan<long> counts, ReadOnlySpan<double> weights)
    {
        if (counts.Length != weights.Length || counts.Length < 2)
            throw new ArgumentException("There are two or more arms, each with a weight.");
        var (total, weight) = (0.0, 0.0);
        for (var i = 0; i < counts.Length; i++)
        {
            if (counts[i] < 0 || !(weights[i] > 0 && double.IsFinite(weights[i])))
                throw new ArgumentException($"Arm {i} has a count of {counts[i]} and a weight of {weights[i]}.");
            total += counts[i];
            weight += weights[i];
        }
        if (total == 0) return null;
        var sum = 0.0;
        for (var i = 0; i < counts.Length; i++)
        {
            var expected = total * weights[i] / weight;
            sum += (counts[i] - expected) * (counts[i] - expected) / expected;
        }
        return new(sum, UpperTail(sum, counts.Length - 1));
    }

    // 1 − CDF would be 0 for p below 1e-16.
    private static double UpperTail(double chiSquare, int freedom) =>
        chiSquare == 0 ? 1 : SpecialFunctions.GammaUpperRegularized(freedom / 2.0, chiSquare / 2);
}
