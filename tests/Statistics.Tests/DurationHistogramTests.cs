using CsCheck;

namespace ECommerce.Channels.Statistics.Tests;

public class DurationHistogramTests
{
    private const double Tolerance = 1 / 128.0;

    // Every octave is as likely as any other, so that short durations are tried as often as long ones.
    private static readonly Gen<int> Durations =
        Gen.Double[0, Math.Log(DurationHistogram.MaxMilliseconds + 1.0)]
            .Select(x => Math.Min((int)Math.Exp(x) - 1, DurationHistogram.MaxMilliseconds));

    private static readonly Gen<DurationHistogram> Histograms = Durations.Array[0, 200].Select(Of);

    [Fact]
    public void BucketOf_EveryBoundary_FollowsThePreviousBucketWithoutGap()
    {
        Assert.Equal(0, DurationHistogram.LowerBound(0));
        for (var bucket = 0; bucket < DurationHistogram.BucketCount; bucket++)
        {
            var (lower, upper) = (DurationHistogram.LowerBound(bucket), DurationHistogram.UpperBound(bucket));
            Assert.Equal(bucket, DurationHistogram.BucketOf(lower));
            Assert.Equal(bucket, DurationHistogram.BucketOf(upper));
            Assert.InRange(DurationHistogram.Value(bucket), lower, upper);
            Assert.True(upper == DurationHistogram.MaxMilliseconds || DurationHistogram.LowerBound(bucket + 1) == upper + 1);
            Assert.True(bucket > 127 || lower == upper, "durations below 128 ms are exact");
            // The farthest durations of the bucket are its bounds: this proves the error over the whole range, bucket by bucket.
            Assert.InRange(DurationHistogram.Value(bucket), lower, lower * (1 + Tolerance));
            Assert.InRange(DurationHistogram.Value(bucket), upper * (1 - Tolerance), upper);
        }
        Assert.Equal(DurationHistogram.MaxMilliseconds, DurationHistogram.UpperBound(DurationHistogram.BucketCount - 1));
    }

    [Fact]
    public void BucketOf_AnyDuration_LiesWithinItsBucket() =>
        Durations.Sample(ms =>
        {
            var bucket = DurationHistogram.BucketOf(ms);
            Assert.InRange(ms, DurationHistogram.LowerBound(bucket), DurationHistogram.UpperBound(bucket));
        });

    // Roll-ups store these indexes: a change here would misread every one of them.
    [Theory]
    [InlineData(0, 0)]
    [InlineData(63, 63)]
    [InlineData(127, 127)]
    [InlineData(128, 128)]
    [InlineData(129, 128)]
    [InlineData(1_000, 317)]
    [InlineData(60_000, 693)]
    [InlineData(3_600_000, 1_069)]
    [InlineData(86_400_000, 1_362)]
    public void BucketOf_KnownDuration_NeverChanges(int milliseconds, int bucket) =>
        Assert.Equal(bucket, DurationHistogram.BucketOf(milliseconds));

    [Theory]
    [InlineData(-1)]
    [InlineData(int.MinValue)]
    [InlineData(86_400_001)]
    [InlineData(int.MaxValue)]
    public void BucketOf_OutOfRange_Throws(int milliseconds) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => DurationHistogram.BucketOf(milliseconds));

    [Theory]
    [InlineData(-1)]
    [InlineData(DurationHistogram.BucketCount)]
    public void Add_NoSuchBucket_Throws(int bucket)
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new DurationHistogram().Add(bucket));
        Assert.Throws<ArgumentOutOfRangeException>(() => DurationHistogram.LowerBound(bucket));
    }

    [Fact]
    public void BucketOf_CalledOften_AllocatesNothing()
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        var sum = 0L;
        for (var ms = 0; ms < 100_000; ms++) sum += DurationHistogram.BucketOf(ms * 864);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.True(sum > 0);
    }

    [Fact]
    public void Quantile_AnyDurations_IsWithinOnePercentOfTheNearestRank() =>
        Gen.Select(Durations.Array[1, 300], Gen.Int[0, 100]).Sample((durations, percent) =>
        {
            var rank = Math.Max(1, ((percent * durations.Length) + 99) / 100);
            var exact = durations.Order().ElementAt(rank - 1);
            var quantile = Of(durations).Quantile(percent / 100.0);
            Assert.NotNull(quantile);
            Assert.InRange(quantile.Value, exact * (1 - Tolerance), exact * (1 + Tolerance));
        });

    [Fact]
    public void Quantile_GrowingQ_NeverFalls() =>
        Gen.Select(Histograms.Where(h => h.Count > 0), Gen.Double[0, 1], Gen.Double[0, 1]).Sample((histogram, a, b) =>
            Assert.True(histogram.Quantile(Math.Min(a, b)) <= histogram.Quantile(Math.Max(a, b))));

    [Fact]
    public void Quantile_NoDurations_IsNull() => Assert.Null(new DurationHistogram().Quantile(0.5));

    [Theory]
    [InlineData(-0.01)]
    [InlineData(1.01)]
    [InlineData(double.NaN)]
    public void Quantile_OutOfRange_Throws(double q) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new DurationHistogram().Quantile(q));

    // 0.07 × 100 is 7.000000000000001 in binary, and its ceiling would be the eighth.
    [Fact]
    public void Quantile_ProductJustAboveAWholeNumber_TakesThatPlace() =>
        Assert.Equal(7, Of(Enumerable.Range(1, 100)).Quantile(0.07));

    [Fact]
    public void Add_HistogramsInAnyOrderAndGrouping_GivesTheSame() =>
        Gen.Select(Histograms, Histograms, Histograms).Sample((a, b, c) =>
        {
            var left = Sum(Sum(a, b), c);
            Assert.Equal(left.Buckets(), Sum(a, Sum(c, b)).Buckets());
            Assert.Equal(a.Count + b.Count + c.Count, left.Count);
            Assert.Equal(left.Count, left.Buckets().Sum(x => x.Count));
        });

    [Fact]
    public void Add_Histogram_IsAsIfItsDurationsHadBeenAdded() =>
        Gen.Select(Durations.Array[0, 100], Durations.Array[0, 100]).Sample((a, b) =>
            Assert.Equal(Of(a.Concat(b)).Buckets(), Sum(Of(a), Of(b)).Buckets()));

    [Fact]
    public void Add_NegativeCount_TakesAway()
    {
        var histogram = Of([10, 20, 20]);
        histogram.Add(20, -2);
        Assert.Equal([(10, 1L)], histogram.Buckets());
        Assert.Equal(10, histogram.Quantile(1));
    }

    private static DurationHistogram Of(IEnumerable<int> durations)
    {
        var histogram = new DurationHistogram();
        foreach (var ms in durations) histogram.Add(DurationHistogram.BucketOf(ms));
        return histogram;
    }

    private static DurationHistogram Sum(DurationHistogram a, DurationHistogram b)
    {
        var sum = new DurationHistogram();
        sum.Add(a);
        sum.Add(b);
        return sum;
    }
}
