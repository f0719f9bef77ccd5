namespace ECommerce.Channels.Contracts.Events;

/// <summary>
/// A customer of the directory as it is after a change, consents included; nothing personal. Topic <c>channels.customers</c>, compacted,
/// key: the pseudonym; the envelope's sequence is <paramref name="Revision"/>, and lower ones are ignored everywhere.
/// </summary>
/// <param name="Stage">entry, mature or decline.</param>
/// <param name="Tier">ordinary, silver, gold, diamond or vip.</param>
/// <param name="PreferredChannel">The channel the customer asked to be served by.</param>
/// <param name="Manager">User name of the dedicated manager.</param>
/// <param name="Consents">What holds now for each purpose and channel that the customer ever spoke about; whatever is not in it is a no.</param>
/// <param name="ConsentVersion">Counts what the customer said about consents.</param>
public sealed record CustomerChanged(
    string Customer, string? Stage, string? Tier, string? Brand, string? Region, string? Language, IReadOnlyList<string> Tags,
    string? PreferredChannel, string? Manager, IReadOnlyList<ConsentFacts> Consents, long ConsentVersion, long Revision)
{
    public const string Type = "channels.customer.changed.v1";
}

/// <param name="Purpose">What for: see <see cref="ConsentPurposes"/>.</param>
/// <param name="Channel">A channel's code.</param>
/// <param name="At">When the customer said so.</param>
/// <param name="Version">Of what was said, by customer.</param>
public sealed record ConsentFacts(string Purpose, string Channel, bool Given, DateTimeOffset At, long Version);

/// <summary>What a customer is asked to agree to.</summary>
public static class ConsentPurposes
{
    /// <summary>Offers of the operator's: 营销.</summary>
    public const string Marketing = "marketing";

    /// <summary>Being asked how it was: 调查.</summary>
    public const string Survey = "survey";

    /// <summary>Being led to an e-channel because of what the customer did before: 渠道引导.</summary>
    public const string Guidance = "guidance";

    /// <summary>Being called or written to about service: 服务关怀.</summary>
    public const string Care = "care";

    public static readonly IReadOnlyList<string> All = [Marketing, Survey, Guidance, Care];
}

/// <summary>
/// A customer was erased. The record has no value, so that compaction forgets the key; every service replaces the pseudonym by a random
/// id of its own at once.
/// </summary>
public static class CustomerErased
{
    public const string Type = "channels.customer.erased.v1";
}
