using ECommerce.Channels.Simulator.Operator;
using Microsoft.Extensions.Options;

namespace ECommerce.Channels.Simulator.Demo.Serving;

/// <summary>
/// Serving, live: once the history is loaded the demo's customers are in the directory, come to the desk and are answered. What was begun
/// is read back from care at every tick, so that a restart goes on with it; nothing of it is remembered here.
/// </summary>
internal sealed partial class DemoServing(
    DemoStore store, SuiteClient suite, DemoProgress progress, DirectoryList directory, Knowledge knowledge, CustomerSide customers, AgentSide agents,
    Complaints complaints, ServingTurn turn, DemoZone zone, IOptions<SimulatorOptions> options, TimeProvider time, ILogger<DemoServing> logger)
    : BackgroundService
{
    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan AfterFailure = TimeSpan.FromSeconds(10);

    private DateTimeOffset through;

    /// <summary>The demo's conversations that are not over.</summary>
    public static async Task<List<Chat>> OpenChatsAsync(SuiteClient suite, CancellationToken stop)
    {
        var chats = new List<Chat>();
        foreach (var state in (string[])[Chat.Active, Chat.Waiting])
            chats.AddRange((await suite.ListAsync<Chat>($"{CustomerSide.Path}?state={state}", stop)).Where(chat => Profile.IsOurs(chat.Customer)));
        // One that is given to an agent between the two questions is in both answers, or in none until the next tick.
        return [.. chats.DistinctBy(chat => chat.Id)];
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!options.Value.Serving || options.Value.ServingKeys is null) return;
        try
        {
            if (await LoadedAsync(stoppingToken) is not { } state) return;
            var demo = new DemoOperator((ulong)state.Seed, state.Anchor, zone.Zone, state.Customers);
            await Task.WhenAll(
                TryUntilDoneAsync(async () => { await directory.SendAsync(demo, stoppingToken); return true; }, stoppingToken),
                LiveAsync(demo, stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The service stops.
        }
    }

    /// <returns>Null where there is no demo.</returns>
    private async Task<DemoState?> LoadedAsync(CancellationToken stop)
    {
        if (await progress.Settled.Task.WaitAsync(stop) is not ("loaded" or "paused")) return null;
        DemoState? state;
        while ((state = await store.FindAsync(stop)) is { LoadedAt: null, Removal: null }) await Task.Delay(Tick, time, stop);
        return state?.Removal is null ? state : null;
    }

    private async Task LiveAsync(DemoOperator demo, CancellationToken stop)
    {
        var days = new Days(demo);
        through = time.GetUtcNow();
        await TryUntilDoneAsync(() => InTurnAsync(PrepareAsync, stop), stop);
        while (await TryUntilDoneAsync(() => InTurnAsync(state => TickAsync(demo, days, state, stop), stop), stop)) await Task.Delay(Tick, time, stop);

        async Task PrepareAsync(DemoState state)
        {
            await knowledge.WriteAsync(state, stop);
            await agents.IntroduceAsync(stop);
        }
    }

    /// <returns>False where the demo is to be removed: then nothing more happens.</returns>
    private async Task<bool> InTurnAsync(Func<DemoState, Task> act, CancellationToken stop)
    {
        using var held = await turn.TakeAsync(stop);
        if (await store.FindAsync(stop) is not { Removal: null } state) return false;
        await act(state);
        return true;
    }

    private async Task TickAsync(DemoOperator demo, Days days, DemoState state, CancellationToken stop)
    {
        var now = time.GetUtcNow();
        var chats = await OpenChatsAsync(suite, stop);
        await agents.SayDutyAsync(stop);
        // Of those who would have come while it was held, or could not come, none comes later.
        if (!state.Paused) await customers.ComeAsync(demo, Comer.Between(through, now, state.Speeds, days, demo.Seed), now, stop);
        through = now;
        await customers.GoOnAsync(demo, chats, now, stop);
        await agents.GoOnAsync(demo, chats, now, stop);
        await complaints.GoOnAsync(demo, stop);
    }

    /// <summary>A suite that is busy or down is waited for.</summary>
    private async Task<bool> TryUntilDoneAsync(Func<Task<bool>> act, CancellationToken stop)
    {
        while (true)
        {
            try
            {
                return await act();
            }
            catch (Exception fault) when (!stop.IsCancellationRequested)
            {
                LogFailed(fault, AfterFailure);
                await Task.Delay(AfterFailure, time, stop);
            }
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "The demo's serving stopped; it goes on in {Pause}")]
    private partial void LogFailed(Exception e, TimeSpan pause);
}

/// <summary>Whose turn it is: the live part's, tick by tick, or the removal's, during which it does nothing.</summary>
internal sealed class ServingTurn : IDisposable
{
    private readonly SemaphoreSlim one = new(1);

    public async Task<IDisposable> TakeAsync(CancellationToken cancellation)
    {
        await one.WaitAsync(cancellation);
        return new Held(one);
    }

    public void Dispose() => one.Dispose();

    private sealed class Held(SemaphoreSlim one) : IDisposable
    {
        public void Dispose() => one.Release();
    }
}

/// <summary>The end of serving, when the demo is removed: nobody waits at the desk for a customer who does not exist any more.</summary>
internal sealed class ServingEnd(
    SuiteClient suite, DirectoryList directory, Knowledge knowledge, CustomerSide customers, AgentSide agents, Complaints complaints, ServingTurn turn,
    IOptions<SimulatorOptions> options)
{
    public async Task RemoveAsync(DemoState state, CancellationToken stop)
    {
        if (!options.Value.Serving || !Directory.Exists(options.Value.ServingKeys)) return;
        using var held = await turn.TakeAsync(stop);
        foreach (var chat in await DemoServing.OpenChatsAsync(suite, stop)) await customers.EndAsync(chat, stop);
        await complaints.CancelAsync(stop);
        await knowledge.ArchiveAsync(state, stop);
        await agents.GoHomeAsync(stop);
        await directory.EraseAsync(state, stop);
    }
}

internal static class ServingService
{
    public static void AddServing(this IServiceCollection services)
    {
        services.AddSingleton<ServingTurn>();
        services.AddSingleton<DirectoryList>();
        services.AddSingleton<Knowledge>();
        services.AddSingleton<CustomerSide>();
        services.AddSingleton<AgentSide>();
        services.AddSingleton<Complaints>();
        services.AddSingleton<ServingEnd>();
        services.AddHostedService<DemoServing>();
    }
}
