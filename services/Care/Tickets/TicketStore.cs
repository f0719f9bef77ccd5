using System.Text.Json;
using ECommerce.Channels.Care.Customers;
using ECommerce.Channels.Platform.Storage;
using Npgsql;
using NpgsqlTypes;

namespace ECommerce.Channels.Care.Tickets;

/// <summary>Which tickets, and how many of them; the nearest due first.</summary>
/// <param name="Regions">Codes the caller may see; null is all, and tickets of customers who are not in the directory.</param>
/// <param name="Now">By which the clocks' states are told.</param>
/// <param name="After">Sort key of the last one seen: due (null: none), id.</param>
internal sealed record TicketFilter(string[]? Regions, TicketSearch Search, DateTimeOffset Now, (DateTimeOffset? Due, string Id)? After, int Limit);

/// <summary>The tickets' rows. A ticket of a customer outside of the regions is as if it were not there.</summary>
internal sealed class TicketStore(NpgsqlDataSource database) : IKeepsCustomers
{
    private const string Columns = """
        t.id, t.customer, t.type, t.severity, t.priority, t.service, t.channel, t.product, t.fault_class, t.task, t.conversation, t.not_first_time, t.status,
        t.status_reason, t.owner, t.team, t.resolution, t.escalated_to, t.reopened, t.opened_by, t.opened_at, t.first_response_at, t.resolved_at, t.closed_at,
        t.updated_at, t.terms::text, t.response_due, t.response_imminent, t.response_in_time, t.resolution_due, t.resolution_imminent, t.resolution_in_time,
        t.next_due, t.next_alarm, t.calendar_revision, t.revision
        """;

    private const string Visible = "tickets t LEFT JOIN customers c ON c.customer = t.customer WHERE ($1::text[] IS NULL OR c.region = ANY ($1))";

    public async Task<IReadOnlyList<Ticket>> ListAsync(TicketFilter filter, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand($"""
            SELECT {Columns} FROM {Visible}
              AND ($2::text IS NULL OR t.status = $2) AND ($3::text IS NULL OR t.type = $3) AND ($4::text IS NULL OR t.severity = $4)
              AND ($5::text IS NULL OR t.owner = $5) AND ($6::text IS NULL OR t.team = $6) AND ($7::text IS NULL OR t.service = $7)
              AND ($8::text IS NULL OR t.product = $8) AND ($9::text IS NULL OR t.fault_class = $9) AND ($10::text IS NULL OR t.customer = $10)
              AND ($11::text IS NULL OR {StateOf("resolution")} = $11) AND ($12::text IS NULL OR {StateOf("response")} = $12)
              AND ($14::text IS NULL OR (coalesce(t.next_due, 'infinity'), t.id) > (coalesce($15, 'infinity'), $14))
            ORDER BY coalesce(t.next_due, 'infinity'), t.id LIMIT $16
            """);
        var search = filter.Search;
        command.WithNullable(filter.Regions, NpgsqlDbType.Array | NpgsqlDbType.Text);
        foreach (var text in new[]
        {
            search.Status, search.Type, search.Severity, search.Owner, search.Team, search.Service, search.Product, search.FaultClass, search.Customer,
            search.Sla, search.FirstResponse,
        })
            command.WithNullable(text, NpgsqlDbType.Text);
        command.With(filter.Now.UtcDateTime).WithNullable(filter.After?.Id, NpgsqlDbType.Text)
            .WithNullable(filter.After?.Due?.UtcDateTime, NpgsqlDbType.TimestampTz).With(filter.Limit);
        return await ReadAsync(command, cancellation);
    }

    public async Task<Ticket?> FindAsync(string id, string[]? regions, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand($"SELECT {Columns} FROM {Visible} AND t.id = $2")
            .WithNullable(regions, NpgsqlDbType.Array | NpgsqlDbType.Text).With(id);
        return (await ReadAsync(command, cancellation)).SingleOrDefault();
    }

    /// <summary>The same, held until the transaction ends.</summary>
    public static async Task<Ticket?> HoldAsync(NpgsqlTransaction transaction, string id, string[]? regions, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand($"SELECT {Columns} FROM {Visible} AND t.id = $2 FOR UPDATE OF t", transaction.Connection, transaction)
            .WithNullable(regions, NpgsqlDbType.Array | NpgsqlDbType.Text).With(id);
        return (await ReadAsync(command, cancellation)).SingleOrDefault();
    }

    /// <summary>Whose alarm is due, the longest overdue first.</summary>
    public Task<List<string>> AlarmedAsync(DateTimeOffset now, int limit, CancellationToken cancellation) =>
        IdsAsync(database.CreateCommand("SELECT id FROM tickets WHERE next_alarm <= $1 ORDER BY next_alarm LIMIT $2").With(now.UtcDateTime).With(limit), cancellation);

    /// <summary>Live ones whose clocks were counted by a calendar that has changed since.</summary>
    public Task<List<string>> OutdatedAsync(int limit, CancellationToken cancellation) => IdsAsync(
        database.CreateCommand("""
            SELECT t.id FROM tickets t JOIN (SELECT id, max(revision) AS revision FROM calendars GROUP BY id) c ON c.id = t.calendar
            WHERE t.status IN ('open', 'pending') AND t.calendar_revision < c.revision LIMIT $1
            """).With(limit), cancellation);

    public async Task ForgetAsync(NpgsqlTransaction transaction, string customer, string replacement, CancellationToken cancellation)
    {
        await using var batch = new NpgsqlBatch(transaction.Connection, transaction);
        batch.BatchCommands.Add(new NpgsqlBatchCommand(
            "UPDATE ticket_notes SET body = NULL WHERE ticket IN (SELECT id FROM tickets WHERE customer = $1)").With(customer));
        batch.BatchCommands.Add(new NpgsqlBatchCommand(
            "UPDATE tickets SET customer = $2, subject = NULL, description = NULL, resolution_text = NULL WHERE customer = $1").With(customer).With(replacement));
        await batch.ExecuteNonQueryAsync(cancellation);
    }

    public static async Task WriteAsync(NpgsqlTransaction transaction, Ticket one, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand("""
            INSERT INTO tickets (id, customer, type, severity, priority, service, channel, product, fault_class, task, conversation, not_first_time, status,
              status_reason, owner, team, resolution, escalated_to, reopened, opened_by, opened_at, first_response_at, resolved_at, closed_at, updated_at,
              terms, calendar, response_due, response_imminent, response_in_time, resolution_due, resolution_imminent, resolution_in_time, next_due,
              next_alarm, calendar_revision, revision)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29,
              $30, $31, $32, $33, $34, $35, $36, $37)
            ON CONFLICT (id) DO UPDATE SET type = $3, severity = $4, priority = $5, service = $6, channel = $7, product = $8, fault_class = $9, task = $10,
              conversation = $11, not_first_time = $12, status = $13, status_reason = $14, owner = $15, team = $16, resolution = $17, escalated_to = $18,
              reopened = $19, first_response_at = $22, resolved_at = $23, closed_at = $24, updated_at = $25, terms = $26, calendar = $27,
              response_due = $28, response_imminent = $29, response_in_time = $30, resolution_due = $31, resolution_imminent = $32,
              resolution_in_time = $33, next_due = $34, next_alarm = $35, calendar_revision = $36, revision = $37
            """, transaction.Connection, transaction);
        var (matter, times, due) = (one.Matter, one.Times, one.Due);
        command.With(one.Id).With(one.Customer).With(matter.Type).With(matter.Severity).With((short)matter.Priority);
        Texts(matter.Service, matter.Channel, matter.Product, matter.FaultClass, matter.Task, matter.Conversation, matter.NotFirstTime);
        command.With(one.Status);
        Texts(one.StatusReason, one.Owner, one.Team, one.Resolution, one.EscalatedTo);
        command.With(one.Reopened).With(one.OpenedBy).With(times.OpenedAt.UtcDateTime);
        Instants(times.FirstResponseAt, times.ResolvedAt, times.ClosedAt, times.UpdatedAt);
        command.With(JsonSerializer.Serialize(one.Terms, JsonSerializerOptions.Web), NpgsqlDbType.Jsonb).With(one.Terms.Calendar);
        Instants(due.Response, due.ResponseImminent);
        command.WithNullable(due.ResponseInTime, NpgsqlDbType.Boolean);
        Instants(due.Resolution, due.ResolutionImminent);
        command.WithNullable(due.ResolutionInTime, NpgsqlDbType.Boolean);
        Instants(due.Next, due.NextAlarm);
        command.With(due.CalendarRevision).With(one.Revision);
        await command.ExecuteNonQueryAsync(cancellation);

        void Texts(params string?[] texts)
        {
            foreach (var text in texts) command.WithNullable(text, NpgsqlDbType.Text);
        }

        void Instants(params DateTimeOffset?[] instants)
        {
            foreach (var instant in instants) command.WithNullable(instant?.UtcDateTime, NpgsqlDbType.TimestampTz);
        }
    }

    /// <summary>The state of a clock at $13, as <see cref="SlaState.Of"/> tells it.</summary>
    private static string StateOf(string clock) => $"""
        CASE WHEN t.{clock}_in_time THEN 'met' WHEN t.{clock}_in_time IS NOT NULL THEN 'breached' WHEN t.status = 'cancelled' THEN NULL
          WHEN t.{clock}_due <= $13 THEN 'breached' WHEN t.status = 'pending' THEN 'paused' WHEN t.{clock}_imminent <= $13 THEN 'imminent' ELSE 'pending' END
        """;

    private static async Task<List<string>> IdsAsync(NpgsqlCommand command, CancellationToken cancellation)
    {
        await using var asked = command;
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var ids = new List<string>();
        while (await reader.ReadAsync(cancellation)) ids.Add(reader.GetString(0));
        return ids;
    }

    private static async Task<List<Ticket>> ReadAsync(NpgsqlCommand command, CancellationToken cancellation)
    {
        var tickets = new List<Ticket>();
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation)) tickets.Add(Of(reader));
        return tickets;
    }

    private static Ticket Of(NpgsqlDataReader row)
    {
        var matter = new TicketMatter(
            row.GetString(2), row.GetString(3), row.GetInt16(4), Text(5), Text(6), Text(7), Text(8), Text(9), Text(10), Text(11));
        var times = new TicketTimes(row.GetFieldValue<DateTimeOffset>(20), At(21), At(22), At(23), row.GetFieldValue<DateTimeOffset>(24));
        var due = new TicketDue(At(26), At(27), Flag(28), At(29), At(30), Flag(31), At(32), At(33), row.GetInt32(34));
        return new Ticket(
            row.GetString(0), row.GetString(1), matter, row.GetString(12), Text(13), Text(14), Text(15), Text(16), Text(17), row.GetInt32(18), row.GetString(19),
            times, JsonSerializer.Deserialize<SlaTerms>(row.GetString(25), JsonSerializerOptions.Web)!, due, row.GetInt64(35));

        string? Text(int column) => row.IsDBNull(column) ? null : row.GetString(column);

        DateTimeOffset? At(int column) => row.IsDBNull(column) ? null : row.GetFieldValue<DateTimeOffset>(column);

        bool? Flag(int column) => row.IsDBNull(column) ? null : row.GetBoolean(column);
    }
}
