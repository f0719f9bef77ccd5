using ECommerce.Channels.Contracts;
using ECommerce.Channels.Offload.Customers;
using ECommerce.Channels.Offload.Decisions;
using ECommerce.Channels.Offload.Preferences;
using ECommerce.Channels.Platform.Hosting;
using ECommerce.Channels.Platform.Security;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ECommerce.Channels.Offload.Rules;

/// <summary>Rules tried before they are published: on one customer, on the last days, beside another set.</summary>
internal static class TrialsApi
{
    private const int Days = 7;
    private const int MostDecisions = 20_000;

    private static readonly string[] Readers = [Roles.Supervisor, Roles.Manager, Roles.Admin];

    public static void MapTrials(this IEndpointRouteBuilder api)
    {
        var rules = api.MapGroup("/rules").WithTags("Rules");
        rules.MapPost("/try", TryAsync).WithName("tryRules").WithSummary("What a set would decide for one customer, with every rule's verdict")
            .WithDescription("Nothing is logged and nothing is offered. at may lie in the future; the customer is as known now.")
            .Accepts<TryInput>("application/json").RequireRoles(Readers);
        rules.MapPost("/simulate", SimulateAsync).WithName("simulateRules").WithSummary("What a set would have done with the decisions of the last 7 days")
            .Accepts<SetInput>("application/json").RequireRoles(Readers).RequireAllRegions();
        rules.MapGet("/diff", DiffAsync).WithName("diffRules").WithSummary("What differs between two sets; numbers, or draft").RequireRoles(Readers);
    }

    private static async Task<Results<Ok<TryBody>, Problem>> TryAsync(
        HttpContext http, DecisionMaker maker, RuleSetStore store, CustomerAccess access, TimeProvider time, CancellationToken cancellation)
    {
        if (maker.World is not { } world) return Problem.Unavailable(StatusProblems.RetrySoon);
        var fields = await JsonInput.ReadAsync(http.Request, cancellation);
        var question = QuestionInput.Read(fields, world.Catalogue);
        var at = fields.OptionalInstant("at") ?? time.GetUtcNow();
        var set = fields.OptionalString("set") ?? "published";
        if (fields.Errors.Any) return Problem.BadInput(fields.Errors);
        if (await CompiledAsync(set, store, world, cancellation) is not { } rules) return Problem.BadInput("set", "没有这个规则集", "There is no such set");
        if (!await access.MaySeeAsync(Caller.Of(http.User), question.Customer, cancellation)) return Problem.Forbidden();
        var (profile, why) = await maker.KnowAsync(world, question.Customer, time.GetUtcNow(), cancellation);
        var situation = maker.SituationOf(world, question, profile ?? Profile.Nobody, at);
        var reasons = new Reason[world.Channels.Length];
        // Health is as it is now: who asks about next week asks what today's rules would do.
        var verdict = Decider.Decide(world with { Rules = rules }, situation with { Now = at > time.GetUtcNow() ? time.GetUtcNow() : at }, holdout: false, reasons);
        var lines = world.Channels.Select((channel, i) => new ReasonBody(
            channel.Code, Reasons.IsChoice(reasons[i]) ? "chosen" : "rejected", Reasons.CodeOf(reasons[i]), ReasonWords.Of(reasons[i], world with { Rules = rules }, situation, channel)));
        return TypedResults.Ok(new TryBody(
            verdict.Chosen < 0 ? Decision.Stay : Decision.Offer, verdict.Chosen < 0 ? null : world.Channels[verdict.Chosen].Code, verdict.Rule?.Rule.Id,
            verdict.Rule?.Rule.Then.Policy, why is { } unsure ? Reasons.CodeOf(unsure) : verdict.Whole is { } whole ? Reasons.CodeOf(whole) : null, [.. lines],
            Trial.Trace(rules, situation, world.Stopped, world.Catalogue),
            [.. world.Channels.Select(channel => PreferenceBody.Of(channel.Code, situation.Profile.On(channel.Code)))]));
    }

    private static async Task<Results<Ok<Simulation>, Problem>> SimulateAsync(
        HttpContext http, DecisionMaker maker, RuleSetStore store, DecisionStore decisions, TimeProvider time, CancellationToken cancellation)
    {
        if (maker.World is not { } world) return Problem.Unavailable(StatusProblems.RetrySoon);
        var fields = await JsonInput.ReadAsync(http.Request, cancellation);
        var set = fields.OptionalString("set") ?? "draft";
        if (fields.Errors.Any) return Problem.BadInput(fields.Errors);
        if (await CompiledAsync(set, store, world, cancellation) is not { } rules) return Problem.BadInput("set", "没有这个规则集", "There is no such set");
        var past = await decisions.SinceAsync(time.GetUtcNow().AddDays(-Days), MostDecisions, cancellation);
        return TypedResults.Ok(Trial.Simulate(world, rules, past));
    }

    private static async Task<Results<Ok<RuleDiff>, Problem>> DiffAsync(string? from, string? to, RuleSetStore store, CancellationToken cancellation)
    {
        var errors = new FieldErrors();
        var before = await FindAsync(from ?? "published", store, cancellation);
        if (before is null) errors.Add("from", "没有这个规则集", "There is no such set");
        var after = await FindAsync(to ?? "draft", store, cancellation);
        if (after is null) errors.Add("to", "没有这个规则集", "There is no such set");
        return errors.Any ? Problem.BadInput(errors) : TypedResults.Ok(RuleDiff.Of(before!, after!));
    }

    private static async Task<CompiledRules?> CompiledAsync(string set, RuleSetStore store, World world, CancellationToken cancellation) =>
        await FindAsync(set, store, cancellation) is { } rules ? new CompiledRules(0, rules, world.Catalogue) : null;

    /// <param name="set">published, draft or a number.</param>
    private static async Task<RuleSet?> FindAsync(string set, RuleSetStore store, CancellationToken cancellation) => set switch
    {
        "published" => (await store.LatestAsync(cancellation)).Rules,
        "draft" => (await store.DraftAsync(cancellation))?.Rules,
        _ => (await store.FindAsync(set, cancellation))?.Rules,
    };
}

/// <param name="Set">published, draft or a number; published where not said.</param>
/// <param name="At">When; now where not said.</param>
internal sealed record TryInput(string Customer, string Service, string Channel, string? Task = null, string? Set = null, DateTimeOffset? At = null);

/// <param name="Set">published, draft or a number; the draft where not said.</param>
internal sealed record SetInput(string? Set = null);

/// <summary>What would be decided.</summary>
/// <param name="Why">What keeps everything from being offered; null where nothing does.</param>
/// <param name="Trace">Every rule in its order.</param>
internal sealed record TryBody(
    string Action, string? Channel, string? Rule, string? Policy, string? Why, IReadOnlyList<ReasonBody> Reasons, IReadOnlyList<TraceLine> Trace,
    IReadOnlyList<PreferenceBody> Preferences);
