using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using ECommerce.Channels.Platform.Hosting;
using ECommerce.Channels.Simulator.Demo.Serving;
using Microsoft.Extensions.Options;

namespace ECommerce.Channels.Simulator.Demo;

/// <summary>
/// The suite's public API, with the demo's own key. A gateway that is busy, down or not there yet is waited out; what it refuses is an error.
/// </summary>
/// <param name="who">Whoever else calls, with a key of their own: they give up after a while, and the stream's state is none of their business.</param>
internal sealed class SuiteClient(HttpClient http, IOptions<SimulatorOptions> options, DemoProgress progress, TimeProvider time, Colleague? who = null)
{
    private const int Patience = 6;
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(2);
    private static readonly MediaTypeHeaderValue NdJson = new("application/x-ndjson");

    public SuiteClient As(Colleague colleague) => new(http, options, progress, time, colleague);

    /// <summary>Records transactions; when it returns they are in the log, durable.</summary>
    /// <exception cref="SuiteRefusedException">A line was refused: the simulator and the suite do not agree.</exception>
    public async Task RecordAsync(ReadOnlyMemory<byte> lines, CancellationToken cancellation)
    {
        var answer = await PostLinesAsync("/api/v1/kpi/transactions", lines, cancellation);
        if (answer.GetProperty("rejectedTotal").GetInt32() > 0)
            throw new SuiteRefusedException(202, $"{answer.GetProperty("rejectedTotal")} lines were refused, first {answer.GetProperty("rejected")[0]}");
    }

    public Task<JsonElement> PostLinesAsync(string path, ReadOnlyMemory<byte> lines, CancellationToken cancellation) =>
        SendAsync(HttpMethod.Post, path, () => new ReadOnlyMemoryContent(lines) { Headers = { ContentType = NdJson } }, cancellation);

    public Task<JsonElement> GetAsync(string path, CancellationToken cancellation) => SendAsync(HttpMethod.Get, path, () => null, cancellation);

    public Task DeleteAsync(string path, CancellationToken cancellation) => SendAsync(HttpMethod.Delete, path, () => null, cancellation);

    /// <param name="key">Idempotency-Key, where doing it twice would do harm.</param>
    /// <param name="revision">If-Match, where what is changed has to be as it was read.</param>
    /// <exception cref="SuiteRefusedException">The answer is an error that trying again does not change.</exception>
    public Task<JsonElement> SendAsync<T>(
        HttpMethod method, string path, T body, CancellationToken cancellation, string? key = null, long? revision = null) =>
        SendAsync(method, path, () => JsonContent.Create(body, options: Json), cancellation, key, revision);

    /// <summary>The same where somebody else may have been faster, so that it is not to be done any more.</summary>
    public Task<bool> TrySendAsync<T>(HttpMethod method, string path, T body, CancellationToken cancellation, string? key = null, long? revision = null) =>
        TryAsync(SendAsync(method, path, body, cancellation, key, revision));

    /// <summary>Deletes what may be gone already.</summary>
    public Task<bool> TryDeleteAsync(string path, CancellationToken cancellation) => TryAsync(DeleteAsync(path, cancellation));

    private static async Task<bool> TryAsync(Task sent)
    {
        try
        {
            await sent;
            return true;
        }
        catch (SuiteRefusedException refused) when (refused.Status is 404 or 409 or 412)
        {
            return false;
        }
    }

    /// <summary>All items of a list, page by page.</summary>
    public async Task<List<T>> ListAsync<T>(string path, CancellationToken cancellation)
    {
        var all = new List<T>();
        for (var cursor = ""; ; cursor = "&cursor=" + cursor)
        {
            var page = await GetAsync($"{path}{(path.Contains('?', StringComparison.Ordinal) ? '&' : '?')}limit=200{cursor}", cancellation);
            all.AddRange(page.GetProperty("items").Deserialize<List<T>>(JsonSerializerOptions.Web)!);
            if (page.GetProperty("next").GetString() is not { } next) return all;
            cursor = next;
        }
    }

    private static JsonSerializerOptions Json { get; } = Strict();

    private static JsonSerializerOptions Strict()
    {
        var json = new JsonSerializerOptions(JsonSerializerDefaults.Web);
        PlatformHosting.Strict(json);
        return json;
    }

    private async Task<JsonElement> SendAsync(
        HttpMethod method, string path, Func<HttpContent?> content, CancellationToken cancellation, string? key = null, long? revision = null)
    {
        for (var attempt = 0; ; attempt++)
        {
            string trouble;
            TimeSpan? asked = null;
            try
            {
                using var request = new HttpRequestMessage(method, new Uri(options.Value.Gateway, path)) { Content = content() };
                request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await KeyAsync(cancellation));
                if (key is not null) request.Headers.Add("Idempotency-Key", key);
                if (revision is { } read) request.Headers.IfMatch.Add(new EntityTagHeaderValue($"\"{read}\""));
                using var response = await http.SendAsync(request, cancellation);
                if (!IsPassing(response)) return await ReadAsync(response, cancellation);
                trouble = $"{(int)response.StatusCode} {response.ReasonPhrase}";
                asked = response.Headers.RetryAfter?.Delta;
            }
            catch (Exception broken) when (!cancellation.IsCancellationRequested && broken is HttpRequestException or IOException or OperationCanceledException)
            {
                trouble = broken.Message;
            }
            if (who is not null && attempt >= Patience) throw new SuiteRefusedException(503, $"{method} {path}: {trouble}");
            // One refusal in passing is no news.
            if (who is null && attempt > 2) progress.Fault = $"{method} {path}: {trouble}";
            await Task.Delay(asked ?? Pause(attempt), time, cancellation);
        }
    }

    /// <summary>Read anew each time: a key that was replaced works at once.</summary>
    private async Task<string> KeyAsync(CancellationToken cancellation)
    {
        var file = (who is null ? options.Value.KeyFile : options.Value.ServingKeys is { } folder ? who.KeyFile(folder) : null)
            ?? throw new InvalidOperationException("Simulator:KeyFile or Simulator:ServingKeys is not set: where the API keys of the demo are.");
        return (await File.ReadAllTextAsync(file, cancellation)).Trim();
    }

    private async Task<JsonElement> ReadAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        var text = await response.Content.ReadAsStringAsync(cancellation);
        if (!response.IsSuccessStatusCode) throw new SuiteRefusedException((int)response.StatusCode, $"{response.RequestMessage?.RequestUri?.AbsolutePath}: {(int)response.StatusCode} {text}");
        if (who is null) progress.Fault = null;
        return text.Length == 0 ? default : JsonSerializer.Deserialize<JsonElement>(text);
    }

    /// <summary>Busy or down. A key that the gateway does not know yet is made in a moment.</summary>
    private static bool IsPassing(HttpResponseMessage response) =>
        response.StatusCode is HttpStatusCode.TooManyRequests or HttpStatusCode.Unauthorized || (int)response.StatusCode >= 500
        || (response.StatusCode == HttpStatusCode.Conflict && response.Headers.RetryAfter is not null);

    private static TimeSpan Pause(int attempt) =>
        TimeSpan.FromMilliseconds(Math.Min(100 * Math.Pow(2, Math.Min(attempt, 10)), LongestPause.TotalMilliseconds));
}

/// <summary>The suite answered, and said no.</summary>
internal sealed class SuiteRefusedException(int status, string message) : Exception(message)
{
    public int Status => status;
}
