using System.Buffers.Text;
using System.Diagnostics;

namespace ECommerce.Channels.Benchmarks.Fanout;

/// <summary>Many pages with open streams, and what they hear.</summary>
internal sealed class Crowd : IAsyncDisposable
{
    private const int AtOnce = 64;
    private static readonly TimeSpan PingEvery = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(2);

    private readonly Member[] members;
    private readonly CancellationTokenSource end;
    private Task pings = Task.CompletedTask;

    private Crowd(Member[] members, CancellationToken cancellation)
    {
        this.members = members;
        end = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
    }

    /// <param name="hear">Takes what a page got, whole events at a time; of one page never two at once.</param>
    public static async Task<Crowd> OpenAsync(
        int port, int connections, Dialect dialect, Action<Member, ReadOnlySpan<byte>> hear, CancellationToken cancellation)
    {
        var crowd = new Crowd([.. Enumerable.Range(0, connections).Select(number => new Member(Rooms.Of(number), hear))], cancellation);
        // From the beginning: until the last one is connected, the first must not be taken for gone.
        if (dialect.Ping is { } ping) crowd.pings = crowd.PingAsync(ping, crowd.end.Token);
        var limit = new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellation };
        await Parallel.ForAsync(0, connections, limit, async (number, _) => await crowd.members[number].OpenAsync(port, number, dialect, crowd.end.Token));
        return crowd;
    }

    /// <summary>Of events whose data says when they were due.</summary>
    public static void HearStamps(Member member, ReadOnlySpan<byte> events)
    {
        for (var key = "\"at\":"u8; events.IndexOf(key) is >= 0 and var found;)
        {
            events = events[(found + key.Length)..];
            if (Utf8Parser.TryParse(events, out long due, out _)) member.Heard(due);
        }
    }

    /// <summary>What was heard so far is another measurement's.</summary>
    public void Forget()
    {
        foreach (var member in members) member.Delays.Clear();
    }

    /// <summary>Waits for the last ones until all are there, or nothing has come for a while.</summary>
    public async Task<Heard> HeardAsync(long expected, CancellationToken cancellation)
    {
        var (count, since) = (Count(), Stopwatch.GetTimestamp());
        while (count < expected && Stopwatch.GetElapsedTime(since) < Quiet)
        {
            await Task.Delay(50, cancellation);
            if (Count() is var now && now != count) (count, since) = (now, Stopwatch.GetTimestamp());
        }
        if (count == 0) throw new InvalidOperationException("Nothing was heard.");
        return new Heard([.. members.SelectMany(member => member.Delays).Order()], members.Max(member => member.LastAt), members.Count(member => member.HasEnded));
    }

    public async ValueTask DisposeAsync()
    {
        await end.CancelAsync();
        await pings;
        foreach (var member in members) member.Dispose();
        end.Dispose();
    }

    private long Count() => members.Sum(member => (long)member.Delays.Count);

    /// <summary>Some every now and then, so that not all ping at once.</summary>
    private async Task PingAsync(byte[] ping, CancellationToken cancellation)
    {
        const int Slices = 100;
        using var timer = new PeriodicTimer(PingEvery / Slices);
        try
        {
            for (var slice = 0; await timer.WaitForNextTickAsync(cancellation); slice = (slice + 1) % Slices)
                for (var at = slice; at < members.Length; at += Slices)
                    await members[at].SayAsync(ping, cancellation);
        }
        catch (OperationCanceledException)
        {
            // The measurement is over.
        }
    }
}

/// <summary>What a crowd has heard.</summary>
/// <param name="Delays">Ticks, sorted.</param>
/// <param name="LastAt">When the last one came.</param>
/// <param name="CutOff">Streams that ended meanwhile.</param>
internal sealed record Heard(long[] Delays, long LastAt, int CutOff)
{
    public double PerSecond(long started) => Delays.Length / Stopwatch.GetElapsedTime(started, LastAt).TotalSeconds;

    public double Milliseconds(double quantile) => Delays[(int)((Delays.Length - 1) * quantile)] * 1000.0 / Stopwatch.Frequency;
}
