using ECommerce.Channels.Kpi.Catalogue;
using ECommerce.Channels.Kpi.Indicators;
using Npgsql;

namespace ECommerce.Channels.Kpi.Warnings;

/// <summary>One round of evaluation: every rule is taken from where it is to where the data are, each in a transaction of its own.</summary>
internal sealed class Evaluator(
    NpgsqlDataSource database, RuleStore rules, WarningStore warnings, FeedDelays delays, EvaluatorLease lease, IndicatorStore indicators,
    CatalogueHistory catalogue, OpenFigureSource open, OperatorZone zone, TimeProvider time)
{
    /// <summary>Windows of a rule judged in one round at most: what has piled up is worked off in the next ones.</summary>
    public const int WindowsPerRound = 48;

    private const int EvidencePoints = 24;
    private static readonly string[] StandingKinds = [Warning.NoData, Warning.EvaluationFailed, WarningCondition.LateFeed];

    /// <summary>Evaluates all rules, if it is this replica's turn; false where it is not.</summary>
    public async Task<bool> RoundAsync(CancellationToken cancellation)
    {
        if (!await lease.HoldAsync(cancellation)) return false;
        var failed = 0;
        await using (var source = await open(cancellation))
        {
            var view = await EvaluationView.OfAsync(
                source, await catalogue.LatestAsync(cancellation), await indicators.BookAsync(cancellation), new Periods(zone), time.GetUtcNow(), cancellation);
            var late = await delays.SeeAsync(view.Facts.Feeds, view.Now, zone, cancellation);
            var goingOn = (await warnings.GoingOnAsync(cancellation)).Where(one => StandingKinds.Contains(one.Scope.Kind)).ToLookup(one => one.Rule);
            var held = time.GetTimestamp();
            foreach (var rule in (await rules.AllAsync(cancellation)).Where(rule => rule.Rule.Enabled))
            {
                if (time.GetElapsedTime(held) > EvaluatorLease.Length / 4)
                {
                    if (!await lease.HoldAsync(cancellation)) return false;
                    held = time.GetTimestamp();
                }
                if (!await EvaluateAsync(rule, view, late, [.. goingOn[rule.Rule.Id]], cancellation)) failed++;
            }
            await WakeUpAsync(view.Now, cancellation);
        }
        await lease.DoneAsync(time.GetUtcNow(), failed == 0 ? null : $"{failed} rules cannot be calculated", cancellation);
        return true;
    }

    /// <summary>False where the rule cannot be calculated: that is a warning of its own.</summary>
    private async Task<bool> EvaluateAsync(
        StoredRule stored, EvaluationView view, IReadOnlyList<FeedDelay> late, IReadOnlyList<Warning> goingOn, CancellationToken cancellation)
    {
        var rule = stored.Rule;
        try
        {
            var standing = rule.IsLateFeed ? LateFeeds(rule, view, late) : NoData(rule, await AdvanceAsync(stored, view, cancellation), view);
            await StandAsync(rule, standing, goingOn, view.Now, cancellation);
            return true;
        }
        catch (Exception exception) when (exception is not (NpgsqlException or TimeoutException or OperationCanceledException))
        {
            // What was found before stays as it is: nobody knows whether it has ended.
            var found = Findings.Failed(rule, exception.GetType().Name, view);
            await StandAsync(rule, [.. goingOn.Where(one => one.Scope.Kind != Warning.EvaluationFailed), found], goingOn, view.Now, cancellation);
            return false;
        }
    }

    private static List<Warning> LateFeeds(WarningRule rule, EvaluationView view, IReadOnlyList<FeedDelay> late) =>
    [
        .. from delay in late
           where rule.Channel is null || delay.Channel == rule.Channel
           let feed = view.Facts.Feeds.FirstOrDefault(feed => feed.Source == delay.Source && feed.Channel == delay.Channel)
           where feed is not null
           select Findings.LateFeed(rule, delay, feed, view),
    ];

    /// <summary>A window that should have been judged cannot be, because what was promised did not come or nobody delivers at all.</summary>
    private static List<Warning> NoData(WarningRule rule, RuleProgress progress, EvaluationView view)
    {
        var coverage = view.CoverageOf(rule);
        if (coverage.HasData && coverage.Late.Count == 0) return [];
        return Evaluation.IsHeldUp(rule, progress, coverage, view) ? [Findings.NoData(rule, coverage, view)] : [];
    }

    /// <summary>Judges the windows that are due, and keeps what came of it together with how far it is now.</summary>
    private async Task<RuleProgress> AdvanceAsync(StoredRule stored, EvaluationView view, CancellationToken cancellation)
    {
        var judged = await Evaluation.AdvanceAsync(stored.Rule, stored.Progress, view, WindowsPerRound, cancellation);
        if (judged.Count == 0) return stored.Progress;
        var evidence = stored.Evidence.Count > 0 ? stored.Evidence : await BeforeAsync(stored.Rule, judged[0].Span.From, view, cancellation);
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        var changes = new List<(EpisodeChange Change, Warning? Found)>();
        foreach (var window in judged)
        {
            evidence = [.. evidence.TakeLast(EvidencePoints - 1), Preview.Point(window, view.Periods, stored.Rule.Condition.Grain)];
            if (window.Change == EpisodeChange.None) continue;
            changes.Add((window.Change, window.Change == EpisodeChange.Ended ? null : Findings.Threshold(stored.Rule, window, evidence, view)));
        }
        var after = new RuleProgress(judged[^1].Span.To, judged[^1].Episode);
        if (!await RuleStore.AdvanceAsync(transaction, stored, after, evidence, cancellation)) return stored.Progress;
        foreach (var (change, found) in changes) await SaveAsync(transaction, stored.Rule, change, found, view.Now, cancellation);
        await transaction.CommitAsync(cancellation);
        return after;
    }

    /// <summary>The windows before the first that a new rule judges, since there are data: who looks at its warning asks what was usual.</summary>
    private static async Task<IReadOnlyList<SeriesPoint>> BeforeAsync(WarningRule rule, long first, EvaluationView view, CancellationToken cancellation)
    {
        var minutes = (EvidencePoints - 1) * (rule.Condition.Grain == AnswerGrain.Day ? 1440 : 60);
        var start = Evaluation.Floor(rule, first - minutes, view.Periods);
        var judged = await Evaluation.AdvanceAsync(rule, new RuleProgress(start, null), view, EvidencePoints, cancellation);
        return
        [
            .. judged.Where(window => window.Span.To <= first).Select(window => Preview.Point(window, view.Periods, rule.Condition.Grain))
                .SkipWhile(point => point.N == 0),
        ];
    }

    private async Task SaveAsync(
        NpgsqlTransaction transaction, WarningRule rule, EpisodeChange change, Warning? found, DateTimeOffset now, CancellationToken cancellation)
    {
        if (change == EpisodeChange.Ended)
        {
            foreach (var warning in await WarningStore.HoldOpenAsync(transaction, rule.Id, cancellation))
                if (warning.Scope.Kind == rule.Condition.Kind) await warnings.SaveAsync(transaction, Changes.End(warning, "ended", now), cancellation);
            return;
        }
        var last = change == EpisodeChange.Raised ? null : await WarningStore.HoldLastAsync(transaction, found!, cancellation);
        var saved = last is null ? Changes.Raise(found!, now)
            : change == EpisodeChange.Reopened ? Changes.Reopen(last, found!, now)
            : Changes.See(last, found!, now);
        await warnings.SaveAsync(transaction, saved, cancellation);
    }

    /// <summary>
    /// What holds or does not at this moment, without windows: raised once, ended when it is gone. Who resolved it is not told again
    /// while it goes on.
    /// </summary>
    private async Task StandAsync(
        WarningRule rule, IReadOnlyList<Warning> found, IReadOnlyList<Warning> goingOn, DateTimeOffset now, CancellationToken cancellation)
    {
        await warnings.TouchAsync([.. goingOn.Where(one => found.Any(other => other.Scope == one.Scope)).Select(one => one.Id)], now, cancellation);
        var begun = found.Where(one => goingOn.All(other => other.Scope != one.Scope)).ToList();
        var gone = goingOn.Where(one => found.All(other => other.Scope != one.Scope)).ToList();
        if (begun.Count + gone.Count == 0) return;
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        foreach (var one in begun)
        {
            var last = await WarningStore.HoldLastAsync(transaction, one, cancellation);
            // Another replica was here already.
            if (last is { GoingOn: true }) continue;
            var again = last is { EndedAt: { } ended } && Judgement.Reopens(ended, now);
            await warnings.SaveAsync(transaction, again ? Changes.Reopen(last!, one, now) : Changes.Raise(one, now), cancellation);
        }
        foreach (var one in gone)
            if (await WarningStore.HoldAsync(transaction, one.Id, cancellation) is { GoingOn: true } warning)
                await warnings.SaveAsync(transaction, Changes.End(warning, "ended", now), cancellation);
        await transaction.CommitAsync(cancellation);
    }

    private async Task WakeUpAsync(DateTimeOffset now, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        foreach (var warning in await WarningStore.HoldAwakeAsync(transaction, now, cancellation))
            await warnings.SaveAsync(transaction, Changes.WakeUp(warning, now), cancellation);
        await transaction.CommitAsync(cancellation);
    }
}
