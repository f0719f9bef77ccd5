using System.ComponentModel.DataAnnotations;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using ECommerce.Channels.Contracts;
using ECommerce.Channels.Kpi.Catalogue;
using ECommerce.Channels.Kpi.Warnings;
using ECommerce.Channels.Platform.Hosting;
using ECommerce.Channels.Platform.Security;

namespace ECommerce.Channels.Kpi.Live;

/// <summary>Settings of live updates: section <c>Live</c>.</summary>
public sealed class LiveOptions
{
    /// <summary>How often figures are told at most. Default 1 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.050", "00:01:00")]
    public TimeSpan Interval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>How often it is told up to when figures are, while they do not change. Default 10 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.050", "01:00:00")]
    public TimeSpan AsOfInterval { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>After so long without an event a comment is sent. Default 15 s: proxies close what is silent for 60 to 100 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.050", "00:01:00")]
    public TimeSpan Heartbeat { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>A stream ends after so long and its reader comes back: what was taken from a person ends with it. Default 10 minutes.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "1.00:00:00")]
    public TimeSpan MaxAge { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>Events kept for readers that come back. Default 1,000.</summary>
    [Range(1, 1_000_000)]
    public int Buffer { get; set; } = 1_000;

    /// <summary>Events that wait for one reader at most; above, it is cut off. Default 100.</summary>
    [Range(1, 100_000)]
    public int Waiting { get; set; } = 100;

    /// <summary>Open streams of one replica. Default 10,000.</summary>
    [Range(1, 1_000_000)]
    public int MaxStreams { get; set; } = 10_000;
}

/// <summary>Changes as they happen, for screens: one stream a browser. It says what has changed and never how: the figures are asked for.</summary>
internal static class EventsApi
{
    private static readonly TimeSpan Full = TimeSpan.FromSeconds(10);

    public static void Map(IEndpointRouteBuilder app) =>
        app.MapGet("/api/v1/kpi/events", Get).WithName("streamEvents").WithTags("Live")
            .WithSummary("Server-sent events: figures, targets, warnings, catalogue, annotations; reset where too much was missed")
            .Produces<string>(200, "text/event-stream").DisableRequestTimeout()
            .RequireRoles(Roles.Manager, Roles.Supervisor, Roles.Sre, Roles.Admin);

    private static async Task<IResult> Get(HttpContext http, LiveHub hub, CatalogueHistory history, CancellationToken cancellation)
    {
        if (hub.IsFull) return Problem.Unavailable(Full);
        var regions = Granted.Regions(Caller.Of(http.User).Regions, await history.LatestAsync(cancellation));
        return TypedResults.ServerSentEvents(EventsAsync(http, hub, regions, cancellation));
    }

    private static async IAsyncEnumerable<SseItem<string>> EventsAsync(
        HttpContext http, LiveHub hub, IReadOnlyCollection<string>? regions, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var opened = hub.Open(LastId(http.Request), regions, http.Abort);
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
    private static async Task<bool> MoreAsync(LiveStream stream, CancellationToken cancellation)
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

internal static class LiveService
{
    public static void AddLive(this IServiceCollection services)
    {
        services.AddValidatedOptions<LiveOptions>("Live");
        services.AddSingleton<LiveHub>();
        services.AddHostedService(provider => provider.GetRequiredService<LiveHub>());
    }

    public static void MapLive(this IEndpointRouteBuilder app) => EventsApi.Map(app);
}
