using MathNet.Numerics.Distributions;

namespace ECommerce.Channels.Statistics;

/// <summary>How far a way of telling the future missed in the past, and so how far it may miss now.</summary>
public static class PastMisses
{
    /// <summary>
    /// How far to each side an interval reaches that holds the next miss with the given confidence, if it is drawn like the past ones:
    /// their root mean square, with one degree of freedom less than there are, by Student's t. Misses count around 0, since a way
    /// that always misses to one side should be seen to miss.
    /// </summary>
    /// <param name="misses">At least two; in any unit.</param>
    /// <exception cref="ArgumentException">Fewer than two.</exception>
    public static double Reach(IReadOnlyCollection<double> misses, double confidence = Intervals.DefaultConfidence)
    {
        if (misses.Count < 2) throw new ArgumentException("Fewer than two past misses tell no spread.");
        var square = misses.Average(miss => miss * miss);
        return StudentT.InvCDF(0, 1, misses.Count - 1, (1 + confidence) / 2) * Math.Sqrt(square);
    }
}
