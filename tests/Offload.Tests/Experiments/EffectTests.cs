using System.Text.Json;
using ECommerce.Channels.Contracts;
using ECommerce.Channels.Offload.Decisions;
using ECommerce.Channels.Offload.Experiments;
using ECommerce.Channels.Testing;
using Npgsql;
using Xunit;

namespace ECommerce.Channels.Offload.Tests.Experiments;

public sealed class EffectTests(PostgresServer postgres)
{
    private static readonly DateTimeOffset Now = new(2026, 11, 27, 3, 0, 0, TimeSpan.Zero);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(45_000, 27_000, 5_000, 2_400, 10, 20, "works")]
    [InlineData(45_000, 21_600, 5_000, 2_400, 10, 20, "no-difference-yet")]
    [InlineData(45_000, 17_000, 5_000, 2_400, 10, 20, "harms")]
    // Not two weeks yet; too few held out; arms that the hash would never make.
    [InlineData(45_000, 27_000, 5_000, 2_400, 10, 13, "keep-running")]
    [InlineData(450, 270, 50, 24, 10, 20, "keep-running")]
    [InlineData(45_000, 27_000, 5_000, 2_400, 5, 20, "invalid")]
    public void Verdict_OfArms_IsOneWord(long treated, long did, long held, long ofThem, double percent, int days, string verdict)
    {
        var effect = Effect.Of(Of(treated, did), Of(held, ofThem), percent, Now.AddDays(-days), Now);
        Assert.Equal(verdict, effect.Verdict);
        Assert.Equal(Math.Max(0, 14 - days), effect.DaysLeft);
    }

    [Fact]
    public void Effect_OfTheWorkedExample_IsItsNumbers()
    {
        var effect = Effect.Of(Of(45_000, 27_000), Of(5_000, 2_400), 10, Now.AddDays(-20), Now);
        Assert.Equal((0.12, 5_400.0, 5_400L * 290), (Math.Round(effect.Measured!.Difference, 12), Math.Round(effect.Measured.Incremental, 6), effect.Measured.SavedFen));
    }

    [Fact]
    public void Effect_OfNobody_SaysSo()
    {
        var effect = Effect.Of(Arm.None, Arm.None, 5, null, Now);
        Assert.Equal((Verdicts.KeepRunning, 14, null, null), (effect.Verdict, effect.DaysLeft, effect.Measured, effect.SampleRatioP));
    }

    [Fact]
    public async Task Effect_OverHttp_CountsWhoWasEligibleByWhatTheyDidAfterwards()
    {
        await using var host = await OffloadHost.StartAsync(postgres, ("Decisions:HoldoutPercent", "50"));
        await host.TellTheWorldAsync(Cancellation);
        var customers = Enumerable.Range(0, 60).Select(number => $"c_who{number}x").ToList();
        foreach (var customer in customers) await host.TellCustomerAsync(Told.Customer(customer, guidance: customer == "c_who0x" ? [] : ["sms"]), Cancellation);
        await host.TellTransactionsAsync(customers.SelectMany(customer => Enumerable.Range(12, 6).Select(day => Told.Use(customer, "sms", day))), Cancellation);
        await host.UntilCountAsync("SELECT count(*) FROM profiles JOIN customers USING (customer)", 60, Cancellation);
        await Tools.UntilAsync("consents are current", TimeSpan.FromSeconds(20), async () => !(await AskAsync(host, ["c_otherx"])).Contains("consents-unsure", StringComparison.Ordinal), Cancellation);
        await AskAsync(host, customers);
        // Whoever has no consent does not count; asked again nobody counts twice.
        await AskAsync(host, customers);
        await host.UntilCountAsync("SELECT count(*) FROM effect_customers", 59, Cancellation);
        // Ten days ago, as if; every treated one did it electronically two days later, none of the others.
        await ExecuteAsync(host, "UPDATE effect_customers SET first_at = first_at - interval '10 days', due_at = due_at - interval '10 days'");
        var treated = customers.Skip(1).Where(customer => !Holdout.Holds(customer, 50)).ToList();
        await host.TellTransactionsAsync([.. treated.Select(customer => Told.Use(customer, "ussd", 8, service: "payment.topup")), .. customers.Select(customer => Told.Use(customer, "agent", 8, service: "payment.topup"))], Cancellation);
        await host.UntilCountAsync("SELECT coalesce(sum(greatest(next_offset, 0)), 0) FROM consumer_offsets WHERE consumer_group = 'offload.profiles'", 360 + treated.Count + 60, Cancellation);
        Assert.Equal(59, await host.The<EffectStore>().JudgeAsync(host.The<Offload.Decisions.Worlds>().Current!.Catalogue, Cancellation));
        Assert.Equal(0, await host.The<EffectStore>().JudgeAsync(host.The<Offload.Decisions.Worlds>().Current!.Catalogue, Cancellation));
        var (status, body) = await host.CallAsync(HttpMethod.Get, "/effect", null, Roles.Manager, Cancellation);
        Assert.Equal((200, "keep-running", 7), (status, body.GetProperty("verdict").GetString(), body.GetProperty("windowDays").GetInt32()));
        Assert.Equal((treated.Count, treated.Count), (Number(body, "treated", "judged"), Number(body, "treated", "successes")));
        Assert.Equal((59 - treated.Count, 0), (Number(body, "holdout", "judged"), Number(body, "holdout", "successes")));
        Assert.Equal(1, body.GetProperty("difference").GetDouble());
        // 300 fen at the agent's, 15 by SMS.
        Assert.Equal(treated.Count * 285, body.GetProperty("savedFen").GetInt64());
        Assert.Equal(JsonValueKind.Null, body.GetProperty("low").ValueKind);
        Assert.Equal(403, (await host.CallAsync(HttpMethod.Get, "/effect", null, Roles.Manager, Cancellation, regions: "4401")).Status);
    }

    private static Arm Of(long n, long successes) => new(n, n, successes, 0, 0, n * 290);

    private static int Number(JsonElement body, string arm, string name) => body.GetProperty(arm).GetProperty(name).GetInt32();

    private static async Task<string> AskAsync(OffloadHost host, List<string> customers) => (await host.CallAsync(
        HttpMethod.Post, "/decisions", customers.Select(customer => new { customer, service = "payment.topup", channel = "agent" }), Roles.Portal, Cancellation)).Body.GetRawText();

    private static async Task ExecuteAsync(OffloadHost host, string sql)
    {
        await using var command = host.The<NpgsqlDataSource>().CreateCommand(sql);
        await command.ExecuteNonQueryAsync(Cancellation);
    }
}
