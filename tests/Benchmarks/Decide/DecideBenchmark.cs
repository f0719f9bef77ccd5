using System.Diagnostics;
using System.Text.Json;
using ECommerce.Channels.Contracts.Events;
using ECommerce.Channels.Offload.Contacts;
using ECommerce.Channels.Offload.Decisions;
using ECommerce.Channels.Offload.Health;
using ECommerce.Channels.Offload.Preferences;
using ECommerce.Channels.Offload.Rules;
using ECommerce.Channels.Platform.Catalogue;

namespace ECommerce.Channels.Benchmarks.Decide;

/// <summary>A decision inside the process under many rules, beside the same rules in Microsoft's RulesEngine.</summary>
internal sealed class DecideBenchmark : IBenchmark
{
    private const int Customers = 1_000;

    public string Name => "decide";

    public string Description => "[RULES=500] [DECISIONS=200000] [PEER=2000]: decisions in process: delay, allocations, beside RulesEngine";

    public async Task RunAsync(IReadOnlyList<string> options, Figures figures, CancellationToken cancellation)
    {
        var rules = options.Count > 0 ? int.Parse(options[0]) : 500;
        var decisions = options.Count > 1 ? int.Parse(options[1]) : 200_000;
        var peer = options.Count > 2 ? int.Parse(options[2]) : 2_000;
        var (world, situations) = Scene(rules);
        var own = Own(world, situations, decisions, figures);
        var other = await Peer.RunAsync(rules, situations, peer, figures, cancellation);
        figures.Add("decide.p50-ratio", other.P50 / own.P50, "×");
        figures.Add("decide.p99-ratio", other.P99 / own.P99, "×");
    }

    private static (double P50, double P99) Own(World world, Situation[] situations, int decisions, Figures figures)
    {
        var reasons = new Reason[world.Channels.Length];
        for (var warm = 0; warm < 20_000; warm++) Decider.Decide(world, situations[warm % situations.Length], false, reasons);
        var times = new long[decisions];
        var before = GC.GetAllocatedBytesForCurrentThread();
        var offers = 0;
        for (var at = 0; at < decisions; at++)
        {
            var start = Stopwatch.GetTimestamp();
            if (Decider.Decide(world, situations[at % situations.Length], false, reasons).Chosen >= 0) offers++;
            times[at] = Stopwatch.GetTimestamp() - start;
        }
        figures.Add("decide.own.allocated", (GC.GetAllocatedBytesForCurrentThread() - before) / (double)decisions, "bytes/decision");
        figures.Add("decide.own.offers", 100.0 * offers / decisions, "%");
        return Quantiles("decide.own", times, figures);
    }

    internal static (double P50, double P99) Quantiles(string name, long[] times, Figures figures)
    {
        Array.Sort(times);
        var (p50, p99) = (Microseconds(times[times.Length / 2]), Microseconds(times[(int)(times.Length * 0.99)]));
        figures.Add(name + ".p50", p50, "µs");
        figures.Add(name + ".p99", p99, "µs");
        return (p50, p99);
    }

    private static double Microseconds(long ticks) => ticks * 1e6 / Stopwatch.Frequency;

    /// <summary>Rules of three conditions of which nearly none applies, and customers of all kinds.</summary>
    private static (World World, Situation[] Situations) Scene(int rules)
    {
        var now = new DateTimeOffset(2026, 11, 27, 3, 0, 0, TimeSpan.Zero);
        var catalogue = new KnownCatalogue(
            [
                .. new[] { "counter", "agent", "app", "web", "sms", "ussd", "wap", "ivr", "kiosk", "desk" }.Select((code, at) => Entry(
                    "channels", code, $$"""{"code":"{{code}}","electronic":{{(at > 1 && at < 9 ? "true" : "false")}},"assisted":{{(at is < 2 or 9 ? "true" : "false")}},"unitCost":{{500 - (at * 30)}},"position":{{at}}}""")),
                Entry("services", "payment.topup", """{"code":"payment.topup","group":"payment","value":"low","risk":"low","standard":true,"offloadable":true}"""),
            ],
            new DateOnly(2026, 11, 27));
        var set = new RuleSet(
            [.. Enumerable.Range(0, rules).Select(at => RuleOf(at, rules))], 24, ["moment"], ["vulnerable"], ["no-guidance"], ["sms", "ussd", "ivr"], 600,
            [new Allowance("week", ConsentPurposes.Guidance, null, 7, 3), new Allowance("day", null, null, 1, 2)], new QuietHours(1260, 480));
        var health = new KnownHealth(catalogue.Channels.Keys.Select(channel => new ChannelHealthMeasured(
            channel, now, [new ServiceHealth("payment.topup", HealthStates.Healthy, 90, 10, 0.8, 0.95, 0.8, 5, true)])));
        var world = Worlds.Of(catalogue, health, new CompiledRules(1, set, catalogue), []);
        var random = new Random(5);
        return (world, [.. Enumerable.Range(0, Customers).Select(_ => Someone(catalogue, random, now))]);
    }

    private static (string, string, IReadOnlyList<CatalogueEntrySince>) Entry(string kind, string code, string json) =>
        (kind, code, [new CatalogueEntrySince(new DateOnly(2000, 1, 1), JsonDocument.Parse(json).RootElement)]);

    private static Rule RuleOf(int at, int rules) => new(
        $"r{at}", new RuleNames("规则", "rule"), true,
        at == rules - 1
            ? []
            : [new Condition(Facts.Tier, In: [at % 2 == 0 ? "gold" : "ordinary"]), new Condition(Facts.Score, "app", Min: 1 + (at % 5)), new Condition(Facts.Tag, In: [$"segment-{at}"])],
        new RuleAction(Policies.All[at % 4], null, null));

    private static Situation Someone(KnownCatalogue catalogue, Random random, DateTimeOffset now)
    {
        var channels = catalogue.Channels.Keys.ToDictionary(code => code, _ => new ChannelKnowledge(
            new PreferenceScore(random.Next(80), random.Next(30)), random.NextDouble(), random.Next(9), 10, random.Next(4), random.Next(8), random.Next(12), 0, now.AddDays(-random.Next(90))));
        var profile = new Profile(
            true, random.Next(2) == 0 ? "gold" : "ordinary", "mature", null, "4401", null, ["student"], null, ["app", "web", "sms", "ussd", "ivr"], channels, 0, [],
            [new Contact(ConsentPurposes.Guidance, "app", now.AddDays(-3), "spent", "shown")]);
        var minute = now.ToUnixTimeSeconds() / 60;
        return new Situation(profile, catalogue.Services["payment.topup"], catalogue.Channels["agent"], 0, now, minute + 480);
    }
}
