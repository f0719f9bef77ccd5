using Confluent.Kafka;
using Microsoft.Extensions.Logging;

namespace ECommerce.Channels.Platform.Messaging;

/// <summary>
/// Asks again and again where the partitions end. A consumer that has read up to an end that was asked for at a time has read
/// everything acknowledged by that time; the client's own end-of-partition event comes once, and cannot say when.
/// </summary>
internal sealed class KafkaEndProbe : IDisposable
{
    private readonly Func<IReadOnlyList<int>, Task<IReadOnlyDictionary<int, long>>> ask;
    private readonly TimeSpan interval;
    private readonly TimeProvider time;
    private readonly ILogger logger;
    private readonly CancellationTokenSource ended = new();
    private volatile IReadOnlyList<int> watched = [];
    private volatile Ends? latest;

    public KafkaEndProbe(Func<IReadOnlyList<int>, Task<IReadOnlyDictionary<int, long>>> ask, TimeSpan interval, TimeProvider time, ILogger logger)
    {
        (this.ask, this.interval, this.time, this.logger) = (ask, interval, time, logger);
        _ = RunAsync();
    }

    /// <summary>What the log answered to a question sent at <paramref name="At"/>.</summary>
    public sealed record Ends(DateTimeOffset At, IReadOnlyDictionary<int, long> Offsets);

    public Ends? Latest => latest;

    public void Watch(IReadOnlyList<int> partitions) => watched = partitions;

    public void Dispose()
    {
        ended.Cancel();
        ended.Dispose();
    }

    private async Task RunAsync()
    {
        using var timer = new PeriodicTimer(interval, time);
        var token = ended.Token;
        try
        {
            while (await timer.WaitForNextTickAsync(token))
                if (watched.Count > 0) await AskAsync();
        }
        catch (OperationCanceledException)
        {
            // Disposed.
        }
    }

    private async Task AskAsync()
    {
        try
        {
            var at = time.GetUtcNow();
            latest = new Ends(at, await ask(watched));
        }
        catch (Exception e) when (e is KafkaException or EventLogUnavailableException or ObjectDisposedException)
        {
            // The log is down: nothing new is known, and the last answer stays true.
            Log.EndUnknown(logger, e.Message);
        }
    }
}
