using ECommerce.Channels.Contracts;
using ECommerce.Channels.Contracts.Events;
using ECommerce.Channels.Kpi.Tests.Indicators;
using ECommerce.Channels.Platform.Messaging;
using ECommerce.Channels.Testing;
using Xunit;
using static ECommerce.Channels.Kpi.Tests.Serving.ServingHost;

namespace ECommerce.Channels.Kpi.Tests.Serving;

/// <summary>What comes of matters that care told as settled.</summary>
public sealed class MatterIndicatorTests(PostgresServer postgres)
{
    [Fact]
    public async Task Matters_SettledByCare_AreCountedByHand()
    {
        await using var host = await StartAsync(postgres);
        await host.TellAsync(Topics.Conversations, Some().Select(Record));
        Assert.Equal((2, 4), await host.QuotientAsync($"bounce-back-rate?{Period()}"));
        Assert.Equal((3, 7), await host.QuotientAsync($"channel-hopping-rate?{Period()}"));
        Assert.Equal((1, 2), await host.QuotientAsync($"fcr-any-channel?{Period()}"));
        Assert.Equal((1, 2), await host.QuotientAsync($"fcr-any-channel?{Period()}&channel=web"));
        Assert.Equal((0, 1), await host.QuotientAsync($"channel-hopping-rate?{Period()}", "4403"));
    }

    [Fact]
    public async Task ChatThatWasSolved_ThenTheCounterOnDayTwo_IsFirstContactInTwoReadingsAndNotInTheThird()
    {
        await using var host = await StartAsync(postgres);
        await host.TellAsync(Facts.Chat(1, 30, 300));
        await host.TellAsync(Topics.Conversations, Record(Matter(1, "conversation") with { Contacts = 2, Channels = ["web", "counter"], Hopped = true, FirstSolved = true, Solved = true }));
        Assert.Equal((1, 1), await host.QuotientAsync($"fcr-no-reply?{Period()}"));
        Assert.Equal((1, 1), await host.QuotientAsync($"fcr-one-touch?{Period()}"));
        Assert.Equal((0, 1), await host.QuotientAsync($"fcr-any-channel?{Period()}"));
    }

    [Fact]
    public async Task Matters_ShuffledRepeatedAndRevised_EndInTheSameFigures()
    {
        await using var host = await StartAsync(postgres);
        var first = Some().Select(one => one with { Contacts = 1, Bounced = false, Hopped = false, Revision = 1 });
        var records = first.Concat(Some()).Concat([Matter(9) with { Revision = 1 }, Matter(9) with { Contacts = 0, Revision = 3 }]).Concat(Some()).Select(Record).ToArray();
        new Random(3).Shuffle(records);
        await host.TellAsync(Topics.Conversations, records);
        Assert.Equal((2, 4), await host.QuotientAsync($"bounce-back-rate?{Period()}"));
        Assert.Equal((3, 7), await host.QuotientAsync($"channel-hopping-rate?{Period()}"));
    }

    [Fact]
    public async Task Period_WhoseMattersAreNotAllSettled_IsNotComplete()
    {
        await using var host = await StartAsync(postgres);
        await host.TellAsync(Topics.Conversations, Some().Select(Record));
        // Judged through: the window of the day's last hour is still open.
        await host.TellAsync(Topics.Conversations, Judged(At("23:00:00", 3), 1));
        await Task.WhenAll(UntilAsync(host, -1), UntilAsync(host, -2));
        var days = (await host.AskAsync($"channel-hopping-rate?from={Day.AddDays(-1):yyyy-MM-dd}&to={Day.AddDays(1):yyyy-MM-dd}&grain=day")).Values();
        Assert.False(Assert.Single(days).GetProperty("complete").GetBoolean());
        await host.TellAsync(Topics.Conversations, Judged(At("00:00:00", 4), 2));
        await UntilAsync(host, 0);
    }

    public static MatterFacts Matter(int number, string kind = "transaction") => new(
        "m_" + number, "c_" + number, null, "query", "balance.query", kind == "transaction" ? "app" : "web", kind, "4401", "gotone", ["app"], 1, kind == "transaction",
        false, false, true, true, At("09:00:00"), At("09:00:00"), 2);

    /// <summary>Four that began on an e-channel, two of which came to an employee; a call; and two chats that were solved, one of them at once.</summary>
    private static MatterFacts[] Some() =>
    [
        Matter(1), Matter(2) with { Region = "4403" }, Matter(3) with { Bounced = true, Contacts = 2, Hopped = true }, Matter(4) with { Bounced = true, Contacts = 3, Hopped = true },
        Matter(5) with { Electronic = false, Bounced = true, Channel = "counter", Contacts = 3, Hopped = true },
        Matter(6, "conversation"), Matter(7, "conversation") with { Contacts = 2 }, Matter(8) with { Contacts = 0 },
    ];

    private static LogRecord Record(MatterFacts one) => ServingHost.Record(one);

    private static LogRecord Judged(DateTimeOffset through, long number) => ServingHost.Record(MattersJudged.Type, new MattersJudged(through), MattersJudged.Key, MattersJudged.Key, number);

    /// <summary>Waits until the day so many days after the first is complete.</summary>
    private static Task UntilAsync(ServingHost host, int days) => Tools.UntilAsync("the day is complete", TimeSpan.FromSeconds(60), async () =>
        (await host.AskAsync($"channel-hopping-rate?from={Day.AddDays(days):yyyy-MM-dd}&to={Day.AddDays(days + 1):yyyy-MM-dd}")).GetProperty("complete").GetBoolean(),
        TestContext.Current.CancellationToken);
}
