namespace ECommerce.Channels.Platform.Live;

/// <summary>
/// The open streams of this replica: of people, who hear whatever they may see and resume after their last id; and of one thing, which
/// hear what is told of it alone, and read anew when they come back.
/// </summary>
public sealed class LiveHub(StreamOptions options, TimeProvider time)
{
    private readonly Lock gate = new();
    private readonly LiveBuffer buffer = new(options.Buffer);
    private readonly HashSet<LiveListener> wide = [];
    private readonly Dictionary<string, List<LiveListener>> narrow = [];
    private int narrowCount;
    private bool stopping;

    /// <summary>How many are open.</summary>
    public int Streams
    {
        get
        {
            lock (gate) return wide.Count + narrowCount;
        }
    }

    public bool IsFull => Streams >= options.MaxStreams;

    /// <param name="lastId">The last id that the reader has seen; null for a new one.</param>
    /// <param name="sees">Codes of the granted regions; null is all.</param>
    /// <param name="cut">Ends the connection of a reader that does not read.</param>
    public OpenedListener Open(string? lastId, IReadOnlyCollection<string>? sees, Action cut)
    {
        var stream = new LiveListener(null, sees, options.Waiting, time.GetTimestamp(), cut);
        lock (gate)
        {
            IReadOnlyList<LiveEvent> missed = lastId is null ? [] : buffer.After(lastId) ?? [Reset()];
            if (stopping) stream.End();
            else wide.Add(stream);
            return new OpenedListener(stream, buffer.Head, [.. missed.Where(stream.Sees)]);
        }
    }

    /// <summary>A stream about one thing. It begins with a reset: its reader asks how things are, whatever was before.</summary>
    public OpenedListener OpenFor(string subject, Action cut)
    {
        var stream = new LiveListener(subject, null, options.Waiting, time.GetTimestamp(), cut);
        lock (gate)
        {
            if (stopping) stream.End();
            else Add(stream, subject);
            return new OpenedListener(stream, buffer.Head, [Reset()]);
        }
    }

    public void Close(LiveListener stream)
    {
        lock (gate) Remove(stream);
    }

    /// <summary>Tells people of a change; streams see events in one order.</summary>
    /// <param name="region">Who sees it: <c>*</c> is full grants only, null is everybody.</param>
    public void Tell(string name, string data, string? region)
    {
        lock (gate) Give(buffer.Add(name, data, region), wide);
    }

    /// <summary>Tells those who listen to one thing.</summary>
    public void TellOf(string subject, string name, string data)
    {
        lock (gate)
        {
            if (narrow.TryGetValue(subject, out var streams)) Give(new LiveEvent(buffer.Epoch, buffer.Seq, name, data, null), streams);
        }
    }

    /// <summary>Whether anybody here listens to it.</summary>
    public bool IsHeard(string subject)
    {
        lock (gate) return narrow.ContainsKey(subject);
    }

    /// <summary>Whatever happened before is not known: everybody reads anew.</summary>
    public void Restart()
    {
        lock (gate)
        {
            buffer.Restart();
            Give(Reset(), wide);
            foreach (var streams in narrow.Values.ToList()) Give(Reset(), streams);
        }
    }

    /// <summary>A comment where nothing was said for a while; the end for a stream that is old, so that who reads is asked for again.</summary>
    public void KeepAlive()
    {
        lock (gate)
        {
            var now = time.GetTimestamp();
            foreach (var stream in All())
            {
                if (time.GetElapsedTime(stream.OpenedAt, now) >= options.MaxAge)
                {
                    stream.End();
                    Remove(stream);
                }
                else if (time.GetElapsedTime(stream.GivenAt, now) >= options.Heartbeat && !stream.Give(LiveEvent.Heartbeat, now))
                {
                    Remove(stream);
                }
            }
        }
    }

    /// <summary>The service stops: every reader is let go in good order.</summary>
    public void EndAll()
    {
        lock (gate)
        {
            stopping = true;
            foreach (var stream in All()) stream.End();
            wide.Clear();
            narrow.Clear();
            narrowCount = 0;
        }
    }

    private LiveEvent Reset() => new(buffer.Epoch, buffer.Seq, "reset", "{}", null);

    private List<LiveListener> All() => [.. wide, .. narrow.Values.SelectMany(streams => streams)];

    private void Give(LiveEvent one, IReadOnlyCollection<LiveListener> streams)
    {
        var now = time.GetTimestamp();
        List<LiveListener>? cut = null;
        foreach (var stream in streams)
            if (!stream.Give(one, now)) (cut ??= []).Add(stream);
        foreach (var stream in cut ?? []) Remove(stream);
    }

    private void Add(LiveListener stream, string subject)
    {
        if (narrow.TryGetValue(subject, out var streams)) streams.Add(stream);
        else narrow[subject] = [stream];
        narrowCount++;
    }

    private void Remove(LiveListener stream)
    {
        if (stream.Subject is not { } subject) wide.Remove(stream);
        else if (narrow.TryGetValue(subject, out var streams) && streams.Remove(stream))
        {
            narrowCount--;
            if (streams.Count == 0) narrow.Remove(subject);
        }
    }
}
