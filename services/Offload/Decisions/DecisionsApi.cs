using System.Text.Json;
using ECommerce.Channels.Contracts;
using ECommerce.Channels.Offload.Customers;
using ECommerce.Channels.Offload.Preferences;
using ECommerce.Channels.Platform.Catalogue;
using ECommerce.Channels.Platform.Hosting;
using ECommerce.Channels.Platform.Security;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ECommerce.Channels.Offload.Decisions;

/// <summary>Decisions over HTTP, to the letter of the contract.</summary>
internal static class DecisionsApi
{
    private const int Most = 1_000;

    private static readonly string[] Askers = [Roles.Portal, Roles.Agent, Roles.Supervisor, Roles.Manager, Roles.Admin];

    public static void MapDecisions(this IEndpointRouteBuilder api)
    {
        var decisions = api.MapGroup("/decisions").WithTags("Decisions");
        decisions.MapPost("", DecideAsync).WithName("decide").WithSummary("Which channel to offer to this customer for this service now, or none")
            .WithDescription("One question, or an array of up to 1,000. When a part is down the answer is to stay, with the reason.")
            .Accepts<QuestionInput>("application/json").Produces<DecisionBody>().RequireRoles(Askers);
        decisions.MapPost("/{id}/outcome", AnswerAsync).WithName("reportOutcome").WithSummary("What became of an offer")
            .Accepts<OutcomeInput>("application/json").RequireRoles(Askers);
        decisions.MapGet("/{id}", ExplainAsync).WithName("explainDecision").WithSummary("The explanation of a decision, for 180 days").RequireRoles(Askers);
        decisions.MapGet("", ListAsync).WithName("listDecisions").WithSummary("What was decided, newest first")
            .RequireRoles(Roles.Supervisor, Roles.Manager, Roles.Admin);
    }

    private static async Task<IResult> DecideAsync(HttpContext http, DecisionMaker maker, CustomerAccess access, TimeProvider time, CancellationToken cancellation)
    {
        var body = await ReadAsync(http.Request, cancellation);
        var errors = new FieldErrors();
        var world = maker.World;
        var many = body.ValueKind == JsonValueKind.Array;
        if (many && body.GetArrayLength() is 0 or > Most) return Problem.BadInput("body", $"须为 1 至 {Most} 项", $"Must have 1 to {Most} items");
        var questions = many
            ? [.. body.EnumerateArray().Select((item, at) => QuestionInput.Read(new JsonFields(item, errors, $"{at}."), world?.Catalogue))]
            : new[] { QuestionInput.Read(new JsonFields(body, errors), world?.Catalogue) };
        if (errors.Any) return Problem.BadInput(errors);
        var now = time.GetUtcNow();
        var answers = new List<DecisionBody>(questions.Length);
        foreach (var (question, known) in questions.Zip(await KnowAsync(maker, world, questions, now, cancellation)))
        {
            if (known.Profile is { Known: true } profile && !await access.MaySeeRegionAsync(Caller.Of(http.User), profile.Region, cancellation)) return Problem.Forbidden();
            answers.Add(DecisionBody.Of(world is null ? maker.WithoutWorld(question, now) : maker.Decide(world, question, known.Profile, known.Why, now)));
        }
        return many ? TypedResults.Ok(answers) : TypedResults.Ok(answers[0]);
    }

    private static async Task<(Profile? Profile, Reason? Why)[]> KnowAsync(DecisionMaker maker, World? world, Question[] questions, DateTimeOffset now, CancellationToken cancellation)
    {
        var known = new (Profile? Profile, Reason? Why)[questions.Length];
        if (world is null) return known;
        if (questions.Length == 1) known[0] = await maker.KnowAsync(world, questions[0].Customer, now, cancellation);
        else
            await Parallel.ForAsync(0, questions.Length, new ParallelOptions { MaxDegreeOfParallelism = 16, CancellationToken = cancellation }, async (at, stop) =>
                known[at] = await maker.KnowAsync(world, questions[at].Customer, now, stop));
        return known;
    }

    private static async Task<JsonElement> ReadAsync(HttpRequest request, CancellationToken cancellation)
    {
        if (!request.HasJsonContentType()) throw new ProblemException(StatusProblems.Of(415));
        using var bytes = new MemoryStream();
        await request.Body.CopyToAsync(bytes, cancellation);
        return JsonInput.Parse(bytes.ToArray());
    }

    private static async Task<Results<NoContent, Problem>> AnswerAsync(string id, HttpContext http, DecisionIds ids, Outcomes outcomes, CancellationToken cancellation)
    {
        if (ids.Read(id) is not { } ticket) return Problem.NotFound();
        var fields = await JsonInput.ReadAsync(http.Request, cancellation);
        var outcome = fields.OneOf("outcome", Outcomes.All);
        if (fields.Errors.Any) return Problem.BadInput(fields.Errors);
        await outcomes.TakeAsync(id, ticket, outcome, cancellation);
        return TypedResults.NoContent();
    }

    private static async Task<Results<Ok<ExplanationBody>, Problem>> ExplainAsync(
        string id, HttpContext http, DecisionIds ids, DecisionStore store, CustomerAccess access, CancellationToken cancellation)
    {
        if (ids.Read(id) is not { } ticket || await store.FindAsync(id, ticket.At, cancellation) is not { } found) return Problem.NotFound();
        if (!await access.MaySeeRegionAsync(Caller.Of(http.User), found.Facts.Profile.Region, cancellation)) return Problem.Forbidden();
        return TypedResults.Ok(ExplanationBody.Of(found));
    }

    private static async Task<Ok<DecisionsBody>> ListAsync(
        string? customer, string? rule, string? offered, PageRequest page, HttpContext http, DecisionStore store, CatalogueCopy catalogue, TimeProvider time,
        CancellationToken cancellation)
    {
        var after = page.AfterKey(2);
        var before = after is not null && DateTimeOffset.TryParse(after[0], null, System.Globalization.DateTimeStyles.RoundtripKind, out var at) ? at : time.GetUtcNow().AddMinutes(1);
        var regions = await catalogue.GrantedAsync(Caller.Of(http.User).Regions, cancellation);
        var read = await store.ListAsync(new DecisionFilter(before, after?[1] ?? "", customer, rule, offered, regions), page.Limit + 1, cancellation);
        var list = Page<StoredDecision>.Of(read, page, one => [one.Facts.At.ToString("O"), one.Answer.Id]);
        return TypedResults.Ok(new DecisionsBody([.. list.Items.Select(DecisionLine.Of)], list.Next));
    }
}

/// <summary>A question as it is asked.</summary>
/// <param name="Customer">The pseudonym.</param>
/// <param name="Service">A code of the catalogue.</param>
/// <param name="Channel">Where the customer is now; a code of the catalogue.</param>
/// <param name="Task">What the transactions of this matter have in common.</param>
internal sealed record QuestionInput(string Customer, string Service, string Channel, string? Task = null)
{
    public static Question Read(JsonFields fields, KnownCatalogue? catalogue)
    {
        var customer = fields.String("customer");
        if (customer.Length > 0 && !CustomerId.IsValid(customer)) fields.Fail("customer", "须为客户标识 c_…", "Must be a customer's pseudonym, c_…");
        var service = fields.String("service");
        if (service.Length > 0 && catalogue?.Services.ContainsKey(service) == false) fields.Fail("service", "目录中没有该业务", "The catalogue has no such service");
        var channel = fields.String("channel");
        if (channel.Length > 0 && catalogue?.Channels.ContainsKey(channel) == false) fields.Fail("channel", "目录中没有该渠道", "The catalogue has no such channel");
        return new Question(customer, service, channel, fields.OptionalString("task"));
    }
}

/// <param name="Outcome">shown, accepted, refused or ignored.</param>
internal sealed record OutcomeInput(string Outcome);

/// <summary>A decision as it is told.</summary>
internal sealed record DecisionBody(
    string Id, string Action, string? Channel, string Arm, string? Rule, int RuleSet, string? Policy, DateTimeOffset? NextOfferAt, Script? Script,
    IReadOnlyList<ReasonBody> Reasons)
{
    public static DecisionBody Of(Decision one) => new(
        one.Id, one.Action, one.Channel, one.Arm, one.Rule, one.RuleSet, one.Policy, one.NextOfferAt, one.Script, one.Reasons);
}

/// <summary>A decision with what it stood on.</summary>
/// <param name="Eligible">Guards passed and there was a candidate: the customer counts for the effect.</param>
/// <param name="Preferences">Of the customer then, by channel.</param>
/// <param name="Outcomes">What became of it, in order of time.</param>
internal sealed record ExplanationBody(
    string Id, DateTimeOffset At, string Customer, string Service, string From, string? Task, string Action, string? Channel, string Arm, bool Eligible, string? Rule,
    int RuleSet, string? Policy, Script? Script, IReadOnlyList<ReasonBody> Reasons, IReadOnlyList<PreferenceBody> Preferences, IReadOnlyList<OutcomeBody> Outcomes)
{
    public static ExplanationBody Of(StoredDecision one) => new(
        one.Answer.Id, one.Facts.At, one.Question.Customer, one.Question.Service, one.Question.Channel, one.Question.Task, one.Answer.Action, one.Answer.Channel,
        one.Answer.Arm, one.Eligible, one.Answer.Rule, one.Answer.RuleSet, one.Answer.Policy, one.Answer.Script, one.Answer.Reasons,
        [.. one.Facts.Profile.Channels.Select(known => PreferenceBody.Of(known.Key, known.Value))], [.. one.Outcomes.Select(told => new OutcomeBody(told.Outcome, told.At))]);
}

/// <summary>How much a customer is drawn to a channel.</summary>
/// <param name="Score">1 to 10: see the preference score.</param>
/// <param name="Current">Points for what was done there, 0 to 100.</param>
/// <param name="Potential">Points for what lets expect that it would be used, 0 to 100.</param>
/// <param name="Share">Expected share of the customer's contacts, 0 to 1.</param>
/// <param name="Uses">In the last 180 days.</param>
internal sealed record PreferenceBody(string Channel, int Score, int Current, int Potential, double Share, int Uses, DateTimeOffset? LastUse)
{
    public static PreferenceBody Of(string channel, ChannelKnowledge known) => new(
        channel, known.Score.Bin, known.Score.Current, known.Score.Potential, known.Share, known.Uses180, known.LastUse);
}

internal sealed record OutcomeBody(string Outcome, DateTimeOffset At);

internal sealed record DecisionsBody(IReadOnlyList<DecisionLine> Decisions, string? Next);

/// <param name="Why">Code of the reason that decided: of the channel that was chosen, else the first that is not about a channel itself.</param>
internal sealed record DecisionLine(
    string Id, DateTimeOffset At, string Customer, string Service, string From, string Action, string? Channel, string Arm, bool Eligible, string? Rule, int RuleSet, string Why)
{
    public static DecisionLine Of(StoredDecision one) => new(
        one.Answer.Id, one.Facts.At, one.Question.Customer, one.Question.Service, one.Question.Channel, one.Answer.Action, one.Answer.Channel, one.Answer.Arm, one.Eligible,
        one.Answer.Rule, one.Answer.RuleSet, WhyOf(one.Answer));

    private static string WhyOf(Decision answer) =>
        (answer.Reasons.FirstOrDefault(one => one.Verdict == "chosen")
            ?? answer.Reasons.FirstOrDefault(one => one.Code is not ("not-electronic" or "current-channel" or "ranked-lower")) ?? (answer.Reasons.Count > 0 ? answer.Reasons[0] : null))?.Code ?? "rules-unavailable";
}
