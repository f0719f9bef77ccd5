using ECommerce.Channels.Kpi.Feeds;
using ECommerce.Channels.Kpi.Indicators;

namespace ECommerce.Channels.Kpi.Warnings;

/// <summary>What is known of a window's data.</summary>
internal enum Delivery
{
    /// <summary>More may come: it is not judged yet.</summary>
    Awaited,
    Complete,

    /// <summary>It did not come in time.</summary>
    Missing,
}

/// <summary>
/// How far the data of a rule's scope have come. A window is judged when it has ended, everything accepted past its end is counted, every
/// feed that is waited for has delivered past its end, and no unresolved dead letter lies in it: never on half of it. <br/>
/// Waited for is every feed of the scope with a cadence that has ever delivered, and one without a cadence while it still delivers: who
/// promised nothing and has been silent for two days is not waited for (an old import would hold up its channel for ever).
/// </summary>
internal sealed class Coverage
{
    /// <summary>How long after its end a window is waited for.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromDays(2);

    private readonly long now;
    private readonly long settled;
    private readonly long[] deadLetters;

    private Coverage(long now, long settled, long[] deadLetters, IReadOnlyList<Feed> late, bool hasData)
    {
        this.now = now;
        this.settled = settled;
        this.deadLetters = deadLetters;
        Late = late;
        HasData = hasData;
    }

    /// <summary>Feeds of the scope that are past their cadence.</summary>
    public IReadOnlyList<Feed> Late { get; }

    /// <summary>Whether any feed delivers for the scope, or is expected to.</summary>
    public bool HasData { get; }

    /// <param name="channel">Whose feeds the figure stands on; null is all.</param>
    public static Coverage Of(CompletenessFacts facts, string? channel, DateTimeOffset now, OperatorZone zone)
    {
        var minute = now.ToUnixTimeSeconds() / 60;
        var scope = facts.Feeds.Where(feed => feed.Counts && feed.CoveredTo is not null && (channel is null || feed.Channel == channel)).ToList();
        var awaited = scope.Where(feed => feed.Cadence is not null || now - feed.CoveredTo < Patience).ToList();
        var live = awaited.Where(feed => feed.Ends is not { } ends || minute < zone.StartOf(ends)).ToList();
        var end = Math.Min(Minute(facts.AsOf), minute);
        // Nobody delivers any more: what came last is all there is, and later there are no data, which is not zero.
        if (live.Count == 0) end = Math.Min(end, scope.Count == 0 ? long.MinValue : scope.Max(feed => Minute(feed.CoveredTo!.Value)));
        foreach (var feed in awaited)
        {
            var covered = Minute(feed.CoveredTo!.Value);
            if (feed.Ends is not { } ends || covered < zone.StartOf(ends)) end = Math.Min(end, covered);
        }
        return new Coverage(
            minute, end, [.. facts.DeadLetters.Select(Minute).Order()],
            [.. live.Where(feed => FeedHealth.StateOf(feed, now, zone) == "late")], live.Count > 0);
    }

    public Delivery Of(Span window)
    {
        if (window.To > now) return Delivery.Awaited;
        if (window.To <= settled && !HasDeadLetter(window)) return Delivery.Complete;
        // Where nobody delivers at all there is nothing that could be missing.
        return HasData && now - window.To > (long)Patience.TotalMinutes ? Delivery.Missing : Delivery.Awaited;
    }

    private bool HasDeadLetter(Span window)
    {
        var first = Array.BinarySearch(deadLetters, window.From);
        if (first < 0) first = ~first;
        return first < deadLetters.Length && deadLetters[first] < window.To;
    }

    private static long Minute(DateTimeOffset at) => (long)Math.Floor(at.ToUnixTimeMilliseconds() / 60_000.0);
}
