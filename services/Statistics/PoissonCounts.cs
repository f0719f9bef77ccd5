using MathNet.Numerics.Distributions;

namespace ECommerce.Channels.Statistics;

/// <summary>Two counts of the same length of time.</summary>
public static class PoissonCounts
{
    /// <summary>
    /// How likely the later count is as small as it is, or smaller, if nothing has changed: given their sum, each of the events lies in either
    /// time with probability ½ (the conditional test; Przyborowski and Wilenski, Biometrika 31, 1940).
    /// </summary>
    /// <param name="after">Not below 0.</param>
    /// <param name="before">Not below 0.</param>
    /// <returns>0 to 1; 1 where both are 0.</returns>
    public static double ChanceOfAtMost(int after, int before)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(after);
        ArgumentOutOfRangeException.ThrowIfNegative(before);
        return after + before == 0 ? 1 : Binomial.CDF(.5, after + before, after);
    }
}
