using System.Text.Json;
using System.Text.Json.Nodes;
using ECommerce.Channels.Kpi.Rollups;
using Microsoft.Extensions.Options;
using Npgsql;

namespace ECommerce.Channels.Kpi.Live;

/// <summary>
/// Hears what changes, on a connection of its own, and gives it to the open streams of this replica. Figures are told at most once an
/// interval, however often they change; while they do not, now and then how far they are.
/// </summary>
internal sealed partial class LiveHub(
    NpgsqlDataSource database, RollupReader rollups, IOptions<LiveOptions> options, IHostApplicationLifetime lifetime, TimeProvider time,
    ILogger<LiveHub> logger) : BackgroundService
{
    private static readonly string[] Kinds = ["warnings", "targets", "catalogue", "annotations"];
    private static readonly TimeSpan AliveCheck = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly Lock gate = new();
    private readonly LiveBuffer buffer = new(options.Value.Buffer);
    private readonly HashSet<LiveStream> streams = [];
    private SortedSet<string>? changedDays = [];
    private DateTimeOffset asOf;
    private long asOfRead;
    private bool stopping;

    /// <summary>How many are open.</summary>
    public int Streams
    {
        get
        {
            lock (gate) return streams.Count;
        }
    }

    public bool IsFull => Streams >= options.Value.MaxStreams;

    /// <param name="lastId">The last id that the reader has seen; null for a new one.</param>
    /// <param name="sees">Codes of the granted regions; null is all.</param>
    public OpenedStream Open(string? lastId, IReadOnlyCollection<string>? sees, Action cut)
    {
        var stream = new LiveStream(sees, options.Value.Waiting, time.GetTimestamp(), cut);
        lock (gate)
        {
            IReadOnlyList<LiveEvent> missed = lastId is null ? [] : buffer.After(lastId) ?? [Reset()];
            if (stopping) stream.End();
            else streams.Add(stream);
            return new OpenedStream(stream, buffer.Head, [.. missed.Where(stream.Sees)]);
        }
    }

    public void Close(LiveStream stream)
    {
        lock (gate) streams.Remove(stream);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await using var ends = lifetime.ApplicationStopping.Register(EndAll);
        await Task.WhenAll(ListenAsync(stoppingToken), TickAsync(stoppingToken));
    }

    private async Task ListenAsync(CancellationToken cancellation)
    {
        while (!cancellation.IsCancellationRequested)
        {
            try
            {
                await using var connection = await database.OpenConnectionAsync(cancellation);
                connection.Notification += (_, notification) => Hear(notification.Payload);
                await using var listen = new NpgsqlCommand($"LISTEN {KpiChanges.Channel}", connection);
                await listen.ExecuteNonQueryAsync(cancellation);
                Begin();
                while (true)
                {
                    // A connection that died in silence is found by asking.
                    if (await connection.WaitAsync(AliveCheck, cancellation)) continue;
                    await using var alive = new NpgsqlCommand("SELECT 1", connection);
                    await alive.ExecuteNonQueryAsync(cancellation);
                }
            }
            catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception) when (exception is NpgsqlException or TimeoutException or IOException)
            {
                LogDeaf(exception.GetType().Name);
                await PauseAsync(cancellation);
            }
        }
    }

    /// <summary>Whatever happened before is not known: everybody reads anew.</summary>
    private void Begin()
    {
        lock (gate)
        {
            buffer.Restart();
            Give(Reset());
        }
    }

    private LiveEvent Reset() => new(buffer.Epoch, buffer.Seq, "reset", "{}", null);

    private void Hear(string payload)
    {
        try
        {
            if (JsonNode.Parse(payload) is JsonObject hint) Take(hint);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or FormatException)
        {
            LogMisunderstood(exception.GetType().Name);
        }
    }

    private void Take(JsonObject hint)
    {
        var kind = hint["kind"]?.GetValue<string>();
        if (kind == "figures")
        {
            TakeDays(hint["days"] as JsonArray);
            return;
        }
        if (kind is null || !Kinds.Contains(kind)) return;
        var region = hint["region"]?.GetValue<string>();
        hint.Remove("kind");
        hint.Remove("region");
        lock (gate) Give(buffer.Add(kind, hint.ToJsonString(), region));
    }

    private void TakeDays(JsonArray? days)
    {
        lock (gate)
        {
            if (days is null) changedDays = null;
            else changedDays?.UnionWith(days.Select(day => day!.GetValue<string>()));
        }
    }

    /// <summary>Under the gate: streams see events in one order.</summary>
    private void Give(LiveEvent one)
    {
        var now = time.GetTimestamp();
        streams.RemoveWhere(stream => !stream.Give(one, now));
    }

    private async Task TickAsync(CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(options.Value.Interval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(cancellation))
            {
                await TellFiguresAsync(cancellation);
                KeepAlive();
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // The service stops.
        }
    }

    private async Task TellFiguresAsync(CancellationToken cancellation)
    {
        var changed = HasChanged();
        if (!changed && !IsAsOfDue()) return;
        try
        {
            var now = await rollups.AsOfAsync(cancellation);
            asOfRead = time.GetTimestamp();
            lock (gate)
            {
                // Nothing is counted yet: there is no time to tell.
                if (!changed && (now == asOf || now == DateTimeOffset.UnixEpoch)) return;
                asOf = now;
                var data = JsonSerializer.Serialize(new FiguresEvent(now, changedDays), JsonSerializerOptions.Web);
                changedDays = [];
                Give(buffer.Add("figures", data, null));
            }
        }
        catch (Exception exception) when (exception is NpgsqlException or TimeoutException)
        {
            // The days stay in hand for the next time.
            LogDeaf(exception.GetType().Name);
        }
    }

    private bool HasChanged()
    {
        lock (gate) return changedDays is not { Count: 0 };
    }

    private bool IsAsOfDue()
    {
        lock (gate)
            if (streams.Count == 0) return false;
        return time.GetElapsedTime(asOfRead) >= options.Value.AsOfInterval;
    }

    /// <summary>A comment where nothing was said for a while; the end for a stream that is old, so that who reads is asked for again.</summary>
    private void KeepAlive()
    {
        lock (gate)
        {
            var now = time.GetTimestamp();
            foreach (var stream in streams.ToList())
            {
                if (time.GetElapsedTime(stream.OpenedAt, now) >= options.Value.MaxAge)
                {
                    stream.End();
                    streams.Remove(stream);
                }
                else if (time.GetElapsedTime(stream.GivenAt, now) >= options.Value.Heartbeat && !stream.Give(LiveEvent.Heartbeat, now))
                {
                    streams.Remove(stream);
                }
            }
        }
    }

    private void EndAll()
    {
        lock (gate)
        {
            stopping = true;
            foreach (var stream in streams) stream.End();
            streams.Clear();
        }
    }

    private async Task PauseAsync(CancellationToken cancellation)
    {
        try
        {
            await Task.Delay(Pause, time, cancellation);
        }
        catch (OperationCanceledException)
        {
            // The service stops.
        }
    }

    /// <param name="Days">Whose figures have changed; empty where only the time moved on, null where they are too many to name.</param>
    private sealed record FiguresEvent(DateTimeOffset AsOf, IReadOnlyCollection<string>? Days);

    [LoggerMessage(1, LogLevel.Warning, "Changes cannot be heard at the moment: {Error}")]
    private partial void LogDeaf(string error);

    [LoggerMessage(2, LogLevel.Warning, "A hint of a change was not understood: {Error}")]
    private partial void LogMisunderstood(string error);
}
