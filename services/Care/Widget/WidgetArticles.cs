using ECommerce.Channels.Care.Conversations;
using ECommerce.Channels.Care.Knowledge;
using ECommerce.Channels.Platform.Hosting;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ECommerce.Channels.Care.Widget;

/// <summary>What a customer asks, before anybody else is asked.</summary>
/// <param name="Text">1 to 500 characters; it is kept nowhere.</param>
internal sealed record WidgetQuestion(string Text) : IJsonInput<WidgetQuestion>
{
    public static WidgetQuestion Read(JsonFields fields) => new(fields.LongText("text", 1, 500));
}

/// <param name="Helpful">Whether the customer is helped by it.</param>
internal sealed record WidgetVerdict(bool Helpful) : IJsonInput<WidgetVerdict>
{
    public static WidgetVerdict Read(JsonFields fields) => new(fields.Bool("helpful"));
}

/// <param name="Snippet">Plain text round the first hit.</param>
internal sealed record WidgetHit(string Id, string Title, string Snippet);

/// <param name="Hits">The best first, at most three.</param>
internal sealed record WidgetHits(IReadOnlyList<WidgetHit> Hits);

/// <param name="Body">Markdown.</param>
internal sealed record WidgetArticle(string Id, string Title, string Body);

/// <summary>Knowledge articles for the page of a portal: offered before anybody has to wait.</summary>
internal static class WidgetArticlesApi
{
    private const int Offered = 3;

    public static void Map(IEndpointRouteBuilder widget)
    {
        widget.MapPost("/articles", SearchAsync).WithName("searchWidgetArticles").WithSummary("Articles that may answer a question, at most three").WithoutIdempotencyKeys();
        widget.MapGet("/articles/{id}", ReadAsync).WithName("readWidgetArticle").WithSummary("One of them");
        widget.MapPost("/articles/{id}/verdict", JudgeAsync).WithName("judgeWidgetArticle").WithSummary("Whether it helped").WithoutIdempotencyKeys();
    }

    private static async Task<Ok<WidgetHits>> SearchAsync(
        WidgetSession session, JsonBody<WidgetQuestion> body, ArticleSearch search, ArticleUses uses, CancellationToken cancellation)
    {
        var query = new ArticleQuery(body.Value.Text, session.Language, Article.ForCustomers, Limit: Offered);
        var hits = await search.FindAsync(query, cancellation);
        foreach (var hit in hits) await uses.AddAsync(hit.Id, hit.Version, new UseInput("offered", session.Conversation), ConversationDesk.Author, cancellation);
        return TypedResults.Ok(new WidgetHits([.. hits.Select(hit => new WidgetHit(hit.Id, hit.Title, hit.Snippet))]));
    }

    private static async Task<Results<Ok<WidgetArticle>, Problem>> ReadAsync(
        string id, WidgetSession session, ArticleStore store, ArticleHistory history, CancellationToken cancellation)
    {
        if (await store.FindAsync(id, forCustomers: true, cancellation) is not { Published: { } number }) return Problem.NotFound();
        var content = (await history.FindAsync(id, number, cancellation))!.Version.Content;
        return TypedResults.Ok(new WidgetArticle(id, content.Title, content.Body));
    }

    private static async Task<Results<NoContent, Problem>> JudgeAsync(
        string id, WidgetSession session, JsonBody<WidgetVerdict> body, ArticleStore store, ArticleUses uses, CancellationToken cancellation)
    {
        if (await store.FindAsync(id, forCustomers: true, cancellation) is not { Published: { } number }) return Problem.NotFound();
        var use = new UseInput(body.Value.Helpful ? "helpful" : "not-helpful", session.Conversation);
        await uses.AddAsync(id, number, use, ConversationDesk.Author, cancellation);
        return TypedResults.NoContent();
    }
}
