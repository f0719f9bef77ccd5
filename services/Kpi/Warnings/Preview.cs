using ECommerce.Channels.Kpi.Indicators;

namespace ECommerce.Channels.Kpi.Warnings;

/// <summary>One time that a rule would have fired.</summary>
/// <param name="From">Local, as figures name it; of a late feed the instant.</param>
/// <param name="To">Null while it goes on.</param>
/// <param name="Value">The furthest beyond the threshold, with its n.</param>
/// <param name="Source">Of a late feed.</param>
internal sealed record Occurrence(string From, string? To, double? Value, long N, string? Source, string? Channel);

/// <summary>One window of the series.</summary>
/// <param name="Verdict">fine, fires, too-few or missing.</param>
internal sealed record SeriesPoint(string At, double? Value, long? Numerator, long? Denominator, long N, string Verdict);

/// <summary>What a rule would have done in the last days.</summary>
/// <param name="Days">Over so many days.</param>
/// <param name="Fired">How many warnings it would have raised: as many as there are occurrences.</param>
/// <param name="Unit">Of the values; null of late feeds.</param>
/// <param name="AsOf">Everything accepted up to then is in it.</param>
/// <param name="JudgedTo">End of the last window that was complete enough to be judged.</param>
internal sealed record PreviewBody(
    int Days, int Fired, IReadOnlyList<Occurrence> Occurrences, IReadOnlyList<SeriesPoint> Series, double? Threshold, string? Unit, long? MinimumN,
    DateTimeOffset AsOf, string? JudgedTo);

/// <summary>What a rule would have done: the live evaluation, over the past.</summary>
internal static class Preview
{
    public const int Days = 30;

    public static async Task<PreviewBody> OfAsync(WarningRule rule, EvaluationView view, CancellationToken cancellation)
    {
        var zone = view.Zone;
        var start = zone.StartOf(zone.DayOf(view.Now.ToUnixTimeSeconds() / 60).AddDays(-Days));
        var judged = await Evaluation.AdvanceAsync(rule, new RuleProgress(start, null), view, int.MaxValue, cancellation);
        var definition = view.Indicators.Versions(rule.Indicator!)![^1];
        var (grain, periods) = (rule.Condition.Grain, view.Periods);
        var occurrences = Occurrences(rule, judged, periods);
        return new PreviewBody(
            Days, occurrences.Count, occurrences, [.. judged.Select(window => Point(window, periods, grain))], rule.Condition.Threshold,
            definition.Unit, definition.IsWhole ? null : definition.MinimumN, view.Source.AsOf, judged.Count == 0 ? null : periods.Format(judged[^1].Span.To));
    }

    /// <summary>Of a rule for late feeds: the delays that were seen; one within a day of the last belongs to it, as live.</summary>
    public static PreviewBody Of(WarningRule rule, IReadOnlyList<FeedDelay> delays, EvaluationView view)
    {
        var found = new List<FeedDelay>();
        foreach (var delay in delays.Where(delay => rule.Channel is null || delay.Channel == rule.Channel))
        {
            var again = found.Count > 0 && (found[^1].Source, found[^1].Channel) == (delay.Source, delay.Channel)
                && found[^1].DeliveredAt is { } ended && Judgement.Reopens(ended, delay.LateFrom);
            if (again) found[^1] = found[^1] with { DeliveredAt = delay.DeliveredAt };
            else found.Add(delay);
        }
        var occurrences = found.OrderBy(delay => delay.LateFrom).Select(delay => new Occurrence(
            Local(delay.LateFrom), delay.DeliveredAt is { } delivered ? Local(delivered) : null, null, 0, delay.Source, delay.Channel)).ToList();
        return new PreviewBody(Days, occurrences.Count, occurrences, [], null, null, null, view.Source.AsOf, Local(view.Now));

        string Local(DateTimeOffset at) => view.Periods.Instant(at.ToUnixTimeSeconds() / 60);
    }

    private static List<Occurrence> Occurrences(WarningRule rule, IReadOnlyList<JudgedWindow> judged, Periods periods)
    {
        var occurrences = new List<Occurrence>();
        foreach (var window in judged)
        {
            switch (window.Change)
            {
                case EpisodeChange.Raised:
                    occurrences.Add(new Occurrence(periods.Format(window.Span.From), null, window.Figure!.Value, window.Figure.N, null, rule.Channel));
                    break;
                case EpisodeChange.Seen or EpisodeChange.Reopened:
                    var worse = Judgement.IsWorse(rule.Condition, window.Figure!.Value, occurrences[^1].Value);
                    occurrences[^1] = (worse ? occurrences[^1] with { Value = window.Figure.Value, N = window.Figure.N } : occurrences[^1]) with { To = null };
                    break;
                case EpisodeChange.Ended:
                    occurrences[^1] = occurrences[^1] with { To = periods.Format(window.Span.To) };
                    break;
            }
        }
        return occurrences;
    }

    public static SeriesPoint Point(JudgedWindow window, Periods periods, AnswerGrain grain) => new(
        periods.Name(window.Span.From, grain), window.Figure?.Value, window.Figure?.Numerator, window.Figure?.Denominator, window.Figure?.N ?? 0,
        window.Verdict switch
        {
            Verdict.Fires => "fires",
            Verdict.Fine => "fine",
            Verdict.TooFew => "too-few",
            _ => "missing",
        });
}
