using System.Diagnostics;
using ECommerce.Channels.Offload.Decisions;
using RulesEngine.Models;

namespace ECommerce.Channels.Benchmarks.Decide;

/// <summary>What the peer's expressions look at.</summary>
public sealed record PeerFacts(string Tier, int ScoreOfApp, IReadOnlyList<string> Tags)
{
    public bool HasTag(string tag) => Tags.Contains(tag);
}

/// <summary>The conditions alone, without guards and choice, in Microsoft's RulesEngine; it has no first match, and looks at all rules.</summary>
internal static class Peer
{
    public static async Task<(double P50, double P99)> RunAsync(int rules, Situation[] situations, int decisions, Figures figures, CancellationToken cancellation)
    {
        var workflow = new Workflow
        {
            WorkflowName = "rules",
            Rules =
            [
                .. Enumerable.Range(0, rules - 1).Select(at => new RulesEngine.Models.Rule
                {
                    RuleName = $"r{at}",
                    Expression = $"facts.Tier == \"{(at % 2 == 0 ? "gold" : "ordinary")}\" AND facts.ScoreOfApp >= {1 + (at % 5)} AND facts.HasTag(\"segment-{at}\")",
                }),
            ],
        };
        var engine = new RulesEngine.RulesEngine([workflow], new ReSettings { CustomTypes = [typeof(PeerFacts)] });
        var facts = Array.ConvertAll(situations, one => new RuleParameter("facts", new PeerFacts(one.Profile.Tier!, one.Profile.On("app").Score.Bin, one.Profile.Tags)));
        for (var warm = 0; warm < 50; warm++) await engine.ExecuteAllRulesAsync("rules", [facts[warm % facts.Length]], cancellation);
        var times = new long[decisions];
        var before = GC.GetTotalAllocatedBytes();
        for (var at = 0; at < decisions && !cancellation.IsCancellationRequested; at++)
        {
            var start = Stopwatch.GetTimestamp();
            await engine.ExecuteAllRulesAsync("rules", [facts[at % facts.Length]], cancellation);
            times[at] = Stopwatch.GetTimestamp() - start;
        }
        figures.Add("decide.rules-engine.allocated", (GC.GetTotalAllocatedBytes() - before) / (double)decisions, "bytes/decision");
        return DecideBenchmark.Quantiles("decide.rules-engine", times, figures);
    }
}
