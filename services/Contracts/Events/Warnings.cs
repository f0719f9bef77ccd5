using System.Text.Json.Serialization;

namespace ECommerce.Channels.Contracts.Events;

/// <summary>
/// A warning as it is after a change; every event of a warning carries all of it. Topic <c>channels.warnings</c>, key: its id.
/// </summary>
/// <param name="Rule">The rule that found it.</param>
/// <param name="Severity">critical, warning or info.</param>
/// <param name="Kind">below, above, late-feed, no-data or evaluation-failed.</param>
/// <param name="Cause">Warnings with the same one belong together.</param>
/// <param name="Indicator">Null of a late feed.</param>
/// <param name="IndicatorVersion">Of its definition.</param>
/// <param name="Channel">Null: all of them.</param>
/// <param name="Region">With its sub-tree; null: all of them.</param>
/// <param name="Source">Of a late feed.</param>
/// <param name="Value">In the indicator's unit; of the last window that fired.</param>
/// <param name="N">How many events or customers the value stands on.</param>
/// <param name="Since">Start of the first window that fired, or when the feed was late.</param>
/// <param name="LastSeen">Up to when the condition was seen to hold.</param>
/// <param name="State">new, acknowledged, snoozed or resolved.</param>
/// <param name="Notify">Roles and users who are to be told.</param>
/// <param name="Revision">Counts the warning's changes; the event's sequence.</param>
public sealed record WarningFacts(
    string Id, string Rule, string Severity, string Kind, string Cause, string? Indicator, int? IndicatorVersion, string? Channel, string? Region,
    string? Source, double? Threshold, double? Value, long? Numerator, long? Denominator, long N, DateTimeOffset Since, DateTimeOffset LastSeen,
    DateTimeOffset? EndedAt, string State, string? Owner, DateTimeOffset? SnoozedUntil, IReadOnlyList<string> Notify, WarningWords NextStep, int Revision);

/// <summary>A sentence for people, in both languages of the suite.</summary>
public sealed record WarningWords([property: JsonPropertyName("zh-CN")] string Chinese, [property: JsonPropertyName("en")] string English);

/// <summary>A rule's condition began to hold, or holds again.</summary>
/// <param name="Reopened">It is a warning that had ended, and not a new one.</param>
public sealed record WarningRaised(WarningFacts Warning, bool Reopened)
{
    public const string Type = "channels.warning.raised.v1";
}

/// <summary>Somebody did something about a warning, or it goes on with another value.</summary>
/// <param name="What">acknowledged, assigned, snoozed, snooze-ended, judged or seen.</param>
/// <param name="By">Who: <c>user:NAME</c>, <c>key:ID</c> or <c>system</c>.</param>
public sealed record WarningChanged(WarningFacts Warning, string What, string By)
{
    public const string Type = "channels.warning.changed.v1";
}

/// <summary>A warning is over: its condition no longer holds, or somebody resolved it.</summary>
/// <param name="What">ended, resolved, rule-changed or rule-removed.</param>
public sealed record WarningEnded(WarningFacts Warning, string What, string By)
{
    public const string Type = "channels.warning.ended.v1";
}
