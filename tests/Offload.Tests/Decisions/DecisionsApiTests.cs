using System.Text.Json;
using ECommerce.Channels.Contracts;
using ECommerce.Channels.Contracts.Events;
using ECommerce.Channels.Contracts.Transactions;
using ECommerce.Channels.Testing;
using Npgsql;
using Xunit;

namespace ECommerce.Channels.Offload.Tests.Decisions;

/// <summary>Decisions over HTTP, with what they stand on told over the log.</summary>
public sealed class DecisionsApiTests(PostgresServer postgres) : IAsyncLifetime
{
    private const string Someone = "c_aAAAAAAAAAAAAAAAAAAAAAAAA";
    private OffloadHost host = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        // Nobody is held out, where that is not what is asked.
        host = await OffloadHost.StartAsync(postgres, ("Decisions:HoldoutPercent", "0"));
        await host.TellTheWorldAsync(Cancellation);
    }

    public async ValueTask DisposeAsync() => await host.DisposeAsync();

    [Fact]
    public async Task Decide_ForWhoUsesTheApp_OffersItWithReasonsScriptAndId()
    {
        await CustomerAsync(Told.Customer(Someone, tier: "gold"), Enumerable.Range(1, 12).Select(day => Told.Use(Someone, "app", day * 5)));
        var answer = await DecideAsync(Someone);
        Assert.Equal(("offer", "app", "treated", "high-value-preference", "preference-first"), (Text(answer, "action"), Text(answer, "channel"), Text(answer, "arm"), Text(answer, "rule"), Text(answer, "policy")));
        Assert.Equal(1, answer.GetProperty("ruleSet").GetInt32());
        Assert.Matches("^d_[A-Za-z0-9_-]{62}$", Text(answer, "id"));
        Assert.Contains("话费充值", answer.GetProperty("script").GetProperty("agent").GetProperty("zh-CN").GetString(), StringComparison.Ordinal);
        Assert.Contains("app", answer.GetProperty("script").GetProperty("screen").GetProperty("en").GetString(), StringComparison.Ordinal);
        var reasons = answer.GetProperty("reasons").EnumerateArray().ToDictionary(one => Text(one, "channel"), one => Text(one, "code"));
        Assert.Equal(["counter", "agent", "app", "web", "sms", "ussd"], reasons.Keys);
        Assert.Equal(("not-electronic", "current-channel", "preferred", "cannot-use"), (reasons["counter"], reasons["agent"], reasons["app"], reasons["web"]));
        Assert.All(answer.GetProperty("reasons").EnumerateArray(), one => Assert.NotEmpty(one.GetProperty("text").GetProperty("zh-CN").GetString()!));
    }

    [Fact]
    public async Task Decide_ForNobodyTheDirectoryKnows_StaysWithoutConsent()
    {
        var answer = await DecideAsync("c_nobody");
        Assert.Equal("stay", Text(answer, "action"));
        Assert.Equal(JsonValueKind.Null, answer.GetProperty("script").ValueKind);
        Assert.Equal("unknown-customer", CodeOf(answer, "app"));
    }

    [Fact]
    public async Task Decide_WithWrongFields_NamesEveryOne()
    {
        var (status, body) = await host.CallAsync(HttpMethod.Post, "/decisions", new { customer = "13812345678", service = "no.such", channel = "nowhere", task = 7 }, Roles.Portal, Cancellation);
        Assert.Equal(400, status);
        Assert.Equal(["channel", "customer", "service", "task"], Fields(body));
        (status, body) = await host.CallAsync(
            HttpMethod.Post, "/decisions", new object[] { Ask(Someone), new { customer = Someone, service = "no.such", channel = "agent" } }, Roles.Portal, Cancellation);
        Assert.Equal((400, "1.service"), (status, Assert.Single(Fields(body))));
    }

    [Fact]
    public async Task Decide_ForMany_AnswersEachInOrder()
    {
        await CustomerAsync(Told.Customer(Someone), Enumerable.Range(1, 8).Select(day => Told.Use(Someone, "sms", day)));
        var (status, body) = await host.CallAsync(HttpMethod.Post, "/decisions", new[] { Ask("c_nobody"), Ask(Someone) }, Roles.Portal, Cancellation);
        Assert.Equal(200, status);
        Assert.Equal(["stay", "offer"], body.EnumerateArray().Select(one => Text(one, "action")));
    }

    [Fact]
    public async Task Consent_Withdrawn_StopsOffersWithinASecond()
    {
        await CustomerAsync(Told.Customer(Someone), Enumerable.Range(1, 8).Select(day => Told.Use(Someone, "sms", day)));
        Assert.Equal("offer", Text(await DecideAsync(Someone), "action"));
        await host.TellCustomerAsync(Told.Customer(Someone, revision: 2, guidance: []), Cancellation);
        var told = TimeProvider.System.GetUtcNow();
        await Tools.UntilAsync("offers stop", TimeSpan.FromSeconds(10), async () => CodeOf(await DecideAsync(Someone), "sms") == "no-consent", Cancellation);
        // Read from the topic by this replica itself: neither the cache nor the state store has to be waited for.
        Assert.True(TimeProvider.System.GetUtcNow() - told < TimeSpan.FromSeconds(3));
        await host.TellCustomerAsync(Told.Customer(Someone, revision: 1), Cancellation);
        await host.TellCustomerAsync(Told.Customer("c_marker"), Cancellation);
        await host.UntilCountAsync("SELECT count(*) FROM customers", 2, Cancellation);
        Assert.Equal("no-consent", CodeOf(await DecideAsync(Someone), "sms"));
    }

    [Fact]
    public async Task Consent_WithdrawnWhileTheReaderOfTheDatabaseLags_StopsOffers()
    {
        await CustomerAsync(Told.Customer(Someone), Enumerable.Range(1, 8).Select(day => Told.Use(Someone, "sms", day)));
        Assert.Equal("offer", Text(await DecideAsync(Someone), "action"));
        await using var holder = await host.The<NpgsqlDataSource>().OpenConnectionAsync(Cancellation);
        await using var transaction = await holder.BeginTransactionAsync(Cancellation);
        await using (var hold = new NpgsqlCommand("LOCK TABLE customers IN EXCLUSIVE MODE", holder, transaction)) await hold.ExecuteNonQueryAsync(Cancellation);
        await host.TellCustomerAsync(Told.Customer(Someone, revision: 2, guidance: []), Cancellation);
        await Tools.UntilAsync("offers stop", TimeSpan.FromSeconds(10), async () => CodeOf(await DecideAsync(Someone), "sms") == "no-consent", Cancellation);
        await transaction.RollbackAsync(Cancellation);
    }

    [Fact]
    public async Task Customer_Erased_IsNobody()
    {
        await CustomerAsync(Told.Customer(Someone), Enumerable.Range(1, 8).Select(day => Told.Use(Someone, "sms", day)));
        var offered = await DecideAsync(Someone);
        await host.TellErasedAsync(Someone, 2, Cancellation);
        await Tools.UntilAsync("erased", TimeSpan.FromSeconds(10), async () => CodeOf(await DecideAsync(Someone), "sms") == "unknown-customer", Cancellation);
        await host.UntilCountAsync($"SELECT (SELECT count(*) FROM profiles WHERE customer = '{Someone}') + (SELECT count(*) FROM customers WHERE customer = '{Someone}')", 0, Cancellation);
        Assert.Equal(204, (await OutcomeAsync(Text(offered, "id"), "shown")).Status);
        await host.UntilCountAsync($"SELECT count(*) FROM contacts WHERE customer = '{Someone}'", 0, Cancellation);
    }

    [Fact]
    public async Task Channel_ThatFailsNow_IsNotOffered()
    {
        await CustomerAsync(Told.Customer(Someone, guidance: ["sms"]), Enumerable.Range(1, 8).Select(day => Told.Use(Someone, "sms", day)));
        Assert.Equal("offer", Text(await DecideAsync(Someone), "action"));
        await host.TellHealthAsync(Cancellation, HealthStates.Failing, "sms");
        await Tools.UntilAsync("steering stops", TimeSpan.FromSeconds(10), async () => CodeOf(await DecideAsync(Someone), "sms") == "failing", Cancellation);
    }

    [Fact]
    public async Task Offer_ShownAsOftenAsAllowed_IsNotMadeAgainBeforeItsTime()
    {
        await CustomerAsync(Told.Customer(Someone, guidance: ["sms"]), Enumerable.Range(1, 8).Select(day => Told.Use(Someone, "sms", day)));
        for (var times = 0; times < 2; times++)
        {
            var offer = await DecideAsync(Someone);
            Assert.Equal("offer", Text(offer, "action"));
            // Once for each decision, however often it is told.
            foreach (var outcome in new[] { "shown", "shown", "accepted" }) Assert.Equal(204, (await OutcomeAsync(Text(offer, "id"), outcome)).Status);
        }
        await Tools.UntilAsync("the allowance of a day is spent", TimeSpan.FromSeconds(15), async () => CodeOf(await DecideAsync(Someone), "sms") == "allowance-spent", Cancellation);
        var stay = await DecideAsync(Someone);
        var next = stay.GetProperty("nextOfferAt").GetDateTimeOffset();
        Assert.InRange(next, TimeProvider.System.GetUtcNow().AddHours(23), TimeProvider.System.GetUtcNow().AddHours(24.1));
        await host.UntilCountAsync("SELECT count(*) FROM contacts WHERE state = 'spent' AND outcome = 'accepted'", 2, Cancellation);
    }

    [Fact]
    public async Task Outcome_OfAForgedId_Is404()
    {
        var id = Text(await DecideAsync("c_nobody"), "id");
        foreach (var forged in new[] { "d_x", id[..^1] + (id[^1] == 'A' ? 'E' : 'A'), id[..10] + (id[10] == 'A' ? 'B' : 'A') + id[11..], "d_" + new string('A', 62) })
            Assert.Equal(404, (await OutcomeAsync(forged, "shown")).Status);
        Assert.Equal(400, (await OutcomeAsync(id, "eaten")).Status);
    }

    [Fact]
    public async Task Decision_Explained_TellsWhatItStoodOn()
    {
        await CustomerAsync(Told.Customer(Someone), Enumerable.Range(1, 8).Select(day => Told.Use(Someone, "sms", day)));
        var offer = await DecideAsync(Someone);
        await OutcomeAsync(Text(offer, "id"), "refused");
        JsonElement told = default;
        await Tools.UntilAsync("it is logged", TimeSpan.FromSeconds(10), async () =>
        {
            (var status, told) = await host.CallAsync(HttpMethod.Get, $"/decisions/{Text(offer, "id")}", null, Roles.Agent, Cancellation);
            return status == 200;
        }, Cancellation);
        Assert.Equal(offer.GetProperty("reasons").GetRawText(), told.GetProperty("reasons").GetRawText());
        Assert.Equal(8, told.GetProperty("preferences").EnumerateArray().Single(one => Text(one, "channel") == "sms").GetProperty("uses").GetInt32());
        Assert.Equal("refused", Text(Assert.Single(told.GetProperty("outcomes").EnumerateArray()), "outcome"));
        Assert.Equal(403, (await host.CallAsync(HttpMethod.Get, $"/decisions/{Text(offer, "id")}", null, Roles.Agent, Cancellation, regions: "4403")).Status);
        var (_, list) = await host.CallAsync(HttpMethod.Get, $"/decisions?customer={Someone}", null, Roles.Manager, Cancellation);
        Assert.Equal("cheapest", Text(Assert.Single(list.GetProperty("decisions").EnumerateArray()), "why"));
        Assert.Empty((await host.CallAsync(HttpMethod.Get, "/decisions", null, Roles.Manager, Cancellation, regions: "4403")).Body.GetProperty("decisions").EnumerateArray());
    }

    [Fact]
    public async Task Try_ThatFailed_LeavesTheCustomerToPeople()
    {
        await CustomerAsync(
            Told.Customer(Someone),
            [.. Enumerable.Range(1, 8).Select(day => Told.Use(Someone, "sms", day)), Told.Use(Someone, "app", 0.1, Outcome.Failed, "payment.topup", task: "t-1")]);
        Assert.Equal("failed-before", CodeOf(await DecideAsync(Someone, task: "t-1"), "sms"));
        Assert.Equal("failed-before", CodeOf(await DecideAsync(Someone), "sms"));
        Assert.Equal("offer", Text(await DecideAsync(Someone, task: "t-2"), "action"));
        Assert.Equal("offer", Text(await DecideAsync(Someone, service: "query.balance"), "action"));
    }

    [Fact]
    public async Task Reader_ThatLags_StopsEveryOffer()
    {
        await CustomerAsync(Told.Customer(Someone), Enumerable.Range(1, 8).Select(day => Told.Use(Someone, "sms", day)));
        await using var lagging = await OffloadHost.OnAsync(host.Connection, ("Decisions:LongestLag", "00:00:00.001"));
        await Tools.UntilAsync("the world is known", TimeSpan.FromSeconds(30), () => Task.FromResult(lagging.The<Offload.Decisions.Worlds>().Current is not null), Cancellation);
        var (_, answer) = await lagging.CallAsync(HttpMethod.Post, "/decisions", Ask(Someone), Roles.Portal, Cancellation);
        Assert.Equal(("stay", "consents-unsure", "not-electronic"), (Text(answer, "action"), CodeOf(answer, "sms"), CodeOf(answer, "counter")));
    }

    [Fact]
    public async Task Database_Gone_TheAnswerIsToStayInTime()
    {
        await CustomerAsync(Told.Customer(Someone), Enumerable.Range(1, 8).Select(day => Told.Use(Someone, "sms", day)));
        await using (var admin = NpgsqlDataSource.Create(host.Connection))
        await using (var rename = admin.CreateCommand("ALTER TABLE offload.state RENAME TO gone"))
            await rename.ExecuteNonQueryAsync(Cancellation);
        var answer = await DecideAsync(Someone);
        Assert.Equal(("stay", "profile-unavailable"), (Text(answer, "action"), CodeOf(answer, "sms")));
        Assert.Equal("treated", Text(answer, "arm"));
    }

    private async Task CustomerAsync(CustomerChanged customer, IEnumerable<TransactionRecorded> uses)
    {
        await host.TellCustomerAsync(customer, Cancellation);
        await host.TellTransactionsAsync(uses, Cancellation);
        await host.UntilCountAsync($"SELECT (SELECT count(*) FROM customers WHERE customer = '{customer.Customer}') + (SELECT count(*) FROM profiles WHERE customer = '{customer.Customer}')", 2, Cancellation);
        await Tools.UntilAsync("consents are current", TimeSpan.FromSeconds(20), async () => CodeOf(await DecideAsync("c_someoneelse"), "app") != "consents-unsure", Cancellation);
    }

    private async Task<JsonElement> DecideAsync(string customer, string service = "payment.topup", string? task = null)
    {
        var (status, body) = await host.CallAsync(HttpMethod.Post, "/decisions", Ask(customer, service, task), Roles.Portal, Cancellation);
        Assert.Equal(200, status);
        return body;
    }

    private Task<(int Status, JsonElement Body)> OutcomeAsync(string id, string outcome) =>
        host.CallAsync(HttpMethod.Post, $"/decisions/{id}/outcome", new { outcome }, Roles.Agent, Cancellation);

    private static object Ask(string customer, string service = "payment.topup", string? task = null) => new { customer, service, channel = "agent", task };

    private static string Text(JsonElement of, string name) => of.GetProperty(name).GetString()!;

    private static string CodeOf(JsonElement answer, string channel) => Text(answer.GetProperty("reasons").EnumerateArray().Single(one => Text(one, "channel") == channel), "code");

    private static string[] Fields(JsonElement problem) => [.. problem.GetProperty("errors").EnumerateObject().Select(one => one.Name).Order(StringComparer.Ordinal)];
}
