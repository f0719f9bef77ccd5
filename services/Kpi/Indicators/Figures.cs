namespace ECommerce.Channels.Kpi.Indicators;

/// <summary>One value of an answer.</summary>
/// <param name="Value">Null where there is none, as a rate with denominator 0.</param>
/// <param name="Numerator">Null where the figure is no sum, as a quantile.</param>
/// <param name="N">How many events, customers or durations it stands on.</param>
/// <param name="Low">95 % interval; null where none is defined.</param>
/// <param name="EffectiveN">What n is worth in independent observations; for tests.</param>
internal sealed record Figure(
    double? Value, long? Numerator, long? Denominator, long N, double? Low, double? High, double EffectiveN);

/// <summary>Figures of one indicator over some buckets, by <see cref="GroupKey"/>.</summary>
internal sealed class FigureTable(IReadOnlyList<Span> buckets, IReadOnlyList<VersionStretch> stretches, AnswerCodes codes)
{
    public IReadOnlyList<Span> Buckets => buckets;

    public IReadOnlyList<VersionStretch> Stretches => stretches;

    public AnswerCodes Codes => codes;

    public Dictionary<ulong, Figure> Rows { get; } = [];

    /// <summary>How much customers repeat, by bucket and channel; null where the indicator has no interval that asks for it.</summary>
    public Repetition? Repetition { get; set; }
}

/// <summary>What is asked, checked and complete: nothing in it can be wrong any more.</summary>
/// <param name="Definitions">The versions of the indicator, oldest first; a single one where the caller named it.</param>
/// <param name="By">By field: whether the answer tells it apart.</param>
/// <param name="Filters">By field: codes of the catalogue, <c>none</c>, <c>unknown</c>; null is all.</param>
/// <param name="Regions">Codes that the filter on regions asks for, sub-trees not yet added; null is all.</param>
/// <param name="Granted">Roots of the granted sub-trees; null is all regions.</param>
internal sealed record FigureQuestion(
    IReadOnlyList<Definition> Definitions, Span Period, AnswerGrain Grain, bool[] By, IReadOnlySet<string>?[] Filters,
    IReadOnlyList<string>? Regions, IReadOnlyList<string>? Granted)
{
    /// <summary>What does not change between versions of an indicator.</summary>
    public Definition Definition => Definitions[^1];

    public Definition DefinitionAt(DateOnly day)
    {
        var valid = Definitions[0];
        foreach (var definition in Definitions)
            if (definition.ValidFrom <= day) valid = definition;
        return valid;
    }
}

/// <summary>The answer would be larger than any reader needs.</summary>
internal sealed class TooManyCellsException : Exception;

/// <summary>Minutes of the period are not kept any more.</summary>
internal sealed class MinutesNotKeptException : Exception;
