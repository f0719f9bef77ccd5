using System.Text.Json.Serialization;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace ECommerce.Channels.Platform.Hosting;

/// <summary>Where the service stands between its start and its end.</summary>
public sealed class ServicePhase
{
    private volatile bool migrated;
    private volatile bool started;
    private volatile bool draining;

    /// <summary>The schema is up to date: requests may touch it.</summary>
    public bool Migrated { get => migrated; internal set => migrated = value; }

    /// <summary>Everything that runs beside the requests has started.</summary>
    public bool Started { get => started; internal set => started = value; }

    /// <summary>The service was told to stop: it still answers, and nobody should send it anything new.</summary>
    public bool Draining { get => draining; internal set => draining = value; }
}

/// <summary>What <c>/health/ready</c> answers.</summary>
/// <param name="Status"><c>ready</c> or <c>not-ready</c>.</param>
/// <param name="Parts">Each part with <c>ok</c>, <c>degraded</c> or <c>down</c>.</param>
public sealed record ReadinessReport(string Status, IReadOnlyDictionary<string, string> Parts)
{
    [JsonIgnore]
    public bool Ready => Status == "ready";
}

/// <summary>
/// Asks the phase and every registered health check with the tag <c>ready</c>, each within its deadline. Probes are open to everyone,
/// so that an answer is kept for half a second: a flood of probes asks the database twice a second.
/// </summary>
internal sealed class Readiness(ServicePhase phase, HealthCheckService checks, TimeProvider clock, ILogger<Readiness> log) : IDisposable
{
    public const string Tag = "ready";
    private static readonly TimeSpan Fresh = TimeSpan.FromMilliseconds(500);
    private readonly SemaphoreSlim one = new(1);
    private HealthReport? last;
    private long lastAt;

    public async Task<ReadinessReport> AskAsync(CancellationToken cancellation)
    {
        var report = await FreshAsync(cancellation);
        var parts = report.Entries.ToDictionary(entry => entry.Key, entry => NameOf(entry.Value.Status));
        parts["start"] = phase.Started ? "ok" : "down";
        if (phase.Draining) parts["stop"] = "draining";
        var ready = phase is { Started: true, Draining: false } && report.Status != HealthStatus.Unhealthy;
        return new ReadinessReport(ready ? "ready" : "not-ready", parts);
    }

    public void Dispose() => one.Dispose();

    private async Task<HealthReport> FreshAsync(CancellationToken cancellation)
    {
        await one.WaitAsync(cancellation);
        try
        {
            if (last is null || clock.GetElapsedTime(lastAt) > Fresh)
            {
                var report = await checks.CheckHealthAsync(check => check.Tags.Contains(Tag), cancellation);
                LogChanges(last, report);
                last = report;
                lastAt = clock.GetTimestamp();
            }
            return last;
        }
        finally
        {
            one.Release();
        }
    }

    /// <summary>Only what changed: probes come every few seconds.</summary>
    private void LogChanges(HealthReport? before, HealthReport now)
    {
        foreach (var (part, entry) in now.Entries)
        {
            var was = before is not null && before.Entries.TryGetValue(part, out var known) ? known.Status : HealthStatus.Healthy;
            if (was == entry.Status) continue;
            if (entry.Status == HealthStatus.Healthy) log.PartUpAgain(part);
            else log.PartNotWell(part, NameOf(entry.Status), entry.Exception?.Message ?? entry.Description ?? "");
        }
    }

    private static string NameOf(HealthStatus status) => status switch
    {
        HealthStatus.Healthy => "ok",
        HealthStatus.Degraded => "degraded",
        _ => "down",
    };
}

internal sealed class DatabaseCheck(NpgsqlDataSource database) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        await using var command = database.CreateCommand("SELECT 1");
        await command.ExecuteScalarAsync(cancellationToken);
        return HealthCheckResult.Healthy();
    }
}
