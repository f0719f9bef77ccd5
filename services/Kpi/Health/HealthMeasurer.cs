using ECommerce.Channels.Kpi.Catalogue;
using ECommerce.Channels.Kpi.Indicators;
using Microsoft.Extensions.Options;

namespace ECommerce.Channels.Kpi.Health;

/// <summary>One round of measuring: every channel from what it was to what it is, kept and told in one transaction.</summary>
internal sealed partial class HealthMeasurer(
    HealthStore store, CatalogueHistory catalogue, OpenFigureSource open, OperatorZone zone, IOptions<HealthOptions> options, TimeProvider time,
    ILogger<HealthMeasurer> logger)
{
    /// <summary>How far counting may be behind: with more, the shortest window says nothing of the present.</summary>
    public static readonly TimeSpan Behind = TimeSpan.FromMinutes(5);

    /// <summary>When a round that another replica has is looked for again.</summary>
    private static readonly TimeSpan Again = TimeSpan.FromSeconds(1);

    /// <summary>When it is, where counting is behind.</summary>
    private static readonly TimeSpan Later = TimeSpan.FromSeconds(5);

    /// <summary>Measures, where a round is due and no other replica is at it.</summary>
    /// <returns>When to look again.</returns>
    public async Task<DateTimeOffset> RoundAsync(CancellationToken cancellation)
    {
        var now = Now();
        var known = await store.LoadAsync(cancellation);
        if (known.At is { } last && last + options.Value.Interval > now) return last + options.Value.Interval;
        if (!await store.ClaimAsync(known.At, cancellation)) return now + Again;
        await using var source = await open(cancellation);
        if (now - source.AsOf > Behind)
        {
            LogBehind(source.AsOf);
            await store.LeaveAsync(known.At, cancellation);
            return now + Later;
        }
        var counts = await HealthCounts.ReadAsync(source, await catalogue.LatestAsync(cancellation), zone, now, cancellation);
        await store.SaveAsync(known.At, now, Measure(counts, known, now), cancellation);
        return now + options.Value.Interval;
    }

    private List<ChannelStanding> Measure(HealthCounts counts, KnownHealth known, DateTimeOffset now)
    {
        var before = known.Channels.SelectMany(channel => channel.Services.Select(service => (channel.Channel, service)))
            .ToDictionary(one => (one.Channel, one.service.Service), one => one.service);
        return
        [
            .. counts.Channels.Select(channel => new ChannelStanding(channel.Key, now,
            [
                .. channel.Select(one => ChannelHealth.Measure(
                    one.Service, before.GetValueOrDefault((channel.Key, one.Service)), one.Counts.Minutes, one.Counts.Able, options.Value.Floor, now)),
            ])),
        ];
    }

    /// <summary>To the millisecond: what the database keeps is then the same.</summary>
    private DateTimeOffset Now() => DateTimeOffset.FromUnixTimeMilliseconds(time.GetUtcNow().ToUnixTimeMilliseconds());

    [LoggerMessage(1, LogLevel.Information, "Channel health is not measured yet: counting has come to {AsOf}")]
    private partial void LogBehind(DateTimeOffset asOf);
}
