using System.Text.Json;
using ECommerce.Channels.Platform.Storage;
using Npgsql;
using NpgsqlTypes;

namespace ECommerce.Channels.Care.Desk;

/// <summary>Hints of what changed, for the screens that show it; ids and codes only.</summary>
internal static class CareChanges
{
    public const string Channel = "care_changes";
    public const string Conversation = "conversation";
    public const string Presence = "presence";
    public const string Ticket = "ticket";

    /// <summary>Who is on duty, or what agents can be asked about.</summary>
    public const string Agents = "agents";

    /// <summary>Places in a queue.</summary>
    public const string Queue = "queue";

    /// <summary>Of something of a customer: it is told to those who may see the customer, when the transaction commits.</summary>
    /// <param name="hint">An object that becomes JSON with a <c>kind</c>.</param>
    public static async Task TellAsync(NpgsqlTransaction transaction, string customer, object hint, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand("""
            SELECT pg_notify($1, ($2 || jsonb_build_object('region', coalesce((SELECT region FROM customers WHERE customer = $3), '*')))::text)
            """, transaction.Connection, transaction);
        command.With(Channel).With(JsonSerializer.Serialize(hint, JsonSerializerOptions.Web), NpgsqlDbType.Jsonb).With(customer);
        await command.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>The same of state, which joins no transaction.</summary>
    public static async Task TellAsync(NpgsqlDataSource database, string? customer, object hint, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand("""
            SELECT pg_notify($1, ($2 || jsonb_build_object('region',
              CASE WHEN $3::text IS NULL THEN NULL ELSE coalesce((SELECT region FROM customers WHERE customer = $3), '*') END))::text)
            """);
        command.With(Channel).With(JsonSerializer.Serialize(hint, JsonSerializerOptions.Web), NpgsqlDbType.Jsonb).WithNullable(customer, NpgsqlDbType.Text);
        await command.ExecuteNonQueryAsync(cancellation);
    }
}
