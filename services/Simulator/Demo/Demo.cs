namespace ECommerce.Channels.Simulator.Demo;

/// <summary>The demo as it is kept.</summary>
/// <param name="Customers">Of the operator.</param>
/// <param name="Through">Every transaction before is in the log.</param>
/// <param name="LoadedAt">When the history was there for the first time; null while it is being loaded.</param>
/// <param name="Rules">Ids of the warning rules that the demo made.</param>
/// <param name="Removal">Null, <see cref="ToRemove"/>, <see cref="ToForce"/> or <see cref="Removed"/>.</param>
/// <param name="CustomersTold">So many customers are in care's directory: those with the lowest numbers.</param>
/// <param name="Articles">Ids of the articles that the demo wrote.</param>
/// <param name="Speeds">How fast the stream ran from when on, in order; 1 before the first.</param>
internal sealed record DemoState(
    long Seed, int Customers, DateTimeOffset Anchor, DateTimeOffset Through, long Events, DateTimeOffset? LoadedAt, DateTimeOffset? TargetsAt,
    IReadOnlyList<string>? Rules, bool Paused, string? Removal, int CustomersTold, IReadOnlyList<string>? Articles,
    IReadOnlyList<SpeedChange> Speeds)
{
    public const string ToRemove = "asked";
    public const string ToForce = "forced";
    public const string Removed = "done";

    public int Speed => Speeds.Count == 0 ? 1 : Speeds[^1].Speed;
}

internal sealed record SpeedChange(DateTimeOffset From, int Speed);

/// <summary>A part of the time with one speed.</summary>
internal readonly record struct Stretch(DateTimeOffset From, DateTimeOffset To, int Speed)
{
    /// <summary>Cuts a stretch of time where the speed changed.</summary>
    public static IEnumerable<Stretch> Of(DateTimeOffset from, DateTimeOffset to, IReadOnlyList<SpeedChange> speeds)
    {
        var speed = 1;
        foreach (var change in speeds)
        {
            if (change.From >= to) break;
            if (change.From > from)
            {
                yield return new Stretch(from, change.From, speed);
                from = change.From;
            }
            speed = change.Speed;
        }
        if (from < to) yield return new Stretch(from, to, speed);
    }
}

/// <summary>What the stream does just now, for people; kept in memory.</summary>
internal sealed class DemoProgress
{
    private static readonly TimeSpan RateWindow = TimeSpan.FromMinutes(1);

    private readonly Queue<(DateTimeOffset At, int Events)> sent = new();
    private volatile string state = "off";

    /// <summary><c>off</c>, <c>loading</c>, <c>running</c>, <c>paused</c>, <c>removing</c>, <c>removed</c>.</summary>
    public string State { get => state; set => state = value; }

    /// <summary>How much of the history is loaded and counted, 0 to 1.</summary>
    public double Done { get; set; }

    /// <summary>Why nothing moves; null while all is well.</summary>
    public string? Fault { get; set; }

    /// <summary>Transactions a second over the last minute.</summary>
    public double RateAt(DateTimeOffset now)
    {
        lock (sent)
        {
            while (sent.TryPeek(out var oldest) && now - oldest.At > RateWindow) sent.Dequeue();
            return sent.Sum(tick => tick.Events) / RateWindow.TotalSeconds;
        }
    }

    public void Sent(int events, DateTimeOffset at)
    {
        if (events == 0) return;
        lock (sent) sent.Enqueue((at, events));
        RateAt(at);
    }

    /// <summary>Completes when there is nothing to wait for: the history is loaded, or there is no demo.</summary>
    public TaskCompletionSource<string> Settled { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Why there is no demo although one was wanted.</summary>
    public string? Refusal { get; set; }
}
