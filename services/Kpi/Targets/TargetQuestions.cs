using ECommerce.Channels.Kpi.Catalogue;
using ECommerce.Channels.Kpi.Indicators;
using ECommerce.Channels.Platform.Hosting;
using ECommerce.Channels.Platform.Security;

namespace ECommerce.Channels.Kpi.Targets;

/// <summary>Reads which targets a request asks for, and says what is wrong with each parameter.</summary>
internal sealed class TargetQuestions(IndicatorStore indicators, CatalogueHistory history, Today today)
{
    /// <summary>Reads the months of a question out of its parameters.</summary>
    public delegate (DateOnly From, DateOnly To) Months(IQueryCollection query, DateOnly today, FieldErrors errors);

    public async Task<(IndicatorBook Book, CatalogueTimeline Catalogue)> BooksAsync(CancellationToken cancellation) =>
        (await indicators.BookAsync(cancellation), await history.LatestAsync(cancellation));

    /// <returns>The filter, narrowed to the regions granted; or why it is refused.</returns>
    public async Task<(TargetFilter? Filter, Problem? Refused)> ReadAsync(HttpContext http, Months months, CancellationToken cancellation)
    {
        var (book, catalogue) = await BooksAsync(cancellation);
        var (query, errors) = (http.Request.Query, new FieldErrors());
        var (from, to) = months(query, today.Day, errors);
        var ids = List(query, "indicator", id => book.Versions(id) is not null, errors);
        var channels = List(query, "channel", code => IsCode(catalogue, CatalogueField.Channel, code), errors);
        var regions = List(query, "region", code => IsCode(catalogue, CatalogueField.Region, code), errors);
        if (errors.Any) return (null, Problem.BadInput(errors));
        var scope = RegionScope.Of(Caller.Of(http.User).Regions, catalogue);
        if (regions is not null && !regions.TrueForAll(scope.Holds)) return (null, Problem.Forbidden());
        return (new TargetFilter(from, to, ids, channels, regions is null ? scope.Codes : RegionScope.SubTrees(regions, catalogue)), null);
    }

    /// <summary><c>from</c> and <c>to</c>; this year unless given.</summary>
    public static (DateOnly From, DateOnly To) Period(IQueryCollection query, DateOnly today, FieldErrors errors)
    {
        var from = Month(query, "from", new DateOnly(today.Year, 1, 1), errors);
        var to = Month(query, "to", new DateOnly(from.Year, 12, 1), errors);
        if (to < from) errors.Add("to", "不能早于 from", "Must not be before from");
        return (from, to);
    }

    /// <summary><c>month</c>; this one unless given.</summary>
    public static (DateOnly From, DateOnly To) OneMonth(IQueryCollection query, DateOnly today, FieldErrors errors)
    {
        var month = Month(query, "month", new DateOnly(today.Year, today.Month, 1), errors);
        return (month, month);
    }

    private static DateOnly Month(IQueryCollection query, string name, DateOnly unless, FieldErrors errors)
    {
        if (query[name] is not [{ Length: > 0 } text]) return unless;
        if (TargetMonths.Read(text) is { } month) return month;
        errors.Add(name, TargetMonths.Wrong);
        return unless;
    }

    /// <summary>What events without a code, or with one nobody knows, count as can be asked for; nothing is aimed at there.</summary>
    private static bool IsCode(CatalogueTimeline catalogue, CatalogueField field, string code) =>
        code is CatalogueVersion.None or CatalogueVersion.Unknown || catalogue.WasEver(field, code);

    private static List<string>? List(IQueryCollection query, string name, Func<string, bool> isCode, FieldErrors errors)
    {
        if (!query.TryGetValue(name, out var given)) return null;
        var codes = string.Join(',', given.ToArray()).Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Distinct().ToList();
        if (codes.Count == 0) errors.Add(name, "须列出至少一个编码", "Must list at least one code");
        foreach (var code in codes.Where(code => !isCode(code))) errors.Add(name, $"没有“{code}”", $"There is no '{code}'");
        return codes;
    }
}
