namespace ECommerce.Channels.Statistics;

/// <summary>How many observations a question needs; real numbers, to be rounded up.</summary>
public static class SampleSize
{
    /// <summary>
    /// For a proportion to be known to ± a margin: n₀ = z²p(1−p)/e², and n₀ ÷ (1 + (n₀−1)/N) out of a population of N.
    /// At ±5 % and p = ½: 384.15; out of 10,000, 370; out of 1,000, 278.
    /// </summary>
    /// <param name="margin">Half the width of the interval, between 0 and 1.</param>
    /// <param name="proportion">The proportion expected; ½ is the worst case.</param>
    /// <param name="population">≥ 1; infinite unless given.</param>
    /// <remarks>W. G. Cochran (1977), Sampling Techniques, section 4.4.</remarks>
    public static double ForProportion(
        double margin,
        double proportion = 0.5,
        double population = double.PositiveInfinity,
        double confidence = Intervals.DefaultConfidence)
    {
        if (!(margin > 0 && margin < 1)) throw new ArgumentOutOfRangeException(nameof(margin), margin, "A margin lies between 0 and 1.");
        CheckProportion(proportion, nameof(proportion));
        CheckPopulation(population);
        var infinite = Math.Pow(Intervals.CriticalValue(confidence) / margin, 2) * proportion * (1 - proportion);
        return infinite / (1 + ((infinite - 1) / population));
    }

    /// <summary>
    /// The margin that a sample gives: z·√(p(1−p)/n)·√((N−n)/(N−1)). 278 out of 1,000 at p = ½ give ±4.997 %; all of the population gives 0.
    /// </summary>
    /// <param name="size">Observations, above 0 and at most <paramref name="population"/>.</param>
    /// <remarks>W. G. Cochran (1977), Sampling Techniques, section 3.2.</remarks>
    public static double Margin(
        double size,
        double proportion = 0.5,
        double population = double.PositiveInfinity,
        double confidence = Intervals.DefaultConfidence)
    {
        CheckProportion(proportion, nameof(proportion));
        CheckPopulation(population);
        if (!(size > 0 && size <= population))
            throw new ArgumentOutOfRangeException(nameof(size), size, "A sample is a part of its population.");
        var finite = double.IsPositiveInfinity(population) ? 1 : population == 1 ? 0 : (population - size) / (population - 1);
        return Intervals.CriticalValue(confidence) * Math.Sqrt(proportion * (1 - proportion) / size * finite);
    }

    /// <summary>
    /// Per arm, to tell two proportions apart: (z₁₋α⁄₂ + z_power)²·(p₁q₁ + p₂q₂) ÷ (p₂−p₁)². 10 % against 12 % with a power
    /// of 80 % needs 3,838.1, so 3,839.
    /// </summary>
    /// <param name="power">The probability of seeing the difference if it is there, between 0 and 1.</param>
    /// <returns>Infinite when the proportions are equal.</returns>
    /// <remarks>
    /// The normal approximation with each arm's own variance; J. L. Fleiss (1981), Statistical Methods for Rates and Proportions, chapter 3.
    /// </remarks>
    public static double PerArm(double first, double second, double power = 0.8, double confidence = Intervals.DefaultConfidence)
    {
        CheckProportion(first, nameof(first));
        CheckProportion(second, nameof(second));
        if (!(power > 0 && power < 1)) throw new ArgumentOutOfRangeException(nameof(power), power, "A power lies between 0 and 1.");
        if (first == second) return double.PositiveInfinity;
        var reach = Intervals.CriticalValue(confidence) + Intervals.NormalQuantile(power);
        return reach * reach * ((first * (1 - first)) + (second * (1 - second))) / Math.Pow(second - first, 2);
    }

    private static void CheckProportion(double proportion, string name)
    {
        if (!(proportion >= 0 && proportion <= 1))
            throw new ArgumentOutOfRangeException(name, proportion, "A proportion lies between 0 and 1.");
    }

    private static void CheckPopulation(double population)
    {
        if (!(population >= 1))
            throw new ArgumentOutOfRangeException(nameof(population), population, "A population has at least one member.");
    }
}
