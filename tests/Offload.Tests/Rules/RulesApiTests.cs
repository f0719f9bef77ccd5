using System.Text.Json;
using System.Text.Json.Nodes;
using ECommerce.Channels.Contracts;
using ECommerce.Channels.Offload.Decisions;
using ECommerce.Channels.Offload.Rules;
using ECommerce.Channels.Testing;
using Xunit;

namespace ECommerce.Channels.Offload.Tests.Rules;

/// <summary>A rule set from draft to published by two people, tried, compared, reverted and stopped.</summary>
public sealed class RulesApiTests(PostgresServer postgres) : IAsyncLifetime
{
    private OffloadHost host = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        host = await OffloadHost.StartAsync(postgres, ("Decisions:HoldoutPercent", "0"));
        await host.TellTheWorldAsync(Cancellation);
    }

    public async ValueTask DisposeAsync() => await host.DisposeAsync();

    [Fact]
    public async Task Rules_FromDraftToPublished_TakeTwoPeople()
    {
        var draft = await DraftAsync(Changed());
        Assert.Equal((200, "draft", 1), (draft.Status, draft.Body.GetProperty("state").GetString(), draft.Body.GetProperty("basedOn").GetInt32()));
        Assert.Equal(409, (await ApproveAsync(draft.Body, Roles.Admin)).Status);
        Assert.Equal(204, (await StepAsync("submit", Roles.Manager)).Status);
        Assert.Equal(403, (await ApproveAsync(draft.Body, Roles.Manager)).Status);
        Assert.Equal(412, (await host.CallAsync(HttpMethod.Post, "/rules/draft/approve", new { hash = "another" }, Roles.Admin, Cancellation)).Status);
        var published = await ApproveAsync(draft.Body, Roles.Admin);
        Assert.Equal((200, 2), (published.Status, published.Body.GetProperty("number").GetInt32()));
        var (_, now) = await host.CallAsync(HttpMethod.Get, "/rules", null, Roles.Supervisor, Cancellation);
        Assert.Equal(JsonValueKind.Null, now.GetProperty("draft").ValueKind);
        Assert.Equal(("user:manager", "user:admin"), (now.GetProperty("published").GetProperty("writtenBy").GetString(), now.GetProperty("published").GetProperty("approvedBy").GetString()));
        Assert.Equal([2, 1], (await host.CallAsync(HttpMethod.Get, "/rules/history", null, Roles.Supervisor, Cancellation)).Body.GetProperty("sets").EnumerateArray().Select(one => one.GetProperty("number").GetInt32()));
        Assert.Equal(404, (await ApproveAsync(draft.Body, Roles.Admin)).Status);
    }

    [Fact]
    public async Task Draft_ChangedAfterItWasSubmitted_HasToBeSubmittedAgain()
    {
        var draft = await DraftAsync(Changed());
        await StepAsync("submit", Roles.Manager);
        var again = await host.CallAsync(HttpMethod.Put, "/rules/draft", Changed("two"), Roles.Admin, Cancellation, ifMatch: "\"2\"");
        Assert.Equal((200, "draft"), (again.Status, again.Body.GetProperty("state").GetString()));
        Assert.Equal(409, (await ApproveAsync(draft.Body, Roles.Admin)).Status);
        Assert.Equal(204, (await StepAsync("submit", Roles.Admin)).Status);
        // Both wrote it: neither may approve.
        Assert.Equal(403, (await ApproveAsync(again.Body, Roles.Manager)).Status);
        Assert.Equal(403, (await ApproveAsync(again.Body, Roles.Admin)).Status);
        Assert.Equal(200, (await ApproveAsync(again.Body, Roles.Admin, "user:third")).Status);
    }

    [Fact]
    public async Task Draft_WrittenByTwoAtOnce_IsOneOfThem()
    {
        await DraftAsync(Changed());
        Assert.Equal(428, (await DraftAsync(Changed("two"))).Status);
        Assert.Equal(412, (await host.CallAsync(HttpMethod.Put, "/rules/draft", Changed("two"), Roles.Manager, Cancellation, ifMatch: "\"7\"")).Status);
    }

    [Fact]
    public async Task Draft_WithWrongFields_NamesEveryOne()
    {
        var wrong = Changed();
        var rule = wrong["rules"]![0]!;
        rule["id"] = "no code!";
        rule["then"]!["policy"] = "best";
        rule["when"] = JsonNode.Parse("""[{"fact":"tier"},{"fact":"score","channel":"pigeon","min":3},{"fact":"uses","channel":"app","days":7,"min":1},{"fact":"mood","in":["good"]}]""");
        wrong["failedHours"] = 0;
        wrong["allowances"]![0]!["days"] = 99;
        var (status, body) = await DraftAsync(wrong);
        Assert.Equal(400, status);
        Assert.Equal(
            ["allowances.0.days", "failedHours", "rules.0.id", "rules.0.then.policy", "rules.0.when.0.in", "rules.0.when.1.channel", "rules.0.when.3.fact"],
            body.GetProperty("errors").EnumerateObject().Select(one => one.Name).Where(name => !name.EndsWith("days", StringComparison.Ordinal) || name.StartsWith("allow", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Set_ComparedWithAnother_ShowsWhatDiffers()
    {
        var changed = Changed();
        var rules = changed["rules"]!.AsArray();
        var (first, second) = (rules[1]!.DeepClone(), rules[2]!.DeepClone());
        rules[1] = second;
        rules[2] = first;
        rules.RemoveAt(rules.Count - 1);
        changed["failedHours"] = 48;
        await DraftAsync(changed);
        var (_, diff) = await host.CallAsync(HttpMethod.Get, "/rules/diff?from=1&to=draft", null, Roles.Supervisor, Cancellation);
        var what = diff.GetProperty("rules").EnumerateArray().ToDictionary(one => one.GetProperty("rule").GetString()!, one => one.GetProperty("what").GetString());
        Assert.Equal("added", what["one"]);
        Assert.Equal("removed", what["ordinary-cost"]);
        Assert.Contains("moved", what.Values);
        Assert.Equal(["failedHours", "openToAll"], diff.GetProperty("settings").EnumerateArray().Select(one => one.GetString()));
    }

    [Fact]
    public async Task Set_PublishedBefore_ComesBackAsADraft()
    {
        var draft = await DraftAsync(Changed());
        await StepAsync("submit", Roles.Manager);
        await ApproveAsync(draft.Body, Roles.Admin);
        var reverted = await host.CallAsync(HttpMethod.Post, "/rules/sets/1/revert", null, Roles.Manager, Cancellation);
        Assert.Equal(200, reverted.Status);
        Assert.Equal(409, (await host.CallAsync(HttpMethod.Post, "/rules/sets/1/revert", null, Roles.Manager, Cancellation)).Status);
        await StepAsync("submit", Roles.Manager);
        Assert.Equal(3, (await ApproveAsync(reverted.Body, Roles.Admin)).Body.GetProperty("number").GetInt32());
        var (_, first) = await host.CallAsync(HttpMethod.Get, "/rules/sets/1", null, Roles.Manager, Cancellation);
        var (_, third) = await host.CallAsync(HttpMethod.Get, "/rules/sets/3", null, Roles.Manager, Cancellation);
        Assert.Equal(first.GetProperty("hash").GetString(), third.GetProperty("hash").GetString());
    }

    [Fact]
    public async Task Rule_ThatIsStopped_DecidesNothingAnyMore()
    {
        const string customer = "c_stopped1";
        await host.TellCustomerAsync(Told.Customer(customer, tier: "gold"), Cancellation);
        await host.TellTransactionsAsync(Enumerable.Range(1, 9).Select(day => Told.Use(customer, "app", day)), Cancellation);
        await Tools.UntilAsync("it is offered", TimeSpan.FromSeconds(20), async () => (await RuleOfAsync(customer)) == "high-value-preference", Cancellation);
        Assert.Equal(204, (await host.CallAsync(HttpMethod.Put, "/rules/stops/high-value-preference", new { note = "too eager" }, Roles.Manager, Cancellation)).Status);
        Assert.Equal("ordinary-cost", await RuleOfAsync(customer));
        Assert.Equal(204, (await host.CallAsync(HttpMethod.Put, "/rules/stops/*", new { note = "all" }, Roles.Manager, Cancellation)).Status);
        Assert.Null(await RuleOfAsync(customer));
        foreach (var stop in new[] { "*", "high-value-preference" }) Assert.Equal(204, (await host.CallAsync(HttpMethod.Delete, "/rules/stops/" + stop, null, Roles.Manager, Cancellation)).Status);
        Assert.Equal("high-value-preference", await RuleOfAsync(customer));
        Assert.Equal(404, (await host.CallAsync(HttpMethod.Delete, "/rules/stops/*", null, Roles.Manager, Cancellation)).Status);
    }

    [Fact]
    public async Task Draft_TriedOnACustomer_TracesEveryRule()
    {
        const string customer = "c_tried1";
        await host.TellCustomerAsync(Told.Customer(customer, tier: "silver"), Cancellation);
        await host.TellTransactionsAsync(Enumerable.Range(1, 9).Select(day => Told.Use(customer, "app", day)), Cancellation);
        await Tools.UntilAsync("it is offered", TimeSpan.FromSeconds(20), async () => (await RuleOfAsync(customer)) == "ordinary-cost", Cancellation);
        await DraftAsync(Changed());
        var (status, tried) = await host.CallAsync(
            HttpMethod.Post, "/rules/try", new { customer, service = "payment.topup", channel = "agent", set = "draft" }, Roles.Supervisor, Cancellation);
        Assert.Equal((200, "offer", "one"), (status, tried.GetProperty("action").GetString(), tried.GetProperty("rule").GetString()));
        var trace = tried.GetProperty("trace").EnumerateArray().ToList();
        Assert.Equal(RuleJson.Starting().Rules.Count + 1, trace.Count);
        Assert.Equal("applied", trace[0].GetProperty("verdict").GetString());
        Assert.All(trace.Skip(1), line => Assert.Equal("after", line.GetProperty("verdict").GetString()));
        Assert.Contains("the tier is gold", trace[3].GetProperty("notMet").GetProperty("en").GetString(), StringComparison.Ordinal);
        Assert.Equal(403, (await host.CallAsync(
            HttpMethod.Post, "/rules/try", new { customer, service = "payment.topup", channel = "agent" }, Roles.Supervisor, Cancellation, regions: "4403")).Status);
    }

    [Fact]
    public async Task Draft_SimulatedOnThePast_ShowsWhatWouldChange()
    {
        var customers = Enumerable.Range(0, 30).Select(number => $"c_past{number}x").ToList();
        foreach (var customer in customers) await host.TellCustomerAsync(Told.Customer(customer, tier: "silver", guidance: ["app", "sms"]), Cancellation);
        await host.TellTransactionsAsync(customers.SelectMany(customer => Enumerable.Range(1, 9).Select(day => Told.Use(customer, day % 2 == 0 ? "app" : "sms", day))), Cancellation);
        await host.UntilCountAsync("SELECT count(*) FROM profiles JOIN customers USING (customer)", 30, Cancellation);
        await Tools.UntilAsync("consents are current", TimeSpan.FromSeconds(20), async () => await RuleOfAsync(customers[0], "query.balance") == "ordinary-cost", Cancellation);
        await host.CallAsync(HttpMethod.Post, "/decisions", customers.Select(Ask), Roles.Portal, Cancellation);
        await host.UntilCountAsync("SELECT count(*) FROM decisions WHERE rule = 'ordinary-cost' AND service = 'payment.topup' AND offered = 'app'", 30, Cancellation);
        var (_, same) = await host.CallAsync(HttpMethod.Post, "/rules/simulate", new { set = "published" }, Roles.Supervisor, Cancellation);
        // The published set does again what it did.
        Assert.Equal(0, same.GetProperty("changed").GetInt32());
        Assert.True(same.GetProperty("decisions").GetInt32() >= 31);
        var changed = Changed();
        changed["rules"]![0]!["then"]!["channels"] = JsonNode.Parse("""["sms"]""");
        await DraftAsync(changed);
        var (_, told) = await host.CallAsync(HttpMethod.Post, "/rules/simulate", new { set = "draft" }, Roles.Supervisor, Cancellation);
        Assert.Equal(30, told.GetProperty("changed").GetInt32());
        var impact = told.GetProperty("rules").EnumerateArray().ToDictionary(one => one.GetProperty("rule").GetString()!);
        Assert.Equal(30, impact["one"].GetProperty("offers").GetInt32());
        Assert.Equal(JsonValueKind.Null, impact["ordinary-cost"].GetProperty("shadowedBy").ValueKind);
        Assert.Equal(("app", "sms"), (told.GetProperty("examples")[0].GetProperty("before").GetString(), told.GetProperty("examples")[0].GetProperty("after").GetString()));
    }

    /// <summary>What was decided comes out again, channel by channel, when it is decided anew from what was kept of it.</summary>
    [Fact]
    public async Task Decisions_SimulatedWithTheirOwnRules_AreTheSameToEveryReason()
    {
        var random = new Random(7);
        var customers = Enumerable.Range(0, 60).Select(number => $"c_same{number}x").ToList();
        string[] tiers = ["silver", "gold", "vip"], tags = ["student", "vulnerable"], channels = ["app", "web", "sms", "ussd"];
        foreach (var customer in customers)
            await host.TellCustomerAsync(
                Told.Customer(customer, tier: tiers[random.Next(3)], tags: [tags[random.Next(8) == 0 ? 1 : 0]], guidance: channels[..random.Next(5)], prefers: random.Next(5) == 0 ? "web" : null), Cancellation);
        await host.TellTransactionsAsync(customers.SelectMany(customer => Enumerable.Range(0, random.Next(12)).Select(_ => Told.Use(
            customer, channels[random.Next(4)], random.NextDouble() * 100, random.Next(6) == 0 ? Contracts.Transactions.Outcome.Failed : Contracts.Transactions.Outcome.Success))), Cancellation);
        await host.UntilCountAsync("SELECT count(*) FROM customers", 60, Cancellation);
        await Tools.UntilAsync("consents are current", TimeSpan.FromSeconds(20), async () => await WhyAsync(customers[0]) != "consents-unsure", Cancellation);
        await host.CallAsync(HttpMethod.Post, "/decisions", customers.Select(Ask), Roles.Portal, Cancellation);
        await host.UntilCountAsync("SELECT least(count(*), 61) FROM decisions", 61, Cancellation);
        var world = host.The<Worlds>().Current!;
        foreach (var past in await host.The<DecisionStore>().SinceAsync(TimeProvider.System.GetUtcNow().AddHours(-1), 1_000, Cancellation))
        {
            if (past.Answer.Reasons.Any(one => one.Code is "consents-unsure" or "profile-unavailable")) continue;
            var reasons = new Reason[world.Channels.Length];
            var verdict = Trial.Again(world, world.Rules, past, Trial.SituationOf(world, past)!.Value, reasons);
            Assert.Equal(past.Answer.Reasons.Select(one => one.Code), reasons.Select(Reasons.CodeOf));
            Assert.Equal((past.Answer.Channel, past.Answer.Rule, past.Eligible), (verdict.Chosen < 0 ? null : world.Channels[verdict.Chosen].Code, verdict.Rule?.Rule.Id, verdict.Eligible));
        }
    }

    [Fact]
    public async Task Sentence_OfARule_SaysItInBothLanguages()
    {
        var (_, body) = await host.CallAsync(HttpMethod.Get, "/rules", null, Roles.Supervisor, Cancellation);
        var sentence = body.GetProperty("published").GetProperty("set").GetProperty("rules")[2].GetProperty("sentence");
        Assert.Equal("如果客户等级是gold、diamond、vip，就按偏好优先推荐合适的电子渠道（偏好至少 3 分）", sentence.GetProperty("zh-CN").GetString());
        Assert.Equal("If the tier is gold or diamond or vip, then offer an e-channel, preference first (preference at least 3)", sentence.GetProperty("en").GetString());
    }

    private static JsonNode Changed(string id = "one")
    {
        var set = JsonNode.Parse(RuleJson.Write(RuleJson.Starting()))!;
        // The small catalogue of the tests has fewer channels than a real one.
        foreach (var rule in set["rules"]!.AsArray())
            foreach (var condition in rule!["when"]!.AsArray().Where(one => one!["in"] is JsonArray))
                condition!["in"] = new JsonArray([.. condition["in"]!.AsArray().Select(one => one!.DeepClone()).Where(one => (string?)one is not ("wap" or "ivr" or "kiosk" or "desk-12580"))]);
        set["openToAll"] = JsonNode.Parse("""["sms","ussd"]""");
        set["rules"]!.AsArray().Insert(0, JsonNode.Parse($$$"""
            {"id":"{{{id}}}","names":{"zh-CN":"充值到掌厅","en":"Top-ups to the app"},"enabled":true,
             "when":[{"fact":"service","in":["payment.topup"]}],"then":{"policy":"preference-first","channels":["app"]}}
            """));
        set["note"] = "try";
        return set;
    }

    private Task<(int Status, JsonElement Body)> DraftAsync(JsonNode set) => host.CallAsync(HttpMethod.Put, "/rules/draft", set, Roles.Manager, Cancellation);

    private Task<(int Status, JsonElement Body)> StepAsync(string step, string role) => host.CallAsync(HttpMethod.Post, "/rules/draft/" + step, new { note = "please" }, role, Cancellation);

    private Task<(int Status, JsonElement Body)> ApproveAsync(JsonElement draft, string role, string? subject = null) =>
        host.CallAsync(HttpMethod.Post, "/rules/draft/approve", new { hash = draft.GetProperty("hash").GetString() }, role, Cancellation, subject);

    private static object Ask(string customer) => new { customer, service = "payment.topup", channel = "agent" };

    private async Task<string?> RuleOfAsync(string customer, string service = "payment.topup") =>
        (await host.CallAsync(HttpMethod.Post, "/decisions", new { customer, service, channel = "agent" }, Roles.Portal, Cancellation)).Body.GetProperty("rule").GetString();

    private async Task<string?> WhyAsync(string customer) =>
        (await host.CallAsync(HttpMethod.Post, "/decisions", Ask(customer), Roles.Portal, Cancellation)).Body.GetProperty("reasons").EnumerateArray().Last().GetProperty("code").GetString();
}
