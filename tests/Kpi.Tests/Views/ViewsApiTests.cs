using System.Text.Json;
using ECommerce.Channels.Kpi.Views;
using ECommerce.Channels.Testing;
using Npgsql;
using Xunit;

namespace ECommerce.Channels.Kpi.Tests.Views;

public sealed class ViewsApiTests(PostgresServer postgres)
{
    private const string Root = "/api/v1/kpi/views";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static object View(string name, bool shared = false, string screen = "explore", string query = "indicator=success-rate&by=channel") =>
        new { name, screen, query, shared };

    private static string[] Names(JsonElement list) => [.. list.GetProperty("views").EnumerateArray().Select(one => one.GetProperty("name").GetString()!)];

    private async Task<FiguresHost> StartAsync() => await FiguresHost.StartAsync(await postgres.NewDatabaseAsync());

    private static async Task<string> AddAsync(FiguresHost host, object view) =>
        (await host.SendAsync(HttpMethod.Post, Root, view, 201)).GetProperty("id").GetString()!;

    [Fact]
    public async Task View_IsKeptChangedAndTakenAway()
    {
        await using var host = await StartAsync();
        var id = await AddAsync(host, View("应用", query: "?indicator=success-rate"));
        var kept = await host.GetAsync($"{Root}/{id}");
        Assert.Equal(
            ("应用", "explore", "indicator=success-rate", false, "user:ann"),
            (kept.GetProperty("name").GetString(), kept.GetProperty("screen").GetString(), kept.GetProperty("query").GetString(), kept.GetProperty("shared").GetBoolean(), kept.GetProperty("owner").GetString()));
        await host.SendAsync(HttpMethod.Put, $"{Root}/{id}", View("App", shared: true, screen: "targets"), 200);
        Assert.Equal(["App"], Names(await host.GetAsync($"{Root}?screen=targets")));
        Assert.Empty(Names(await host.GetAsync($"{Root}?screen=explore")));
        await host.SendAsync(HttpMethod.Delete, $"{Root}/{id}", null, 204);
        await host.SendAsync(HttpMethod.Get, $"{Root}/{id}", null, 404);
        await host.SendAsync(HttpMethod.Delete, $"{Root}/{id}", null, 404);
    }

    [Fact]
    public async Task View_OfAnother_IsSeenWhereShared_AndChangedByNobodyElse()
    {
        await using var host = await StartAsync();
        var (own, shared) = (await AddAsync(host, View("own")), await AddAsync(host, View("shared", shared: true)));
        host.As("supervisor", user: "bob");
        Assert.Equal(["shared"], Names(await host.GetAsync(Root)));
        await host.SendAsync(HttpMethod.Get, $"{Root}/{own}", null, 404);
        await host.SendAsync(HttpMethod.Put, $"{Root}/{own}", View("x"), 404);
        await host.SendAsync(HttpMethod.Delete, $"{Root}/{own}", null, 404);
        await host.GetAsync($"{Root}/{shared}");
        await host.SendAsync(HttpMethod.Put, $"{Root}/{shared}", View("x"), 403);
        await host.SendAsync(HttpMethod.Delete, $"{Root}/{shared}", null, 403);
        // An admin clears shared ones up, and sees no others either.
        host.As("admin", user: "root");
        await host.SendAsync(HttpMethod.Delete, $"{Root}/{own}", null, 404);
        await host.SendAsync(HttpMethod.Put, $"{Root}/{shared}", View("x"), 403);
        await host.SendAsync(HttpMethod.Delete, $"{Root}/{shared}", null, 204);
        Assert.Equal(["own"], Names(await host.As("manager").GetAsync(Root)));
    }

    [Fact]
    public async Task Put_WithAnOldETag_Is412()
    {
        await using var host = await StartAsync();
        var id = await AddAsync(host, View("one"));
        await host.SendAsync(HttpMethod.Put, $"{Root}/{id}", View("two"), 200, "\"1\"");
        await host.SendAsync(HttpMethod.Put, $"{Root}/{id}", View("three"), 412, "\"1\"");
        await host.SendAsync(HttpMethod.Delete, $"{Root}/{id}", null, 412, "\"1\"");
        Assert.Equal(["two"], Names(await host.GetAsync(Root)));
    }

    [Fact]
    public async Task Body_ThatIsWrong_NamesEveryField()
    {
        await using var host = await StartAsync();
        Assert.Equal(["name", "screen"], await host.WrongAsync(HttpMethod.Post, Root, new { }));
        Assert.Equal(
            ["name", "query", "screen", "shared"],
            await host.WrongAsync(HttpMethod.Post, Root, new { name = "", screen = "a b", query = new string('x', 2_001), shared = "yes" }));
        Assert.Equal(["query"], await host.WrongAsync(HttpMethod.Post, Root, View("x", query: "customer=13812345678")));
        Assert.Contains("***********", (await host.SendAsync(HttpMethod.Post, Root, View("call 13812345678"), 201)).GetProperty("name").GetString());
    }

    [Fact]
    public async Task Views_OfOnePerson_AreLimited()
    {
        await using var host = await StartAsync();
        for (var i = 0; i < SavedViewRules.MostPerOwner; i++) await AddAsync(host, View($"{i}"));
        await host.SendAsync(HttpMethod.Post, Root, View("one more"), 409);
        await host.As("manager", user: "bob").SendAsync(HttpMethod.Post, Root, View("another's"), 201);
    }

    [Fact]
    public async Task Change_IsAuditedAndTold()
    {
        var connection = await postgres.NewDatabaseAsync();
        await using var host = await FiguresHost.StartAsync(connection);
        await using var listener = new NpgsqlConnection(connection);
        await listener.OpenAsync(Cancellation);
        var told = new List<string>();
        listener.Notification += (_, notice) => told.Add(notice.Payload);
        await using (var listen = new NpgsqlCommand($"LISTEN {ChangeNotice.Channel}", listener)) await listen.ExecuteNonQueryAsync(Cancellation);
        var id = await AddAsync(host, View("one"));
        await listener.WaitAsync(Cancellation);
        await host.SendAsync(HttpMethod.Delete, $"{Root}/{id}", null, 204);
        await listener.WaitAsync(Cancellation);
        Assert.Equal([$$"""{"kind":"views","ids":["{{id}}"]}""", $$"""{"kind":"views","ids":["{{id}}"]}"""], told);
        await using var command = new NpgsqlCommand("SELECT string_agg(actor || ' ' || action || ' ' || subject, ', ' ORDER BY number) FROM kpi.audit_log", listener);
        Assert.Equal($"user:ann view.saved {id}, user:ann view.deleted {id}", await command.ExecuteScalarAsync(Cancellation));
    }

    [Fact]
    public async Task Roles_UsersOfTheConsoleOnly()
    {
        await using var host = await StartAsync();
        foreach (var role in new[] { "manager", "supervisor", "sre", "admin" }) await AddAsync(host.As(role), View(role));
        foreach (var role in new[] { "agent", "portal", "interviewer" }) await host.As(role).SendAsync(HttpMethod.Get, Root, null, 403);
    }
}
