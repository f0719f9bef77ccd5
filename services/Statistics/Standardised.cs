namespace ECommerce.Channels.Statistics;

/// <summary>One part, such as a service, of a standardised rate.</summary>
/// <param name="Weight">Its share of the basket, ≥ 0, on any scale.</param>
/// <param name="Rate">Its own rate, 0 to 1; anything when <paramref name="Size"/> is 0.</param>
/// <param name="Size">Observations behind the rate, ≥ 0; 0 is no data, and leaves the part out.</param>
public readonly record struct Stratum(double Weight, double Rate, double Size);

/// <summary>
/// Directly standardised rates: what a rate would be if the parts had the shares of a fixed basket, so that a changed mix of services
/// does not pass for a changed behaviour.
/// </summary>
public static class Standardised
{
    /// <summary>Σ w·r ÷ Σ w over the parts with data; null when none of them has data and a weight.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A weight, rate or size outside of its range.</exception>
    public static double? Rate(ReadOnlySpan<Stratum> strata)
    {
        var weights = Weights(strata);
        if (weights == 0) return null;
        var rate = 0.0;
        foreach (var stratum in strata)
        {
            if (stratum.Size > 0) rate += stratum.Weight / weights * stratum.Rate;
        }
        return Math.Clamp(rate, 0, 1);
    }

    /// <summary>
    /// The interval of <see cref="Rate"/>: rate ± z·√V with V = deff · Σ w²·r(1−r)/n over the parts with data and Σ w = 1, cut at 0 and 1.
    /// </summary>
    /// <param name="designEffect">Of the customers behind the rate; <see cref="DesignEffect.None"/> where they do not repeat.</param>
    /// <returns>Null where the rate is null.</returns>
    /// <remarks>
    /// The variance of a directly standardised rate: J. L. Fleiss (1981), Statistical Methods for Rates and Proportions, chapter 14.
    /// Where every part is at 0 or at 1, V is 0 and would promise certainty; the interval is then Wilson's at the size that a
    /// rate common to all parts would have, 1 ÷ Σ w²/n.
    /// </remarks>
    public static Interval? Interval(
        ReadOnlySpan<Stratum> strata, DesignEffect designEffect, double confidence = Intervals.DefaultConfidence)
    {
        if (Rate(strata) is not { } rate) return null;
        var weights = Weights(strata);
        var (variance, inverse) = (0.0, 0.0);
        foreach (var stratum in strata)
        {
            if (stratum.Size == 0) continue;
            var share = stratum.Weight / weights;
            // One rule for what n observations are worth, also when the design effect itself is uncertain.
            var term = share * share / designEffect.EffectiveSize(stratum.Size, confidence);
            variance += term * stratum.Rate * (1 - stratum.Rate);
            inverse += term;
        }
        if (variance == 0) return Intervals.Wilson(rate, 1 / inverse, confidence);
        var reach = Intervals.CriticalValue(confidence) * Math.Sqrt(variance);
        return new(Math.Max(0, rate - reach), Math.Min(1, rate + reach));
    }

    private static double Weights(ReadOnlySpan<Stratum> strata)
    {
        var weights = 0.0;
        foreach (var stratum in strata)
        {
            if (!(stratum.Weight >= 0 && double.IsFinite(stratum.Weight)) || !(stratum.Size >= 0 && double.IsFinite(stratum.Size))
                || (stratum.Size > 0 && !(stratum.Rate >= 0 && stratum.Rate <= 1)))
                throw new ArgumentOutOfRangeException(nameof(strata), stratum, "Weights and sizes are not negative, rates lie between 0 and 1.");
            if (stratum.Size > 0) weights += stratum.Weight;
        }
        return weights;
    }
}
