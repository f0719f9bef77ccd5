namespace ECommerce.Channels.Platform.Live;

/// <summary>One event of a stream.</summary>
/// <param name="Seq">Counts the events of an epoch; 0 for a heartbeat, which is none.</param>
/// <param name="Name">What kind of thing has changed; <c>reset</c> where anything may have.</param>
/// <param name="Data">JSON.</param>
/// <param name="Region">Who sees it: <c>*</c> is full grants only, null is everybody.</param>
public sealed record LiveEvent(string Epoch, long Seq, string Name, string Data, string? Region)
{
    /// <summary>Nothing happened; written as a comment, so that nobody on the way takes the stream for dead.</summary>
    public static readonly LiveEvent Heartbeat = new("", 0, "", "", null);

    public string Id => $"{Epoch}-{Seq}";
}

/// <summary>
/// The last events, for streams that broke off and come back. An epoch is a time in which nothing was missed: it begins when a replica
/// begins to listen, so an id of another one tells that something may be missing.
/// </summary>
internal sealed class LiveBuffer(int capacity)
{
    private readonly Queue<LiveEvent> events = new();
    public string Epoch { get; private set; } = NewEpoch();

    /// <summary>Of the last event; 0 at the beginning.</summary>
    public long Seq { get; private set; }

    /// <summary>Id of the last event, or of the beginning.</summary>
    public string Head => $"{Epoch}-{Seq}";

    public LiveEvent Add(string name, string data, string? region)
    {
        var next = new LiveEvent(Epoch, ++Seq, name, data, region);
        events.Enqueue(next);
        if (events.Count > capacity) events.Dequeue();
        return next;
    }

    /// <summary>Something may have been missed: what was before is worth nothing to those who come back.</summary>
    public void Restart()
    {
        events.Clear();
        (Epoch, Seq) = (NewEpoch(), 0);
    }

    /// <summary>What came after an id; null where that is not known any more, or never was.</summary>
    public IReadOnlyList<LiveEvent>? After(string lastId)
    {
        var dash = lastId.IndexOf('-');
        if (dash < 0 || lastId[..dash] != Epoch || !long.TryParse(lastId.AsSpan(dash + 1), out var last) || last < 0 || last > Seq) return null;
        var missed = events.SkipWhile(one => one.Seq <= last).ToList();
        return missed.Count == Seq - last ? missed : null;
    }

    private static string NewEpoch() => Guid.NewGuid().ToString("N")[..12];
}
