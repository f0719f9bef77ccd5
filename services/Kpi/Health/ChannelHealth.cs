using ECommerce.Channels.Contracts.Events;
using ECommerce.Channels.Statistics;

namespace ECommerce.Channels.Kpi.Health;

/// <summary>What was counted of a channel and service up to now, by how far back it goes.</summary>
internal sealed class HealthCounts
{
    /// <summary>Minutes, the shortest first.</summary>
    public static readonly int[] Windows = [5, 15, 60];

    private readonly long[] successes = new long[Windows.Length];
    private readonly long[] failures = new long[Windows.Length];

    /// <param name="minutesAgo">0 is the last minute.</param>
    public void Add(long minutesAgo, long succeeded, long failed)
    {
        for (var at = 0; at < Windows.Length; at++)
        {
            if (minutesAgo >= Windows[at]) continue;
            successes[at] += succeeded;
            failures[at] += failed;
        }
    }

    /// <summary>The shortest window with enough tries; the longest with fewer where none has.</summary>
    public (int Minutes, long Successes, long Failures) Of(long enough)
    {
        var at = 0;
        while (at < Windows.Length - 1 && successes[at] + failures[at] < enough) at++;
        return (Windows[at], successes[at], failures[at]);
    }
}

/// <summary>How a channel does with a service.</summary>
/// <param name="State">One of <see cref="HealthStates"/>.</param>
/// <param name="Good">Measurements in a row that were good, since it fails.</param>
/// <param name="Since">When the state began.</param>
/// <param name="MeasuredAt">When there were enough tries for the last time; null: never.</param>
/// <param name="Low">Of the success rate, 95 %; null without tries.</param>
/// <param name="Able">It had a success of this service within the last 30 days.</param>
internal sealed record ChannelHealth(
    string State, int Good, DateTimeOffset Since, DateTimeOffset? MeasuredAt, long Successes, long Failures, double? Low, double? High, double Floor,
    int WindowMinutes, bool Able)
{
    /// <summary>Fewer tries say nothing.</summary>
    public const long Enough = 30;

    /// <summary>Good measurements in a row until a channel that failed counts as well again.</summary>
    public const int GoodToRecover = 2;

    private static readonly TimeSpan Remembered = TimeSpan.FromHours(1);

    /// <summary>
    /// The state after a measurement. A channel fails with a service as soon as the upper end of the 95 % Wilson interval of its success rate
    /// lies below the floor, on the shortest of 5, 15 and 60 minutes with 30 tries; it is well again after two measurements in a row whose
    /// rate itself is at or above the floor. With fewer tries the state stays for an hour, then it is unknown.
    /// </summary>
    public static ChannelHealth Next(ChannelHealth? before, HealthCounts counts, double floor, bool able, DateTimeOffset now)
    {
        var (minutes, successes, failures) = counts.Of(Enough);
        var interval = Intervals.Wilson(successes, successes + failures);
        var measured = successes + failures >= Enough;
        var (state, good) = measured ? Judge(before, successes, failures, interval!.Value.High, floor) : Keep(before, now);
        return new ChannelHealth(
            state, good, before?.State == state ? before.Since : now, measured ? now : before?.MeasuredAt, successes, failures, interval?.Low, interval?.High, floor,
            minutes, able);
    }

    private static (string State, int Good) Judge(ChannelHealth? before, long successes, long failures, double high, double floor)
    {
        if (high < floor) return (HealthStates.Failing, 0);
        if (before?.State != HealthStates.Failing) return (HealthStates.Healthy, 0);
        if ((double)successes / (successes + failures) < floor) return (HealthStates.Failing, 0);
        return before.Good + 1 >= GoodToRecover ? (HealthStates.Healthy, 0) : (HealthStates.Failing, before.Good + 1);
    }

    private static (string State, int Good) Keep(ChannelHealth? before, DateTimeOffset now) =>
        before?.MeasuredAt is { } at && now - at <= Remembered ? (before.State, before.Good) : (HealthStates.Unknown, 0);
}
