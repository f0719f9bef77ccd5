using System.Text.Json;
using System.Text.Json.Nodes;
using ECommerce.Channels.Kpi.Rollups;
using ECommerce.Channels.Platform.Live;
using Microsoft.Extensions.Options;
using Npgsql;

namespace ECommerce.Channels.Kpi.Live;

/// <summary>
/// Hears what changes and gives it to the open streams of this replica. Figures are told at most once an interval, however often they
/// change; while they do not, now and then how far they are.
/// </summary>
internal sealed partial class KpiFeed(
    Hints hints, LiveHub hub, RollupReader rollups, IOptions<LiveOptions> options, IHostApplicationLifetime lifetime, TimeProvider time,
    ILogger<KpiFeed> logger) : BackgroundService
{
    private static readonly string[] Kinds = ["warnings", "targets", "catalogue", "annotations"];

    private readonly Lock gate = new();
    private SortedSet<string>? changedDays = [];
    private DateTimeOffset asOf;
    private long asOfRead;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await using var ends = lifetime.ApplicationStopping.Register(hub.EndAll);
        await Task.WhenAll(hints.ListenAsync(KpiChanges.Channel, hub.Restart, Take, stoppingToken), TickAsync(stoppingToken));
    }

    private void Take(JsonObject hint)
    {
        var kind = hint["kind"]?.GetValue<string>();
        if (kind == "figures")
        {
            TakeDays(hint["days"] as JsonArray);
            return;
        }
        if (kind is null || !Kinds.Contains(kind)) return;
        var region = hint["region"]?.GetValue<string>();
        hint.Remove("kind");
        hint.Remove("region");
        hub.Tell(kind, hint.ToJsonString(), region);
    }

    private void TakeDays(JsonArray? days)
    {
        lock (gate)
        {
            if (days is null) changedDays = null;
            else changedDays?.UnionWith(days.Select(day => day!.GetValue<string>()));
        }
    }

    private async Task TickAsync(CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(options.Value.Interval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(cancellation))
            {
                await TellFiguresAsync(cancellation);
                hub.KeepAlive();
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // The service stops.
        }
    }

    private async Task TellFiguresAsync(CancellationToken cancellation)
    {
        var changed = HasChanged();
        if (!changed && !IsAsOfDue()) return;
        try
        {
            var now = await rollups.AsOfAsync(cancellation);
            asOfRead = time.GetTimestamp();
            lock (gate)
            {
                // Nothing is counted yet: there is no time to tell.
                if (!changed && (now == asOf || now == DateTimeOffset.UnixEpoch)) return;
                asOf = now;
                var data = JsonSerializer.Serialize(new FiguresEvent(now, changedDays), JsonSerializerOptions.Web);
                changedDays = [];
                hub.Tell("figures", data, null);
            }
        }
        catch (Exception exception) when (exception is NpgsqlException or TimeoutException)
        {
            // The days stay in hand for the next time.
            LogUnknown(exception.GetType().Name);
        }
    }

    private bool HasChanged()
    {
        lock (gate) return changedDays is not { Count: 0 };
    }

    private bool IsAsOfDue() => hub.Streams > 0 && time.GetElapsedTime(asOfRead) >= options.Value.AsOfInterval;

    /// <param name="Days">Whose figures have changed; empty where only the time moved on, null where they are too many to name.</param>
    private sealed record FiguresEvent(DateTimeOffset AsOf, IReadOnlyCollection<string>? Days);

    [LoggerMessage(1, LogLevel.Warning, "How far figures are cannot be told at the moment: {Error}")]
    private partial void LogUnknown(string error);
}
