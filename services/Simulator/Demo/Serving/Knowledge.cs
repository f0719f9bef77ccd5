using System.Text.Json;

namespace ECommerce.Channels.Simulator.Demo.Serving;

/// <summary>
/// Writes and publishes the demo's articles, once: an agent is the author, the supervisor approves. Every step has a key of its own that
/// the same demo asks with, so that after a crash what was done is answered again and nothing is written twice.
/// </summary>
internal sealed class Knowledge(SuiteClient suite, DemoStore store)
{
    private const string Path = "/api/v1/care/articles";

    private readonly SuiteClient author = suite.As(Staff.Agents[0]);
    private readonly SuiteClient lead = suite.As(Staff.Lead);

    public async Task WriteAsync(DemoState state, CancellationToken stop)
    {
        if (state.Articles is not null) return;
        var written = new List<string>();
        foreach (var (article, number) in SeedArticles.All.Select((article, number) => (article, number)))
        {
            var key = $"demo-{state.Anchor.ToUnixTimeMilliseconds()}-article-{number}";
            var id = await PublishAsync(article.Chinese, key, stop);
            written.Add(id);
            if (article.English is { } english) written.Add(await PublishAsync(english with { TranslationOf = id }, key + "-en", stop));
        }
        await store.ArticlesWrittenAsync(written, stop);
    }

    /// <summary>They go out of use; care loses no article.</summary>
    public async Task ArchiveAsync(DemoState state, CancellationToken stop)
    {
        foreach (var id in state.Articles ?? []) await lead.TrySendAsync(HttpMethod.Post, $"{Path}/{id}/archive", new { }, stop);
    }

    private async Task<string> PublishAsync(ArticleDraft draft, string key, CancellationToken stop)
    {
        var created = await author.SendAsync(HttpMethod.Post, Path, draft, stop, key);
        var id = created.GetProperty("id").GetString()!;
        var submitted = await author.SendAsync(HttpMethod.Post, $"{Path}/{id}/submit", new { }, stop, key + "-submit");
        await lead.SendAsync(HttpMethod.Post, $"{Path}/{id}/approve", new { }, stop, key + "-approve", RevisionOf(submitted));
        return id;
    }

    private static long RevisionOf(JsonElement article) => article.GetProperty("revision").GetInt64();
}
