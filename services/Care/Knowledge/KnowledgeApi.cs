using ECommerce.Channels.Contracts;
using ECommerce.Channels.Platform.Catalogue;
using ECommerce.Channels.Platform.Hosting;
using ECommerce.Channels.Platform.Security;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ECommerce.Channels.Care.Knowledge;

/// <summary>Knowledge articles over HTTP. Portals, the customers' side, see what is published for customers and nothing else.</summary>
internal static class KnowledgeApi
{
    /// <summary>Any but the word that is a route of its own: what does not fit that one is a wrong method, and no article.</summary>
    private const string Id = "/{id:regex(^(?!search$))}";

    private static readonly string[] Writers = [Roles.Agent, Roles.Supervisor, Roles.Manager, Roles.Admin];
    private static readonly string[] Readers = [Roles.Portal, .. Writers];

    public static void Map(IEndpointRouteBuilder api)
    {
        var articles = api.MapGroup("/articles").WithTags("Knowledge");
        articles.MapGet("", ListAsync).WithName("listArticles").WithSummary("Articles, the last changed first").RequireRoles(Readers);
        articles.MapPost("/search", SearchAsync).WithName("searchArticles").WithSummary("Published articles that say something about it, the best first")
            .WithDescription("Those that have every word, and where there are none, those that have any.").RequireRoles(Readers);
        articles.MapPost("", CreateAsync).WithName("createArticle").WithSummary("Write a new article: its first draft")
            .Accepts<ArticleInput>("application/json").RequireRoles(Writers);
        articles.MapGet(Id, GetAsync).WithName("getArticle").WithSummary("One article as it is published, its last draft and its history").RequireRoles(Readers);
        articles.MapGet("/{id}/versions", VersionsAsync).WithName("listArticleVersions").WithSummary("Every draft that was saved, the newest first")
            .RequireRoles(Writers);
        articles.MapGet("/{id}/versions/{number}", VersionAsync).WithName("getArticleVersion").WithSummary("One of them").RequireRoles(Writers);
        articles.MapPost("/{id}/uses", UseAsync).WithName("useArticle").WithSummary("Say what became of a published article").RequireRoles(Readers);
        ArticleStepsApi.Map(articles, Writers);
    }

    /// <param name="status">draft, submitted, approved, rejected or archived; published: whatever has a version that readers see.</param>
    /// <param name="language">zh-CN or en.</param>
    /// <param name="tag">One that it must have.</param>
    private static async Task<Results<Ok<Page<ArticleBody>>, Problem>> ListAsync(
        PageRequest page, HttpContext http, ArticleStore store, CancellationToken cancellation, string? status = null, string? language = null, string? tag = null)
    {
        var errors = new FieldErrors();
        OneOf("status", status, Article.Filters);
        OneOf("language", language, Article.Languages);
        if (errors.Any) return Problem.BadInput(errors);
        var forCustomers = IsForCustomers(http);
        var filter = new ArticleFilter(forCustomers, status, language, tag is null ? null : SearchText.Fold(tag), AfterOf(page), page.Limit + 1);
        var read = await store.ListAsync(filter, cancellation);
        return TypedResults.Ok(Page<ArticleBody>.Of(
            [.. read.Select(one => ArticleBody.Of(one, forCustomers))], page, one => [one.UpdatedAt.UtcTicks.ToString(), one.Id]));

        void OneOf(string name, string? value, string[] words)
        {
            if (value is not null && !words.Contains(value)) errors.Add(name, $"须为 {string.Join("、", words)} 之一", $"Must be one of {string.Join(", ", words)}");
        }
    }

    private static async Task<Ok<ArticleHits>> SearchAsync(JsonBody<ArticleQuery> body, HttpContext http, ArticleSearch search, CancellationToken cancellation)
    {
        var query = IsForCustomers(http) ? body.Value with { Audience = Article.ForCustomers } : body.Value;
        return TypedResults.Ok(new ArticleHits(await search.FindAsync(query, cancellation)));
    }

    private static async Task<Results<Created<ArticleBody>, Problem>> CreateAsync(
        HttpContext http, ArticleDesk desk, ArticleStore store, CatalogueCopy catalogue, CancellationToken cancellation)
    {
        var fields = await JsonInput.ReadAsync(http.Request, cancellation);
        var input = ArticleInput.Read(fields, await catalogue.LatestAsync(cancellation));
        if (input.TranslationOf is { } original) input.JudgeOriginal(fields, await store.FindAsync(original, forCustomers: false, cancellation));
        if (fields.Errors.Any) return Problem.BadInput(fields.Errors);
        var one = await desk.CreateAsync(input, Caller.Of(http.User).Subject, cancellation);
        http.Response.Tag(one.Revision);
        return TypedResults.Created($"/api/v1/care/articles/{one.Id}", ArticleBody.Of(one));
    }

    private static async Task<Results<Ok<ArticleDetail>, Problem>> GetAsync(
        string id, HttpContext http, ArticleStore store, ArticleHistory history, CancellationToken cancellation)
    {
        var forCustomers = IsForCustomers(http);
        if (await store.FindAsync(id, forCustomers, cancellation) is not { } one) return Problem.NotFound();
        http.Response.Tag(one.Revision);
        var published = one.Published is { } number && await history.FindAsync(id, number, cancellation) is { } state ? VersionBody.Of(state) : null;
        if (forCustomers) return TypedResults.Ok(new ArticleDetail(ArticleBody.Of(one, forCustomers), null, published!.ForCustomers(), []));
        var latest = await history.FindAsync(id, one.Latest.Number, cancellation);
        return TypedResults.Ok(new ArticleDetail(ArticleBody.Of(one), VersionBody.Of(latest!), published, await history.LinesAsync(id, cancellation)));
    }

    private static async Task<Results<Ok<Page<VersionBody>>, Problem>> VersionsAsync(
        string id, PageRequest page, ArticleHistory history, CancellationToken cancellation)
    {
        var read = await history.VersionsAsync(id, page.AfterNumber(), page.Limit + 1, cancellation);
        if (read.Count == 0 && page.After is null) return Problem.NotFound();
        return TypedResults.Ok(Page<VersionBody>.Of(
            [.. read.Select(one => VersionBody.Of(one) with { Body = null })], page, one => [one.Number.ToString()]));
    }

    private static async Task<Results<Ok<VersionBody>, Problem>> VersionAsync(string id, int number, ArticleHistory history, CancellationToken cancellation) =>
        await history.FindAsync(id, number, cancellation) is { } found ? TypedResults.Ok(VersionBody.Of(found)) : Problem.NotFound();

    private static async Task<Results<NoContent, Problem>> UseAsync(
        string id, JsonBody<UseInput> body, HttpContext http, ArticleStore store, ArticleUses uses, CancellationToken cancellation)
    {
        if (await store.FindAsync(id, IsForCustomers(http), cancellation) is not { } one) return Problem.NotFound();
        if (!one.IsRead) return ArticleRules.NotAsItIs();
        await uses.AddAsync(id, one.Published!.Value, body.Value, Caller.Of(http.User).Subject, cancellation);
        return TypedResults.NoContent();
    }

    /// <summary>Whether a portal calls, and nobody of the operator's own.</summary>
    private static bool IsForCustomers(HttpContext http) => !Writers.Any(Caller.Of(http.User).Is);

    private static (DateTimeOffset UpdatedAt, string Id)? AfterOf(PageRequest page)
    {
        if (page.AfterKey(2) is not [var at, var id]) return null;
        if (long.TryParse(at, out var ticks) && ticks is >= 0 and <= 3_155_378_975_999_999_999) return (new DateTimeOffset(ticks, TimeSpan.Zero), id);
        throw new ProblemException(Problem.BadInput("cursor", "不是本列表给出的游标", "Is no cursor of this list"));
    }
}
