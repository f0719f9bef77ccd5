using System.Text.Json;
using ECommerce.Channels.Simulator.Demo.Serving;
using ECommerce.Channels.Simulator.Operator;

namespace ECommerce.Channels.Simulator.Demo;

/// <summary>What a demo needs besides transactions, by the public API: feeds that say they are complete, targets, warning rules.</summary>
internal sealed partial class DemoSetup(
    SuiteClient suite, DemoStore store, ServingEnd serving, DemoZone zone, TimeProvider time, ILogger<DemoSetup> logger)
{
    /// <summary>The source of every transaction of the demo.</summary>
    public const string Source = "demo";

    private const int SilenceMinutes = 10;
    private static readonly TimeSpan AskEvery = TimeSpan.FromMilliseconds(250);

    private static IEnumerable<string> Channels => Codes.Channels.Take(Codes.CatalogueChannels);

    /// <summary>Nothing was ever counted here: a demo is not mixed with data of the operator's own.</summary>
    public async Task<bool> IsVacantAsync(CancellationToken cancellation)
    {
        var feeds = await suite.GetAsync("/api/v1/kpi/feeds", cancellation);
        return feeds.GetProperty("feeds").EnumerateArray().All(feed => !feed.TryGetProperty("firstAt", out var at) || at.ValueKind == JsonValueKind.Null);
    }

    public async Task SetFeedsAsync(CancellationToken cancellation)
    {
        foreach (var channel in Channels)
            await suite.SendAsync(
                HttpMethod.Put, $"/api/v1/kpi/feeds/{Source}/{channel}", new { Cadence = "stream", MaxSilenceMinutes = SilenceMinutes }, cancellation);
    }

    /// <summary>Nothing is missing up to then: at night a quiet channel looks like one that is broken.</summary>
    public async Task SendHeartbeatsAsync(DateTimeOffset through, CancellationToken cancellation)
    {
        foreach (var channel in Channels)
            await suite.SendAsync(HttpMethod.Post, $"/api/v1/kpi/feeds/{Source}/{channel}/heartbeat", new { Through = through }, cancellation);
    }

    /// <summary>Everything in the log is counted, and hours and days are made of it.</summary>
    public async Task WaitUntilCountedAsync(CancellationToken cancellation)
    {
        const int FewBlocks = 50;
        while (true)
        {
            var status = await suite.GetAsync("/api/v1/kpi/rollups", cancellation);
            var lag = status.GetProperty("lag");
            if (lag.ValueKind == JsonValueKind.Number && lag.GetInt64() == 0 && status.GetProperty("waiting").GetInt64() < FewBlocks) return;
            await Task.Delay(AskEvery, time, cancellation);
        }
    }

    /// <summary>Once; what the suite does not offer (yet) is left out, and tried again at the next start.</summary>
    public async Task SetTargetsAndRulesAsync(DemoState state, CancellationToken cancellation)
    {
        if (state.TargetsAt is null && await TryAsync(() => PutTargetsAsync(TargetsOf(state), cancellation)))
            await store.TargetsSetAsync(time.GetUtcNow(), cancellation);
        if (state.Rules is not null) return;
        var rules = new List<string>();
        if (await TryAsync(() => AddRulesAsync(state, rules, cancellation))) await store.RulesSetAsync(rules, cancellation);
    }

    /// <summary>Everything that the demo brought goes, its transactions last. Done again after a crash it changes nothing.</summary>
    /// <exception cref="SuiteRefusedException">kpi cannot forget the source without losing events of others.</exception>
    public async Task RemoveAsync(DemoState state, CancellationToken cancellation)
    {
        await TryAsync(() => serving.RemoveAsync(state, cancellation));
        if (state.TargetsAt is not null)
            await TryAsync(() => PutTargetsAsync([.. TargetsOf(state).Select(target => target with { Value = null })], cancellation));
        foreach (var rule in state.Rules ?? [])
            await TryAsync(() => suite.DeleteAsync($"/api/v1/kpi/warning-rules/{rule}", cancellation));
        await TryAsync(() => suite.SendAsync(HttpMethod.Post, $"/api/v1/care/sources/{Source}/forget", new { }, cancellation));
        await ForgetAsync(state.Removal == DemoState.ToForce, dryRun: false, cancellation);
    }

    /// <summary>Whether kpi can forget the demo, and at the price of which other sources' events.</summary>
    /// <exception cref="SuiteRefusedException">409: it would lose events of other sources; <paramref name="force"/> does it all the same.</exception>
    public Task<JsonElement> ForgetAsync(bool force, bool dryRun, CancellationToken cancellation) =>
        suite.SendAsync(HttpMethod.Post, $"/api/v1/kpi/sources/{Source}/forget", new { force, dryRun }, cancellation);

    private IReadOnlyList<TargetBody> TargetsOf(DemoState state) => DemoTargets.For(zone.DayOf(state.Anchor), state.Customers);

    private Task<JsonElement> PutTargetsAsync(IReadOnlyList<TargetBody> targets, CancellationToken cancellation) =>
        suite.SendAsync(HttpMethod.Put, "/api/v1/kpi/targets", new { targets }, cancellation);

    private async Task AddRulesAsync(DemoState state, List<string> made, CancellationToken cancellation)
    {
        foreach (var (rule, number) in DemoTargets.Rules.Select((rule, number) => (rule, number)))
        {
            // The same demo asks with the same keys: a rule whose answer got lost is not made twice.
            var answer = await suite.SendAsync(
                HttpMethod.Post, "/api/v1/kpi/warning-rules", rule, cancellation, $"demo-{state.Anchor.ToUnixTimeMilliseconds()}-rule-{number}");
            made.Add(answer.GetProperty("id").GetString()!);
        }
    }

    private async Task<bool> TryAsync(Func<Task> ask)
    {
        try
        {
            await ask();
            return true;
        }
        catch (SuiteRefusedException refused)
        {
            LogLeftOut(refused.Message);
            return false;
        }
    }

    [LoggerMessage(1, LogLevel.Information, "Left out of the demo: {Reason}")]
    private partial void LogLeftOut(string reason);
}
