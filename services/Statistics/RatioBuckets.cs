namespace ECommerce.Channels.Statistics;

/// <summary>
/// Successes and failures of a rate in 64 buckets of customers. A customer is always in the same bucket, so the buckets of several days
/// or channels add up one by one, and what a customer repeats from day to day is seen as repetition.
/// </summary>
public sealed class RatioBuckets
{
    /// <summary>Number of buckets.</summary>
    public const int Count = 64;

    private readonly long[] successes = new long[Count];
    private readonly long[] failures = new long[Count];

    /// <summary>Adds the buckets of a day or channel.</summary>
    /// <param name="successes">64 counts, ≥ 0: what the rate's numerator counts.</param>
    /// <param name="failures">64 counts, ≥ 0: the rest of its denominator.</param>
    /// <exception cref="ArgumentException">Not 64 counts.</exception>
    public void Add(ReadOnlySpan<long> successes, ReadOnlySpan<long> failures)
    {
        if (successes.Length != Count || failures.Length != Count) throw new ArgumentException($"There are {Count} buckets of customers.");
        for (var i = 0; i < Count; i++)
        {
            this.successes[i] += successes[i];
            this.failures[i] += failures[i];
        }
    }

    /// <summary>The design effect of the rate of all that was added.</summary>
    public DesignEffect DesignEffect() => Statistics.DesignEffect.Of(successes, failures);
}
