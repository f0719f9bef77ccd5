using ECommerce.Channels.Kpi.Catalogue;
using ECommerce.Channels.Kpi.Rollups;

namespace ECommerce.Channels.Kpi.Indicators;

/// <summary>
/// The codes that an answer tells apart, with small ids in the catalogue's order; <c>none</c> and <c>unknown</c> come last.
/// One for all versions of the catalogue that an answer uses.
/// </summary>
internal sealed class AnswerCodes
{
    private readonly Dictionary<string, ushort>[] ids;
    private readonly List<string>[] names;

    public AnswerCodes(IEnumerable<CatalogueVersion> versions)
    {
        ids = [.. Enum.GetValues<CatalogueField>().Select(_ => new Dictionary<string, ushort>())];
        names = [.. ids.Select(_ => new List<string>())];
        // The newest order counts; what only older versions have comes after it.
        foreach (var version in versions.Reverse())
            foreach (var field in Enum.GetValues<CatalogueField>())
                foreach (var code in version.Codes(field)) Add(field, code);
        foreach (var field in Enum.GetValues<CatalogueField>())
        {
            Add(field, CatalogueVersion.None);
            Add(field, CatalogueVersion.Unknown);
        }
    }

    public string NameOf(CatalogueField field, int id) => names[(int)field][id];

    public ushort IdOf(CatalogueField field, string code) => ids[(int)field][code];

    private void Add(CatalogueField field, string code)
    {
        var list = names[(int)field];
        if (ids[(int)field].TryAdd(code, (ushort)list.Count)) list.Add(code);
    }
}

/// <summary>What each raw code of a field counts as under one version of the catalogue, by raw id, and whether the filters let it in.</summary>
internal sealed class FieldMap
{
    private FieldMap(ushort[] answer, bool[] allowed)
    {
        Answer = answer;
        Allowed = allowed;
    }

    /// <summary>Raw id to the answer's id.</summary>
    public ushort[] Answer { get; }

    /// <summary>By raw id.</summary>
    public bool[] Allowed { get; }

    /// <param name="filter">Codes of the catalogue, <c>none</c>, <c>unknown</c>; null lets everything in.</param>
    public static FieldMap Of(
        CatalogueField field, IReadOnlyList<string?> raw, CatalogueVersion catalogue, AnswerCodes codes, IReadOnlySet<string>? filter)
    {
        var answer = new ushort[raw.Count];
        var allowed = new bool[raw.Count];
        for (var id = 1; id < raw.Count; id++)
        {
            var code = raw[id] is null or CatalogueVersion.None ? CatalogueVersion.None
                : catalogue.Resolve(field, raw[id]!) ?? CatalogueVersion.Unknown;
            answer[id] = codes.IdOf(field, code);
            allowed[id] = filter is null || filter.Contains(code);
        }
        return new FieldMap(answer, allowed);
    }

    /// <summary>The raw ids let in, or null where all are.</summary>
    public CodeSet? Filter()
    {
        if (Array.TrueForAll(Allowed[Math.Min(1, Allowed.Length)..], one => one)) return null;
        return Select((_, _) => true);
    }

    /// <summary>
    /// By raw id, the first id of which the same is true as far as any formula can ask; 0 for what is not let in, where
    /// <paramref name="all"/> does not keep that apart in classes of its own.
    /// </summary>
    /// <param name="traits">What formulas can ask of an entry of the catalogue; of null where it does not know the code.</param>
    public ushort[] Classes<T>(CatalogueField field, IReadOnlyList<string?> raw, CatalogueVersion catalogue, bool all, Func<string?, T> traits)
    {
        var stands = new Dictionary<(T, bool), ushort>();
        var of = new ushort[raw.Count];
        for (ushort id = 1; id < of.Length; id++)
        {
            if (!Allowed[id] && !all) continue;
            var alike = (traits(raw[id] is { } code ? catalogue.Resolve(field, code) : null), Allowed[id]);
            if (!stands.TryGetValue(alike, out var first)) stands[alike] = first = id;
            of[id] = first;
        }
        return of;
    }

    /// <summary>The raw ids let in that also satisfy a condition on (raw id, answer's id).</summary>
    public CodeSet Select(Func<int, ushort, bool> condition)
    {
        var ids = new List<ushort>();
        for (var id = 1; id < Allowed.Length; id++)
            if (Allowed[id] && condition(id, Answer[id])) ids.Add((ushort)id);
        return new CodeSet(ids);
    }
}

/// <summary>A formula made ready for one version of the catalogue: conditions are look-ups by raw id.</summary>
internal sealed class CompiledFormula
{
    private readonly CompiledTerm[] terms;

    private CompiledFormula(CompiledTerm[] terms) => this.terms = terms;

    public static CompiledFormula Of(Formula formula, CodeBook codes, CatalogueVersion catalogue, bool ignoreServices = false) =>
        new([.. formula.Terms.Select(term => CompiledTerm.Of(term, codes, catalogue, ignoreServices))]);

    public long Value(in CellKey key, in Measures measures)
    {
        long sum = 0;
        foreach (var term in terms) sum += term.Value(key, measures);
        return sum;
    }

    /// <summary>Whether events of a raw channel can count at all.</summary>
    public bool TakesChannel(ushort channel) => Array.Exists(terms, term => term.TakesChannel(channel));

    /// <summary>Whether events of this channel and service count; of one single term, whatever it measures.</summary>
    public bool Takes(in CellKey key)
    {
        foreach (var term in terms)
            if (term.Takes(key)) return true;
        return false;
    }

    private readonly struct CompiledTerm
    {
        private readonly Measure measure;
        private readonly bool? assisted;
        private readonly bool[]? channels;
        private readonly bool[]? services;
        private readonly bool[]? assistedChannels;

        private CompiledTerm(Measure measure, bool? assisted, bool[]? channels, bool[]? services, bool[]? assistedChannels)
        {
            this.measure = measure;
            this.assisted = assisted;
            this.channels = channels;
            this.services = services;
            this.assistedChannels = assistedChannels;
        }

        public static CompiledTerm Of(Term term, CodeBook codes, CatalogueVersion catalogue, bool ignoreServices)
        {
            var where = term.Where;
            var electronics = where.Electronic is { } electronic
                ? Look(codes.Channels, raw => IsElectronic(catalogue, raw) == electronic) : null;
            var fitting = !ignoreServices && where.AsksService ? Look(codes.Services, raw => Fits(catalogue, raw, where)) : null;
            var helped = where.Assisted is not null ? Look(codes.Channels, raw => IsAssisted(catalogue, raw)) : null;
            return new CompiledTerm(term.Measure, where.Assisted, electronics, fitting, helped);
        }

        public bool TakesChannel(ushort channel) => channels is null || channels[channel];

        public bool Takes(in CellKey key) =>
            (channels is null || channels[key.Channel]) && (services is null || services[key.Service]);

        public long Value(in CellKey key, in Measures measures)
        {
            if (!Takes(key)) return 0;
            return measure switch
            {
                Measure.Attempts => measures.Successes + measures.Failures + measures.Abandoned,
                Measure.Successes => Successes(key, measures),
                Measure.Failures => measures.Failures,
                Measure.Abandoned => measures.Abandoned,
                Measure.Amount => measures.Amount,
                _ => 0,
            };
        }

        private long Successes(in CellKey key, in Measures measures)
        {
            if (assisted is not { } wanted) return measures.Successes;
            var helped = assistedChannels![key.Channel] ? measures.Successes : measures.AssistedSuccesses;
            return wanted ? helped : measures.Successes - helped;
        }

        private static bool[] Look(IReadOnlyList<string?> raw, Func<string, bool> fits)
        {
            var found = new bool[raw.Count];
            for (var id = 1; id < found.Length; id++) found[id] = raw[id] is { } code && fits(code);
            return found;
        }

        /// <summary>An unknown channel is not electronic.</summary>
        private static bool IsElectronic(CatalogueVersion catalogue, string raw) =>
            catalogue.Resolve(CatalogueField.Channel, raw) is { } code && catalogue.Channels[code].Electronic;

        private static bool IsAssisted(CatalogueVersion catalogue, string raw) =>
            catalogue.Resolve(CatalogueField.Channel, raw) is { } code && catalogue.Channels[code].Assisted;

        /// <summary>An unknown service is in no group and is not offloadable.</summary>
        private static bool Fits(CatalogueVersion catalogue, string raw, Condition where)
        {
            var service = catalogue.Resolve(CatalogueField.Service, raw) is { } code ? catalogue.Services[code] : null;
            return (where.Offloadable is null || (service?.Offloadable ?? false) == where.Offloadable)
                && (where.Group is null || service?.Group == where.Group);
        }
    }
}
