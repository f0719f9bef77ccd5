using System.Buffers;
using System.Text.Json.Serialization;
using ECommerce.Channels.Contracts;
using ECommerce.Channels.Platform.Hosting;
using ECommerce.Channels.Platform.Messaging;
using ECommerce.Channels.Platform.Security;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ECommerce.Channels.Kpi.Ingestion;

/// <summary>What was taken. Accepted events are in the log, durable.</summary>
/// <param name="Rejected">The first 1,000 lines that were not taken; absent for a single event.</param>
public sealed record TransactionsTaken(
    int Accepted,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<RejectedLine>? Rejected,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? RejectedTotal);

/// <summary>One event as it is sent; the schema of what <see cref="TransactionReader"/> reads. The source is the key's or the import's.</summary>
/// <param name="Id">1 to 64 of A-Z a-z 0-9 . _ : -, unique within the source.</param>
/// <param name="At">When it ended: RFC 3339 with an offset, to the millisecond.</param>
/// <param name="Customer">The pseudonym: c_ and 1 to 62 of A-Z a-z 0-9 _ -; never a phone number.</param>
/// <param name="Channel">A code of the catalogue; anything else counts as unknown and is kept.</param>
/// <param name="Outcome">success, failed or abandoned.</param>
/// <param name="Amount">In fen, not negative.</param>
/// <param name="DurationMs">0 to 86,400,000.</param>
/// <param name="Assisted">An employee did it.</param>
internal sealed record TransactionInput(
    string Id, DateTimeOffset At, string Customer, string Channel, string Service, string Outcome, string? Region = null, string? Brand = null,
    string? Reason = null, long? Amount = null, int? DurationMs = null, bool Assisted = false, string? Task = null, string? Decision = null);

internal static class TransactionsApi
{
    public const string Lines = "application/x-ndjson";

    public static void MapTransactions(this IEndpointRouteBuilder routes) =>
        routes.MapPost("/api/v1/kpi/transactions", RecordAsync)
            .WithName("recordTransactions").WithTags("transactions")
            .WithSummary("Record one transaction (JSON) or up to 50,000 (NDJSON, 16 MiB)")
            .WithBodyLimit(TransactionBody.MaxBytes).Accepts<TransactionInput>("application/json", Lines)
            .RequireRoles(Roles.Manager, Roles.Admin, Roles.Portal);

    private static async Task<Results<Accepted<TransactionsTaken>, Problem>> RecordAsync(
        HttpContext context, IEventLog log, TimeProvider time, CancellationToken cancellation)
    {
        var caller = Caller.Of(context.User);
        var body = new TransactionBody(new EventOrigin(caller.Source ?? caller.Subject, null, false), time.GetUtcNow().ToUnixTimeMilliseconds());
        using var bytes = await BodyBytes.ReadAsync(context.Request, cancellation);
        if (IsLines(context.Request)) return await AppendAsync(body.ReadLines(bytes.Span), log, context, null, cancellation);
        if (!context.Request.HasJsonContentType()) return StatusProblems.Of(415);
        var (record, errors) = body.ReadOne(bytes.Span);
        if (errors is not null) return Problem.BadInput(errors);
        await log.AppendAsync(Topics.Transactions.Name, [record], cancellation);
        return TypedResults.Accepted((string?)null, new TransactionsTaken(1, null, null));
    }

    public static bool IsLines(HttpRequest request) =>
        request.ContentType?.Split(';')[0].Trim().Equals(Lines, StringComparison.OrdinalIgnoreCase) == true;

    /// <param name="appended">Told where the log put the records, before the answer is given.</param>
    public static async Task<Results<Accepted<TransactionsTaken>, Problem>> AppendAsync(
        ReadEvents? events, IEventLog log, HttpContext context, Func<AppendResult, Task>? appended, CancellationToken cancellation)
    {
        if (events is null) return Problem.TooLarge();
        if (events.Records.Count > 0)
        {
            var result = await log.AppendAsync(Topics.Transactions.Name, events.Records, cancellation);
            if (appended is not null) await appended(result);
        }
        var language = CallerLanguage.Of(context.Request);
        var rejected = events.Rejected.Select(reject => new RejectedLine(reject.Line, reject.Errors.In(language))).ToList();
        return TypedResults.Accepted((string?)null, new TransactionsTaken(events.Records.Count, rejected, events.RejectedTotal));
    }
}

/// <summary>A request body in a rented buffer; the server has checked its size while it came.</summary>
internal sealed class BodyBytes : IDisposable
{
    private byte[] buffer = ArrayPool<byte>.Shared.Rent(64 << 10);
    private int length;

    public ReadOnlySpan<byte> Span => buffer.AsSpan(0, length);

    public static async Task<BodyBytes> ReadAsync(HttpRequest request, CancellationToken cancellation)
    {
        var body = new BodyBytes();
        try
        {
            while (true)
            {
                if (body.length == body.buffer.Length) body.Grow();
                var read = await request.Body.ReadAsync(body.buffer.AsMemory(body.length), cancellation);
                if (read == 0) return body;
                body.length += read;
            }
        }
        catch
        {
            body.Dispose();
            throw;
        }
    }

    public void Dispose() => ArrayPool<byte>.Shared.Return(buffer);

    private void Grow()
    {
        var grown = ArrayPool<byte>.Shared.Rent(buffer.Length * 2);
        Span.CopyTo(grown);
        ArrayPool<byte>.Shared.Return(buffer);
        buffer = grown;
    }
}
