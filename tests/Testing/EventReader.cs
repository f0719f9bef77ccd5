using System.Text.Json;
using Xunit;

namespace ECommerce.Channels.Testing;

/// <summary>One event as it came over the wire.</summary>
public sealed record Heard(string? Id, string Name, string Data)
{
    public JsonElement Json => JsonDocument.Parse(Data).RootElement;
}

/// <summary>Reads a stream of events line by line, as the specification says, comments too.</summary>
public sealed class EventReader : IDisposable
{
    private readonly CancellationTokenSource deadline = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
    private readonly HttpResponseMessage response;
    private readonly StreamReader lines;

    private EventReader(HttpResponseMessage response, Stream stream, int seconds)
    {
        this.response = response;
        lines = new StreamReader(stream);
        deadline.CancelAfter(TimeSpan.FromSeconds(seconds));
    }

    /// <summary>The id to come back with.</summary>
    public string? LastId { get; private set; }

    public int Comments { get; private set; }

    /// <param name="seconds">For all that is read of it.</param>
    public static Task<EventReader> OpenAsync(HttpClient client, string path = "/api/v1/kpi/events", string? lastId = null, int seconds = 60)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (lastId is not null) request.Headers.TryAddWithoutValidation("Last-Event-ID", lastId);
        return OpenAsync(client, request, seconds);
    }

    /// <param name="asking">With what the reader has to say of itself.</param>
    public static async Task<EventReader> OpenAsync(HttpClient client, HttpRequestMessage asking, int seconds = 60)
    {
        using var request = asking;
        var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        Assert.Equal(200, (int)answer.StatusCode);
        Assert.Equal("text/event-stream", answer.Content.Headers.ContentType?.MediaType);
        var reader = new EventReader(answer, await answer.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken), seconds);
        // What the server says at once: from then on nothing is missed.
        await reader.BlockAsync();
        return reader;
    }

    /// <summary>The next event of one of these names; null where the stream ends before.</summary>
    public async Task<Heard?> NextAsync(params string[] names)
    {
        while (await BlockAsync() is { } block)
            if (block is { Data.Length: > 0 } && (names.Length == 0 || names.Contains(block.Name))) return block;
        return null;
    }

    /// <summary>Reads until so many comments have come.</summary>
    public async Task CommentsAsync(int count)
    {
        while (Comments < count && await BlockAsync() is not null)
        {
        }
        Assert.True(Comments >= count, $"the stream ended after {Comments} comments");
    }

    /// <summary>Reads to the end of the stream.</summary>
    public async Task EndAsync()
    {
        while (await BlockAsync() is not null)
        {
        }
    }

    public void Dispose()
    {
        lines.Dispose();
        response.Dispose();
        deadline.Dispose();
    }

    private async Task<Heard?> BlockAsync()
    {
        var (name, data) = ("message", new List<string>());
        while (await lines.ReadLineAsync(deadline.Token) is { } line)
        {
            if (line.Length == 0) return new Heard(LastId, name, string.Join('\n', data));
            if (line[0] == ':') Comments++;
            else if (line.StartsWith("id:", StringComparison.Ordinal)) LastId = line[3..].Trim();
            else if (line.StartsWith("event:", StringComparison.Ordinal)) name = line[6..].Trim();
            else if (line.StartsWith("data:", StringComparison.Ordinal)) data.Add(line[5..].Trim());
        }
        return null;
    }
}
