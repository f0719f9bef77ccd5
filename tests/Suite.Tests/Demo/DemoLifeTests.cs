using System.Text.Json;
using ECommerce.Channels.Suite.Tests.EndToEnd;
using ECommerce.Channels.Testing;
using Xunit;

namespace ECommerce.Channels.Suite.Tests.Demo;

/// <summary>The demo from its first start to its removal, with kills in between, and real data beside it.</summary>
[Trait("Size", "all")]
public sealed class DemoLifeTests
{
    /// <summary>Few enough to be erased within the test, enough that somebody writes at any hour.</summary>
    private const int Customers = 12_000;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Demo_KilledPausedAndRemoved_LosesNothingAndLeavesOnlyRealData()
    {
        Assert.SkipUnless(Directory.Exists("/usr/lib/postgresql"), "PostgreSQL is not installed");
        await using var demo = new LoadedDemo();
        demo.Suite.Environment["Simulator__Customers"] = Customers.ToString();
        demo.Suite.Environment["Simulator__Serving"] = "true";
        // Killed while the history is being loaded, the same command goes on with the same operator.
        demo.Suite.Start();
        await Tools.UntilAsync("half of the history", TimeSpan.FromMinutes(5), () => Task.FromResult(
            demo.Suite.Errors.Contains("demo operator: 3", StringComparison.Ordinal) || demo.Suite.Errors.Contains("demo operator: 5", StringComparison.Ordinal)
            || demo.Suite.Output.Length > 0), Cancellation);
        await demo.Suite.KillAsync(Cancellation);
        await demo.InitializeAsync();
        await ExpectEverythingOnceAsync(demo);

        var started = TimeProvider.System.GetTimestamp();
        Assert.Equal(0, await demo.Suite.TerminateAsync(Cancellation));
        await demo.Suite.StartAsync(Cancellation);
        TestContext.Current.SendDiagnosticMessage("stop and second start took {0}", TimeProvider.System.GetElapsedTime(started));
        Assert.Equal("paused", (await demo.GetAsync("/api/v1/simulator")).GetProperty("state").GetString());

        await ExpectTheDeskToServeAsync(demo);

        var (exit, _, error) = await demo.Suite.ChannelsAsync("import", "transactions", ImportedSample.File, "--mapping", "boss", "--json");
        Assert.True(exit == 0, error);
        (exit, _, error) = await demo.Suite.ChannelsAsync("simulate", "remove", "--yes", "--json");
        Assert.True(exit == 0, error);
        await Tools.UntilAsync(() => "removed", TimeSpan.FromMinutes(8), TimeSpan.FromMilliseconds(500), async () => (await demo.GetAsync("/api/v1/simulator")).GetProperty("state").GetString() == "removed", Cancellation);
        await demo.UntilCountedAsync();
        await ExpectOnlyTheSampleAsync(demo);
        await ExpectNobodyToServeAsync(demo);

        await demo.Suite.TerminateAsync(Cancellation);
        await demo.Suite.StartAsync(Cancellation);
        Assert.Equal("removed", (await demo.GetAsync("/api/v1/simulator")).GetProperty("state").GetString());
        await ExpectOnlyTheSampleAsync(demo);
        Assert.Equal(0, (await demo.Suite.ChannelsAsync("audit", "verify")).Exit);
    }

    private static async Task ExpectEverythingOnceAsync(LoadedDemo demo)
    {
        var counters = (await demo.GetAsync("/api/v1/kpi/rollups")).GetProperty("counters");
        var today = demo.Demo.DayOf(demo.Through);
        var events = 0L;
        for (var day = demo.Demo.FirstDay; day <= today; day = day.AddDays(1))
            events += demo.Demo.EventsOf(day).Count(one => one.At < demo.Through.ToUnixTimeMilliseconds());
        Assert.Equal(events, counters.GetProperty("accepted").GetInt64());
        Assert.False(counters.TryGetProperty("conflict", out _));
    }

    /// <summary>Every customer is known, articles can be offered, and somebody who wrote was answered.</summary>
    private static async Task ExpectTheDeskToServeAsync(LoadedDemo demo)
    {
        Assert.Equal(0, (await demo.Suite.ChannelsAsync("simulate", "resume")).Exit);
        Assert.Equal(0, (await demo.Suite.ChannelsAsync("simulate", "hurry", "100")).Exit);
        await UntilAsync(demo, "every customer is known", $"SELECT count(*) = {Customers} FROM care.customers");
        await UntilAsync(demo, "articles are published", "SELECT count(*) >= 12 FROM care.articles WHERE published IS NOT NULL");
        await UntilAsync(demo, "somebody is answered", "SELECT count(*) > 0 FROM care.conversations WHERE customer LIKE 'c_demo-%' AND first_reply_at IS NOT NULL");
        Assert.Equal(0, (await demo.Suite.ChannelsAsync("simulate", "pause")).Exit);
    }

    private static async Task ExpectNobodyToServeAsync(LoadedDemo demo)
    {
        await UntilAsync(demo, "no customer is known", "SELECT count(*) = 0 FROM care.customers");
        await UntilAsync(demo, "nobody is served", "SELECT count(*) = 0 FROM care.conversations WHERE state <> 'closed'");
        await UntilAsync(demo, "no article is offered", "SELECT count(*) = 0 FROM care.articles WHERE NOT archived");
    }

    private static async Task UntilAsync(LoadedDemo demo, string what, string sql)
    {
        await using var database = await demo.Suite.DatabaseAsync();
        await Tools.UntilAsync(() => what, TimeSpan.FromMinutes(8), TimeSpan.FromMilliseconds(500), async () =>
        {
            await using var command = database.CreateCommand(sql);
            return (bool)(await command.ExecuteScalarAsync(Cancellation))!;
        }, Cancellation);
    }

    private static async Task ExpectOnlyTheSampleAsync(LoadedDemo demo)
    {
        var expected = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(Checkout.Folder, "tests/data/boss-export.expected.json"), Cancellation)).RootElement;
        var import = (await demo.GetAsync("/api/v1/kpi/imports")).EnumerateArray().Single();
        foreach (var count in (string[])["accepted", "repeated"])
            Assert.Equal(expected.GetProperty(count).GetInt64(), import.GetProperty(count).GetInt64());
        var from = demo.Demo.FirstDay.AddDays(-300);
        foreach (var indicator in (string[])["attempts", "active-customers"])
        {
            var values = (await demo.GetAsync($"/api/v1/kpi/indicators/{indicator}/values?from={from:yyyy-MM-dd}&to={demo.Demo.DayOf(demo.Through).AddDays(2):yyyy-MM-dd}")).GetProperty("values");
            var name = indicator == "attempts" ? "attempts" : "activeCustomers";
            var whole = expected.GetProperty("cells").EnumerateArray().First(cell => cell.GetProperty("day").GetString() == "*" && cell.GetProperty("channel").GetString() == "*");
            Assert.Equal(whole.GetProperty(name).GetInt64(), values.EnumerateArray().Single().GetProperty("value").GetInt64());
        }
        Assert.Empty((await demo.GetAsync("/api/v1/kpi/targets")).GetProperty("targets").EnumerateArray());
        Assert.DoesNotContain((await demo.GetAsync("/api/v1/kpi/feeds")).GetProperty("feeds").EnumerateArray(), feed => feed.GetProperty("source").GetString() == "demo");
        Assert.False((await demo.GetAsync("/api/v1/simulator")).GetProperty("demo").GetBoolean());
    }
}
