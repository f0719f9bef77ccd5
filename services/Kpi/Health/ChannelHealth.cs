using ECommerce.Channels.Contracts.Events;
using ECommerce.Channels.Statistics;

namespace ECommerce.Channels.Kpi.Health;

/// <summary>Events of some minutes that say whether a channel works; abandoned ones do not.</summary>
internal readonly record struct Outcomes(long Successes, long Failures)
{
    public static Outcomes operator +(Outcomes one, Outcomes other) => new(one.Successes + other.Successes, one.Failures + other.Failures);
}

/// <summary>Events of the last minutes together.</summary>
/// <param name="Minutes">1 to 60, the running one included.</param>
internal sealed record HealthWindow(int Minutes, long Successes, long Failures)
{
    /// <summary>The 95 % interval of the success rate, by Wilson; null without events.</summary>
    public Interval? Bounds() => Intervals.Wilson(Successes, Successes + Failures);

    public double Rate() => (double)Successes / (Successes + Failures);
}

/// <summary>How one service works on one channel, and what it takes to go on from there.</summary>
/// <param name="Service">A code of the catalogue.</param>
/// <param name="State">See <see cref="HealthStates"/>.</param>
/// <param name="Since">When the state began.</param>
/// <param name="Window">What the state stands on: the last window judged; while it is unknown, the last 60 minutes.</param>
/// <param name="MeasuredAt">When that window was judged; null where none ever was.</param>
/// <param name="Floor">What it was judged by, 0 to 1.</param>
/// <param name="GoodWindows">Of a failing one: how many good windows there were in a row.</param>
/// <param name="From">Minutes before this one (since 1970 UTC) count no longer.</param>
/// <param name="Able">There was a success within the last 30 days.</param>
internal sealed record ServiceStanding(
    string Service, string State, DateTimeOffset Since, HealthWindow Window, DateTimeOffset? MeasuredAt, double Floor, int GoodWindows, long From, bool Able);

/// <summary>
/// The rule by which a service on a channel is healthy, failing or unknown; pure, so that what it says can be told from its numbers. <br/>
/// A <b>window</b> is the shortest of the last 5, 15 and 60 minutes, the running one included, that holds 30 successes and failures or
/// more. It is cut to the minutes that count: all of them, unless the service failed (below). <br/>
/// <b>Failing</b> is a service when a window's 95 % Wilson interval ends below the floor: worse than noise explains. So an outage is
/// told as soon as the shortest window with 30 events holds enough of it, and at the latest when that window is full of it. <br/>
/// <b>Healthy</b> is every other service with a window. A failing one has to prove it, by two good windows in a row. A window is good when its
/// success rate is at the floor or above: that failing cannot be shown is not enough, or a channel just below the floor would come and
/// go. The windows share no minute with each other, nor with the one that found the failure: once a window was judged, only the minutes
/// after that evaluation's count, so windows are at least one minute and one evaluation apart, and an evaluation that finds fewer than
/// 30 new events judges nothing and waits. A window that is not good starts the counting anew. What counts after the recovery begins
/// with its second good window, so that the outage, still in the last 60 minutes, is not found again. <br/>
/// With fewer than 30 events in 60 minutes a service stays what it was for 60 minutes after its last window, and is <b>unknown</b> from
/// then on, failing ones too: the next window decides alone.
/// </summary>
internal static class ChannelHealth
{
    /// <summary>Successes and failures that a window needs.</summary>
    public const int FewestEvents = 30;

    /// <summary>Good windows in a row that end a failure.</summary>
    public const int WindowsToRecover = 2;

    /// <summary>The longest window, minutes; and for so long a state stands without a new one.</summary>
    public const int LongestWindow = 60;

    private static readonly int[] Lengths = [5, 15, LongestWindow];

    /// <param name="before">What was found last; null at first.</param>
    /// <param name="minutes">Outcomes of the last 60 minutes, the running one first.</param>
    /// <param name="able">There was a success within the last 30 days.</param>
    /// <param name="floor">The success rate that a channel must be able to reach, 0 to 1.</param>
    public static ServiceStanding Measure(
        string service, ServiceStanding? before, ReadOnlySpan<Outcomes> minutes, bool able, double floor, DateTimeOffset now)
    {
        var held = Held(service, before, minutes, floor, now) with { Able = able };
        var minute = MinuteOf(now);
        if (Judgeable(minutes, minute - held.From + 1) is not { } window) return held;
        var judged = held with { Window = window, MeasuredAt = now, Floor = floor };
        if (held.State == HealthStates.Failing) return Recovering(judged, minute, now);
        return window.Bounds()!.Value.High < floor
            ? Enter(judged, HealthStates.Failing, now) with { From = minute + 1 }
            : Enter(judged, HealthStates.Healthy, now);
    }

    public static long MinuteOf(DateTimeOffset at) => (long)Math.Floor(at.ToUnixTimeMilliseconds() / 60_000.0);

    /// <summary>What it was, where that stands still.</summary>
    private static ServiceStanding Held(string service, ServiceStanding? before, ReadOnlySpan<Outcomes> minutes, double floor, DateTimeOffset now)
    {
        if (before is { MeasuredAt: { } at } && now - at <= TimeSpan.FromMinutes(LongestWindow)) return before;
        var since = before?.State == HealthStates.Unknown ? before.Since : now;
        return new ServiceStanding(
            service, HealthStates.Unknown, since, Sum(minutes, LongestWindow), before?.MeasuredAt, floor, GoodWindows: 0, before?.From ?? 0, Able: false);
    }

    /// <param name="counting">How many minutes count.</param>
    private static HealthWindow? Judgeable(ReadOnlySpan<Outcomes> minutes, long counting)
    {
        foreach (var length in Lengths)
        {
            var window = Sum(minutes, (int)Math.Clamp(counting, 0, length));
            if (window.Successes + window.Failures >= FewestEvents) return window;
        }
        return null;
    }

    private static HealthWindow Sum(ReadOnlySpan<Outcomes> minutes, int length)
    {
        var sum = default(Outcomes);
        foreach (var one in minutes[..length]) sum += one;
        return new HealthWindow(length, sum.Successes, sum.Failures);
    }

    private static ServiceStanding Recovering(ServiceStanding judged, long minute, DateTimeOffset now)
    {
        var good = judged.Window.Rate() >= judged.Floor ? judged.GoodWindows + 1 : 0;
        return good >= WindowsToRecover
            ? Enter(judged, HealthStates.Healthy, now)
            : judged with { GoodWindows = good, From = minute + 1 };
    }

    private static ServiceStanding Enter(ServiceStanding standing, string state, DateTimeOffset now) =>
        standing with { State = state, Since = standing.State == state ? standing.Since : now, GoodWindows = 0 };
}
