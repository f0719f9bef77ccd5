using System.Security.Cryptography;
using ECommerce.Channels.Care.Customers;
using ECommerce.Channels.Platform.Storage;
using Npgsql;

namespace ECommerce.Channels.Care.Conversations;

/// <summary>Messages as rows that never change, sealed under the customer's data key.</summary>
internal sealed class MessageStore(NpgsqlDataSource database, DataKeys keys)
{
    private const string Use = "message";

    /// <summary>After a number, in order.</summary>
    /// <param name="notes">With what is for agents alone.</param>
    public async Task<IReadOnlyList<Message>> ReadAsync(Conversation one, long after, bool notes, int limit, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        return await ReadAsync(connection, one, after, notes, limit, cancellation);
    }

    public async Task<IReadOnlyList<Message>> ReadAsync(NpgsqlConnection connection, Conversation one, long after, bool notes, int limit, CancellationToken cancellation)
    {
        var key = await keys.FindAsync(connection, one.Customer, cancellation);
        await using var command = new NpgsqlCommand("""
            SELECT seq, side, kind, author, client_id, body, at FROM messages
            WHERE conversation = $1 AND seq > $2 AND ($3 OR kind <> 'note') ORDER BY seq LIMIT $4
            """, connection);
        command.With(one.Id).With(after).With(notes).With(limit);
        return await AllAsync(command, key, cancellation);
    }

    /// <summary>The message that this sender sent under this id; null where there is none yet.</summary>
    public async Task<Message?> FindAsync(NpgsqlConnection connection, Conversation one, string author, string clientId, CancellationToken cancellation)
    {
        var key = await keys.FindAsync(connection, one.Customer, cancellation);
        await using var command = new NpgsqlCommand("""
            SELECT seq, side, kind, author, client_id, body, at FROM messages WHERE conversation = $1 AND author = $2 AND client_id = $3
            """, connection);
        command.With(one.Id).With(author).With(clientId);
        return (await AllAsync(command, key, cancellation)).SingleOrDefault();
    }

    public async Task AddAsync(NpgsqlTransaction transaction, Conversation one, Message message, CancellationToken cancellation)
    {
        var key = await keys.EnsureAsync(transaction, one.Customer, cancellation);
        await using var command = new NpgsqlCommand("""
            INSERT INTO messages (conversation, seq, side, kind, author, client_id, body, at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
            """, transaction.Connection, transaction);
        command.With(one.Id).With(message.Seq).With(message.Side).With(message.Kind).With(message.Author).With(message.ClientId)
            .With(key.Seal(message.Text!, Use)).With(message.At.UtcDateTime);
        await command.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>How many the customer and the agents wrote to each other so far.</summary>
    public static async Task<MessageCounts> CountAsync(NpgsqlTransaction transaction, string conversation, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand("""
            SELECT count(*) FILTER (WHERE side = 'customer')::int, count(*) FILTER (WHERE side = 'agent')::int,
              count(*) FILTER (WHERE side = 'customer' AND seq > first_reply)::int
            FROM (SELECT side, seq, min(seq) FILTER (WHERE side = 'agent') OVER () AS first_reply FROM messages
              WHERE conversation = $1 AND kind <> 'note') said
            """, transaction.Connection, transaction).With(conversation);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        await reader.ReadAsync(cancellation);
        return new MessageCounts(reader.GetInt32(0), reader.GetInt32(1), reader.GetInt32(2));
    }

    private static async Task<List<Message>> AllAsync(NpgsqlCommand command, DataKey? key, CancellationToken cancellation)
    {
        var messages = new List<Message>();
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
            messages.Add(new Message(
                reader.GetInt64(0), reader.GetString(1), reader.GetString(2), reader.GetString(3), reader.GetString(4),
                Open(key, reader.GetFieldValue<byte[]>(5)), reader.GetFieldValue<DateTimeOffset>(6)));
        return messages;
    }

    /// <summary>Of an erased customer the key is gone, or is another one's.</summary>
    private static string? Open(DataKey? key, byte[] body)
    {
        try
        {
            return key?.Open(body, Use);
        }
        catch (CryptographicException)
        {
            return null;
        }
    }
}

/// <summary>How many messages there are that the customer may read.</summary>
/// <param name="Replies">Of the customer, after the first of an agent.</param>
internal readonly record struct MessageCounts(int Customer, int Agent, int Replies);
