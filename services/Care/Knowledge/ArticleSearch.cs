using ECommerce.Channels.Platform.Storage;
using Npgsql;
using NpgsqlTypes;

namespace ECommerce.Channels.Care.Knowledge;

/// <summary>An article that was found.</summary>
/// <param name="Version">The published one.</param>
/// <param name="Snippet">Plain text round the first hit.</param>
/// <param name="Score">Above 0, at most about 1: comparable within one answer.</param>
internal sealed record ArticleHit(
    string Id, string Language, string? TranslationOf, int Version, string Title, string Snippet, IReadOnlyList<string> Tags, string? Service, string? Product,
    string Audience, double Score);

/// <summary>
/// Finds published articles, the best first: those that have every term, and where there are none, those that have any. A term counts the more
/// the fewer articles have it, and in a title more than in a tag, there more than in the body.
/// </summary>
internal sealed class ArticleSearch(NpgsqlDataSource database)
{
    /// <summary>Weights of body, nothing, tags and title, as <c>ts_rank</c> takes them.</summary>
    private const string Found = """
        WITH terms AS MATERIALIZED (
          SELECT term::tsquery AS query, ln(1 + (SELECT count(*) FROM articles WHERE search IS NOT NULL)::float8
            / (1 + (SELECT count(*) FROM articles a WHERE a.search @@ term::tsquery))) AS rarity
          FROM unnest($1::text[]) term)
        SELECT a.id, a.language, a.translation_of, v.number, v.title, v.body, v.tags, v.service, v.product, v.audience,
          (SELECT sum(t.rarity * ts_rank('{0.1, 0, 0.5, 1}', a.search, t.query)) / sum(t.rarity) FROM terms t) AS score
        FROM articles a JOIN article_versions v ON v.article = a.id AND v.number = a.published
        WHERE NOT a.archived AND a.search @@ $2::text::tsquery AND ($3::text IS NULL OR a.language = $3) AND ($4::text IS NULL OR v.audience = $4)
          AND ($5::text IS NULL OR v.service = $5) AND ($6::text IS NULL OR $6 = ANY (v.tags))
        ORDER BY score DESC, a.id LIMIT $7
        """;

    public async Task<IReadOnlyList<ArticleHit>> FindAsync(ArticleQuery query, CancellationToken cancellation)
    {
        var question = SearchQuestion.Of(query.Text);
        if (question.Terms.Count == 0) return [];
        var hits = await FindAsync(query, question, question.All, cancellation);
        return hits.Count > 0 || question.Terms.Count == 1 ? hits : await FindAsync(query, question, question.Any, cancellation);
    }

    /// <summary>What is published of an article is found from here on.</summary>
    public static async Task IndexAsync(NpgsqlTransaction transaction, string article, ArticleContent content, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand("UPDATE articles SET search = $2::text::tsvector WHERE id = $1", transaction.Connection, transaction);
        await command.With(article).With(SearchText.Vector(content)).ExecuteNonQueryAsync(cancellation);
    }

    private async Task<List<ArticleHit>> FindAsync(ArticleQuery query, SearchQuestion question, string which, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(Found);
        command.With(question.Terms.Select(term => term.ToString()).ToArray()).With(which).WithNullable(query.Language, NpgsqlDbType.Text)
            .WithNullable(query.Audience, NpgsqlDbType.Text).WithNullable(query.Service, NpgsqlDbType.Text).WithNullable(query.Tag, NpgsqlDbType.Text)
            .With(query.Limit!.Value);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var hits = new List<ArticleHit>();
        while (await reader.ReadAsync(cancellation))
            hits.Add(new ArticleHit(
                reader.GetString(0), reader.GetString(1), Text(reader, 2), reader.GetInt32(3), reader.GetString(4), Snippet.Of(reader.GetString(5), question),
                reader.GetFieldValue<string[]>(6), Text(reader, 7), Text(reader, 8), reader.GetString(9), Math.Round(reader.GetDouble(10), 4)));
        return hits;
    }

    private static string? Text(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);
}
