using MathNet.Numerics.Distributions;

namespace ECommerce.Channels.Statistics;

/// <summary>
/// How much less n transactions tell about a rate than n independent ones would, since one customer's transactions resemble each other;
/// estimated from the successes and failures of buckets of customers (<see cref="RatioBuckets"/>).
/// </summary>
/// <param name="Value">
/// Variance of the rate over its binomial variance, 1 to n. Never below 1: customers do not take turns failing, so less than 1 is luck.
/// </param>
/// <param name="DegreesOfFreedom">
/// How well the value is known, ≥ 1; infinite where it is not an estimate. Few buckets, or a few customers who make up most of
/// them, leave little.
/// </param>
/// <remarks>
/// <para>
/// Variance: the jackknife that leaves out one bucket at a time, (m−1)/m · Σ e²/(1−h)² ÷ n² with e = successes − rate · size and
/// h = size ÷ n of each of the m buckets that are not empty (K. M. Wolter, Introduction to Variance Estimation, 2007, chapter 4). Unlike
/// the plain linearised variance it does not fall short when one heavy customer dominates his bucket.
/// </para>
/// <para>
/// Degrees of freedom: Satterthwaite's for buckets of unequal size (R. M. Bell and D. F. McCaffrey 2002, Survey Methodology 28, 169–181;
/// m − 1 when all are equal), lessened by the residuals' kurtosis beyond the binomial one, 1/df + γ/2m (G. E. P. Box 1953, Biometrika 40,
/// 318–335). Effective size: n ÷ deff · (z/t)² (E. L. Korn and B. I. Graubard 1998, Survey Methodology 24, 193–201), put into Wilson's
/// interval (C. Franco and others 2019, Journal of Survey Statistics and Methodology 7, 334–364).
/// </para>
/// <para>
/// Over simulated customers with a beta distributed rate each and heavy-tailed counts, 95 % intervals cover the true rate in 93 to 97 %
/// from about a hundred customers on, where binomial ones cover it in 50 to 80 %; with fewer they are too wide rather than too
/// narrow. It stays near 92 % where a rate of 98 % comes of a fiftieth of a thousand customers who always fail: the sums
/// of a lucky draw do not show who is missing.
/// </para>
/// </remarks>
public sealed record DesignEffect(double Value, double DegreesOfFreedom)
{
    /// <summary>Independent observations.</summary>
    public static readonly DesignEffect None = new(1, double.PositiveInfinity);

    // Worked out once, since the t quantile takes microseconds and one effect serves many cells.
    // The properties are get-only, so it cannot go stale.
    private readonly double certainty = Certainty(DegreesOfFreedom, Intervals.DefaultConfidence);

    public double Value { get; } = Value;

    public double DegreesOfFreedom { get; } = DegreesOfFreedom;

    /// <summary>Estimates the design effect of the rate Σ successes ÷ Σ (successes + failures) over buckets of customers.</summary>
    /// <param name="successes">Per bucket, ≥ 0.</param>
    /// <param name="failures">Per bucket, ≥ 0, of the same length.</param>
    /// <returns>
    /// <see cref="None"/> without any observation. When all of them lie in one bucket nothing is known about repetition, and they count
    /// as a single one: a value of n. When all are successes or all failures, nothing shows that they repeat: a value of 1.
    /// </returns>
    /// <exception cref="ArgumentException">Different lengths, or a negative count.</exception>
    public static DesignEffect Of(ReadOnlySpan<long> successes, ReadOnlySpan<long> failures)
    {
        if (successes.Length != failures.Length) throw new ArgumentException("Successes and failures have different numbers of buckets.");
        var (total, size, buckets) = Totals(successes, failures);
        if (size == 0) return None;
        if (buckets == 1) return new(size, double.PositiveInfinity);

        var rate = total / size;
        var residuals = new Moments();
        var sizes = new Moments();
        var squaredShares = 0.0;
        for (var i = 0; i < successes.Length; i++)
        {
            var bucket = (double)successes[i] + failures[i];
            if (bucket == 0) continue;
            var share = bucket / size;
            residuals.Add(Math.Pow((successes[i] - (rate * bucket)) / (1 - share), 2));
            sizes.Add(share * share / (1 - share));
            squaredShares += share * share;
        }

        // Both in observations: the jackknife variance times n², and the binomial one.
        var variance = (buckets - 1) * residuals.Sum / buckets;
        var binomial = size * rate * (1 - rate);
        var inverse = squaredShares + (sizes.Sum * sizes.Sum) - sizes.Squares;
        if (binomial == 0) return new(1, Freedom(inverse));
        var kurtosis = residuals.Sum == 0 ? 3 : buckets * residuals.Squares / (residuals.Sum * residuals.Sum);
        var expected = 3 + (buckets * ((1 / binomial) - (6 / size)));
        return new(Math.Clamp(variance / binomial, 1, size), Freedom(inverse + (Math.Max(0, kurtosis - expected) / (2 * buckets))));
    }

    /// <summary>
    /// Kish's design effect of unequal weights, n·Σw² ÷ (Σw)²: 1 when they are equal. Weights of 5/3 and 1/3 by turns give 1.444.
    /// </summary>
    /// <param name="weights">At least one, each ≥ 0, not all 0.</param>
    /// <remarks>L. Kish (1965), Survey Sampling, chapter 11.</remarks>
    public static double Kish(ReadOnlySpan<double> weights)
    {
        var (sum, squares) = (0.0, 0.0);
        foreach (var weight in weights)
        {
            if (!(weight >= 0 && double.IsFinite(weight)))
                throw new ArgumentException("A weight is finite and not negative.", nameof(weights));
            sum += weight;
            squares += weight * weight;
        }
        if (sum == 0) throw new ArgumentException("The weights are all 0.", nameof(weights));
        return weights.Length * squares / (sum * sum);
    }

    /// <summary>
    /// The number of independent observations that <paramref name="size"/> are worth, for <see cref="Intervals"/>: already less what the
    /// uncertainty of the design effect itself takes. It may be below 1.
    /// </summary>
    /// <param name="size">Observations, ≥ 0; also of a part of those that the effect was estimated from.</param>
    public double EffectiveSize(double size, double confidence = Intervals.DefaultConfidence)
    {
        var independent = Math.Max(Math.Min(size, 1), size / Value);
        return independent * (confidence == Intervals.DefaultConfidence ? certainty : Certainty(DegreesOfFreedom, confidence));
    }

    // (z/t)²: 1 where the effect is known.
    private static double Certainty(double freedom, double confidence)
    {
        if (double.IsPositiveInfinity(freedom)) return 1;
        return Math.Pow(Intervals.CriticalValue(confidence) / StudentT.InvCDF(0, 1, freedom, (1 + confidence) / 2), 2);
    }

    private static (double Successes, double Size, int Buckets) Totals(ReadOnlySpan<long> successes, ReadOnlySpan<long> failures)
    {
        var (total, size, buckets) = (0L, 0L, 0);
        for (var i = 0; i < successes.Length; i++)
        {
            if (successes[i] < 0 || failures[i] < 0) throw new ArgumentException("A bucket has a negative count.");
            total += successes[i];
            size += successes[i] + failures[i];
            if (successes[i] + failures[i] > 0) buckets++;
        }
        return (total, size, buckets);
    }

    private static double Freedom(double inverse) => Math.Max(1, 1 / inverse);

    private struct Moments
    {
        public double Sum;
        public double Squares;

        public void Add(double value)
        {
            Sum += value;
            Squares += value * value;
        }
    }
}
