using ECommerce.Channels.Contracts.Events;
using ECommerce.Channels.Offload.Contacts;
using ECommerce.Channels.Offload.Health;
using ECommerce.Channels.Offload.Preferences;
using ECommerce.Channels.Offload.Rules;
using ECommerce.Channels.Platform.Catalogue;

namespace ECommerce.Channels.Offload.Decisions;

/// <summary>All that a decision stands on beside the customer: catalogue, health, rules. Never changes.</summary>
/// <param name="Channels">Of the catalogue, in its order; reasons are given in it.</param>
/// <param name="Stopped">Rules that somebody stopped at once.</param>
/// <param name="AllStopped">Nothing at all is offered.</param>
internal sealed record World(
    KnownCatalogue Catalogue, KnownChannel[] Channels, KnownHealth Health, CompiledRules Rules, HashSet<string> Stopped, bool AllStopped);

/// <summary>What came of it.</summary>
/// <param name="Chosen">Place of the channel among <see cref="World.Channels"/>; -1: stay.</param>
/// <param name="Rule">That applied; null: none did, or it did not come to it.</param>
/// <param name="Eligible">Guards passed and there was a candidate: the customer counts for the effect.</param>
/// <param name="Whole">Why nothing may be offered at all, where that is so.</param>
internal readonly record struct Verdict(int Chosen, CompiledRule? Rule, bool Eligible, Reason? Whole);

/// <summary>
/// Decides: guards first, each of which may only take away; then the rule; then the candidates; then the rule's policy among them. The
/// same input and rules give the same answer, for ever. Allocates nothing.
/// </summary>
internal static class Decider
{
    /// <param name="holdout">The customer is in the permanent holdout: all is decided, and nothing offered.</param>
    /// <param name="reasons">One for each of the world's channels, written here.</param>
    public static Verdict Decide(World world, in Situation asked, bool holdout, Span<Reason> reasons)
    {
        var situation = asked.On(world.Channels);
        var whole = Guard(world, situation);
        CompiledRule? rule = null;
        if (whole is null)
        {
            rule = world.Rules.First(situation, world.Stopped);
            whole = rule is null ? Reason.NoRule : rule.Rule.Then.Policy is null ? Reason.RuleStays : null;
        }
        Span<double> worth = stackalloc double[reasons.Length];
        var best = -1;
        for (var at = 0; at < reasons.Length; at++)
        {
            var channel = world.Channels[at];
            reasons[at] = OfItself(channel, situation) ?? whole ?? Against(world, situation, at, rule!) ?? Reason.RankedLower;
            if (reasons[at] != Reason.RankedLower) continue;
            worth[at] = Worth(world, situation, at, rule!.Rule.Then.Policy!);
            if (best < 0 || worth[at] > worth[best]) best = at;
        }
        if (best < 0) return new Verdict(-1, rule, false, whole);
        reasons[best] = holdout ? Reason.Holdout : Choice(situation, world.Channels[best], rule!.Rule.Then.Policy!);
        return new Verdict(holdout ? -1 : best, rule, true, null);
    }

    /// <summary>What stands in the way of any offer; fails closed: what is not known is not allowed.</summary>
    private static Reason? Guard(World world, in Situation situation)
    {
        if (world.AllStopped) return Reason.Stopped;
        if (!situation.Profile.Known) return Reason.UnknownCustomer;
        if (situation.HasTag(world.Rules.OptedOut)) return Reason.OptedOut;
        if (situation.Profile.OpenComplaints > 0) return Reason.OpenComplaint;
        if (situation.HasTag(world.Rules.KeyMoments)) return Reason.KeyMoment;
        if (situation.HasTag(world.Rules.Vulnerable)) return Reason.Vulnerable;
        if (situation.Service is not { Offloadable: true, LowValue: true, LowRisk: true, Standard: true }) return Reason.NotOffloadable;
        if (situation.From is { Electronic: true, Assisted: false }) return Reason.AlreadyElectronic;
        return FailedBefore(world, situation) ? Reason.FailedBefore : null;
    }

    /// <summary>A failed try on an e-channel on the same matter: the same task, or no task told and the same group of services.</summary>
    private static bool FailedBefore(World world, in Situation situation)
    {
        var since = (situation.Now.ToUnixTimeSeconds() / 60) - (world.Rules.Set.FailedHours * 60);
        var tries = situation.Profile.FailedTries;
        for (var i = 0; i < tries.Count; i++)
        {
            if (tries[i].Minute < since) continue;
            if (tries[i].Task != 0 && situation.Task != 0 ? tries[i].Task == situation.Task : tries[i].Group == situation.Service.Group) return true;
        }
        return false;
    }

    private static Reason? OfItself(KnownChannel channel, in Situation situation) =>
        channel.Code == situation.From.Code ? Reason.CurrentChannel : !channel.Electronic || channel.Assisted ? Reason.NotElectronic : null;

    private static Reason? Against(World world, in Situation situation, int at, CompiledRule rule)
    {
        var (channel, known) = (world.Channels[at], situation.Known[at]);
        if (rule.Channels is { } some && !some.Has(channel.Code)) return Reason.NotInRule;
        var health = world.Health.Of(channel.Code, situation.Service.Code, situation.Now);
        if (health.State == HealthStates.Failing) return Reason.Failing;
        if (!health.Told) return Reason.HealthUnknown;
        if (!health.Able) return Reason.CannotDo;
        if (!situation.Profile.MayBeLedTo(channel.Code)) return Reason.NoConsent;
        if (!world.Rules.OpenToAll.Has(channel.Code) && known.LastUse is null && situation.Profile.PreferredChannel != channel.Code) return Reason.CannotUse;
        if (rule.Rule.Then.MinimumScore is { } minimum && known.Score.Bin < minimum) return Reason.BelowScore;
        if (Allowances.Broken(world.Rules.Set.Allowances, situation.Profile.Contacts, ConsentPurposes.Guidance, channel.Code, situation.Now) is not null)
            return Reason.AllowanceSpent;
        return rule.Rule.Then.Policy == Policies.Utility && Utility(world, situation, at) <= 0 ? Reason.NotWorthIt : null;
    }

    /// <summary>What puts candidates in order, the highest first. A stated preference beats everything but the cost where that comes first.</summary>
    private static double Worth(World world, in Situation situation, int at, string policy)
    {
        var (channel, known) = (world.Channels[at], situation.Known[at]);
        var stated = situation.Profile.PreferredChannel == channel.Code ? 1_000 : 0;
        // A customer who likes two channels alike goes where more of the contacts were.
        var liking = known.Score.Total + known.Share;
        return policy switch
        {
            Policies.PreferenceFirst => stated + liking,
            Policies.CostFirst => -(CostOf(situation.Service, channel) * 1_000.0) + stated + liking,
            Policies.SatisfactionFirst => (stated * 1_000.0) + (Chance(world, situation, channel, known) * 1_000) + (liking / 1_000),
            _ => Utility(world, situation, at),
        };
    }

    private static Reason Choice(in Situation situation, KnownChannel channel, string policy) => policy switch
    {
        Policies.CostFirst => Reason.Cheapest,
        Policies.Utility => Reason.MostUseful,
        _ when situation.Profile.PreferredChannel == channel.Code => Reason.Stated,
        Policies.PreferenceFirst => Reason.Preferred,
        _ => Reason.LikeliestToSucceed,
    };

    /// <summary>In fen: p(success) · (cost now − cost there) − p(failure) · cost of a bounce-back.</summary>
    private static double Utility(World world, in Situation situation, int at)
    {
        var channel = world.Channels[at];
        var chance = Chance(world, situation, channel, situation.Known[at]);
        var saving = CostOf(situation.Service, situation.From) - CostOf(situation.Service, channel);
        return (chance * saving) - ((1 - chance) * world.Rules.Set.BounceCost);
    }

    /// <summary>That this customer succeeds on the channel with the service, 0 to 1.</summary>
    public static double Chance(World world, in Situation situation, KnownChannel channel) => Chance(world, situation, channel, situation.Profile.On(channel.Code));

    private static double Chance(World world, in Situation situation, KnownChannel channel, ChannelKnowledge known) =>
        SuccessChance.Of(known.Successes, known.Tries, world.Health.Of(channel.Code, situation.Service.Code, situation.Now).Rate);

    public static long CostOf(KnownService service, KnownChannel channel) =>
        service.UnitCosts is { } costs && costs.TryGetValue(channel.Code, out var cost) ? cost : channel.UnitCost;
}
