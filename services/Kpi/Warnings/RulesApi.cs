using ECommerce.Channels.Contracts;
using ECommerce.Channels.Kpi.Catalogue;
using ECommerce.Channels.Kpi.Indicators;
using ECommerce.Channels.Platform.Hosting;
using ECommerce.Channels.Platform.Security;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ECommerce.Channels.Kpi.Warnings;

/// <summary>Rules over HTTP: what is watched, and what a rule would have done in the last 30 days.</summary>
internal static class RulesApi
{
    private static readonly string[] Readers = [Roles.Manager, Roles.Supervisor, Roles.Sre, Roles.Admin];
    private static readonly string[] Editors = [Roles.Manager, Roles.Admin];

    /// <summary>Any but the word that is a route of its own: what does not fit that one is a wrong method, and no rule.</summary>
    private const string Id = "/{id:regex(^(?!preview$))}";

    public static void Map(IEndpointRouteBuilder app)
    {
        var rules = app.MapGroup("/api/v1/kpi/warning-rules").WithTags("Warnings");
        rules.MapGet("", List).WithName("listWarningRules").WithSummary("Every rule, with how far it is evaluated and how often it was a false alarm")
            .RequireRoles(Readers);
        rules.MapGet(Id, Get).WithName("getWarningRule").WithSummary("One rule").RequireRoles(Readers);
        rules.MapPost("", Post).WithName("addWarningRule").WithSummary("Watch an indicator for a threshold, or feeds for being late")
            .Accepts<RuleInput>("application/json").Produces<RuleBody>(201).RequireRoles(Editors);
        rules.MapPut(Id, Put).WithName("setWarningRule").WithSummary("Change a rule; where it watches something else then, its warnings end")
            .Accepts<RuleInput>("application/json").RequireRoles(Editors);
        rules.MapDelete(Id, Delete).WithName("removeWarningRule").WithSummary("Remove a rule; its warnings end").RequireRoles(Editors);
        rules.MapPost("/preview", PostPreview).WithName("previewWarningRule").WithSummary("How often a rule would have fired in the last 30 days, and the series it judges")
            .Accepts<RuleInput>("application/json").RequireRoles(Editors);
    }

    private static async Task<Ok<RulesBody>> List(HttpContext http, RuleStore store, CatalogueHistory history, CancellationToken cancellation)
    {
        var granted = Granted.Regions(Caller.Of(http.User).Regions, await history.LatestAsync(cancellation));
        var quality = await store.QualityAsync(cancellation);
        var rules = (await store.AllAsync(cancellation)).Where(one => Granted.Sees(granted, one.Rule.Condition.Kind, one.Rule.Region));
        return TypedResults.Ok(new RulesBody([.. rules.Select(rule => RuleBody.Of(rule, quality.GetValueOrDefault(rule.Rule.Id)))]));
    }

    private static async Task<Results<Ok<RuleBody>, Problem>> Get(
        string id, HttpContext http, RuleStore store, CatalogueHistory history, CancellationToken cancellation)
    {
        if (await store.FindAsync(id, cancellation) is not { } rule) return Problem.NotFound();
        if (!Sees(http, await history.LatestAsync(cancellation), rule.Rule)) return Problem.Forbidden();
        http.Response.Tag(rule.Rule.Revision);
        return TypedResults.Ok(RuleBody.Of(rule, (await store.QualityAsync(cancellation)).GetValueOrDefault(id)));
    }

    private static async Task<IResult> Post(
        HttpContext http, RuleStore store, RuleService service, IndicatorStore indicators, CatalogueHistory history, CancellationToken cancellation)
    {
        var fields = await JsonInput.ReadAsync(http.Request, cancellation);
        var catalogue = await history.LatestAsync(cancellation);
        var rule = RuleInput.Read(fields, "r_" + Guid.CreateVersion7().ToString("N"), 1, await indicators.BookAsync(cancellation), catalogue);
        if (fields.Errors.Any) return Problem.BadInput(fields.Errors);
        if (!MayChange(http, catalogue, rule)) return Problem.Forbidden();
        if (await service.AddAsync(rule, Caller.Of(http.User).Subject, cancellation) is { } refused) return refused;
        http.Response.Tag(rule.Revision);
        return TypedResults.Created($"/api/v1/kpi/warning-rules/{rule.Id}", RuleBody.Of((await store.FindAsync(rule.Id, cancellation))!, null));
    }

    private static async Task<Results<Ok<RuleBody>, Problem>> Put(
        string id, HttpContext http, RuleStore store, RuleService service, IndicatorStore indicators, CatalogueHistory history, CancellationToken cancellation)
    {
        var fields = await JsonInput.ReadAsync(http.Request, cancellation);
        if (await store.FindAsync(id, cancellation) is not { } before) return Problem.NotFound();
        var catalogue = await history.LatestAsync(cancellation);
        if (!MayChange(http, catalogue, before.Rule)) return Problem.Forbidden();
        if (EntityTags.IfMatch(http.Request, before.Rule.Revision) is { } changed) return changed;
        var rule = RuleInput.Read(fields, id, before.Rule.Revision + 1, await indicators.BookAsync(cancellation), catalogue);
        if (fields.Errors.Any) return Problem.BadInput(fields.Errors);
        if (!MayChange(http, catalogue, rule)) return Problem.Forbidden();
        if (await service.ChangeAsync(before.Rule, rule, Caller.Of(http.User).Subject, cancellation) is { } refused) return refused;
        http.Response.Tag(rule.Revision);
        return TypedResults.Ok(RuleBody.Of((await store.FindAsync(id, cancellation))!, null));
    }

    private static async Task<Results<NoContent, Problem>> Delete(
        string id, HttpContext http, RuleStore store, RuleService service, CatalogueHistory history, CancellationToken cancellation)
    {
        if (await store.FindAsync(id, cancellation) is not { } rule) return Problem.NotFound();
        if (!MayChange(http, await history.LatestAsync(cancellation), rule.Rule)) return Problem.Forbidden();
        if (EntityTags.IfMatch(http.Request, rule.Rule.Revision) is { } changed) return changed;
        return await service.RemoveAsync(rule.Rule, Caller.Of(http.User).Subject, cancellation) is { } refused ? refused : TypedResults.NoContent();
    }

    private static async Task<Results<Ok<PreviewBody>, Problem>> PostPreview(
        HttpContext http, IndicatorStore indicators, CatalogueHistory history, OpenFigureSource open, FeedDelays delays, OperatorZone zone,
        TimeProvider time, CancellationToken cancellation)
    {
        var fields = await JsonInput.ReadAsync(http.Request, cancellation);
        var (catalogue, book) = (await history.LatestAsync(cancellation), await indicators.BookAsync(cancellation));
        var rule = RuleInput.Read(fields, "preview", 1, book, catalogue);
        if (fields.Errors.Any) return Problem.BadInput(fields.Errors);
        if (!MayChange(http, catalogue, rule)) return Problem.Forbidden();
        await using var source = await open(cancellation);
        var view = await EvaluationView.OfAsync(source, catalogue, book, new Periods(zone), time.GetUtcNow(), cancellation);
        return TypedResults.Ok(rule.IsLateFeed
            ? Preview.Of(rule, await delays.SinceAsync(view.Now.AddDays(-Preview.Days), cancellation), view)
            : await Preview.OfAsync(rule, view, cancellation));
    }

    private static bool Sees(HttpContext http, CatalogueTimeline catalogue, WarningRule rule) =>
        Granted.Sees(Granted.Regions(Caller.Of(http.User).Regions, catalogue), rule.Condition.Kind, rule.Region);

    /// <summary>A rule for all regions, and one for feeds, is for those who see all of them.</summary>
    private static bool MayChange(HttpContext http, CatalogueTimeline catalogue, WarningRule rule) =>
        Granted.Sees(Granted.Regions(Caller.Of(http.User).Regions, catalogue), "", rule.Region);
}

internal sealed record RulesBody(IReadOnlyList<RuleBody> Rules);

/// <param name="EvaluatedTo">End of the last window judged; null of a rule for late feeds, which is always judged now.</param>
/// <param name="Quality">Null before its first warning.</param>
internal sealed record RuleBody(
    string Id, string? Name, string? Indicator, string? Channel, string? Region, WarningCondition Condition, IReadOnlyList<string> Notify, string Severity,
    bool Enabled, int Revision, DateTimeOffset UpdatedAt, string UpdatedBy, DateTimeOffset? EvaluatedTo, RuleQuality? Quality)
{
    public static RuleBody Of(StoredRule stored, RuleQuality? quality)
    {
        var rule = stored.Rule;
        return new RuleBody(
            rule.Id, rule.Name, rule.Indicator, rule.Channel, rule.Region, rule.Condition, rule.Notify, rule.Severity, rule.Enabled, rule.Revision,
            stored.UpdatedAt, stored.UpdatedBy, rule.IsLateFeed ? null : DateTimeOffset.FromUnixTimeSeconds(stored.Progress.EvaluatedTo * 60), quality);
    }
}
