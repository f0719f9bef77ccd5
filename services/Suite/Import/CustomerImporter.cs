using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization;
using ECommerce.Channels.Imports;

namespace ECommerce.Channels.Suite.Import;

/// <summary>An order to import a list of customers.</summary>
/// <param name="Pseudonym">Makes the pseudonym of a phone number; null for what is none.</param>
/// <param name="Rejects">Where rejected rows are written, if anywhere.</param>
internal sealed record CustomerOrder(string Path, Mapping Mapping, Func<string, string?> Pseudonym, string? Rejects);

/// <summary>What became of a list.</summary>
/// <param name="Changed">Customers that are not as they were, new ones included.</param>
/// <param name="Rejected">Rows by cause.</param>
internal sealed record CustomersImported(long Rows, long Accepted, long Changed, IReadOnlyDictionary<string, long> Rejected);

/// <summary>
/// Reads a list of customers and puts it into the directory piece by piece. Numbers become pseudonyms here; they go no further. The same
/// list again changes nothing, so a run that was interrupted is simply run again.
/// </summary>
internal sealed class CustomerImporter(ImportClient client, IImportProgress progress)
{
    /// <summary>As many as an answer lists rejects: none goes without being named.</summary>
    private const int PieceRows = 1_000;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    private readonly Dictionary<string, long> rejected = [];
    private long rows;
    private long accepted;
    private long changed;

    public async Task<CustomersImported> RunAsync(CustomerOrder order, CancellationToken cancellation)
    {
        var length = new FileInfo(order.Path).Length;
        var facts = await SourceFile.InspectAsync(order.Path, read => progress.Inspecting(read, length), cancellation);
        await using var content = SourceFile.Open(order.Path, out var file);
        using var text = new StreamReader(content, facts.Encoding, detectEncodingFromByteOrderMarks: true, 1 << 16);
        var reader = await RecordReader.OpenAsync(text, order.Mapping, facts.Json, cancellation);
        var mapper = new CustomerMapper(order.Mapping, reader.Columns, order.Pseudonym);
        await using var rejects = order.Rejects is { } path ? await RejectFile.OpenAsync(path, 0, cancellation) : null;
        var piece = new List<(SourceRow Row, string Line)>(PieceRows);
        await foreach (var row in reader.RowsAsync(cancellation))
        {
            rows = row.Number;
            var (customer, cause) = mapper.Map(row.Cells);
            if (customer is not null) piece.Add((row, JsonSerializer.Serialize(customer, Json)));
            else await RejectAsync([new Reject(row.Number, row.Line, cause!, row.Raw)], rejects, cancellation);
            if (piece.Count < PieceRows) continue;
            await PutAsync(piece, rejects, cancellation);
            progress.Sent(rows, rejected.Values.Sum(), file.Position);
        }
        if (piece.Count > 0) await PutAsync(piece, rejects, cancellation);
        return new CustomersImported(rows, accepted, changed, rejected);
    }

    /// <summary>Sends a piece and empties it.</summary>
    private async Task PutAsync(List<(SourceRow Row, string Line)> piece, RejectFile? rejects, CancellationToken cancellation)
    {
        var body = string.Join('\n', piece.Select(one => one.Line));
        var answer = await client.AskAsync(() => new HttpRequestMessage(HttpMethod.Post, "/api/v1/care/customers")
        {
            Content = new StringContent(body, new MediaTypeHeaderValue("application/x-ndjson")),
        }, cancellation);
        accepted += answer.GetProperty("accepted").GetInt64();
        changed += answer.GetProperty("changed").GetInt64();
        var refused = answer.GetProperty("rejected").EnumerateArray().Select(one =>
        {
            var row = piece[one.GetProperty("line").GetInt32() - 1].Row;
            return new Reject(row.Number, row.Line, Causes.OfField(one.GetProperty("errors").EnumerateObject().First().Name), row.Raw);
        }).ToList();
        await RejectAsync(refused, rejects, cancellation);
        piece.Clear();
    }

    private async Task RejectAsync(IReadOnlyList<Reject> some, RejectFile? rejects, CancellationToken cancellation)
    {
        foreach (var one in some) rejected[one.Cause] = rejected.GetValueOrDefault(one.Cause) + 1;
        if (rejects is not null) await rejects.AddAsync(some, cancellation);
    }
}
