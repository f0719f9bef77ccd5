using System.Text.Json;
using CsCheck;
using ECommerce.Channels.Contracts.Events;
using ECommerce.Channels.Offload.Contacts;
using ECommerce.Channels.Offload.Decisions;
using ECommerce.Channels.Offload.Health;
using ECommerce.Channels.Offload.Preferences;
using ECommerce.Channels.Offload.Rules;
using ECommerce.Channels.Platform.Catalogue;

namespace ECommerce.Channels.Offload.Tests.Decisions;

/// <summary>Random worlds, customers and rules.</summary>
internal static class RandomWorld
{
    public static readonly DateTimeOffset Now = new(2026, 11, 27, 3, 0, 0, TimeSpan.Zero);
    public static readonly KnownCatalogue Catalogue = MakeCatalogue();

    private static readonly string[] Electronic = ["app", "web", "sms", "ussd"];
    private static readonly string[] Everywhere = ["counter", "agent", .. Electronic];
    private static readonly string[] Tags = ["vulnerable", "moment-bereavement", "no-guidance", "student", "hunter", "night-owl", "traveller", "sports"];
    private static readonly string[] Tiers = ["ordinary", "silver", "gold", "vip"];

    private static readonly Gen<Condition> Conditions = Gen.OneOf(
        Gen.Select(Gen.OneOf(Tiers).Array[1, 3], Gen.Bool, (words, some) => new Condition(Facts.Tier, In: some ? words : null, NotIn: some ? null : words)),
        Gen.Select(Gen.OneOf("payment", "query", "account").Array[1, 2], words => new Condition(Facts.Group, In: words)),
        Gen.Select(Gen.OneOf("counter", "agent").Array[1, 2], words => new Condition(Facts.From, In: words)),
        Gen.Select(Gen.OneOf(Tags).Array[1, 2], words => new Condition(Facts.Tag, NotIn: words)),
        Gen.Select(Gen.OneOf(Electronic), Gen.Int[1, 10], (channel, min) => new Condition(Facts.Score, channel, Min: min)),
        Gen.Select(Gen.OneOf(Electronic), Gen.OneOf(30, 90, 180), Gen.Int[0, 9], (channel, days, max) => new Condition(Facts.Uses, channel, days, Max: max)),
        Gen.Select(Gen.Int[0, 23], hour => new Condition(Facts.Hour, Min: hour)));

    private static readonly Gen<RuleAction> Actions = Gen.Select(
        Gen.OneOf([.. Policies.All, ""]), Gen.OneOf(Electronic).Array[0, 3], Gen.Int[0, 6],
        (policy, channels, score) => new RuleAction(policy.Length == 0 ? null : policy, channels.Length == 0 ? null : channels, score == 0 ? null : score));

    public static readonly Gen<RuleSet> RuleSets = Gen.Select(
        Gen.Select(Conditions.Array[0, 3], Actions, Gen.Int[0, 9]).Array[0, 8], Gen.Int[1, 48], Gen.Int[0, 9], Gen.Int[0, 900], (rules, hours, most, bounce) => new RuleSet(
            [.. rules.Select((one, at) => new Rule($"r{at}", new RuleNames("规则", "rule"), one.Item3 > 0, one.Item1, one.Item2))], hours, ["moment-bereavement"], ["vulnerable"],
            ["no-guidance"], ["sms", "ussd"], bounce, [new Allowance("week", ConsentPurposes.Guidance, null, 7, most)], new QuietHours(1260, 480)));

    private static readonly Gen<ChannelKnowledge> Knowledge = Gen.Select(
        Gen.Int[0, 20], Gen.Int[0, 60], Gen.Int[0, 30], Gen.Double[0, 1], Gen.Int[0, 3],
        (uses, current, potential, share, refusals) => new ChannelKnowledge(
            new PreferenceScore(current, potential), share, uses * 0.8, uses, uses / 3, uses / 2, uses, refusals, uses == 0 ? null : Now.AddDays(-3)));

    private static readonly Gen<Contact> Contacts = Gen.Select(Gen.Double[0, 20], Gen.OneOf(Electronic), (days, channel) =>
        new Contact(ConsentPurposes.Guidance, channel, Now.AddDays(-days), "spent", "shown"));

    public static readonly Gen<Profile> Customers = Gen.Select(
        Gen.Select(Gen.Int[0, 9], Gen.OneOf(Tiers), Gen.OneOf(Tags).Array[0, 2], Gen.OneOf(Everywhere)),
        Gen.Select(Gen.OneOf(Everywhere).Array[0, 6], Knowledge.Array[6], Gen.Int[0, 6]),
        Gen.Select(Gen.Select(Gen.Int[0, 9_000], Gen.UInt[0, 5], Gen.OneOf("payment", "query"), (ago, task, group) => new FailedTry(MinuteOf(Now) - ago, task, group)).Array[0, 1], Contacts.Array[0, 5]),
        (who, known, lately) => new Profile(
            who.Item1 > 0, who.Item2, "mature", null, "4401", null, who.Item3, who.Item1 == 3 ? who.Item4 : null, [.. known.Item1.Distinct()],
            Everywhere.Zip(known.Item2).ToDictionary(one => one.First, one => one.Second), known.Item3 == 0 ? 1 : 0, lately.Item1, lately.Item2));

    public static readonly Gen<KnownHealth> Healths = Gen.Select(Gen.Int[0, 4].Array[12], states => new KnownHealth(Electronic.SelectMany((channel, at) => new[] { "payment.topup", "query.balance", "account.close" }
        .Select((service, of) => (channel, service, state: states[(at * 3) + of]))).GroupBy(one => one.channel).Select(group => new ChannelHealthMeasured(
            group.Key, group.First().state == 4 ? Now.AddHours(-1) : Now,
            [.. group.Where(one => one.state < 4).Select(one => new ServiceHealth(one.service, one.state == 0 ? HealthStates.Failing : HealthStates.Healthy, 90, 10, 0.8, 0.95, 0.8, 5, one.state != 1))]))));

    public static readonly Gen<World> All = Gen.Select(RuleSets, Healths, Gen.Int[0, 30], (rules, health, stop) =>
        Offload.Decisions.Worlds.Of(Catalogue, health, new CompiledRules(1, rules, Catalogue), stop == 0 ? [StopStore.Everything] : stop < 5 ? [$"r{stop}"] : []));

    public static readonly Gen<Situation> Situations = Gen.Select(
        Customers, Gen.OneOf("payment.topup", "query.balance", "account.close"), Gen.OneOf("agent", "counter", "agent", "app"), Gen.UInt[0, 2],
        (profile, service, from, task) => new Situation(profile, Catalogue.Services[service], Catalogue.Channels[from], task, Now, MinuteOf(Now) + 480));

    public static int MinuteOf(DateTimeOffset at) => (int)(at.ToUnixTimeSeconds() / 60);

    private static KnownCatalogue MakeCatalogue()
    {
        static IEnumerable<(string, string, IReadOnlyList<CatalogueEntrySince>)> Of(string kind, string lines) =>
            lines.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)
                .Select(entry => (kind, entry.GetProperty("code").GetString()!, (IReadOnlyList<CatalogueEntrySince>)[new CatalogueEntrySince(new DateOnly(2000, 1, 1), entry)]));
        return new KnownCatalogue([.. Of("channels", Told.Channels), .. Of("services", Told.Services)], new DateOnly(2026, 11, 27));
    }
}
