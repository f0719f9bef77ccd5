using System.IO.Hashing;
using System.Text.Json;
using ECommerce.Channels.Contracts;
using ECommerce.Channels.Kpi.Catalogue;
using ECommerce.Channels.Kpi.Rollups;
using ECommerce.Channels.Platform.Hosting;
using ECommerce.Channels.Platform.Security;
using Microsoft.Net.Http.Headers;

namespace ECommerce.Channels.Kpi.Indicators;

/// <summary>Indicators over HTTP: their definitions, their figures as JSON and as files, and the split of a difference.</summary>
internal static class IndicatorsApi
{
    private static readonly string[] Readers = [Roles.Manager, Roles.Supervisor, Roles.Sre, Roles.Admin, Roles.Portal];

    public static void Map(IEndpointRouteBuilder app)
    {
        var indicators = app.MapGroup("/api/v1/kpi/indicators").WithTags("Indicators");
        indicators.MapGet("", GetIndicators).WithName("listIndicators").WithSummary("Every version of every definition")
            .RequireRoles([.. Readers, Roles.Agent]);
        indicators.MapPost("/{id}/versions", PostVersion).WithName("addIndicatorVersion").WithSummary("Add a version of a definition, valid from a day on")
            .Accepts<JsonElement>("application/json").Produces<Definition>(201).RequireRoles(Roles.Manager, Roles.Admin).RequireAllRegions();
        indicators.MapGet("/{id}/values", GetValues).WithName("getValues").WithSummary("The figures of an indicator")
            .Produces<ValuesBody>().RequireRoles(Readers);
        indicators.MapGet("/{id}/values.csv", GetCsv).WithName("getValuesCsv").WithSummary("The same as a CSV file")
            .Produces<string>(200, "text/csv").RequireRoles(Readers);
        indicators.MapGet("/{id}/values.xlsx", GetXlsx).WithName("getValuesXlsx").WithSummary("The same as an Excel workbook")
            .Produces<byte[]>(200, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet").RequireRoles(Readers);
        indicators.MapGet("/{id}/difference", DifferenceApi.Get).WithName("getDifference").WithSummary("What a difference of a rate comes from: changed mix, changed rates, both together")
            .Produces<DifferenceBody>().RequireRoles(Readers);
        ContributionsApi.Map(indicators, Readers);
    }

    /// <summary>Every version of every definition; the last of an indicator has no <c>validTo</c>.</summary>
    private static async Task<IResult> GetIndicators(IndicatorStore store, HttpContext http, CancellationToken cancellation)
    {
        var book = await store.BookAsync(cancellation);
        http.Response.Tag(book.Rows);
        if (EntityTags.IsKnown(http.Request, book.Rows)) return TypedResults.StatusCode(304);
        return Results.Json(new { indicators = book.All }, CatalogueJson.Options);
    }

    private static async Task<IResult> PostVersion(string id, HttpContext http, IndicatorStore store, CancellationToken cancellation)
    {
        if ((await store.BookAsync(cancellation)).Versions(id) is not { } versions) return Problem.NotFound();
        if (EntityTags.IfMatch(http.Request, versions[^1].Version) is { } changed) return changed;
        var fields = await JsonInput.ReadAsync(http.Request, cancellation);
        var next = DefinitionInput.Read(versions[^1], fields);
        if (fields.Errors.Any) return Problem.BadInput(fields.Errors);
        var added = await store.AddAsync(next, Caller.Of(http.User), cancellation);
        if (added is null) return Problem.PreconditionFailed();
        http.Response.Tag(added.Version);
        return Results.Json(added, CatalogueJson.Options, statusCode: 201);
    }

    /// <param name="from">First day in the operator's zone, or an instant; inclusive.</param>
    /// <param name="to">The same, exclusive.</param>
    /// <param name="grain">total, month, day, hour or minute.</param>
    /// <param name="by">Comma list of channel, service, region, brand, reason.</param>
    /// <param name="compare">previous, weekday, year, lunar (the same days around the Spring Festival of the year before), or FROM..TO.</param>
    /// <param name="version">A version of the definition, in place of those valid in the period.</param>
    private static async Task<IResult> GetValues(
        string id, string? from, string? to, string? grain, string? by, string? channel, string? service, string? region, string? brand,
        string? compare, string? version, HttpContext http, FigureService figures, CancellationToken cancellation)
    {
        var (answer, refused) = await figures.AnswerAsync(id, http, cancellation);
        if (answer is null) return refused!;
        var body = FigureJson.Write(answer);
        var tag = new EntityTagHeaderValue($"\"{XxHash64.HashToUInt64(body.Span):x16}\"");
        http.Response.Headers.ETag = tag.ToString();
        http.Response.Headers.CacheControl = "private, no-cache";
        if (http.Request.GetTypedHeaders().IfNoneMatch.Any(known => known.Compare(tag, useStrongComparison: false))) return TypedResults.StatusCode(304);
        return TypedResults.Bytes(body, "application/json; charset=utf-8");
    }

    /// <param name="from">First day in the operator's zone, or an instant; inclusive.</param>
    /// <param name="to">The same, exclusive.</param>
    /// <param name="grain">total, month, day, hour or minute.</param>
    /// <param name="by">Comma list of channel, service, region, brand, reason.</param>
    /// <param name="compare">previous, weekday, year, lunar (the same days around the Spring Festival of the year before), or FROM..TO.</param>
    /// <param name="version">A version of the definition, in place of those valid in the period.</param>
    private static async Task<IResult> GetCsv(
        string id, string? from, string? to, string? grain, string? by, string? channel, string? service, string? region, string? brand,
        string? compare, string? version, HttpContext http, FigureService figures, CancellationToken cancellation)
    {
        var (answer, refused) = await figures.AnswerAsync(id, http, cancellation);
        if (answer is null) return refused!;
        return TypedResults.File(FigureFiles.Csv(answer, CallerLanguage.Of(http.Request)), "text/csv; charset=utf-8", FileName(answer, "csv"));
    }

    /// <param name="from">First day in the operator's zone, or an instant; inclusive.</param>
    /// <param name="to">The same, exclusive.</param>
    /// <param name="grain">total, month, day, hour or minute.</param>
    /// <param name="by">Comma list of channel, service, region, brand, reason.</param>
    /// <param name="compare">previous, weekday, year, lunar (the same days around the Spring Festival of the year before), or FROM..TO.</param>
    /// <param name="version">A version of the definition, in place of those valid in the period.</param>
    private static async Task<IResult> GetXlsx(
        string id, string? from, string? to, string? grain, string? by, string? channel, string? service, string? region, string? brand,
        string? compare, string? version, HttpContext http, FigureService figures, CancellationToken cancellation)
    {
        var (answer, refused) = await figures.AnswerAsync(id, http, cancellation);
        if (answer is null) return refused!;
        var file = await FigureFiles.XlsxAsync(answer, CallerLanguage.Of(http.Request), cancellation);
        return TypedResults.Stream(file, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", FileName(answer, "xlsx"));
    }

    private static string FileName(FigureAnswer answer, string extension)
    {
        var (period, zone) = (answer.Question.Period, answer.Periods.Zone);
        return $"{answer.Definition.Id}_{zone.DayOf(period.From):yyyy-MM-dd}_{zone.DayOf(period.To - 1):yyyy-MM-dd}.{extension}";
    }
}

/// <summary>An answer with figures; the schema of what <see cref="FigureJson"/> writes.</summary>
/// <param name="AsOf">Everything accepted up to then is in the figures.</param>
/// <param name="Complete">The period has ended and nothing of it is missing.</param>
/// <param name="Regions">The caller's granted regions; <c>*</c> is all.</param>
internal sealed record ValuesBody(
    string Indicator, string Unit, string TimeZone, string From, string To, string Grain, DateTimeOffset AsOf, bool Complete,
    IReadOnlyList<string> Regions, IReadOnlyList<UsedVersion> Versions, IReadOnlyList<ValueBody> Values);

/// <param name="Indicator">Version of the definition.</param>
/// <param name="Catalogue">Version of the catalogue.</param>
internal sealed record UsedVersion(string From, string To, int Indicator, int Catalogue);

/// <param name="At">Start of the bucket, local.</param>
/// <param name="Value">Null for a rate with denominator 0.</param>
/// <param name="N">How many events or customers it stands on.</param>
/// <param name="Low">95 % interval, where one is defined.</param>
internal sealed record ValueBody(
    string At, string? Channel, string? Service, string? Region, string? Brand, string? Reason, double? Value, long? Numerator,
    long? Denominator, long N, double? Low, double? High, bool Complete, ComparisonBody? Comparison);

/// <param name="Value">Of the period compared with.</param>
/// <param name="BeyondNoise">Null where no test is defined or n is too small.</param>
/// <param name="Own">This side over the time compared, where it was cut to equal elapsed time.</param>
internal sealed record ComparisonBody(
    string From, string To, double? Value, double? Difference, double? Low, double? High, bool? BeyondNoise, OwnSide Own);

internal sealed record OwnSide(string From, string To, double? Value);

public static class IndicatorsService
{
    public static WebApplicationBuilder AddIndicators(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<IndicatorStore>();
        builder.Services.AddSingleton<FigureService>();
        builder.Services.AddSingleton<DifferenceService>();
        builder.Services.AddSingleton<OpenFigureSource>(services =>
        {
            var (rollups, zone) = (services.GetRequiredService<RollupReader>(), services.GetRequiredService<OperatorZone>());
            return async cancellation => new RollupFigures(await rollups.OpenAsync(cancellation), zone);
        });
        if (!CatalogueService.WritesDocument) builder.Services.AddHostedService<IndicatorSeeding>();
        return builder;
    }

    public static WebApplication MapIndicators(this WebApplication app)
    {
        IndicatorsApi.Map(app);
        return app;
    }
}

/// <summary>Gives an installation the definitions of this version of the product that it does not have yet.</summary>
internal sealed class IndicatorSeeding(IndicatorStore store) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken) => store.SeedAsync(cancellationToken);

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
