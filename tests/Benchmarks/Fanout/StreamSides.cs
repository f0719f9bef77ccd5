using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text.Json;
using ECommerce.Channels.Platform.Live;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace ECommerce.Channels.Benchmarks.Fanout;

/// <summary>What a page hears.</summary>
/// <param name="At">When it was due to be sent.</param>
internal sealed record Told(long At);

/// <summary>The suite's stream and its peer, each in a process of its own, told in process what to tell.</summary>
internal static class StreamSides
{
    public const string Path = "/events";

    private const string Event = "conversation";

    /// <summary>The classes that serve the widget's stream, and nothing before them.</summary>
    public static async Task OwnAsync(int port, int connections, CancellationToken cancellation)
    {
        var hub = new LiveHub(new StreamOptions { MaxStreams = connections }, TimeProvider.System);
        await using var app = Build(port, _ => { });
        app.MapGet(Path, (RequestDelegate)(http => LiveAnswer.OfOne(http, hub, http.Request.Headers[Member.Header]!, http.RequestAborted).ExecuteAsync(http)));
        MapControl(app, () => hub.Streams, (room, at) =>
        {
            var data = JsonSerializer.Serialize(new Told(at), JsonSerializerOptions.Web);
            // As the service's listener does with every hint: to agents, of whom none is here, and to the customer.
            hub.Tell(Event, data, "*");
            hub.TellOf(room, Event, data);
            return Task.CompletedTask;
        });
        await app.StartAsync(cancellation);
        using var tick = new PeriodicTimer(TimeSpan.FromSeconds(1));
        while (await tick.WaitForNextTickAsync(cancellation)) hub.KeepAlive();
    }

    /// <summary>A plain SignalR hub, a group for each conversation.</summary>
    public static async Task SignalRAsync(int port, CancellationToken cancellation)
    {
        await using var app = Build(port, services => services.AddSignalR());
        app.MapHub<ChatHub>(Path);
        var hub = app.Services.GetRequiredService<IHubContext<ChatHub>>();
        MapControl(app, () => ChatHub.Open, (room, at) => hub.Clients.Group(room).SendAsync(Event, new Told(at), cancellation));
        await app.StartAsync(cancellation);
        await app.WaitForShutdownAsync(cancellation);
    }

    private static WebApplication Build(int port, Action<IServiceCollection> add)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port));
        builder.Services.AddRouting();
        add(builder.Services);
        var app = builder.Build();
        app.UseRouting();
        return app;
    }

    private static void MapControl(WebApplication app, Func<int> open, Func<string, long, Task> tell)
    {
        app.MapControl(open);
        app.MapGet("/tell", (RequestDelegate)(async http =>
        {
            var schedule = new Schedule((int)Number(http, "connections"), Number(http, "rate"), TimeSpan.FromSeconds(Number(http, "seconds")), Stopwatch.GetTimestamp());
            await schedule.RunAsync(async (first, end) =>
            {
                for (var message = first; message < end; message++) await tell(Rooms.Name(schedule.RoomOf(message)), schedule.DueAt(message));
            }, http.RequestAborted);
            await ControlApi.SayAsync(http, schedule.Deliveries);
        }));
    }

    private static double Number(HttpContext http, string name) => double.Parse(http.Request.Query[name]!, CultureInfo.InvariantCulture);
}

/// <summary>Puts whoever connects into the group of the conversation that the request names.</summary>
internal sealed class ChatHub : Hub
{
    private static int open;

    public static int Open => Volatile.Read(ref open);

    public override async Task OnConnectedAsync()
    {
        await Groups.AddToGroupAsync(Context.ConnectionId, Context.GetHttpContext()!.Request.Headers[Member.Header]!);
        Interlocked.Increment(ref open);
    }

    public override Task OnDisconnectedAsync(Exception? exception)
    {
        Interlocked.Decrement(ref open);
        return Task.CompletedTask;
    }
}
