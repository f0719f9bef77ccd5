using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using ECommerce.Channels.Imports;
using ECommerce.Channels.Suite.CommandLine;

namespace ECommerce.Channels.Suite.Import;

/// <summary>What is imported.</summary>
/// <param name="Mapping">Name of the mapping; one of the user's own carries a hash of its content.</param>
internal sealed record ImportDescription(string Source, string Mapping, bool History, string FileName, string Sha256);

/// <summary>An import as the service knows it.</summary>
/// <param name="Rows">Rows of the file whose fate is settled; an import that was interrupted goes on after them.</param>
internal sealed record ImportState(string Id, long Rows, Dictionary<string, long> Rejected);

/// <summary>
/// The import's routes of kpi. A busy service, one that is down and a connection that breaks are waited out, for as long as it takes
/// and never in silence; everything else is an error for the caller.
/// </summary>
internal sealed class ImportClient(HttpClient http, IImportProgress progress, TimeProvider time)
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    public async Task<ImportState> StartAsync(ImportDescription import, CancellationToken cancellation)
    {
        var body = new { import.Source, import.Mapping, import.History, File = new { Name = import.FileName, import.Sha256 } };
        var answer = await AskAsync(() => Request(HttpMethod.Post, "/api/v1/kpi/imports", JsonContent.Create(body, options: JsonSerializerOptions.Web)), cancellation);
        return State(answer);
    }

    /// <summary>Sends a chunk; when it returns, its lines are durable in the log, and those that were refused are among its rejects.</summary>
    public async Task SendAsync(string import, Chunk chunk, CancellationToken cancellation)
    {
        // The answer lists 1,000 rejects at most. Where there are more, what follows the last one listed is sent once more on its own:
        // lines that were taken are recognised by their row.
        for (var from = 0; from < chunk.Lines;)
        {
            var start = from;
            var answer = await AskAsync(() => Lines(import, chunk, start), cancellation);
            from = Refused(chunk, start, answer);
        }
    }

    public Task ReportAsync(string import, long rows, IReadOnlyDictionary<string, long> rejected, bool done, CancellationToken cancellation) => AskAsync(
        () => Request(HttpMethod.Patch, $"/api/v1/kpi/imports/{import}", JsonContent.Create(new { rows, rejected, done }, options: JsonSerializerOptions.Web)),
        cancellation);

    /// <summary>The import's resource.</summary>
    public Task<JsonElement> GetAsync(string import, CancellationToken cancellation) =>
        AskAsync(() => Request(HttpMethod.Get, $"/api/v1/kpi/imports/{import}", null), cancellation);

    private static HttpRequestMessage Lines(string import, Chunk chunk, int from)
    {
        var content = new ReadOnlyMemoryContent(chunk.Payload(from)) { Headers = { ContentType = new MediaTypeHeaderValue("application/x-ndjson") } };
        var request = Request(HttpMethod.Post, $"/api/v1/kpi/imports/{import}/transactions", content);
        request.Headers.Add("Idempotency-Key", from == 0 ? $"{import}:{chunk.Number}" : $"{import}:{chunk.Number}:{from}");
        return request;
    }

    /// <returns>The line to go on with.</returns>
    private static int Refused(Chunk chunk, int from, JsonElement answer)
    {
        var total = answer.TryGetProperty("rejectedTotal", out var count) ? count.GetInt64() : 0;
        if (total == 0) return chunk.Lines;
        var listed = answer.GetProperty("rejected").EnumerateArray().ToList();
        var last = from;
        foreach (var reject in listed)
        {
            last = from + reject.GetProperty("line").GetInt32();
            chunk.Refused(last - 1, Causes.OfField(reject.GetProperty("errors").EnumerateObject().First().Name));
        }
        return total > listed.Count ? last : chunk.Lines;
    }

    private static HttpRequestMessage Request(HttpMethod method, string path, HttpContent? content) => new(method, path) { Content = content };

    private static ImportState State(JsonElement import)
    {
        var rejected = new Dictionary<string, long>();
        if (import.TryGetProperty("rejected", out var causes) && causes.ValueKind == JsonValueKind.Object)
        {
            foreach (var cause in causes.EnumerateObject()) rejected[cause.Name] = cause.Value.GetInt64();
        }
        var rows = import.TryGetProperty("rows", out var done) && done.ValueKind == JsonValueKind.Number ? done.GetInt64() : 0;
        return new ImportState(import.GetProperty("id").ToString(), rows, rejected);
    }

    /// <summary>Sends what is made, anew each time, until there is an answer that stays.</summary>
    public async Task<JsonElement> AskAsync(Func<HttpRequestMessage> make, CancellationToken cancellation)
    {
        for (var attempt = 0; ; attempt++)
        {
            string trouble;
            TimeSpan? asked = null;
            try
            {
                using var request = make();
                using var response = await http.SendAsync(request, cancellation);
                if (!IsPassing(response)) return await Api.ReadAsync(response, cancellation);
                trouble = $"{(int)response.StatusCode} {response.ReasonPhrase}";
                asked = response.Headers.RetryAfter?.Delta;
            }
            catch (Exception broken) when (!cancellation.IsCancellationRequested && broken is HttpRequestException or IOException or OperationCanceledException)
            {
                trouble = broken is OperationCanceledException ? "no answer in time" : broken.Message;
            }
            var pause = asked ?? Pause(attempt);
            progress.Waiting(trouble, pause);
            await Task.Delay(pause, time, cancellation);
        }
    }

    /// <summary>Busy, down, or still at work on the same call, whose connection broke.</summary>
    private static bool IsPassing(HttpResponseMessage response) =>
        response.StatusCode == HttpStatusCode.TooManyRequests || (int)response.StatusCode >= 500
        || (response.StatusCode == HttpStatusCode.Conflict && response.Headers.RetryAfter is not null);

    /// <summary>From a quarter of a second, doubled each time, up to <see cref="LongestPause"/>; spread, so that many do not come back at once.</summary>
    private static TimeSpan Pause(int attempt)
    {
        var full = TimeSpan.FromMilliseconds(Math.Min(250 * Math.Pow(2, Math.Min(attempt, 10)), LongestPause.TotalMilliseconds));
        return full * (0.5 + (Random.Shared.NextDouble() / 2));
    }
}
