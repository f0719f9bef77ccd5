using ECommerce.Channels.Kpi.Catalogue;
using ECommerce.Channels.Kpi.Feeds;
using ECommerce.Channels.Platform.Hosting;
using ECommerce.Channels.Platform.Security;

namespace ECommerce.Channels.Kpi.Indicators;

/// <summary>Everything an answer says, ready to be written as JSON, CSV or XLSX.</summary>
/// <param name="Keys">The rows in their order: time, then the catalogue's.</param>
/// <param name="Granted">Roots of the granted regions; <c>*</c> is all.</param>
internal sealed record FigureAnswer(
    FigureQuestion Question, FigureTable Table, IReadOnlyList<ulong> Keys, Dictionary<ulong, ComparedFigure>? Compared,
    Completeness Completeness, DateTimeOffset AsOf, IReadOnlyList<string> Granted, Periods Periods, CatalogueVersion Catalogue)
{
    public Definition Definition => Question.Definition;

    public bool Complete => Completeness.Of(Question.Period.From, Question.Period.To);
}

/// <summary>Answers questions for figures: reads the question, opens one view of the roll-ups, and asks it everything.</summary>
internal sealed class FigureService(
    IndicatorStore indicators, CatalogueHistory history, OpenFigureSource open, OperatorZone zone, TimeProvider time)
{
    public Periods Periods { get; } = new(zone);

    public async Task<(FigureAnswer? Answer, Problem? Refused)> AnswerAsync(string id, HttpContext http, CancellationToken cancellation)
    {
        if ((await indicators.BookAsync(cancellation)).Versions(id) is not { } versions) return (null, Problem.NotFound());
        var catalogue = await history.LatestAsync(cancellation);
        var grant = Caller.Of(http.User).Regions;
        var read = new QuestionInput(versions, catalogue, Periods, grant).Read(http.Request.Query);
        if (read.Question is not { } question) return (null, read.Refused);
        await using var source = await open(cancellation);
        return await ComputeAsync(question, read.Comparison, source, catalogue, grant, cancellation);
    }

    public async Task<(FigureAnswer? Answer, Problem? Refused)> ComputeAsync(
        FigureQuestion question, ComparisonSpec? comparison, IFigureSource source, CatalogueTimeline catalogue, RegionGrant grant,
        CancellationToken cancellation)
    {
        var facts = await source.CompletenessAsync(question.Definition, catalogue, cancellation);
        var engine = new FigureEngine(source, catalogue, Periods);
        var split = question.Grain == AnswerGrain.Total;
        FigureTable table;
        try
        {
            table = await engine.ComputeAsync(question, Periods.Buckets(question.Period, question.Grain), split, cancellation);
        }
        catch (TooManyCellsException)
        {
            return (null, Problem.BadInput(TooMany(question)));
        }
        catch (MinutesNotKeptException)
        {
            return (null, Problem.BadInput("grain", "该区间的分钟数据已不再保留", "Minutes of this period are not kept any more"));
        }
        if (table.Rows.Count > FigureEngine.MaxCells) return (null, Problem.BadInput(TooMany(question)));

        Dictionary<ulong, ComparedFigure>? compared = null;
        if (comparison is not null)
        {
            try
            {
                var comparisons = new Comparisons(Periods, facts.AsOf.ToUnixTimeSeconds() / 60, source.FirstMinute);
                compared = await new ComparedFigures(engine, comparisons).ComputeAsync(question, comparison, table, split, cancellation);
            }
            catch (MinutesNotKeptException)
            {
                return (null, Problem.BadInput("compare", "对比区间的分钟数据已不再保留", "Minutes of the period compared with are not kept any more"));
            }
        }
        return (new FigureAnswer(
            question, table, [.. table.Rows.Keys.Order()], compared, new Completeness(facts, time.GetUtcNow(), zone), facts.AsOf, grant.All ? ["*"] : grant.Codes, Periods,
            catalogue.Stretches[^1]), null);
    }

    private static FieldErrors TooMany(FigureQuestion question)
    {
        var errors = new FieldErrors();
        var message = new Text($"结果超过 {FigureEngine.MaxCells} 个数值", $"The answer has more than {FigureEngine.MaxCells} values");
        if (question.Grain != AnswerGrain.Total) errors.Add("grain", message);
        if (question.By.Contains(true)) errors.Add("by", message);
        return errors;
    }
}
