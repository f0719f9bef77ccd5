using System.Text.Json;
using ECommerce.Channels.Platform.Storage;
using Npgsql;
using NpgsqlTypes;

namespace ECommerce.Channels.Care.Tickets;

/// <summary>A line of a ticket's history; never a text.</summary>
/// <param name="Number">The ticket's revision that it made.</param>
/// <param name="What">opened, changed, assigned, commented, pended, resumed, resolved, closed, reopened, cancelled, escalated, reminded or due-moved.</param>
/// <param name="Changes">By name, from what, to what, in codes.</param>
internal sealed record HistoryLine(long Number, DateTimeOffset At, string By, string What, IReadOnlyDictionary<string, Changed<string>> Changes);

/// <summary>A ticket's history and who was reminded: rows that are never changed.</summary>
internal sealed class TicketHistory(NpgsqlDataSource database)
{
    /// <summary>Oldest first.</summary>
    public async Task<List<HistoryLine>> ReadAsync(string ticket, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand("SELECT number, at, by, what, changes::text FROM ticket_history WHERE ticket = $1 ORDER BY number").With(ticket);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var lines = new List<HistoryLine>();
        while (await reader.ReadAsync(cancellation))
            lines.Add(new HistoryLine(
                reader.GetInt64(0), reader.GetFieldValue<DateTimeOffset>(1), reader.GetString(2), reader.GetString(3),
                JsonSerializer.Deserialize<Dictionary<string, Changed<string>>>(reader.GetString(4), JsonSerializerOptions.Web)!));
        return lines;
    }

    /// <summary>What moves the clocks, oldest first.</summary>
    public static async Task<List<ClockEvent>> MarksAsync(NpgsqlConnection connection, string ticket, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(
            "SELECT mark, at FROM ticket_history WHERE ticket = $1 AND mark IS NOT NULL ORDER BY number", connection).With(ticket);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var marks = new List<ClockEvent>();
        while (await reader.ReadAsync(cancellation)) marks.Add(new ClockEvent(Enum.Parse<ClockMark>(reader.GetString(0)), reader.GetFieldValue<DateTimeOffset>(1)));
        return marks;
    }

    public static async Task AddAsync(NpgsqlTransaction transaction, string ticket, HistoryLine line, ClockMark? mark, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(
            "INSERT INTO ticket_history (ticket, number, at, by, what, mark, changes) VALUES ($1, $2, $3, $4, $5, $6, $7)", transaction.Connection, transaction);
        command.With(ticket).With(line.Number).With(line.At.UtcDateTime).With(line.By).With(line.What).WithNullable(mark?.ToString(), NpgsqlDbType.Text)
            .With(JsonSerializer.Serialize(line.Changes, JsonSerializerOptions.Web), NpgsqlDbType.Jsonb);
        await command.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>Keys of the alarms that were told.</summary>
    public static async Task<HashSet<string>> ToldAsync(NpgsqlConnection connection, string ticket, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand("SELECT key FROM ticket_alarms WHERE ticket = $1", connection).With(ticket);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var told = new HashSet<string>();
        while (await reader.ReadAsync(cancellation)) told.Add(reader.GetString(0));
        return told;
    }

    /// <summary>Whether it was not told yet; from now on it is.</summary>
    public static async Task<bool> TellAsync(NpgsqlTransaction transaction, string ticket, Alarm alarm, DateTimeOffset now, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(
            "INSERT INTO ticket_alarms (ticket, key, due, at) VALUES ($1, $2, $3, $4) ON CONFLICT (ticket, key) DO NOTHING", transaction.Connection, transaction);
        command.With(ticket).With(alarm.Key).With(alarm.At.UtcDateTime).With(now.UtcDateTime);
        return await command.ExecuteNonQueryAsync(cancellation) == 1;
    }
}
