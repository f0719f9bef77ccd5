using ECommerce.Channels.Platform.Audit;
using ECommerce.Channels.Platform.Hosting;
using Npgsql;

namespace ECommerce.Channels.Care.Knowledge;

/// <summary>Somebody acts.</summary>
/// <param name="Matches">Whether the revision is the one that the caller read; else why not.</param>
internal sealed record ArticleCall(string Id, string By, Func<long, Problem?> Matches);

/// <summary>What people do with articles: judged on the article as it is, with all that belongs to a change in one transaction.</summary>
internal sealed class ArticleDesk(NpgsqlDataSource database, AuditLog audit, TimeProvider time)
{
    public async Task<Article> CreateAsync(ArticleInput input, string by, CancellationToken cancellation)
    {
        var now = Article.Next(null, time);
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        var one = new Article(
            "a_" + Guid.CreateVersion7(now).ToString("N"), input.Language, input.TranslationOf, new ArticleVersion(1, input.Content(), by, now, null),
            Article.Draft, null, null, false, by, now, now, 0);
        var saved = await SaveAsync(transaction, null, one, new ArticleLine(1, 1, now, by, "created", null), cancellation);
        await transaction.CommitAsync(cancellation);
        return saved;
    }

    /// <summary>Takes a step; the article as it is then, or why not.</summary>
    /// <param name="what">As <see cref="ArticleLine"/> names it.</param>
    /// <param name="reason">Of a rejection.</param>
    public async Task<(Article? After, Problem? Refused)> ActAsync(
        ArticleCall call, string what, ArticleStep step, string? reason, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        if (await ArticleStore.HoldAsync(transaction, call.Id, cancellation) is not { } before) return (null, Problem.NotFound());
        if (call.Matches(before.Revision) is { } changed) return (null, changed);
        var now = Article.Next(before, time);
        var (after, refused) = step(before, call.By, now);
        if (after is null || after == before) return (after, refused);
        var line = new ArticleLine(before.Revision + 1, after.Latest.Number, now, call.By, what, reason);
        var saved = await SaveAsync(transaction, before, after, line, cancellation);
        await transaction.CommitAsync(cancellation);
        return (saved, null);
    }

    private async Task<Article> SaveAsync(NpgsqlTransaction transaction, Article? before, Article after, ArticleLine line, CancellationToken cancellation)
    {
        var saved = after with { Revision = line.Number, UpdatedAt = line.At };
        await ArticleStore.WriteAsync(transaction, saved, cancellation);
        if (saved.Latest.Number != before?.Latest.Number) await ArticleHistory.AddAsync(transaction, saved.Id, saved.Latest, cancellation);
        if (saved.Published is not null && saved.Published != before?.Published)
            await ArticleSearch.IndexAsync(transaction, saved.Id, saved.Latest.Content, cancellation);
        await ArticleHistory.AddAsync(transaction, saved.Id, line, cancellation);
        var details = new { saved.Status, saved.IsArchived, Version = saved.Latest.Number, saved.Published, saved.Revision };
        await audit.AppendAsync(transaction, line.By, "article." + line.What, saved.Id, details, cancellation);
        return saved;
    }
}
