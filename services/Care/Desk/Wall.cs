using ECommerce.Channels.Care.Conversations;
using ECommerce.Channels.Platform.State;
using ECommerce.Channels.Platform.Storage;
using Npgsql;
using NpgsqlTypes;

namespace ECommerce.Channels.Care.Desk;

/// <summary>Those who wait for one skill.</summary>
/// <param name="OldestSince">Since when the longest waiting waits; null where nobody does.</param>
/// <param name="Overdue">Of those without a first reply, waiting or not, how many are past its promise.</param>
/// <param name="Imminent">How many will be within 30 seconds.</param>
internal sealed record WallQueue(string Skill, int Waiting, DateTimeOffset? OldestSince, int Active, int Overdue, int Imminent);

/// <param name="Status">available, away or off.</param>
/// <param name="Load">Conversations of the regions granted to the caller; all of them where all are.</param>
internal sealed record WallAgent(string User, string Status, DateTimeOffset? Since, IReadOnlyList<string> Skills, int Load, int Capacity);

/// <summary>How it goes now, of the customers whom the caller may see.</summary>
/// <param name="DutyKnown">False where the state store does not answer: nobody knows who is on duty.</param>
internal sealed record WallBody(DateTimeOffset AsOf, IReadOnlyList<WallQueue> Queues, IReadOnlyList<WallAgent> Agents, bool DutyKnown);

/// <summary>The supervisor's wall.</summary>
internal sealed class Wall(NpgsqlDataSource database, AgentStore agents, DutyState duty, TimeProvider time)
{
    private const string Seen = "($1::text[] IS NULL OR EXISTS (SELECT 1 FROM customers c WHERE c.customer = v.customer AND c.region = ANY ($1)))";

    /// <param name="regions">Codes the caller may see; null is all.</param>
    public async Task<WallBody> ReadAsync(string[]? regions, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        var all = await agents.AllAsync(cancellation);
        var (onDuty, isKnown) = await OnDutyAsync(all, cancellation);
        var loads = await LoadsAsync(regions, cancellation);
        return new WallBody(now, await QueuesAsync(regions, now, cancellation),
        [
            .. all.Select(agent =>
            {
                var one = onDuty.GetValueOrDefault(agent.User);
                return new WallAgent(agent.User, one?.Status ?? Duty.Off, one?.Since, agent.Skills, loads.GetValueOrDefault(agent.User), agent.Capacity);
            }),
        ], isKnown);
    }

    private async Task<(IReadOnlyDictionary<string, Duty> OnDuty, bool IsKnown)> OnDutyAsync(IReadOnlyList<Agent> all, CancellationToken cancellation)
    {
        try
        {
            return (await duty.OfAsync(all.Select(agent => agent.User), cancellation), true);
        }
        catch (StateUnavailableException)
        {
            return (new Dictionary<string, Duty>(), false);
        }
    }

    private async Task<List<WallQueue>> QueuesAsync(string[]? regions, DateTimeOffset now, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand($"""
            SELECT skill, count(*) FILTER (WHERE state = 'waiting'), min(opened_at) FILTER (WHERE state = 'waiting'), count(*) FILTER (WHERE state = 'active'),
              count(*) FILTER (WHERE first_reply_at IS NULL AND first_reply_due <= $2),
              count(*) FILTER (WHERE first_reply_at IS NULL AND first_reply_due > $2 AND first_reply_due <= $2 + interval '30 seconds')
            FROM conversations v WHERE state IN ('waiting', 'active') AND {Seen} GROUP BY skill ORDER BY skill
            """);
        command.WithNullable(regions, NpgsqlDbType.Array | NpgsqlDbType.Text).With(now.UtcDateTime);
        var queues = new List<WallQueue>();
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
            queues.Add(new WallQueue(
                reader.GetString(0), Count(1), await reader.IsDBNullAsync(2, cancellation) ? null : reader.GetFieldValue<DateTimeOffset>(2), Count(3), Count(4), Count(5)));
        return queues;

        int Count(int column) => (int)reader.GetInt64(column);
    }

    private async Task<Dictionary<string, int>> LoadsAsync(string[]? regions, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand($"SELECT agent, count(*) FROM conversations v WHERE state = '{Conversation.Active}' AND {Seen} GROUP BY agent")
            .WithNullable(regions, NpgsqlDbType.Array | NpgsqlDbType.Text);
        var loads = new Dictionary<string, int>();
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation)) loads[reader.GetString(0)] = (int)reader.GetInt64(1);
        return loads;
    }
}
