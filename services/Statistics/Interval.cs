namespace ECommerce.Channels.Statistics;

/// <summary>A confidence interval, both ends included, in the unit of its figure.</summary>
public readonly record struct Interval(double Low, double High)
{
    public double Width => High - Low;

    public bool Contains(double value) => Low <= value && value <= High;

    /// <summary>
    /// For the interval of a difference: zero lies outside, so the difference is beyond noise at the interval's confidence.
    /// </summary>
    public bool ExcludesZero => Low > 0 || High < 0;
}
