using System.Text.Json;
using ECommerce.Channels.Contracts.Events;
using ECommerce.Channels.Offload.Health;
using ECommerce.Channels.Offload.Preferences;
using ECommerce.Channels.Offload.Rules;
using ECommerce.Channels.Platform.Catalogue;
using Npgsql;

namespace ECommerce.Channels.Offload.Decisions;

/// <summary>
/// The world as this replica knows it: read every second, so that what was published, stopped or is failing now counts within two. While
/// the database is away the last one stays; what it says of health is trusted for three minutes only.
/// </summary>
internal sealed partial class Worlds(
    NpgsqlDataSource database, CatalogueCopy catalogue, ProfileCodes codes, RuleSetStore rules, StopStore stops, TimeProvider time, ILogger<Worlds> logger)
    : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1);

    /// <summary>Null until everything was read once.</summary>
    public World? Current { get; private set; }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, time);
        try
        {
            do
            {
                await TryRefreshAsync(stoppingToken);
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The service stops.
        }
    }

    public async Task RefreshAsync(CancellationToken cancellation)
    {
        var known = await catalogue.LatestAsync(cancellation);
        await codes.LoadAsync(cancellation);
        await codes.EnsureAsync(known.Services.Keys.Concat(known.Channels.Keys), cancellation);
        var published = await rules.LatestAsync(cancellation);
        var stopped = await stops.AllAsync(cancellation);
        var compiled = Current is { } before && before.Rules.Number == published.Number && ReferenceEquals(before.Catalogue, known)
            ? before.Rules
            : new CompiledRules(published.Number, published.Rules, known);
        Current = Of(known, await HealthAsync(cancellation), compiled, stopped);
    }

    /// <summary>Channels in the order of the catalogue.</summary>
    public static World Of(KnownCatalogue catalogue, KnownHealth health, CompiledRules rules, IReadOnlyCollection<string> stopped) => new(
        catalogue, rules.Channels, health, rules, [.. stopped],
        stopped.Contains(StopStore.Everything));

    private async Task TryRefreshAsync(CancellationToken cancellation)
    {
        try
        {
            await RefreshAsync(cancellation);
        }
        catch (Exception failure) when (!cancellation.IsCancellationRequested)
        {
            LogStale(failure.Message);
        }
    }

    private async Task<KnownHealth> HealthAsync(CancellationToken cancellation)
    {
        var measured = new List<ChannelHealthMeasured>();
        await using var command = database.CreateCommand("SELECT body::text FROM channel_health");
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation)) measured.Add(JsonSerializer.Deserialize<ChannelHealthMeasured>(reader.GetString(0), JsonSerializerOptions.Web)!);
        return new KnownHealth(measured);
    }

    [LoggerMessage(1, LogLevel.Warning, "Rules, catalogue and health are as they were: {Reason}")]
    private partial void LogStale(string reason);
}
