using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace ECommerce.Channels.Platform.Messaging;

/// <summary>
/// Hints between processes that there is something to look at: new records of a topic, or a change in a group. Sent outside of the
/// transactions they speak of (NOTIFY inside would make all of them wait for each other), coalesced; received on a connection of its
/// own. A hint may be lost: readers look now and then anyway.
/// </summary>
internal sealed class PostgresWakeUps : IAsyncDisposable
{
    private const string Topic = "t";
    private const string Group = "g";

    private readonly NpgsqlDataSource database;
    private readonly string connectionString;
    private readonly TimeProvider time;
    private readonly ILogger logger;
    private readonly ConcurrentDictionary<Guid, (int Topic, Action<bool> Wake)> sleepers = new();
    private readonly ConcurrentDictionary<string, bool> unsent = new();
    private readonly SemaphoreSlim something = new(0, 1);
    private readonly CancellationTokenSource ended = new();
    private readonly Lock gate = new();
    private readonly Task sending;
    private Task? listening;

    public PostgresWakeUps(NpgsqlDataSource database, string connectionString, TimeProvider time, ILogger logger)
    {
        (this.database, this.time, this.logger) = (database, time, logger);
        this.connectionString = new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false, KeepAlive = 30 }.ConnectionString;
        sending = Task.Run(SendAsync);
    }

    /// <param name="wake">Told whether the group has changed; else there are new records.</param>
    public IDisposable Sleep(int topic, Action<bool> wake)
    {
        var id = Guid.NewGuid();
        sleepers[id] = (topic, wake);
        lock (gate) listening ??= Task.Run(ListenAsync);
        return new Sleeper(() => sleepers.TryRemove(id, out _));
    }

    public void Appended(IReadOnlyCollection<int> topics)
    {
        foreach (var topic in topics) Say(Topic, topic);
    }

    public void GroupChanged(int topic) => Say(Group, topic);

    public async ValueTask DisposeAsync()
    {
        await ended.CancelAsync();
        await sending;
        if (listening is not null) await listening;
        ended.Dispose();
        something.Dispose();
    }

    private void Say(string kind, int topic)
    {
        // Readers of this process need not wait for the way round.
        Wake(topic, kind == Group);
        unsent[$"{kind}{topic}"] = true;
        lock (something)
            if (something.CurrentCount == 0) something.Release();
    }

    private void Wake(int topic, bool group)
    {
        foreach (var sleeper in sleepers.Values)
            if (sleeper.Topic == topic) sleeper.Wake(group);
    }

    private async Task SendAsync()
    {
        try
        {
            while (true)
            {
                await something.WaitAsync(ended.Token);
                foreach (var hint in unsent.Keys) await SendAsync(hint);
                // What comes within this time goes together.
                await Task.Delay(TimeSpan.FromMilliseconds(5), time, ended.Token);
            }
        }
        catch (OperationCanceledException)
        {
            // Disposed.
        }
    }

    private async Task SendAsync(string hint)
    {
        unsent.TryRemove(hint, out _);
        try
        {
            await using var command = database.CreateCommand("SELECT pg_notify('channels_log', $1)");
            command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = hint });
            await command.ExecuteNonQueryAsync(ended.Token);
        }
        catch (NpgsqlException e)
        {
            Log.HintFailed(logger, e.Message);
        }
    }

    private async Task ListenAsync()
    {
        while (!ended.IsCancellationRequested)
        {
            try
            {
                await using var connection = new NpgsqlConnection(connectionString);
                connection.Notification += (_, notification) => Received(notification.Payload);
                await connection.OpenAsync(ended.Token);
                await using (var command = new NpgsqlCommand("LISTEN channels_log", connection))
                    await command.ExecuteNonQueryAsync(ended.Token);
                // What was said while nobody listened.
                foreach (var sleeper in sleepers.Values) sleeper.Wake(true);
                while (true) await connection.WaitAsync(ended.Token);
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (Exception e) when (e is NpgsqlException or TimeoutException or IOException)
            {
                Log.HintFailed(logger, e.Message);
                await PauseAsync();
            }
        }
    }

    private async Task PauseAsync()
    {
        try
        {
            await Task.Delay(TimeSpan.FromMilliseconds(500), time, ended.Token);
        }
        catch (OperationCanceledException)
        {
            // Disposed.
        }
    }

    private void Received(string hint)
    {
        if (hint.Length > 1 && int.TryParse(hint.AsSpan(1), out var topic)) Wake(topic, hint[0] == Group[0]);
    }

    private sealed class Sleeper(Action leave) : IDisposable
    {
        public void Dispose() => leave();
    }
}
