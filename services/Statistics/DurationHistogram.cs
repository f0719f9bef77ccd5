using System.Diagnostics.CodeAnalysis;
using System.Numerics;

namespace ECommerce.Channels.Statistics;

/// <summary>
/// Counts of durations in log-linear buckets: 64 per octave, so a bucket is at most 1/64 as wide as its lower bound is long.
/// Durations below 128 ms have a bucket each and are exact; above, <see cref="Value"/> is off by at most 1/128 (0.79 %).
/// Histograms add up bucket by bucket, in any order, without any loss.
/// </summary>
/// <remarks>
/// The layout is that of HdrHistogram (Gil Tene) with six bits of precision: the leading bit picks the octave, the next six the bucket
/// in it. Bucket indexes are stored in roll-ups: the layout never changes. Not safe for writers on several threads.
/// </remarks>
public sealed class DurationHistogram
{
    /// <summary>The longest duration that has a bucket, in ms: a day.</summary>
    public const int MaxMilliseconds = 86_400_000;

    /// <summary>Number of buckets; indexes run from 0 to <c>BucketCount - 1</c>.</summary>
    public const int BucketCount = 1_363;

    private const int BitsPerOctave = 6;
    private const int PerOctave = 1 << BitsPerOctave;

    // A page per 64 buckets, made when it is first needed: durations of one kind spread over few octaves.
    private readonly long[]?[] pages = new long[]?[(BucketCount + PerOctave - 1) / PerOctave];

    /// <summary>How many durations were added.</summary>
    public long Count { get; private set; }

    /// <summary>Index of the bucket of a duration. One bit scan and two shifts; allocates nothing.</summary>
    /// <param name="milliseconds">0 to <see cref="MaxMilliseconds"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">Outside of that range.</exception>
    public static int BucketOf(int milliseconds)
    {
        if ((uint)milliseconds > MaxMilliseconds) ThrowOutOfRange(milliseconds);
        var shift = 31 - BitsPerOctave - BitOperations.LeadingZeroCount((uint)milliseconds | PerOctave);
        return (shift << BitsPerOctave) + (milliseconds >> shift);
    }

    /// <summary>The shortest duration of a bucket, in ms.</summary>
    public static int LowerBound(int bucket)
    {
        Check(bucket);
        var shift = Shift(bucket);
        return (bucket - (shift << BitsPerOctave)) << shift;
    }

    /// <summary>The longest duration of a bucket, in ms, inclusive.</summary>
    public static int UpperBound(int bucket) =>
        Math.Min(LowerBound(bucket) + (1 << Shift(bucket)) - 1, MaxMilliseconds);

    /// <summary>The duration that stands for a bucket, in ms: its middle, within 1/128 of every duration in it.</summary>
    public static int Value(int bucket)
    {
        var lower = LowerBound(bucket);
        return lower + ((UpperBound(bucket) - lower) / 2);
    }

    /// <summary>Adds a number of durations of one bucket; a negative number takes them away again.</summary>
    /// <exception cref="ArgumentOutOfRangeException">No such bucket.</exception>
    public void Add(int bucket, long count = 1)
    {
        Check(bucket);
        (pages[bucket >> BitsPerOctave] ??= new long[PerOctave])[bucket & (PerOctave - 1)] += count;
        Count += count;
    }

    /// <summary>Adds everything that another histogram holds.</summary>
    public void Add(DurationHistogram other)
    {
        for (var octave = 0; octave < pages.Length; octave++)
        {
            if (other.pages[octave] is not { } added) continue;
            var page = pages[octave] ??= new long[PerOctave];
            for (var i = 0; i < PerOctave; i++) page[i] += added[i];
        }
        Count += other.Count;
    }

    /// <summary>The buckets with durations and their counts, shortest first.</summary>
    public IEnumerable<(int Bucket, long Count)> Buckets()
    {
        for (var octave = 0; octave < pages.Length; octave++)
        {
            if (pages[octave] is not { } page) continue;
            for (var i = 0; i < PerOctave; i++)
            {
                if (page[i] != 0) yield return ((octave << BitsPerOctave) + i, page[i]);
            }
        }
    }

    /// <summary>
    /// The nearest-rank quantile in ms: of n durations in order, the one at place ⌈q·n⌉ (the first for q = 0), within 1/128 of its
    /// true length. Null when there are no durations.
    /// </summary>
    /// <param name="q">0 to 1: 0.5 is the median.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="q"/> is outside of 0 to 1.</exception>
    public int? Quantile(double q)
    {
        if (!(q >= 0 && q <= 1)) throw new ArgumentOutOfRangeException(nameof(q), q, "A quantile lies between 0 and 1.");
        if (Count <= 0) return null;
        // In decimal, as 0.07 × 100 is a little over 7 in binary and would give the eighth place.
        var rank = Math.Max(1, (long)Math.Ceiling((decimal)q * Count));
        for (var octave = 0; octave < pages.Length; octave++)
        {
            if (pages[octave] is not { } page) continue;
            for (var i = 0; i < PerOctave; i++)
            {
                rank -= page[i];
                if (rank <= 0) return Value((octave << BitsPerOctave) + i);
            }
        }
        throw new InvalidOperationException("More durations were taken away from a bucket than it held.");
    }

    // The first two octaves (0 to 127 ms) are exact: no shift.
    private static int Shift(int bucket) => Math.Max(0, (bucket >> BitsPerOctave) - 1);

    private static void Check(int bucket)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bucket);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(bucket, BucketCount);
    }

    [DoesNotReturn]
    private static void ThrowOutOfRange(int milliseconds) =>
        throw new ArgumentOutOfRangeException(nameof(milliseconds), milliseconds, "A duration is 0 to 86,400,000 ms.");
}
