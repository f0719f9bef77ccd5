using System.Threading.Channels;

namespace ECommerce.Channels.Kpi.Live;

/// <summary>
/// One open stream. What waits for its reader is bounded: a reader that is too slow for it is cut off, comes back with its last id, and
/// gets what it missed or a reset.
/// </summary>
/// <param name="sees">Codes of the granted regions; null is all.</param>
/// <param name="cut">Ends the connection of a reader that does not read.</param>
internal sealed class LiveStream(IReadOnlyCollection<string>? sees, int waiting, long openedAt, Action cut)
{
    private readonly Channel<LiveEvent> channel = Channel.CreateBounded<LiveEvent>(new BoundedChannelOptions(waiting) { SingleReader = true });

    /// <summary>When it was opened, in the clock's timestamps.</summary>
    public long OpenedAt { get; } = openedAt;

    /// <summary>When something was last given to it.</summary>
    public long GivenAt { get; private set; } = openedAt;

    public ChannelReader<LiveEvent> Events => channel.Reader;

    public bool Sees(LiveEvent one) => one.Region is null || sees is null || sees.Contains(one.Region);

    /// <summary>Gives it an event, if it may see it; false where it was cut off.</summary>
    public bool Give(LiveEvent one, long now)
    {
        if (!Sees(one)) return true;
        if (channel.Writer.TryWrite(one))
        {
            GivenAt = now;
            return true;
        }
        End();
        cut();
        return false;
    }

    /// <summary>Ends it in good order: what waits is still read.</summary>
    public void End() => channel.Writer.TryComplete();
}

/// <summary>A stream as it begins.</summary>
/// <param name="Head">Id from which it goes on.</param>
/// <param name="Missed">What came since the reader's last id.</param>
internal sealed record OpenedStream(LiveStream Stream, string Head, IReadOnlyList<LiveEvent> Missed);
