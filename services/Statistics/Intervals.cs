using MathNet.Numerics.Distributions;

namespace ECommerce.Channels.Statistics;

/// <summary>
/// Confidence intervals of proportions. Sizes are real numbers, since customers repeat and n transactions are worth fewer independent
/// ones: see <see cref="DesignEffect.EffectiveSize"/>. A size of 0 has no interval: null.
/// </summary>
public static class Intervals
{
    /// <summary>The confidence of every interval that the suite shows unless it says otherwise.</summary>
    public const double DefaultConfidence = 0.95;

    private const double DefaultCriticalValue = 1.959963984540054;

    /// <summary>The value that a standard normal variable stays below with the given probability; ±∞ at 1 and 0.</summary>
    /// <param name="probability">0 to 1.</param>
    public static double NormalQuantile(double probability) => Normal.InvCDF(0, 1, probability);

    /// <summary>How many standard errors a two-sided normal interval reaches to each side: 1.96 at 0.95.</summary>
    /// <param name="confidence">Between 0 and 1, both excluded.</param>
    public static double CriticalValue(double confidence)
    {
        if (confidence == DefaultConfidence) return DefaultCriticalValue;
        if (!(confidence > 0 && confidence < 1))
            throw new ArgumentOutOfRangeException(nameof(confidence), confidence, "A confidence lies between 0 and 1.");
        return NormalQuantile((1 + confidence) / 2);
    }

    /// <summary>
    /// Wilson's score interval of a proportion. It lies in 0 to 1, contains the proportion, and has a width even for proportions 0 and 1,
    /// where it starts at exactly 0 or ends at exactly 1.
    /// </summary>
    /// <param name="proportion">Observed, 0 to 1.</param>
    /// <param name="size">Effective number of observations, ≥ 0.</param>
    /// <returns>Null when <paramref name="size"/> is 0.</returns>
    /// <remarks>E. B. Wilson (1927), JASA 22, 209–212; method 3 of R. G. Newcombe (1998), Statistics in Medicine 17, 857–872.</remarks>
    public static Interval? Wilson(double proportion, double size, double confidence = DefaultConfidence)
    {
        CheckProportion(proportion);
        CheckSize(size);
        if (size == 0) return null;
        var z = CriticalValue(confidence);
        var z2 = z * z;
        // Each bound from the side it is near to, so that tiny proportions lose no digits and both sides mirror each other.
        return new(Lower(proportion, size, z, z2), Math.Max(proportion, 1 - Lower(1 - proportion, size, z, z2)));
    }

    /// <summary>Wilson's interval of successes out of independent trials: <c>Wilson(81, 263)</c> is 0.2553 to 0.3662.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A negative count, or more successes than trials.</exception>
    public static Interval? Wilson(long successes, long trials, double confidence = DefaultConfidence)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(successes);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(successes, trials);
        return trials == 0 ? null : Wilson((double)successes / trials, trials, confidence);
    }

    /// <summary>
    /// Newcombe's hybrid score interval of the difference <c>first − second</c> of two independent proportions, from the Wilson
    /// interval of each. It lies in −1 to 1 and contains the difference.
    /// </summary>
    /// <remarks>
    /// Method 10 of R. G. Newcombe (1998), Statistics in Medicine 17, 873–890. 56/70 against 48/80 is 0.0524 to 0.3339. Where the same
    /// customers stand on both sides and behave alike, as in two months of one channel, it is wider than it need be: it errs to caution.
    /// </remarks>
    /// <returns>Null when a size is 0.</returns>
    public static Interval? Newcombe(
        double first, double firstSize, double second, double secondSize, double confidence = DefaultConfidence)
    {
        if (Wilson(first, firstSize, confidence) is not { } a) return null;
        if (Wilson(second, secondSize, confidence) is not { } b) return null;
        var difference = first - second;
        var low = difference - double.Hypot(first - a.Low, b.High - second);
        var high = difference + double.Hypot(a.High - first, second - b.Low);
        return new(Math.Max(-1, low), Math.Min(1, high));
    }

    // k + z²/2 − z√(k(1−p) + z²/4) over n + z², multiplied out by its conjugate: no difference of nearly equal numbers is left.
    private static double Lower(double proportion, double size, double z, double z2)
    {
        var root = Math.Sqrt((size * proportion * (1 - proportion)) + (z2 / 4));
        return Math.Min(proportion, size * proportion * proportion / ((size * proportion) + (z2 / 2) + (z * root)));
    }

    private static void CheckProportion(double proportion)
    {
        if (!(proportion >= 0 && proportion <= 1))
            throw new ArgumentOutOfRangeException(nameof(proportion), proportion, "A proportion lies between 0 and 1.");
    }

    private static void CheckSize(double size)
    {
        if (!(size >= 0 && double.IsFinite(size)))
            throw new ArgumentOutOfRangeException(nameof(size), size, "A size is finite and not negative.");
    }
}
