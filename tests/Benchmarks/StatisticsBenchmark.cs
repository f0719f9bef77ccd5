using ECommerce.Channels.Statistics;

namespace ECommerce.Channels.Benchmarks;

/// <summary>What the pure functions cost that stand on hot paths, or in every cell of an answer.</summary>
internal sealed class StatisticsBenchmark : IBenchmark
{
    private const int Many = 1_000;

    public string Name => "statistics";

    public string Description => "ns of histogram, interval, design effect and difference";

    public Task RunAsync(IReadOnlyList<string> options, Figures figures, CancellationToken cancellation)
    {
        var random = new Random(1);
        Histogram(figures, random);
        Intervals(figures, random);
        var parts = Enumerable.Range(0, Many).Select(i => Part($"s{i}", random)).ToArray();
        Time(figures, "statistics.difference-1000-parts", 1, () => Difference.Split(parts)!.Mix.ToDouble());
        return Task.CompletedTask;
    }

    private static void Histogram(Figures figures, Random random)
    {
        // Log-normal around two seconds, as the durations of transactions are.
        var durations = Enumerable.Range(0, Many)
            .Select(_ => Math.Min(DurationHistogram.MaxMilliseconds, (int)Math.Exp(7.6 + Normal(random))))
            .ToArray();
        var buckets = Array.ConvertAll(durations, DurationHistogram.BucketOf);
        var histogram = new DurationHistogram();
        foreach (var bucket in buckets) histogram.Add(bucket);
        var sum = new DurationHistogram();

        Time(figures, "statistics.histogram.bucket-of", Many, () =>
        {
            var total = 0;
            foreach (var duration in durations) total += DurationHistogram.BucketOf(duration);
            return total;
        });
        Time(figures, "statistics.histogram.add", Many, () =>
        {
            foreach (var bucket in buckets) sum.Add(bucket);
            return sum.Count;
        });
        Time(figures, "statistics.histogram.merge", 1, () =>
        {
            sum.Add(histogram);
            return sum.Count;
        });
        Time(figures, "statistics.histogram.quantile", 1, () => histogram.Quantile(0.99)!.Value);
    }

    private static void Intervals(Figures figures, Random random)
    {
        var rates = Enumerable.Range(0, Many).Select(_ => random.NextDouble()).ToArray();
        Time(figures, "statistics.wilson", Many, () => rates.Sum(rate => Statistics.Intervals.Wilson(rate, 1_234.5)!.Value.Low));
        Time(figures, "statistics.newcombe", Many, () => rates.Sum(rate => Statistics.Intervals.Newcombe(rate, 1_234.5, 0.5, 987)!.Value.Low));

        var successes = Enumerable.Range(0, RatioBuckets.Count).Select(_ => random.NextInt64(800, 1_000)).ToArray();
        var failures = Enumerable.Range(0, RatioBuckets.Count).Select(_ => random.NextInt64(50, 200)).ToArray();
        var effect = DesignEffect.Of(successes, failures);
        Time(figures, "statistics.design-effect", 1, () => DesignEffect.Of(successes, failures).Value);
        Time(figures, "statistics.effective-size", 1, () => effect.EffectiveSize(1_000));
    }

    private static void Time(Figures figures, string name, int perCall, Func<double> call) =>
        figures.Add(name, Stopwatches.Nanoseconds(perCall, call), "ns");

    private static RatioPart Part(string key, Random random)
    {
        var (before, now) = (random.NextInt64(1, 1_000_000), random.NextInt64(1, 1_000_000));
        return new(key, random.NextInt64(before + 1), before, random.NextInt64(now + 1), now);
    }

    private static double Normal(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
