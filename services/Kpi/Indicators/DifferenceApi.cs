using ECommerce.Channels.Kpi.Catalogue;
using ECommerce.Channels.Platform.Hosting;
using ECommerce.Channels.Platform.Security;
using ECommerce.Channels.Statistics;
using Microsoft.AspNetCore.Mvc;

namespace ECommerce.Channels.Kpi.Indicators;

/// <summary>Takes the difference of a rate between two periods apart: changed mix, changed rates, and both together.</summary>
internal static class DifferenceApi
{
    /// <summary>Up to so many parts the split is computed in fractions, without any rounding; above, in doubles (to 1e-12).</summary>
    public const int ExactParts = 500;

    /// <param name="by">What makes a part; channel, service and region unless given.</param>
    /// <param name="compare">As for values; <c>previous</c> unless given.</param>
    public static async Task<IResult> Get(
        string id, string? from, string? to, string? by, string? channel, string? service, string? region, string? brand, string? compare,
        string? version, HttpContext http, [FromServices] DifferenceService differences, CancellationToken cancellation)
    {
        var (body, refused) = await differences.SplitAsync(id, http.Request.Query, Caller.Of(http.User).Regions, cancellation);
        return refused ?? (IResult)TypedResults.Ok(body);
    }

    /// <summary>The parts of a difference, from the figures of both sides (bucket 0 each).</summary>
    public static List<RatioPart> Parts(FigureTable now, FigureTable then) => now.Rows.Keys.Union(then.Rows.Keys).Order().ToList().ConvertAll(key =>
    {
        var (current, before) = (now.Rows.GetValueOrDefault(key), then.Rows.GetValueOrDefault(key));
        return new RatioPart(
            key.ToString(), before?.Numerator ?? 0, before?.Denominator ?? 0, current?.Numerator ?? 0, current?.Denominator ?? 0);
    });

    public static DifferenceBody? Split(FigureTable now, FigureTable then, bool[] by)
    {
        var parts = Parts(now, then);
        var split = parts.Count <= ExactParts ? Difference.Split(parts)?.ToDouble() : Difference.SplitWeighted(parts.ConvertAll(Weighted));
        if (split is null) return null;
        var counts = parts.ToDictionary(part => part.Key);
        // The rates as values has them: the fraction's own double may differ in the last digit.
        return new DifferenceBody(
            Rate(parts, part => part.Numerator, part => part.Denominator), Rate(parts, part => part.BaseNumerator, part => part.BaseDenominator), split.Total, split.Mix, split.Rate, split.Cross,
            [.. split.Parts.Select(part => PartBody.Of(part, counts[part.Key], now.Codes, by))]);
    }

    public static double Rate(List<RatioPart> parts, Func<RatioPart, long> numerator, Func<RatioPart, long> denominator) =>
        (double)parts.Sum(numerator) / parts.Sum(denominator);

    public static WeightedPart Weighted(RatioPart part) => new(
        part.Key, part.BaseDenominator, part.BaseDenominator == 0 ? null : (double)part.BaseNumerator / part.BaseDenominator,
        part.Denominator, part.Denominator == 0 ? null : (double)part.Numerator / part.Denominator);
}

/// <summary>Both sides of a difference, told apart by what makes a part.</summary>
internal sealed record ComparedSides(FigureQuestion Question, FigureTable Now, FigureTable Then, ComparedPair Pair, DateTimeOffset AsOf);

/// <summary>Reads the question of a split and computes both sides from one view of the roll-ups.</summary>
internal sealed class DifferenceService(IndicatorStore indicators, CatalogueHistory history, OpenFigureSource open, FigureService figures)
{
    private static readonly string[] DefaultBy = ["channel", "service", "region"];

    public async Task<(DifferenceBody? Body, Problem? Refused)> SplitAsync(
        string id, IQueryCollection query, RegionGrant grant, CancellationToken cancellation)
    {
        var (sides, refused) = await SidesAsync(id, query, grant, rateOnly: true, new FieldErrors(), cancellation);
        return sides is null ? (null, refused) : (Split(sides), null);
    }

    public async Task<(DifferenceBody? Body, Problem? Refused)> SplitAsync(
        FigureQuestion question, ComparisonSpec spec, IFigureSource source, CatalogueTimeline catalogue, CancellationToken cancellation)
    {
        var (sides, refused) = await SidesAsync(question, spec, source, catalogue, cancellation);
        return sides is null ? (null, refused) : (Split(sides), null);
    }

    /// <param name="rateOnly">Only a rate is asked for; else what adds up, too.</param>
    /// <param name="errors">What the caller found wrong with the question already.</param>
    public async Task<(ComparedSides? Sides, Problem? Refused)> SidesAsync(
        string id, IQueryCollection query, RegionGrant grant, bool rateOnly, FieldErrors errors, CancellationToken cancellation)
    {
        if ((await indicators.BookAsync(cancellation)).Versions(id) is not { } versions) return (null, Problem.NotFound());
        if (rateOnly && versions[^1].Kind != FigureKind.Rate)
            return (null, Problem.BadInput("id", "只有由事件相除得到的比率可以拆分", "Only a rate of events can be taken apart"));
        if (versions[^1].Kind is not (FigureKind.Rate or FigureKind.Total))
            return (null, Problem.BadInput("id", "只有可加总的指标和由事件相除得到的比率可以拆分", "Only what adds up, or a rate of events, can be taken apart"));
        var catalogue = await history.LatestAsync(cancellation);
        var read = new QuestionInput(versions, catalogue, figures.Periods, grant, errors).Read(query, "previous");
        if (read.Question is not { } asked) return (null, read.Refused);
        if (asked.Grain != AnswerGrain.Total) return (null, Problem.BadInput("grain", "拆分只针对整个区间", "A split is of a whole period"));

        bool[] by = [.. asked.By];
        foreach (var name in query["by"] is [{ Length: > 0 }, ..] ? [] : DefaultBy) by[Array.IndexOf(Vocabulary.Dimensions, name)] = true;
        // A part's rate is its own: over its own events, not over those of all channels.
        var question = asked with
        {
            By = by,
            Definitions = [.. asked.Definitions.Select(one => one with { AllChannels = false })],
        };
        await using var source = await open(cancellation);
        return await SidesAsync(question, read.Comparison!, source, catalogue, cancellation);
    }

    public async Task<(ComparedSides? Sides, Problem? Refused)> SidesAsync(
        FigureQuestion question, ComparisonSpec spec, IFigureSource source, CatalogueTimeline catalogue, CancellationToken cancellation)
    {
        var periods = figures.Periods;
        var asOf = (await source.CompletenessAsync(question.Definition, catalogue, cancellation)).AsOf;
        var comparisons = new Comparisons(periods, asOf.ToUnixTimeSeconds() / 60, source.FirstMinute);
        var pairs = comparisons.Pairs(spec, question.Period, AnswerGrain.Total, [question.Period], question.Definition.IsOfWholeDays);
        if (pairs.Count == 0) return (null, Problem.BadInput("from", "该区间尚未开始", "The period has not begun"));
        var engine = new FigureEngine(source, catalogue, periods);
        try
        {
            var now = await engine.ComputeAsync(question, [pairs[0].Current], split: true, cancellation);
            var then = await engine.ComputeAsync(question, [pairs[0].Base], split: true, cancellation);
            return (new ComparedSides(question, now, then, pairs[0], asOf), null);
        }
        catch (TooManyCellsException)
        {
            return (null, Problem.BadInput("by", $"超过 {FigureEngine.MaxCells} 个部分", $"There are more than {FigureEngine.MaxCells} parts"));
        }
        catch (MinutesNotKeptException)
        {
            return (null, Problem.BadInput("from", "该区间的分钟数据已不再保留", "Minutes of this period are not kept any more"));
        }
    }

    private DifferenceBody Split(ComparedSides sides)
    {
        var (question, periods) = (sides.Question, figures.Periods);
        var body = DifferenceApi.Split(sides.Now, sides.Then, question.By) ?? new DifferenceBody(null, null, null, null, null, null, []);
        return body with
        {
            Indicator = question.Definition.Id,
            Unit = question.Definition.Unit,
            TimeZone = periods.Zone.Id,
            From = periods.Format(sides.Pair.Current.From),
            To = periods.Format(sides.Pair.Current.To),
            BaseFrom = periods.Format(sides.Pair.Base.From),
            BaseTo = periods.Format(sides.Pair.Base.To),
            AsOf = sides.AsOf,
            Regions = question.Granted ?? ["*"],
        };
    }
}

/// <summary>A difference taken apart: <c>difference = mix + rate + cross</c>. All null where a side has no events.</summary>
/// <param name="Mix">What it would be, had only the parts' shares changed.</param>
/// <param name="Rate">What it would be, had only the parts' rates changed.</param>
/// <param name="Cross">What comes of both changing together.</param>
internal sealed record DifferenceBody(
    double? Value, double? BaseValue, double? Difference, double? Mix, double? Rate, double? Cross, IReadOnlyList<PartBody> Parts)
{
    public string Indicator { get; init; } = "";

    public string Unit { get; init; } = "";

    public string TimeZone { get; init; } = "";

    public string From { get; init; } = "";

    public string To { get; init; } = "";

    public string BaseFrom { get; init; } = "";

    public string BaseTo { get; init; } = "";

    public DateTimeOffset AsOf { get; init; }

    public IReadOnlyList<string> Regions { get; init; } = [];
}

/// <summary>What one part adds to a difference, and its counts on both sides.</summary>
/// <param name="MixAgainstAverage">The same total as mix, but growth of a part below the average shows as a loss.</param>
internal sealed record PartBody(
    string? Channel, string? Service, string? Region, string? Brand, double Mix, double MixAgainstAverage, double Rate, double Cross,
    long Numerator, long Denominator, long BaseNumerator, long BaseDenominator)
{
    public static PartBody Of(PartOfDifference<double> part, RatioPart counts, AnswerCodes codes, bool[] by)
    {
        var key = ulong.Parse(part.Key);
        return new PartBody(
            Name(CatalogueField.Channel), Name(CatalogueField.Service), Name(CatalogueField.Region), Name(CatalogueField.Brand),
            part.Mix, part.MixAgainstAverage, part.Rate, part.Cross, counts.Numerator, counts.Denominator, counts.BaseNumerator, counts.BaseDenominator);

        string? Name(CatalogueField field) => by[(int)field] ? codes.NameOf(field, GroupKey.IdOf(key, field)) : null;
    }
}
