using ECommerce.Channels.Contracts;
using ECommerce.Channels.Kpi.Catalogue;
using ECommerce.Channels.Kpi.Indicators;
using ECommerce.Channels.Platform.Hosting;
using ECommerce.Channels.Platform.Security;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace ECommerce.Channels.Kpi.Views;

/// <summary>Annotations over HTTP: what people write beside the figures, within the regions granted to them.</summary>
internal static class AnnotationsApi
{
    private const int MostListed = 1_000;
    private static readonly string[] Readers = [Roles.Manager, Roles.Supervisor, Roles.Sre, Roles.Admin];
    private static readonly string[] Editors = [Roles.Manager, Roles.Admin];

    public static void Map(IEndpointRouteBuilder app)
    {
        var notes = app.MapGroup("/api/v1/kpi/annotations").WithTags("Annotations");
        notes.MapGet("", List).WithName("listAnnotations").WithSummary("The annotations that touch a period, the first 1,000").RequireRoles(Readers);
        notes.MapPost("", Post).WithName("addAnnotation").WithSummary("Write something beside the figures of a day or some")
            .Accepts<AnnotationInput>("application/json").RequireRoles(Editors);
        notes.MapGet("/{id}", Get).WithName("getAnnotation").WithSummary("An annotation").RequireRoles(Readers);
        notes.MapPut("/{id}", Put).WithName("changeAnnotation").WithSummary("Change an annotation")
            .Accepts<AnnotationInput>("application/json").RequireRoles(Editors);
        notes.MapDelete("/{id}", Remove).WithName("deleteAnnotation").WithSummary("Take an annotation away").RequireRoles(Editors);
    }

    /// <param name="from">First day.</param>
    /// <param name="to">Exclusive.</param>
    private static async Task<Results<Ok<AnnotationsBody>, Problem>> List(
        string? from, string? to, HttpContext http, [FromServices] AnnotationStore store, [FromServices] CatalogueHistory history,
        [FromServices] Today today, CancellationToken cancellation)
    {
        var errors = new FieldErrors();
        var (first, last) = (CatalogueApi.RequiredDay(from, "from", today, errors), CatalogueApi.RequiredDay(to, "to", today, errors));
        if (!errors.Any && last <= first) errors.Add("to", "须晚于 from", "Must be after from");
        if (errors.Any) return Problem.BadInput(errors);
        var scope = RegionScope.Of(Caller.Of(http.User).Regions, await history.LatestAsync(cancellation));
        var found = await store.ListAsync(first, last, scope, MostListed, cancellation);
        return TypedResults.Ok(new AnnotationsBody([.. found.Select(AnnotationBody.Of)]));
    }

    private static async Task<Results<Created<AnnotationBody>, Problem>> Post(
        HttpContext http, [FromServices] AnnotationStore store, [FromServices] IndicatorStore indicators,
        [FromServices] CatalogueHistory history, CancellationToken cancellation)
    {
        var catalogue = await history.LatestAsync(cancellation);
        var fields = await JsonInput.ReadAsync(http.Request, cancellation);
        var edit = AnnotationEdit.Read(fields, await indicators.BookAsync(cancellation), catalogue);
        if (fields.Errors.Any) return Problem.BadInput(fields.Errors);
        var caller = Caller.Of(http.User);
        if (!RegionScope.Of(caller.Regions, catalogue).Holds(edit.Region)) return Problem.Forbidden();
        var made = await store.AddAsync(edit, caller.Subject, cancellation);
        http.Response.Tag(made.Revision);
        return TypedResults.Created($"/api/v1/kpi/annotations/{made.Id}", AnnotationBody.Of(made));
    }

    private static async Task<Results<Ok<AnnotationBody>, Problem>> Get(
        string id, HttpContext http, [FromServices] AnnotationStore store, [FromServices] CatalogueHistory history, CancellationToken cancellation)
    {
        var scope = RegionScope.Of(Caller.Of(http.User).Regions, await history.LatestAsync(cancellation));
        if (await store.FindAsync(id, cancellation) is not { } found || !IsSeen(found, scope)) return Problem.NotFound();
        http.Response.Tag(found.Revision);
        return TypedResults.Ok(AnnotationBody.Of(found));
    }

    private static async Task<Results<Ok<AnnotationBody>, Problem>> Put(
        string id, HttpContext http, [FromServices] AnnotationStore store, [FromServices] IndicatorStore indicators,
        [FromServices] CatalogueHistory history, CancellationToken cancellation)
    {
        var catalogue = await history.LatestAsync(cancellation);
        var fields = await JsonInput.ReadAsync(http.Request, cancellation);
        var edit = AnnotationEdit.Read(fields, await indicators.BookAsync(cancellation), catalogue);
        if (fields.Errors.Any) return Problem.BadInput(fields.Errors);
        var caller = Caller.Of(http.User);
        var scope = RegionScope.Of(caller.Regions, catalogue);
        var (before, refused) = await EditableAsync(id, http, store, scope, cancellation);
        if (refused is not null) return refused;
        if (!scope.Holds(edit.Region)) return Problem.Forbidden();
        if (await store.ChangeAsync(before!, edit, caller.Subject, cancellation) is not { } after) return Problem.PreconditionFailed();
        http.Response.Tag(after.Revision);
        return TypedResults.Ok(AnnotationBody.Of(after));
    }

    private static async Task<Results<NoContent, Problem>> Remove(
        string id, HttpContext http, [FromServices] AnnotationStore store, [FromServices] CatalogueHistory history, CancellationToken cancellation)
    {
        var caller = Caller.Of(http.User);
        var scope = RegionScope.Of(caller.Regions, await history.LatestAsync(cancellation));
        var (before, refused) = await EditableAsync(id, http, store, scope, cancellation);
        if (refused is not null) return refused;
        return await store.DeleteAsync(before!, caller.Subject, cancellation) ? TypedResults.NoContent() : Problem.PreconditionFailed();
    }

    private static async Task<(Annotation? Before, Problem? Refused)> EditableAsync(
        string id, HttpContext http, AnnotationStore store, RegionScope scope, CancellationToken cancellation)
    {
        if (await store.FindAsync(id, cancellation) is not { } found || !IsSeen(found, scope)) return (null, Problem.NotFound());
        if (!scope.Holds(found.Region)) return (null, Problem.Forbidden());
        return (found, EntityTags.IfMatch(http.Request, found.Revision));
    }

    /// <summary>What concerns all regions is for everybody to read.</summary>
    private static bool IsSeen(Annotation one, RegionScope scope) => one.Region is null || scope.Holds(one.Region);
}

internal sealed record AnnotationsBody(IReadOnlyList<AnnotationBody> Annotations);

/// <param name="At">The day, where it is a single one.</param>
/// <param name="To">Exclusive.</param>
/// <param name="By">Who wrote it first.</param>
internal sealed record AnnotationBody(
    string Id, DateOnly? At, DateOnly From, DateOnly To, string Text, string? Indicator, string? Channel, string? Region, string By,
    DateTimeOffset UpdatedAt, string UpdatedBy, long Revision)
{
    public static AnnotationBody Of(Annotation one) => new(
        one.Id, one.From.AddDays(1) == one.To ? one.From : null, one.From, one.To, one.Text, one.Indicator, one.Channel, one.Region, one.By, one.UpdatedAt,
        one.UpdatedBy, one.Revision);
}
