using System.Data;
using ECommerce.Channels.Platform.Storage;
using Npgsql;

namespace ECommerce.Channels.Platform.Audit;

/// <summary>
/// Walks a chain from its start in one snapshot, compares it with the published ends, and names the first thing wrong. One row at a
/// time is in memory.
/// </summary>
public sealed class AuditVerifier
{
    private const string Columns = "number, at, actor, action, subject, details, previous, hash";
    private readonly NpgsqlDataSource database;
    private readonly ChainName chain;
    private readonly AuditHeads? heads;

    internal AuditVerifier(NpgsqlDataSource database, ChainName chain, AuditHeads? heads)
    {
        this.database = database;
        this.chain = chain;
        this.heads = heads;
    }

    public async Task<AuditVerification> VerifyAsync(CancellationToken cancellation)
    {
        // Before the snapshot: whatever was published by now is in it.
        var (published, damaged) = heads is null ? ([], 0) : await heads.ReadAsync(chain.Id, cancellation);
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var snapshot = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellation);
        var walk = new Walk(chain.Id, published);
        var finding = await RowsAsync(connection, walk, cancellation) ?? await EndAsync(connection, walk, cancellation);
        return new AuditVerification(chain.Id, walk.Number, Convert.ToHexStringLower(walk.Hash), published.Count, damaged, finding);
    }

    private async Task<AuditFinding?> RowsAsync(NpgsqlConnection connection, Walk walk, CancellationToken cancellation)
    {
        StoredRow row;
        await using (var command = new NpgsqlCommand($"SELECT {Columns} FROM {chain.Prefix}_log ORDER BY number", connection) { CommandTimeout = 0 })
        await using (var reader = await command.ExecuteReaderAsync(cancellation))
        {
            while (true)
            {
                if (!await reader.ReadAsync(cancellation)) return null;
                row = StoredRow.Of(reader);
                if (!walk.Continues(row)) break;
                if (walk.Step(row) is { } rewritten) return rewritten;
            }
        }
        return await DiagnoseAsync(connection, walk, row, cancellation);
    }

    /// <summary>The chain broke at this row: tells by its neighbours, and by where its predecessor is now, what was done.</summary>
    private async Task<AuditFinding> DiagnoseAsync(NpgsqlConnection connection, Walk walk, StoredRow row, CancellationToken cancellation)
    {
        var place = walk.Number + 1;
        if (row.Row.Number < place) return Finding(AuditFault.Inserted, row.Row.Number);
        if (row.Row.Number > place) return Finding(AuditFault.Deleted, place);
        if (walk.Number > 0 && row.Fits(walk.HashBefore, place - 1)) return Finding(AuditFault.Inserted, place - 1);
        var next = await OneAsync(connection, "number = $1", place + 1, cancellation);
        var nextFitsHere = next is not null && next.Fits(walk.Hash, place);
        if (row.Previous.AsSpan().SequenceEqual(walk.Hash)) return Finding(nextFitsHere ? AuditFault.Inserted : AuditFault.Altered, place);
        if (await OneAsync(connection, "hash = $1", row.Previous, cancellation) is not null) return Finding(AuditFault.Swapped, place);
        if (nextFitsHere) return Finding(AuditFault.Inserted, place);
        return Finding(row.FitsLaterThan(place) ? AuditFault.Deleted : AuditFault.Altered, place);
    }

    private async Task<AuditFinding?> EndAsync(NpgsqlConnection connection, Walk walk, CancellationToken cancellation)
    {
        if (walk.LastPublished > walk.Number) return Finding(AuditFault.Truncated, walk.Number + 1);
        await using var command = new NpgsqlCommand($"SELECT number, hash FROM {chain.Prefix}_head", connection);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        if (!await reader.ReadAsync(cancellation)) return Finding(AuditFault.Head, walk.Number);
        var number = reader.GetInt64(0);
        if (number > walk.Number) return Finding(AuditFault.Truncated, walk.Number + 1);
        if (number < walk.Number) return Finding(AuditFault.Inserted, number + 1);
        return reader.GetFieldValue<byte[]>(1).AsSpan().SequenceEqual(walk.Hash) ? null : Finding(AuditFault.Head, number);
    }

    private async Task<StoredRow?> OneAsync<T>(NpgsqlConnection connection, string condition, T value, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand($"SELECT {Columns} FROM {chain.Prefix}_log WHERE {condition} LIMIT 1", connection) { CommandTimeout = 0 };
        command.With(value);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        return await reader.ReadAsync(cancellation) ? StoredRow.Of(reader) : null;
    }

    private static AuditFinding Finding(AuditFault kind, long number) => new(kind, number, number);

    /// <summary>A row with its two hashes as they are stored.</summary>
    private sealed record StoredRow(AuditRow Row, byte[] Previous, byte[] Hash)
    {
        /// <summary>How many rows may have been taken out before a row that was renumbered, for it still to be recognised.</summary>
        private const int LongestGap = 100_000;

        public static StoredRow Of(NpgsqlDataReader reader) =>
            new(AuditLog.Row(reader), reader.GetFieldValue<byte[]>(6), reader.GetFieldValue<byte[]>(7));

        /// <summary>Whether this is the row that once followed <paramref name="previous"/> under this number.</summary>
        public bool Fits(ReadOnlySpan<byte> previous, long number) =>
            Previous.AsSpan().SequenceEqual(previous) && HashIs(new AuditChain(), previous, number);

        public bool FitsLaterThan(long number)
        {
            var chain = new AuditChain();
            for (var later = number + 1; later <= number + LongestGap; later++)
                if (HashIs(chain, Previous, later)) return true;
            return false;
        }

        public bool HashIs(AuditChain chain, ReadOnlySpan<byte> previous, long number)
        {
            Span<byte> hash = stackalloc byte[AuditChain.HashBytes];
            chain.Hash(previous, Row, number, hash);
            return Hash.AsSpan().SequenceEqual(hash);
        }
    }

    /// <summary>How far the chain is known to be good.</summary>
    private sealed class Walk(string service, IReadOnlyList<AuditHead> published)
    {
        private readonly AuditChain chain = new();
        private readonly AuditHead[] ahead = [.. published.OrderBy(head => head.Number)];
        private int next;
        private long proven;

        public long Number { get; private set; }

        /// <summary>Hash of row <see cref="Number"/>.</summary>
        public byte[] Hash { get; private set; } = AuditChain.Start(service);

        /// <summary>Hash of the row before that.</summary>
        public byte[] HashBefore { get; private set; } = [];

        public long LastPublished => ahead.Length == 0 ? 0 : ahead[^1].Number;

        public bool Continues(StoredRow row) =>
            row.Row.Number == Number + 1 && row.Previous.AsSpan().SequenceEqual(Hash) && row.HashIs(chain, Hash, Number + 1);

        /// <summary>Goes on to a good row; returns a finding where another end was published for it.</summary>
        public AuditFinding? Step(StoredRow row)
        {
            Number = row.Row.Number;
            HashBefore = Hash;
            Hash = row.Hash;
            for (; next < ahead.Length && ahead[next].Number == Number; next++)
            {
                if (ahead[next].Hash != Convert.ToHexStringLower(Hash)) return new AuditFinding(AuditFault.Rehashed, Number, proven + 1);
            }
            if (next > 0 && ahead[next - 1].Number == Number) proven = Number;
            return null;
        }
    }
}
