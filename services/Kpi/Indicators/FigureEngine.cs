using ECommerce.Channels.Kpi.Catalogue;
using ECommerce.Channels.Kpi.Rollups;
using ECommerce.Channels.Kpi.Serving;

namespace ECommerce.Channels.Kpi.Indicators;

/// <summary>
/// Computes an indicator over buckets, from one consistent view of the roll-ups: the versions valid in each bucket, one pass over the
/// cells, then the figures with their intervals.
/// </summary>
internal sealed class FigureEngine(IFigureSource source, CatalogueTimeline catalogue, Periods periods)
{
    public const int MaxCells = 50_000;

    /// <param name="buckets">Ascending, not overlapping.</param>
    /// <param name="split">Split buckets where versions change, and add up (a total); else a bucket uses what is valid at its start.</param>
    public async Task<FigureTable> ComputeAsync(FigureQuestion question, IReadOnlyList<Span> buckets, bool split, CancellationToken cancellation)
    {
        var (stretches, codes) = Stretches(question, buckets, split);
        var table = new FigureTable(buckets, stretches, codes);
        var kind = question.Definition.Kind;
        var standardised = kind == FigureKind.Standardised;
        var tally = await TallyAsync(question, stretches, codes, byService: standardised, cancellation);
        // Standardised figures are fewer than their groups by service.
        if (tally.Groups.Count > MaxCells && !standardised) throw new TooManyCellsException();

        switch (kind)
        {
            case FigureKind.Distinct or FigureKind.DistinctRate:
                if (question.Definition.Formulas.Subject is not null) await AddActiveAsync(question, buckets, split, codes, tally, cancellation);
                await new DistinctFigures(source, periods).FillAsync(question, tally, table, cancellation);
                break;
            case FigureKind.Standardised:
                var weights = await BasketsAsync(question, table, cancellation);
                table.Repetition = await RepetitionAsync(question, table, cancellation);
                StandardisedFigures.Fill(tally, table, weights, table.Repetition);
                break;
            default:
                table.Repetition = await RepetitionAsync(question, table, cancellation);
                SimpleFigures.Fill(question, tally, table, table.Repetition);
                break;
        }
        return table;
    }

    /// <summary>Where customers did something and nothing of serving's was counted, that is 0 of them.</summary>
    private async Task AddActiveAsync(
        FigureQuestion question, IReadOnlyList<Span> buckets, bool split, AnswerCodes codes, Tally tally, CancellationToken cancellation)
    {
        var attempts = question with
        {
            Definitions = [.. question.Definitions.Select(one => one with { Kind = FigureKind.Total, Numerator = "attempts", Denominator = null })],
        };
        var (stretches, _) = Stretches(attempts, buckets, split, codes);
        var active = await TallyAsync(attempts, stretches, codes, byService: false, cancellation);
        foreach (var (key, sums) in active.Groups.Where(group => group.Value.Events > 0)) tally.Groups.TryAdd(key, new Sums { Events = sums.Events });
    }

    /// <summary>By bucket, the shares of services in the basket of the definition valid at its start; by the answer's ids.</summary>
    private async Task<Dictionary<int, double>[]> BasketsAsync(FigureQuestion question, FigureTable table, CancellationToken cancellation)
    {
        var known = new Dictionary<Definition, Dictionary<int, double>>(ReferenceEqualityComparer.Instance);
        var ofBucket = new Dictionary<int, double>[table.Buckets.Count];
        foreach (var stretch in table.Stretches)
        {
            if (!known.TryGetValue(stretch.Definition, out var basket))
                known[stretch.Definition] = basket = await BasketAsync(question, stretch.Definition, table.Codes, cancellation);
            foreach (var piece in stretch.Pieces) ofBucket[piece.Bucket] ??= basket;
        }
        return ofBucket;
    }

    private async Task<Dictionary<int, double>> BasketAsync(
        FigureQuestion question, Definition definition, AnswerCodes codes, CancellationToken cancellation)
    {
        if (await BasketPeriodAsync(definition, cancellation) is not { } period) return [];
        var all = question with
        {
            Definitions = [definition with { Kind = FigureKind.Total, Numerator = definition.Denominator!, Denominator = null }],
            Period = period,
            By = [false, true, false, false, false],
            Filters = new IReadOnlySet<string>?[5],
            Regions = null,
            Granted = null,
        };
        var (stretches, _) = Stretches(all, [period], split: true, codes);
        var tally = await TallyAsync(all, stretches, codes, byService: true, cancellation);
        var total = tally.Groups.Values.Sum(sums => sums.Numerator);
        return tally.Groups.ToDictionary(
            group => GroupKey.IdOf(group.Key, CatalogueField.Service), group => total == 0 ? 0 : (double)group.Value.Numerator / total);
    }

    private async Task<Span?> BasketPeriodAsync(Definition definition, CancellationToken cancellation)
    {
        var basket = definition.Basket ?? new Basket(null, null, null);
        var from = basket.From ?? (await source.DaysAsync(cancellation))?.First;
        if (from is not { } first) return null;
        var to = basket.To ?? first.AddDays(basket.Days ?? 28);
        return new Span(periods.Zone.StartOf(first), periods.Zone.StartOf(to));
    }

    private async Task<Repetition?> RepetitionAsync(FigureQuestion question, FigureTable table, CancellationToken cancellation)
    {
        var definition = question.Definition;
        if (!definition.IsProportion && definition.Kind != FigureKind.Standardised) return null;
        if (table.Buckets.Count == 0) return null;
        var (from, to) = (periods.Zone.DayOf(table.Buckets[0].From), periods.Zone.DayOf(table.Buckets[^1].To - 1).AddDays(1));
        var rows = definition.Formulas.Subject is { } subject ? await ServingBucketsAsync(subject, table, cancellation)
            : await source.CustomerBucketsAsync(from, to, cancellation);
        return Repetition.Of(rows, question, table, periods, source.Codes);
    }

    private async Task<IReadOnlyList<CustomerBuckets>> ServingBucketsAsync(ServingSubject subject, FigureTable table, CancellationToken cancellation)
    {
        var rows = new List<CustomerBuckets>();
        foreach (var stretch in table.Stretches) rows.AddRange(await source.Serving.BucketsAsync(subject, stretch, cancellation));
        return rows;
    }

    private async Task<Tally> TallyAsync(
        FigureQuestion question, IReadOnlyList<VersionStretch> stretches, AnswerCodes codes, bool byService, CancellationToken cancellation)
    {
        var definition = question.Definition;
        bool[] by = [.. question.By];
        if (byService) by[(int)CatalogueField.Service] = true;
        var filterChannels = StretchClasses.FiltersLater(question, definition);
        var tally = new Tally(by, Whole(definition), filterChannels) { NoReason = codes.IdOf(CatalogueField.Reason, CatalogueVersion.None) };
        foreach (var stretch in stretches)
        {
            tally.Enter(stretch);
            if (stretch.Definition.Formulas.Subject is { } subject)
            {
                var days = new Stretch(Grain.Day, stretch.Span.From, stretch.Span.To);
                await source.Serving.ReadAsync(subject, stretch, Query(question, stretch, days, by), tally, cancellation);
                continue;
            }
            var classes = StretchClasses.Of(question, stretch, by, source.Codes);
            var stored = new List<Stretch>();
            foreach (var piece in stretch.Pieces) periods.Cover(piece.Span, stored);
            foreach (var part in stored)
            {
                if (part.Grain == Grain.Minute && part.From < source.FirstMinute) throw new MinutesNotKeptException();
                await source.ReadAsync(Query(question, stretch, part, by) with { Classes = classes }, tally, cancellation);
                if (tally.Groups.Count > MaxCells * 50) throw new TooManyCellsException();
            }
        }
        return tally;
    }

    private static CellQuery Query(FigureQuestion question, VersionStretch stretch, Stretch part, bool[] by)
    {
        var definition = stretch.Definition;
        var told = Dimensions.None;
        for (var field = 0; field < 4; field++)
            if (by[field]) told |= Vocabulary.FlagOf(field);
        if (definition.Formulas.AsksService) told |= Dimensions.Service;
        var channelInSink = StretchClasses.FiltersLater(question, definition);
        if (definition.Formulas.AsksChannel || channelInSink) told |= Dimensions.Channel;
        return new CellQuery(part.Grain, part.From, part.To, told)
        {
            Channels = channelInSink ? null : Filter(question, stretch, CatalogueField.Channel),
            Services = Filter(question, stretch, CatalogueField.Service),
            Regions = stretch.Fields[(int)CatalogueField.Region].Filter(),
            Brands = Filter(question, stretch, CatalogueField.Brand),
            Reasons = by[(int)CatalogueField.Reason],
            Durations = definition.Kind == FigureKind.Quantile,
        };
    }

    private static CodeSet? Filter(FigureQuestion question, VersionStretch stretch, CatalogueField field) =>
        question.Filters[(int)field] is null ? null : stretch.Fields[(int)field].Filter();

    /// <summary>What a denominator is over.</summary>
    private static Func<ulong, ulong> Whole(Definition definition) => definition switch
    {
        { Kind: FigureKind.Share } => GroupKey.BucketOnly,
        { AllChannels: true } => static key => GroupKey.Without(key, CatalogueField.Channel),
        _ => static key => key,
    };

    private (List<VersionStretch> Stretches, AnswerCodes Codes) Stretches(
        FigureQuestion question, IReadOnlyList<Span> buckets, bool split, AnswerCodes? known = null)
    {
        var pieces = new List<(Piece Piece, Definition Definition, CatalogueVersion Catalogue)>();
        for (var bucket = 0; bucket < buckets.Count; bucket++)
        {
            foreach (var span in split ? Split(question, buckets[bucket]) : [buckets[bucket]])
            {
                var day = periods.Zone.DayOf(span.From);
                pieces.Add((new Piece(bucket, span), question.DefinitionAt(day), catalogue.At(day)));
            }
        }
        var codes = known ?? new AnswerCodes(catalogue.Stretches);
        var stretches = new List<VersionStretch>();
        foreach (var (piece, definition, version) in pieces)
        {
            if (stretches.Count == 0 || !ReferenceEquals(stretches[^1].Definition, definition) || stretches[^1].Catalogue != version)
                stretches.Add(Stretch(question, definition, version, codes));
            stretches[^1].Pieces.Add(piece);
        }
        return (stretches, codes);
    }

    /// <summary>A span cut where a definition or a catalogue starts to be valid.</summary>
    private List<Span> Split(FigureQuestion question, Span span)
    {
        var starts = question.Definitions.Select(definition => definition.ValidFrom).Concat(catalogue.Stretches.Select(version => version.ValidFrom))
            .Where(day => day.Year > 1).Select(periods.Zone.StartOf)
            .Where(start => start > span.From && start < span.To).Distinct().Order().ToList();
        var spans = new List<Span>();
        var from = span.From;
        foreach (var start in starts.Append(span.To))
        {
            spans.Add(new Span(from, start));
            from = start;
        }
        return spans;
    }

    private VersionStretch Stretch(FigureQuestion question, Definition definition, CatalogueVersion version, AnswerCodes codes)
    {
        var book = source.Codes;
        IReadOnlyList<string?>[] raw = [book.Channels, book.Services, book.Regions, book.Brands, book.Reasons];
        return new VersionStretch(definition, version)
        {
            Fields = [.. Enum.GetValues<CatalogueField>().Select(field => FieldMap.Of(
                field, raw[(int)field], version, codes,
                field == CatalogueField.Region ? RegionFilter(question, version) : question.Filters[(int)field]))],
            Numerator = CompiledFormula.Of(definition.Formulas.Numerator, book, version),
            Denominator = definition.Formulas.Denominator is { } denominator ? CompiledFormula.Of(denominator, book, version) : null,
            Size = CompiledFormula.Of(definition.Formulas.Size, book, version),
        };
    }

    /// <summary>The regions asked for and granted, sub-trees included; null is all. Only a full grant sees what is in no region.</summary>
    private static HashSet<string>? RegionFilter(FigureQuestion question, CatalogueVersion version)
    {
        var granted = question.Granted is { } roots ? version.SubTrees(roots) : null;
        if (question.Regions is not { } asked) return granted;
        var filter = version.SubTrees(asked);
        if (granted is not null) filter.IntersectWith(granted);
        else filter.UnionWith(asked.Where(code => code is CatalogueVersion.None or CatalogueVersion.Unknown));
        return filter;
    }
}

/// <summary>Which codes a question need not tell apart while one catalogue is valid.</summary>
internal static class StretchClasses
{
    /// <summary>A denominator over all channels needs those, too, that the filter leaves out of the numerator.</summary>
    public static bool FiltersLater(FigureQuestion question, Definition definition) =>
        definition.AllChannels && question.Filters[(int)CatalogueField.Channel] is not null;

    /// <param name="by">By field: whether cells are told apart by it.</param>
    public static CodeClasses? Of(FigureQuestion question, VersionStretch stretch, bool[] by, CodeBook codes)
    {
        if (by[(int)CatalogueField.Channel] && by[(int)CatalogueField.Service]) return null;
        var (version, later) = (stretch.Catalogue, FiltersLater(question, stretch.Definition));
        var channels = by[(int)CatalogueField.Channel] ? null : stretch.Fields[(int)CatalogueField.Channel].Classes(
            CatalogueField.Channel, codes.Channels, version, later, code => code is null ? default : (version.Channels[code].Electronic, version.Channels[code].Assisted));
        var services = by[(int)CatalogueField.Service] ? null : stretch.Fields[(int)CatalogueField.Service].Classes(
            CatalogueField.Service, codes.Services, version, all: false, code => code is null ? default : (version.Services[code].Offloadable, version.Services[code].Group));
        var name = $"{version.Number}|{(channels is null ? "each" : Filter(question, CatalogueField.Channel))}|{later}|"
            + (services is null ? "each" : Filter(question, CatalogueField.Service));
        return new CodeClasses(name, channels, services);
    }

    private static string Filter(FigureQuestion question, CatalogueField field) =>
        question.Filters[(int)field] is { } filter ? string.Join(',', filter.Order(StringComparer.Ordinal)) : "*";
}
