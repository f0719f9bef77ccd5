using ECommerce.Channels.Kpi.Catalogue;
using ECommerce.Channels.Kpi.Feeds;
using ECommerce.Channels.Kpi.Indicators;

namespace ECommerce.Channels.Kpi.Warnings;

/// <summary>How far a rule is evaluated, and what was found by then.</summary>
/// <param name="EvaluatedTo">End of the last window judged, minutes since 1970 UTC.</param>
internal sealed record RuleProgress(long EvaluatedTo, Episode? Episode);

/// <summary>One window judged.</summary>
/// <param name="Figure">Null where its data are missing.</param>
internal sealed record JudgedWindow(Span Span, WindowFigure? Figure, Verdict Verdict, EpisodeChange Change, Episode? Episode);

/// <summary>One view of the roll-ups with all that rules are judged by; serves every rule of a round.</summary>
internal sealed record EvaluationView(
    IFigureSource Source, CompletenessFacts Facts, CatalogueTimeline Catalogue, IndicatorBook Indicators, Periods Periods, DateTimeOffset Now)
{
    public OperatorZone Zone => Periods.Zone;

    public static async Task<EvaluationView> OfAsync(
        IFigureSource source, CatalogueTimeline catalogue, IndicatorBook indicators, Periods periods, DateTimeOffset now, CancellationToken cancellation) =>
        new(source, await source.CompletenessAsync(catalogue, cancellation), catalogue, indicators, periods, now);

    /// <summary>How far the data of a rule have come; a share of all channels stands on the feeds of all.</summary>
    public Coverage CoverageOf(WarningRule rule)
    {
        var allChannels = rule.Indicator is { } id && Indicators.Versions(id)?[^1].AllChannels == true;
        return Coverage.Of(Facts, allChannels ? null : rule.Channel, Now, Zone);
    }
}

/// <summary>
/// Evaluates a rule for thresholds: windows one after the other, each once, from where it is to where the data are complete. The live
/// evaluator does this every minute and a preview does it over the last 30 days: the same calculation, so that a preview shows what would
/// have been raised.
/// </summary>
internal static class Evaluation
{
    /// <param name="most">Windows to judge at most; the rest is for the next time.</param>
    public static async Task<IReadOnlyList<JudgedWindow>> AdvanceAsync(
        WarningRule rule, RuleProgress progress, EvaluationView view, int most, CancellationToken cancellation)
    {
        var coverage = view.CoverageOf(rule);
        var due = new List<(Span Span, Delivery Delivery)>();
        foreach (var window in Windows(rule, progress.EvaluatedTo, view))
        {
            var delivery = coverage.Of(window);
            if (delivery == Delivery.Awaited || due.Count == most) break;
            due.Add((window, delivery));
        }
        var complete = due.Where(window => window.Delivery == Delivery.Complete).Select(window => window.Span).ToList();
        var figures = (await FiguresAsync(rule, complete, view, cancellation)).ToDictionary(figure => figure.Span);
        var judged = new List<JudgedWindow>(due.Count);
        var episode = progress.Episode;
        foreach (var (span, _) in due)
        {
            var figure = figures.GetValueOrDefault(span);
            var verdict = figure is null ? Verdict.Missing : Judgement.Of(rule.Condition, figure);
            (episode, var change) = Judgement.Step(episode, span, verdict);
            judged.Add(new JudgedWindow(span, figure, verdict, change, episode));
        }
        return judged;
    }

    /// <summary>Whether the next window has ended and cannot be judged yet.</summary>
    public static bool IsHeldUp(WarningRule rule, RuleProgress progress, Coverage coverage, EvaluationView view)
    {
        var next = Windows(rule, progress.EvaluatedTo, view).Take(1).ToList();
        return next.Count > 0 && next[0].To <= view.Now.ToUnixTimeSeconds() / 60 && coverage.Of(next[0]) != Delivery.Complete;
    }

    /// <summary>Where a new rule starts: with the last window that has ended, so that what is wrong now shows at once.</summary>
    public static RuleProgress Start(WarningRule rule, DateTimeOffset now, Periods periods)
    {
        if (rule.IsLateFeed) return new RuleProgress(0, null);
        var minute = now.ToUnixTimeSeconds() / 60;
        return new RuleProgress(Floor(rule, Floor(rule, minute, periods) - 1, periods), null);
    }

    /// <summary>The start of the window that a minute lies in.</summary>
    public static long Floor(WarningRule rule, long minute, Periods periods) =>
        rule.Condition.Grain == AnswerGrain.Day ? periods.DayFloor(minute) : periods.Zone.HourOf(minute);

    private static IEnumerable<Span> Windows(WarningRule rule, long from, EvaluationView view)
    {
        var now = view.Now.ToUnixTimeSeconds() / 60;
        var grain = rule.Condition.Grain;
        // Generous: a window holds at most a day and the hour that an autumn adds.
        for (var at = from; at < now;)
        {
            var window = view.Periods.Buckets(new Span(at, at + (grain == AnswerGrain.Day ? 26 * 60 : 121)), grain)[0];
            yield return window;
            at = window.To;
        }
    }

    private static async Task<IReadOnlyList<WindowFigure>> FiguresAsync(
        WarningRule rule, List<Span> windows, EvaluationView view, CancellationToken cancellation)
    {
        if (windows.Count == 0) return [];
        var versions = view.Indicators.Versions(rule.Indicator!) ?? throw new InvalidOperationException($"There is no indicator {rule.Indicator}.");
        var filters = new IReadOnlySet<string>?[5];
        if (rule.Channel is { } channel) filters[(int)CatalogueField.Channel] = new HashSet<string> { channel };
        var question = new FigureQuestion(
            versions, new Span(windows[0].From, windows[^1].To), rule.Condition.Grain, new bool[5], filters,
            rule.Region is { } region ? [region] : null, null);
        var table = await new FigureEngine(view.Source, view.Catalogue, view.Periods).ComputeAsync(question, windows, split: false, cancellation);
        return [.. windows.Select((window, bucket) => Figure(
            window, question.DefinitionAt(view.Zone.DayOf(window.From)), table.Rows.GetValueOrDefault(GroupKey.Of(bucket))))];
    }

    /// <summary>A count without events is 0, since the window is complete; a rate without events is none.</summary>
    private static WindowFigure Figure(Span window, Definition definition, Figure? figure) => definition.IsWhole
        ? new WindowFigure(window, figure?.Value ?? 0, figure?.Numerator ?? 0, null, figure?.N ?? 0, 0, definition.Version)
        : new WindowFigure(window, figure?.Value, figure?.Numerator, figure?.Denominator, figure?.N ?? 0, definition.MinimumN, definition.Version);
}
