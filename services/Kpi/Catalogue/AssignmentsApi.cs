using System.Text.Json;
using ECommerce.Channels.Platform.Hosting;
using ECommerce.Channels.Platform.Security;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ECommerce.Channels.Kpi.Catalogue;

/// <summary>Codes that events carry and nobody knew: which there are, and what they count as from a day on.</summary>
internal static class AssignmentsApi
{
    private static readonly string[] Fields = [.. Enum.GetValues<CatalogueField>().Select(CatalogueJson.NameOf)];

    public static void Map(RouteGroupBuilder catalogue, string[] readers, string[] editors)
    {
        // As in figures, only who sees all regions sees what is unknown.
        catalogue.MapGet("/unknown", GetUnknown).WithName("listUnknownCodes").WithSummary("Codes that events carry and the catalogue does not have")
            .RequireRoles(readers).RequireAllRegions();
        catalogue.MapPost("/assignments", Post).WithName("assignCode").WithSummary("Say what an unknown code counts as, from a day on")
            .Accepts<JsonElement>("application/json").Produces<Assignment>(201).RequireRoles(editors).RequireAllRegions();
        catalogue.MapDelete("/assignments", Remove).WithName("removeAssignment").WithSummary("Let a code be unknown again, from a day on")
            .RequireRoles(editors).RequireAllRegions();
    }

    private static async Task<Ok<UnknownBody>> GetUnknown(CatalogueStore store, CatalogueHistory history, CancellationToken cancellation)
    {
        var timeline = await history.LatestAsync(cancellation);
        var codes = await store.UnknownAsync(cancellation);
        return TypedResults.Ok(new UnknownBody([.. codes.Select(code => new UnknownCodeBody(
            CatalogueJson.NameOf(code.Field), code.Raw, code.FirstDay, code.LastDay, code.Events,
            timeline.At(code.FirstDay).Resolve(code.Field, code.Raw), timeline.At(code.LastDay).Resolve(code.Field, code.Raw)))]));
    }

    private static async Task<IResult> Post(HttpContext http, CatalogueEditor editor, Today today, CancellationToken cancellation)
    {
        var fields = await JsonInput.ReadAsync(http.Request, cancellation);
        var field = fields.OneOf("field", Fields);
        var assignment = new Assignment(
            Enum.TryParse<CatalogueField>(field, ignoreCase: true, out var parsed) ? parsed : default, fields.String("raw"), fields.Code("code"));
        if (assignment.Raw is CatalogueVersion.None or CatalogueVersion.Unknown)
            fields.Fail("raw", "none 与 unknown 为保留编码", "none and unknown are reserved");
        var from = CatalogueApi.ValidFrom(fields, "from", today);
        if (fields.Errors.Any) return Problem.BadInput(fields.Errors);
        var edit = new CatalogueEdit(
            CatalogueJson.Assignments, CatalogueJson.AssignmentCode(assignment.Field, assignment.Raw), from, assignment,
            Caller.Of(http.User), CatalogueApi.IfMatch(http));
        var outcome = await editor.EditAsync(edit, cancellation);
        return outcome.Refused ?? Results.Json(assignment, CatalogueJson.Options, statusCode: 201);
    }

    /// <summary>From a day on (by default the one it began on) the raw code is unknown again.</summary>
    private static async Task<Results<NoContent, Problem>> Remove(
        string? field, string? raw, string? from, HttpContext http, CatalogueEditor editor, CatalogueHistory history, Today today,
        CancellationToken cancellation)
    {
        var errors = new FieldErrors();
        if (!Enum.TryParse<CatalogueField>(field, ignoreCase: true, out var parsed) || !Fields.Contains(field))
            errors.Add("field", $"须为 {string.Join("、", Fields)} 之一", $"Must be one of {string.Join(", ", Fields)}");
        if (string.IsNullOrEmpty(raw)) errors.Add("raw", "不能为空", "Is required");
        if (CatalogueApi.DayOf(from, "from", today, out var day) is not null) errors.Add("from", "须为日期，如 2026-09-28", "Must be a date like 2026-09-28");
        if (errors.Any) return Problem.BadInput(errors);

        var code = CatalogueJson.AssignmentCode(parsed, raw!);
        if (from is null && Start(await history.LatestAsync(cancellation), code) is { } start) day = start;
        var edit = new CatalogueEdit(
            CatalogueJson.Assignments, code, day, null, Caller.Of(http.User), CatalogueApi.IfMatch(http));
        return (await editor.EditAsync(edit, cancellation)).Refused is { } problem ? problem : TypedResults.NoContent();
    }

    private static DateOnly? Start(CatalogueTimeline timeline, string code)
    {
        var days = timeline.Changes.Where(change => change.Kind == CatalogueJson.Assignments && change.Code == code).Select(change => change.ValidFrom).ToList();
        return days.Count == 0 ? null : days.Min();
    }
}

internal sealed record UnknownBody(IReadOnlyList<UnknownCodeBody> Codes);

/// <param name="CountsAs">What it counts as on its first day; null while that is <c>unknown</c>.</param>
/// <param name="CountsAsNow">The same on its last day.</param>
internal sealed record UnknownCodeBody(
    string Field, string Raw, DateOnly FirstDay, DateOnly LastDay, long Events, string? CountsAs, string? CountsAsNow);
