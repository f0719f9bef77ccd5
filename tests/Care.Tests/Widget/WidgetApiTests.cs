using System.Net.Http.Json;
using System.Text.Json;
using ECommerce.Channels.Care.Tests.Desk;
using ECommerce.Channels.Contracts;
using ECommerce.Channels.Testing;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Xunit;

namespace ECommerce.Channels.Care.Tests.Widget;

/// <summary>A customer's page with nothing but its token.</summary>
public sealed class WidgetApiTests(PostgresServer postgres)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Customer_FromTheFirstWordToTheRating_SeesTheOwnConversation()
    {
        await using var host = await DeskCalls.StartAsync(postgres);
        var token = await TokenAsync(host);
        Assert.Equal("none", (await CallAsync(host, token, HttpMethod.Get, "/conversation")).Body.Text("state"));
        Assert.Equal(409, (await CallAsync(host, token, HttpMethod.Get, "/events")).Status);
        Assert.Equal(201, (await SayAsync(host, token, "m1", "账单不对，我的号码 13812345678")).Status);
        var (_, waiting) = await CallAsync(host, token, HttpMethod.Get, "/conversation");
        Assert.Equal(("waiting", "账单不对，我的号码 ***********"), (waiting.Text("state"), waiting.GetProperty("messages")[0].Text("text")));
        await host.ComesAsync("wang");
        var id = await IdAsync(host);
        await host.ServedAsync(id);
        await host.AsAsync("wang", HttpMethod.Post, $"/conversations/{id}/messages", new { clientId = "n", text = "a note", kind = "note" });
        await host.AsAsync("wang", HttpMethod.Post, $"/conversations/{id}/messages", new { clientId = "a", text = "我查一下", seen = 2 });
        await host.AsAsync("wang", HttpMethod.Post, $"/conversations/{id}/presence", new { status = "typing" });
        var (_, active) = await CallAsync(host, token, HttpMethod.Get, "/conversation?after=1");
        Assert.Equal(("active", true), (active.Text("state"), active.GetProperty("agentTypes").GetBoolean()));
        Assert.Equal(["我查一下"], active.GetProperty("messages").EnumerateArray().Select(one => one.Text("text")!));
        Assert.DoesNotContain("wang", active.ToString(), StringComparison.Ordinal);
        Assert.Equal(409, (await CallAsync(host, token, HttpMethod.Post, "/rating", new { rating = 5 })).Status);
        Assert.Equal(204, (await CallAsync(host, token, HttpMethod.Post, "/leave")).Status);
        Assert.Equal(204, (await CallAsync(host, token, HttpMethod.Post, "/rating", new { rating = 5 })).Status);
        var now = await host.ConversationAsync(id);
        Assert.Equal(("closed", "customer-left", "5"), (now.Text("state"), now.Text("closeReason"), now.Text("rating")));
    }

    [Fact]
    public async Task Words_SentTwentyTimesAtOnce_AreOneMessageInOneConversation()
    {
        await using var host = await DeskCalls.StartAsync(postgres);
        var token = await TokenAsync(host);
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => SayAsync(host, token, "m1", "hello")));
        Assert.Equal(1, answers.Count(answer => answer.Status == 201));
        Assert.Equal(19, answers.Count(answer => answer.Status == 200));
        Assert.Equal((1L, 1L), (await CountAsync(host, "conversations"), await CountAsync(host, "messages")));
    }

    [Fact]
    public async Task Words_AfterTheEnd_OpenAnotherConversationAndARepeatDoesNot()
    {
        await using var host = await DeskCalls.StartAsync(postgres);
        var token = await TokenAsync(host);
        await SayAsync(host, token, "m1", "hello");
        await CallAsync(host, token, HttpMethod.Post, "/leave");
        Assert.Equal(200, (await SayAsync(host, token, "m1", "hello")).Status);
        Assert.Equal(1L, await CountAsync(host, "conversations"));
        Assert.Equal(201, (await SayAsync(host, token, "m2", "one more thing")).Status);
        Assert.Equal(2L, await CountAsync(host, "conversations"));
        Assert.Equal(["one more thing"], (await CallAsync(host, token, HttpMethod.Get, "/conversation")).Body.GetProperty("messages").EnumerateArray().Select(one => one.Text("text")!));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("cw_guessed")]
    public async Task Page_WithoutAGoodToken_IsUnauthenticated(string? token)
    {
        await using var host = await DeskCalls.StartAsync(postgres);
        foreach (var (method, path, body) in new (HttpMethod, string, object?)[]
        {
            (HttpMethod.Get, "/conversation", null), (HttpMethod.Get, "/events", null), (HttpMethod.Post, "/leave", null),
            (HttpMethod.Post, "/messages", new { clientId = "m", text = "x" }), (HttpMethod.Post, "/rating", new { rating = 1 }),
            (HttpMethod.Post, "/presence", new { status = "typing" }),
        })
            Assert.Equal((path, 401), (path, (await CallAsync(host, token, method, path, body)).Status));
    }

    [Fact]
    public async Task Events_OfTheConversation_TellOfAnswersAndPlacesButNotOfNotes()
    {
        await using var host = await DeskCalls.StartAsync(postgres);
        var token = await TokenAsync(host);
        await SayAsync(host, token, "m1", "hello");
        using var request = new HttpRequestMessage(HttpMethod.Get, DeskCalls.Root + "/widget/events");
        request.Headers.Add("X-Conversation-Token", token);
        using var events = await EventReader.OpenAsync(host.Anonymous, request);
        var id = await IdAsync(host);
        await host.AsAsync("wang", HttpMethod.Post, $"/conversations/{id}/messages", new { clientId = "n", text = "a note", kind = "note" });
        await host.AsAsync("wang", HttpMethod.Post, $"/conversations/{id}/presence", new { status = "viewing" });
        // A note would have been told before.
        Assert.Equal("{}", (await events.NextAsync("conversation", "presence"))!.Data);
        Assert.Equal("presence", (await SeenAsync(events, "presence", host, id)).Name);
        await host.AsAsync("wang", HttpMethod.Post, $"/conversations/{id}/assign", new { });
        Assert.NotNull(await events.NextAsync("conversation"));
    }

    [Fact]
    public async Task Token_OfACustomerWhoIsErased_IsWorthNothing()
    {
        await using var host = await DeskCalls.StartAsync(postgres);
        await host.CustomerAsync("c_ann", new { region = "4401" });
        var token = await TokenAsync(host);
        await SayAsync(host, token, "m1", "hello");
        await host.CallAsync(HttpMethod.Delete, DeskCalls.Root + "/customers/c_ann", null, Roles.Admin, Cancellation);
        Assert.Equal(401, (await CallAsync(host, token, HttpMethod.Get, "/conversation")).Status);
    }

    [Fact]
    public async Task Page_OfAPortal_MayCallFromItsOriginAndNoOther()
    {
        await using var host = await DeskCalls.StartAsync(postgres, ("Widget:Origins:0", "https://portal.example.com"));
        Assert.Equal("https://portal.example.com", await AllowedAsync(host, "https://portal.example.com", "/widget/messages"));
        Assert.Null(await AllowedAsync(host, "https://elsewhere.example.com", "/widget/messages"));
        Assert.Null(await AllowedAsync(host, "https://portal.example.com", "/conversations"));
    }

    [Fact]
    public async Task Session_AskedForWrongly_NamesEveryField()
    {
        await using var host = await DeskCalls.StartAsync(postgres);
        var wrong = new { customer = "13812345678", channel = "fax", language = "fr" };
        Assert.Equal(["channel", "customer", "language", "skill"], (await host.CallAsync(HttpMethod.Post, DeskCalls.Root + "/widget-sessions", wrong, Roles.Portal, Cancellation)).Wrong());
        var token = await TokenAsync(host);
        Assert.Equal(["clientId", "text"], (await CallAsync(host, token, HttpMethod.Post, "/messages", new { })).Wrong());
    }

    private static async Task<Heard> SeenAsync(EventReader events, string name, CareHost host, string id)
    {
        await host.AsAsync("wang", HttpMethod.Post, $"/conversations/{id}/presence", new { status = "typing" });
        return (await events.NextAsync(name))!;
    }

    private static async Task<string?> AllowedAsync(CareHost host, string origin, string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Options, DeskCalls.Root + path);
        request.Headers.Add("Origin", origin);
        request.Headers.Add("Access-Control-Request-Method", "POST");
        request.Headers.Add("Access-Control-Request-Headers", "content-type,x-conversation-token");
        using var answer = await host.Anonymous.SendAsync(request, Cancellation);
        return answer.Headers.TryGetValues("Access-Control-Allow-Origin", out var allowed) ? allowed.Single() : null;
    }

    private static async Task<string> TokenAsync(CareHost host)
    {
        var (status, body) = await host.CallAsync(
            HttpMethod.Post, DeskCalls.Root + "/widget-sessions", new { customer = "c_ann", channel = "app", skill = "billing" }, Roles.Portal, Cancellation);
        Assert.Equal(201, status);
        return body.GetProperty("token").GetString()!;
    }

    private static Task<(int Status, JsonElement Body)> SayAsync(CareHost host, string token, string clientId, string text) =>
        CallAsync(host, token, HttpMethod.Post, "/messages", new { clientId, text });

    private static async Task<(int Status, JsonElement Body)> CallAsync(CareHost host, string? token, HttpMethod method, string path, object? body = null)
    {
        using var request = new HttpRequestMessage(method, DeskCalls.Root + "/widget" + path) { Content = body is null ? null : JsonContent.Create(body) };
        if (token is not null) request.Headers.TryAddWithoutValidation("X-Conversation-Token", token);
        using var answer = await host.Anonymous.SendAsync(request, Cancellation);
        var text = await answer.Content.ReadAsStringAsync(Cancellation);
        return ((int)answer.StatusCode, text.Length == 0 ? default : JsonDocument.Parse(text).RootElement);
    }

    private static async Task<string> IdAsync(CareHost host)
    {
        await using var command = host.Services.GetRequiredService<NpgsqlDataSource>().CreateCommand("SELECT id FROM conversations");
        return (string)(await command.ExecuteScalarAsync(Cancellation))!;
    }

    private static async Task<long> CountAsync(CareHost host, string table)
    {
        await using var command = host.Services.GetRequiredService<NpgsqlDataSource>().CreateCommand("SELECT count(*) FROM " + table);
        return (long)(await command.ExecuteScalarAsync(Cancellation))!;
    }
}
