using ECommerce.Channels.Kpi.Catalogue;
using ECommerce.Channels.Kpi.Rollups;
using ECommerce.Channels.Statistics;

namespace ECommerce.Channels.Kpi.Indicators;

/// <summary>Distinct customers, which do not add up: each figure is a question of its own, all asked at once.</summary>
internal sealed class DistinctFigures(IFigureSource source, Periods periods)
{
    private static readonly CodeSet Nothing = new([]);
    private readonly Dictionary<(VersionStretch, bool, int), CodeSet?> channelSets = [];
    private readonly Dictionary<(VersionStretch, int), CodeSet?> regionSets = [];

    /// <param name="tally">Says which figures there are: those with any event.</param>
    public async Task FillAsync(FigureQuestion question, Tally tally, FigureTable table, CancellationToken cancellation)
    {
        var keys = tally.Groups.Where(group => group.Value.Events > 0).Select(group => group.Key).ToList();
        var numerators = question.Definition.Formulas.Subject is null ? await AskAsync(question, table, keys, numerator: true, cancellation)
            : keys.Select(key => tally.Groups[key].Numerator).ToArray();
        if (question.Definition.Kind == FigureKind.Distinct)
        {
            for (var i = 0; i < keys.Count; i++)
                table.Rows[keys[i]] = new Figure(numerators[i], numerators[i], null, numerators[i], null, null, numerators[i]);
            return;
        }
        // Figures by channel share their whole: it is asked for once.
        var wholes = keys.Select(key => WholeOf(question, key)).Distinct().ToList();
        var counts = await AskAsync(question, table, wholes, numerator: false, cancellation);
        var over = wholes.Zip(counts).ToDictionary(pair => pair.First, pair => pair.Second);
        for (var i = 0; i < keys.Count; i++) table.Rows[keys[i]] = Rate(numerators[i], over[WholeOf(question, keys[i])], question.Definition.Scale);
    }

    private static ulong WholeOf(FigureQuestion question, ulong key) =>
        question.Definition.AllChannels ? GroupKey.Without(key, CatalogueField.Channel) : key;

    /// <summary>Customers are independent of each other: no design effect.</summary>
    private static Figure Rate(long numerator, long denominator, int scale)
    {
        if (denominator == 0) return new Figure(null, numerator, 0, 0, null, null, 0);
        var rate = (double)numerator / denominator;
        var interval = Intervals.Wilson(Math.Min(rate, 1), denominator);
        return new Figure(rate * scale, numerator, denominator, denominator, interval?.Low * scale, interval?.High * scale, denominator);
    }

    private async Task<long[]> AskAsync(
        FigureQuestion question, FigureTable table, List<ulong> keys, bool numerator, CancellationToken cancellation)
    {
        var pieces = PiecesByBucket(table);
        var questions = keys.ConvertAll(key => Question(question, pieces[GroupKey.BucketOf(key)], key, numerator));
        return await source.DistinctAsync(questions, cancellation);
    }

    private DistinctQuestion Question(FigureQuestion question, List<(VersionStretch Stretch, Span Span)> pieces, ulong key, bool numerator)
    {
        var parts = new List<DistinctPart>(pieces.Count);
        foreach (var (stretch, span) in pieces)
        {
            var channels = Channels(question, stretch, key, numerator);
            if (Nothing.Equals(channels)) continue;
            parts.Add(new DistinctPart(
                periods.Zone.DayOf(span.From), periods.Zone.DayOf(span.To - 1).AddDays(1), channels, Regions(question, stretch, key)));
        }
        var formulas = question.Definition.Formulas;
        var measure = (numerator ? formulas.Numerator : formulas.Denominator!).Terms[0].Measure;
        return new DistinctQuestion(parts, SuccessOnly: measure == Measure.Customers);
    }

    private CodeSet? Channels(FigureQuestion question, VersionStretch stretch, ulong key, bool numerator)
    {
        // A denominator over all channels knows neither filter nor channel.
        if (!numerator && stretch.Definition.AllChannels) return Taken(stretch, stretch.Denominator!, AnyChannel, filtered: false, numerator);
        var channel = question.By[(int)CatalogueField.Channel] ? GroupKey.IdOf(key, CatalogueField.Channel) : AnyChannel;
        return Taken(stretch, numerator ? stretch.Numerator : stretch.Denominator!, channel, filtered: true, numerator);
    }

    private const int AnyChannel = -1;

    private CodeSet? Taken(VersionStretch stretch, CompiledFormula formula, int channel, bool filtered, bool numerator)
    {
        if (channelSets.TryGetValue((stretch, numerator, channel), out var known)) return known;
        var field = stretch.Fields[(int)CatalogueField.Channel];
        var ids = new List<ushort>();
        for (ushort id = 1; id < field.Answer.Length; id++)
        {
            if (filtered && !field.Allowed[id]) continue;
            if ((channel == AnyChannel || field.Answer[id] == channel) && formula.TakesChannel(id)) ids.Add(id);
        }
        var set = ids.Count == field.Answer.Length - 1 ? null : ids.Count == 0 ? Nothing : new CodeSet(ids);
        return channelSets[(stretch, numerator, channel)] = set;
    }

    private CodeSet? Regions(FigureQuestion question, VersionStretch stretch, ulong key)
    {
        var field = stretch.Fields[(int)CatalogueField.Region];
        if (!question.By[(int)CatalogueField.Region]) return Cached(stretch, -1, () => field.Filter());
        var region = GroupKey.IdOf(key, CatalogueField.Region);
        return Cached(stretch, region, () => field.Select((_, answer) => answer == region));
    }

    private CodeSet? Cached(VersionStretch stretch, int region, Func<CodeSet?> make)
    {
        if (!regionSets.TryGetValue((stretch, region), out var set)) regionSets[(stretch, region)] = set = make();
        return set;
    }

    private static List<(VersionStretch Stretch, Span Span)>[] PiecesByBucket(FigureTable table)
    {
        var pieces = table.Buckets.Select(_ => new List<(VersionStretch, Span)>()).ToArray();
        foreach (var stretch in table.Stretches)
            foreach (var piece in stretch.Pieces) pieces[piece.Bucket].Add((stretch, piece.Span));
        return pieces;
    }
}
