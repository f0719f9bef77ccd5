namespace ECommerce.Channels.Contracts.Events;

/// <summary>
/// How a channel does with each service that it was asked for within 30 days. Topic <c>channels.health</c>, compacted, key: the channel;
/// told every minute whether or not anything changed, so that what is old can be told from what is well.
/// </summary>
/// <param name="At">Up to when everything was counted.</param>
public sealed record ChannelHealthMeasured(string Channel, DateTimeOffset At, IReadOnlyList<ServiceHealth> Services)
{
    public const string Type = "channels.health.measured.v1";
}

/// <param name="State">One of <see cref="HealthStates"/>.</param>
/// <param name="Low">Of the success rate, 95 % (Wilson); null without tries.</param>
/// <param name="Floor">Surely below it a channel fails.</param>
/// <param name="WindowMinutes">Which the numbers stand on: 5, 15 or 60.</param>
/// <param name="Able">It had a success of this service within the last 30 days.</param>
public sealed record ServiceHealth(string Service, string State, long Successes, long Failures, double? Low, double? High, double Floor, int WindowMinutes, bool Able);

public static class HealthStates
{
    /// <summary>Nothing speaks against it.</summary>
    public const string Healthy = "healthy";

    /// <summary>Its success rate is surely below the floor, or was a moment ago.</summary>
    public const string Failing = "failing";

    /// <summary>Too few tries within an hour.</summary>
    public const string Unknown = "unknown";
}
