using ECommerce.Channels.Platform.Storage;
using Npgsql;
using NpgsqlTypes;

namespace ECommerce.Channels.Care.Knowledge;

/// <summary>Which articles, and how many of them; the last changed first.</summary>
/// <param name="ForCustomers">Only what customers may be offered, as it is published.</param>
/// <param name="Status">One of <see cref="Article.Filters"/>.</param>
/// <param name="After">Sort key of the last one seen.</param>
internal sealed record ArticleFilter(bool ForCustomers, string? Status, string? Language, string? Tag, (DateTimeOffset UpdatedAt, string Id)? After, int Limit);

/// <summary>Where the articles stand, each with its last version; to customers only what is published for them, as it is published.</summary>
internal sealed class ArticleStore(NpgsqlDataSource database)
{
    private const string Columns = """
        a.id, a.language, a.translation_of, CASE WHEN $1 THEN 'approved' ELSE a.status END, a.submitted_by, a.published, a.archived, a.created_by, a.created_at,
        a.updated_at, a.revision, v.number, v.title, v.tags, v.service, v.product, v.audience, v.author, v.at, v.revert_of,
        coalesce(u.inserted, 0), coalesce(u.offered, 0), coalesce(u.helpful, 0), coalesce(u.not_helpful, 0)
        """;

    private const string Visible = """
        articles a JOIN article_versions v ON v.article = a.id AND v.number = CASE WHEN $1 THEN a.published ELSE a.latest END
          LEFT JOIN article_use_counts u ON u.article = a.id
        WHERE (NOT $1 OR (NOT a.archived AND v.audience = 'customer'))
        """;

    /// <summary>Without their bodies.</summary>
    public async Task<IReadOnlyList<Article>> ListAsync(ArticleFilter filter, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand($"""
            SELECT {Columns}, '' FROM {Visible}
              AND ($2::text IS NULL OR (CASE WHEN a.archived THEN 'archived' WHEN $1 THEN 'approved' ELSE a.status END) = $2
                OR ($2 = 'published' AND a.published IS NOT NULL AND NOT a.archived))
              AND ($3::text IS NULL OR a.language = $3) AND ($4::text IS NULL OR $4 = ANY (v.tags))
              AND ($5::text IS NULL OR (a.updated_at, a.id) < ($6, $5))
            ORDER BY a.updated_at DESC, a.id DESC LIMIT $7
            """);
        command.With(filter.ForCustomers).WithNullable(filter.Status, NpgsqlDbType.Text).WithNullable(filter.Language, NpgsqlDbType.Text)
            .WithNullable(filter.Tag, NpgsqlDbType.Text).WithNullable(filter.After?.Id, NpgsqlDbType.Text)
            .WithNullable(filter.After?.UpdatedAt.UtcDateTime, NpgsqlDbType.TimestampTz).With(filter.Limit);
        return await ReadAsync(command, cancellation);
    }

    public async Task<Article?> FindAsync(string id, bool forCustomers, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand($"SELECT {Columns}, v.body FROM {Visible} AND a.id = $2").With(forCustomers).With(id);
        return (await ReadAsync(command, cancellation)).SingleOrDefault();
    }

    /// <summary>The same, held until the transaction ends. In two statements: who waits for a row sees what was joined to it as it was before.</summary>
    public static async Task<Article?> HoldAsync(NpgsqlTransaction transaction, string id, CancellationToken cancellation)
    {
        await using var hold = new NpgsqlCommand("SELECT 1 FROM articles WHERE id = $1 FOR UPDATE", transaction.Connection, transaction).With(id);
        if (await hold.ExecuteScalarAsync(cancellation) is null) return null;
        await using var command = new NpgsqlCommand($"SELECT {Columns}, v.body FROM {Visible} AND a.id = $2", transaction.Connection, transaction).With(false).With(id);
        return (await ReadAsync(command, cancellation)).Single();
    }

    /// <summary>Where it stands; not its version.</summary>
    public static async Task WriteAsync(NpgsqlTransaction transaction, Article one, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand("""
            INSERT INTO articles (id, language, translation_of, latest, status, submitted_by, published, archived, created_by, created_at, updated_at, revision)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
            ON CONFLICT (id) DO UPDATE SET latest = $4, status = $5, submitted_by = $6, published = $7, archived = $8, updated_at = $11, revision = $12
            """, transaction.Connection, transaction);
        command.With(one.Id).With(one.Language).WithNullable(one.TranslationOf, NpgsqlDbType.Text).With(one.Latest.Number).With(one.Status)
            .WithNullable(one.SubmittedBy, NpgsqlDbType.Text).WithNullable(one.Published, NpgsqlDbType.Integer).With(one.IsArchived).With(one.CreatedBy)
            .With(one.CreatedAt.UtcDateTime).With(one.UpdatedAt.UtcDateTime).With(one.Revision);
        await command.ExecuteNonQueryAsync(cancellation);
    }

    private static async Task<List<Article>> ReadAsync(NpgsqlCommand command, CancellationToken cancellation)
    {
        var articles = new List<Article>();
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation)) articles.Add(Of(reader));
        return articles;
    }

    private static Article Of(NpgsqlDataReader row)
    {
        var content = new ArticleContent(row.GetString(12), row.GetString(24), row.GetFieldValue<string[]>(13), Text(14), Text(15), row.GetString(16));
        var latest = new ArticleVersion(row.GetInt32(11), content, row.GetString(17), row.GetFieldValue<DateTimeOffset>(18), Number(19));
        return new Article(
            row.GetString(0), row.GetString(1), Text(2), latest, row.GetString(3), Text(4), Number(5), row.GetBoolean(6), row.GetString(7),
            row.GetFieldValue<DateTimeOffset>(8), row.GetFieldValue<DateTimeOffset>(9), row.GetInt64(10))
        {
            Uses = new UseCounts(row.GetInt64(20), row.GetInt64(21), row.GetInt64(22), row.GetInt64(23)),
        };

        string? Text(int column) => row.IsDBNull(column) ? null : row.GetString(column);

        int? Number(int column) => row.IsDBNull(column) ? null : row.GetInt32(column);
    }
}
