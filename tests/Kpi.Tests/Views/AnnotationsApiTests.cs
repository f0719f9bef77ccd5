using System.Text.Json;
using ECommerce.Channels.Testing;
using Xunit;

namespace ECommerce.Channels.Kpi.Tests.Views;

public sealed class AnnotationsApiTests(PostgresServer postgres)
{
    private const string Root = "/api/v1/kpi/annotations";
    private const string November = $"{Root}?from=2026-11-01&to=2026-12-01";

    private static object Note(string text, string? at = "2026-11-25", string? region = null, string? channel = null) => new { at, text, region, channel };

    private static string[] Texts(JsonElement list) => [.. list.GetProperty("annotations").EnumerateArray().Select(one => one.GetProperty("text").GetString()!)];

    private async Task<FiguresHost> StartAsync() => await FiguresHost.StartAsync(await postgres.NewDatabaseAsync());

    private static async Task<string> AddAsync(FiguresHost host, object note) =>
        (await host.SendAsync(HttpMethod.Post, Root, note, 201)).GetProperty("id").GetString()!;

    [Fact]
    public async Task Annotation_OfADayOrSome_IsFoundByThePeriodItTouches()
    {
        await using var host = await StartAsync();
        await AddAsync(host, Note("a day"));
        await AddAsync(host, new { from = "2026-10-28", to = "2026-11-03", text = "some\ndays", indicator = "success-rate", channel = "app" });
        await AddAsync(host, Note("before", "2026-10-31"));
        await AddAsync(host, Note("after", "2026-12-01"));
        var list = await host.GetAsync(November);
        Assert.Equal(["some\ndays", "a day"], Texts(list));
        var (days, day) = (list.GetProperty("annotations")[0], list.GetProperty("annotations")[1]);
        Assert.Equal((null, "2026-10-28", "2026-11-03"), (days.GetProperty("at").GetString(), days.GetProperty("from").GetString(), days.GetProperty("to").GetString()));
        Assert.Equal(("2026-11-25", "2026-11-25", "2026-11-26", "user:ann"), (day.GetProperty("at").GetString(), day.GetProperty("from").GetString(), day.GetProperty("to").GetString(), day.GetProperty("by").GetString()));
        Assert.Empty(Texts(await host.GetAsync($"{Root}?from=2026-11-03&to=2026-11-25")));
    }

    [Fact]
    public async Task Annotation_IsChangedIfNobodyElseDid()
    {
        await using var host = await StartAsync();
        var id = await AddAsync(host, Note("one"));
        var changed = await host.As("admin", user: "bob").SendAsync(HttpMethod.Put, $"{Root}/{id}", Note("two"), 200, "\"1\"");
        Assert.Equal(("user:ann", "user:bob", 2), (changed.GetProperty("by").GetString(), changed.GetProperty("updatedBy").GetString(), changed.GetProperty("revision").GetInt32()));
        await host.SendAsync(HttpMethod.Put, $"{Root}/{id}", Note("three"), 412, "\"1\"");
        await host.SendAsync(HttpMethod.Delete, $"{Root}/{id}", null, 412, "\"1\"");
        await host.SendAsync(HttpMethod.Delete, $"{Root}/{id}", null, 204, "\"2\"");
        await host.SendAsync(HttpMethod.Get, $"{Root}/{id}", null, 404);
    }

    [Fact]
    public async Task Regions_OutsideTheGrant_AreNeitherSeenNorWritten()
    {
        await using var host = await StartAsync();
        var (all, theirs) = (await AddAsync(host, Note("all")), await AddAsync(host, Note("theirs", region: "4403")));
        await AddAsync(host, Note("mine", region: "4401"));
        host.As("manager", "4401");
        // What concerns all regions is for everybody to read, and for a full grant to write.
        Assert.Equal(["all", "mine"], Texts(await host.GetAsync(November)).Order());
        foreach (var region in new[] { null, "44", "4403" }) await host.SendAsync(HttpMethod.Post, Root, Note("x", region: region), 403);
        await host.SendAsync(HttpMethod.Get, $"{Root}/{theirs}", null, 404);
        await host.SendAsync(HttpMethod.Put, $"{Root}/{theirs}", Note("x", region: "4401"), 404);
        await host.SendAsync(HttpMethod.Delete, $"{Root}/{theirs}", null, 404);
        await host.SendAsync(HttpMethod.Put, $"{Root}/{all}", Note("x", region: "4401"), 403);
        await host.SendAsync(HttpMethod.Delete, $"{Root}/{all}", null, 403);
        var id = await AddAsync(host, Note("new", region: "4401"));
        await host.SendAsync(HttpMethod.Put, $"{Root}/{id}", Note("moved away", region: "4403"), 403);
    }

    [Fact]
    public async Task Body_ThatIsWrong_NamesEveryField()
    {
        await using var host = await StartAsync();
        Assert.Equal(
            ["at", "channel", "indicator", "region", "text"],
            await host.WrongAsync(HttpMethod.Post, Root, new { at = "soon", text = "", indicator = "profit", channel = "fax", region = "45" }));
        Assert.Equal(["at", "text"], await host.WrongAsync(HttpMethod.Post, Root, new { }));
        Assert.Equal(["at"], await host.WrongAsync(HttpMethod.Post, Root, new { at = (string?)null, text = "x" }));
        Assert.Equal(["at"], await host.WrongAsync(HttpMethod.Post, Root, new { at = "2026-11-25", from = "2026-11-25", text = "x" }));
        Assert.Equal(["at"], await host.WrongAsync(HttpMethod.Post, Root, new { from = "2026-11-25", text = "x" }));
        Assert.Equal(["to"], await host.WrongAsync(HttpMethod.Post, Root, new { from = "2026-11-25", to = "2026-11-25", text = "x" }));
        Assert.Equal(["at"], await host.WrongAsync(HttpMethod.Post, Root, Note("x", "9999-12-31")));
        Assert.Equal(["from", "to"], await host.WrongAsync(HttpMethod.Get, Root));
        Assert.Equal(["to"], await host.WrongAsync(HttpMethod.Get, $"{Root}?from=2026-11-25&to=2026-11-25"));
        var masked = await host.SendAsync(HttpMethod.Post, Root, Note("call 138 1234 5678"), 201);
        Assert.DoesNotContain("5678", masked.GetProperty("text").GetString());
    }

    [Fact]
    public async Task Roles_ReadersReadEditorsWrite()
    {
        await using var host = await StartAsync();
        foreach (var role in new[] { "supervisor", "sre" })
        {
            await host.As(role).GetAsync(November);
            await host.SendAsync(HttpMethod.Post, Root, Note("x"), 403);
        }
        foreach (var role in new[] { "agent", "portal", "interviewer" }) await host.As(role).SendAsync(HttpMethod.Get, November, null, 403);
    }
}
