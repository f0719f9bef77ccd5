using System.Globalization;
using System.Text.Json;
using ECommerce.Channels.Console.Tests.Harness;
using ECommerce.Channels.Testing;
using MiniExcelLibs;
using Xunit;

namespace ECommerce.Channels.Console.Tests.Figures;

/// <summary>The same random questions to the API, its CSV file, the console's table and plain SQL over the raw transactions: one answer, to the unit.</summary>
public sealed class CrossCheckTests(Consoles consoles, PostgresServer postgres)
{
    private const int FewestOfARate = 30;

    /// <summary>The rows of Explore's breakdown with their heads; null where there is none.</summary>
    private const string Breakdown = """
        () => {
          const table = [...document.querySelectorAll('table')].find((one) => one.caption?.textContent.startsWith('Breakdown by'));
          const texts = (row) => [...row.cells].map((cell) => cell.innerText.trim());
          return table ? [...table.rows].map(texts) : null;
        }
        """;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("Size", "all")]
    public Task Questions_ToApiFileConsoleAndSql_HaveOneAnswer() => AskAsync(150);

    /// <summary>The same and more; by hand.</summary>
    [Fact]
    [Trait("Size", "long")]
    public Task FiveHundredQuestions_ToApiFileConsoleAndSql_HaveOneAnswer() => AskAsync(500);

    private async Task AskAsync(int questions)
    {
        var suite = await consoles.SuiteAsync();
        var operated = await Operated.OfAsync(suite);
        var today = operated.DayOf(operated.Anchor);
        await using var raw = await RawEvents.LoadAsync(await postgres.NewDatabaseAsync(), operated, today, Cancellation);
        await using var view = await consoles.OpenAsync();
        await view.GoAsync("/explore");
        var names = await Operated.NamesAsync(suite);
        var random = new Random(500);
        var cells = 0;
        for (var asked = 0; asked < questions; asked++)
        {
            var question = CrossQuestion.Next(random, operated.FirstDay, today);
            cells += await ApiAsync(suite, raw, question);
            await ConsoleAsync(view, names, await AnswerAsync(suite, question with { Grain = "total" }, "sre"), question);
        }
        Assert.True(cells > 10 * questions, $"only {cells} cells");
    }

    /// <summary>The API against SQL, and its file against the API.</summary>
    private static async Task<int> ApiAsync(RunningSuite suite, RawEvents raw, CrossQuestion question)
    {
        var answer = await AnswerAsync(suite, question, "manager");
        var plain = await raw.AskAsync(question, Cancellation);
        foreach (var key in plain.Keys.Union(answer.Keys))
        {
            var (expected, found) = (plain.GetValueOrDefault(key), answer.GetValueOrDefault(key));
            Assert.True(
                expected.Part == (found?.Numerator ?? 0) && (expected.Whole is null || expected.Whole == (found?.Denominator ?? 0)),
                $"{question.Path("")}\n{key}: API {found}, SQL {expected}");
            if (found?.Denominator > 0) Assert.Equal((double)(expected.Part / expected.Whole!.Value), found.Value!.Value, 12);
        }
        using var file = new MemoryStream(await suite.BytesAsync(question.Path(".csv")));
        var lines = file.Query(useHeaderRow: true, excelType: ExcelType.CSV).Cast<IDictionary<string, object?>>().ToList();
        Assert.Equal(answer.Count, lines.Count);
        foreach (var line in lines)
        {
            var figure = answer[(Text(line, "Time"), Text(line, Head(question.By)))];
            Assert.Equal(figure.Numerator, decimal.Parse(Text(line, "Numerator"), CultureInfo.InvariantCulture));
            if (figure.Denominator is { } whole) Assert.Equal(whole, decimal.Parse(Text(line, "Denominator"), CultureInfo.InvariantCulture));
            Assert.Equal(figure.Value?.ToString("R", CultureInfo.InvariantCulture) ?? "", Text(line, "Value"));
        }
        return answer.Count;
    }

    /// <summary>The table that Explore shows, against the API.</summary>
    private static async Task ConsoleAsync(
        View view, IReadOnlyDictionary<(string By, string Code), string> names, Dictionary<(string At, string Code), Cell> answer, CrossQuestion question)
    {
        var expected = answer.Select(cell => string.Join('|', Shown(names[(question.By, cell.Key.Code)], cell.Value, question))).Order(StringComparer.Ordinal).ToList();
        await view.Page.EvaluateAsync("address => { history.pushState(null, '', address); dispatchEvent(new PopStateEvent('popstate', { state: null })); }", question.Screen);
        List<string> shown = [];
        await Tools.UntilAsync(
            () => $"{question.Screen}\nexpected {string.Join("; ", expected)}\nshown    {string.Join("; ", shown)}\n", TimeSpan.FromSeconds(30), TimeSpan.FromMilliseconds(50),
            async () => (shown = await ShownAsync(view, question)).SequenceEqual(expected), Cancellation);
    }

    /// <summary>The rows on the screen; none while the table of the question before is there.</summary>
    private static async Task<List<string>> ShownAsync(View view, CrossQuestion question)
    {
        var rows = await view.Page.EvaluateAsync<string[][]?>(Breakdown) ?? [];
        var heads = rows.Length == 0 ? [] : rows[0].Select(head => head.Trim(' ', '↑', '↓')).ToArray();
        var places = Columns(question).Select(head => Array.IndexOf(heads, head)).ToList();
        return places.Contains(-1) ? [] : [.. rows.Skip(1).Select(row => string.Join('|', places.Select(place => row[place]))).Order(StringComparer.Ordinal)];
    }

    private static string[] Columns(CrossQuestion question) =>
        PlainFormula.All[question.Indicator] is { Whole: null } or { Share: true } ? [Head(question.By), "Value", "n"] : [Head(question.By), "Value", "Numerator", "Denominator", "n"];

    private static string[] Shown(string name, Cell cell, CrossQuestion question)
    {
        var n = cell.N.ToString("#,##0", CultureInfo.InvariantCulture);
        if (cell.Denominator is not { } whole)
        {
            var money = question.Indicator.EndsWith("amount", StringComparison.Ordinal);
            return [name, money ? $"CNY {cell.Numerator / 100m:#,##0.00}" : cell.Numerator.ToString("#,##0", CultureInfo.InvariantCulture), n];
        }
        var value = cell.Value is not { } rate ? "No data" : cell.N < FewestOfARate ? $"n={n}, too few" : Operated.Percent(rate);
        // What a share is a share of is the same in every row, and no column.
        if (PlainFormula.All[question.Indicator].Share) return [name, value, n];
        return [name, value, cell.Numerator.ToString("#,##0", CultureInfo.InvariantCulture), whole.ToString("#,##0", CultureInfo.InvariantCulture), n];
    }

    private static async Task<Dictionary<(string At, string Code), Cell>> AnswerAsync(RunningSuite suite, CrossQuestion question, string role)
    {
        // Each key has its rate.
        var answer = await suite.GetAsync(question.Path(""), role);
        Assert.True(answer.GetProperty("complete").GetBoolean(), $"{question.Path("")} is not complete");
        return answer.GetProperty("values").EnumerateArray().ToDictionary(
            value => (value.GetProperty("at").GetString()!, value.GetProperty(question.By).GetString()!),
            value => new Cell(
                value.GetProperty("value").ValueKind == JsonValueKind.Null ? null : value.GetProperty("value").GetDouble(), value.GetProperty("numerator").GetInt64(),
                value.GetProperty("denominator").ValueKind == JsonValueKind.Null ? null : value.GetProperty("denominator").GetInt64(), value.GetProperty("n").GetInt64()));
    }

    private static string Head(string by) => char.ToUpperInvariant(by[0]) + by[1..];

    private static string Text(IDictionary<string, object?> line, string column) => Convert.ToString(line[column], CultureInfo.InvariantCulture)!;

    private sealed record Cell(double? Value, long Numerator, long? Denominator, long N);
}
