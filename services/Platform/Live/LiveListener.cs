using System.Threading.Channels;

namespace ECommerce.Channels.Platform.Live;

/// <summary>
/// One open stream. What waits for its reader is bounded: a reader that is too slow for it is cut off, comes back with its last id, and
/// gets what it missed or a reset.
/// </summary>
public sealed class LiveListener
{
    private readonly Channel<LiveEvent> channel;
    private readonly IReadOnlyCollection<string>? sees;
    private readonly Action cut;

    /// <param name="subject">The one thing it is about; null for everything.</param>
    /// <param name="sees">Codes of the granted regions; null is all.</param>
    /// <param name="cut">Ends the connection of a reader that does not read.</param>
    internal LiveListener(string? subject, IReadOnlyCollection<string>? sees, int waiting, long openedAt, Action cut)
    {
        (Subject, this.sees, this.cut) = (subject, sees, cut);
        (OpenedAt, GivenAt) = (openedAt, openedAt);
        channel = Channel.CreateBounded<LiveEvent>(new BoundedChannelOptions(waiting) { SingleReader = true });
    }

    public string? Subject { get; }

    /// <summary>When it was opened, in the clock's timestamps.</summary>
    public long OpenedAt { get; }

    /// <summary>When something was last given to it.</summary>
    public long GivenAt { get; private set; }

    public ChannelReader<LiveEvent> Events => channel.Reader;

    internal bool Sees(LiveEvent one) => one.Region is null || sees is null || sees.Contains(one.Region);

    /// <summary>Gives it an event, if it may see it; false where it was cut off.</summary>
    internal bool Give(LiveEvent one, long now)
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
    internal void End() => channel.Writer.TryComplete();
}

/// <summary>A stream as it begins.</summary>
/// <param name="Head">Id from which it goes on.</param>
/// <param name="Missed">What came since the reader's last id.</param>
public sealed record OpenedListener(LiveListener Stream, string Head, IReadOnlyList<LiveEvent> Missed);
