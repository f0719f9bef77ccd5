using ECommerce.Channels.Contracts;
using ECommerce.Channels.Testing;
using Npgsql;
using Xunit;

namespace ECommerce.Channels.Care.Tests.Knowledge;

public sealed class ArticleHistoryTests(PostgresServer postgres)
{
    private const string Root = KnowledgeHost.Root;

    [Fact]
    public async Task Versions_AfterMoreOfThem_AreWhatTheyWere()
    {
        await using var host = await KnowledgeHost.StartAsync(postgres);
        var id = await host.CreateAsync(tags: ["余额"], service: "payment.topup", product: "plan-5g");
        await host.ActAsync(id, "submit");
        var first = (await VersionAsync(host, id, 1)).GetRawText();
        await host.DraftAsync(id, KnowledgeHost.Draft("二"));
        Assert.Equal(first.Replace("\"submitted\"", "\"superseded\""), (await VersionAsync(host, id, 1)).GetRawText());
        await host.PublishAsync(id);
        var second = (await VersionAsync(host, id, 2)).GetRawText();
        await host.ActAsync(id, "revert", new { version = 1 });
        await host.ActAsync(id, "archive", role: Roles.Admin);
        Assert.Equal(second, (await VersionAsync(host, id, 2)).GetRawText());
        Assert.Equal(("approved", "user:agent", "user:supervisor"), ((await VersionAsync(host, id, 2)).Text("status"), (await VersionAsync(host, id, 2)).Text("author"), (await VersionAsync(host, id, 2)).Text("decidedBy")));
        Assert.Equal(404, (await host.CallAsync(HttpMethod.Get, $"{Root}/{id}/versions/4", null, Roles.Agent)).Status);

        var page = await host.SendAsync(HttpMethod.Get, $"{Root}/{id}/versions?limit=2", null, 200, Roles.Agent);
        var rest = await host.SendAsync(HttpMethod.Get, $"{Root}/{id}/versions?limit=2&cursor={page.Text("next")}", null, 200, Roles.Agent);
        var listed = page.GetProperty("items").EnumerateArray().Concat(rest.GetProperty("items").EnumerateArray()).ToList();
        Assert.Equal([(3, "draft"), (2, "approved"), (1, "superseded")], listed.Select(one => (one.Number("number"), one.Text("status")!)));
        Assert.All(listed, one => Assert.Null(one.Text("body")));
    }

    [Theory]
    [InlineData("UPDATE care.article_versions SET body = 'x'")]
    [InlineData("DELETE FROM care.article_versions")]
    [InlineData("TRUNCATE care.article_versions")]
    [InlineData("UPDATE care.article_steps SET by = 'x'")]
    [InlineData("DELETE FROM care.article_steps")]
    [InlineData("TRUNCATE care.article_steps")]
    public async Task History_ChangedInTheDatabase_IsRefused(string sql)
    {
        await using var host = await KnowledgeHost.StartAsync(postgres);
        var id = await host.CreateAsync();
        var refused = await Assert.ThrowsAsync<PostgresException>(() => host.ReadAsync(sql));
        Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, refused.SqlState);
        Assert.Equal(["created"], (await host.GetAsync(id)).History());
    }

    [Fact]
    public async Task Texts_WithPhoneNumbers_AreMaskedWhereverTheyAreKept()
    {
        await using var host = await KnowledgeHost.StartAsync(postgres);
        var id = await host.CreateAsync("Call 13812345678", "Or +86 139 1234 5678, or １３７１２３４５６７８.", language: "en");
        await host.ActAsync(id, "submit");
        await host.ActAsync(id, "reject", new { reason = "13612345678 is a person's" }, Roles.Supervisor);
        await host.DraftAsync(id, KnowledgeHost.Draft("Ask 13512345678", "And 13412345678."));
        await host.PublishAsync(id);
        var version = await VersionAsync(host, id, 1);
        Assert.Equal(("Call ***********", "Or ***********, or ***********."), (version.Text("title"), version.Text("body")));
        Assert.Equal("*********** is a person's", version.Text("reason"));
        var kept = string.Join('\n', await host.ReadAsync("""
            SELECT query_to_xml(format('SELECT t::text FROM %I.%I t', table_schema, table_name), true, false, '')::text
            FROM information_schema.tables WHERE table_schema = 'care'
            """));
        Assert.Contains("And ***********.", kept);
        foreach (var number in new[] { "13812345678", "1234 5678", "１３７１２３４５６７８", "13612345678", "13512345678", "13412345678" }) Assert.DoesNotContain(number, kept);
    }

    [Fact]
    public async Task Uses_OfAPublishedArticle_AreKeptAndCounted()
    {
        await using var host = await KnowledgeHost.StartAsync(postgres);
        var id = await host.PublishAsync(await host.CreateAsync());
        await UseAsync(new { outcome = "inserted", conversation = "v_1" }, Roles.Agent);
        await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => UseAsync(new { outcome = "offered" }, Roles.Portal)));
        await UseAsync(new { outcome = "helpful" }, Roles.Portal);
        await host.DraftAsync(id, KnowledgeHost.Draft("next"));
        await host.PublishAsync(id);
        await UseAsync(new { outcome = "not-helpful", reason = "outdated" }, Roles.Portal);

        const string counts = """{"inserted":1,"offered":5,"helpful":1,"notHelpful":1}""";
        Assert.Equal(counts, (await host.GetAsync(id)).GetProperty("article").GetProperty("uses").GetRawText());
        var listed = await host.SendAsync(HttpMethod.Get, Root, null, 200, Roles.Agent);
        Assert.Equal(counts, listed.GetProperty("items")[0].GetProperty("uses").GetRawText());
        Assert.Equal(
            ["inserted 1 user:agent v_1 -", "not-helpful 2 user:portal - outdated"],
            await host.ReadAsync("""
                SELECT concat_ws(' ', outcome, version, by, coalesce(conversation, '-'), coalesce(reason, '-')) FROM care.article_uses
                WHERE outcome IN ('inserted', 'not-helpful') ORDER BY number
                """));

        Task UseAsync(object use, string role) => host.SendAsync(HttpMethod.Post, $"{Root}/{id}/uses", use, 204, role);
    }

    private static Task<System.Text.Json.JsonElement> VersionAsync(KnowledgeHost host, string id, int number) =>
        host.SendAsync(HttpMethod.Get, $"{Root}/{id}/versions/{number}", null, 200, Roles.Agent);
}
