using System.Text.Json;
using Dapper;
using ECommerce.Channels.Contracts;
using ECommerce.Channels.Kpi.Rollups;
using ECommerce.Channels.Platform.Messaging;
using ECommerce.Channels.Platform.Storage;
using Npgsql;
using NpgsqlTypes;

namespace ECommerce.Channels.Kpi.Ingestion;

internal sealed class ImportStore(NpgsqlDataSource database, TimeProvider time)
{
    private sealed class Row
    {
        public string Id { get; init; } = "";
        public string Source { get; init; } = "";
        public string Mapping { get; init; } = "";
        public bool History { get; init; }
        public string FileName { get; init; } = "";
        public string FileSha256 { get; init; } = "";
        public DateTime CreatedAt { get; init; }
        public long Rows { get; init; }
        public long Accepted { get; init; }
        public long Repeated { get; init; }
        public long Conflict { get; init; }
        public string Rejected { get; init; } = "{}";
        public long Refused { get; init; }
        public bool Done { get; init; }
        public long Lag { get; init; }
    }

    private const string Columns = """
        i.id, i.source, i.mapping, i.history, i.file_name, i.file_sha256, i.created_at, i.rows, i.accepted, i.repeated, i.conflict,
        i.rejected::text, i.refused, i.done,
        (SELECT coalesce(sum(greatest(0, s.last_offset + 1 - coalesce(o.next_offset, 0))), 0)::bigint FROM import_sent s
         LEFT JOIN consumer_offsets o ON o.consumer_group = @group AND o.topic = @topic AND o.partition = s.partition
         WHERE s.import = i.id) AS lag
        """;

    /// <summary>Makes the import, or finds the unfinished one of the same file and mapping.</summary>
    public async Task<(string Id, bool Created)> StartAsync(StartImport start, string by, NpgsqlTransaction transaction, CancellationToken cancellation)
    {
        await using var insert = new NpgsqlCommand("""
            INSERT INTO imports (id, source, mapping, history, file_name, file_sha256, created_at, created_by)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
            ON CONFLICT (file_sha256, mapping) WHERE NOT done DO NOTHING RETURNING id
            """, transaction.Connection, transaction)
            .With(Import.NewId()).With(start.Source).With(start.Mapping).With(start.History).With(start.File.Name).With(start.File.Sha256)
            .With(time.GetUtcNow().UtcDateTime).With(by);
        if (await insert.ExecuteScalarAsync(cancellation) is string created) return (created, true);
        await using var find = new NpgsqlCommand("SELECT id FROM imports WHERE file_sha256 = $1 AND mapping = $2 AND NOT done", transaction.Connection, transaction)
            .With(start.File.Sha256).With(start.Mapping);
        return ((string)(await find.ExecuteScalarAsync(cancellation))!, false);
    }

    public async Task<Import?> FindAsync(string id, CancellationToken cancellation) => (await ReadAsync("WHERE i.id = @id", id, cancellation)) is [var found] ? found : null;

    /// <summary>The newest hundred.</summary>
    public Task<IReadOnlyList<Import>> ListAsync(CancellationToken cancellation) => ReadAsync("ORDER BY i.created_at DESC LIMIT 100", null, cancellation);

    /// <summary>Writes the importer's counts; false where there is no such import.</summary>
    public async Task<bool> ChangeAsync(string id, ImportCountsChange change, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand("""
            UPDATE imports SET rows = coalesce($2, rows), rejected = coalesce($3, rejected), done = coalesce($4, done) WHERE id = $1
            """).With(id)
            .WithNullable(change.Rows, NpgsqlDbType.Bigint)
            .WithNullable(change.Rejected is null ? null : JsonSerializer.Serialize(change.Rejected), NpgsqlDbType.Jsonb)
            .WithNullable(change.Done, NpgsqlDbType.Boolean);
        return await command.ExecuteNonQueryAsync(cancellation) == 1;
    }

    /// <summary>Remembers how far the log has to be read until nothing of the import is on its way.</summary>
    public async Task SentAsync(string id, AppendResult sent, CancellationToken cancellation)
    {
        var offsets = sent.LastOffsets.OrderBy(offset => offset.Key).ToList();
        await using var command = database.CreateCommand("""
            INSERT INTO import_sent AS s (import, partition, last_offset) SELECT $1, * FROM unnest($2, $3)
            ON CONFLICT (import, partition) DO UPDATE SET last_offset = greatest(s.last_offset, EXCLUDED.last_offset)
            """).With(id).With(offsets.ConvertAll(offset => offset.Key).ToArray()).With(offsets.ConvertAll(offset => offset.Value).ToArray());
        await command.ExecuteNonQueryAsync(cancellation);
    }

    private async Task<IReadOnlyList<Import>> ReadAsync(string which, string? id, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        var parameters = new { id, group = RollupConsumer.Group, topic = Topics.Transactions.Name };
        var rows = (await connection.QueryAsync<Row>(new CommandDefinition($"SELECT {Columns} FROM imports i {which}", parameters, cancellationToken: cancellation))).AsList();
        var unknown = await connection.QueryAsync<(string Import, string Field, string Raw, long Events)>(new CommandDefinition(
            "SELECT import, field, raw, events FROM import_unknown WHERE import = ANY(@ids) ORDER BY field, events DESC, raw",
            new { ids = rows.ConvertAll(row => row.Id).ToArray() }, cancellationToken: cancellation));
        var byImport = unknown.ToLookup(item => item.Import);
        return rows.ConvertAll(row => Of(row, byImport[row.Id]));
    }

    private static Import Of(Row row, IEnumerable<(string Import, string Field, string Raw, long Events)> unknown) => new(
        row.Id, row.Source, row.Mapping, row.History, new ImportFile(row.FileName, row.FileSha256), new DateTimeOffset(row.CreatedAt, TimeSpan.Zero),
        row.Rows, row.Accepted, row.Repeated, row.Conflict, JsonSerializer.Deserialize<Dictionary<string, long>>(row.Rejected)!, row.Refused,
        unknown.GroupBy(item => item.Field).ToDictionary(
            field => field.Key, IReadOnlyDictionary<string, long> (field) => field.ToDictionary(item => item.Raw, item => item.Events)),
        row.Lag, row.Done);
}
