using System.Net.Http.Json;
using System.Text.Json;
using ECommerce.Channels.Contracts;
using ECommerce.Channels.Testing;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Xunit;

namespace ECommerce.Channels.Care.Tests.Conversations;

public sealed class ConversationsApiTests(PostgresServer postgres)
{
    private const string Root = "/api/v1/care/conversations";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Conversation_FromComingToRating_GoesThroughItsStates()
    {
        await using var host = await StartAsync();
        var id = await OpenAsync(host, "my bill is wrong");
        Assert.Equal("waiting", Text((await GetAsync(host, id)).Body.GetProperty("conversation"), "state"));
        // Nobody answers what is not theirs.
        Assert.Equal((409, "not-yours"), Kind(await SayAsync(host, id, "a1", "hello", seen: 1)));
        var (_, taken) = await PostAsync(host, id, "assign", new { });
        Assert.Equal(("active", "agent", "taken"), (Text(taken, "state"), Text(taken, "agent"), Text(taken, "reason")));
        var (status, sent) = await SayAsync(host, id, "a1", "I look into it", seen: 1);
        Assert.Equal((201, 2, "agent"), (status, sent.GetProperty("seq").GetInt32(), Text(sent, "side")));
        Assert.Equal((409, "not-yours"), Kind(await PostAsync(host, id, "rating", new { rating = 5 }, Roles.Portal)));
        var (_, closed) = await PostAsync(host, id, "close", new { reason = "solved" });
        Assert.Equal(("closed", "solved"), (Text(closed, "state"), Text(closed, "closeReason")));
        Assert.Equal((409, "conversation-closed"), Kind(await SayAsync(host, id, "c2", "one more thing", role: Roles.Portal)));
        Assert.Equal(4, (await PostAsync(host, id, "rating", new { rating = 4 }, Roles.Portal)).Body.GetProperty("rating").GetInt32());
        var told = await OutboxAsync(host, id);
        Assert.Equal(["opened", "changed assigned", "changed replied", "closed", "changed rated"], told);
    }

    [Fact]
    public async Task Facts_OfAConversation_SayHowManyWroteAndWhereTheCustomerBelongs()
    {
        await using var host = await StartAsync();
        await host.CallAsync(HttpMethod.Put, "/api/v1/care/customers/c_ann", new { region = "4401", brand = "gotone" }, Roles.Admin, Cancellation);
        var id = await OpenAsync(host, "my bill is wrong");
        await SayAsync(host, id, "c1", "and I am in a hurry", role: Roles.Portal);
        await PostAsync(host, id, "assign", new { });
        await host.CallAsync(HttpMethod.Post, $"{Root}/{id}/messages", new { clientId = "n1", text = "a nice one", kind = "note" }, Roles.Agent, Cancellation);
        await SayAsync(host, id, "a1", "I look into it", seen: 3);
        await SayAsync(host, id, "c2", "thanks", role: Roles.Portal);
        await SayAsync(host, id, "a2", "it is right now", seen: 5);
        await PostAsync(host, id, "close", new { reason = "solved" });
        var facts = (await Told.AllAsync(host, Topics.Conversations, Cancellation)).Where(one => one.Subject == id).Select(one => one.Data.GetProperty("conversation")).ToList();
        int[] Counts(JsonElement one) => [.. new[] { "customerMessages", "agentMessages", "customerReplies" }.Select(name => one.GetProperty(name).GetInt32())];
        Assert.Equal([1, 0, 0], Counts(facts[0]));
        Assert.Equal([3, 2, 1], Counts(facts[^1]));
        Assert.All(facts, one => Assert.Equal(("4401", "gotone"), (Text(one, "region"), Text(one, "brand"))));
    }

    /// <summary>The replica died between the two: what it made is there, that it was asked is not known.</summary>
    [Fact]
    public async Task Open_UnderTheKeyOfACallWhoseAnswerWasLost_IsTheSameConversation()
    {
        await using var host = await StartAsync();
        var first = await OpenUnderAsync(host, "k1");
        await using var database = NpgsqlDataSource.Create(host.Connection);
        await using (var forget = database.CreateCommand("DELETE FROM care.idempotency_keys")) Assert.Equal(1, await forget.ExecuteNonQueryAsync(Cancellation));
        Assert.Equal(first, await OpenUnderAsync(host, "k1"));
        Assert.NotEqual(first, await OpenUnderAsync(host, "k2"));
        Assert.Single((await GetAsync(host, first)).Body.GetProperty("messages").EnumerateArray());
        Assert.Equal(["opened"], await OutboxAsync(host, first));
    }

    [Fact]
    public async Task Send_TheSameAgain_IsTheSameMessageOnce()
    {
        await using var host = await StartAsync();
        var id = await OpenAsync(host);
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => SayAsync(host, id, "c1", "are you there?", role: Roles.Portal)));
        Assert.Equal(1, answers.Count(answer => answer.Status == 201));
        Assert.Equal(19, answers.Count(answer => answer.Status == 200));
        Assert.All(answers, answer => Assert.Equal(1, answer.Body.GetProperty("seq").GetInt32()));
        Assert.Single((await GetAsync(host, id)).Body.GetProperty("messages").EnumerateArray());
    }

    [Fact]
    public async Task Send_ByManyAtOnce_NumbersEveryMessageOnceWithoutAGap()
    {
        await using var host = await StartAsync();
        var id = await OpenAsync(host);
        await Task.WhenAll(Enumerable.Range(0, 60).Select(i => SayAsync(host, id, "c" + i, "message " + i, role: Roles.Portal)));
        var messages = (await GetAsync(host, id)).Body.GetProperty("messages").EnumerateArray().ToList();
        Assert.Equal(Enumerable.Range(1, 60), messages.Select(message => message.GetProperty("seq").GetInt32()));
        Assert.Equal(60, messages.Select(message => Text(message, "text")).Distinct().Count());
    }

    [Fact]
    public async Task Send_OverAMessageNotShown_IsRefusedUntilItIsRead()
    {
        await using var host = await StartAsync();
        var id = await OpenAsync(host, "my bill is wrong");
        await PostAsync(host, id, "assign", new { });
        await SayAsync(host, id, "c2", "never mind, it is paid", role: Roles.Portal);
        Assert.Equal((409, "stale-thread"), Kind(await SayAsync(host, id, "a1", "you owe us 10 yuan", seen: 1)));
        var missed = Assert.Single((await GetAsync(host, id, "?after=1")).Body.GetProperty("messages").EnumerateArray());
        Assert.Equal("never mind, it is paid", Text(missed, "text"));
        Assert.Equal(201, (await SayAsync(host, id, "a1", "good to hear", seen: 2)).Status);
        // One's own messages and notes are no news.
        Assert.Equal(201, (await SayAsync(host, id, "n1", "a calm customer", kind: "note")).Status);
        Assert.Equal(201, (await SayAsync(host, id, "a2", "anything else?", seen: 2)).Status);
        Assert.Equal(["seen"], (await SayAsync(host, id, "a3", "hello")).Wrong());
    }

    [Fact]
    public async Task Note_OfAnAgent_IsSeenByAgentsAlone()
    {
        await using var host = await StartAsync();
        var id = await OpenAsync(host, "hello");
        Assert.Equal(201, (await SayAsync(host, id, "n1", "looks like fraud", kind: "note")).Status);
        Assert.Equal(2, (await GetAsync(host, id)).Body.GetProperty("messages").GetArrayLength());
        Assert.Equal(["hello"], (await GetAsync(host, id, role: Roles.Portal)).Body.GetProperty("messages").EnumerateArray().Select(message => Text(message, "text")));
        Assert.Equal(["kind"], (await SayAsync(host, id, "c9", "psst", role: Roles.Portal, kind: "note")).Wrong());
    }

    [Fact]
    public async Task Text_WithANumber_IsMaskedAndKeptSealed()
    {
        await using var host = await StartAsync();
        var id = await OpenAsync(host, "call me at 138 1234 5678 please");
        Assert.Equal("call me at *********** please", Text((await GetAsync(host, id)).Body.GetProperty("messages")[0], "text"));
        await using var command = Database(host).CreateCommand("SELECT convert_from(body, 'LATIN1') FROM messages");
        Assert.DoesNotContain("call me", (string)(await command.ExecuteScalarAsync(Cancellation))!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Assign_ToAnother_TakesASupervisorAndEndsTheFirstOnesWord()
    {
        await using var host = await StartAsync();
        var id = await OpenAsync(host, "hello");
        await PostAsync(host, id, "assign", new { });
        Assert.Equal(403, (await PostAsync(host, id, "assign", new { agent = "wang" })).Status);
        var (_, given) = await PostAsync(host, id, "assign", new { agent = "wang" }, Roles.Supervisor);
        Assert.Equal(("wang", "assigned"), (Text(given, "agent"), Text(given, "reason")));
        Assert.Equal((409, "not-yours"), Kind(await SayAsync(host, id, "a1", "hello", seen: 1)));
        Assert.Equal((409, "not-yours"), Kind(await PostAsync(host, id, "close", new { reason = "solved" })));
        Assert.Equal(200, (await PostAsync(host, id, "close", new { reason = "moved" }, Roles.Supervisor)).Status);
    }

    [Fact]
    public async Task Conversation_OfACustomerOfAnotherRegion_IsAsIfThereWereNone()
    {
        await using var host = await StartAsync();
        await host.CallAsync(HttpMethod.Put, "/api/v1/care/customers/c_ann", new { region = "4401" }, Roles.Admin, Cancellation);
        var id = await OpenAsync(host, "hello");
        foreach (var (method, path, body) in new (HttpMethod, string, object?)[]
        {
            (HttpMethod.Get, "", null), (HttpMethod.Post, "/assign", new { }), (HttpMethod.Post, "/close", new { reason = "x" }),
            (HttpMethod.Post, "/messages", new { clientId = "x", text = "x", kind = "note" }),
        })
            Assert.Equal((path, 404), (path, (await host.CallAsync(method, $"{Root}/{id}{path}", body, Roles.Agent, Cancellation, null, "4403")).Status));
        Assert.Empty((await host.CallAsync(HttpMethod.Get, Root, null, Roles.Agent, Cancellation, null, "4403")).Body.GetProperty("items").EnumerateArray());
        Assert.Single((await host.CallAsync(HttpMethod.Get, Root + "?state=waiting", null, Roles.Agent, Cancellation, null, "4401")).Body.GetProperty("items").EnumerateArray());
    }

    [Fact]
    public async Task Open_ThatIsWrong_NamesEveryField()
    {
        await using var host = await StartAsync();
        var wrong = new { customer = "13812345678", channel = "fax", service = "none", language = "fr", text = new string('x', 4_001) };
        Assert.Equal(["channel", "customer", "language", "service", "skill", "text"], (await host.CallAsync(HttpMethod.Post, Root, wrong, Roles.Portal, Cancellation)).Wrong());
        var id = await OpenAsync(host);
        Assert.Equal(["clientId", "kind", "seen", "text"], (await host.CallAsync(HttpMethod.Post, $"{Root}/{id}/messages", new { kind = "shout", seen = -1 }, Roles.Agent, Cancellation)).Wrong());
        Assert.Equal(["state"], (await host.CallAsync(HttpMethod.Get, Root + "?state=asleep", null, Roles.Agent, Cancellation)).Wrong());
    }

    [Fact]
    public async Task Erase_ACustomer_LeavesTheConversationAndNothingOfWhatWasSaid()
    {
        await using var host = await StartAsync();
        await host.CallAsync(HttpMethod.Put, "/api/v1/care/customers/c_ann", new { region = "4401" }, Roles.Admin, Cancellation);
        var id = await OpenAsync(host, "I live in Zhongshan Road 8");
        await host.CallAsync(HttpMethod.Delete, "/api/v1/care/customers/c_ann", null, Roles.Admin, Cancellation);
        var (_, thread) = await GetAsync(host, id);
        Assert.StartsWith("c_x", Text(thread.GetProperty("conversation"), "customer"), StringComparison.Ordinal);
        Assert.Equal(JsonValueKind.Null, Assert.Single(thread.GetProperty("messages").EnumerateArray()).GetProperty("text").ValueKind);
    }

    private async Task<CareHost> StartAsync()
    {
        var host = await CareHost.StartAsync(postgres);
        await host.TellCatalogueAsync(Cancellation);
        return host;
    }

    private static async Task<string> OpenAsync(CareHost host, string? text = null)
    {
        var (status, body) = await host.CallAsync(
            HttpMethod.Post, Root, new { customer = "c_ann", channel = "app", skill = "billing", service = "payment.topup", text }, Roles.Portal, Cancellation);
        Assert.Equal(201, status);
        return Text(body, "id")!;
    }

    private static async Task<string> OpenUnderAsync(CareHost host, string key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Root)
        {
            Content = JsonContent.Create(new { customer = "c_ann", channel = "app", skill = "billing", text = "my bill is wrong" }),
        };
        request.Headers.Add("Idempotency-Key", key);
        host.Sign(request, Roles.Portal, []);
        using var answer = await host.Anonymous.SendAsync(request, Cancellation);
        Assert.Equal(201, (int)answer.StatusCode);
        return Text(JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Cancellation)).RootElement, "id")!;
    }

    private static Task<(int Status, JsonElement Body)> SayAsync(
        CareHost host, string id, string clientId, string text, string role = Roles.Agent, string kind = "text", long? seen = null) =>
        host.CallAsync(HttpMethod.Post, $"{Root}/{id}/messages", new { clientId, text, kind, seen }, role, Cancellation);

    private static Task<(int Status, JsonElement Body)> PostAsync(CareHost host, string id, string what, object body, string role = Roles.Agent) =>
        host.CallAsync(HttpMethod.Post, $"{Root}/{id}/{what}", body, role, Cancellation);

    private static Task<(int Status, JsonElement Body)> GetAsync(CareHost host, string id, string query = "", string role = Roles.Agent) =>
        host.CallAsync(HttpMethod.Get, $"{Root}/{id}{query}", null, role, Cancellation);

    private static (int, string) Kind((int Status, JsonElement Body) answer) => (answer.Status, Text(answer.Body, "type")!.Split(':')[^1]);

    private static string? Text(JsonElement body, string name) => body.GetProperty(name).GetString();

    private static NpgsqlDataSource Database(CareHost host) => host.Services.GetRequiredService<NpgsqlDataSource>();

    /// <summary>What was told of a conversation, in order, whether it has left the outbox or not.</summary>
    private static async Task<List<string>> OutboxAsync(CareHost host, string id) =>
        [.. (await Told.AllAsync(host, Topics.Conversations, Cancellation)).Where(one => one.Subject == id)
            .Select(one => one.Type.Split('.')[2] + (one.Data.TryGetProperty("what", out var what) ? " " + what.GetString() : ""))];
}
