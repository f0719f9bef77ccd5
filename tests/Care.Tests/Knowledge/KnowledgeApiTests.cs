using System.Text.Json;
using ECommerce.Channels.Contracts;
using ECommerce.Channels.Testing;
using Xunit;

namespace ECommerce.Channels.Care.Tests.Knowledge;

public sealed class KnowledgeApiTests(PostgresServer postgres)
{
    private const string Root = KnowledgeHost.Root;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Article_ThroughItsWholeLife_IsInItsHistoryAndAudited()
    {
        await using var host = await KnowledgeHost.StartAsync(postgres);
        var id = await host.CreateAsync(tags: ["余额"]);
        var submitted = await host.ActAsync(id, "submit");
        Assert.Equal("rejected", (await host.ActAsync(id, "reject", new { reason = "说明不全" }, Roles.Supervisor, submitted.Tag())).Text("status"));
        var again = await host.DraftAsync(id, KnowledgeHost.Draft(body: "发送 YE 到 10086，免费。"));
        Assert.Equal(("draft", 2, JsonValueKind.Null), (again.Text("status"), again.Number("version"), again.GetProperty("published").ValueKind));
        await host.PublishAsync(id);
        await host.DraftAsync(id, KnowledgeHost.Draft("话费余额", "第三版"));
        Assert.Equal("archived", (await host.ActAsync(id, "archive", role: Roles.Manager)).Text("status"));
        Assert.Equal("draft", (await host.ActAsync(id, "restore", role: Roles.Manager)).Text("status"));
        var reverted = await host.ActAsync(id, "revert", new { version = 1 });
        Assert.Equal(("draft", 4, 2), (reverted.Text("status"), reverted.Number("version"), reverted.Number("published")));

        var detail = await host.GetAsync(id);
        Assert.Equal(["created", "submitted", "rejected", "drafted", "submitted", "approved", "drafted", "archived", "restored", "reverted"], detail.History());
        Assert.Equal(("说明不全", "user:supervisor", 1), (detail.GetProperty("history")[2].Text("reason"), detail.GetProperty("history")[2].Text("by"), detail.GetProperty("history")[2].Number("version")));
        Assert.Equal((4, 1, "发送 YE 到 10086。"), (detail.GetProperty("latest").Number("number"), detail.GetProperty("latest").Number("revertOf"), detail.GetProperty("latest").Text("body")));
        Assert.Equal((2, "approved", "发送 YE 到 10086，免费。"), (detail.GetProperty("published").Number("number"), detail.GetProperty("published").Text("status"), detail.GetProperty("published").Text("body")));
        Assert.Equal(["余额"], detail.GetProperty("article").GetProperty("tags").EnumerateArray().Select(tag => tag.GetString()));
        var audited = await host.ReadAsync("SELECT action FROM care.audit_log WHERE action LIKE 'article.%' ORDER BY number");
        Assert.Equal(detail.History().Select(what => "article." + what), audited);
    }

    [Fact]
    public async Task Approve_ByItsAuthorOrSubmitter_Is409InBothLanguagesAndPublishesNothing()
    {
        await using var host = await KnowledgeHost.StartAsync(postgres);
        var byAuthor = (await host.SendAsync(HttpMethod.Post, Root, NewOf("One"), 201, Roles.Supervisor)).Text("id")!;
        await host.ActAsync(byAuthor, "submit");
        Assert.Equal((409, "须由作者和提交人以外的人批准"), await ApproveAsync(byAuthor, "zh-CN"));
        var bySubmitter = await host.CreateAsync("Two");
        await host.ActAsync(bySubmitter, "submit", role: Roles.Supervisor);
        Assert.Equal((409, "Somebody other than its author and its submitter has to approve it"), await ApproveAsync(bySubmitter, "en"));
        Assert.Empty(await host.IdsAsync("?status=published"));
        Assert.Equal("approved", (await host.ActAsync(byAuthor, "approve", role: Roles.Manager, ifMatch: "\"2\"")).Text("status"));

        async Task<(int, string?)> ApproveAsync(string id, string language)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, $"{Root}/{id}/approve");
            request.Headers.AcceptLanguage.ParseAdd(language);
            request.Headers.IfMatch.ParseAdd("\"2\"");
            host.Care.Sign(request, Roles.Supervisor, []);
            using var answer = await host.Care.Anonymous.SendAsync(request, Cancellation);
            var problem = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Cancellation)).RootElement;
            Assert.Equal("urn:channels:problem:four-eyes", problem.Text("type"));
            return ((int)answer.StatusCode, problem.Text("title"));
        }
    }

    [Fact]
    public async Task Step_OverAnotherRevision_Is412AndChangesNothing()
    {
        await using var host = await KnowledgeHost.StartAsync(postgres);
        var id = await host.CreateAsync();
        (HttpMethod Method, string Action, object? Body)[] steps =
        [
            (HttpMethod.Put, "draft", KnowledgeHost.Draft("x")), (HttpMethod.Post, "submit", null), (HttpMethod.Post, "approve", null),
            (HttpMethod.Post, "reject", new { reason = "x" }), (HttpMethod.Post, "archive", null), (HttpMethod.Post, "restore", null),
            (HttpMethod.Post, "revert", new { version = 1 }),
        ];
        foreach (var (method, action, body) in steps)
            Assert.Equal((action, 412), (action, (await host.CallAsync(method, $"{Root}/{id}/{action}", body, Roles.Manager, "\"7\"")).Status));
        // What is approved has been read: another draft may have come meanwhile.
        await host.ActAsync(id, "submit");
        Assert.Equal(428, (await host.CallAsync(HttpMethod.Post, $"{Root}/{id}/approve", null, Roles.Manager)).Status);
        Assert.Equal(["created", "submitted"], (await host.GetAsync(id)).History());
        Assert.Equal("\"2\"", await TagAsync(host, id));
    }

    [Fact]
    public async Task Draft_ByTwoPeopleAtOnce_KeepsTheFirstAndTellsTheOther()
    {
        await using var host = await KnowledgeHost.StartAsync(postgres);
        var id = await host.CreateAsync();
        var both = await Task.WhenAll(
            host.CallAsync(HttpMethod.Put, $"{Root}/{id}/draft", KnowledgeHost.Draft("of an agent"), Roles.Agent, "\"1\""),
            host.CallAsync(HttpMethod.Put, $"{Root}/{id}/draft", KnowledgeHost.Draft("of a manager"), Roles.Manager, "\"1\""));
        Assert.Equal([200, 412], both.Select(one => one.Status).Order());
        Assert.Equal((2, both.Single(one => one.Status == 200).Body.Text("title")), Last(await host.GetAsync(id)));
        // Without a condition both are kept, one after the other.
        var more = await Task.WhenAll(Enumerable.Range(0, 4).Select(at =>
            host.CallAsync(HttpMethod.Put, $"{Root}/{id}/draft", KnowledgeHost.Draft($"number {at}"), Roles.Agent)));
        Assert.All(more, one => Assert.Equal(200, one.Status));
        Assert.Equal([3, 4, 5, 6], more.Select(one => one.Body.Number("version")).Order());

        static (int, string?) Last(JsonElement detail) => (detail.GetProperty("latest").Number("number"), detail.GetProperty("latest").Text("title"));
    }

    [Fact]
    public async Task Input_ThatIsWrong_NamesEveryField()
    {
        await using var host = await KnowledgeHost.StartAsync(postgres);
        var id = await host.CreateAsync();
        var wrong = new
        {
            language = "fr",
            title = new string('t', 201),
            body = "",
            audience = "everyone",
            tags = new[] { "fine", "not fine", "13812345678", "" },
            service = "none",
            product = "13812345678",
            translationOf = "a_none",
        };
        string[] fields = ["audience", "body", "product", "service", "tags.1", "tags.2", "tags.3", "title"];
        Assert.Equal(fields.Append("language").Append("translationOf").Order(StringComparer.Ordinal), (await host.CallAsync(HttpMethod.Post, Root, wrong, Roles.Agent)).Wrong());
        Assert.Equal(fields, (await host.CallAsync(HttpMethod.Put, $"{Root}/{id}/draft", wrong, Roles.Agent)).Wrong());
        Assert.Equal(["audience", "body", "language", "title"], (await host.CallAsync(HttpMethod.Post, Root, new { }, Roles.Agent)).Wrong());
        Assert.Equal(["body", "tags"], (await host.CallAsync(HttpMethod.Post, Root, NewOf("t", new string('b', 20_001), Enumerable.Range(0, 21).Select(at => $"t{at}")), Roles.Agent)).Wrong());
        Assert.Equal(["translationOf"], (await host.CallAsync(HttpMethod.Post, Root, new { language = "zh-CN", title = "t", body = "b", audience = "internal", translationOf = id }, Roles.Agent)).Wrong());
        Assert.Equal(["reason"], await WrongAsync("reject", new { reason = "" }));
        Assert.Equal(["version"], await WrongAsync("revert", new { version = 0 }));
        Assert.Equal(["version"], await WrongAsync("revert", new { version = 2 }));
        Assert.Equal(["conversation", "outcome", "reason"], await WrongAsync("uses", new { outcome = "liked", conversation = "13812345678", reason = "a b" }));
        Assert.Equal(
            ["audience", "language", "limit", "service", "tag", "text"],
            (await host.CallAsync(HttpMethod.Post, Root + "/search", new { text = "", language = "fr", audience = "x", service = "a b", tag = 1, limit = 51 }, Roles.Portal)).Wrong());
        Assert.Equal(["language", "status"], (await host.CallAsync(HttpMethod.Get, Root + "?status=x&language=y", null, Roles.Agent)).Wrong());
        Assert.Equal(["cursor"], (await host.CallAsync(HttpMethod.Get, Root + "?cursor=WyJ4Il0", null, Roles.Agent)).Wrong());
        Assert.Equal(["created"], (await host.GetAsync(id)).History());
        Assert.Single(await host.IdsAsync(""));

        async Task<string[]> WrongAsync(string action, object body) => (await host.CallAsync(HttpMethod.Post, $"{Root}/{id}/{action}", body, Roles.Manager)).Wrong();
    }

    [Fact]
    public async Task Step_ThatTheStatusDoesNotAllow_Is409()
    {
        await using var host = await KnowledgeHost.StartAsync(postgres);
        var id = await host.CreateAsync();
        await AllowsNoneOf("approve", "reject", "restore", "uses");
        await host.ActAsync(id, "archive", role: Roles.Manager);
        await AllowsNoneOf("submit", "approve", "reject", "archive", "revert", "uses");
        Assert.Equal(409, (await host.CallAsync(HttpMethod.Put, $"{Root}/{id}/draft", KnowledgeHost.Draft("x"), Roles.Agent)).Status);
        Assert.Equal(["created", "archived"], (await host.GetAsync(id)).History());
        foreach (var action in new[] { "submit", "approve", "reject", "archive", "restore", "revert", "uses" })
            Assert.Equal((action, 404), (action, (await CallAsync("a_none", action)).Status));
        Assert.Equal(404, (await host.CallAsync(HttpMethod.Get, Root + "/a_none/versions", null, Roles.Agent)).Status);

        async Task AllowsNoneOf(params string[] actions)
        {
            foreach (var action in actions)
            {
                var (status, problem) = await CallAsync(id, action);
                Assert.Equal((action, 409, "urn:channels:problem:article-status"), (action, status, problem.Text("type")));
            }
        }

        Task<(int Status, JsonElement Body)> CallAsync(string article, string action) => host.CallAsync(
            HttpMethod.Post, $"{Root}/{article}/{action}", new { reason = "x", version = 1, outcome = "offered" }, Roles.Manager, "*");
    }

    [Fact]
    public async Task Portal_WhateverItAsks_SeesPublishedArticlesForCustomersAlone()
    {
        await using var host = await KnowledgeHost.StartAsync(postgres);
        var seen = await host.PublishAsync(await host.CreateAsync("充值方式", "可以通过 App 充值。"));
        string[] hidden =
        [
            await host.CreateAsync("充值草稿"), await host.PublishAsync(await host.CreateAsync("充值内部", audience: "internal")),
            await host.PublishAsync(await host.CreateAsync("充值旧文")),
        ];
        await host.ActAsync(hidden[2], "archive", role: Roles.Manager);
        await host.DraftAsync(seen, KnowledgeHost.Draft("充值方式改", "下一版，内部。", "internal", "new"));

        Assert.Equal([seen], await host.IdsAsync("", Roles.Portal));
        Assert.Empty(await host.IdsAsync("?tag=new", Roles.Portal));
        Assert.Empty(await host.IdsAsync("?status=draft", Roles.Portal));
        Assert.Equal([seen], await host.FoundAsync(new { text = "充值" }, Roles.Portal));
        Assert.Equal([seen], await host.FoundAsync(new { text = "充值", audience = "internal" }, Roles.Portal));
        var detail = await host.GetAsync(seen, Roles.Portal);
        Assert.Equal(("充值方式", "approved", 1), (detail.GetProperty("article").Text("title"), detail.GetProperty("article").Text("status"), detail.GetProperty("article").Number("version")));
        Assert.Equal("可以通过 App 充值。", detail.GetProperty("published").Text("body"));
        Assert.DoesNotContain("user:", detail.GetRawText());
        Assert.DoesNotContain("下一版", detail.GetRawText());
        foreach (var id in hidden)
        {
            Assert.Equal(404, (await host.CallAsync(HttpMethod.Get, $"{Root}/{id}", null, Roles.Portal)).Status);
            Assert.Equal(404, (await host.CallAsync(HttpMethod.Post, $"{Root}/{id}/uses", new { outcome = "offered" }, Roles.Portal)).Status);
        }
        Assert.Equal(4, (await host.IdsAsync("")).Length);
        Assert.Equal(2, (await host.FoundAsync(new { text = "充值" })).Length);
    }

    [Fact]
    public async Task Route_OfAnotherRole_Is403()
    {
        await using var host = await KnowledgeHost.StartAsync(postgres);
        var id = await host.CreateAsync();
        foreach (var action in new[] { "approve", "reject", "archive", "restore" })
            Assert.Equal((action, 403), (action, (await host.CallAsync(HttpMethod.Post, $"{Root}/{id}/{action}", new { reason = "x" }, Roles.Agent, "*")).Status));
        foreach (var path in new[] { "/submit", "/revert" })
            Assert.Equal((path, 403), (path, (await host.CallAsync(HttpMethod.Post, $"{Root}/{id}{path}", new { version = 1 }, Roles.Portal)).Status));
        foreach (var path in new[] { "/versions", "/versions/1" })
            Assert.Equal((path, 403), (path, (await host.CallAsync(HttpMethod.Get, $"{Root}/{id}{path}", null, Roles.Portal)).Status));
        Assert.Equal(403, (await host.CallAsync(HttpMethod.Post, Root, NewOf("x"), Roles.Portal)).Status);
        Assert.Equal(403, (await host.CallAsync(HttpMethod.Get, Root, null, Roles.Interviewer)).Status);
        Assert.Equal(405, (await host.CallAsync(HttpMethod.Get, Root + "/search", null, Roles.Agent)).Status);
    }

    private static object NewOf(string title, string body = "b", IEnumerable<string>? tags = null) => new { language = "en", title, body, audience = "customer", tags };

    private static async Task<string?> TagAsync(KnowledgeHost host, string id)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{Root}/{id}");
        host.Care.Sign(request, Roles.Agent, []);
        using var answer = await host.Care.Anonymous.SendAsync(request, Cancellation);
        return answer.Headers.ETag?.ToString();
    }
}
