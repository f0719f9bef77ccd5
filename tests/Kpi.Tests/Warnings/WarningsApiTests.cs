using System.Text.Json;
using ECommerce.Channels.Contracts.Events;
using ECommerce.Channels.Testing;
using Xunit;

namespace ECommerce.Channels.Kpi.Tests.Warnings;

public sealed class WarningsApiTests(PostgresServer postgres)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private async Task<WarningsHost> StartAsync() => await WarningsHost.StartAsync(await postgres.NewDatabaseAsync());

    /// <summary>A host with one warning, and its id.</summary>
    private async Task<(WarningsHost Host, string Id)> WithOneAsync()
    {
        var host = await StartAsync();
        await host.AddRuleAsync();
        await host.HourAsync(50, 50);
        return (host, Assert.Single(await host.WarningsAsync("open")).Text("id"));
    }

    [Fact]
    public async Task Rules_OfANewInstallation_WatchLateFeeds()
    {
        await using var host = await StartAsync();
        var rule = Assert.Single((await host.Http.GetAsync(WarningsHost.Rules)).GetProperty("rules").EnumerateArray());
        Assert.Equal(("late-feeds", "late-feed", "True"), (rule.Text("id"), rule.GetProperty("condition").Text("kind"), rule.Text("enabled")));
    }

    [Fact]
    public async Task Rule_MadeChangedAndRemoved_IsAuditedAndKeepsItsRevision()
    {
        await using var host = await StartAsync();
        var id = await host.AddRuleAsync();
        var path = $"{WarningsHost.Rules}/{id}";
        var made = await host.Http.GetAsync(path);
        Assert.Equal(("1", "user:ann", "success-rate"), (made.Text("revision"), made.Text("updatedBy"), made.Text("indicator")));
        var changed = await host.Http.SendAsync(HttpMethod.Put, path, WarningsHost.Rule(threshold: 0.8), 200, "\"1\"");
        Assert.Equal(("2", 0.8), (changed.Text("revision"), changed.GetProperty("condition").GetProperty("threshold").GetDouble()));
        await host.Http.SendAsync(HttpMethod.Put, path, WarningsHost.Rule(), 412, "\"1\"");
        await host.Http.SendAsync(HttpMethod.Delete, path, null, 412, "\"1\"");
        await host.Http.SendAsync(HttpMethod.Delete, path, null, 204, "\"2\"");
        await host.Http.SendAsync(HttpMethod.Get, path, null, 404);
        await host.Http.SendAsync(HttpMethod.Put, path, WarningsHost.Rule(), 404);
        Assert.Equal(
            $"warning-rule.created {id},warning-rule.changed {id},warning-rule.removed {id}",
            await host.ReadAsync<string>("SELECT string_agg(action || ' ' || subject, ',' ORDER BY number) FROM kpi.audit_log WHERE actor = 'user:ann'"));
    }

    [Fact]
    public async Task Rule_ChangedToWatchSomethingElse_EndsItsWarnings_AndItsNameDoesNot()
    {
        var (host, id) = await WithOneAsync();
        await using var _ = host;
        var rule = $"{WarningsHost.Rules}/{(await host.Http.GetAsync($"{WarningsHost.Root}/{id}")).Text("rule")}";
        await host.Http.SendAsync(HttpMethod.Put, rule, new { name = "App", indicator = "success-rate", channel = "app", condition = new { kind = "below", threshold = 0.9, window = "hour" }, notify = new[] { "sre" } }, 200);
        Assert.Single(await host.WarningsAsync("open"));
        await host.Http.SendAsync(HttpMethod.Put, rule, WarningsHost.Rule(threshold: 0.3), 200);
        Assert.Empty(await host.WarningsAsync("open"));
        Assert.Equal(["raised", "rule-changed"], Assert.Single(await host.WarningsAsync()).History());
        await host.HourAsync(50, 50);
        Assert.Empty(await host.WarningsAsync("open"));
        await host.HourAsync(20, 80);
        Assert.Single(await host.WarningsAsync("open"));
        await host.Http.SendAsync(HttpMethod.Delete, rule, null, 204);
        Assert.Empty(await host.WarningsAsync("open"));
        await host.HourAsync(20, 80);
        Assert.Empty(await host.WarningsAsync("open"));
    }

    [Fact]
    public async Task Rule_WrongInput_NamesEveryField()
    {
        await using var host = await StartAsync();
        Assert.Equal(["condition", "indicator", "notify"], await host.Http.WrongAsync(HttpMethod.Post, WarningsHost.Rules, new { }));
        Assert.Equal(
            ["channel", "condition.threshold", "condition.window", "indicator", "notify.1", "notify.2", "region", "severity"],
            await host.Http.WrongAsync(HttpMethod.Post, WarningsHost.Rules, new
            {
                indicator = "profit",
                channel = "fax",
                region = "9",
                condition = new { kind = "below", threshold = -1, window = "year" },
                notify = new[] { "manager", "everybody", "user:13812345678" },
                severity = "awful",
            }));
        async Task<string[]> WrongAsync(object rule) => await host.Http.WrongAsync(HttpMethod.Post, WarningsHost.Rules + "/preview", rule);
        Assert.Equal(["condition.threshold"], await WrongAsync(WarningsHost.Rule(threshold: 95)));
        Assert.Equal(["condition.window"], await WrongAsync(WarningsHost.Rule("customers")));
        Assert.Equal(["indicator"], await WrongAsync(WarningsHost.Rule("attempts-share")));
        Assert.Equal(["condition.kind"], await WrongAsync(WarningsHost.Rule(kind: "between")));
        Assert.Equal(["indicator", "region"], await WrongAsync(new { indicator = "attempts", region = "4401", condition = new { kind = "late-feed" }, notify = new[] { "sre" } }));
    }

    [Fact]
    public async Task Rules_AtTheLimit_AreRefused()
    {
        await using var host = await StartAsync();
        await using (var command = host.Database.CreateCommand("""
            INSERT INTO kpi.warning_rules (id, kind, notify, severity, enabled, revision, created_at, created_by, updated_at, updated_by, evaluated_to)
            SELECT 'x' || i, 'late-feed', '{sre}', 'info', false, 1, now(), 'x', now(), 'x', 0 FROM generate_series(1, 999) i
            """))
            await command.ExecuteNonQueryAsync(Cancellation);
        var refused = await host.Http.SendAsync(HttpMethod.Post, WarningsHost.Rules, WarningsHost.Rule(), 409);
        Assert.EndsWith("too-many-rules", refused.Text("type"));
    }

    [Fact]
    public async Task People_AcknowledgeAssignSnoozeResolve_WithHistoryAuditAndRevision()
    {
        var (host, id) = await WithOneAsync();
        await using var _ = host;
        var path = $"{WarningsHost.Root}/{id}";
        var acknowledged = await host.Http.SendAsync(HttpMethod.Post, path + "/acknowledge", new { note = "电话 13812345678 已联系" }, 200, "\"1\"");
        Assert.Equal(("acknowledged", "2"), (acknowledged.Text("state"), acknowledged.Text("revision")));
        // Somebody who has seen the first revision is too late.
        await host.Http.SendAsync(HttpMethod.Post, path + "/assign", new { owner = "user:bob" }, 412, "\"1\"");
        Assert.Equal("user:bob", (await host.Http.SendAsync(HttpMethod.Post, path + "/assign", new { owner = "user:bob" }, 200, "\"2\"")).Text("owner"));
        var until = host.Time.GetUtcNow().AddHours(2);
        var snoozed = await host.Http.SendAsync(HttpMethod.Post, path + "/snooze", new { until }, 200);
        Assert.Equal(("snoozed", until), (snoozed.Text("state"), snoozed.GetProperty("snoozedUntil").GetDateTimeOffset()));
        var resolved = await host.Http.SendAsync(HttpMethod.Post, path + "/resolve", new { note = "fixed", useful = true }, 200);
        Assert.Equal(("resolved", "True", "True"), (resolved.Text("state"), resolved.Text("goingOn"), resolved.Text("useful")));
        Assert.Equal(["raised", "acknowledged", "assigned", "snoozed", "resolved"], resolved.History());
        var note = resolved.GetProperty("history")[1];
        Assert.Equal("user:ann", note.Text("by"));
        Assert.DoesNotContain("13812345678", note.Text("note"));
        Assert.Contains("已联系", note.Text("note"));
        await host.Http.SendAsync(HttpMethod.Post, path + "/acknowledge", new { }, 409);
        Assert.Equal(
            "warning.acknowledged,warning.assigned,warning.snoozed,warning.resolved",
            await host.ReadAsync<string>($"SELECT string_agg(action, ',' ORDER BY number) FROM kpi.audit_log WHERE subject = '{id}'"));
        Assert.Equal(0, await host.ReadAsync<long>("SELECT count(*) FROM kpi.audit_log WHERE details::text LIKE '%fixed%'"));
    }

    [Fact]
    public async Task Actions_WrongInput_NamesEveryField()
    {
        var (host, id) = await WithOneAsync();
        await using var _ = host;
        async Task<string[]> WrongAsync(string action, object body) => await host.Http.WrongAsync(HttpMethod.Post, $"{WarningsHost.Root}/{id}/{action}", body);
        Assert.Equal(["note"], await WrongAsync("acknowledge", new { note = new string('x', 1001) }));
        Assert.Equal(["owner"], await WrongAsync("assign", new { }));
        Assert.Equal(["until"], await WrongAsync("snooze", new { until = "tomorrow" }));
        Assert.Equal(["until"], await WrongAsync("snooze", new { until = host.Time.GetUtcNow() }));
        Assert.Equal(["until"], await WrongAsync("snooze", new { until = host.Time.GetUtcNow().AddDays(31) }));
        Assert.Equal(["note", "useful"], await WrongAsync("resolve", new { note = 1, useful = "yes" }));
        Assert.Equal(["state"], await host.Http.WrongAsync(HttpMethod.Get, WarningsHost.Root + "?state=some"));
        Assert.Equal(["cursor"], await host.Http.WrongAsync(HttpMethod.Get, WarningsHost.Root + "?cursor=WyJhIl0"));
        await host.Http.SendAsync(HttpMethod.Post, $"{WarningsHost.Root}/none-such/resolve", new { }, 404);
        await host.Http.SendAsync(HttpMethod.Get, $"{WarningsHost.Root}/none-such", null, 404);
        host.Http.As("supervisor");
        await host.Http.SendAsync(HttpMethod.Post, $"{WarningsHost.Root}/{id}/resolve", new { }, 403);
    }

    [Fact]
    public async Task List_Open_IsSortedBySeverityThenAge_PageByPage()
    {
        await using var host = await StartAsync();
        await host.AddRuleAsync(WarningsHost.Rule("attempts", threshold: 1000, severity: "info"));
        await host.HourAsync(50, 50);
        await host.AddRuleAsync(WarningsHost.Rule("failures", kind: "above", threshold: 10, severity: "warning"));
        await host.AddRuleAsync(WarningsHost.Rule(severity: "critical"));
        await host.HourAsync(50, 50);
        await host.AddRuleAsync(WarningsHost.Rule("abandoned", threshold: 10, severity: "warning"));
        await host.HourAsync(50, 50);
        var seen = new List<string>();
        for (var next = ""; next is not null;)
        {
            var page = await host.Http.GetAsync($"{WarningsHost.Root}?limit=1&cursor={next}");
            seen.AddRange(page.GetProperty("warnings").EnumerateArray().Select(one => one.Text("indicator")));
            next = page.GetProperty("next").GetString();
        }
        Assert.Equal(["success-rate", "failures", "abandoned", "attempts"], seen);
        Assert.Equal(
            ["abandoned", "attempts"], (await host.WarningsAsync()).Select(one => one.Text("indicator")).Where(one => one is "abandoned" or "attempts"));
    }

    [Fact]
    public async Task Detail_TellsWhyItFired_AndWhatBecameOfTheLastOnes()
    {
        await using var host = await StartAsync();
        var rule = await host.AddRuleAsync();
        foreach (var useful in new[] { true, false })
        {
            await host.HourAsync(50, 50);
            await host.Http.SendAsync(HttpMethod.Post, $"{WarningsHost.Root}/{Assert.Single(await host.WarningsAsync("open")).Text("id")}/resolve", new { useful }, 200);
            for (var hour = 0; hour < 27; hour++) await host.HourAsync(99, 1);
        }
        await host.HourAsync(50, 50);
        var id = Assert.Single(await host.WarningsAsync("open")).Text("id");
        var detail = await host.Http.GetAsync($"{WarningsHost.Root}/{id}");
        Assert.Equal(24, detail.GetProperty("evidence").GetArrayLength());
        Assert.Equal(("1", "1"), (detail.Text("ruleRevision"), detail.Text("indicatorVersion")));
        Assert.Equal(["False", "True"], detail.GetProperty("similar").EnumerateArray().Select(one => one.Text("useful")));
        var quality = (await host.Http.GetAsync($"{WarningsHost.Rules}/{rule}")).GetProperty("quality");
        Assert.Equal("""{"warnings":3,"judged":2,"falseAlarms":1}""", quality.GetRawText());
    }

    [Fact]
    public async Task RegionGrant_SeesAndChangesItsRegionsAlone()
    {
        await using var host = await StartAsync();
        var everywhere = await host.AddRuleAsync();
        var here = await host.AddRuleAsync(WarningsHost.Rule(region: "4401"));
        var there = await host.AddRuleAsync(WarningsHost.Rule(region: "4403"));
        host.Through["web"] = host.Time.GetUtcNow().AddHours(-2);
        await host.HourAsync(50, 50);
        host.Time.Advance(TimeSpan.FromHours(1));
        host.Happen("app", 50, 50, "4403");
        await host.Evaluator.RoundAsync(Cancellation);
        Assert.Equal(4, (await host.WarningsAsync("open")).Length);
        var hidden = (await host.WarningsAsync("open")).Single(one => one.Text("rule") == there).Text("id");

        host.Http.As("manager", "4401");
        Assert.Equal([here, "late-feeds"], (await host.WarningsAsync("open")).Select(one => one.Text("rule")).Order(StringComparer.Ordinal).Reverse());
        Assert.Equal(["late-feeds", here], (await host.Http.GetAsync(WarningsHost.Rules)).GetProperty("rules").EnumerateArray().Select(one => one.Text("id")));
        await host.Http.SendAsync(HttpMethod.Get, $"{WarningsHost.Root}/{hidden}", null, 403);
        await host.Http.SendAsync(HttpMethod.Post, $"{WarningsHost.Root}/{hidden}/resolve", new { }, 403);
        await host.Http.SendAsync(HttpMethod.Get, $"{WarningsHost.Rules}/{there}", null, 403);
        await host.Http.SendAsync(HttpMethod.Put, $"{WarningsHost.Rules}/{everywhere}", WarningsHost.Rule(region: "4401"), 403);
        await host.Http.SendAsync(HttpMethod.Put, $"{WarningsHost.Rules}/{here}", WarningsHost.Rule(), 403);
        await host.Http.SendAsync(HttpMethod.Delete, $"{WarningsHost.Rules}/late-feeds", null, 403);
        await host.Http.SendAsync(HttpMethod.Post, WarningsHost.Rules, WarningsHost.Rule(region: "4403"), 403);
        await host.Http.SendAsync(HttpMethod.Post, WarningsHost.Rules + "/preview", WarningsHost.Rule(), 403);
        await host.Http.SendAsync(HttpMethod.Post, WarningsHost.Rules + "/preview", WarningsHost.Rule(region: "4401"), 200);
    }

    [Fact]
    public async Task Changes_ArePublishedInOrder_WithTheRevisionAsSequence()
    {
        var (host, id) = await WithOneAsync();
        await using var _ = host;
        await host.Http.SendAsync(HttpMethod.Post, $"{WarningsHost.Root}/{id}/acknowledge", new { note = "secret words" }, 200);
        await host.HourAsync(99, 1);
        await host.HourAsync(99, 1);
        var events = new List<(string Value, string Headers)>();
        await using (var command = host.Database.CreateCommand(
            $"SELECT convert_from(value, 'UTF8'), encode(headers, 'escape') FROM kpi.outbox WHERE topic = 'channels.warnings' AND record_key = '{id}' ORDER BY id"))
        await using (var reader = await command.ExecuteReaderAsync(Cancellation))
            while (await reader.ReadAsync(Cancellation)) events.Add((reader.GetString(0), reader.GetString(1)));
        Assert.Equal(3, events.Count);
        Assert.Contains(WarningRaised.Type, events[0].Headers);
        Assert.Contains(WarningChanged.Type, events[1].Headers);
        Assert.Contains(WarningEnded.Type, events[2].Headers);
        Assert.False(JsonSerializer.Deserialize<WarningRaised>(events[0].Value, JsonSerializerOptions.Web)!.Reopened);
        var changed = JsonSerializer.Deserialize<WarningChanged>(events[1].Value, JsonSerializerOptions.Web)!;
        Assert.Equal(("acknowledged", "user:ann", 2, "acknowledged"), (changed.What, changed.By, changed.Warning.Revision, changed.Warning.State));
        var ended = JsonSerializer.Deserialize<WarningEnded>(events[2].Value, JsonSerializerOptions.Web)!;
        Assert.Equal(("ended", "system", 3, "resolved"), (ended.What, ended.By, ended.Warning.Revision, ended.Warning.State));
        // Notes stay where they are.
        Assert.DoesNotContain(events, one => one.Value.Contains("secret", StringComparison.Ordinal));
        var facts = JsonSerializer.Deserialize<JsonElement>(events[0].Value);
        using var sample = JsonDocument.Parse(await File.ReadAllTextAsync(
            Path.Combine(Checkout.Folder, "services/Contracts/Samples/channels.warning.raised.v1.json"), Cancellation));
        Assert.Equal(
            sample.RootElement.GetProperty("warning").EnumerateObject().Select(field => field.Name).Order(),
            facts.GetProperty("warning").EnumerateObject().Select(field => field.Name).Order());
    }
}
