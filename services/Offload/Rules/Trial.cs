using ECommerce.Channels.Offload.Decisions;
using ECommerce.Channels.Offload.Health;
using ECommerce.Channels.Platform.Catalogue;

namespace ECommerce.Channels.Offload.Rules;

/// <summary>One rule as it was asked in a trial.</summary>
/// <param name="Verdict">applied, not-met, disabled, stopped, or after (it was not asked any more, and would have applied or not).</param>
/// <param name="NotMet">The first condition that was not so.</param>
internal sealed record TraceLine(int Position, string Rule, string Verdict, bool Matches, Words? NotMet);

/// <summary>What a rule set would have done with the decisions of the last days, beside what was decided.</summary>
/// <param name="Decisions">How many were looked at.</param>
/// <param name="Changed">Whose channel would be another one.</param>
internal sealed record Simulation(int Decisions, int Changed, int OffersBefore, int OffersAfter, IReadOnlyList<RuleImpact> Rules, IReadOnlyList<ChangedDecision> Examples);

/// <param name="Matches">Decisions whose situation it would apply to, whether or not a rule above it did.</param>
/// <param name="Decides">Those that it decides.</param>
/// <param name="Offers">Those for which a channel is offered (of the holdout: would be).</param>
/// <param name="ShadowedBy">Whatever it matches another rule above it decides: that one's id; null where that is not so.</param>
internal sealed record RuleImpact(string Rule, int Matches, int Decides, int Offers, string? ShadowedBy);

internal sealed record ChangedDecision(string Id, string Customer, string Service, string From, string? Before, string? After, string? RuleBefore, string? RuleAfter);

/// <summary>Asks the evaluator that decides in production, with rules that are not published, or about what is past.</summary>
internal static class Trial
{
    private const int MostExamples = 50;

    /// <summary>Every rule in its order: whether it applies, and if not what is missing.</summary>
    public static IReadOnlyList<TraceLine> Trace(CompiledRules rules, in Situation situation, HashSet<string> stopped, KnownCatalogue catalogue)
    {
        var placed = situation.On(rules.Channels);
        var lines = new List<TraceLine>(rules.Rules.Length);
        var decided = false;
        foreach (var rule in rules.Rules)
        {
            var missing = rule.FirstNotMet(placed);
            var verdict = !rule.Rule.Enabled ? "disabled" : stopped.Contains(rule.Rule.Id) ? "stopped" : decided ? "after" : missing < 0 ? "applied" : "not-met";
            decided |= verdict == "applied";
            lines.Add(new TraceLine(rule.Position, rule.Rule.Id, verdict, missing < 0, missing < 0 ? null : RuleSentences.Of(rule.Rule.When[missing], catalogue)));
        }
        return lines;
    }

    /// <summary>Decides again what was decided, on what it stood on then; services and channels that are gone from the catalogue are passed over.</summary>
    public static Simulation Simulate(World world, CompiledRules rules, IEnumerable<StoredDecision> past)
    {
        var counts = rules.Rules.ToDictionary(one => one.Rule.Id, _ => new Counts());
        var (decisions, changed, before, after) = (0, 0, 0, 0);
        var examples = new List<ChangedDecision>();
        var reasons = new Reason[world.Channels.Length];
        foreach (var one in past)
        {
            if (SituationOf(world, one) is not { } situation) continue;
            var verdict = Again(world, rules, one, situation, reasons);
            Count(rules, world.Stopped, situation, verdict, counts);
            var (was, now) = (one.Answer.Channel, verdict.Chosen < 0 ? null : world.Channels[verdict.Chosen].Code);
            decisions++;
            if (was is not null) before++;
            if (now is not null) after++;
            if (was == now) continue;
            changed++;
            if (examples.Count < MostExamples)
                examples.Add(new ChangedDecision(one.Answer.Id, one.Question.Customer, one.Question.Service, one.Question.Channel, was, now, one.Answer.Rule, verdict.Rule?.Rule.Id));
        }
        return new Simulation(decisions, changed, before, after, [.. rules.Rules.Select(rule => counts[rule.Rule.Id].Of(rule.Rule.Id))], examples);
    }

    /// <param name="reasons">Written here, one for each of the world's channels.</param>
    public static Verdict Again(World world, CompiledRules rules, StoredDecision one, in Situation situation, Span<Reason> reasons)
    {
        var then = world with { Health = new KnownHealth(one.Question.Service, one.Facts.Health, one.Facts.At), Rules = rules };
        return Decider.Decide(then, situation, one.Answer.Arm == Holdout.Held, reasons);
    }

    /// <summary>Null where the catalogue has no such service or channel any more.</summary>
    public static Situation? SituationOf(World world, StoredDecision one) =>
        world.Catalogue.Services.TryGetValue(one.Question.Service, out var service) && world.Catalogue.Channels.TryGetValue(one.Question.Channel, out var from)
            ? new Situation(one.Facts.Profile, service, from, one.Facts.Task, one.Facts.At, one.Facts.LocalMinute)
            : null;

    private static void Count(CompiledRules rules, HashSet<string> stopped, in Situation situation, in Verdict verdict, Dictionary<string, Counts> counts)
    {
        var placed = situation.On(rules.Channels);
        var first = rules.First(placed, stopped)?.Rule.Id;
        foreach (var rule in rules.Rules)
        {
            if (!rule.Applies(placed)) continue;
            var count = counts[rule.Rule.Id];
            count.Matches++;
            if (rule.Rule.Id != first) count.Above(first);
            else if (verdict.Rule?.Rule.Id == first)
            {
                count.Decides++;
                if (verdict.Eligible) count.Offers++;
            }
        }
    }

    private sealed class Counts
    {
        private readonly Dictionary<string, int> above = [];

        public int Matches { get; set; }

        public int Decides { get; set; }

        public int Offers { get; set; }

        public void Above(string? rule)
        {
            if (rule is not null) above[rule] = above.GetValueOrDefault(rule) + 1;
        }

        public RuleImpact Of(string rule) => new(
            rule, Matches, Decides, Offers, Matches > 0 && above.Values.Sum() == Matches ? above.MaxBy(one => one.Value).Key : null);
    }
}
