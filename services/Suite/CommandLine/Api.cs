using System.Net.Http.Headers;
using System.Text.Json;

namespace ECommerce.Channels.Suite.CommandLine;

/// <summary>An answer that is an error, as the service told it.</summary>
internal sealed class ApiException(int status, string message, string? body) : Exception(message)
{
    public int Status => status;

    /// <summary>The problem as it came, for <c>--json</c>.</summary>
    public string? Body => body;
}

/// <summary>The suite's public API, with the key of a role.</summary>
internal sealed class Api : IDisposable
{
    public Api(Uri address, string? key, string language)
    {
        Http = new HttpClient(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false })
        {
            BaseAddress = address,
            Timeout = TimeSpan.FromSeconds(100),
        };
        if (!string.IsNullOrEmpty(key)) Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        Http.DefaultRequestHeaders.AcceptLanguage.ParseAdd(language);
        Http.DefaultRequestHeaders.UserAgent.ParseAdd("channels/0.1");
    }

    public HttpClient Http { get; }

    public void Dispose() => Http.Dispose();

    public Task<JsonElement> GetAsync(string path, CancellationToken cancellation) => SendAsync(HttpMethod.Get, path, null, cancellation);

    /// <exception cref="ApiException">The answer is an error.</exception>
    public async Task<JsonElement> SendAsync(HttpMethod method, string path, object? body, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null) request.Content = JsonContent.Create(body, options: JsonSerializerOptions.Web);
        using var response = await Http.SendAsync(request, cancellation);
        return await ReadAsync(response, cancellation);
    }

    /// <summary>The JSON of an answer; undefined where it has no content.</summary>
    /// <exception cref="ApiException">The answer is an error.</exception>
    public static async Task<JsonElement> ReadAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        var text = await response.Content.ReadAsStringAsync(cancellation);
        if (!response.IsSuccessStatusCode) throw Fault(response, text);
        if (text.Length == 0) return default;
        using var document = JsonDocument.Parse(text);
        return document.RootElement.Clone();
    }

    private static ApiException Fault(HttpResponseMessage response, string text)
    {
        var status = (int)response.StatusCode;
        if (response.Content.Headers.ContentType?.MediaType != "application/problem+json")
            return new ApiException(status, $"{status} {response.ReasonPhrase}", null);
        using var problem = JsonDocument.Parse(text);
        // What was not found is in the path; a query may be long.
        var what = status == 404 ? $" {Uri.UnescapeDataString(response.RequestMessage!.RequestUri!.AbsolutePath)}" : "";
        var lines = new List<string> { $"{status} {Member(problem, "title")}{what}" };
        if (problem.RootElement.TryGetProperty("errors", out var errors) && errors.ValueKind == JsonValueKind.Object)
            lines.AddRange(errors.EnumerateObject().Select(field => $"  {field.Name}: {string.Join("; ", field.Value.EnumerateArray().Select(e => e.GetString()))}"));
        if (status >= 500) lines.Add($"  correlationId {Member(problem, "correlationId")}");
        return new ApiException(status, string.Join('\n', lines), text);
    }

    private static string? Member(JsonDocument problem, string name) =>
        problem.RootElement.TryGetProperty(name, out var member) ? member.ToString() : null;
}
