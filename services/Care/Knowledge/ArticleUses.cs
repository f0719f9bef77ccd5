using ECommerce.Channels.Platform.Storage;
using Npgsql;
using NpgsqlTypes;

namespace ECommerce.Channels.Care.Knowledge;

/// <summary>What became of articles in the hands of agents and portals: each use, and how many there were.</summary>
internal sealed class ArticleUses(NpgsqlDataSource database, TimeProvider time)
{
    /// <param name="version">The one that was read.</param>
    public async Task AddAsync(string article, int version, UseInput use, string by, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await using var insert = new NpgsqlCommand("""
            INSERT INTO article_uses (article, version, at, by, conversation, outcome, reason) VALUES ($1, $2, $3, $4, $5, $6, $7)
            """, connection, transaction);
        insert.With(article).With(version).With(time.GetUtcNow().UtcDateTime).With(by).WithNullable(use.Conversation, NpgsqlDbType.Text).With(use.Outcome)
            .WithNullable(use.Reason, NpgsqlDbType.Text);
        await insert.ExecuteNonQueryAsync(cancellation);
        await using var count = new NpgsqlCommand("""
            INSERT INTO article_use_counts AS c (article, inserted, offered, helpful, not_helpful)
            VALUES ($1, ($2 = 'inserted')::int, ($2 = 'offered')::int, ($2 = 'helpful')::int, ($2 = 'not-helpful')::int)
            ON CONFLICT (article) DO UPDATE SET inserted = c.inserted + EXCLUDED.inserted, offered = c.offered + EXCLUDED.offered,
              helpful = c.helpful + EXCLUDED.helpful, not_helpful = c.not_helpful + EXCLUDED.not_helpful
            """, connection, transaction);
        await count.With(article).With(use.Outcome).ExecuteNonQueryAsync(cancellation);
        await transaction.CommitAsync(cancellation);
    }
}
