using ECommerce.Channels.Platform.Hosting;

namespace ECommerce.Channels.Gateway.Access;

/// <summary>An API key, without its secret.</summary>
/// <param name="Source">The feed that events sent with it belong to.</param>
/// <param name="RequestsPerMinute">How many requests it may make in any minute.</param>
/// <param name="IngestBytesPerSecond">How fast it may send transactions, which count by bytes and not by requests.</param>
/// <param name="PreviousUntil">Until when the secret before the last rotation works, too.</param>
internal sealed record ApiKey(
    string Id, string Name, IReadOnlyList<string> Roles, IReadOnlyList<string> Regions, string Source, int RequestsPerMinute,
    long IngestBytesPerSecond, DateTimeOffset CreatedAt, DateTimeOffset? ExpiresAt, DateTimeOffset? PreviousUntil, DateTimeOffset? RevokedAt);

/// <summary>A key with its secret: the only time it is shown.</summary>
internal sealed record ShownKey(string Id, string Key);

/// <summary>A new key; what is not given takes the usual limits of its first role.</summary>
internal sealed record NewKey(
    string Name, IReadOnlyList<string> Roles, IReadOnlyList<string> Regions, string Source, int RequestsPerMinute, long IngestBytesPerSecond,
    DateTimeOffset? ExpiresAt) : IJsonInput<NewKey>
{
    public static NewKey Read(JsonFields fields)
    {
        var roles = Grants.ReadRoles(fields, optional: false) ?? [];
        var role = roles.Count > 0 ? roles[0] : "";
        return new NewKey(
            fields.String("name"), roles, Grants.ReadRegions(fields) ?? ["*"], fields.OptionalCode("source") ?? role,
            (int)(fields.OptionalInteger("requestsPerMinute", 1, 10_000_000) ?? DefaultRequests(roles)),
            fields.OptionalInteger("ingestBytesPerSecond", 1_024, 10L << 30) ?? KeyLimits.IngestBytesPerSecond,
            fields.OptionalInstant("expiresAt"));
    }

    public static int DefaultRequests(IReadOnlyList<string> roles) =>
        roles.Contains(Contracts.Roles.Portal) ? KeyLimits.PortalRequestsPerMinute : KeyLimits.RequestsPerMinute;
}

/// <summary>How long the secret before a rotation goes on working.</summary>
internal sealed record KeyRotation(TimeSpan Grace) : IJsonInput<KeyRotation>
{
    private const int ThirtyDays = 30 * 24 * 3600;
    private const int OneDay = 24 * 3600;

    public static KeyRotation Read(JsonFields fields) => new(TimeSpan.FromSeconds(fields.OptionalInteger("graceSeconds", 0, ThirtyDays) ?? OneDay));
}
