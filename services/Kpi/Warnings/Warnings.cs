using ECommerce.Channels.Platform.Hosting;

namespace ECommerce.Channels.Kpi.Warnings;

/// <summary>What a rule found, and what people did about it.</summary>
/// <param name="Cause">Warnings with the same one have probably one root.</param>
/// <param name="Since">Start of the first window that fired; of a late feed, when it was late.</param>
/// <param name="LastSeen">Up to when the condition was seen to hold.</param>
/// <param name="GoingOn">The condition still holds, whatever people made of it.</param>
/// <param name="EndedAt">When the condition no longer held, or somebody resolved it.</param>
/// <param name="State">new, acknowledged, snoozed or resolved.</param>
/// <param name="Useful">A person's judgement; false is a false alarm.</param>
/// <param name="Detail">What more there is to know: the feeds that are late, the error.</param>
/// <param name="Evidence">The last windows up to <paramref name="LastSeen"/>, oldest first.</param>
internal sealed record Warning(
    string Id, string Rule, int RuleRevision, string Severity, WarningScope Scope, string Cause, WarningReading Reading, DateTimeOffset Since,
    DateTimeOffset LastSeen, bool GoingOn, DateTimeOffset? EndedAt, string State, string? Owner, DateTimeOffset? SnoozedUntil, bool? Useful,
    string? Detail, Text NextStep, IReadOnlyList<SeriesPoint> Evidence, IReadOnlyList<string> Notify, int Revision)
{
    public const string New = "new";
    public const string Acknowledged = "acknowledged";
    public const string Snoozed = "snoozed";
    public const string Resolved = "resolved";
    public const string NoData = "no-data";
    public const string EvaluationFailed = "evaluation-failed";

    public bool IsOpen => State != Resolved;
}

/// <summary>What a warning is about.</summary>
/// <param name="Kind">below, above, late-feed, no-data or evaluation-failed.</param>
/// <param name="Source">Of a late feed.</param>
internal sealed record WarningScope(string Kind, string? Indicator, string? Channel, string? Region, string? Source);

/// <summary>The figure that a warning stands on; of the last window that fired.</summary>
internal sealed record WarningReading(double? Threshold, double? Value, long? Numerator, long? Denominator, long N, int? IndicatorVersion)
{
    public static readonly WarningReading None = new(null, null, null, null, 0, null);
}

/// <summary>A change of a warning on its way to be saved.</summary>
/// <param name="Before">Null for a new one.</param>
/// <param name="What">A word for the history, and for those who are told.</param>
internal sealed record WarningChange(Warning? Before, Warning After, string What, string By, string? Note, DateTimeOffset At);

/// <summary>How a warning changes: pure, by the condition itself and by people.</summary>
internal static class Changes
{
    public const string System = "system";

    public static WarningChange Raise(Warning found, DateTimeOffset now) => new(null, found, "raised", System, null, now);

    /// <summary>It had ended and holds again; whoever owned it still does.</summary>
    public static WarningChange Reopen(Warning warning, Warning found, DateTimeOffset now) => Next(
        Update(warning, found) with
        {
            GoingOn = true,
            EndedAt = null,
            State = Warning.New,
            Useful = null,
            SnoozedUntil = null,
        }, warning, "reopened", now);

    /// <summary>It goes on. Somebody who had resolved it was wrong.</summary>
    public static WarningChange See(Warning warning, Warning found, DateTimeOffset now) =>
        warning.IsOpen ? Next(Update(warning, found), warning, "seen", now) : Reopen(warning, found, now);

    public static WarningChange End(Warning warning, string what, DateTimeOffset now) => Next(
        warning with
        {
            GoingOn = false,
            EndedAt = warning.EndedAt ?? now,
            State = Warning.Resolved,
            SnoozedUntil = null,
        }, warning, what, now);

    public static WarningChange WakeUp(Warning warning, DateTimeOffset now) =>
        Next(warning with { State = Warning.New, SnoozedUntil = null }, warning, "snooze-ended", now);

    public static WarningChange Acknowledge(Warning warning, string by, string? note, DateTimeOffset now) =>
        Next(warning with { State = Warning.Acknowledged, SnoozedUntil = null }, warning, "acknowledged", now, by, note);

    public static WarningChange Assign(Warning warning, string by, string? owner, DateTimeOffset now) =>
        Next(warning with { Owner = owner }, warning, "assigned", now, by, owner);

    public static WarningChange Snooze(Warning warning, string by, DateTimeOffset until, DateTimeOffset now) =>
        Next(warning with { State = Warning.Snoozed, SnoozedUntil = until }, warning, "snoozed", now, by, until.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ"));

    /// <summary>Done, and whether it was worth it; of a warning that is over already, only the judgement.</summary>
    public static WarningChange Resolve(Warning warning, string by, string? note, bool? useful, DateTimeOffset now) => Next(
        warning with
        {
            State = Warning.Resolved,
            EndedAt = warning.EndedAt ?? now,
            SnoozedUntil = null,
            Useful = useful ?? warning.Useful,
        }, warning, warning.IsOpen ? "resolved" : "judged", now, by, note);

    private static Warning Update(Warning warning, Warning found) => warning with
    {
        RuleRevision = found.RuleRevision,
        Severity = found.Severity,
        Reading = found.Reading,
        LastSeen = found.LastSeen,
        Detail = found.Detail,
        NextStep = found.NextStep,
        Evidence = found.Evidence,
        Notify = found.Notify,
    };

    private static WarningChange Next(Warning after, Warning before, string what, DateTimeOffset now, string by = System, string? note = null) =>
        new(before, after with { Revision = before.Revision + 1 }, what, by, note, now);
}
