using Dapper;
using ECommerce.Channels.Platform.Audit;
using ECommerce.Channels.Platform.Security;
using ECommerce.Channels.Platform.Storage;
using Npgsql;

namespace ECommerce.Channels.Kpi.Views;

internal sealed class SavedViewStore(NpgsqlDataSource database, AuditLog audit, TimeProvider time)
{
    private sealed class Row
    {
        public string Id { get; init; } = "";
        public string Name { get; init; } = "";
        public string Screen { get; init; } = "";
        public string Query { get; init; } = "";
        public bool Shared { get; init; }
        public string Owner { get; init; } = "";
        public DateTime UpdatedAt { get; init; }
        public long Revision { get; init; }

        public SavedView View => new(Id, Name, Screen, Query, Shared, Owner, new DateTimeOffset(UpdatedAt, TimeSpan.Zero), Revision);
    }

    private const string Columns = "id, name, screen, query, shared, owner, updated_at, revision";

    /// <summary>One's own and the shared ones, by name.</summary>
    /// <param name="screen">Null is all screens.</param>
    public async Task<IReadOnlyList<SavedView>> ListAsync(string owner, string? screen, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        var rows = await connection.QueryAsync<Row>(new CommandDefinition(
            $"SELECT {Columns} FROM saved_views WHERE (shared OR owner = @owner) AND (@screen::text IS NULL OR screen = @screen) ORDER BY lower(name), id LIMIT 5000",
            new { owner, screen }, cancellationToken: cancellation));
        return [.. rows.Select(row => row.View)];
    }

    public async Task<SavedView?> FindAsync(string id, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        return await FindAsync(connection, id, cancellation);
    }

    /// <summary>Null where the owner keeps as many as one may.</summary>
    public async Task<SavedView?> AddAsync(SavedViewInput input, string owner, CancellationToken cancellation)
    {
        var view = new SavedView(SavedViewRules.NewId(), input.Name, input.Screen, input.Query, input.Shared, owner, time.GetUtcNow(), 1);
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await using var command = new NpgsqlCommand($"""
            INSERT INTO saved_views ({Columns})
            SELECT $1, $2, $3, $4, $5, $6, $7, 1 WHERE (SELECT count(*) FROM saved_views WHERE owner = $6) < $8
            """, connection)
            .With(view.Id).With(view.Name).With(view.Screen).With(view.Query).With(view.Shared).With(owner).With(view.UpdatedAt.UtcDateTime)
            .With((long)SavedViewRules.MostPerOwner);
        if (await command.ExecuteNonQueryAsync(cancellation) == 0) return null;
        await TellAsync(transaction, view, owner, "view.saved", cancellation);
        await transaction.CommitAsync(cancellation);
        return view;
    }

    /// <summary>Changes a view that is still as it was read; null where it is not.</summary>
    public async Task<SavedView?> ChangeAsync(SavedView before, SavedViewInput input, CancellationToken cancellation)
    {
        var after = before with
        {
            Name = input.Name,
            Screen = input.Screen,
            Query = input.Query,
            Shared = input.Shared,
            UpdatedAt = time.GetUtcNow(),
            Revision = before.Revision + 1,
        };
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await using var command = new NpgsqlCommand("""
            UPDATE saved_views SET name = $3, screen = $4, query = $5, shared = $6, updated_at = $7, revision = revision + 1 WHERE id = $1 AND revision = $2
            """, connection)
            .With(before.Id).With(before.Revision).With(after.Name).With(after.Screen).With(after.Query).With(after.Shared).With(after.UpdatedAt.UtcDateTime);
        if (await command.ExecuteNonQueryAsync(cancellation) == 0) return null;
        await TellAsync(transaction, after, after.Owner, "view.changed", cancellation);
        await transaction.CommitAsync(cancellation);
        return after;
    }

    /// <summary>False where it is not as it was read any more.</summary>
    public async Task<bool> DeleteAsync(SavedView view, Caller by, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await using var command = new NpgsqlCommand("DELETE FROM saved_views WHERE id = $1 AND revision = $2", connection).With(view.Id).With(view.Revision);
        if (await command.ExecuteNonQueryAsync(cancellation) == 0) return false;
        await TellAsync(transaction, view, by.Subject, "view.deleted", cancellation);
        await transaction.CommitAsync(cancellation);
        return true;
    }

    private async Task TellAsync(NpgsqlTransaction transaction, SavedView view, string by, string action, CancellationToken cancellation)
    {
        await ChangeNotice.SendAsync(transaction, new { kind = "views", ids = new[] { view.Id } }, cancellation);
        await audit.AppendAsync(transaction, by, action, view.Id, new { view.Screen, view.Query, view.Shared, view.Owner }, cancellation);
    }

    private static async Task<SavedView?> FindAsync(NpgsqlConnection connection, string id, CancellationToken cancellation) =>
        (await connection.QuerySingleOrDefaultAsync<Row>(new CommandDefinition(
            $"SELECT {Columns} FROM saved_views WHERE id = @id", new { id }, cancellationToken: cancellation)))?.View;
}
