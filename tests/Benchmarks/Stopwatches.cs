using System.Diagnostics;

namespace ECommerce.Channels.Benchmarks;

/// <summary>Times code that takes nanoseconds.</summary>
internal static class Stopwatches
{
    private const int Rounds = 21;
    private static readonly TimeSpan Warm = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Round = TimeSpan.FromMilliseconds(50);

    // Whatever the timed code returns ends here, so that the compiler cannot leave it out.
    private static double sink;

    /// <summary>
    /// The time of one operation in ns: the median of 21 rounds of at least 50 ms, after half a second that lets the JIT reach its
    /// last tier. The median, since other work on the machine disturbs some rounds.
    /// </summary>
    /// <param name="perCall">How many operations a call makes: enough that the call itself does not count.</param>
    /// <param name="call">Makes them, and returns something that depends on every one.</param>
    public static double Nanoseconds(int perCall, Func<double> call)
    {
        var calls = 0L;
        for (var start = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(start) < Warm; calls++) sink += call();
        var perRound = Math.Max(1, (long)(calls * (Round / Warm)));
        var rounds = Enumerable.Range(0, Rounds).Select(_ => Time(perRound, call)).Order().ToList();
        return rounds[Rounds / 2].TotalNanoseconds / perRound / perCall;
    }

    private static TimeSpan Time(long calls, Func<double> call)
    {
        var start = Stopwatch.GetTimestamp();
        for (var i = 0L; i < calls; i++) sink += call();
        return Stopwatch.GetElapsedTime(start);
    }
}
