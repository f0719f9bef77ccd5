namespace ECommerce.Channels.Contracts.Events;

public sealed record ChannelHealthMeasured(string Channel, DateTimeOffset At, IReadOnlyList<ServiceHealth> Services)
{
    public const string Type = "channels.health.measured.v1";
}

public sealed record ServiceHealth(string Service, string State, long Successes, long Failures, double? Low, double? High, double Floor, int WindowMinutes, bool Able);

public static class HealthStates
{
    public const string Healthy = "healthy";
    public const string Failing = "failing";
    public const string Unknown = "unknown";
}
