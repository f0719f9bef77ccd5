namespace ECommerce.Channels.Kpi.Feeds;

/// <summary>When a feed is expected to deliver.</summary>
/// <param name="Kind"><c>stream</c>: all the time; <c>daily</c>: each day, by a time of the next.</param>
/// <param name="MaxSilenceMinutes">Of a stream: after so long without an event it is late.</param>
/// <param name="Due">Of a daily feed, local.</param>
public sealed record Cadence(string Kind, int? MaxSilenceMinutes, TimeOnly? Due);

/// <summary>What one source delivers for one channel, as it was set and as it was seen.</summary>
/// <param name="Channel">The code of the catalogue, or the raw one where that has none.</param>
/// <param name="Counts">Whether figures wait for it: it was set, or its channel is known.</param>
/// <param name="Ends">From this day on nothing is expected of it any more.</param>
/// <param name="Through">It said that nothing is missing up to here: a heartbeat, or an import that is done.</param>
public sealed record Feed(
    string Source, string Channel, bool Counts, Cadence? Cadence, DateOnly? Ends, DateTimeOffset? Through, DateTimeOffset? FirstAt,
    DateTimeOffset? LastAt)
{
    /// <summary>Up to when nothing is missing of it.</summary>
    public DateTimeOffset? CoveredTo => Through is null || LastAt > Through ? LastAt : Through;
}

/// <summary>What the completeness of periods depends on; one view of it serves a whole answer.</summary>
/// <param name="AsOf">Everything accepted up to then is applied.</param>
/// <param name="DeadLetters">Times of records that could not be read and were neither replayed nor given up.</param>
public sealed record CompletenessFacts(DateTimeOffset AsOf, IReadOnlyList<Feed> Feeds, IReadOnlyList<DateTimeOffset> DeadLetters)
{
    /// <summary>Times of what was begun and is not decided yet.</summary>
    public IReadOnlyList<DateTimeOffset> Open { get; init; } = [];

    /// <summary>Where only what ended by then can be final, whatever is known; null: all of it can.</summary>
    public DateTimeOffset? Through { get; init; }

    /// <summary>What depends on both.</summary>
    public CompletenessFacts And(CompletenessFacts other) => new(
        AsOf < other.AsOf ? AsOf : other.AsOf, [.. Feeds, .. other.Feeds], [.. DeadLetters, .. other.DeadLetters])
    {
        Open = [.. Open, .. other.Open],
        Through = Through is null || other.Through < Through ? other.Through ?? Through : Through,
    };
}

/// <summary>
/// Whether the figures of a period are final: it has ended, every feed has delivered past its end or said that nothing is missing,
/// everything is applied, no dead letter lies in it, and nothing of it is still open.
/// </summary>
internal sealed class Completeness
{
    private readonly long settled;
    private readonly List<(long Covered, long Ends)> feeds;
    private readonly long[] unsettled;

    public Completeness(CompletenessFacts facts, DateTimeOffset now, OperatorZone zone)
    {
        settled = Math.Min(Math.Min(Minute(facts.AsOf), Minute(now)), Minute(facts.Through ?? now));
        feeds = [.. facts.Feeds.Where(feed => feed.Counts).Select(feed =>
            (feed.CoveredTo is { } covered ? Minute(covered) : long.MinValue, feed.Ends is { } ends ? zone.StartOf(ends) : long.MaxValue))];
        unsettled = [.. facts.DeadLetters.Concat(facts.Open).Select(Minute).Order()];
    }

    /// <param name="from">Minutes since 1970 UTC.</param>
    /// <param name="to">Exclusive.</param>
    public bool Of(long from, long to)
    {
        if (to > settled) return false;
        foreach (var (covered, ends) in feeds)
            if (covered < Math.Min(to, ends)) return false;
        var first = Array.BinarySearch(unsettled, from);
        if (first < 0) first = ~first;
        return first == unsettled.Length || unsettled[first] >= to;
    }

    private static long Minute(DateTimeOffset at) => (long)Math.Floor(at.ToUnixTimeMilliseconds() / 60_000.0);
}

/// <summary>How feeds are doing, for people.</summary>
internal static class FeedHealth
{
    /// <summary>on-time, late, silent (nothing came yet), ended, or unset where no cadence was given.</summary>
    public static string StateOf(Feed feed, DateTimeOffset now, OperatorZone zone)
    {
        var minute = now.ToUnixTimeSeconds() / 60;
        if (feed.Ends is { } ends && zone.StartOf(ends) <= minute) return "ended";
        if (feed.CoveredTo is not { } covered) return "silent";
        return feed.Cadence switch
        {
            { Kind: "stream" } stream => now - covered > TimeSpan.FromMinutes(stream.MaxSilenceMinutes!.Value) ? "late" : "on-time",
            { Kind: "daily" } daily => covered.ToUnixTimeSeconds() / 60 < ExpectedThrough(daily, minute, zone) ? "late" : "on-time",
            _ => "unset",
        };
    }

    /// <summary>Other sources that delivered for the same channel in the same time: their transactions count twice.</summary>
    public static IReadOnlyList<string> Overlaps(Feed feed, IReadOnlyList<Feed> all) =>
    [
        .. all.Where(other => other.Channel == feed.Channel && other.Source != feed.Source
            && other.FirstAt <= feed.LastAt && feed.FirstAt <= other.LastAt).Select(other => other.Source).Order(StringComparer.Ordinal),
    ];

    /// <summary>Once a day's delivery is due, the feed has something of the day before.</summary>
    private static long ExpectedThrough(Cadence daily, long minute, OperatorZone zone)
    {
        var today = zone.DayOf(minute);
        var due = zone.StartOf(today) + (long)daily.Due!.Value.ToTimeSpan().TotalMinutes;
        return zone.StartOf(today.AddDays(minute >= due ? -1 : -2));
    }
}
