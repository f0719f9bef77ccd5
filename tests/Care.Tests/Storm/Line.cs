using System.Net.Http.Json;
using System.Text.Json;
using ECommerce.Channels.Platform.Security;

namespace ECommerce.Channels.Care.Tests.Storm;

/// <summary>Somebody's line to the service: it tries again, at one replica and the other, until there is an answer.</summary>
internal sealed class Line(IReadOnlyList<int> ports, Func<string> authorization, string header)
{
    private static readonly HttpClient Http = new(new SocketsHttpHandler { UseProxy = false, MaxConnectionsPerServer = 2_000 }) { Timeout = TimeSpan.FromSeconds(10) };

    private int at = Random.Shared.Next(ports.Count);

    public static Line Of(IReadOnlyList<int> ports, CallerTokens tokens, string subject, string role)
    {
        var caller = new Caller(subject, subject, [role], RegionGrant.Everything, Source: null);
        return new Line(ports, () => "Bearer " + tokens.Sign(caller, "care"), "Authorization");
    }

    public static Line Of(IReadOnlyList<int> ports, string token) => new(ports, () => token, "X-Conversation-Token");

    /// <summary>How often there was no answer, or one in passing.</summary>
    public int Troubles { get; private set; }

    /// <param name="key">Idempotency-Key. One that is being worked on elsewhere is in passing, too.</param>
    public async Task<(int Status, JsonElement Body)> CallAsync(HttpMethod method, string path, object? body, CancellationToken cancellation, string? key = null)
    {
        while (true)
        {
            try
            {
                using var request = new HttpRequestMessage(method, $"http://127.0.0.1:{ports[at]}/api/v1/care{path}") { Content = body is null ? null : JsonContent.Create(body) };
                request.Headers.TryAddWithoutValidation(header, authorization());
                if (key is not null) request.Headers.Add("Idempotency-Key", key);
                using var answer = await Http.SendAsync(request, cancellation);
                var text = await answer.Content.ReadAsStringAsync(cancellation);
                if ((int)answer.StatusCode < 500 && answer.Headers.RetryAfter is null) return ((int)answer.StatusCode, text.Length == 0 ? default : JsonDocument.Parse(text).RootElement);
            }
            catch (Exception broken) when (!cancellation.IsCancellationRequested && broken is HttpRequestException or IOException or TaskCanceledException)
            {
                // It may have arrived all the same.
            }
            Troubles++;
            at = (at + 1) % ports.Count;
            await Task.Delay(Random.Shared.Next(20, 200), cancellation);
        }
    }
}
