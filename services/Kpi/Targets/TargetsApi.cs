using ECommerce.Channels.Contracts;
using ECommerce.Channels.Kpi.Catalogue;
using ECommerce.Channels.Platform.Hosting;
using ECommerce.Channels.Platform.Security;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace ECommerce.Channels.Kpi.Targets;

/// <summary>Targets over HTTP: the list, edits, how they stand, import from a file, and the log of changes.</summary>
internal static class TargetsApi
{
    private const int MaxListed = 50_000;
    private static readonly string[] Readers = [Roles.Manager, Roles.Supervisor, Roles.Sre, Roles.Admin];
    private static readonly string[] Editors = [Roles.Manager, Roles.Admin];

    public static void Map(IEndpointRouteBuilder app)
    {
        var targets = app.MapGroup("/api/v1/kpi/targets").WithTags("Targets");
        targets.MapGet("", List).WithName("listTargets").WithSummary("The targets of some months").RequireRoles(Readers);
        app.MapGet("/api/v1/kpi/targets.csv", GetCsv).WithTags("Targets").WithName("getTargetsCsv")
            .WithSummary("The same as a CSV file, which the import takes back").Produces<string>(200, TargetFile.Csv).RequireRoles(Readers);
        targets.MapPut("", Put).WithName("setTargets").WithSummary("Set or take away up to 5,000 targets, all or none")
            .Accepts<TargetsInput>("application/json").RequireRoles(Editors);
        targets.MapGet("/attainment", GetAttainment).WithName("getAttainment")
            .WithSummary("How the targets of a month stand, what the month will come to, and what is still needed").RequireRoles(Readers);
        TargetImportApi.Map(targets, Editors);
        targets.MapGet("/changes", ListChanges).WithName("listTargetChanges").WithSummary("Who changed which target, from what to what, newest first")
            .RequireRoles(Readers);
    }

    /// <param name="indicator">Comma list of ids.</param>
    /// <param name="channel">Comma list of codes; targets for all channels are then left out.</param>
    /// <param name="region">Comma list of codes, with what lies in them; targets for all regions are then left out.</param>
    /// <param name="from">First month; January of this year unless given.</param>
    /// <param name="to">Last month, inclusive; December of the year of <c>from</c> unless given.</param>
    private static async Task<Results<Ok<TargetsBody>, Problem>> List(
        string? indicator, string? channel, string? region, string? from, string? to, HttpContext http, [FromServices] TargetQuestions questions,
        [FromServices] TargetStore store, CancellationToken cancellation)
    {
        var (found, _, refused) = await FindAsync(http, questions, store, cancellation);
        return refused is not null ? refused : TypedResults.Ok(new TargetsBody([.. found.Select(TargetBody.Of)]));
    }

    /// <param name="indicator">Comma list of ids.</param>
    /// <param name="channel">Comma list of codes; targets for all channels are then left out.</param>
    /// <param name="region">Comma list of codes, with what lies in them; targets for all regions are then left out.</param>
    /// <param name="from">First month; January of this year unless given.</param>
    /// <param name="to">Last month, inclusive; December of the year of <c>from</c> unless given.</param>
    private static async Task<IResult> GetCsv(
        string? indicator, string? channel, string? region, string? from, string? to, HttpContext http, [FromServices] TargetQuestions questions,
        [FromServices] TargetStore store, CancellationToken cancellation)
    {
        var (found, filter, refused) = await FindAsync(http, questions, store, cancellation);
        if (refused is not null) return refused;
        var name = $"targets_{filter!.From:yyyy-MM}_{filter.To:yyyy-MM}.csv";
        return TypedResults.File(TargetFile.Write(found, CallerLanguage.Of(http.Request)), "text/csv; charset=utf-8", name);
    }

    private static async Task<(IReadOnlyList<Target> Found, TargetFilter? Filter, Problem? Refused)> FindAsync(
        HttpContext http, TargetQuestions questions, TargetStore store, CancellationToken cancellation)
    {
        var (filter, refused) = await questions.ReadAsync(http, TargetQuestions.Period, cancellation);
        if (filter is null) return ([], null, refused);
        var found = await store.ListAsync(filter, MaxListed + 1, cancellation);
        return found.Count <= MaxListed ? (found, filter, null)
            : ([], filter, Problem.BadInput("from", $"超过 {MaxListed} 个目标", $"There are more than {MaxListed} targets"));
    }

    private static async Task<Results<Ok<TargetsChangedBody>, Problem>> Put(
        HttpContext http, [FromServices] TargetQuestions questions, [FromServices] TargetStore store, CancellationToken cancellation)
    {
        var fields = await JsonInput.ReadAsync(http.Request, cancellation);
        var (book, catalogue) = await questions.BooksAsync(cancellation);
        var edits = new TargetInput(book, catalogue).ReadAll(fields);
        if (fields.Errors.Any) return Problem.BadInput(fields.Errors);
        var caller = Caller.Of(http.User);
        var scope = RegionScope.Of(caller.Regions, catalogue);
        if (!edits.All(edit => scope.Holds(edit.Key.Region))) return Problem.Forbidden();
        var outcome = await store.SetAsync(edits, caller.Subject, cancellation);
        return outcome.Stale ? Problem.PreconditionFailed() : TypedResults.Ok(TargetsChangedBody.Of(outcome));
    }

    /// <param name="month">This month unless given.</param>
    /// <param name="indicator">Comma list of ids.</param>
    /// <param name="channel">Comma list of codes; targets for all channels are then left out.</param>
    /// <param name="region">Comma list of codes, with what lies in them; targets for all regions are then left out.</param>
    private static async Task<Results<Ok<AttainmentBody>, Problem>> GetAttainment(
        string? month, string? indicator, string? channel, string? region, HttpContext http, [FromServices] TargetQuestions questions,
        [FromServices] TargetStore store, [FromServices] AttainmentService attainment, CancellationToken cancellation)
    {
        var asked = await questions.ReadAsync(http, TargetQuestions.OneMonth, cancellation);
        if (asked.Refused is { } refused) return refused;
        var (book, catalogue) = await questions.BooksAsync(cancellation);
        var found = await store.ListAsync(asked.Filter!, TargetRules.MaxEdits + 1, cancellation);
        if (found.Count > TargetRules.MaxEdits)
            return Problem.BadInput("indicator", $"超过 {TargetRules.MaxEdits} 个目标", $"There are more than {TargetRules.MaxEdits} targets");
        return TypedResults.Ok(await attainment.AnswerAsync(
            asked.Filter!.From, found, book, catalogue, Caller.Of(http.User).Regions, cancellation));
    }

    private static async Task<Ok<Page<TargetChangeBody>>> ListChanges(
        PageRequest page, HttpContext http, [FromServices] TargetQuestions questions, [FromServices] TargetStore store, CancellationToken cancellation)
    {
        var (_, catalogue) = await questions.BooksAsync(cancellation);
        var scope = RegionScope.Of(Caller.Of(http.User).Regions, catalogue);
        var changes = await store.ChangesAsync(page.AfterNumber(), page.Limit + 1, scope, cancellation);
        return TypedResults.Ok(Page<TargetChangeBody>.Of([.. changes.Select(TargetChangeBody.Of)], page, change => [change.Id.ToString()]));
    }
}

/// <summary>Targets to be set. What is wrong is named by the number of the target, from 0: <c>3.month</c>.</summary>
/// <param name="Targets">1 to 5,000, none twice.</param>
internal sealed record TargetsInput(IReadOnlyList<TargetEditInput> Targets);

/// <param name="Channel">Null or missing is all channels.</param>
/// <param name="Region">Null or missing is all regions.</param>
/// <param name="Month"><c>2026-11</c>.</param>
/// <param name="Value">In the indicator's unit; null takes the target away.</param>
/// <param name="Revision">If given, the target must still be at this one (0: not be there); else 412.</param>
internal sealed record TargetEditInput(string Indicator, string? Channel, string? Region, string Month, double? Value, long? Revision);

internal sealed record TargetsBody(IReadOnlyList<TargetBody> Targets);

/// <param name="Revision">Changes whenever the target does.</param>
internal sealed record TargetBody(
    string Indicator, string? Channel, string? Region, string Month, double Value, DateTimeOffset UpdatedAt, string UpdatedBy, long Revision)
{
    public static TargetBody Of(Target target) => new(
        target.Key.Indicator, target.Key.Channel, target.Key.Region, TargetStore.Month(target.Key), target.Value, target.UpdatedAt, target.UpdatedBy,
        target.Revision);
}

/// <param name="Changed">How many really changed: setting a target to the value it has is no change.</param>
internal sealed record TargetsChangedBody(int Changed, IReadOnlyList<TargetChangeBody> Changes)
{
    public static TargetsChangedBody Of(TargetOutcome outcome) => new(outcome.Changes.Count, [.. outcome.Changes.Select(TargetChangeBody.Of)]);
}

/// <param name="Id">Number of the change; the target's revision from then on.</param>
/// <param name="Before">Null where there was no target.</param>
/// <param name="After">Null where it was taken away.</param>
internal sealed record TargetChangeBody(
    long Id, string Indicator, string? Channel, string? Region, string Month, double? Before, double? After, DateTimeOffset At, string By)
{
    public static TargetChangeBody Of(TargetChange change) => new(
        change.Id, change.Key.Indicator, change.Key.Channel, change.Key.Region, TargetStore.Month(change.Key), change.Before, change.After, change.At, change.By);
}

public static class TargetsService
{
    public static WebApplicationBuilder AddTargets(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<TargetStore>();
        builder.Services.AddSingleton<TargetQuestions>();
        builder.Services.AddSingleton<AttainmentService>();
        return builder;
    }

    public static WebApplication MapTargets(this WebApplication app)
    {
        TargetsApi.Map(app);
        return app;
    }
}
