using ECommerce.Channels.Care.Conversations;
using ECommerce.Channels.Platform.Storage;
using Npgsql;

namespace ECommerce.Channels.Care.Desk;

/// <summary>What is to be known to give conversations to agents.</summary>
internal sealed class DispatchStore(NpgsqlDataSource database)
{
    private const int MostWaiting = 20_000;

    public async Task<IReadOnlyList<WaitingCustomer>> WaitingAsync(CancellationToken cancellation)
    {
        await using var command = database.CreateCommand("""
            SELECT v.id, v.skill, c.tier, c.region, c.manager, v.opened_at FROM conversations v LEFT JOIN customers c ON c.customer = v.customer
            WHERE v.state = 'waiting' ORDER BY v.opened_at, v.id LIMIT $1
            """).With(MostWaiting);
        var waiting = new List<WaitingCustomer>();
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
            waiting.Add(new WaitingCustomer(
                reader.GetString(0), reader.GetString(1), Text(reader, 2), Text(reader, 3), Text(reader, 4), reader.GetFieldValue<DateTimeOffset>(5)));
        return waiting;
    }

    /// <summary>How many conversations agents have, and when each was last given one.</summary>
    public async Task<IReadOnlyDictionary<string, (int Load, DateTimeOffset Since)>> LoadsAsync(CancellationToken cancellation)
    {
        await using var command = database.CreateCommand("SELECT agent, count(*), max(assigned_at) FROM conversations WHERE state = 'active' GROUP BY agent");
        var loads = new Dictionary<string, (int, DateTimeOffset)>();
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation)) loads[reader.GetString(0)] = ((int)reader.GetInt64(1), reader.GetFieldValue<DateTimeOffset>(2));
        return loads;
    }

    /// <summary>Ids of the conversations that agents have, in which they have done nothing since an instant: neither taken nor answered them.</summary>
    public async Task<IReadOnlyDictionary<string, string[]>> HeldAsync(DateTimeOffset since, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand("""
            SELECT agent, array_agg(id) FROM conversations
            WHERE state = 'active' AND greatest(assigned_at, CASE WHEN last_side = 'agent' THEN last_at END) <= $1 GROUP BY agent
            """).With(since.UtcDateTime);
        var held = new Dictionary<string, string[]>();
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation)) held[reader.GetString(0)] = reader.GetFieldValue<string[]>(1);
        return held;
    }

    /// <summary>Mean seconds from assignment to close, of what was closed in the last hour, by skill.</summary>
    public async Task<Dictionary<string, double>> HandlingAsync(DateTimeOffset now, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand("""
            SELECT skill, avg(extract(epoch FROM closed_at - assigned_at))::float8 FROM conversations
            WHERE state = 'closed' AND closed_at > $1 AND assigned_at IS NOT NULL GROUP BY skill
            """).With(now.AddHours(-1).UtcDateTime);
        var means = new Dictionary<string, double>();
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation)) means[reader.GetString(0)] = reader.GetDouble(1);
        return means;
    }

    private static string? Text(NpgsqlDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetString(column);
}
