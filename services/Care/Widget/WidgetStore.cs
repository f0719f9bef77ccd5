using ECommerce.Channels.Care.Customers;
using ECommerce.Channels.Platform.Storage;
using Microsoft.Extensions.Options;
using Npgsql;
using NpgsqlTypes;

namespace ECommerce.Channels.Care.Widget;

/// <summary>Tokens of customers as rows, until their time is over.</summary>
internal sealed class WidgetStore(NpgsqlDataSource database, IOptions<WidgetOptions> options, TimeProvider time) : IKeepsCustomers
{
    private const string Columns = "token_hash, customer, channel, skill, service, task, language, conversation";

    /// <summary>A new token; those whose time is over go with it.</summary>
    public async Task<WidgetTokenBody> AddAsync(WidgetSessionInput input, CancellationToken cancellation)
    {
        var (token, now) = (WidgetSession.NewToken(), time.GetUtcNow());
        var expires = now + options.Value.TokenLife;
        await using (var prune = database.CreateCommand("""
            DELETE FROM widget_sessions WHERE token_hash IN (SELECT token_hash FROM widget_sessions WHERE expires_at < $1 LIMIT 100 FOR UPDATE SKIP LOCKED)
            """).With(now.UtcDateTime))
            await prune.ExecuteNonQueryAsync(cancellation);
        await using var command = database.CreateCommand($"INSERT INTO widget_sessions ({Columns}, expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7, NULL, $8)");
        command.With(WidgetSession.HashOf(token)).With(input.Customer).With(input.Channel).With(input.Skill).WithNullable(input.Service, NpgsqlDbType.Text)
            .WithNullable(input.Task, NpgsqlDbType.Text).With(input.Language!).With(expires.UtcDateTime);
        await command.ExecuteNonQueryAsync(cancellation);
        return new WidgetTokenBody(token, expires);
    }

    public async Task<WidgetSession?> FindAsync(byte[] hash, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand($"SELECT {Columns} FROM widget_sessions WHERE token_hash = $1 AND expires_at > $2");
        return await ReadAsync(command.With(hash).With(time.GetUtcNow().UtcDateTime), cancellation);
    }

    /// <summary>The same, held until the transaction ends.</summary>
    public static async Task<WidgetSession?> HoldAsync(NpgsqlTransaction transaction, byte[] hash, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(
            $"SELECT {Columns} FROM widget_sessions WHERE token_hash = $1 FOR UPDATE", transaction.Connection, transaction).With(hash);
        return await ReadAsync(command, cancellation);
    }

    public static async Task SaveAsync(NpgsqlTransaction transaction, byte[] hash, string conversation, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(
            "UPDATE widget_sessions SET conversation = $2 WHERE token_hash = $1", transaction.Connection, transaction);
        await command.With(hash).With(conversation).ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>Who asked to be forgotten writes no more under the old name.</summary>
    public async Task ForgetAsync(NpgsqlTransaction transaction, string customer, string replacement, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand("DELETE FROM widget_sessions WHERE customer = $1", transaction.Connection, transaction).With(customer);
        await command.ExecuteNonQueryAsync(cancellation);
    }

    private static async Task<WidgetSession?> ReadAsync(NpgsqlCommand command, CancellationToken cancellation)
    {
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        if (!await reader.ReadAsync(cancellation)) return null;
        return new WidgetSession(
            reader.GetFieldValue<byte[]>(0), reader.GetString(1), reader.GetString(2), reader.GetString(3), Text(4), Text(5), reader.GetString(6), Text(7));

        string? Text(int column) => reader.IsDBNull(column) ? null : reader.GetString(column);
    }
}
