using System.Diagnostics;
using System.Globalization;

namespace ECommerce.Channels.Benchmarks.Fanout;

/// <summary>Who is in which conversation: every second one has two pages open, the others one.</summary>
internal static class Rooms
{
    /// <summary>How many there are, so that every connection has one.</summary>
    public static int Count(int connections) => (connections / 3 * 2) + (connections % 3);

    /// <summary>Of a connection.</summary>
    public static int Of(int connection) => (connection / 3 * 2) + (connection % 3 == 0 ? 0 : 1);

    public static string Name(int room) => "v_" + room.ToString(CultureInfo.InvariantCulture);
}

/// <summary>
/// When each message is due: evenly, to one conversation after the other. Delays count from then, so that a sender who is late itself
/// hides nothing.
/// </summary>
/// <param name="Started">As of <see cref="Stopwatch"/>, whose clock all processes of a machine share.</param>
internal sealed record Schedule(int Connections, double DeliveriesPerSecond, TimeSpan Time, long Started)
{
    private readonly double interval = Stopwatch.Frequency * (double)Connections / Rooms.Count(Connections) / DeliveriesPerSecond;

    public long Messages => (long)(Time.TotalSeconds * Stopwatch.Frequency / interval);

    public long DueAt(long message) => Started + (long)(message * interval);

    public int RoomOf(long message) => (int)(message % Rooms.Count(Connections));

    /// <summary>How many pages will have heard something when all is said.</summary>
    public long Deliveries => Enumerable.Range(0, Connections).Sum(connection => MessagesTo(Rooms.Of(connection)));

    /// <summary>Sends whatever is due each millisecond, until all is sent.</summary>
    /// <param name="send">Takes the number of the first message that is due, and of the first that is not.</param>
    public async Task RunAsync(Func<long, long, Task> send, CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(1));
        for (var next = 0L; next < Messages; await timer.WaitForNextTickAsync(cancellation))
        {
            var (first, now) = (next, Stopwatch.GetTimestamp());
            while (next < Messages && DueAt(next) <= now) next++;
            if (next > first) await send(first, next);
        }
    }

    private long MessagesTo(int room)
    {
        var rooms = Rooms.Count(Connections);
        return (Messages / rooms) + (room < Messages % rooms ? 1 : 0);
    }
}
