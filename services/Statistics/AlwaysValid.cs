namespace ECommerce.Channels.Statistics;

/// <summary>What was observed of the customers of one arm.</summary>
/// <param name="N">Customers, ≥ 0.</param>
/// <param name="Sum">Of their outcomes.</param>
/// <param name="SumOfSquares">Likewise.</param>
public readonly record struct ArmSums(long N, double Sum, double SumOfSquares)
{
    /// <summary>Of outcomes that are yes or no.</summary>
    public static ArmSums OfShare(long successes, long n) => new(n, successes, successes);

    public double Mean => Sum / N;

    /// <summary>With n − 1; 0 or more, whatever rounding does.</summary>
    public double Variance => Math.Max(0, (SumOfSquares - (Sum * Sum / N)) / (N - 1));
}

/// <summary>
/// Intervals that hold at every look: who watches an experiment after every batch and stops when the interval leaves zero is wrong in at
/// most the stated share of experiments without an effect. They are wider than an interval for one look fixed beforehand.
/// </summary>
/// <remarks>
/// I. Waudby-Smith, D. Arbour, R. Sinha, E. Kennedy, A. Ramdas: Time-uniform central limit theory and asymptotic confidence sequences,
/// arXiv 2103.06476, as GrowthBook uses it. The bound is asymptotic: with few customers, or nearly none or all of them successful, it does
/// not hold, and there is no interval (<see cref="Fewest"/>, <see cref="FewestOfEither"/>).
/// </remarks>
public static class AlwaysValid
{
    /// <summary>Customers of each arm below which there is no interval.</summary>
    public const long Fewest = 100;

    /// <summary>Of outcomes that are yes or no: of each, in each arm, below which there is no interval.</summary>
    public const double FewestOfEither = 10;

    /// <summary>Customers at which the interval is narrowest beside others of its kind.</summary>
    public const double TunedFor = 5_000;

    /// <summary>The difference of means, treated − control.</summary>
    /// <param name="alpha">In how many experiments without effect it may ever exclude zero; 0 to 1.</param>
    /// <returns>Null with too few customers or a variance of 0.</returns>
    public static Interval? Difference(ArmSums control, ArmSums treated, double alpha = 0.05)
    {
        if (!Suffices(control) || !Suffices(treated)) return null;
        var error = Math.Sqrt((control.Variance / control.N) + (treated.Variance / treated.N));
        return error == 0 ? null : Around(treated.Mean - control.Mean, error, control.N + treated.N, alpha);
    }

    /// <summary>
    /// The relative lift, treated ÷ control − 1, by the delta method: 1,396 of 3,000 against 2,422 of 3,461 is 0.50386 (0.40098, 0.60675)
    /// with variances divided by n, as GrowthBook tests it, and (0.40096, 0.60676) by n − 1.
    /// </summary>
    /// <returns>Null with too few customers, a variance of 0 or a control mean of 0.</returns>
    public static Interval? Lift(ArmSums control, ArmSums treated, double alpha = 0.05)
    {
        if (!Suffices(control) || !Suffices(treated) || control.Mean == 0) return null;
        var (c, t) = (control.Mean, treated.Mean);
        var error = Math.Sqrt((treated.Variance / (treated.N * c * c)) + (control.Variance * t * t / (control.N * c * c * c * c)));
        return error == 0 ? null : Around((t / c) - 1, error, control.N + treated.N, alpha);
    }

    private static bool Suffices(ArmSums arm) => arm.N >= Fewest && (!IsYesOrNo(arm) || (arm.Sum >= FewestOfEither && arm.N - arm.Sum >= FewestOfEither));

    /// <summary>Zeros and ones are their own squares.</summary>
    private static bool IsYesOrNo(ArmSums arm) => arm.Sum == arm.SumOfSquares;

    private static Interval Around(double estimate, double error, double n, double alpha)
    {
        var rho2 = ((-2 * Math.Log(alpha)) + Math.Log((-2 * Math.Log(alpha)) + 1)) / TunedFor;
        var half = error * Math.Sqrt(n) * Math.Sqrt(2 * ((n * rho2) + 1) / (n * n * rho2) * Math.Log(Math.Sqrt((n * rho2) + 1) / alpha));
        return new Interval(estimate - half, estimate + half);
    }
}
