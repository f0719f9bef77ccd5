using System.Text.Json;
using ECommerce.Channels.Platform.Storage;
using Npgsql;

namespace ECommerce.Channels.Kpi;

/// <summary>
/// Tells every replica, when the transaction commits, that something of this service changed: a notification of PostgreSQL on
/// <see cref="Channel"/> with a small JSON object, such as <c>{"kind":"targets","months":["2026-11"]}</c>. It is a hint to look:
/// who was not listening missed it.
/// </summary>
internal static class ChangeNotice
{
    public const string Channel = "kpi_changes";

    /// <param name="notice">Small: PostgreSQL takes less than 8,000 bytes.</param>
    public static async Task SendAsync<T>(NpgsqlTransaction transaction, T notice, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand("SELECT pg_notify($1, $2)", transaction.Connection, transaction)
            .With(Channel).With(JsonSerializer.Serialize(notice, JsonSerializerOptions.Web));
        await command.ExecuteNonQueryAsync(cancellation);
    }
}
