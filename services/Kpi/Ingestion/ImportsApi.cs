using ECommerce.Channels.Contracts;
using ECommerce.Channels.Platform.Hosting;
using ECommerce.Channels.Platform.Messaging;
using ECommerce.Channels.Platform.Security;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;

namespace ECommerce.Channels.Kpi.Ingestion;

internal static class ImportsApi
{
    public static void MapImports(this IEndpointRouteBuilder routes)
    {
        var imports = routes.MapGroup("/api/v1/kpi/imports").WithTags("imports").RequireRoles(Roles.Manager, Roles.Admin).RequireAllRegions();
        imports.MapGet("", ListAsync).WithName("listImports").WithSummary("The newest hundred imports");
        imports.MapPost("", StartAsync).WithName("startImport").WithSummary("Start an import, or go on with the unfinished one of the same file and mapping");
        imports.MapGet("/{id}", FindAsync).WithName("getImport").WithSummary("An import and what it came to");
        imports.MapPatch("/{id}", ChangeAsync).WithName("changeImport").WithSummary("The importer's own counts");
        imports.MapPost("/{id}/transactions", SendAsync).WithName("sendImportChunk").WithSummary("A chunk of an import's events (NDJSON, up to 50,000 lines and 16 MiB)")
            .WithBodyLimit(TransactionBody.MaxBytes).Accepts<TransactionInput>(TransactionsApi.Lines);
    }

    private static async Task<Ok<IReadOnlyList<Import>>> ListAsync(ImportStore store, CancellationToken cancellation) =>
        TypedResults.Ok(await store.ListAsync(cancellation));

    private static async Task<Results<Created<Import>, Ok<Import>, Problem>> StartAsync(
        JsonBody<StartImport> body, HttpContext context, ImportStore store, NpgsqlDataSource database, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        var (id, created) = await store.StartAsync(body.Value, Caller.Of(context.User).Subject, transaction, cancellation);
        await transaction.CommitAsync(cancellation);
        var import = (await store.FindAsync(id, cancellation))!;
        return created ? TypedResults.Created($"/api/v1/kpi/imports/{id}", import) : TypedResults.Ok(import);
    }

    private static async Task<Results<Ok<Import>, Problem>> FindAsync(string id, ImportStore store, CancellationToken cancellation) =>
        await store.FindAsync(id, cancellation) is { } import ? TypedResults.Ok(import) : Problem.NotFound();

    private static async Task<Results<Ok<Import>, Problem>> ChangeAsync(
        string id, JsonBody<ImportCountsChange> body, ImportStore store, CancellationToken cancellation) =>
        await store.ChangeAsync(id, body.Value, cancellation) ? TypedResults.Ok((await store.FindAsync(id, cancellation))!) : Problem.NotFound();

    private static async Task<Results<Accepted<TransactionsTaken>, Problem>> SendAsync(
        string id, HttpContext context, ImportStore store, IEventLog log, TimeProvider time, CancellationToken cancellation)
    {
        if (!TransactionsApi.IsLines(context.Request)) return StatusProblems.Of(415);
        if (await store.FindAsync(id, cancellation) is not { } import) return Problem.NotFound();
        if (import.Done) return Problem.Conflict("import-done", new("该导入已结束", "The import is done"));
        using var bytes = await BodyBytes.ReadAsync(context.Request, cancellation);
        var body = new TransactionBody(new EventOrigin(import.Source, import.Id, import.History), time.GetUtcNow().ToUnixTimeMilliseconds());
        return await TransactionsApi.AppendAsync(
            body.ReadLines(bytes.Span), log, context, sent => store.SentAsync(id, sent, cancellation), cancellation);
    }
}
