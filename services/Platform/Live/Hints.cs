using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace ECommerce.Channels.Platform.Live;

/// <summary>
/// Hints of what changed, from whoever changes it to the replicas that tell it on, by PostgreSQL's NOTIFY in the transaction of the
/// change: sent if and only if it commits, in the order of commits, to every replica. Ids and codes only, less than 8,000 bytes.
/// </summary>
public sealed partial class Hints(NpgsqlDataSource database, TimeProvider time, ILogger<Hints> logger)
{
    private static readonly TimeSpan AliveCheck = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <summary>Hears a channel on a connection of its own, and begins again whenever it breaks, until it is cancelled.</summary>
    /// <param name="begin">From now on nothing is missed; what was before may have been.</param>
    public async Task ListenAsync(string channel, Action begin, Action<JsonObject> take, CancellationToken cancellation)
    {
        while (!cancellation.IsCancellationRequested)
        {
            try
            {
                await using var connection = await database.OpenConnectionAsync(cancellation);
                connection.Notification += (_, notification) => Hear(notification.Payload, take);
                await using var listen = new NpgsqlCommand($"LISTEN {channel}", connection);
                await listen.ExecuteNonQueryAsync(cancellation);
                begin();
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

    private void Hear(string payload, Action<JsonObject> take)
    {
        try
        {
            if (JsonNode.Parse(payload) is JsonObject hint) take(hint);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or FormatException)
        {
            LogMisunderstood(exception.GetType().Name);
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

    [LoggerMessage(1, LogLevel.Warning, "Changes cannot be heard at the moment: {Error}")]
    private partial void LogDeaf(string error);

    [LoggerMessage(2, LogLevel.Warning, "A hint of a change was not understood: {Error}")]
    private partial void LogMisunderstood(string error);
}
