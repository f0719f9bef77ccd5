using System.ComponentModel.DataAnnotations;
using ECommerce.Channels.Kpi.Catalogue;
using ECommerce.Channels.Kpi.Indicators;
using ECommerce.Channels.Kpi.Rollups;
using Microsoft.Extensions.Options;

namespace ECommerce.Channels.Kpi.Health;

/// <summary>Settings of the channels' health: section <c>Health</c>.</summary>
public sealed class HealthOptions
{
    public const string Section = "Health";

    /// <summary>How often it is measured and told. Default one minute.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:10:00")]
    public TimeSpan Interval { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>A success rate surely below it means that the channel fails; 0 to 1. Default 0.8.</summary>
    [Range(0.0, 1.0)]
    public double Floor { get; set; } = 0.8;
}

/// <summary>Measures every minute how each channel does with each service, from the minutes that are rolled up, and tells it.</summary>
internal sealed partial class HealthLoop(
    HealthStore store, OpenFigureSource open, CatalogueHistory catalogue, OperatorZone zone, IOptions<HealthOptions> options, TimeProvider time, ILogger<HealthLoop> logger)
    : BackgroundService
{
    private const int AbleDays = 30;
    private static readonly TimeSpan AbleFor = TimeSpan.FromMinutes(2);

    private HashSet<(string, string)> able = [];
    private DateTimeOffset ableUntil = DateTimeOffset.MinValue;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.Value.Interval, time);
        try
        {
            do
            {
                await TryAsync(stoppingToken);
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The service stops.
        }
    }

    /// <returns>False: it was another replica's turn.</returns>
    public async Task<bool> RoundAsync(CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        await using var source = await open(cancellation);
        var known = await catalogue.LatestAsync(cancellation);
        var last = source.AsOf.ToUnixTimeSeconds() / 60;
        if (last <= 0) return false;
        var counts = new Tallies(source.Codes, known.At(zone.DayOf(last)), last);
        await source.ReadAsync(new CellQuery(Grain.Minute, last - HealthCounts.Windows[^1], last, Dimensions.Channel | Dimensions.Service), counts, cancellation);
        if (now >= ableUntil) await LookWhoIsAbleAsync(source, known, last, now, cancellation);
        return await store.RoundAsync(
            now, options.Value.Interval, source.AsOf,
            before => able.Union(counts.Found.Keys).ToDictionary(
                key => key,
                key => ChannelHealth.Next(
                    before.GetValueOrDefault(key), counts.Found.GetValueOrDefault(key) ?? new HealthCounts(), options.Value.Floor,
                    able.Contains(key) || counts.Succeeded.Contains(key), now)),
            cancellation);
    }

    /// <summary>What was done at all in a month changes slowly: it is asked for now and then.</summary>
    private async Task LookWhoIsAbleAsync(IFigureSource source, CatalogueTimeline known, long last, DateTimeOffset now, CancellationToken cancellation)
    {
        var days = new Tallies(source.Codes, known.At(zone.DayOf(last)), last);
        var first = zone.StartOf(zone.DayOf(last).AddDays(-AbleDays));
        await source.ReadAsync(new CellQuery(Grain.Day, first, zone.StartOf(zone.DayOf(last).AddDays(1)), Dimensions.Channel | Dimensions.Service), days, cancellation);
        (able, ableUntil) = (days.Succeeded, days.Succeeded.Count == 0 ? now : now + AbleFor);
    }

    private async Task TryAsync(CancellationToken cancellation)
    {
        try
        {
            await RoundAsync(cancellation);
        }
        catch (Exception failure) when (!cancellation.IsCancellationRequested)
        {
            // Whoever relies on it sees by its age that it was not measured.
            LogNotMeasured(failure);
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "The health of channels was not measured")]
    private partial void LogNotMeasured(Exception failure);

    /// <summary>Adds cells up by codes of the catalogue; what it does not know is nobody's.</summary>
    private sealed class Tallies(CodeBook codes, CatalogueVersion catalogue, long last) : ICellSink
    {
        public Dictionary<(string Channel, string Service), HealthCounts> Found { get; } = [];

        public HashSet<(string, string)> Succeeded { get; } = [];

        public void Cell(long bucket, CellKey key, in Measures measures)
        {
            if (Code(codes.Channels, key.Channel, CatalogueField.Channel) is not { } channel || Code(codes.Services, key.Service, CatalogueField.Service) is not { } service) return;
            if (measures.Successes > 0) Succeeded.Add((channel, service));
            if (!Found.TryGetValue((channel, service), out var counts)) Found[(channel, service)] = counts = new HealthCounts();
            counts.Add(last - 1 - bucket, measures.Successes, measures.Failures);
        }

        public void Failures(long bucket, CellKey key, ushort reason, long count)
        {
        }

        public void Durations(long bucket, CellKey key, int histogramBucket, long count)
        {
        }

        private string? Code(IReadOnlyList<string?> raw, ushort id, CatalogueField field) =>
            id < raw.Count && raw[id] is { } text ? catalogue.Resolve(field, text) : null;
    }
}
