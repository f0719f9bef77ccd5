using ECommerce.Channels.Platform.Audit;
using ECommerce.Channels.Platform.Hosting;
using ECommerce.Channels.Platform.Storage;
using Npgsql;

namespace ECommerce.Channels.Care.Desk;

/// <summary>Agents as rows.</summary>
internal sealed class AgentStore(NpgsqlDataSource database, AuditLog audit, TimeProvider time)
{
    private const string Columns = "user_name, skills, capacity, revision";

    public async Task<IReadOnlyList<Agent>> AllAsync(CancellationToken cancellation)
    {
        await using var command = database.CreateCommand($"SELECT {Columns} FROM agents ORDER BY user_name");
        return await ReadAsync(command, cancellation);
    }

    public async Task<Agent?> FindAsync(string user, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand($"SELECT {Columns} FROM agents WHERE user_name = $1").With(user);
        return (await ReadAsync(command, cancellation)).SingleOrDefault();
    }

    /// <summary>Who comes on duty for the first time can be asked about anything, until a supervisor says otherwise.</summary>
    public async Task<Agent> EnsureAsync(string user, CancellationToken cancellation)
    {
        if (await FindAsync(user, cancellation) is { } known) return known;
        await using var command = database.CreateCommand("INSERT INTO agents (user_name, updated_at, updated_by) VALUES ($1, $2, 'system') ON CONFLICT DO NOTHING");
        await command.With(user).With(time.GetUtcNow().UtcDateTime).ExecuteNonQueryAsync(cancellation);
        return (await FindAsync(user, cancellation))!;
    }

    /// <param name="agent">With the revision it will have.</param>
    /// <returns>Why not: somebody else was faster.</returns>
    public async Task<Problem?> PutAsync(Agent agent, string by, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await using var command = new NpgsqlCommand("""
            INSERT INTO agents AS a (user_name, skills, capacity, revision, updated_at, updated_by) VALUES ($1, $2, $3, $4, $5, $6)
            ON CONFLICT (user_name) DO UPDATE SET skills = $2, capacity = $3, revision = $4, updated_at = $5, updated_by = $6 WHERE a.revision = $4 - 1
            """, connection, transaction);
        command.With(agent.User).With(agent.Skills.ToArray()).With(agent.Capacity).With(agent.Revision).With(time.GetUtcNow().UtcDateTime).With(by);
        if (await command.ExecuteNonQueryAsync(cancellation) == 0) return Problem.PreconditionFailed();
        await audit.AppendAsync(transaction, by, "agent.put", agent.User, new { agent.Skills, agent.Capacity, agent.Revision }, cancellation);
        await transaction.CommitAsync(cancellation);
        return null;
    }

    private static async Task<List<Agent>> ReadAsync(NpgsqlCommand command, CancellationToken cancellation)
    {
        var agents = new List<Agent>();
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
            agents.Add(new Agent(reader.GetString(0), reader.GetFieldValue<string[]>(1), reader.GetInt32(2), reader.GetInt32(3)));
        return agents;
    }
}
