using System.Text.Json;
using ECommerce.Channels.Contracts;
using ECommerce.Channels.Platform.Hosting;
using ECommerce.Channels.Platform.Security;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ECommerce.Channels.Kpi.Catalogue;

/// <summary>The catalogue over HTTP: as valid on a day, its versions, and edits that are valid from a day on.</summary>
internal static class CatalogueApi
{
    private static readonly string[] Readers = [Roles.Manager, Roles.Agent, Roles.Supervisor, Roles.Sre, Roles.Admin, Roles.Portal];
    private static readonly string[] Editors = [Roles.Manager, Roles.Admin];

    public static void Map(IEndpointRouteBuilder app)
    {
        var catalogue = app.MapGroup("/api/v1/kpi/catalogue").WithTags("Catalogue");
        catalogue.MapGet("", GetCatalogue).WithName("getCatalogue").WithSummary("The whole catalogue, as valid on a day or of a version")
            .RequireRoles(Readers);
        catalogue.MapGet("/versions", GetVersions).WithName("listCatalogueVersions").WithSummary("Its versions, newest first, with the edits that made them")
            .RequireRoles(Readers);
        foreach (var kind in CatalogueJson.Kinds) MapKind(catalogue, kind);
        AssignmentsApi.Map(catalogue, Readers, Editors);
    }

    private static void MapKind(RouteGroupBuilder catalogue, string kind)
    {
        var one = kind[..^1];
        var name = char.ToUpperInvariant(one[0]) + one[1..];
        catalogue.MapGet($"/{kind}", (HttpContext http, string? at, CatalogueHistory history, Today today, CancellationToken cancellation) =>
            GetKind(kind, http, at, history, today, cancellation)).WithName($"list{name}s").WithSummary($"Every {one} as valid on a day").Produces<JsonElement>().RequireRoles(Readers);
        catalogue.MapGet($"/{kind}/{{code}}", (string code, HttpContext http, string? at, CatalogueHistory history, Today today, CancellationToken cancellation) =>
            GetOne(kind, code, http, at, history, today, cancellation)).WithName($"get{name}").WithSummary($"A {one} as valid on a day").Produces<JsonElement>().RequireRoles(Readers);
        catalogue.MapPut($"/{kind}/{{code}}", (string code, HttpContext http, CatalogueEditor editor, Today today, CancellationToken cancellation) =>
            Put(kind, code, http, editor, today, cancellation)).WithName($"set{name}").WithSummary($"Change a {one}, or add it, from a day on")
            .Accepts<JsonElement>("application/json").Produces<JsonElement>().RequireRoles(Editors).RequireAllRegions();
        catalogue.MapPost($"/{kind}", (HttpContext http, CatalogueEditor editor, Today today, CancellationToken cancellation) =>
            Post(kind, http, editor, today, cancellation)).WithName($"add{name}").WithSummary($"Add a {one} from a day on")
            .Accepts<JsonElement>("application/json").Produces<JsonElement>(201).RequireRoles(Editors).RequireAllRegions();
        catalogue.MapDelete($"/{kind}/{{code}}", (string code, string? validFrom, HttpContext http, CatalogueEditor editor, Today today, CancellationToken cancellation) =>
            Retire(kind, code, validFrom, http, editor, today, cancellation)).WithName($"retire{name}").WithSummary($"Take a {one} out from a day on").Produces(204).RequireRoles(Editors).RequireAllRegions();
    }

    /// <summary>The catalogue as valid on a day (<c>at</c>, today unless given), or by the number of a version.</summary>
    private static async Task<Results<Ok<CatalogueBody>, StatusCodeHttpResult, Problem>> GetCatalogue(
        HttpContext http, string? at, int? version, CatalogueHistory history, Today today, CancellationToken cancellation)
    {
        if (DayOf(at, "at", today, out var day) is { } problem) return problem;
        var timeline = await history.LatestAsync(cancellation);
        var valid = version is { } number ? timeline.Version(number) : timeline.At(day);
        if (valid is null) return Problem.NotFound();
        if (NotModified(http, valid.Number)) return TypedResults.StatusCode(304);
        return TypedResults.Ok(CatalogueBody.Of(valid, version is null ? timeline : null));
    }

    /// <summary>Every version ever made, newest first, with the edit that made it and whether it is in force.</summary>
    private static async Task<Ok<VersionsBody>> GetVersions(CatalogueHistory history, CancellationToken cancellation)
    {
        var timeline = await history.LatestAsync(cancellation);
        var inForce = timeline.Stretches.Select(stretch => stretch.Number).ToHashSet();
        var changes = timeline.Changes.ToDictionary(change => change.Seq);
        return TypedResults.Ok(new VersionsBody([.. timeline.Marks.Reverse().Select(mark => new VersionBody(
            mark.Number, mark.ValidFrom, inForce.Contains(mark.Number), changes[mark.Seq].Kind, changes[mark.Seq].Code,
            changes[mark.Seq].Content is null, changes[mark.Seq].At, changes[mark.Seq].By))]));
    }

    private static async Task<IResult> GetKind(string kind, HttpContext http, string? at, CatalogueHistory history, Today today, CancellationToken cancellation)
    {
        if (DayOf(at, "at", today, out var day) is { } problem) return problem;
        var valid = (await history.LatestAsync(cancellation)).At(day);
        if (NotModified(http, valid.Number)) return TypedResults.StatusCode(304);
        return Results.Json(new Dictionary<string, object> { [kind] = EntriesOf(valid, kind) }, CatalogueJson.Options);
    }

    private static async Task<IResult> GetOne(
        string kind, string code, HttpContext http, string? at, CatalogueHistory history, Today today, CancellationToken cancellation)
    {
        if (DayOf(at, "at", today, out var day) is { } problem) return problem;
        var timeline = await history.LatestAsync(cancellation);
        var entry = EntriesOf(timeline.At(day), kind).FirstOrDefault(entry => entry.Code == code);
        if (entry is null) return Problem.NotFound();
        if (NotModified(http, timeline.Revision(kind, code))) return TypedResults.StatusCode(304);
        return Results.Json<object>(entry, CatalogueJson.Options);
    }

    private static async Task<IResult> Put(string kind, string code, HttpContext http, CatalogueEditor editor, Today today, CancellationToken cancellation)
    {
        var fields = await JsonInput.ReadAsync(http.Request, cancellation);
        var edit = Edit(kind, code, fields, http, today, isNew: http.Request.Headers.IfNoneMatch == "*");
        if (fields.Errors.Any) return Problem.BadInput(fields.Errors);
        return Answer(http, edit, await editor.EditAsync(edit, cancellation));
    }

    private static async Task<IResult> Post(string kind, HttpContext http, CatalogueEditor editor, Today today, CancellationToken cancellation)
    {
        var fields = await JsonInput.ReadAsync(http.Request, cancellation);
        var edit = Edit(kind, fields.String("code"), fields, http, today, isNew: true);
        if (fields.Errors.Any) return Problem.BadInput(fields.Errors);
        return Answer(http, edit, await editor.EditAsync(edit, cancellation));
    }

    private static async Task<IResult> Retire(
        string kind, string code, string? validFrom, HttpContext http, CatalogueEditor editor, Today today, CancellationToken cancellation)
    {
        if (DayOf(validFrom, "validFrom", today, out var day) is { } problem) return problem;
        var edit = new CatalogueEdit(kind, code, day, null, Caller.Of(http.User), IfMatch(http));
        return (await editor.EditAsync(edit, cancellation)).Refused ?? (IResult)TypedResults.NoContent();
    }

    private static CatalogueEdit Edit(string kind, string code, JsonFields fields, HttpContext http, Today today, bool isNew)
    {
        var entry = CatalogueInput.Read(kind, code, fields);
        return new CatalogueEdit(kind, code, ValidFrom(fields, "validFrom", today), entry, Caller.Of(http.User), IfMatch(http), isNew);
    }

    private static IResult Answer(HttpContext http, CatalogueEdit edit, EditOutcome outcome)
    {
        if (outcome.Refused is { } problem) return problem;
        http.Response.Tag(outcome.Timeline.Revision(edit.Kind, edit.Code));
        if (outcome.Created) http.Response.Headers.Location = $"/api/v1/kpi/catalogue/{edit.Kind}/{Uri.EscapeDataString(edit.Code)}";
        return Results.Json(edit.Entry, CatalogueJson.Options, statusCode: outcome.Created ? 201 : 200);
    }

    public static DateOnly ValidFrom(JsonFields fields, string name, Today today)
    {
        var day = fields.OptionalDate(name) ?? today.Day;
        if (!InRange(day)) fields.Fail(name, "须在 2000 年至 2199 年之间", "Must lie between the years 2000 and 2199");
        return day;
    }

    /// <summary>A day that has to be given; what is wrong with it is added to the errors.</summary>
    public static DateOnly RequiredDay(string? text, string field, Today today, FieldErrors errors)
    {
        if (text is null) errors.Add(field, "不能为空", "Is required");
        else if (DayOf(text, field, today, out var day) is null) return day;
        else errors.Add(field, "须为日期，如 2026-09-28", "Must be a date like 2026-09-28");
        return default;
    }

    public static Problem? DayOf(string? text, string field, Today today, out DateOnly day)
    {
        day = today.Day;
        if (text is null || (DateOnly.TryParseExact(text, "yyyy-MM-dd", out day) && InRange(day))) return null;
        return Problem.BadInput(field, "须为日期，如 2026-09-28", "Must be a date like 2026-09-28");
    }

    public static Func<long, Problem?> IfMatch(HttpContext http) => revision => EntityTags.IfMatch(http.Request, revision);

    private static bool InRange(DateOnly day) => day.Year is >= 2000 and < 2200;

    private static bool NotModified(HttpContext http, long tag)
    {
        http.Response.Tag(tag);
        return EntityTags.IsKnown(http.Request, tag);
    }

    private static IReadOnlyList<Entry> EntriesOf(CatalogueVersion version, string kind) => kind switch
    {
        CatalogueJson.Channels => [.. version.Channels.Values],
        CatalogueJson.Services => [.. version.Services.Values],
        CatalogueJson.Regions => [.. version.Regions.Values],
        CatalogueJson.Brands => [.. version.Brands.Values],
        _ => [.. version.Reasons.Values],
    };
}

/// <param name="Version">Number of the version; it stands for this content for ever.</param>
/// <param name="ValidFrom">First day.</param>
/// <param name="ValidTo">The day on which the next version starts; null for the last.</param>
internal sealed record CatalogueBody(
    int Version, DateOnly ValidFrom, DateOnly? ValidTo, IEnumerable<Channel> Channels, IEnumerable<Service> Services,
    IEnumerable<Region> Regions, IEnumerable<Brand> Brands, IEnumerable<Reason> Reasons, IEnumerable<Assignment> Assignments)
{
    public static CatalogueBody Of(CatalogueVersion version, CatalogueTimeline? timeline) => new(
        version.Number, version.ValidFrom, timeline?.Stretches.FirstOrDefault(next => next.ValidFrom > version.ValidFrom)?.ValidFrom,
        version.Channels.Values, version.Services.Values, version.Regions.Values, version.Brands.Values, version.Reasons.Values, version.Assignments);
}

internal sealed record VersionsBody(IReadOnlyList<VersionBody> Versions);

/// <param name="InForce">Some days use it; an older one was replaced by a later edit of the same days.</param>
/// <param name="Retired">The edit took the entry out.</param>
internal sealed record VersionBody(
    int Number, DateOnly ValidFrom, bool InForce, string Kind, string Code, bool Retired, DateTimeOffset ChangedAt, string ChangedBy);
