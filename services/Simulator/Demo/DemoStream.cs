using ECommerce.Channels.Simulator.Operator;
using Microsoft.Extensions.Options;

namespace ECommerce.Channels.Simulator.Demo;

/// <summary>
/// Sends the demo operator's transactions: all that has happened since the last one that is known to be in the log, first the history and
/// then, tick by tick, the present. What was sent and not yet noted when something died is sent again, and the log recognises it.
/// </summary>
internal sealed partial class DemoStream(
    DemoStore store, SuiteClient suite, DemoSetup setup, DemoProgress progress, DemoWake wake, StoryAnswers answers, DemoZone zone, IOptions<SimulatorOptions> options,
    TimeProvider time, ILogger<DemoStream> logger) : BackgroundService
{
    private static readonly TimeSpan HeartbeatEvery = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(10);

    private DateTimeOffset heartbeatDue;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        for (var pause = TimeSpan.FromMilliseconds(500); ; pause = pause * 2 < LongestPause ? pause * 2 : LongestPause)
        {
            try
            {
                await RunAsync(stoppingToken);
                return;
            }
            catch (Exception) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception fault)
            {
                progress.Fault = fault.Message;
                LogFailed(fault, pause);
                await Task.Delay(pause, time, CancellationToken.None);
            }
        }
    }

    private async Task RunAsync(CancellationToken stop)
    {
        if (await FindOrStartAsync(stop) is not { } state)
        {
            await UntilRemovalAsync(stop);
            return;
        }
        var demo = new DemoOperator((ulong)state.Seed, state.Anchor, zone.Zone, state.Customers);
        var days = new Days(demo);
        if (state.Removal is null) await setup.SetFeedsAsync(stop);
        while (true)
        {
            state = (await store.FindAsync(stop))!;
            if (state.Removal is not null)
            {
                await RemoveAsync(state, stop);
                return;
            }
            if (!state.Paused) await CatchUpAsync(demo, days, state, stop);
            progress.State = state.LoadedAt is null && !progress.Settled.Task.IsCompleted ? "loading" : state.Paused ? "paused" : "running";
            if (state.Paused) progress.Settled.TrySetResult("paused");
            await wake.WaitAsync(TimeSpan.FromMilliseconds(options.Value.TickMs), time, stop);
        }
    }

    /// <summary>The demo does not run, but what it left here can be removed all the same.</summary>
    private async Task UntilRemovalAsync(CancellationToken stop)
    {
        while (await store.FindAsync(stop) is { } left)
        {
            if (left.Removal is not null)
            {
                await RemoveAsync(left, stop);
                return;
            }
            await wake.WaitAsync(TimeSpan.FromSeconds(1), time, stop);
        }
    }

    /// <summary>Nothing is on its way any more: what this stream sent is in the log, and kpi can forget it.</summary>
    private async Task RemoveAsync(DemoState state, CancellationToken stop)
    {
        progress.State = state.Removal == DemoState.Removed ? "removed" : "removing";
        progress.Settled.TrySetResult(progress.State);
        if (state.Removal == DemoState.Removed) return;
        await setup.RemoveAsync(state, stop);
        await store.RemovedAsync(stop);
        progress.State = "removed";
    }

    /// <returns>Null where there is no demo, and none is wanted.</returns>
    private async Task<DemoState?> FindOrStartAsync(CancellationToken stop)
    {
        var state = await store.FindAsync(stop);
        if (state is null && options.Value.Demo && await setup.IsVacantAsync(stop))
        {
            var anchor = time.GetUtcNow();
            var demo = new DemoOperator((ulong)options.Value.Seed, anchor, zone.Zone, options.Value.Customers);
            await store.StartAsync(options.Value.Seed, options.Value.Customers, anchor, demo.Start, stop);
            state = await store.FindAsync(stop);
        }
        else if (state is null && options.Value.Demo)
        {
            progress.Refusal = "other-data";
        }
        if (state is not null && (options.Value.Demo || state.Removal is not null)) return state;
        progress.State = "off";
        progress.Settled.TrySetResult("off");
        return null;
    }

    /// <summary>Sends what has happened up to now.</summary>
    private async Task CatchUpAsync(DemoOperator demo, Days days, DemoState state, CancellationToken stop)
    {
        var now = time.GetUtcNow();
        if (!progress.Settled.Task.IsCompleted) progress.State = "loading";
        if (!await SendAsync(demo, Chunk.Of(days, state.Through, now, state.Speeds), state.Through, now, stop)) return;
        if (!progress.Settled.Task.IsCompleted) await SettleAsync(state, now, stop);
        if (now >= heartbeatDue) await setup.SendHeartbeatsAsync(now, stop);
        if (now >= heartbeatDue) heartbeatDue = now + HeartbeatEvery;
    }

    /// <summary>The next chunk is made while one is on its way.</summary>
    /// <returns>False where something else was asked of the stream meanwhile.</returns>
    private async Task<bool> SendAsync(DemoOperator demo, IEnumerable<Chunk> all, DateTimeOffset from, DateTimeOffset now, CancellationToken stop)
    {
        using var chunks = all.GetEnumerator();
        var next = Task.Run(chunks.MoveNext, stop);
        try
        {
            while (await next)
            {
                using var chunk = chunks.Current;
                next = Task.Run(chunks.MoveNext, stop);
                if (chunk.Events > 0) await suite.RecordAsync(chunk.Lines, stop);
                progress.Sent(chunk.Events, now);
                progress.Done = .95 * ((chunk.Through - demo.Start) / (now - demo.Start));
                if (chunk.Events == 0 && now - from < HeartbeatEvery) continue;
                if (!await store.AdvanceAsync(chunk.Through, chunk.Events, stop)) return false;
            }
            return true;
        }
        finally
        {
            // The chunks are not left while the next one is being made.
            await Task.WhenAny(next);
        }
    }

    /// <summary>The history is in the log: it is counted, too, before anybody is told that the demo is there.</summary>
    private async Task SettleAsync(DemoState state, DateTimeOffset now, CancellationToken stop)
    {
        if (time.GetUtcNow() - now > HeartbeatEvery) return;
        await setup.WaitUntilCountedAsync(stop);
        await setup.SendHeartbeatsAsync(now, stop);
        await setup.SetTargetsAndRulesAsync(state, stop);
        await store.LoadedAsync(time.GetUtcNow(), stop);
        if (await store.FindAsync(stop) is { } loaded) answers.ComputeAside(loaded);
        progress.Done = 1;
        progress.Settled.TrySetResult("loaded");
    }

    [LoggerMessage(1, LogLevel.Warning, "The demo's stream stopped; it goes on in {Pause}")]
    private partial void LogFailed(Exception e, TimeSpan pause);
}

/// <summary>Wakes the stream when something was asked of it; another replica's wish is seen at the next tick.</summary>
internal sealed class DemoWake : IDisposable
{
    private readonly SemaphoreSlim asked = new(0);

    public void Ask() => asked.Release();

    public async Task WaitAsync(TimeSpan atMost, TimeProvider time, CancellationToken cancellation)
    {
        using var until = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        try
        {
            var woken = asked.WaitAsync(until.Token);
            await Task.WhenAny(woken, Task.Delay(atMost, time, until.Token));
        }
        finally
        {
            await until.CancelAsync();
        }
        cancellation.ThrowIfCancellationRequested();
        while (asked.Wait(0, CancellationToken.None))
        {
        }
    }

    public void Dispose() => asked.Dispose();
}

/// <summary>The operator's time zone.</summary>
internal sealed record DemoZone(TimeZoneInfo Zone)
{
    public DateOnly DayOf(DateTimeOffset at) => DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(at, Zone).DateTime);
}
