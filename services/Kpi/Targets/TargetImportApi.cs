using ECommerce.Channels.Kpi.Catalogue;
using ECommerce.Channels.Platform.Hosting;
using ECommerce.Channels.Platform.Security;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace ECommerce.Channels.Kpi.Targets;

/// <summary>Targets out of a file: right rows are taken, wrong ones listed with what is wrong in each column.</summary>
internal static class TargetImportApi
{
    private const int ListedRejects = 1_000;

    public static void Map(IEndpointRouteBuilder targets, string[] editors) =>
        targets.MapPost("/import", Import).WithName("importTargets")
            .WithSummary("Set targets from a CSV or XLSX file with the columns indicator, channel, region, month, value")
            .WithBodyLimit(TargetFile.MaxBytes).Accepts<string>(TargetFile.Csv, TargetFile.Xlsx).RequireRoles(editors);

    /// <param name="dryRun">True: only says what would be taken, changed and rejected.</param>
    private static async Task<Results<Ok<TargetImportBody>, Problem>> Import(
        string? dryRun, HttpContext http, [FromServices] TargetQuestions questions, [FromServices] TargetStore store, CancellationToken cancellation)
    {
        if (dryRun is not (null or "true" or "false")) return Problem.BadInput("dryRun", "须为 true 或 false", "Must be true or false");
        using var bytes = new MemoryStream();
        await http.Request.Body.CopyToAsync(bytes, cancellation);
        bytes.Position = 0;
        var isXlsx = http.Request.ContentType!.StartsWith(TargetFile.Xlsx, StringComparison.OrdinalIgnoreCase);
        var (rows, refused) = TargetFile.Read(bytes, isXlsx);
        if (refused is not null) return refused;

        var (book, catalogue) = await questions.BooksAsync(cancellation);
        var caller = Caller.Of(http.User);
        var (edits, rejected) = Judge(rows, new TargetInput(book, catalogue), RegionScope.Of(caller.Regions, catalogue));
        var outcome = dryRun == "true"
            ? await store.PreviewAsync(edits, caller.Subject, cancellation) : await store.SetAsync(edits, caller.Subject, cancellation);
        var language = CallerLanguage.Of(http.Request);
        return TypedResults.Ok(new TargetImportBody(
            edits.Count, outcome.Changes.Count,
            [.. rejected.Take(ListedRejects).Select(one => new RejectedRow(one.Row, one.Errors.In(language)))], rejected.Count));
    }

    private static (List<TargetEdit> Edits, List<(int Row, FieldErrors Errors)> Rejected) Judge(
        IReadOnlyList<FileRow> rows, TargetInput input, RegionScope scope)
    {
        var (edits, rejected, first) = (new List<TargetEdit>(), new List<(int, FieldErrors)>(), new Dictionary<TargetKey, int>());
        foreach (var row in rows)
        {
            var errors = new FieldErrors();
            var edit = input.Read(row.Cells, scope, errors);
            if (edit is not null && !first.TryAdd(edit.Key, row.Row))
                errors.Add("indicator", $"与第 {first[edit.Key]} 行重复", $"Is the same target as row {first[edit.Key]}");
            if (errors.Any) rejected.Add((row.Row, errors));
            else edits.Add(edit!);
        }
        return (edits, rejected);
    }
}

/// <param name="Accepted">Rows that are right.</param>
/// <param name="Changed">Targets that they change, or would.</param>
/// <param name="Rejected">The first 1,000 rows that are not, and what is wrong in each column.</param>
internal sealed record TargetImportBody(int Accepted, int Changed, IReadOnlyList<RejectedRow> Rejected, int RejectedTotal);

/// <param name="Row">The header is row 1.</param>
internal sealed record RejectedRow(int Row, IReadOnlyDictionary<string, string[]> Errors);
