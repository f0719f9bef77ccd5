using System.Text;
using ECommerce.Channels.Contracts;
using ECommerce.Channels.Contracts.Events;
using ECommerce.Channels.Kpi.Tests.Indicators;
using ECommerce.Channels.Platform.Messaging;
using ECommerce.Channels.Testing;
using Xunit;
using static ECommerce.Channels.Kpi.Tests.Serving.Facts;
using static ECommerce.Channels.Kpi.Tests.Serving.ServingHost;

namespace ECommerce.Channels.Kpi.Tests.Serving;

/// <summary>Service level and first-contact resolution against what was counted by hand.</summary>
public sealed class ConversationIndicatorTests(PostgresServer postgres)
{
    /// <summary>The test values that are published of a thousand calls, with T = 20 s and short = 5 s.</summary>
    private static readonly (string Id, double Rate, long Numerator, long Denominator)[] Published =
    [
        ("service-level", 0.800, 800, 1000), ("service-level-without-short-abandons", 0.833, 800, 960), ("service-level-answered", 0.889, 800, 900),
        ("service-level-late-abandons", 0.860, 800, 930), ("service-level-early-abandons-good", 0.870, 870, 1000),
    ];

    [Fact]
    public async Task ServiceLevel_OfTheThousandCalls_IsAsPublishedInEachOfItsReadings()
    {
        await using var host = await StartAsync(postgres);
        await host.TellAsync(Thousand());
        foreach (var (id, rate, numerator, denominator) in Published)
        {
            await TwentySecondsAsync(host, id);
            var row = Assert.Single((await host.AskAsync($"{id}?{Period()}")).Values());
            Assert.Equal(rate, row.Value(), 3);
            Assert.Equal((numerator, denominator), Quotient(row));
            Assert.Equal(denominator, row.GetProperty("n").GetInt64());
            Assert.InRange(rate, row.GetProperty("low").GetDouble(), row.GetProperty("high").GetDouble());
        }
        // By the first version, within 60 s: all that were answered.
        Assert.Equal((900, 1000), await host.QuotientAsync($"service-level?{Period()}&version=1"));
    }

    [Fact]
    public async Task ServiceLevel_WhileSomebodyWaits_IsNotComplete()
    {
        await using var host = await StartAsync(postgres);
        await host.TellAsync(Chat(1, 30, 300), Chat(2, null, null));
        await UntilCompleteAsync(host, $"service-level?{Period(2).Replace(Day.ToString("yyyy-MM-dd"), Day.AddDays(1).ToString("yyyy-MM-dd"), StringComparison.Ordinal)}");
        var answer = await host.AskAsync($"service-level?{Period()}&grain=day");
        Assert.Equal((1, 2), Quotient(Assert.Single(answer.Values())));
        Assert.False(answer.GetProperty("complete").GetBoolean());
        Assert.False(answer.Values()[0].GetProperty("complete").GetBoolean());
        await host.TellAsync(Chat(2, null, 40) with { Revision = 6, CloseReason = "customer-left" });
        await UntilCompleteAsync(host, $"service-level?{Period()}");
        Assert.Equal((1, 2), await host.QuotientAsync($"service-level?{Period()}"));
        Assert.Equal((1, 1), await host.QuotientAsync($"service-level-late-abandons?{Period()}"));
    }

    [Fact]
    public async Task Fcr_OfResolvedConversations_DiffersByReading()
    {
        await using var host = await StartAsync(postgres);
        await host.TellAsync(
            Chat(1, 30, 300), Chat(2, 30, 300) with { CustomerReplies = 1, CustomerMessages = 2 }, Chat(3, 30, 300) with { AgentMessages = 2, Rating = 5 },
            Chat(4, 30, 300) with { AgentMessages = 3, CustomerReplies = 4, Rating = 3 }, Chat(5, 30, 300) with { CloseReason = "passed-on" },
            Chat(6, null, 300) with { CloseReason = "customer-left" }, Chat(7, 30, null));
        Assert.Equal((2, 4), await host.QuotientAsync($"fcr-no-reply?{Period()}"));
        Assert.Equal((2, 4), await host.QuotientAsync($"fcr-one-touch?{Period()}"));
        Assert.Equal((1, 2), await host.QuotientAsync($"fcr-confirmed?{Period()}"));
    }

    [Fact]
    public async Task Facts_ShuffledAndRepeated_EndInTheSameFigures()
    {
        var random = new Random(7);
        var stories = Enumerable.Range(0, 60).SelectMany(number => Story(number, random)).ToList();
        await using var sorted = await StartAsync(postgres);
        await using var shuffled = await StartAsync(postgres);
        await sorted.TellAsync(stories);
        var again = stories.Concat(stories).ToArray();
        random.Shuffle(again);
        await shuffled.TellAsync(again);
        foreach (var id in (string[])["service-level", "service-level-answered", "fcr-no-reply", "fcr-one-touch", "fcr-confirmed"])
        {
            var question = $"{id}?{Period(2)}&grain=day&by=channel,service,region,brand";
            Assert.NotEmpty((await sorted.AskAsync(question)).Values());
            Assert.Equal(
                (await sorted.AskAsync(question)).GetProperty("values").EnumerateArray().Select(Figures), (await shuffled.AskAsync(question)).GetProperty("values").EnumerateArray().Select(Figures));
        }
    }

    [Fact]
    public async Task Values_OfOneRegion_AreThoseGranted()
    {
        await using var host = await StartAsync(postgres);
        await host.TellAsync(Chat(1, 30, 300), Chat(2, 90, 300) with { Region = "4403" }, Chat(3, 30, 300) with { Region = null }, Chat(4, 30, 300) with { Brand = "strange", Channel = "strange" });
        Assert.Equal((3, 4), await host.QuotientAsync($"service-level?{Period()}"));
        Assert.Equal((0, 1), await host.QuotientAsync($"service-level?{Period()}", "4403"));
        Assert.Equal((2, 3), await host.QuotientAsync($"service-level?{Period()}&region=44"));
        Assert.Equal(403, (await host.Kpi.GetAsync($"/api/v1/kpi/indicators/service-level/values?{Period()}&region=4401", Roles.Manager, "4403")).Status);
        var rows = (await host.AskAsync($"service-level?{Period()}&by=channel,region,brand")).Values();
        Assert.Equal(
            ["unknown 4401 unknown 1/1", "web 4401 gotone 1/1", "web 4403 gotone 0/1", "web none gotone 1/1"],
            rows.Select(row => $"{row.GetProperty("channel")} {row.GetProperty("region")} {row.GetProperty("brand")} {row.GetProperty("numerator")}/{row.GetProperty("denominator")}").Order(StringComparer.Ordinal));
        Assert.Equal(400, (await host.Kpi.GetAsync($"/api/v1/kpi/indicators/service-level/values?{Period()}&grain=hour")).Status);
    }

    [Fact]
    public async Task Values_AsAFileAndCompared_AreLikeAnyOther()
    {
        await using var host = await StartAsync(postgres);
        await host.TellAsync(Chat(1, 30, 300), Chat(2, 90, 300), Chat(3, 30, 300) with { OpenedAt = At("09:00:00", -1), FirstReplyAt = At("09:00:10", -1) });
        await UntilCompleteAsync(host, $"service-level?{Period()}");
        var compared = Assert.Single((await host.AskAsync($"service-level?{Period()}&compare=previous")).Values()).GetProperty("comparison");
        Assert.Equal((1d, -0.5), (compared.GetProperty("value").GetDouble(), compared.GetProperty("difference").GetDouble()));
        var (status, _, file) = await host.Kpi.GetAsync($"/api/v1/kpi/indicators/service-level/values.csv?{Period()}&by=channel");
        Assert.Equal(200, status);
        Assert.Contains(",web,", await file.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        var split = await host.Kpi.GetAsync($"/api/v1/kpi/indicators/service-level/difference?{Period()}");
        Assert.Equal((200, -0.5), (split.Status, split.Body.GetProperty("difference").GetDouble()));
    }

    [Fact]
    public async Task Facts_ThatCannotBeRead_AreDeadLettersAndTheDayIsNotComplete()
    {
        await using var host = await StartAsync(postgres);
        var broken = Record(ConversationClosed.Type, new { conversation = new { id = "v_9" } }, "c_9", "v_9", 1);
        var strange = new LogRecord("c_9", Encoding.UTF8.GetBytes("{}"), CloudEvents.Write(new Envelope("e", "/channels/care", "channels.conversation.forgotten.v1", At("12:00"))));
        await host.TellAsync(Topics.Conversations, Record(Chat(1, 30, 300)), broken, strange);
        await UntilCompleteAsync(host, $"service-level?{Period(2).Replace(Day.ToString("yyyy-MM-dd"), Day.AddDays(1).ToString("yyyy-MM-dd"), StringComparison.Ordinal)}");
        Assert.False((await host.AskAsync($"service-level?{Period()}")).GetProperty("complete").GetBoolean());
        Assert.Equal((1, 1), await host.QuotientAsync($"service-level?{Period()}"));
        await using var dead = host.Database.CreateCommand("SELECT count(*) FROM dead_letters");
        Assert.Equal(1L, await dead.ExecuteScalarAsync(TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("conversations-answered where electronic")]
    [InlineData("conversations-waiting where within 5 s")]
    [InlineData("conversations-answered where within 1 h")]
    [InlineData("conversations-answered + attempts")]
    [InlineData("tickets-resolved")]
    [InlineData("successes")]
    public async Task Version_ThatCountsSomethingElse_IsRefused(string numerator)
    {
        await using var host = await StartAsync(postgres);
        var (status, _, _) = await host.Kpi.PostAsync(
            "/api/v1/kpi/indicators/service-level/versions", $$"""{"validFrom":"2026-01-01","numerator":"{{numerator}}"}""");
        Assert.Equal(400, status);
    }

    private static async Task UntilCompleteAsync(ServingHost host, string question) => await Tools.UntilAsync(
        "the period is complete", TimeSpan.FromSeconds(60), async () => (await host.AskAsync(question)).GetProperty("complete").GetBoolean(), TestContext.Current.CancellationToken);

    private static string Figures(System.Text.Json.JsonElement row) => string.Join(' ', row.EnumerateObject().Where(field => field.Name != "complete"));

    private static async Task TwentySecondsAsync(ServingHost host, string id)
    {
        var seed = Kpi.Indicators.IndicatorSeed.Definitions().Single(one => one.Id == id);
        string Twenty(string formula) => formula.Replace("60 s", "20 s", StringComparison.Ordinal);
        var (status, body, _) = await host.Kpi.PostAsync(
            $"/api/v1/kpi/indicators/{id}/versions", $$"""{"validFrom":"2026-01-01","numerator":"{{Twenty(seed.Numerator)}}","denominator":"{{Twenty(seed.Denominator!)}}"}""");
        Assert.True(status == 201, body.ToString());
    }

    private static IEnumerable<ConversationFacts> Thousand()
    {
        var number = 0;
        foreach (var (many, reply, close) in ((int, int?, int)[])[(800, 20, 300), (100, 45, 300), (40, null, 5), (30, null, 20), (30, null, 25)])
            for (var i = 0; i < many; i++, number++)
                yield return Chat(number, reply, close) with { CloseReason = reply is null ? "customer-left" : "solved" };
    }

    /// <summary>Every event of one conversation.</summary>
    private static IEnumerable<ConversationFacts> Story(int number, Random random)
    {
        var end = Chat(number, random.Next(3) == 0 ? null : random.Next(100), 300, random.Next(2) == 0 ? "web" : "app") with
        {
            AgentMessages = random.Next(1, 4),
            CustomerReplies = random.Next(0, 2),
            Region = random.Next(2) == 0 ? "4401" : "4403",
        };
        yield return end with { State = "waiting", FirstReplyAt = null, ClosedAt = null, CloseReason = null, AgentMessages = 0, Revision = 1 };
        if (end.FirstReplyAt is not null) yield return end with { State = "active", ClosedAt = null, CloseReason = null, AgentMessages = 1, Revision = 3 };
        yield return end;
        if (random.Next(2) == 0) yield return end with { Rating = random.Next(1, 6), Revision = 7 };
    }
}
