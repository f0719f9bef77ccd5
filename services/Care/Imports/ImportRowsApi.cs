using System.Security.Claims;
using ECommerce.Channels.Contracts;
using ECommerce.Channels.Imports;
using ECommerce.Channels.Platform.Audit;
using ECommerce.Channels.Platform.Hosting;
using ECommerce.Channels.Platform.Security;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ECommerce.Channels.Care.Imports;

/// <summary>
/// The browser's import: it sends the rows of a file piece by piece, and gets them back as transactions with pseudonyms, which it hands to
/// the import's route of kpi. Nothing of a piece is kept anywhere.
/// </summary>
internal static class ImportRowsApi
{
    private const long MaxBytes = 16 << 20;
    private const string Csv = "text/csv";
    private const string Lines = "application/x-ndjson";

    public static void MapImportRows(this IEndpointRouteBuilder api)
    {
        var mappings = api.MapGroup("/mappings").WithTags("Imports");
        mappings.MapGet("", List).RequireRoles(Roles.Manager, Roles.Admin).WithName("listMappings")
            .WithSummary("How the rows of exports become transactions: the mappings that ship");
        // As for pseudonyms; portals and agents import nothing.
        mappings.MapPost("/{name}/rows", MapRowsAsync).RequireRoles(Roles.Admin).WithName("mapRows")
            .WithSummary("Rows of an export as transactions, and what is wrong with the others")
            .WithDescription("The headers and at most 10,000 rows in UTF-8, cut between rows. Every call leaves an audit line with the counts.")
            .WithBodyLimit(MaxBytes).Accepts<string>(Csv, Lines);
    }

    private static Ok<MappingsBody> List() =>
        TypedResults.Ok(new MappingsBody([.. Mapping.Shipped(Mapping.Transactions).Select(name => MappingBody.Of(Mapping.Load(name)))]));

    /// <param name="row">How many rows of the file come before this piece; 0 unless given.</param>
    /// <param name="line">How many lines of the file come before its first row; 1 unless given.</param>
    private static async Task<Results<Ok<RowsBody>, Problem>> MapRowsAsync(
        string name, long? row, long? line, HttpContext http, Pseudonymiser pseudonymiser, AuditLog audit, ClaimsPrincipal user,
        CancellationToken cancellation)
    {
        if (!Mapping.Shipped(Mapping.Transactions).Contains(name)) return Problem.NotFound();
        if (TypeOf(http.Request) is not { } type) return StatusProblems.Of(415);
        var start = new PieceStart(row ?? 0, line ?? 1);
        if (start.Wrong() is { } wrong) return wrong;
        var (rows, refused) = await PieceReader.ReadAsync(http.Request.Body, type == Lines, Mapping.Load(name), pseudonymiser.Of, start, cancellation);
        if (refused is not null) return refused;
        // The audit line is written first: without it nothing is told.
        var counts = new { mapping = name, rows!.Rows, transactions = rows.Transactions.Count, rejected = rows.Rejected.Count };
        await audit.AppendAsync(new AuditEntry(Caller.Of(user).Subject, "rows.mapped", "customers", counts), cancellation);
        return TypedResults.Ok(rows);
    }

    private static string? TypeOf(HttpRequest request) =>
        request.ContentType?.Split(';')[0].Trim().ToLowerInvariant() is (Csv or Lines) and var type ? type : null;
}

internal sealed record MappingsBody(IReadOnlyList<MappingBody> Mappings);

/// <summary>A mapping, for people to see before they import.</summary>
/// <param name="Source">The feed that the transactions belong to.</param>
/// <param name="History">Times older than 400 days are taken.</param>
/// <param name="Zone">Of times that carry no offset.</param>
/// <param name="Delimiter">Between the columns.</param>
internal sealed record MappingBody(string Name, string Source, bool History, string Zone, string Delimiter, IReadOnlyList<MappedFieldBody> Fields)
{
    public static MappingBody Of(Mapping mapping) => new(
        mapping.Name, mapping.Source, mapping.History, mapping.Zone, mapping.Delimiter,
        [.. mapping.Fields.Select(field => new MappedFieldBody(field.Key, field.Value.Column, field.Value.Constant, field.Value.Values.Count))]);
}

/// <param name="Field">Of a transaction.</param>
/// <param name="Column">Header of the column that it comes from; null where it is constant.</param>
/// <param name="Names">How many codes have names of their own in the export.</param>
internal sealed record MappedFieldBody(string Field, string? Column, string? Constant, int Names);
