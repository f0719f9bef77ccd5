using Dapper;
using ECommerce.Channels.Kpi.Catalogue;
using ECommerce.Channels.Platform.Audit;
using ECommerce.Channels.Platform.Storage;
using Npgsql;
using NpgsqlTypes;

namespace ECommerce.Channels.Kpi.Views;

internal sealed class AnnotationStore(NpgsqlDataSource database, AuditLog audit, TimeProvider time)
{
    private sealed class Row
    {
        public string Id { get; init; } = "";
        public DateOnly FromDay { get; init; }
        public DateOnly ToDay { get; init; }
        public string Text { get; init; } = "";
        public string? Indicator { get; init; }
        public string? Channel { get; init; }
        public string? Region { get; init; }
        public string By { get; init; } = "";
        public DateTime UpdatedAt { get; init; }
        public string UpdatedBy { get; init; } = "";
        public long Revision { get; init; }

        public Annotation Annotation => new(
            Id, FromDay, ToDay, Text, Indicator, Channel, Region, By, new DateTimeOffset(UpdatedAt, TimeSpan.Zero), UpdatedBy, Revision);
    }

    private const string Columns = "id, from_day, to_day, text, indicator, channel, region, by, updated_at, updated_by, revision";

    /// <summary>Those that touch a period, of the regions granted and of all regions together, by their days.</summary>
    public async Task<IReadOnlyList<Annotation>> ListAsync(DateOnly from, DateOnly to, RegionScope scope, int most, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        var rows = await connection.QueryAsync<Row>(new CommandDefinition($"""
            SELECT {Columns} FROM annotations
            WHERE to_day > @from AND from_day < @to AND (@regions::text[] IS NULL OR region IS NULL OR region = ANY(@regions))
            ORDER BY from_day, id LIMIT @most
            """, new { from, to, regions = scope.Codes?.ToArray(), most }, cancellationToken: cancellation));
        return [.. rows.Select(row => row.Annotation)];
    }

    public async Task<Annotation?> FindAsync(string id, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        return (await connection.QuerySingleOrDefaultAsync<Row>(new CommandDefinition(
            $"SELECT {Columns} FROM annotations WHERE id = @id", new { id }, cancellationToken: cancellation)))?.Annotation;
    }

    public async Task<Annotation> AddAsync(AnnotationEdit input, string by, CancellationToken cancellation)
    {
        var made = Of(input, Annotation.NewId(), by, by, 1);
        await WriteAsync(made, "annotation.added", $"""
            INSERT INTO annotations ({Columns}) VALUES ($1, $3, $4, $5, $6, $7, $8, $9, $10, $11, $2 + 1)
            """, cancellation);
        return made;
    }

    /// <summary>Changes an annotation that is still as it was read; null where it is not.</summary>
    public async Task<Annotation?> ChangeAsync(Annotation before, AnnotationEdit input, string by, CancellationToken cancellation)
    {
        var after = Of(input, before.Id, before.By, by, before.Revision + 1);
        var done = await WriteAsync(after, "annotation.changed", """
            UPDATE annotations SET from_day = $3, to_day = $4, text = $5, indicator = $6, channel = $7, region = $8, by = $9, updated_at = $10,
              updated_by = $11, revision = $2 + 1 WHERE id = $1 AND revision = $2
            """, cancellation);
        return done ? after : null;
    }

    /// <summary>False where it is not as it was read any more.</summary>
    public async Task<bool> DeleteAsync(Annotation annotation, string by, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await using var command = new NpgsqlCommand("DELETE FROM annotations WHERE id = $1 AND revision = $2", connection)
            .With(annotation.Id).With(annotation.Revision);
        if (await command.ExecuteNonQueryAsync(cancellation) == 0) return false;
        await TellAsync(transaction, annotation with { UpdatedBy = by }, "annotation.deleted", cancellation);
        await transaction.CommitAsync(cancellation);
        return true;
    }

    private Annotation Of(AnnotationEdit input, string id, string by, string updatedBy, long revision) => new(
        id, input.From, input.To, input.Text, input.Indicator, input.Channel, input.Region, by, time.GetUtcNow(), updatedBy, revision);

    private async Task<bool> WriteAsync(Annotation made, string action, string sql, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await using var command = new NpgsqlCommand(sql, connection)
            .With(made.Id).With(made.Revision - 1).With(made.From).With(made.To).With(made.Text)
            .WithNullable(made.Indicator, NpgsqlDbType.Text).WithNullable(made.Channel, NpgsqlDbType.Text).WithNullable(made.Region, NpgsqlDbType.Text)
            .With(made.By).With(made.UpdatedAt.UtcDateTime).With(made.UpdatedBy);
        if (await command.ExecuteNonQueryAsync(cancellation) == 0) return false;
        await TellAsync(transaction, made, action, cancellation);
        await transaction.CommitAsync(cancellation);
        return true;
    }

    /// <summary>The text itself stays out of the chain of audit lines, which is for ever.</summary>
    private async Task TellAsync(NpgsqlTransaction transaction, Annotation one, string action, CancellationToken cancellation)
    {
        await ChangeNotice.SendAsync(transaction, new { kind = "annotations", ids = new[] { one.Id } }, cancellation);
        await audit.AppendAsync(
            transaction, one.UpdatedBy, action, one.Id, new { one.From, one.To, one.Indicator, one.Channel, one.Region, one.Revision }, cancellation);
    }
}
