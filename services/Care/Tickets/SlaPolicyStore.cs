using System.Text.Json;
using ECommerce.Channels.Platform.Audit;
using ECommerce.Channels.Platform.Hosting;
using ECommerce.Channels.Platform.Storage;
using Npgsql;
using NpgsqlTypes;

namespace ECommerce.Channels.Care.Tickets;

/// <summary>Policies as they are now; a ticket keeps what was promised for it.</summary>
internal sealed class SlaPolicyStore(NpgsqlDataSource database, AuditLog audit, TimeProvider time)
{
    private const string Columns = "id, calendar, first_response, resolution, remind_at, escalations::text, revision";

    public async Task<IReadOnlyList<SlaPolicy>> AllAsync(CancellationToken cancellation)
    {
        await using var command = database.CreateCommand($"SELECT {Columns} FROM sla_policies ORDER BY id");
        return await ReadAsync(command, cancellation);
    }

    public async Task<SlaPolicy?> FindAsync(string id, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand($"SELECT {Columns} FROM sla_policies WHERE id = $1").With(id);
        return (await ReadAsync(command, cancellation)).SingleOrDefault();
    }

    /// <summary>What is promised for a kind of ticket of a customer: the tier's own policy where there is one.</summary>
    /// <param name="tier">Null: ordinary.</param>
    public static async Task<SlaPolicy> ForAsync(NpgsqlConnection connection, string type, string severity, string? tier, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(
            $"SELECT {Columns} FROM sla_policies WHERE id IN ($1, $2) ORDER BY length(id) DESC LIMIT 1", connection);
        command.With(SlaPolicy.IdOf(type, severity)).With(SlaPolicy.IdOf(type, severity, tier ?? "ordinary"));
        return (await ReadAsync(command, cancellation)).Single();
    }

    /// <returns>Why not: somebody else was faster.</returns>
    /// <param name="policy">With the revision it will have.</param>
    public async Task<Problem?> PutAsync(SlaPolicy policy, string by, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await using var command = new NpgsqlCommand("""
            INSERT INTO sla_policies AS p (id, calendar, first_response, resolution, remind_at, escalations, revision, updated_at, updated_by)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
            ON CONFLICT (id) DO UPDATE SET calendar = $2, first_response = $3, resolution = $4, remind_at = $5, escalations = $6, revision = $7,
              updated_at = $8, updated_by = $9
            WHERE p.revision = $7 - 1
            """, connection, transaction);
        command.With(policy.Id).With(policy.Calendar).With(policy.FirstResponse).With(policy.Resolution).With(policy.RemindAt)
            .With(JsonSerializer.Serialize(policy.Escalations, JsonSerializerOptions.Web), NpgsqlDbType.Jsonb).With(policy.Revision)
            .With(time.GetUtcNow().UtcDateTime).With(by);
        if (await command.ExecuteNonQueryAsync(cancellation) == 0) return Problem.PreconditionFailed();
        await audit.AppendAsync(
            transaction, by, policy.Revision == 1 ? "sla-policy.created" : "sla-policy.changed", policy.Id,
            new { policy.Calendar, policy.FirstResponse, policy.Resolution, policy.RemindAt, policy.Escalations, policy.Revision }, cancellation);
        await transaction.CommitAsync(cancellation);
        return null;
    }

    private static async Task<List<SlaPolicy>> ReadAsync(NpgsqlCommand command, CancellationToken cancellation)
    {
        var policies = new List<SlaPolicy>();
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
            policies.Add(new SlaPolicy(
                reader.GetString(0), reader.GetString(1), reader.GetInt32(2), reader.GetInt32(3), reader.GetInt32(4),
                JsonSerializer.Deserialize<List<EscalationStep>>(reader.GetString(5), JsonSerializerOptions.Web)!, reader.GetInt32(6)));
        return policies;
    }
}
