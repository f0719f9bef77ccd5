using System.Text.Json;
using ECommerce.Channels.Simulator.Operator;

namespace ECommerce.Channels.Simulator.Demo;

/// <summary>What a demo needs besides transactions, by the public API: feeds that say they are complete, targets, warning rules.</summary>
internal sealed class DemoSetup(SuiteClient suite, TimeProvider time)
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

    public Task SetTargetsAndRulesAsync(DemoOperator demo, DemoState state, CancellationToken cancellation) => Task.CompletedTask;
}
