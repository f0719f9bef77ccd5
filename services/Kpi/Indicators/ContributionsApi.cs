using System.Globalization;
using ECommerce.Channels.Kpi.Catalogue;
using ECommerce.Channels.Platform.Hosting;
using ECommerce.Channels.Platform.Security;
using Microsoft.AspNetCore.Mvc;

namespace ECommerce.Channels.Kpi.Indicators;

/// <summary>"What changed": the largest contributions to the change of an indicator between two periods.</summary>
internal static class ContributionsApi
{
    private const int DefaultTop = 10;
    private const int MaxTop = 200;

    public static void Map(IEndpointRouteBuilder indicators, string[] readers)
    {
        indicators.MapGet("/{id}/contributions", Get).WithName("getContributions")
            .WithSummary("What a change comes from: the largest contributions, and the rest; they add up to the change").Produces<ContributionsBody>().RequireRoles(readers);
        indicators.MapGet("/{id}/contributions.csv", GetCsv).WithName("getContributionsCsv").WithSummary("The same as a CSV file")
            .Produces<string>(200, "text/csv").RequireRoles(readers);
    }

    /// <param name="from">First day in the operator's zone, or an instant; inclusive.</param>
    /// <param name="to">The same, exclusive.</param>
    /// <param name="by">What makes a part; channel, service and region unless given.</param>
    /// <param name="compare">As for values; <c>previous</c> unless given.</param>
    /// <param name="top">How many contributions are told one by one, 1 to 200; 10 unless given.</param>
    private static async Task<IResult> Get(
        string id, string? from, string? to, string? by, string? channel, string? service, string? region, string? brand, string? compare,
        string? version, string? top, HttpContext http, [FromServices] DifferenceService differences, [FromServices] FigureService figures,
        CancellationToken cancellation)
    {
        var (sides, found, refused) = await FindAsync(id, http, differences, cancellation);
        return refused ?? (IResult)TypedResults.Ok(ContributionsBody.Of(sides!, found!, figures.Periods));
    }

    /// <param name="from">First day in the operator's zone, or an instant; inclusive.</param>
    /// <param name="to">The same, exclusive.</param>
    /// <param name="by">What makes a part; channel, service and region unless given.</param>
    /// <param name="compare">As for values; <c>previous</c> unless given.</param>
    /// <param name="top">How many contributions are told one by one, 1 to 200; 10 unless given.</param>
    private static async Task<IResult> GetCsv(
        string id, string? from, string? to, string? by, string? channel, string? service, string? region, string? brand, string? compare,
        string? version, string? top, HttpContext http, [FromServices] DifferenceService differences, [FromServices] FigureService figures,
        [FromServices] CatalogueHistory history, CancellationToken cancellation)
    {
        var (sides, found, refused) = await FindAsync(id, http, differences, cancellation);
        if (refused is not null) return refused;
        var file = new ContributionFile(sides!, figures.Periods, (await history.LatestAsync(cancellation)).Stretches[^1], CallerLanguage.Of(http.Request));
        return TypedResults.File(file.Csv(found!), "text/csv; charset=utf-8", file.Name);
    }

    private static async Task<(ComparedSides? Sides, Contributions? Found, Problem? Refused)> FindAsync(
        string id, HttpContext http, DifferenceService differences, CancellationToken cancellation)
    {
        var errors = new FieldErrors();
        var top = Top(http.Request.Query["top"], errors);
        var (sides, refused) = await differences.SidesAsync(id, http.Request.Query, Caller.Of(http.User).Regions, rateOnly: false, errors, cancellation);
        return sides is null ? (null, null, refused) : (sides, Contributions.Of(sides, top), null);
    }

    private static int Top(string? text, FieldErrors errors)
    {
        if (string.IsNullOrEmpty(text)) return DefaultTop;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var top) && top is >= 1 and <= MaxTop) return top;
        errors.Add("top", $"须为 1 至 {MaxTop} 的整数", $"Must be a whole number from 1 to {MaxTop}");
        return DefaultTop;
    }
}

/// <summary>Contributions as a CSV file: a line each, the rest, and the whole; every line says what it is of.</summary>
internal sealed class ContributionFile(ComparedSides sides, Periods periods, CatalogueVersion catalogue, string language)
{
    public string Name => $"{sides.Question.Definition.Id}_contributions_{Day(sides.Pair.Current.From)}_{Day(sides.Pair.Current.To - 1)}.csv";

    public byte[] Csv(Contributions found)
    {
        var rows = found.Largest.Select(one => Row(one, "")).ToList();
        if (found.Rest is { } rest) rows.Add(Row(rest, new Text($"其余 {found.RestParts} 项", $"rest of {found.RestParts}").In(language)));
        if (found.Difference is { } difference)
            rows.Add(Row(new Contribution(null, difference, null, null, null, Sum(one => one.Numerator), null, Sum(one => one.BaseNumerator), null), new Text("合计", "total").In(language)));
        return FigureFiles.Csv(rows, [FigureFiles.Label("item", language)]);

        long Sum(Func<Contribution, long> of) => found.Largest.Sum(of) + (found.Rest is { } others ? of(others) : 0);
    }

    private Dictionary<string, object?> Row(Contribution one, string what)
    {
        var row = new Dictionary<string, object?> { [FigureFiles.Label("item", language)] = what };
        for (var field = 0; field < 5; field++)
        {
            if (!sides.Question.By[field]) continue;
            var code = one.Key is { } key ? sides.Now.Codes.NameOf((CatalogueField)field, GroupKey.IdOf(key, (CatalogueField)field)) : "";
            var label = FigureFiles.Label(Vocabulary.Dimensions[field], language);
            row[label] = FigureFiles.Neutral(code);
            row[$"{label} {FigureFiles.Label("name", language)}"] = FigureFiles.Neutral(FigureFiles.NameOf(catalogue, (CatalogueField)field, code, language));
        }
        foreach (var (label, value) in Numbers(one)) row[FigureFiles.Label(label, language)] = value;
        row[FigureFiles.Label("from", language)] = periods.Format(sides.Pair.Current.From);
        row[FigureFiles.Label("to", language)] = periods.Format(sides.Pair.Current.To);
        row[FigureFiles.Label("base.from", language)] = periods.Format(sides.Pair.Base.From);
        row[FigureFiles.Label("base.to", language)] = periods.Format(sides.Pair.Base.To);
        row[FigureFiles.Label("indicator", language)] = FigureFiles.Neutral(sides.Question.Definition.Names.In(language));
        row[FigureFiles.Label("unit", language)] = sides.Question.Definition.Unit;
        row[FigureFiles.Label("asOf", language)] = periods.Instant(sides.AsOf.ToUnixTimeSeconds() / 60);
        return row;
    }

    private static IEnumerable<(string Label, object? Value)> Numbers(Contribution one) =>
    [
        ("difference", one.Difference), ("mix", one.Mix), ("rate", one.Rate), ("cross", one.Cross), ("numerator", one.Numerator),
        ("denominator", one.Denominator), ("base.numerator", one.BaseNumerator), ("base.denominator", one.BaseDenominator),
    ];

    private string Day(long minute) => periods.Zone.DayOf(minute).ToString("yyyy-MM-dd");
}
