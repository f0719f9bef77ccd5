using ECommerce.Channels.Care.Customers;
using ECommerce.Channels.Contracts;
using ECommerce.Channels.Platform.Audit;
using ECommerce.Channels.Platform.Catalogue;
using ECommerce.Channels.Platform.Hosting;
using ECommerce.Channels.Platform.Security;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ECommerce.Channels.Care.Archive;

/// <summary>The complaint archive over HTTP. A case of a customer outside of the caller's regions is as if it were not there, in counts too.</summary>
internal static class ArchiveApi
{
    private const int MostMonths = 60;
    private const int MostRows = 100_000;
    private static readonly string[] Readers = [Roles.Agent, Roles.Supervisor, Roles.Manager, Roles.Admin];
    private static readonly string[] Leads = [Roles.Supervisor, Roles.Manager, Roles.Admin];
    private static readonly string[] Kinds = [ArchivedCase.Kind, ArchivedMeasure.Kind, ArchivedVerdict.Kind];

    public static void Map(IEndpointRouteBuilder api)
    {
        var archive = api.MapGroup("/archive").WithTags("Archive");
        archive.MapGet("/products", ProductsAsync).WithName("listArchivedProducts").WithSummary("Products of the archive").RequireRoles(Readers);
        archive.MapGet("/entries", ListAsync).WithName("listArchive").WithSummary("Entries, the newest first; never a text").RequireRoles(Readers);
        archive.MapGet("/entries.csv", CsvAsync).WithName("exportArchive").WithSummary("The same as a file").Produces<string>(200, "text/csv").RequireRoles(Leads);
        archive.MapGet("/entries/{number}", GetAsync).WithName("getArchived").WithSummary("One entry, with what was sealed").WithDescription("Leaves an audit line.")
            .RequireRoles(Leads);
        archive.MapGet("/months", MonthsAsync).WithName("listArchiveMonths").WithSummary("A product month by month").RequireRoles(Readers);
        archive.MapPost("/measures", TakeAsync).WithName("takeMeasure").WithSummary("Note a measure for a product").RequireRoles(Leads).RequireAllRegions();
        archive.MapPost("/measures/{id}/verdicts", JudgeAsync).WithName("judgeMeasure").WithSummary("Say whether a measure worked, or the problem persists")
            .RequireRoles(Roles.Manager, Roles.Admin).RequireAllRegions();
        archive.MapGet("/verify", VerifyAsync).WithName("verifyArchive").WithSummary("Walks the whole chain and names the first entry that is not as it was written")
            .RequireRoles(Roles.Sre, Roles.Admin);
    }

    private static async Task<Ok<ProductsBody>> ProductsAsync(HttpContext http, ArchiveStore store, CatalogueCopy catalogue, CancellationToken cancellation) =>
        TypedResults.Ok(new ProductsBody([.. (await store.ProductsAsync(await RegionsAsync(http, catalogue, cancellation), cancellation))
            .Select(one => new ProductBody(one.Product, one.Entries))]));

    /// <param name="product">A code.</param>
    /// <param name="month">Of the case's coming, as 2026-11; of a verdict, the one judged.</param>
    /// <param name="kind">case, measure or verdict.</param>
    /// <param name="nature">use, suggestion or fault.</param>
    /// <param name="faultClass">A fault class.</param>
    private static async Task<Results<Ok<Page<EntryBody>>, Problem>> ListAsync(
        PageRequest page, HttpContext http, ArchiveStore store, CatalogueCopy catalogue, CancellationToken cancellation, string? product = null,
        string? month = null, string? kind = null, string? nature = null, string? faultClass = null)
    {
        if (WrongWords(month, kind, nature) is { } wrong) return wrong;
        var regions = await RegionsAsync(http, catalogue, cancellation);
        var rows = await store.ListAsync(new ArchiveFilter(regions, product, month, kind, nature, faultClass, page.AfterNumber(), page.Limit + 1), cancellation);
        return TypedResults.Ok(Page<EntryBody>.Of([.. rows.Select(EntryBody.Of)], page, one => [one.Number.ToString()]));
    }

    /// <param name="product">A code.</param>
    /// <param name="month">As for the list.</param>
    /// <param name="nature">use, suggestion or fault.</param>
    /// <param name="faultClass">A fault class.</param>
    private static async Task<Results<FileContentHttpResult, Problem>> CsvAsync(
        HttpContext http, ArchiveStore store, CatalogueCopy catalogue, AuditLog audit, CancellationToken cancellation, string? product = null,
        string? month = null, string? nature = null, string? faultClass = null)
    {
        if (WrongWords(month, null, nature) is { } wrong) return wrong;
        var regions = await RegionsAsync(http, catalogue, cancellation);
        var rows = await store.ListAsync(new ArchiveFilter(regions, product, month, ArchivedCase.Kind, nature, faultClass, null, MostRows), cancellation);
        await audit.AppendAsync(new AuditEntry(Caller.Of(http.User).Subject, "archive.export", product ?? "archive", new { rows = rows.Count }), cancellation);
        var name = $"archive_{product ?? "all"}_{month ?? "all"}.csv";
        return TypedResults.File(ArchiveFile.Csv(rows, CallerLanguage.Of(http.Request)), "text/csv; charset=utf-8", name);
    }

    /// <summary>The audit line is written first: without it nothing is told.</summary>
    private static async Task<Results<Ok<EntryDetail>, Problem>> GetAsync(
        long number, HttpContext http, ArchiveStore store, CatalogueCopy catalogue, AuditLog audit, CancellationToken cancellation)
    {
        if (await store.FindAsync(number, await RegionsAsync(http, catalogue, cancellation), cancellation) is not { } row) return Problem.NotFound();
        await audit.AppendAsync(new AuditEntry(Caller.Of(http.User).Subject, "archive.read", $"archive:{number}"), cancellation);
        http.Response.Headers.CacheControl = "no-store";
        return TypedResults.Ok(new EntryDetail(EntryBody.Of(row), await store.OpenAsync(number, cancellation)));
    }

    /// <param name="product">A code.</param>
    /// <param name="from">The first month, as 2026-01.</param>
    /// <param name="to">The last month; at most 60.</param>
    private static async Task<Results<Ok<MonthsBody>, Problem>> MonthsAsync(
        HttpContext http, ArchiveStore store, CatalogueCopy catalogue, TimeProvider time, CancellationToken cancellation, string product = "", string from = "", string to = "")
    {
        var errors = new FieldErrors();
        if (product.Length == 0) errors.Add("product", "不能为空", "Is required");
        foreach (var (name, month) in new[] { ("from", from), ("to", to) })
            if (!ArchiveRules.IsMonth(month)) errors.Add(name, "须为月份，如 2026-11", "Must be a month like 2026-11");
        if (!errors.Any && (string.CompareOrdinal(from, to) > 0 || ArchiveRules.Between(from, to).Count() > MostMonths))
            errors.Add("to", $"须不早于 from，且不超过 {MostMonths} 个月", $"Must not be before from, and {MostMonths} months at most");
        if (errors.Any) return Problem.BadInput(errors);
        var (regions, now) = (await RegionsAsync(http, catalogue, cancellation), time.GetUtcNow());
        var rows = await store.MeasuresAsync(product, cancellation);
        var measures = rows.Where(row => row.Action == ArchivedMeasure.Kind).Select(row => (row.Subject, ArchiveStore.Of<ArchivedMeasure>(row))).ToList();
        var verdicts = rows.Where(row => row.Action == ArchivedVerdict.Kind).Select(ArchiveStore.Of<ArchivedVerdict>).ToList();
        var months = ArchiveRules.Months(
            from, to, await store.CasesAsync(product, from, to, regions, cancellation), await store.OverdueAsync(product, regions, now, cancellation), measures, verdicts);
        return TypedResults.Ok(new MonthsBody(product, now, months, [.. measures.Select(one => MeasureBody.Of(one.Subject, one.Item2))]));
    }

    private static async Task<Created<MeasureBody>> TakeAsync(JsonBody<MeasureInput> body, HttpContext http, ArchiveDesk desk, CancellationToken cancellation)
    {
        var (id, measure) = await desk.TakeAsync(body.Value, Caller.Of(http.User).Subject, cancellation);
        return TypedResults.Created((string?)null, MeasureBody.Of(id, measure));
    }

    private static async Task<Results<Ok<ArchivedVerdict>, Problem>> JudgeAsync(
        string id, JsonBody<VerdictInput> body, HttpContext http, ArchiveStore store, ArchiveDesk desk, CancellationToken cancellation)
    {
        if (await store.MeasureAsync(id, cancellation) is not { } measure) return Problem.NotFound();
        if (string.CompareOrdinal(body.Value.Month, measure.From) < 0) return Problem.BadInput("month", "早于措施生效月份", "Is before the measure's first month");
        return TypedResults.Ok(await desk.JudgeAsync(id, measure, body.Value, Caller.Of(http.User).Subject, cancellation));
    }

    private static async Task<Ok<AuditAnswer>> VerifyAsync(
        HttpContext http, [FromKeyedServices(ArchiveStore.Chain)] AuditVerifier verifier, CancellationToken cancellation) =>
        TypedResults.Ok(AuditAnswer.Of(await verifier.VerifyAsync(cancellation), CallerLanguage.Of(http.Request)));

    private static Problem? WrongWords(string? month, string? kind, string? nature)
    {
        var errors = new FieldErrors();
        if (month is not null && !ArchiveRules.IsMonth(month)) errors.Add("month", "须为月份，如 2026-11", "Must be a month like 2026-11");
        OneOf("kind", kind, Kinds);
        OneOf("nature", nature, ArchivedCase.Natures);
        return errors.Any ? Problem.BadInput(errors) : null;

        void OneOf(string name, string? value, string[] words)
        {
            if (value is not null && !words.Contains(value)) errors.Add(name, $"须为 {string.Join("、", words)} 之一", $"Must be one of {string.Join(", ", words)}");
        }
    }

    private static async Task<string[]?> RegionsAsync(HttpContext http, CatalogueCopy catalogue, CancellationToken cancellation) =>
        await catalogue.GrantedAsync(Caller.Of(http.User).Regions, cancellation);
}

internal sealed record ProductsBody(IReadOnlyList<ProductBody> Products);

internal sealed record ProductBody(string Product, long Entries);

/// <summary>An entry of the archive.</summary>
/// <param name="Number">1, 2, 3, … without a gap.</param>
/// <param name="By">Who made it.</param>
/// <param name="Kind">case, measure or verdict.</param>
/// <param name="Subject">The ticket, or the measure.</param>
internal sealed record EntryBody(long Number, DateTimeOffset At, string By, string Kind, string Subject, ArchivedCase? Case, ArchivedMeasure? Measure, ArchivedVerdict? Verdict)
{
    public static EntryBody Of(AuditRow row) => new(
        row.Number, new DateTimeOffset(row.At, TimeSpan.Zero), row.Actor, row.Action, row.Subject,
        row.Action == ArchivedCase.Kind ? ArchiveStore.Of<ArchivedCase>(row) : null,
        row.Action == ArchivedMeasure.Kind ? ArchiveStore.Of<ArchivedMeasure>(row) : null,
        row.Action == ArchivedVerdict.Kind ? ArchiveStore.Of<ArchivedVerdict>(row) : null);
}

/// <param name="Text">What was said of the resolution; null where nothing was, or the customer was forgotten.</param>
internal sealed record EntryDetail(EntryBody Entry, string? Text);

/// <param name="AsOf">Months that are over change, too: by the month of coming, and cases are closed later.</param>
internal sealed record MonthsBody(string Product, DateTimeOffset AsOf, IReadOnlyList<ArchiveMonth> Months, IReadOnlyList<MeasureBody> Measures);

/// <param name="From">The first month in which it should be felt.</param>
internal sealed record MeasureBody(string Id, string Product, string? FaultClass, string Text, string? Owner, string From)
{
    public static MeasureBody Of(string id, ArchivedMeasure one) => new(id, one.Product, one.FaultClass, one.Text, one.Owner, one.From);
}

internal static class ArchiveService
{
    public static IServiceCollection AddArchive(this IServiceCollection services)
    {
        services.AddChain(ArchiveStore.Chain);
        services.AddSingleton<ArchiveStore>();
        services.AddSingleton<IKeepsCustomers>(provider => provider.GetRequiredService<ArchiveStore>());
        return services.AddSingleton<ArchiveDesk>();
    }

    public static void MapArchive(this IEndpointRouteBuilder api) => ArchiveApi.Map(api);
}
