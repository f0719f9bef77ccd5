using System.Text.Json;
using ECommerce.Channels.Contracts;
using ECommerce.Channels.Testing;
using Xunit;

namespace ECommerce.Channels.Care.Tests.Knowledge;

public sealed class ArticleSearchTests(PostgresServer postgres)
{
    private const string Root = KnowledgeHost.Root;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>The articles and questions of search.json: each with the article that has to come first, or among the first three.</summary>
    [Fact]
    public async Task Search_ForEveryQuestionOfTheFile_FindsTheArticle()
    {
        using var file = await JsonDocument.ParseAsync(typeof(ArticleSearchTests).Assembly.GetManifestResourceStream("knowledge-search.json")!, default, Cancellation);
        await using var host = await KnowledgeHost.StartAsync(postgres);
        var keys = new Dictionary<string, string>();
        foreach (var article in file.RootElement.GetProperty("articles").EnumerateArray()) keys[await PublishAsync(host, article, keys)] = article.Text("key")!;
        var queries = file.RootElement.GetProperty("queries").EnumerateArray().ToList();
        Assert.InRange(queries.Count, 50, int.MaxValue);
        var missed = new List<string>();
        foreach (var query in queries)
        {
            var (text, isFirst) = (query.Text("text")!, query.TryGetProperty("first", out var expected));
            if (!isFirst) expected = query.GetProperty("among");
            var language = query.TryGetProperty("language", out var only) ? only.GetString() : null;
            var hits = await host.SearchAsync(new { text, language });
            var found = hits.Select(hit => keys[hit.Text("id")!]).ToList();
            if (!found.Take(isFirst ? 1 : 3).Contains(expected.GetString()!))
                missed.Add($"{text}: {expected} is not {(isFirst ? "first" : "among the first")} of {string.Join(", ", found.Zip(hits, (key, hit) => $"{key} {hit.GetProperty("score")}").Take(5))}");
        }
        Assert.True(missed.Count == 0, string.Join('\n', missed));
    }

    [Fact]
    public async Task Search_OfPublishedVersions_ShowsWhereTheyHit()
    {
        await using var host = await KnowledgeHost.StartAsync(postgres);
        var id = await host.PublishAsync(await host.CreateAsync("国际漫游", $"# 说明\n\n{new string('前', 90)}**补卡**须本人办理。{new string('后', 90)}"));
        await host.DraftAsync(id, KnowledgeHost.Draft("下一版", "携号转网"));
        var hit = Assert.Single(await host.SearchAsync(new { text = "补卡" }));
        Assert.Equal((id, "国际漫游", 1), (hit.Text("id"), hit.Text("title"), hit.Number("version")));
        Assert.Contains("前补卡须本人办理。后", hit.Text("snippet"));
        Assert.InRange(hit.Text("snippet")!.Length, 100, 122);
        Assert.InRange(hit.GetProperty("score").GetDouble(), 0.0001, 1);
        Assert.Empty(await host.SearchAsync(new { text = "转网" }));
        await host.PublishAsync(id);
        Assert.Empty(await host.SearchAsync(new { text = "补卡" }));
        Assert.Single(await host.SearchAsync(new { text = "转网" }));
        await host.ActAsync(id, "archive", role: Roles.Manager);
        Assert.Empty(await host.SearchAsync(new { text = "转网" }));
        await host.ActAsync(id, "restore", role: Roles.Manager);
        Assert.Single(await host.SearchAsync(new { text = "转网" }));
    }

    [Fact]
    public async Task Search_WhereOneArticleHasEveryWord_ShowsNoOther()
    {
        await using var host = await KnowledgeHost.StartAsync(postgres);
        var both = await host.PublishAsync(await host.CreateAsync("补卡与漫游", "…"));
        var one = await host.PublishAsync(await host.CreateAsync("补卡", "…"));
        Assert.Equal([both], await host.FoundAsync(new { text = "漫游 补卡" }));
        Assert.Equal([one, both], (await host.FoundAsync(new { text = "补卡 宽带" })).OrderDescending(StringComparer.Ordinal));
        Assert.Empty(await host.FoundAsync(new { text = "宽带" }));
        Assert.Empty(await host.FoundAsync(new { text = "？！" }));
        Assert.Empty(await host.FoundAsync(new { text = "'; DROP TABLE \\ :* & | !" }));
    }

    [Fact]
    public async Task Search_ForAWord_PutsTitleBeforeTagBeforeBodyAndTiesByAge()
    {
        await using var host = await KnowledgeHost.StartAsync(postgres);
        var body = await host.PublishAsync(await host.CreateAsync("甲", "关于漫游。"));
        var tag = await host.PublishAsync(await host.CreateAsync("乙", "无关。", tags: ["漫游"]));
        var title = await host.PublishAsync(await host.CreateAsync("漫游", "无关。"));
        var same = await host.PublishAsync(await host.CreateAsync("漫游", "无关。"));
        Assert.Equal([title, same, tag, body], await host.FoundAsync(new { text = "漫游" }));
        Assert.Equal([title, same], await host.FoundAsync(new { text = "漫游", limit = 2 }));
    }

    [Fact]
    public async Task Search_ByEachFilter_ShowsWhatFits()
    {
        await using var host = await KnowledgeHost.StartAsync(postgres);
        var chinese = await host.PublishAsync(await host.CreateAsync("充值 app", "…", tags: ["缴费"], service: "payment.topup"));
        var english = await host.PublishAsync(await host.CreateAsync("Pay by app", "…", "internal", "en", ["Recharge"], "callerid.on", translationOf: chinese));
        (object Query, string Id)[] filtered =
        [
            (new { text = "app", language = "zh-CN" }, chinese), (new { text = "app", language = "en" }, english),
            (new { text = "app", audience = "customer" }, chinese), (new { text = "app", audience = "internal" }, english),
            (new { text = "app", service = "payment.topup" }, chinese), (new { text = "app", service = "callerid.on" }, english),
            (new { text = "app", tag = "缴费" }, chinese), (new { text = "app", tag = "RECHARGE" }, english),
        ];
        foreach (var (query, id) in filtered) Assert.Equal((query, id), (query, Assert.Single(await host.FoundAsync(query))));
        Assert.Equal(2, (await host.FoundAsync(new { text = "app" })).Length);
        Assert.Equal(chinese, Assert.Single(await host.SearchAsync(new { text = "app", language = "en" })).Text("translationOf"));
    }

    [Fact]
    public async Task Search_OfTheLongestArticle_FindsItsEnd()
    {
        await using var host = await KnowledgeHost.StartAsync(postgres);
        var every = string.Concat(Enumerable.Range(0x4E00, 19_990).Select(code => (char)code)) + " endword";
        var id = await host.PublishAsync(await host.CreateAsync("长", every));
        var words = await host.PublishAsync(await host.CreateAsync("Long", new string('w', 19_000) + " wordend"));
        Assert.Equal([id], await host.FoundAsync(new { text = "endword" }));
        Assert.Equal([id], await host.FoundAsync(new { text = every[19_000..19_400] }));
        Assert.Equal([words], await host.FoundAsync(new { text = "wordend" }));
    }

    [Fact]
    public async Task List_ByPagesAndFilters_ShowsEachArticleOnceTheLastChangedFirst()
    {
        await using var host = await KnowledgeHost.StartAsync(postgres);
        var ids = new List<string>();
        foreach (var at in Enumerable.Range(0, 5)) ids.Insert(0, await host.CreateAsync($"t{at}", language: at == 0 ? "en" : "zh-CN", tags: [$"tag{at}"]));
        var seen = new List<string>();
        for (var next = ""; ;)
        {
            var page = await host.SendAsync(HttpMethod.Get, $"{Root}?limit=2{next}", null, 200, Roles.Agent);
            seen.AddRange(page.GetProperty("items").EnumerateArray().Select(one => one.Text("id")!));
            if (page.GetProperty("next").ValueKind == JsonValueKind.Null) break;
            next = "&cursor=" + page.Text("next");
        }
        Assert.Equal(ids, seen);
        await host.PublishAsync(ids[4]);
        await host.DraftAsync(ids[4], KnowledgeHost.Draft("again"));
        await host.ActAsync(ids[3], "submit");
        await host.ActAsync(ids[2], "archive", role: Roles.Manager);
        Assert.Equal([ids[4], ids[0], ids[1]], await host.IdsAsync("?status=draft"));
        Assert.Equal([ids[3]], await host.IdsAsync("?status=submitted"));
        Assert.Equal([ids[2]], await host.IdsAsync("?status=archived"));
        Assert.Equal([ids[4]], await host.IdsAsync("?status=published"));
        Assert.Empty(await host.IdsAsync("?status=approved"));
        Assert.Equal([ids[4]], await host.IdsAsync("?language=en"));
        Assert.Equal([ids[1]], await host.IdsAsync("?tag=TAG3"));
    }

    private static async Task<string> PublishAsync(KnowledgeHost host, JsonElement article, Dictionary<string, string> keys)
    {
        var original = Optional("of") is { } key ? keys.Single(one => one.Value == key).Key : null;
        return await host.PublishAsync(await host.CreateAsync(
            article.Text("title")!, article.Text("body")!, article.Text("audience")!, article.Text("language")!,
            [.. article.GetProperty("tags").EnumerateArray().Select(tag => tag.GetString()!)], Optional("service"), Optional("product"), original));

        string? Optional(string name) => article.TryGetProperty(name, out var value) ? value.GetString() : null;
    }
}
