using System.Text.Json.Serialization;

namespace ECommerce.Channels.Offload.Rules;

/// <summary>
/// One thing that has to be so for a rule to apply: a fact is one of some words, or none of them; or a number lies between two bounds.
/// What a customer has no value of is none of any words, and is a 0.
/// </summary>
/// <param name="Fact">One of <see cref="Facts.All"/>.</param>
/// <param name="Channel">For facts of a customer and a channel: which.</param>
/// <param name="Days">For facts that are counted over a time: 30, 90 or 180.</param>
/// <param name="In">Words, one of which it has to be.</param>
/// <param name="NotIn">Words, none of which it may be.</param>
/// <param name="Min">Inclusive.</param>
/// <param name="Max">Inclusive.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Skip)]
internal sealed record Condition(
    string Fact,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Channel = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? Days = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<string>? In = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<string>? NotIn = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] double? Min = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] double? Max = null);

/// <summary>What a rule does where it applies: offers a channel by a policy, or stays.</summary>
/// <param name="Policy">One of <see cref="Policies.All"/>; null: stay.</param>
/// <param name="Channels">Only these, null: any e-channel.</param>
/// <param name="MinimumScore">Bin of the preference score, 1 to 10, that a channel has to reach; null: none.</param>
internal sealed record RuleAction(
    string? Policy,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<string>? Channels = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? MinimumScore = null);

/// <summary>A rule: where everything under <paramref name="When"/> is so, <paramref name="Then"/>. The first rule that applies decides.</summary>
/// <param name="Id">A code; it names the rule for ever.</param>
/// <param name="Enabled">A rule that is switched off stays in its place and never applies.</param>
internal sealed record Rule(string Id, RuleNames Names, bool Enabled, IReadOnlyList<Condition> When, RuleAction Then);

internal sealed record RuleNames([property: JsonPropertyName("zh-CN")] string Chinese, [property: JsonPropertyName("en")] string English);

/// <summary>The ways of choosing among channels, by name.</summary>
internal static class Policies
{
    /// <summary>For high-value customers: what they like, whatever it costs.</summary>
    public const string PreferenceFirst = "preference-first";

    /// <summary>For ordinary customers: the cheapest.</summary>
    public const string CostFirst = "cost-first";

    /// <summary>Where this customer is most likely to succeed.</summary>
    public const string SatisfactionFirst = "satisfaction-first";

    /// <summary>p(success) · (cost now − cost there) − p(failure) · cost of a bounce-back.</summary>
    public const string Utility = "utility";

    public static readonly string[] All = [PreferenceFirst, CostFirst, SatisfactionFirst, Utility];
}

/// <summary>What rules may ask about.</summary>
internal static class Facts
{
    public const string Service = "service";
    public const string Group = "group";
    public const string From = "from";
    public const string Tier = "tier";
    public const string Stage = "stage";
    public const string Brand = "brand";
    public const string Region = "region";
    public const string Language = "language";
    public const string Tag = "tag";
    public const string StatedChannel = "stated-channel";
    public const string Weekday = "weekday";
    public const string Hour = "hour";
    public const string Score = "score";
    public const string Potential = "potential";
    public const string Share = "share";
    public const string Uses = "uses";
    public const string Refusals = "refusals";

    /// <summary>Facts that are words.</summary>
    public static readonly string[] Words = [Service, Group, From, Tier, Stage, Brand, Region, Language, Tag, StatedChannel, Weekday];

    /// <summary>Facts that are numbers.</summary>
    public static readonly string[] Numbers = [Hour, Score, Potential, Share, Uses, Refusals];

    /// <summary>Facts of a customer and a channel.</summary>
    public static readonly string[] ByChannel = [Score, Potential, Share, Uses, Refusals];

    public static readonly string[] All = [.. Words, .. Numbers];

    public static readonly string[] Weekdays = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
}
