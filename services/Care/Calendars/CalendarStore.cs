using System.Text.Json;
using ECommerce.Channels.Platform.Audit;
using ECommerce.Channels.Platform.Hosting;
using ECommerce.Channels.Platform.Storage;
using Npgsql;
using NpgsqlTypes;

namespace ECommerce.Channels.Care.Calendars;

/// <summary>A calendar as it is since its last change.</summary>
internal sealed record StoredCalendar(BusinessCalendar Calendar, int Revision, DateTimeOffset UpdatedAt, string UpdatedBy);

/// <summary>Calendars, every version of each: none is ever changed or removed, the last one counts.</summary>
internal sealed class CalendarStore(NpgsqlDataSource database, AuditLog audit, TimeProvider time)
{
    private const string Latest = "SELECT DISTINCT ON (id) id, body::text, revision, updated_at, updated_by FROM calendars";

    public async Task<IReadOnlyList<StoredCalendar>> AllAsync(CancellationToken cancellation)
    {
        await using var command = database.CreateCommand($"{Latest} ORDER BY id, revision DESC");
        return await ReadAsync(command, cancellation);
    }

    public async Task<StoredCalendar?> FindAsync(string id, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        return await FindAsync(connection, id, cancellation);
    }

    public static async Task<StoredCalendar?> FindAsync(NpgsqlConnection connection, string id, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand($"{Latest} WHERE id = $1 ORDER BY id, revision DESC", connection).With(id);
        return (await ReadAsync(command, cancellation)).SingleOrDefault();
    }

    /// <summary>Makes the next version.</summary>
    /// <param name="before">Of the version that the caller read; 0 for none.</param>
    /// <returns>Why not: somebody else was faster.</returns>
    public async Task<Problem?> PutAsync(BusinessCalendar calendar, int before, string by, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await using var command = new NpgsqlCommand("""
            INSERT INTO calendars (id, revision, body, updated_at, updated_by) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (id, revision) DO NOTHING
            """, connection, transaction);
        command.With(calendar.Id).With(before + 1).With(JsonSerializer.Serialize(CalendarInput.Of(calendar), JsonSerializerOptions.Web), NpgsqlDbType.Jsonb)
            .With(time.GetUtcNow().UtcDateTime).With(by);
        if (await command.ExecuteNonQueryAsync(cancellation) == 0) return Problem.PreconditionFailed();
        await audit.AppendAsync(transaction, by, before == 0 ? "calendar.created" : "calendar.changed", calendar.Id, new { Revision = before + 1 }, cancellation);
        await transaction.CommitAsync(cancellation);
        return null;
    }

    private static async Task<List<StoredCalendar>> ReadAsync(NpgsqlCommand command, CancellationToken cancellation)
    {
        var calendars = new List<StoredCalendar>();
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
        {
            var fields = new JsonFields(JsonDocument.Parse(reader.GetString(1)).RootElement);
            calendars.Add(new StoredCalendar(
                CalendarInput.Read(fields, reader.GetString(0)), reader.GetInt32(2), reader.GetFieldValue<DateTimeOffset>(3), reader.GetString(4)));
        }
        return calendars;
    }
}
