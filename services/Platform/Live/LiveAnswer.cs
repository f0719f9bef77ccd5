using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using ECommerce.Channels.Platform.Hosting;
using Microsoft.AspNetCore.Http;

namespace ECommerce.Channels.Platform.Live;

/// <summary>A stream as an answer of server-sent events, until its reader goes or it is ended.</summary>
public static class LiveAnswer
{
    private static readonly TimeSpan Full = TimeSpan.FromSeconds(10);

    /// <summary>To a person, resumed after the <c>Last-Event-ID</c> that the request tells.</summary>
    /// <param name="sees">Codes of the granted regions; null is all.</param>
    public static IResult Of(HttpContext http, LiveHub hub, IReadOnlyCollection<string>? sees, CancellationToken cancellation) =>
        Of(http, hub, () => hub.Open(LastId(http.Request), sees, http.Abort), cancellation);

    /// <summary>To whoever listens to one thing.</summary>
    public static IResult OfOne(HttpContext http, LiveHub hub, string subject, CancellationToken cancellation) =>
        Of(http, hub, () => hub.OpenFor(subject, http.Abort), cancellation);

    private static IResult Of(HttpContext http, LiveHub hub, Func<OpenedListener> open, CancellationToken cancellation) =>
        hub.IsFull ? Problem.Unavailable(Full) : TypedResults.ServerSentEvents(EventsAsync(http, hub, open, cancellation));

    private static async IAsyncEnumerable<SseItem<string>> EventsAsync(
        HttpContext http, LiveHub hub, Func<OpenedListener> open, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var opened = open();
        try
        {
            // An id without data is no event, but the reader keeps it: so it can resume though it has seen nothing yet.
            await SayAsync(http.Response, opened.Missed.Count == 0 ? $"retry: 1000\nid: {opened.Head}\n\n" : "retry: 1000\n\n", cancellation);
            foreach (var missed in opened.Missed) yield return Item(missed);
            while (await MoreAsync(opened.Stream, cancellation))
            {
                while (opened.Stream.Events.TryRead(out var next))
                {
                    // The framework writes events alone; it is waiting for the next one now, so that nothing else is being written.
                    if (ReferenceEquals(next, LiveEvent.Heartbeat)) await SayAsync(http.Response, ":\n\n", cancellation);
                    else yield return Item(next);
                }
            }
        }
        finally
        {
            hub.Close(opened.Stream);
        }
    }

    private static string? LastId(HttpRequest request) => request.Headers["Last-Event-ID"] is [{ Length: > 0 } id] ? id : null;

    private static SseItem<string> Item(LiveEvent one) => new(one.Data, one.Name) { EventId = one.Id };

    private static async Task SayAsync(HttpResponse response, string text, CancellationToken cancellation)
    {
        await response.WriteAsync(text, cancellation);
        await response.Body.FlushAsync(cancellation);
    }

    /// <summary>False where the stream has ended, or its reader has gone.</summary>
    private static async Task<bool> MoreAsync(LiveListener stream, CancellationToken cancellation)
    {
        try
        {
            return await stream.Events.WaitToReadAsync(cancellation);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }
}
