using ECommerce.Channels.Kpi.Catalogue;
using ECommerce.Channels.Statistics;

namespace ECommerce.Channels.Kpi.Indicators;

/// <summary>What one part, or several together, add to a change.</summary>
/// <param name="Key">The part's key; null for the rest.</param>
/// <param name="Difference">Of a rate: <c>mix + rate + cross</c>; of a sum: now less then.</param>
internal sealed record Contribution(
    ulong? Key, double Difference, double? Mix, double? Rate, double? Cross, long Numerator, long? Denominator, long BaseNumerator, long? BaseDenominator);

/// <summary>The largest contributions to a change, and all others as one: together they are the change.</summary>
/// <param name="RestParts">How many parts the rest stands for.</param>
internal sealed record Contributions(
    double? Value, double? BaseValue, double? Difference, IReadOnlyList<Contribution> Largest, Contribution? Rest, int RestParts)
{
    private static readonly Contributions None = new(null, null, null, [], null, 0);

    /// <param name="top">How many are told one by one.</param>
    public static Contributions Of(ComparedSides sides, int top)
    {
        var parts = DifferenceApi.Parts(sides.Now, sides.Then);
        if (parts.Count == 0) return None;
        if (sides.Question.Definition.IsAdditive) return OfSums(parts, top);
        return parts.Count <= DifferenceApi.ExactParts
            ? OfRates(Statistics.Difference.Split(parts), parts, top, part => part.ToDouble(), total => total.ToDouble())
            : OfRates(Statistics.Difference.SplitWeighted(parts.ConvertAll(DifferenceApi.Weighted)), parts, top, part => part, total => total);
    }

    private static Contributions OfSums(List<RatioPart> parts, int top)
    {
        var ordered = parts.OrderByDescending(part => Math.Abs(part.Numerator - part.BaseNumerator)).ToList();
        var (value, before) = (parts.Sum(part => part.Numerator), parts.Sum(part => part.BaseNumerator));
        return new Contributions(
            value, before, value - before, [.. ordered.Take(top).Select(part => Sum(ulong.Parse(part.Key), [part]))],
            ordered.Count > top ? Sum(null, ordered[top..]) : null, Math.Max(0, ordered.Count - top));
    }

    private static Contribution Sum(ulong? key, IReadOnlyCollection<RatioPart> parts)
    {
        var (now, then) = (parts.Sum(part => part.Numerator), parts.Sum(part => part.BaseNumerator));
        return new Contribution(key, now - then, null, null, null, now, null, then, null);
    }

    /// <summary>The rest is what the largest leave of the whole, in fractions where the split is exact: so nothing is lost between them.</summary>
    private static Contributions OfRates<T>(
        Difference<T>? split, List<RatioPart> parts, int top, Func<PartOfDifference<T>, PartOfDifference<double>> inDoubles, Func<T, double> inDouble)
        where T : System.Numerics.ISubtractionOperators<T, T, T>
    {
        if (split is null) return None;
        var ordered = split.Parts.Select(part => (Part: part, Told: inDoubles(part))).OrderByDescending(one => Math.Abs(one.Told.Total())).ToList();
        var counts = parts.ToDictionary(part => part.Key);
        var largest = ordered.Take(top).ToList();
        var others = ordered.Skip(top).Select(one => counts[one.Part.Key]).ToList();
        return new Contributions(
            DifferenceApi.Rate(parts, part => part.Numerator, part => part.Denominator),
            DifferenceApi.Rate(parts, part => part.BaseNumerator, part => part.BaseDenominator), inDouble(split.Total),
            [.. largest.Select(one => Rate(ulong.Parse(one.Part.Key), one.Told, [counts[one.Part.Key]]))],
            others.Count == 0 ? null : Rate(null, inDoubles(split.Rest([.. largest.Select(one => one.Part)])), others), others.Count);
    }

    private static Contribution Rate(ulong? key, PartOfDifference<double> part, IReadOnlyCollection<RatioPart> counts) => new(
        key, part.Total(), part.MixAgainstAverage, part.Rate, part.Cross, counts.Sum(one => one.Numerator), counts.Sum(one => one.Denominator),
        counts.Sum(one => one.BaseNumerator), counts.Sum(one => one.BaseDenominator));
}

/// <summary>What a change comes from.</summary>
/// <param name="From">The period, cut to equal elapsed time; <c>to</c> exclusive.</param>
/// <param name="BaseFrom">What it is compared with.</param>
/// <param name="By">What makes a part.</param>
/// <param name="Difference">Value less base value; all contributions and the rest add up to it. Null where a rate has no events on one side.</param>
/// <param name="Contributions">The largest, up or down, by their size.</param>
/// <param name="Rest">All others together; null where there are none.</param>
internal sealed record ContributionsBody(
    string Indicator, string Unit, string TimeZone, string From, string To, string BaseFrom, string BaseTo, DateTimeOffset AsOf,
    IReadOnlyList<string> Regions, IReadOnlyList<string> By, double? Value, double? BaseValue, double? Difference,
    IReadOnlyList<ContributionBody> Contributions, RestBody? Rest)
{
    public static ContributionsBody Of(ComparedSides sides, Contributions found, Periods periods)
    {
        var (question, pair) = (sides.Question, sides.Pair);
        return new ContributionsBody(
            question.Definition.Id, question.Definition.Unit, periods.Zone.Id, periods.Format(pair.Current.From), periods.Format(pair.Current.To),
            periods.Format(pair.Base.From), periods.Format(pair.Base.To), sides.AsOf, question.Granted ?? ["*"],
            [.. Vocabulary.Dimensions.Where((_, field) => question.By[field])], found.Value, found.BaseValue, found.Difference,
            [.. found.Largest.Select(one => ContributionBody.Of(one, sides.Now.Codes, question.By))], RestBody.Of(found));
    }
}

/// <summary>A part and what it adds to the change, in the unit of the indicator.</summary>
/// <param name="Difference">Of a rate <c>mix + rate + cross</c>; of a sum now less then.</param>
/// <param name="Mix">Of a rate: its share of the denominator grew or shrank, times how far its rate was from the average of all then.</param>
/// <param name="Rate">Of a rate: its own rate changed, at the share it had.</param>
/// <param name="Cross">Of a rate: both changed together.</param>
internal sealed record ContributionBody(
    string? Channel, string? Service, string? Region, string? Brand, string? Reason, double Difference, double? Mix, double? Rate, double? Cross,
    long Numerator, long? Denominator, long BaseNumerator, long? BaseDenominator)
{
    public static ContributionBody Of(Contribution one, AnswerCodes codes, bool[] by)
    {
        return new ContributionBody(
            Name(CatalogueField.Channel), Name(CatalogueField.Service), Name(CatalogueField.Region), Name(CatalogueField.Brand), Name(CatalogueField.Reason),
            one.Difference, one.Mix, one.Rate, one.Cross, one.Numerator, one.Denominator, one.BaseNumerator, one.BaseDenominator);

        string? Name(CatalogueField field) => by[(int)field] ? codes.NameOf(field, GroupKey.IdOf(one.Key!.Value, field)) : null;
    }
}

/// <param name="Parts">How many they are.</param>
internal sealed record RestBody(
    int Parts, double Difference, double? Mix, double? Rate, double? Cross, long Numerator, long? Denominator, long BaseNumerator, long? BaseDenominator)
{
    public static RestBody? Of(Contributions found) => found.Rest is not { } rest ? null : new RestBody(
        found.RestParts, rest.Difference, rest.Mix, rest.Rate, rest.Cross, rest.Numerator, rest.Denominator, rest.BaseNumerator, rest.BaseDenominator);
}
