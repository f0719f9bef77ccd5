using System.Text.Json;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using ECommerce.Channels.Care.Conversations;
using ECommerce.Channels.Platform.Live;

namespace ECommerce.Channels.Care.Desk;

/// <summary>Hears what changes and gives it to the open streams of this replica: to agents what they may see, to a customer what is of the own conversation.</summary>
internal sealed class CareFeed(Hints hints, LiveHub hub, Queues queues, DispatchBell bell, IHostApplicationLifetime lifetime, TimeProvider time) : BackgroundService
{
    private static readonly string[] Kinds = [CareChanges.Conversation, CareChanges.Presence, CareChanges.Ticket, CareChanges.Agents, CareChanges.Queue];
    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(1);

    private readonly Channel<string> movedQueues = Channel.CreateUnbounded<string>();

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await using var ends = lifetime.ApplicationStopping.Register(hub.EndAll);
        await Task.WhenAll(hints.ListenAsync(CareChanges.Channel, Begin, Take, stoppingToken), TickAsync(stoppingToken), TellPlacesAsync(stoppingToken));
    }

    private void Begin()
    {
        hub.Restart();
        bell.Ring();
    }

    private void Take(JsonObject hint)
    {
        var kind = hint["kind"]?.GetValue<string>();
        if (kind is null || !Kinds.Contains(kind)) return;
        var region = hint["region"]?.GetValue<string>();
        hint.Remove("kind");
        hint.Remove("region");
        hub.Tell(kind, hint.ToJsonString(), region);
        if (kind == CareChanges.Queue) movedQueues.Writer.TryWrite(hint["skill"]!.GetValue<string>());
        else if (kind is CareChanges.Conversation or CareChanges.Presence) TellCustomer(kind, hint);
        if (kind == CareChanges.Agents || hint["state"]?.GetValue<string>() is Conversation.Waiting or Conversation.Closed) bell.Ring();
    }

    /// <summary>A note is nothing that a customer hears of.</summary>
    private void TellCustomer(string kind, JsonObject hint)
    {
        if (hint["note"]?.GetValue<bool>() == true) return;
        hub.TellOf(hint["id"]!.GetValue<string>(), kind, "{}");
    }

    /// <summary>A queue that moved tells each of its customers the new place; all replicas at once may have some of them.</summary>
    private async Task TellPlacesAsync(CancellationToken cancellation)
    {
        try
        {
            await foreach (var skill in movedQueues.Reader.ReadAllAsync(cancellation))
            {
                if (await queues.ReadAsync(skill, cancellation) is not { } queue) continue;
                for (var at = 0; at < queue.Conversations.Count; at++)
                    if (hub.IsHeard(queue.Conversations[at]))
                        hub.TellOf(queue.Conversations[at], CareChanges.Queue, JsonSerializer.Serialize(Place.At(queue, at), JsonSerializerOptions.Web));
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // The service stops.
        }
    }

    private async Task TickAsync(CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(Tick, time);
        try
        {
            while (await timer.WaitForNextTickAsync(cancellation)) hub.KeepAlive();
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // The service stops.
        }
    }
}
