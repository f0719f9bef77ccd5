using System.Runtime.InteropServices;
using ECommerce.Channels.Kpi.Catalogue;
using ECommerce.Channels.Kpi.Indicators;
using ECommerce.Channels.Kpi.Rollups;

namespace ECommerce.Channels.Kpi.Health;

/// <summary>What happened to one service on one channel.</summary>
internal sealed class ServiceCounts
{
    /// <summary>Of the last 60 minutes, the running one first.</summary>
    public Outcomes[] Minutes { get; } = new Outcomes[ChannelHealth.LongestWindow];

    /// <summary>There was a success within the last 30 days.</summary>
    public bool Able { get; set; }
}

/// <summary>
/// What health is measured on, in one view of the roll-ups: two questions by channel and service, one for an hour of minutes, merged or
/// not, and one for the days, of which a month is one small row. Only what the catalogue knows today.
/// </summary>
internal sealed class HealthCounts
{
    /// <summary>For how many days a channel is remembered to do a service.</summary>
    public const int Days = 30;

    private const Dimensions ByService = Dimensions.Channel | Dimensions.Service;

    private readonly Dictionary<(string Channel, string Service), ServiceCounts> services = [];
    private readonly string?[] channelOf;
    private readonly string?[] serviceOf;

    private HealthCounts(CodeBook codes, CatalogueVersion catalogue)
    {
        channelOf = Known(CatalogueField.Channel, codes.Channels, catalogue);
        serviceOf = Known(CatalogueField.Service, codes.Services, catalogue);
    }

    /// <summary>Every service that had an event within 30 days, by channel, in the order of codes.</summary>
    public IEnumerable<IGrouping<string, (string Service, ServiceCounts Counts)>> Channels => services
        .OrderBy(one => one.Key.Channel, StringComparer.Ordinal).ThenBy(one => one.Key.Service, StringComparer.Ordinal)
        .GroupBy(one => one.Key.Channel, one => (one.Key.Service, one.Value));

    public static async Task<HealthCounts> ReadAsync(
        IFigureSource source, CatalogueTimeline catalogue, OperatorZone zone, DateTimeOffset now, CancellationToken cancellation)
    {
        var minute = ChannelHealth.MinuteOf(now);
        var today = zone.DayOf(minute);
        var counts = new HealthCounts(source.Codes, catalogue.At(today));
        var days = new CellQuery(Grain.Day, zone.StartOf(today.AddDays(-Days)), zone.StartOf(today.AddDays(1)), ByService);
        await source.ReadAsync(days, new DaySink(counts), cancellation);
        var minutes = new CellQuery(Grain.Minute, minute - ChannelHealth.LongestWindow + 1, minute + 1, ByService);
        await source.ReadAsync(minutes, new MinuteSink(counts, minute), cancellation);
        return counts;
    }

    private ServiceCounts? Of(CellKey key)
    {
        if (channelOf[key.Channel] is not { } channel || serviceOf[key.Service] is not { } service) return null;
        ref var counts = ref CollectionsMarshal.GetValueRefOrAddDefault(services, (channel, service), out _);
        return counts ??= new ServiceCounts();
    }

    private static string?[] Known(CatalogueField field, IReadOnlyList<string?> raw, CatalogueVersion catalogue) =>
        [.. raw.Select(code => code is null ? null : catalogue.Resolve(field, code))];

    private abstract class Sink(HealthCounts counts) : ICellSink
    {
        public void Cell(long bucket, CellKey key, in Measures measures)
        {
            if (counts.Of(key) is { } service) Add(service, bucket, measures);
        }

        public void Failures(long bucket, CellKey key, ushort reason, long count)
        {
        }

        public void Durations(long bucket, CellKey key, int histogramBucket, long count)
        {
        }

        protected abstract void Add(ServiceCounts service, long bucket, in Measures measures);
    }

    private sealed class DaySink(HealthCounts counts) : Sink(counts)
    {
        protected override void Add(ServiceCounts service, long bucket, in Measures measures) => service.Able |= measures.Successes > 0;
    }

    private sealed class MinuteSink(HealthCounts counts, long running) : Sink(counts)
    {
        protected override void Add(ServiceCounts service, long bucket, in Measures measures) =>
            service.Minutes[running - bucket] += new Outcomes(measures.Successes, measures.Failures);
    }
}
