using ECommerce.Channels.Kpi.Indicators;

namespace ECommerce.Channels.Kpi.Warnings;

/// <summary>When a rule fires.</summary>
/// <param name="Kind"><c>below</c> or <c>above</c> a threshold; <c>late-feed</c>: a feed is past its cadence.</param>
/// <param name="Threshold">In the indicator's unit; a rate is 0 to 1. Null of a late feed.</param>
/// <param name="Window"><c>hour</c> or <c>day</c> in the operator's zone. Null of a late feed.</param>
public sealed record WarningCondition(string Kind, double? Threshold = null, string? Window = null)
{
    public const string Below = "below";
    public const string Above = "above";
    public const string LateFeed = "late-feed";

    internal AnswerGrain Grain => Window == "day" ? AnswerGrain.Day : AnswerGrain.Hour;
}

/// <summary>A rule: metric, scope, condition, who. One figure is watched: the indicator over the whole scope.</summary>
/// <param name="Name">Null: named by what it watches.</param>
/// <param name="Indicator">Null of a rule for late feeds.</param>
/// <param name="Channel">Null: all channels together; of a rule for late feeds, each feed of every channel.</param>
/// <param name="Region">With its sub-tree; null is all regions together.</param>
/// <param name="Notify">Roles and users who are told.</param>
/// <param name="Severity">critical, warning or info.</param>
public sealed record WarningRule(
    string Id, string? Name, string? Indicator, string? Channel, string? Region, WarningCondition Condition, IReadOnlyList<string> Notify,
    string Severity, bool Enabled, int Revision)
{
    internal bool IsLateFeed => Condition.Kind == WarningCondition.LateFeed;

    /// <summary>Whether the other watches the same: what the one found holds for the other.</summary>
    internal bool WatchesAs(WarningRule other) =>
        (Indicator, Channel, Region, Condition, Enabled) == (other.Indicator, other.Channel, other.Region, other.Condition, other.Enabled);
}

/// <summary>One window of a rule's figure.</summary>
/// <param name="Span">Minutes since 1970 UTC.</param>
/// <param name="Value">Null where there is none, as a rate without events.</param>
/// <param name="MinimumN">Of the definition valid then; 0 where the figure is a count: a count of 0 is exact.</param>
/// <param name="Version">Of the definition.</param>
internal sealed record WindowFigure(Span Span, double? Value, long? Numerator, long? Denominator, long N, long MinimumN, int Version);

internal enum Verdict
{
    /// <summary>The condition does not hold.</summary>
    Fine,

    Fires,

    /// <summary>n is below the definition's minimum: neither the one nor the other.</summary>
    TooFew,

    /// <summary>Its data did not come within <see cref="Coverage.Patience"/>: neither the one nor the other.</summary>
    Missing,
}

/// <summary>A stretch in which a rule's condition held, as windows show it.</summary>
/// <param name="From">Start of the first window that fired, minutes since 1970 UTC.</param>
/// <param name="LastFired">End of the last one.</param>
/// <param name="Fine">Windows since then in which it did not hold.</param>
/// <param name="EndedAt">End of the window that ended it; null while it goes on.</param>
internal sealed record Episode(long From, long LastFired, int Fine, long? EndedAt);

internal enum EpisodeChange
{
    None,
    Raised,

    /// <summary>It fired again within a day of its end: the same episode, not another one.</summary>
    Reopened,

    /// <summary>It goes on.</summary>
    Seen,
    Ended,
}

/// <summary>The rules of rules: pure, and the same for what is live and for a preview.</summary>
internal static class Judgement
{
    /// <summary>One window in which the condition does not hold ends nothing; the second in a row does.</summary>
    private const int FineWindowsToEnd = 2;

    private static readonly TimeSpan ReopensWithin = TimeSpan.FromDays(1);

    /// <summary>Whether what begins again so soon after its end is the same and not another.</summary>
    public static bool Reopens(DateTimeOffset endedAt, DateTimeOffset at) => at - endedAt < ReopensWithin;

    public static Verdict Of(WarningCondition condition, WindowFigure figure)
    {
        if (figure.Value is not { } value || figure.N < figure.MinimumN) return Verdict.TooFew;
        var fires = condition.Kind == WarningCondition.Below ? value < condition.Threshold : value > condition.Threshold;
        return fires ? Verdict.Fires : Verdict.Fine;
    }

    /// <summary>Takes an episode one window further.</summary>
    public static (Episode? Episode, EpisodeChange Change) Step(Episode? before, Span window, Verdict verdict)
    {
        var open = before is { EndedAt: null };
        return verdict switch
        {
            Verdict.Fires when open => (before! with { LastFired = window.To, Fine = 0 }, EpisodeChange.Seen),
            Verdict.Fires when before is not null && window.From - before.EndedAt < ReopensWithin.TotalMinutes =>
                (before with { LastFired = window.To, Fine = 0, EndedAt = null }, EpisodeChange.Reopened),
            Verdict.Fires => (new Episode(window.From, window.To, 0, null), EpisodeChange.Raised),
            Verdict.Fine when open && before!.Fine + 1 >= FineWindowsToEnd =>
                (before with { Fine = before.Fine + 1, EndedAt = window.To }, EpisodeChange.Ended),
            Verdict.Fine when open => (before! with { Fine = before!.Fine + 1 }, EpisodeChange.None),
            _ => (before, EpisodeChange.None),
        };
    }

    /// <summary>Whether one value is further beyond the threshold than another.</summary>
    public static bool IsWorse(WarningCondition condition, double? value, double? than) =>
        condition.Kind == WarningCondition.Below ? value < than : value > than;
}
