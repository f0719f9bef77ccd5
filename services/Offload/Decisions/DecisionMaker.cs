using ECommerce.Channels.Contracts.Events;
using ECommerce.Channels.Offload.Contacts;
using ECommerce.Channels.Offload.Customers;
using ECommerce.Channels.Offload.Health;
using ECommerce.Channels.Offload.Preferences;
using ECommerce.Channels.Platform.State;
using Microsoft.Extensions.Options;
using Npgsql;

namespace ECommerce.Channels.Offload.Decisions;

/// <summary>Finds what a decision stands on, decides, and puts it into words. Whatever is not there in time makes the answer "stay".</summary>
internal sealed class DecisionMaker(
    Worlds worlds, ProfileReader profiles, CustomerWatch watch, ProfileCodes codes, DecisionIds ids, DecisionLog log, OperatorZone zone,
    IOptions<DecisionOptions> options, TimeProvider time)
{
    public World? World => worlds.Current;

    /// <param name="known">Of the customer; null where it could not be read.</param>
    public Decision Decide(World world, Question question, Profile? known, Reason? why, DateTimeOffset now)
    {
        var situation = SituationOf(world, question, known ?? Profile.Nobody, now);
        var holdout = Holdout.Holds(question.Customer, options.Value.HoldoutPercent);
        var reasons = new Reason[world.Channels.Length];
        var verdict = Decider.Decide(why is null ? world : world with { AllStopped = true }, situation, holdout, reasons);
        if (why is { } unsure) Array.ForEach(reasons.Index().Where(one => one.Item == Reason.Stopped).ToArray(), one => reasons[one.Index] = unsure);
        var decision = Word(world, question, situation, verdict, holdout, reasons);
        log.Add(new LoggedDecision(question, decision, verdict.Eligible, FactsOf(world, situation), situation.Service.Group, SavingOf(world, situation, reasons)));
        return decision;
    }

    /// <summary>What is known of the customer, within the budget; else why it is not.</summary>
    public async ValueTask<(Profile? Profile, Reason? Why)> KnowAsync(World world, string customer, DateTimeOffset now, CancellationToken cancellation)
    {
        if (!watch.IsCurrent(time.GetUtcNow())) return (null, Reason.ConsentsUnsure);
        using var budget = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        budget.CancelAfter(options.Value.Budget);
        try
        {
            var stored = await profiles.FindAsync(customer, budget.Token);
            return (new ProfileMaker(world.Catalogue, codes).Of(stored, now), null);
        }
        catch (Exception failure) when (!cancellation.IsCancellationRequested
            && failure is StateUnavailableException or NpgsqlException or TimeoutException or OperationCanceledException or System.Text.Json.JsonException)
        {
            return (null, Reason.ProfileUnavailable);
        }
    }

    /// <summary>No rules, no catalogue yet: nothing can be said of any channel.</summary>
    public Decision WithoutWorld(Question question, DateTimeOffset now)
    {
        var holdout = Holdout.Holds(question.Customer, options.Value.HoldoutPercent);
        var id = ids.Make(question.Customer, 0, 0, holdout, eligible: false, 0, now);
        return new Decision(id, Decision.Stay, null, holdout ? Holdout.Held : Holdout.Treated, null, 0, null, null, null, []);
    }

    public Situation SituationOf(World world, Question question, Profile profile, DateTimeOffset now)
    {
        var minute = now.ToUnixTimeSeconds() / 60;
        return new Situation(
            profile, world.Catalogue.Services[question.Service], world.Catalogue.Channels[question.Channel], ProfileConsumer.TaskHash(question.Task), now,
            minute + (long)zone.OffsetAt(minute).TotalMinutes);
    }

    private Decision Word(World world, Question question, in Situation situation, in Verdict verdict, bool holdout, Reason[] reasons)
    {
        var chosen = verdict.Chosen < 0 ? null : world.Channels[verdict.Chosen];
        var bodies = new ReasonBody[reasons.Length];
        for (var at = 0; at < reasons.Length; at++)
            bodies[at] = new ReasonBody(
                world.Channels[at].Code, Reasons.IsChoice(reasons[at]) ? "chosen" : "rejected", Reasons.CodeOf(reasons[at]),
                ReasonWords.Of(reasons[at], world, situation, world.Channels[at]));
        var id = ids.Make(
            question.Customer, codes.NumberOf(question.Service), chosen is null ? (ushort)0 : codes.NumberOf(chosen.Code), holdout, verdict.Eligible,
            world.Rules.Number, situation.Now);
        return new Decision(
            id, chosen is null ? Decision.Stay : Decision.Offer, chosen?.Code, holdout ? Holdout.Held : Holdout.Treated, verdict.Rule?.Rule.Id,
            world.Rules.Number, verdict.Rule?.Rule.Then.Policy, NextOffer(world, situation, reasons), chosen is null ? null : Script.Of(situation.Service, chosen), bodies);
    }

    private static long SavingOf(World world, in Situation situation, Reason[] reasons)
    {
        var at = Array.FindIndex(reasons, reason => reason == Reason.Holdout || Reasons.IsChoice(reason));
        return at < 0 ? 0 : Decider.CostOf(situation.Service, situation.From) - Decider.CostOf(situation.Service, world.Channels[at]);
    }

    private static DateTimeOffset? NextOffer(World world, in Situation situation, Reason[] reasons)
    {
        DateTimeOffset? next = null;
        for (var at = 0; at < reasons.Length; at++)
        {
            if (reasons[at] != Reason.AllowanceSpent) continue;
            var broken = Allowances.Broken(world.Rules.Set.Allowances, situation.Profile.Contacts, ConsentPurposes.Guidance, world.Channels[at].Code, situation.Now);
            if (broken is null) continue;
            var free = Allowances.FreeAt(broken, situation.Profile.Contacts, situation.Now);
            if (free < DateTimeOffset.MaxValue && (next is null || free < next)) next = free;
        }
        return next;
    }

    private static DecisionFacts FactsOf(World world, in Situation situation)
    {
        var health = new Dictionary<string, HealthNow>(StringComparer.Ordinal);
        foreach (var channel in world.Channels)
            if (channel is { Electronic: true, Assisted: false }) health[channel.Code] = world.Health.Of(channel.Code, situation.Service.Code, situation.Now);
        return new DecisionFacts(situation.Profile, health, situation.Now, situation.LocalMinute, situation.Task);
    }
}
