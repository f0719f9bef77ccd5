using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization;
using ECommerce.Channels.Kpi.Catalogue;
using ECommerce.Channels.Kpi.Rollups;
using ECommerce.Channels.Kpi.Serving;

namespace ECommerce.Channels.Kpi.Indicators;

/// <summary>How a figure comes out of its formulas.</summary>
public enum FigureKind
{
    /// <summary>The numerator: a count or a sum, which adds up.</summary>
    Total,

    /// <summary>Numerator ÷ denominator.</summary>
    Rate,

    /// <summary>The numerator's part of its total over everything the answer tells apart.</summary>
    Share,

    /// <summary>Distinct customers; does not add up.</summary>
    Distinct,

    /// <summary>Distinct customers, or a count of serving's, ÷ distinct customers.</summary>
    DistinctRate,

    /// <summary>A quantile of durations.</summary>
    Quantile,

    /// <summary>A rate with the mix of services held fixed.</summary>
    Standardised,
}

/// <summary>Writes an enum's words as <c>distinct-rate</c>.</summary>
public sealed class KebabCase<T>() : JsonStringEnumConverter<T>(JsonNamingPolicy.KebabCaseLower, allowIntegerValues: false)
    where T : struct, Enum;

/// <summary>The period whose mix of services weighs a standardised rate.</summary>
/// <param name="From">Null: from the first day with data.</param>
/// <param name="To">Exclusive.</param>
/// <param name="Days">Where <paramref name="From"/> is null, how many days.</param>
public sealed record Basket(DateOnly? From, DateOnly? To, int? Days);

/// <summary>One version of an indicator: data, not code.</summary>
/// <param name="ValidFrom">First day whose buckets use it.</param>
/// <param name="ValidTo">The day on which the next version starts; null for the last.</param>
/// <param name="Numerator">See <see cref="Formula"/>.</param>
/// <param name="Exclusions">What is left out of numerator and denominator, as a condition.</param>
/// <param name="AllChannels">The denominator is over the successes or customers of all channels, whatever channel is told apart or filtered.</param>
/// <param name="Window">Which events of a customer or task belong together; <c>bucket</c>: each bucket by itself.</param>
/// <param name="Unit">count, fen, customers, rate, per-10000 or ms.</param>
/// <param name="Direction">Whether more is better: up, down or none.</param>
/// <param name="Dimensions">What answers can be told apart by and filtered on.</param>
/// <param name="MinimumN">Below it, no verdict of comparison.</param>
/// <param name="Statement">口径: what exactly is counted, for people.</param>
public sealed record Definition(
    string Id, int Version, DateOnly ValidFrom, DateOnly? ValidTo,
    [property: JsonConverter(typeof(KebabCase<FigureKind>))] FigureKind Kind, string Numerator, string? Denominator,
    string? Exclusions, bool AllChannels, double? Quantile, Basket? Basket, string Window, string Unit, string Direction,
    IReadOnlyList<string> Dimensions, IReadOnlyList<string> Grains, long MinimumN, Names Names, Names Statement)
{
    private static readonly ConditionalWeakTable<Definition, Formulas> Read = [];

    /// <summary>The formulas, read once.</summary>
    internal Formulas Formulas => Read.GetValue(this, Formulas.Of);

    /// <summary>Counts and sums are whole numbers and add up.</summary>
    internal bool IsAdditive => Kind == FigureKind.Total;

    internal bool IsWhole => Kind is FigureKind.Total or FigureKind.Distinct;

    internal bool HasTest => Kind == FigureKind.Standardised || (Kind == FigureKind.DistinctRate && Unit == "rate") || IsProportion;

    /// <summary>Counted by days: no part of a day can be told.</summary>
    internal bool IsOfWholeDays => !Grains.Contains("minute");

    /// <summary>What a quotient is multiplied by.</summary>
    internal int Scale => Unit == "per-10000" ? 10_000 : 1;

    /// <summary>Counts over counts, so that Wilson's interval applies; money over money has none.</summary>
    internal bool IsProportion => Kind is FigureKind.Rate or FigureKind.Share
        && !Formulas.Numerator.Terms.Any(term => term.Measure == Measure.Amount);
}

/// <summary>The formulas of a definition, parsed, with its exclusions in them.</summary>
/// <param name="Size">What n is counted by.</param>
/// <param name="Subject">What of serving is counted; null is transactions.</param>
internal sealed record Formulas(Formula Numerator, Formula? Denominator, Formula Size, ServingSubject? Subject)
{
    public bool AsksChannel => Numerator.AsksChannel || Denominator is { AsksChannel: true } || Size.AsksChannel;

    public bool AsksService => Numerator.AsksService || Denominator is { AsksService: true } || Size.AsksService;

    /// <exception cref="FormatException">A formula is not understood.</exception>
    public static Formulas Of(Definition definition)
    {
        var population = definition.Exclusions is { } excluded ? Complement(Formula.ParseCondition(excluded)) : Condition.Always;
        var numerator = Formula.Parse(definition.Numerator).Under(population);
        var denominator = definition.Kind == FigureKind.Share ? numerator
            : definition.Denominator is { } text ? Formula.Parse(text).Under(population) : null;
        return new Formulas(numerator, denominator, (denominator ?? numerator).Counting(), ServingMeasure.SubjectOf(numerator, denominator));
    }

    /// <summary>Exclusions are one condition each way: what is not excluded is counted.</summary>
    private static Condition Complement(Condition excluded)
    {
        var flags = new[] { excluded.Electronic, excluded.Assisted, excluded.Offloadable }.Count(flag => flag is not null);
        if (excluded.Group is not null || flags != 1) throw new FormatException("Exclusions are one of electronic, assisted, offloadable, or its opposite.");
        return new Condition(!excluded.Electronic, !excluded.Assisted, !excluded.Offloadable, null);
    }
}

/// <summary>Words of the contract for dimensions and grains.</summary>
internal static class Vocabulary
{
    public static readonly string[] Dimensions = ["channel", "service", "region", "brand", "reason"];

    public static readonly string[] Grains = ["total", "month", "day", "hour", "minute"];

    public static CatalogueField FieldOf(int dimension) => (CatalogueField)dimension;

    public static Dimensions FlagOf(int dimension) => dimension switch
    {
        0 => Rollups.Dimensions.Channel,
        1 => Rollups.Dimensions.Service,
        2 => Rollups.Dimensions.Region,
        3 => Rollups.Dimensions.Brand,
        _ => Rollups.Dimensions.None,
    };
}
