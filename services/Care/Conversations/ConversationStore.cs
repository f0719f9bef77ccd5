using ECommerce.Channels.Care.Customers;
using ECommerce.Channels.Platform.Storage;
using Npgsql;
using NpgsqlTypes;

namespace ECommerce.Channels.Care.Conversations;

/// <summary>Which conversations.</summary>
/// <param name="Regions">Codes the caller may see; null is all, and customers without a region.</param>
internal sealed record ConversationFilter(string[]? Regions, string? State, string? Agent, string? Customer, (DateTimeOffset At, string Id)? After, int Limit);

/// <summary>Conversations as rows; who may see one goes by the customer's region in the directory.</summary>
internal sealed class ConversationStore(NpgsqlDataSource database) : IKeepsCustomers
{
    private const string Columns =
        "v.id, v.customer, channel, skill, service, task, v.language, state, agent, reason, last_seq, opened_at, assigned_at, first_reply_due, first_reply_at, last_side, last_at, closed_at, close_reason, rating, v.revision";

    private const string Seen = "($1::text[] IS NULL OR EXISTS (SELECT 1 FROM customers c WHERE c.customer = v.customer AND c.region = ANY ($1)))";

    public async Task<Conversation?> FindAsync(string id, string[]? regions, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand($"SELECT {Columns} FROM conversations v WHERE {Seen} AND v.id = $2");
        command.WithNullable(regions, NpgsqlDbType.Array | NpgsqlDbType.Text).With(id);
        return (await ReadAsync(command, cancellation)).SingleOrDefault();
    }

    /// <summary>The same, held until the transaction ends.</summary>
    public static async Task<Conversation?> HoldAsync(NpgsqlTransaction transaction, string id, string[]? regions, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand($"SELECT {Columns} FROM conversations v WHERE {Seen} AND v.id = $2 FOR UPDATE", transaction.Connection, transaction);
        command.WithNullable(regions, NpgsqlDbType.Array | NpgsqlDbType.Text).With(id);
        return (await ReadAsync(command, cancellation)).SingleOrDefault();
    }

    /// <summary>Who came first, first.</summary>
    public async Task<IReadOnlyList<Conversation>> ListAsync(ConversationFilter filter, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand($"""
            SELECT {Columns} FROM conversations v
            WHERE {Seen} AND ($2::text IS NULL OR state = $2) AND ($3::text IS NULL OR agent = $3) AND ($4::text IS NULL OR v.customer = $4)
              AND ($5::timestamptz IS NULL OR (opened_at, v.id) > ($5, $6)) ORDER BY opened_at, v.id LIMIT $7
            """);
        command.WithNullable(filter.Regions, NpgsqlDbType.Array | NpgsqlDbType.Text);
        foreach (var text in new[] { filter.State, filter.Agent, filter.Customer }) command.WithNullable(text, NpgsqlDbType.Text);
        command.WithNullable(filter.After?.At.UtcDateTime, NpgsqlDbType.TimestampTz).WithNullable(filter.After?.Id, NpgsqlDbType.Text).With(filter.Limit);
        return await ReadAsync(command, cancellation);
    }

    public static async Task AddAsync(NpgsqlTransaction transaction, Conversation one, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand("""
            INSERT INTO conversations (id, customer, channel, skill, service, task, language, state, last_seq, opened_at, revision, first_reply_due, last_side, last_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
            """, transaction.Connection, transaction);
        command.With(one.Id).With(one.Customer).With(one.Channel).With(one.Skill).WithNullable(one.Service, NpgsqlDbType.Text).WithNullable(one.Task, NpgsqlDbType.Text)
            .With(one.Language).With(one.State).With(one.LastSeq).With(one.OpenedAt.UtcDateTime).With(one.Revision).WithNullable(one.FirstReplyDue?.UtcDateTime, NpgsqlDbType.TimestampTz)
            .WithNullable(one.LastSide, NpgsqlDbType.Text).WithNullable(one.LastAt?.UtcDateTime, NpgsqlDbType.TimestampTz);
        await command.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>Everything that may change of one that is held.</summary>
    public static async Task SaveAsync(NpgsqlTransaction transaction, Conversation one, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand("""
            UPDATE conversations SET state = $2, agent = $3, reason = $4, last_seq = $5, assigned_at = $6, first_reply_at = $7, closed_at = $8,
              close_reason = $9, rating = $10, revision = $11, skill = $12, last_side = $13, last_at = $14 WHERE id = $1
            """, transaction.Connection, transaction);
        command.With(one.Id).With(one.State).WithNullable(one.Agent, NpgsqlDbType.Text).WithNullable(one.Reason, NpgsqlDbType.Text).With(one.LastSeq)
            .WithNullable(one.AssignedAt?.UtcDateTime, NpgsqlDbType.TimestampTz).WithNullable(one.FirstReplyAt?.UtcDateTime, NpgsqlDbType.TimestampTz)
            .WithNullable(one.ClosedAt?.UtcDateTime, NpgsqlDbType.TimestampTz).WithNullable(one.CloseReason, NpgsqlDbType.Text)
            .WithNullable((short?)one.Rating, NpgsqlDbType.Smallint).With(one.Revision).With(one.Skill)
            .WithNullable(one.LastSide, NpgsqlDbType.Text).WithNullable(one.LastAt?.UtcDateTime, NpgsqlDbType.TimestampTz);
        await command.ExecuteNonQueryAsync(cancellation);
    }

    public async Task ForgetAsync(NpgsqlTransaction transaction, string customer, string replacement, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand("UPDATE conversations SET customer = $2 WHERE customer = $1", transaction.Connection, transaction);
        await command.With(customer).With(replacement).ExecuteNonQueryAsync(cancellation);
    }

    private static async Task<List<Conversation>> ReadAsync(NpgsqlCommand command, CancellationToken cancellation)
    {
        var found = new List<Conversation>();
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation)) found.Add(Of(reader));
        return found;
    }

    private static Conversation Of(NpgsqlDataReader reader) => new(
        reader.GetString(0), reader.GetString(1), reader.GetString(2), reader.GetString(3), Text(reader, 4), Text(reader, 5), reader.GetString(6),
        reader.GetString(7), Text(reader, 8), Text(reader, 9), reader.GetInt64(10), reader.GetFieldValue<DateTimeOffset>(11), Instant(reader, 12),
        Instant(reader, 13), Instant(reader, 14), Text(reader, 15), Instant(reader, 16), Instant(reader, 17), Text(reader, 18),
        reader.IsDBNull(19) ? null : reader.GetInt16(19), reader.GetInt64(20));

    private static string? Text(NpgsqlDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetString(column);

    private static DateTimeOffset? Instant(NpgsqlDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetFieldValue<DateTimeOffset>(column);
}
