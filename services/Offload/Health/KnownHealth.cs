using ECommerce.Channels.Contracts.Events;

namespace ECommerce.Channels.Offload.Health;

/// <summary>How a channel does with a service, as far as is known.</summary>
/// <param name="Told">Something recent is known.</param>
/// <param name="Able">It has done this service within the last 30 days.</param>
/// <param name="Rate">Success rate, 0 to 1; that of the service's prior where nothing was counted.</param>
internal readonly record struct HealthNow(bool Told, string State, bool Able, double Rate);

/// <summary>The health of all channels as it was told last. Never changes.</summary>
internal sealed class KnownHealth
{
    /// <summary>What is older counts as not known.</summary>
    public static readonly TimeSpan Fresh = TimeSpan.FromMinutes(3);

    /// <summary>Assumed where nothing was counted within the hour.</summary>
    private const double UsualRate = 0.9;

    public static readonly KnownHealth Nothing = new([]);

    private readonly Dictionary<(string Channel, string Service), (DateTimeOffset At, HealthNow Now)> known = [];

    public KnownHealth(IEnumerable<ChannelHealthMeasured> measured)
    {
        foreach (var (channel, one) in measured.SelectMany(channel => channel.Services.Select(one => (channel, one))))
        {
            var tries = one.Successes + one.Failures;
            known[(channel.Channel, one.Service)] = (channel.At, new HealthNow(true, one.State, one.Able, tries == 0 ? UsualRate : (double)one.Successes / tries));
        }
    }

    /// <summary>As it was kept with a decision on one service.</summary>
    public KnownHealth(string service, IReadOnlyDictionary<string, HealthNow> then, DateTimeOffset at)
    {
        foreach (var (channel, now) in then)
            if (now.Told) known[(channel, service)] = (at, now);
    }

    public HealthNow Of(string channel, string service, DateTimeOffset now) =>
        known.TryGetValue((channel, service), out var one) && now - one.At <= Fresh ? one.Now : new HealthNow(false, HealthStates.Unknown, false, UsualRate);
}
