using System.Text.Json;
using ECommerce.Channels.Simulator.Answers;
using Xunit;

namespace ECommerce.Channels.Suite.Tests.Demo;

/// <summary>The figures of a suite that holds two million transactions are those that the oracle computes from the events, to the unit.</summary>
[Trait("Size", "all")]
public sealed class DemoFiguresTests(LoadedDemo demo) : IClassFixture<LoadedDemo>
{
    private const int QuestionsEach = 12;

    public static TheoryData<string> Indicators => [.. Measure.All.Keys];

    [Theory]
    [MemberData(nameof(Indicators))]
    public async Task Values_OfManyQuestions_EqualTheOracle(string indicator)
    {
        var questions = new Questions(demo.Demo, demo.Through, 100 + Measure.All.Keys.Order(StringComparer.Ordinal).ToList().IndexOf(indicator));
        var cells = 0;
        for (var asked = 0; asked < QuestionsEach; asked++)
        {
            var question = questions.Next(indicator);
            var path = questions.Path(question);
            var answer = await demo.GetAsync(path);
            Assert.True(answer.GetProperty("complete").GetBoolean(), $"{path} is not complete");
            cells += Compare(path, demo.Oracle.Answer(question), Read(question, answer), Measure.All[indicator].Making);
        }
        Assert.True(cells > 100, $"only {cells} cells were compared");
    }

    [Fact]
    public async Task Values_OfTheWholeHistory_EqualTheOracle()
    {
        var today = demo.Demo.DayOf(demo.Through);
        foreach (var indicator in (string[])["attempts", "success-rate", "offload-rate", "penetration", "electronic-payment-amount"])
        {
            var question = new Question(indicator, demo.Demo.Start, demo.Demo.StartOf(today)) { By = By.Channel };
            var path = new Questions(demo.Demo, demo.Through, 1).Path(question);
            Compare(path, demo.Oracle.Answer(question), Read(question, await demo.GetAsync(path)), Measure.All[indicator].Making);
        }
    }

    [Fact]
    public async Task Stories_OfTheApi_AreWhatTheFiguresSay()
    {
        JsonElement stories = default;
        await Testing.Tools.UntilAsync("the stories' answers", TimeSpan.FromMinutes(3), async () =>
        {
            stories = (await demo.GetAsync("/api/v1/simulator")).GetProperty("stories");
            return stories.EnumerateArray().All(story => story.GetProperty("expect").ValueKind == JsonValueKind.Object);
        }, TestContext.Current.CancellationToken);
        var missed = stories.EnumerateArray().Single(story => story.GetProperty("id").GetString() == "missed-target");
        var month = demo.Demo.LocalOf(missed.GetProperty("from").GetDateTimeOffset()).ToString("yyyy-MM");
        var attainment = await demo.GetAsync($"/api/v1/kpi/targets/attainment?month={month}&indicator=success-rate&channel=web");
        var target = attainment.GetProperty("targets").EnumerateArray().Single();
        Assert.Equal("missed", target.GetProperty("verdict").GetString());
        Assert.Equal(missed.GetProperty("expect").GetProperty("value").GetDouble(), target.GetProperty("value").GetDouble(), 12);
        Assert.Equal(missed.GetProperty("expect").GetProperty("target").GetDouble(), target.GetProperty("target").GetDouble(), 12);
    }

    private static Dictionary<CellName, Answer> Read(Question question, JsonElement answer) => answer.GetProperty("values").EnumerateArray().ToDictionary(
        value => new CellName(
            value.GetProperty("at").GetString()!, Code(question, By.Channel, value), Code(question, By.Service, value), Code(question, By.Region, value),
            Code(question, By.Brand, value), Code(question, By.Reason, value)),
        value => new Answer(
            value.GetProperty("value").ValueKind == JsonValueKind.Null ? null : value.GetProperty("value").GetDouble(),
            Number(value, "numerator") ?? 0, Number(value, "denominator")));

    private static string? Code(Question question, By by, JsonElement value) =>
        question.By.HasFlag(by) ? value.GetProperty(by.ToString().ToLowerInvariant()).GetString() : null;

    private static long? Number(JsonElement value, string name) =>
        value.TryGetProperty(name, out var number) && number.ValueKind == JsonValueKind.Number ? number.GetInt64() : null;

    /// <returns>How many cells were compared. One that is missing on one side has to be nothing on the other.</returns>
    private static int Compare(string path, IReadOnlyDictionary<CellName, Answer> right, Dictionary<CellName, Answer> read, Making making)
    {
        foreach (var name in right.Keys.Union(read.Keys))
        {
            var (expected, found) = (right.GetValueOrDefault(name), read.GetValueOrDefault(name));
            Assert.True(IsSame(expected, found, making), $"{path}\n{name}: {found}, expected {expected}");
        }
        return right.Count;
    }

    private static bool IsSame(Answer expected, Answer found, Making making) => making switch
    {
        Making.Quantile => (expected.Value ?? 0) == 0 ? (found.Value ?? 0) == 0 : Math.Abs((found.Value ?? 0) - expected.Value!.Value) <= .01 * expected.Value.Value,
        Making.Sum or Making.Distinct => (expected.Value ?? 0) == (found.Value ?? 0),
        Making.Standardised => Math.Abs((expected.Value ?? 0) - (found.Value ?? 0)) < 1e-9,
        _ => expected.Numerator == found.Numerator && (expected.Denominator ?? 0) == (found.Denominator ?? 0)
            && Math.Abs((expected.Value ?? 0) - (found.Value ?? 0)) < 1e-12,
    };
}
