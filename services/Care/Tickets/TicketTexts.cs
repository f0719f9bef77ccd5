using ECommerce.Channels.Care.Customers;
using ECommerce.Channels.Platform.Storage;
using Npgsql;
using NpgsqlTypes;

namespace ECommerce.Channels.Care.Tickets;

/// <summary>Texts that come with a change, in clear: they go no further than to be sealed.</summary>
/// <param name="Subject">Null: stays.</param>
/// <param name="Description">Null: stays; an empty text takes it out.</param>
/// <param name="Resolution">Null: stays; an empty text takes it out.</param>
/// <param name="Note">Null: none.</param>
/// <param name="ToCustomer">Of the note.</param>
internal sealed record TicketTexts(string? Subject = null, string? Description = null, string? Resolution = null, string? Note = null, bool ToCustomer = false)
{
    public static readonly TicketTexts None = new();

    public bool Any => Subject is not null || Description is not null || Resolution is not null || Note is not null;
}

/// <param name="Number">The ticket's revision that it came with.</param>
/// <param name="To">customer or internal.</param>
/// <param name="Text">Null where the customer was erased.</param>
internal sealed record TicketNote(long Number, DateTimeOffset At, string By, string To, string? Text);

/// <summary>Everything personal of a ticket, in clear; null where it was never said, or the customer was erased.</summary>
internal sealed record OpenedTexts(string? Subject, string? Description, string? Resolution, IReadOnlyList<TicketNote> Notes);

/// <summary>The personal texts of tickets, sealed under the customer's own key.</summary>
internal sealed class TicketTextStore(NpgsqlDataSource database, DataKeys keys)
{
    private const string Use = "ticket";

    /// <summary>Seals what comes with a change of a ticket that is written already.</summary>
    public async Task SaveAsync(NpgsqlTransaction transaction, Ticket one, TicketTexts texts, string by, CancellationToken cancellation)
    {
        if (!texts.Any) return;
        var key = await keys.EnsureAsync(transaction, one.Customer, cancellation);
        await using (var command = new NpgsqlCommand("""
            UPDATE tickets SET subject = coalesce($2, subject), description = CASE WHEN $3 THEN $4 ELSE description END,
              resolution_text = CASE WHEN $5 THEN $6 ELSE resolution_text END
            WHERE id = $1
            """, transaction.Connection, transaction))
        {
            command.With(one.Id).WithNullable(Seal(key, texts.Subject), NpgsqlDbType.Bytea);
            command.With(texts.Description is not null).WithNullable(Seal(key, texts.Description), NpgsqlDbType.Bytea);
            command.With(texts.Resolution is not null).WithNullable(Seal(key, texts.Resolution), NpgsqlDbType.Bytea);
            await command.ExecuteNonQueryAsync(cancellation);
        }
        if (texts.Note is not { } note) return;
        await using var insert = new NpgsqlCommand(
            "INSERT INTO ticket_notes (ticket, number, at, by, to_customer, body) VALUES ($1, $2, $3, $4, $5, $6)", transaction.Connection, transaction);
        insert.With(one.Id).With(one.Revision).With(one.Times.UpdatedAt.UtcDateTime).With(by).With(texts.ToCustomer).With(key.Seal(note, Use));
        await insert.ExecuteNonQueryAsync(cancellation);
    }

    public async Task<OpenedTexts> OpenAsync(Ticket one, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        var key = await keys.FindAsync(connection, one.Customer, cancellation);
        var (subject, description, resolution) = await OpenAsync(connection, one.Id, key, cancellation);
        return new OpenedTexts(subject, description, resolution, await NotesAsync(connection, one.Id, key, cancellation));
    }

    /// <summary>What was said of the resolution.</summary>
    public async Task<string?> ResolutionAsync(NpgsqlTransaction transaction, Ticket one, CancellationToken cancellation)
    {
        var key = await keys.FindAsync(transaction.Connection!, one.Customer, cancellation);
        return (await OpenAsync(transaction.Connection!, one.Id, key, cancellation)).Resolution;
    }

    private static async Task<(string? Subject, string? Description, string? Resolution)> OpenAsync(
        NpgsqlConnection connection, string ticket, DataKey? key, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand("SELECT subject, description, resolution_text FROM tickets WHERE id = $1", connection).With(ticket);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        return await reader.ReadAsync(cancellation) ? (Open(reader, 0, key), Open(reader, 1, key), Open(reader, 2, key)) : default;
    }

    private static async Task<List<TicketNote>> NotesAsync(NpgsqlConnection connection, string ticket, DataKey? key, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(
            "SELECT number, at, by, to_customer, body FROM ticket_notes WHERE ticket = $1 ORDER BY number", connection).With(ticket);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var notes = new List<TicketNote>();
        while (await reader.ReadAsync(cancellation))
            notes.Add(new TicketNote(
                reader.GetInt64(0), reader.GetFieldValue<DateTimeOffset>(1), reader.GetString(2), reader.GetBoolean(3) ? CommentInput.Customer : "internal",
                Open(reader, 4, key)));
        return notes;
    }

    private static byte[]? Seal(DataKey key, string? text) => string.IsNullOrEmpty(text) ? null : key.Seal(text, Use);

    private static string? Open(NpgsqlDataReader reader, int column, DataKey? key) =>
        key is null || reader.IsDBNull(column) ? null : key.Open(reader.GetFieldValue<byte[]>(column), Use);
}
