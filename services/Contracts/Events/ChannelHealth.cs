namespace ECommerce.Channels.Contracts.Events;

/// <summary>
/// How well a channel works now, service by service. Topic <c>channels.health</c>, compacted, key: the channel; the envelope's sequence
/// counts the measurements of a channel. Published at each interval, changed or not: who finds the last one older than three intervals
/// (of 60 s, unless the operator set another) does not know the channel's health any more.
/// </summary>
/// <param name="Channel">A code of the catalogue.</param>
/// <param name="At">When it was measured.</param>
/// <param name="Services">Every service of the catalogue that this channel had any transaction of within 30 days, by code.</param>
public sealed record ChannelHealthMeasured(string Channel, DateTimeOffset At, IReadOnlyList<ServiceHealth> Services)
{
    public const string Type = "channels.health.measured.v1";
}

/// <param name="Service">A code of the catalogue.</param>
/// <param name="State">See <see cref="HealthStates"/>.</param>
/// <param name="Successes">Of the window that the state stands on.</param>
/// <param name="Failures">Likewise. Abandoned transactions say nothing about a channel's health.</param>
/// <param name="Low">Lower end of the success rate's 95 % interval (Wilson), 0 to 1; null where there is no event.</param>
/// <param name="High">Upper end.</param>
/// <param name="Floor">The success rate that a channel must be able to reach, 0 to 1.</param>
/// <param name="WindowMinutes">How many minutes the numbers stand on: 1 to 60, the one that ran when they were counted included.</param>
/// <param name="Able">The channel has had a success of this service within the last 30 days.</param>
public sealed record ServiceHealth(
    string Service, string State, long Successes, long Failures, double? Low, double? High, double Floor, int WindowMinutes, bool Able);

/// <summary>What is known of a service's health on a channel.</summary>
public static class HealthStates
{
    /// <summary>Nothing says that it fails.</summary>
    public const string Healthy = "healthy";

    /// <summary>Its success rate is below the floor beyond noise, or was, and it has not proved itself again.</summary>
    public const string Failing = "failing";

    /// <summary>Too few transactions to tell.</summary>
    public const string Unknown = "unknown";

    public static readonly IReadOnlyList<string> All = [Healthy, Failing, Unknown];
}
