using System.Text.Json;
using ECommerce.Channels.Kpi.Catalogue;
using ECommerce.Channels.Kpi.Indicators;
using ECommerce.Channels.Platform.Hosting;
using ECommerce.Channels.Platform.Security;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace ECommerce.Channels.Kpi.Tests.Indicators;

/// <summary>Asks figures of events in memory, as a request would: the query string in, the answer's JSON out.</summary>
internal sealed class Asked
{
    public static readonly OperatorZone Shanghai = new(TimeZoneInfo.FindSystemTimeZoneById("Asia/Shanghai"));

    public OperatorZone Zone { get; init; } = Shanghai;

    public IReadOnlyList<Event> Events { get; init; } = [];

    public CatalogueTimeline Catalogue { get; init; } = CatalogueSeed.Timeline();

    public IReadOnlyList<Definition> Extra { get; init; } = [];

    public RegionGrant Grant { get; init; } = RegionGrant.Everything;

    public DateTimeOffset Now { get; init; } = new(2027, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public MemoryFigures Source => source ??= new MemoryFigures(Events, Zone) { AsOf = Now };

    private MemoryFigures? source;

    public Asked With(MemoryFigures figures)
    {
        source = figures;
        return this;
    }

    /// <param name="question">id?query.</param>
    public async Task<JsonElement> ForAsync(string question)
    {
        var (answer, refused) = await AnswerAsync(question);
        Assert.True(refused is null, $"{question} was refused with {refused?.StatusCode}: {(refused is null ? "" : string.Join(' ', await FieldsAsync(refused)))}");
        return JsonDocument.Parse(FigureJson.Write(answer!)).RootElement;
    }

    public async Task<(FigureAnswer? Answer, Problem? Refused)> AnswerAsync(string question)
    {
        var (id, query) = Parts(question);
        var read = Input(id).Read(query);
        if (read.Question is null) return (null, read.Refused);
        return await Service().ComputeAsync(read.Question, read.Comparison, Source, Catalogue, Grant, TestContext.Current.CancellationToken);
    }

    public async Task<DifferenceBody> DifferenceAsync(string question)
    {
        var (id, query) = Parts(question);
        var read = Input(id).Read(query, "previous").Question!;
        bool[] by = [true, true, true, false, false];
        var asked = read with { By = by, Definitions = [.. read.Definitions.Select(one => one with { AllChannels = false })] };
        var comparison = Input(id).Read(query, "previous").Comparison!;
        var service = new DifferenceService(null!, null!, null!, Service());
        return (await service.SplitAsync(asked, comparison, Source, Catalogue, TestContext.Current.CancellationToken)).Body!;
    }

    /// <summary>By channel, service and region.</summary>
    public async Task<(ComparedSides Sides, Contributions Found)> ContributionsAsync(string question, int top)
    {
        var (id, query) = Parts(question);
        var read = Input(id).Read(query, "previous");
        var asked = read.Question! with
        {
            By = [true, true, true, false, false],
            Definitions = [.. read.Question!.Definitions.Select(one => one with { AllChannels = false })],
        };
        var service = new DifferenceService(null!, null!, null!, Service());
        var (sides, _) = await service.SidesAsync(asked, read.Comparison!, Source, Catalogue, TestContext.Current.CancellationToken);
        return (sides!, Contributions.Of(sides!, top));
    }

    /// <summary>The fields named by a refusal, as a caller sees them.</summary>
    public static async Task<string[]> FieldsAsync(Problem refused)
    {
        var http = new DefaultHttpContext { RequestServices = new ServiceCollection().AddOptions().BuildServiceProvider() };
        using var body = new MemoryStream();
        http.Response.Body = body;
        await refused.ExecuteAsync(http);
        var errors = JsonDocument.Parse(body.ToArray()).RootElement;
        return errors.TryGetProperty("errors", out var fields) ? [.. fields.EnumerateObject().Select(field => field.Name)] : [];
    }

    private FigureService Service() => new(null!, null!, null!, Zone, new FakeTimeProvider(Now));

    private QuestionInput Input(string id) => new(
        [.. IndicatorBook.Chain(IndicatorSeed.Definitions().Concat(Extra).Where(one => one.Id == id))], Catalogue, new Periods(Zone), Grant);

    private static (string Id, IQueryCollection Query) Parts(string question)
    {
        var at = question.IndexOf('?');
        return (question[..at], new QueryCollection(QueryHelpers.ParseQuery(question[at..].Replace("+", "%2B"))));
    }
}

internal static class AnswerReading
{
    public static JsonElement[] Values(this JsonElement answer) => [.. answer.GetProperty("values").EnumerateArray()];

    /// <summary>The value whose dimensions and time hold all these texts.</summary>
    public static JsonElement Row(this JsonElement answer, params string[] texts) => Assert.Single(
        answer.Values(), row => texts.All(text => row.EnumerateObject().Any(field => field.Value.ValueKind == JsonValueKind.String && field.Value.GetString() == text)));

    public static double Value(this JsonElement row) => row.GetProperty("value").GetDouble();

    public static long Count(this JsonElement row) => row.GetProperty("value").GetInt64();

    public static bool IsNull(this JsonElement row, string field) => row.GetProperty(field).ValueKind == JsonValueKind.Null;
}
