using System.Globalization;
using System.Text.RegularExpressions;
using ECommerce.Channels.Console.Tests.Harness;
using ECommerce.Channels.Simulator.Answers;
using ECommerce.Channels.Simulator.Operator;
using Microsoft.Playwright;
using Xunit;

namespace ECommerce.Channels.Console.Tests.Figures;

/// <summary>What is read on the screen is what happened: compared with the demo operator's own events, which know nothing of kpi.</summary>
public sealed class ScreenFiguresTests(Consoles consoles)
{
    [Theory]
    [InlineData("success-rate", "channel")]
    [InlineData("offload-rate", "region")]
    [InlineData("failures", "reason")]
    [InlineData("attempts", "service")]
    [InlineData("penetration", "region")]
    [InlineData("electronic-payment-amount", "channel")]
    public async Task Breakdown_OfAFinishedMonth_IsThatOfTheEvents(string indicator, string by)
    {
        var operated = await Operated.OfAsync(await consoles.SuiteAsync());
        var (from, to) = LastMonth(operated);
        var expected = new Oracle(operated, []).Answer(new Question(indicator, operated.StartOf(from), operated.StartOf(to)) { By = Enum.Parse<By>(by, ignoreCase: true) });
        await using var view = await consoles.OpenAsync();
        await view.GoAsync($"/explore?i={indicator}&by={by}&c=none&p={from:yyyy-MM-dd}..{to.AddDays(-1):yyyy-MM-dd}");
        var table = await TableAsync(view, new Regex("^Breakdown by"));
        Assert.Equal(expected.Count, table.Count);
        var names = await Operated.NamesAsync(view.Suite);
        foreach (var (cell, answer) in expected)
        {
            var row = table[names[(by, CodeOf(cell, by))]];
            if (row.TryGetValue("Numerator", out var numerator)) Assert.Equal(answer.Numerator, Whole(numerator));
            if (row.TryGetValue("Denominator", out var denominator)) Assert.Equal(answer.Denominator, Whole(denominator));
            if (answer.Denominator is null) Assert.Equal(answer.Numerator, ExactOf(row["Value"]));
            else if (!row["Value"].StartsWith("n=", StringComparison.Ordinal)) Assert.Equal(Operated.Percent(answer.Value!.Value), row["Value"]);
        }
    }

    [Fact]
    public async Task Tiles_OfAFinishedMonth_AreThoseOfTheEvents()
    {
        var operated = await Operated.OfAsync(await consoles.SuiteAsync());
        var (from, to) = LastMonth(operated);
        var oracle = new Oracle(operated, [], keep: true);
        await using var view = await consoles.OpenAsync();
        await view.GoAsync($"/?p={from:yyyy-MM-dd}..{to.AddDays(-1):yyyy-MM-dd}");
        foreach (var indicator in new[] { "success-rate", "offload-rate", "penetration", "active-customers", "failures", "attempts", "electronic-payment-amount" })
        {
            var answer = oracle.One(new Question(indicator, operated.StartOf(from), operated.StartOf(to)));
            var tile = view.Page.Locator($"article[data-indicator='{indicator}']");
            var shown = await tile.GetByRole(AriaRole.Link).First.InnerTextAsync();
            Assert.Equal(answer.Denominator is null ? Short(indicator, answer.Value!.Value) : Operated.Percent(answer.Value!.Value), shown);
        }
    }

    [Fact]
    public async Task Stories_ByTheSimulator_AreWhatExploreShows()
    {
        await using var view = await consoles.OpenAsync();
        var checkedStories = 0;
        foreach (var story in (await view.Suite.GetAsync("/api/v1/simulator")).GetProperty("stories").EnumerateArray())
        {
            if (story.GetProperty("expect").ValueKind == System.Text.Json.JsonValueKind.Null || story.GetProperty("indicator").GetString() == "attempts-share") continue;
            var expect = story.GetProperty("expect");
            var (from, to) = (Local(expect.GetProperty("from").GetDateTimeOffset()), Local(expect.GetProperty("to").GetDateTimeOffset()));
            // The screen asks for whole days.
            if (from.TimeOfDay != TimeSpan.Zero || to.TimeOfDay != TimeSpan.Zero) continue;
            var search = $"i={story.GetProperty("indicator").GetString()}&c=none&p={from:yyyy-MM-dd}..{to.AddDays(-1):yyyy-MM-dd}&ch={story.GetProperty("channel").GetString()}&sv={story.GetProperty("service").GetString()}";
            await view.GoAsync("/explore?" + search);
            var value = expect.GetProperty("value").GetDouble();
            var rate = expect.GetProperty("denominator").ValueKind == System.Text.Json.JsonValueKind.Number;
            var headline = view.Page.Locator("section").First.Locator("strong").Or(view.Page.Locator("#content strong")).First;
            await Assertions.Expect(headline).ToHaveTextAsync(rate ? Operated.Percent(value) : Short("", value));
            checkedStories++;
        }
        Assert.True(checkedStories >= 2, $"only {checkedStories} stories are of whole days");
    }

    [Fact]
    public async Task Definitions_OfEveryIndicator_SayWhatItIsInBothLanguages()
    {
        var suite = await consoles.SuiteAsync();
        foreach (var indicator in (await suite.GetAsync("/api/v1/kpi/indicators")).GetProperty("indicators").EnumerateArray())
        {
            foreach (var part in new[] { "names", "statement" })
                foreach (var language in new[] { "zh-CN", "en" })
                    Assert.False(string.IsNullOrWhiteSpace(indicator.GetProperty(part).GetProperty(language).GetString()), $"{indicator.GetProperty("id")} {part} {language}");
        }
    }

    private static (DateOnly From, DateOnly To) LastMonth(DemoOperator operated)
    {
        var today = operated.DayOf(operated.Anchor);
        var first = new DateOnly(today.Year, today.Month, 1);
        return (first.AddMonths(-1), first);
    }

    private static DateTime Local(DateTimeOffset at) => TimeZoneInfo.ConvertTime(at, Operated.Zone).DateTime;

    private static string CodeOf(CellName cell, string by) => by switch
    {
        "channel" => cell.Channel!,
        "service" => cell.Service!,
        "region" => cell.Region!,
        _ => cell.Reason!,
    };

    /// <summary>The rows of a table by their first cell, each by the heads of its columns.</summary>
    private static async Task<Dictionary<string, Dictionary<string, string>>> TableAsync(View view, Regex caption)
    {
        var table = view.Page.GetByRole(AriaRole.Table, new() { NameRegex = caption });
        var heads = await table.Locator("thead th").AllInnerTextsAsync();
        var rows = new Dictionary<string, Dictionary<string, string>>();
        foreach (var row in await table.Locator("tbody tr").AllAsync())
        {
            var cells = await row.Locator("th, td").AllInnerTextsAsync();
            rows[cells[0]] = heads.Zip(cells).ToDictionary(pair => pair.First.Trim(' ', '↑', '↓'), pair => pair.Second);
        }
        return rows;
    }

    private static long Whole(string text) => long.Parse(text, NumberStyles.AllowThousands, CultureInfo.InvariantCulture);

    /// <summary>An integer, or an amount in fen.</summary>
    private static long ExactOf(string text) =>
        text.StartsWith("CNY ", StringComparison.Ordinal) ? (long)(decimal.Parse(text[4..], NumberStyles.Number, CultureInfo.InvariantCulture) * 100) : Whole(text);

    private static string Short(string indicator, double value)
    {
        var money = indicator.EndsWith("amount", StringComparison.Ordinal);
        var number = (decimal)value / (money ? 100 : 1);
        var (divisor, suffix) = number >= 1_000_000_000 ? (1_000_000_000m, "B") : number >= 1_000_000 ? (1_000_000m, "M") : number >= 10_000 ? (1_000m, "K") : (1m, "");
        var cut = Math.Truncate(number / divisor * 100) / 100;
        return (money ? "CNY " : "") + cut.ToString("#,##0.##", CultureInfo.InvariantCulture) + suffix;
    }
}
