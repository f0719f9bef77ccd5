using ECommerce.Channels.Platform.Storage;
using Npgsql;
using NpgsqlTypes;

namespace ECommerce.Channels.Care.Knowledge;

/// <summary>A version and what became of it.</summary>
/// <param name="Status">draft, submitted, approved, rejected, or superseded: nobody decided about it before there was another.</param>
/// <param name="By">Who submitted, approved or rejected it.</param>
/// <param name="Reason">Why it was rejected.</param>
internal sealed record VersionState(ArticleVersion Version, string Status, string? By, DateTimeOffset? At, string? Reason);

/// <summary>A step that was taken with an article.</summary>
/// <param name="Number">The article's revision that it made.</param>
/// <param name="Version">The last one at that time.</param>
/// <param name="What">created, drafted, reverted, submitted, approved, rejected, archived or restored.</param>
/// <param name="Reason">Why it was rejected.</param>
internal sealed record ArticleLine(long Number, int Version, DateTimeOffset At, string By, string What, string? Reason);

/// <summary>Versions of articles and the steps taken with them: rows that are never changed.</summary>
internal sealed class ArticleHistory(NpgsqlDataSource database)
{
    private const string Versions = """
        SELECT v.number, v.title, v.body, v.tags, v.service, v.product, v.audience, v.author, v.at, v.revert_of,
          CASE WHEN s.what IN ('approved', 'rejected') THEN s.what WHEN v.number < a.latest THEN 'superseded' ELSE coalesce(s.what, 'draft') END,
          s.by, s.at, s.reason
        FROM article_versions v JOIN articles a ON a.id = v.article LEFT JOIN LATERAL (
          SELECT what, by, at, reason FROM article_steps
          WHERE article = v.article AND version = v.number AND what IN ('submitted', 'approved', 'rejected') ORDER BY number DESC LIMIT 1) s ON true
        WHERE v.article = $1
        """;

    /// <summary>The newest first.</summary>
    /// <param name="before">Only older ones than that.</param>
    public async Task<IReadOnlyList<VersionState>> VersionsAsync(string article, long? before, int limit, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand($"{Versions} AND v.number < $2 ORDER BY v.number DESC LIMIT $3")
            .With(article).With(before ?? long.MaxValue).With(limit);
        return await ReadAsync(command, cancellation);
    }

    public async Task<VersionState?> FindAsync(string article, int number, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand($"{Versions} AND v.number = $2").With(article).With(number);
        return (await ReadAsync(command, cancellation)).SingleOrDefault();
    }

    /// <summary>Oldest first.</summary>
    public async Task<List<ArticleLine>> LinesAsync(string article, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(
            "SELECT number, version, at, by, what, reason FROM article_steps WHERE article = $1 ORDER BY number").With(article);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var lines = new List<ArticleLine>();
        while (await reader.ReadAsync(cancellation))
            lines.Add(new ArticleLine(
                reader.GetInt64(0), reader.GetInt32(1), reader.GetFieldValue<DateTimeOffset>(2), reader.GetString(3), reader.GetString(4), Text(reader, 5)));
        return lines;
    }

    public static async Task AddAsync(NpgsqlTransaction transaction, string article, ArticleVersion one, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand("""
            INSERT INTO article_versions (article, number, title, body, tags, service, product, audience, author, at, revert_of)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
            """, transaction.Connection, transaction);
        var content = one.Content;
        command.With(article).With(one.Number).With(content.Title).With(content.Body).With(content.Tags.ToArray()).WithNullable(content.Service, NpgsqlDbType.Text)
            .WithNullable(content.Product, NpgsqlDbType.Text).With(content.Audience).With(one.Author).With(one.At.UtcDateTime)
            .WithNullable(one.RevertOf, NpgsqlDbType.Integer);
        await command.ExecuteNonQueryAsync(cancellation);
    }

    public static async Task AddAsync(NpgsqlTransaction transaction, string article, ArticleLine line, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(
            "INSERT INTO article_steps (article, number, version, at, by, what, reason) VALUES ($1, $2, $3, $4, $5, $6, $7)", transaction.Connection, transaction);
        command.With(article).With(line.Number).With(line.Version).With(line.At.UtcDateTime).With(line.By).With(line.What)
            .WithNullable(line.Reason, NpgsqlDbType.Text);
        await command.ExecuteNonQueryAsync(cancellation);
    }

    private static async Task<List<VersionState>> ReadAsync(NpgsqlCommand command, CancellationToken cancellation)
    {
        var versions = new List<VersionState>();
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation)) versions.Add(Of(reader));
        return versions;
    }

    private static VersionState Of(NpgsqlDataReader row)
    {
        var content = new ArticleContent(
            row.GetString(1), row.GetString(2), row.GetFieldValue<string[]>(3), Text(row, 4), Text(row, 5), row.GetString(6));
        var version = new ArticleVersion(
            row.GetInt32(0), content, row.GetString(7), row.GetFieldValue<DateTimeOffset>(8), row.IsDBNull(9) ? null : row.GetInt32(9));
        return new VersionState(version, row.GetString(10), Text(row, 11), row.IsDBNull(12) ? null : row.GetFieldValue<DateTimeOffset>(12), Text(row, 13));
    }

    private static string? Text(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);
}
