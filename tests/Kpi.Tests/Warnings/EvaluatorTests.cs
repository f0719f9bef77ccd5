using ECommerce.Channels.Kpi.Warnings;
using ECommerce.Channels.Testing;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace ECommerce.Channels.Kpi.Tests.Warnings;

public sealed class EvaluatorTests(PostgresServer postgres)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private async Task<WarningsHost> StartAsync() => await WarningsHost.StartAsync(await postgres.NewDatabaseAsync());

    [Fact]
    public async Task Threshold_CrossedForTwoHours_IsOneWarningThatEndsByItself()
    {
        await using var host = await StartAsync();
        var rule = await host.AddRuleAsync();
        await host.HourAsync(95, 5);
        Assert.Empty(await host.WarningsAsync());

        await host.HourAsync(80, 20);
        var one = Assert.Single(await host.WarningsAsync("open"));
        Assert.Equal(
            (rule, "critical", "success-rate", "app", "below", "new", "1"),
            (one.Text("rule"), one.Text("severity"), one.Text("indicator"), one.Text("channel"), one.Text("kind"), one.Text("state"), one.Text("revision")));
        Assert.Equal((0.8, 0.9, 80L, 100L, 100L), (
            one.GetProperty("value").GetDouble(), one.GetProperty("threshold").GetDouble(), one.GetProperty("numerator").GetInt64(),
            one.GetProperty("denominator").GetInt64(), one.GetProperty("n").GetInt64()));
        Assert.Equal(DateTimeOffset.Parse("2026-09-28T10:00:00+08:00"), one.GetProperty("since").GetDateTimeOffset());
        Assert.Equal(DateTimeOffset.Parse("2026-09-28T11:00:00+08:00"), one.GetProperty("lastSeen").GetDateTimeOffset());
        Assert.Contains("掌上营业厅", one.GetProperty("nextStep").GetProperty("zh-CN").GetString());
        Assert.Contains("Success rate", one.GetProperty("nextStep").GetProperty("en").GetString());
        Assert.Equal("fires", one.GetProperty("evidence").EnumerateArray().Last().Text("verdict"));

        await host.HourAsync(70, 30);
        Assert.Equal(0.7, Assert.Single(await host.WarningsAsync("open")).GetProperty("value").GetDouble());
        await host.HourAsync(99, 1);
        Assert.Single(await host.WarningsAsync("open"));
        await host.HourAsync(99, 1);
        Assert.Empty(await host.WarningsAsync("open"));
        var over = Assert.Single(await host.WarningsAsync());
        Assert.Equal(("resolved", "False"), (over.Text("state"), over.Text("goingOn")));
        Assert.Equal(["raised", "ended"], over.History());

        // Within a day it is the same one.
        await host.HourAsync(60, 40);
        var again = Assert.Single(await host.WarningsAsync("open"));
        Assert.Equal((over.Text("id"), "new"), (again.Text("id"), again.Text("state")));
        Assert.Equal(["raised", "ended", "reopened"], again.History());
    }

    [Fact]
    public async Task Warning_OfANewRule_ShowsWhatWasUsualBeforeIt()
    {
        await using var host = await StartAsync();
        foreach (var (good, bad) in new[] { (95, 5), (97, 3), (80, 20) }) await host.HourAsync(good, bad);
        await host.AddRuleAsync();
        await host.Evaluator.RoundAsync(Cancellation);
        var evidence = Assert.Single(await host.WarningsAsync("open")).GetProperty("evidence").EnumerateArray();
        Assert.Equal(["0.95 fine", "0.97 fine", "0.8 fires"], evidence.Select(point => $"{point.Text("value")} {point.Text("verdict")}"));
    }

    [Fact]
    public async Task Window_NotDeliveredYet_IsNotJudged_AndOnceOnlyWhenItIs()
    {
        await using var host = await StartAsync();
        await host.AddRuleAsync();
        host.Through["app"] = host.Time.GetUtcNow().AddMinutes(59);
        await host.HourAsync(10, 90);
        Assert.Empty(await host.WarningsAsync());
        host.Through.Remove("app");
        await host.Evaluator.RoundAsync(Cancellation);
        Assert.Single(await host.WarningsAsync());
        await host.Evaluator.RoundAsync(Cancellation);
        Assert.Equal("1", Assert.Single(await host.WarningsAsync()).Text("revision"));
    }

    [Fact]
    public async Task Rate_WithTooFewEvents_FiresNotAndEndsNot()
    {
        await using var host = await StartAsync();
        await host.AddRuleAsync();
        await host.HourAsync(2, 20);
        Assert.Empty(await host.WarningsAsync());
        await host.HourAsync(50, 50);
        for (var hour = 0; hour < 5; hour++) await host.HourAsync(5, 0);
        Assert.Single(await host.WarningsAsync("open"));
    }

    [Fact]
    public async Task Evaluation_AfterAnOutage_GoesOnWhereItWas()
    {
        await using var host = await StartAsync();
        await host.AddRuleAsync();
        await host.HourAsync(95, 5);
        for (var hour = 0; hour < 60; hour++)
        {
            host.Time.Advance(TimeSpan.FromHours(1));
            host.Happen("app", hour is 10 or 40 ? 50 : 95, hour is 10 or 40 ? 50 : 5);
        }
        await host.Evaluator.RoundAsync(Cancellation);
        // Not more than its share in one round.
        var first = await host.ReadAsync<long>("SELECT evaluated_to FROM kpi.warning_rules WHERE id <> 'late-feeds'");
        await host.Evaluator.RoundAsync(Cancellation);
        var second = await host.ReadAsync<long>("SELECT evaluated_to FROM kpi.warning_rules WHERE id <> 'late-feeds'");
        Assert.Equal(12 * 60, second - first);
        Assert.Equal(host.Time.GetUtcNow().ToUnixTimeSeconds() / 60, second);
        Assert.Equal(2, (await host.WarningsAsync()).Length);
        Assert.Empty(await host.WarningsAsync("open"));
    }

    [Fact]
    public async Task TwoReplicas_OneEvaluates_AndTheOtherTakesOver()
    {
        await using var host = await StartAsync();
        await host.AddRuleAsync();
        await host.HourAsync(95, 5);
        var other = Replica(host, out var lease);
        host.Time.Advance(TimeSpan.FromHours(1));
        host.Happen("app", 50, 50);
        Assert.False(await other.RoundAsync(Cancellation));
        Assert.Empty(await host.WarningsAsync());
        await host.Http.Services.GetRequiredService<EvaluatorLease>().LeaveAsync(Cancellation);
        Assert.True(await other.RoundAsync(Cancellation));
        Assert.Single(await host.WarningsAsync());
        await lease.LeaveAsync(Cancellation);
    }

    /// <summary>A replica that was paused with the lease in hand and wakes when another one has done its work.</summary>
    [Fact]
    public async Task Rule_MovedOnByAnother_IsNotMovedTwice()
    {
        await using var host = await StartAsync();
        await host.AddRuleAsync();
        var rules = host.Http.Services.GetRequiredService<RuleStore>();
        var before = (await rules.AllAsync(Cancellation)).Single(one => !one.Rule.IsLateFeed);
        await host.HourAsync(50, 50);
        await using var connection = await host.Http.Services.GetRequiredService<Npgsql.NpgsqlDataSource>().OpenConnectionAsync(Cancellation);
        await using var transaction = await connection.BeginTransactionAsync(Cancellation);
        Assert.False(await RuleStore.AdvanceAsync(transaction, before, new RuleProgress(before.Progress.EvaluatedTo + 60, null), [], Cancellation));
        Assert.True(await RuleStore.AdvanceAsync(
            transaction, (await rules.AllAsync(Cancellation)).Single(one => !one.Rule.IsLateFeed), before.Progress, [], Cancellation));
    }

    [Fact]
    public async Task Replicas_AtTheSameTime_RaiseOnce()
    {
        await using var host = await StartAsync();
        for (var i = 0; i < 5; i++) await host.AddRuleAsync();
        host.Time.Advance(TimeSpan.FromHours(1));
        host.Happen("app", 50, 50);
        // A lease that is always over: all of them do the work at once.
        await using (var trigger = host.Database.CreateCommand("""
            CREATE FUNCTION kpi.over() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.expires_at = '-infinity'; RETURN NEW; END $$;
            CREATE TRIGGER over BEFORE UPDATE ON kpi.warning_evaluator FOR EACH ROW EXECUTE FUNCTION kpi.over();
            UPDATE kpi.warning_evaluator SET holder = NULL
            """))
            await trigger.ExecuteNonQueryAsync(Cancellation);
        var evaluators = Enumerable.Range(0, 4).Select(_ => Replica(host, out var _)).Append(host.Evaluator).ToList();
        var worked = await Task.WhenAll(evaluators.Select(one => one.RoundAsync(Cancellation)));
        Assert.All(worked, Assert.True);
        Assert.Equal(5, (await host.WarningsAsync()).Length);
    }

    [Fact]
    public async Task LateFeed_RaisesAndEndsWhenItDelivers_AndRulesThatWaitForItHaveNoData()
    {
        await using var host = await StartAsync();
        var rule = await host.AddRuleAsync();
        await host.HourAsync(95, 5);
        host.Through["app"] = host.Time.GetUtcNow();
        host.Time.Advance(TimeSpan.FromMinutes(91));
        await host.Evaluator.RoundAsync(Cancellation);
        await host.Evaluator.RoundAsync(Cancellation);
        var late = (await host.WarningsAsync("open")).Single(one => one.Text("rule") == "late-feeds");
        Assert.Equal(("late-feed", "boss", "app", "warning", "feed/boss"), (late.Text("kind"), late.Text("source"), late.Text("channel"), late.Text("severity"), late.Text("cause")));
        Assert.Equal(DateTimeOffset.Parse("2026-09-28T11:31:00+08:00"), late.GetProperty("since").GetDateTimeOffset());
        Assert.Contains("boss", late.GetProperty("nextStep").GetProperty("en").GetString());
        var noData = (await host.WarningsAsync("open")).Single(one => one.Text("rule") == rule);
        Assert.Equal(("no-data", "feed/boss", "boss/app"), (noData.Text("kind"), noData.Text("cause"), noData.Text("detail")));
        var causes = (await host.Http.GetAsync(WarningsHost.Root)).GetProperty("causes");
        Assert.Equal("""[{"cause":"feed/boss","count":2}]""", causes.GetRawText());

        host.Through.Remove("app");
        await host.Evaluator.RoundAsync(Cancellation);
        Assert.Empty(await host.WarningsAsync("open"));
        var preview = await host.Http.SendAsync(HttpMethod.Post, WarningsHost.Rules + "/preview", new { condition = new { kind = "late-feed" }, notify = new[] { "sre" } }, 200);
        Assert.Equal(1, preview.GetProperty("fired").GetInt32());
        Assert.Equal("boss", preview.GetProperty("occurrences")[0].Text("source"));
    }

    [Fact]
    public async Task LateFeed_ResolvedByHand_IsNotToldAgainWhileItIsLate()
    {
        await using var host = await StartAsync();
        host.Through["app"] = host.Time.GetUtcNow();
        host.Time.Advance(TimeSpan.FromMinutes(91));
        await host.Evaluator.RoundAsync(Cancellation);
        var id = Assert.Single(await host.WarningsAsync("open")).Text("id");
        await host.Http.SendAsync(HttpMethod.Post, $"{WarningsHost.Root}/{id}/resolve", new { }, 200);
        host.Time.Advance(TimeSpan.FromMinutes(10));
        await host.Evaluator.RoundAsync(Cancellation);
        Assert.Empty(await host.WarningsAsync("open"));
        host.Through.Remove("app");
        await host.Evaluator.RoundAsync(Cancellation);
        // Late once more, within a day: the same warning, open again.
        host.Through["app"] = host.Time.GetUtcNow();
        host.Time.Advance(TimeSpan.FromMinutes(91));
        await host.Evaluator.RoundAsync(Cancellation);
        Assert.Equal(id, Assert.Single(await host.WarningsAsync("open")).Text("id"));
    }

    [Fact]
    public async Task Threshold_ResolvedByHandAndFiringAgain_IsOpenAgain()
    {
        await using var host = await StartAsync();
        await host.AddRuleAsync();
        await host.HourAsync(50, 50);
        var id = Assert.Single(await host.WarningsAsync("open")).Text("id");
        await host.Http.SendAsync(HttpMethod.Post, $"{WarningsHost.Root}/{id}/resolve", new { note = "done" }, 200);
        Assert.Empty(await host.WarningsAsync("open"));
        await host.HourAsync(50, 50);
        var again = Assert.Single(await host.WarningsAsync("open"));
        Assert.Equal(id, again.Text("id"));
        Assert.Equal(["raised", "resolved", "reopened"], again.History());
    }

    [Fact]
    public async Task Rule_ThatCannotBeCalculated_IsAWarningOfItsOwn_AndOthersGoOn()
    {
        await using var host = await StartAsync();
        var broken = await host.AddRuleAsync(WarningsHost.Rule("offload-rate"));
        await host.AddRuleAsync();
        await using (var command = host.Database.CreateCommand($"UPDATE kpi.warning_rules SET indicator = 'gone' WHERE id = '{broken}'"))
            await command.ExecuteNonQueryAsync(Cancellation);
        await host.HourAsync(50, 50);
        var warnings = await host.WarningsAsync("open");
        Assert.Equal(2, warnings.Length);
        var failed = warnings.Single(one => one.Text("rule") == broken);
        Assert.Equal(("evaluation-failed", "InvalidOperationException"), (failed.Text("kind"), failed.Text("detail")));
        var evaluation = (await host.Http.GetAsync(WarningsHost.Root)).GetProperty("evaluation");
        Assert.Equal("1 rules cannot be calculated", evaluation.Text("fault"));
        Assert.Equal(host.Time.GetUtcNow(), evaluation.GetProperty("lastRound").GetDateTimeOffset());
        await using (var command = host.Database.CreateCommand($"UPDATE kpi.warning_rules SET indicator = 'offload-rate' WHERE id = '{broken}'"))
            await command.ExecuteNonQueryAsync(Cancellation);
        await host.Evaluator.RoundAsync(Cancellation);
        Assert.Equal("resolved", (await host.WarningsAsync()).Single(one => one.Text("id") == failed.Text("id")).Text("state"));
    }

    [Fact]
    public async Task Scope_NobodyDeliversFor_HasNoData()
    {
        await using var host = await StartAsync();
        host.Channels.Remove("web");
        await host.AddRuleAsync(WarningsHost.Rule("attempts", "web", threshold: 10));
        await host.HourAsync(50, 50);
        var one = Assert.Single(await host.WarningsAsync("open"));
        Assert.Equal(("no-data", "no-data/web"), (one.Text("kind"), one.Text("cause")));
    }

    [Fact]
    public async Task Snooze_Over_IsNewAgain()
    {
        await using var host = await StartAsync();
        await host.AddRuleAsync();
        await host.HourAsync(50, 50);
        var id = Assert.Single(await host.WarningsAsync("open")).Text("id");
        await host.Http.SendAsync(HttpMethod.Post, $"{WarningsHost.Root}/{id}/snooze", new { until = host.Time.GetUtcNow().AddMinutes(30) }, 200);
        host.Time.Advance(TimeSpan.FromMinutes(29));
        await host.Evaluator.RoundAsync(Cancellation);
        Assert.Equal("snoozed", Assert.Single(await host.WarningsAsync("open")).Text("state"));
        host.Time.Advance(TimeSpan.FromMinutes(1));
        await host.Evaluator.RoundAsync(Cancellation);
        var awake = Assert.Single(await host.WarningsAsync("open"));
        Assert.Equal("new", awake.Text("state"));
        Assert.Equal(["raised", "snoozed", "snooze-ended"], awake.History());
    }

    [Fact]
    public async Task Preview_OfTheSameStretch_CountsWhatWasRaised()
    {
        await using var host = await StartAsync();
        await host.AddRuleAsync();
        var random = new Random(7);
        for (var hour = 0; hour < 24 * 12; hour++)
        {
            var bad = random.Next(20) == 0;
            await host.HourAsync(bad ? 60 : 97, bad ? 40 : 3);
        }
        var raised = (await host.WarningsAsync()).Select(one => one.GetProperty("since").GetDateTimeOffset()).Order().ToList();
        Assert.True(raised.Count >= 2, $"{raised.Count} warnings only");
        var preview = await host.Http.SendAsync(HttpMethod.Post, WarningsHost.Rules + "/preview", WarningsHost.Rule(), 200);
        Assert.Equal(raised.Count, preview.GetProperty("fired").GetInt32());
        Assert.Equal(raised, preview.GetProperty("occurrences").EnumerateArray().Select(one => DateTimeOffset.Parse(one.Text("from") is { Length: 10 } day ? day + "T00:00+08:00" : one.Text("from"))));
        Assert.Equal(0.6, preview.GetProperty("occurrences")[0].GetProperty("value").GetDouble());
    }

    private static Evaluator Replica(WarningsHost host, out EvaluatorLease lease)
    {
        var services = host.Http.Services;
        lease = new EvaluatorLease(services.GetRequiredService<Npgsql.NpgsqlDataSource>());
        return ActivatorUtilities.CreateInstance<Evaluator>(services, lease);
    }
}
