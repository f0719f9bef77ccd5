using ECommerce.Channels.Kpi.Indicators;

namespace ECommerce.Channels.Kpi.Targets;

/// <summary>What a target is for.</summary>
/// <param name="Channel">Null is all channels.</param>
/// <param name="Region">The region and what lies in it; null is all regions.</param>
/// <param name="Month">Its first day.</param>
public sealed record TargetKey(string Indicator, string? Channel, string? Region, DateOnly Month);

/// <summary>A target as it is asked for.</summary>
/// <param name="Value">In the indicator's unit: a rate of 0 to 1, a whole number else; null takes the target away.</param>
/// <param name="Revision">The target must still be at this one; null does not ask.</param>
public sealed record TargetEdit(TargetKey Key, double? Value, long? Revision = null);

/// <summary>A target as it stands.</summary>
/// <param name="Revision">Number of the change that made it so.</param>
public sealed record Target(TargetKey Key, double Value, long Revision, DateTimeOffset UpdatedAt, string UpdatedBy);

/// <summary>One change of one target.</summary>
/// <param name="Before">Null where there was none.</param>
/// <param name="After">Null where it was taken away.</param>
public sealed record TargetChange(long Id, TargetKey Key, double? Before, double? After, DateTimeOffset At, string By);

/// <summary>What may be a target, and what an edit changes.</summary>
internal static class TargetRules
{
    public const int MaxEdits = 5_000;

    /// <summary>Whole numbers beyond this are not all different as doubles.</summary>
    public const double Largest = 1L << 53;

    /// <summary>A share is of what an answer tells apart, so that it has no value by itself.</summary>
    public static bool CanHaveTarget(Definition definition) => definition.Kind != FigureKind.Share && definition.Grains.Contains("month");

    /// <summary>An indicator that says neither is aimed at from below, like a volume.</summary>
    public static bool MoreIsBetter(Definition definition) => definition.Direction != "down";

    public static bool IsRate(Definition definition) => definition.Unit == "rate";

    public static bool IsValue(Definition definition, double value) => IsRate(definition)
        ? value is >= 0 and <= 1
        : value >= 0 && value <= Largest && Math.Floor(value) == value;

    /// <summary>Whether somebody changed one of the targets since the caller read it.</summary>
    public static bool IsStale(IReadOnlyDictionary<TargetKey, Target> before, IEnumerable<TargetEdit> edits) => edits.Any(
        edit => edit.Revision is { } revision && (before.GetValueOrDefault(edit.Key)?.Revision ?? 0) != revision);

    /// <summary>What really changes: setting a target to the value it has is no change.</summary>
    /// <param name="last">Number of the last change there was.</param>
    public static IReadOnlyList<TargetChange> Changes(
        IReadOnlyDictionary<TargetKey, Target> before, IEnumerable<TargetEdit> edits, long last, DateTimeOffset at, string by) =>
    [
        .. edits.Select(edit => (edit.Key, Before: before.GetValueOrDefault(edit.Key)?.Value, After: edit.Value))
            .Where(edit => edit.Before != edit.After)
            .Select((edit, i) => new TargetChange(last + 1 + i, edit.Key, edit.Before, edit.After, at, by)),
    ];
}
