using System.Diagnostics.Metrics;
using System.Threading.Channels;
using Npgsql;

namespace ECommerce.Channels.Offload.Decisions;

/// <summary>
/// Decisions on their way into the database and to others, behind the answers: a crash may lose what came in the last 100 ms. While the
/// database is away they wait; what does not fit any more is left out, and counted.
/// </summary>
internal sealed partial class DecisionLog(DecisionStore store, TimeProvider time, ILogger<DecisionLog> logger) : BackgroundService
{
    private const int Most = 50_000;
    private const int AtOnce = 1_000;
    private static readonly TimeSpan Gather = TimeSpan.FromMilliseconds(50);
    private static readonly Meter Meter = new("ECommerce.Channels.Offload");
    private static readonly Counter<long> Lost = Meter.CreateCounter<long>("channels.offload.decisions.unlogged", description: "Decisions that the log had no room for");

    private readonly Channel<LoggedDecision> waiting = Channel.CreateBounded<LoggedDecision>(new BoundedChannelOptions(Most) { FullMode = BoundedChannelFullMode.Wait });

    public void Add(LoggedDecision decision)
    {
        if (!waiting.Writer.TryWrite(decision)) Lost.Add(1);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var batch = new List<LoggedDecision>(AtOnce);
        try
        {
            while (await waiting.Reader.WaitToReadAsync(stoppingToken))
            {
                await Task.Delay(Gather, time, stoppingToken);
                await WriteAsync(batch, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // What is left is written below.
        }
        using var soon = new CancellationTokenSource(TimeSpan.FromSeconds(3));
        while (waiting.Reader.Count > 0 && !soon.IsCancellationRequested) await WriteAsync(batch, soon.Token);
    }

    private async Task WriteAsync(List<LoggedDecision> batch, CancellationToken cancellation)
    {
        batch.Clear();
        while (batch.Count < AtOnce && waiting.Reader.TryRead(out var one)) batch.Add(one);
        for (var attempt = 1; batch.Count > 0; attempt++)
        {
            try
            {
                await store.AddAsync(batch, cancellation);
                return;
            }
            catch (Exception failure) when (failure is NpgsqlException or TimeoutException)
            {
                LogWaits(batch.Count, failure.Message);
                await Task.Delay(TimeSpan.FromMilliseconds(Math.Min(5_000, 100 << Math.Min(attempt, 6))), time, cancellation);
            }
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "{Count} decisions wait to be logged: {Reason}")]
    private partial void LogWaits(int count, string reason);
}
