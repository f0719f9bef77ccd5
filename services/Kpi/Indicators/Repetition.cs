using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using ECommerce.Channels.Kpi.Catalogue;
using ECommerce.Channels.Kpi.Rollups;
using ECommerce.Channels.Statistics;

namespace ECommerce.Channels.Kpi.Indicators;

/// <summary>A design effect made ready for many figures: the costly quantile behind it is looked up.</summary>
internal sealed class Effect
{
    private static readonly ConcurrentDictionary<double, double> Factors = new();
    private readonly double value;
    private readonly double factor;

    public Effect(DesignEffect effect)
    {
        value = effect.Value;
        // Rounded down, to the careful side: few different ones are left.
        var freedom = effect.DegreesOfFreedom > 16 ? Math.Floor(effect.DegreesOfFreedom) : Math.Max(1, Math.Floor(effect.DegreesOfFreedom * 8) / 8);
        factor = Factors.GetOrAdd(Math.Min(freedom, 1000), static degrees => new DesignEffect(1, degrees).EffectiveSize(1));
    }

    /// <summary>How many independent observations a number of events are worth.</summary>
    public double EffectiveSize(double size) => Math.Max(Math.Min(size, 1), size / value) * factor;
}

/// <summary>How often a success and a failure of one channel count in a formula, which is linear in both.</summary>
internal readonly record struct Share(long OfSuccess, long OfFailure)
{
    public static Share Of(CompiledFormula formula, ushort channel)
    {
        var key = new CellKey(channel, 0, 0, 0);
        return new Share(formula.Value(key, new Measures { Successes = 1 }), formula.Value(key, new Measures { Failures = 1 }));
    }

    public void AddTo(long[] sums, CustomerBuckets row)
    {
        if (OfSuccess != 0)
            for (var i = 0; i < sums.Length; i++) sums[i] += OfSuccess * row.Successes[i];
        if (OfFailure != 0)
            for (var i = 0; i < sums.Length; i++) sums[i] += OfFailure * row.Failures[i];
    }
}

/// <summary>What one channel's events count in the numerator and in the whole, services left aside.</summary>
internal sealed record ChannelShares(Share Numerator, Share Whole)
{
    public static ChannelShares Of(VersionStretch stretch, ushort channel, CodeBook codes)
    {
        var formulas = stretch.Definition.Formulas;
        // Serving's buckets are counted by the formulas already.
        if (formulas.Subject is not null) return new ChannelShares(new Share(1, 0), new Share(1, 1));
        return new ChannelShares(
            Share.Of(CompiledFormula.Of(formulas.Numerator, codes, stretch.Catalogue, ignoreServices: true), channel),
            Share.Of(CompiledFormula.Of(formulas.Size, codes, stretch.Catalogue, ignoreServices: true), channel));
    }
}

/// <summary>
/// How much customers repeat, by bucket of the answer and channel, out of the 64 buckets of customers that are kept by day and channel.
/// They know channels, successes and failures: conditions on services are left out, and figures by service, region or brand use
/// the effect of their channel and period. A share that is not by channel uses the spread of the customers' numbers of events, which no design
/// effect exceeds.
/// </summary>
internal sealed class Repetition
{
    private const int Buckets = RatioBuckets.Count;
    private const int AllChannels = -1;

    private readonly Dictionary<(int Slot, int Channel), long[]> numerators = [];
    private readonly Dictionary<(int Slot, int Channel), long[]> wholes = [];
    private readonly Dictionary<int, long[]> events = [];
    private readonly Dictionary<(int Slot, int Channel), Effect> effects = [];
    private readonly Definition definition;
    private readonly int[] slots;
    private readonly bool byChannel;

    private Repetition(Definition definition, int[] slots, bool byChannel)
    {
        this.definition = definition;
        this.slots = slots;
        this.byChannel = byChannel;
    }

    public static Repetition Of(
        IReadOnlyList<CustomerBuckets> rows, FigureQuestion question, FigureTable table, Periods periods, CodeBook codes)
    {
        var (slots, slotOfDay) = Slots(question, table, periods);
        var repetition = new Repetition(question.Definition, slots, question.By[(int)CatalogueField.Channel]);
        var shares = new Dictionary<(VersionStretch, ushort), ChannelShares>();
        var stretches = new Dictionary<DateOnly, VersionStretch>();
        foreach (var row in rows)
        {
            if (!slotOfDay.TryGetValue(row.Day.DayNumber, out var slot)) continue;
            if (!stretches.TryGetValue(row.Day, out var stretch)) stretches[row.Day] = stretch = StretchAt(table, periods.Zone.StartOf(row.Day));
            if (!shares.TryGetValue((stretch, row.Channel), out var counted))
                shares[(stretch, row.Channel)] = counted = ChannelShares.Of(stretch, row.Channel, codes);
            repetition.Add(row, slot, stretch, counted);
        }
        return repetition;
    }

    public Effect Of(ulong key)
    {
        var slot = slots[GroupKey.BucketOf(key)];
        var channel = byChannel ? GroupKey.IdOf(key, CatalogueField.Channel) : AllChannels;
        if (!effects.TryGetValue((slot, channel), out var effect)) effects[(slot, channel)] = effect = Estimate(slot, channel);
        return effect;
    }

    private void Add(CustomerBuckets row, int slot, VersionStretch stretch, ChannelShares counted)
    {
        var field = stretch.Fields[(int)CatalogueField.Channel];
        var overAll = definition.AllChannels;
        var isIn = row.Channel < field.Allowed.Length && field.Allowed[row.Channel];
        if (!isIn && !overAll) return;
        var channel = byChannel ? field.Answer[row.Channel] : AllChannels;
        var sums = isIn ? At(numerators, (slot, channel)) : null;
        var over = At(wholes, (slot, overAll || definition.Kind == FigureKind.Share ? AllChannels : channel));
        var all = CollectionsMarshal.GetValueRefOrAddDefault(events, slot, out _) ??= new long[Buckets];
        if (sums is not null) counted.Numerator.AddTo(sums, row);
        counted.Whole.AddTo(over, row);
        for (var i = 0; i < Buckets; i++) all[i] += row.Successes[i] + row.Failures[i];
    }

    private Effect Estimate(int slot, int channel)
    {
        if (!events.TryGetValue(slot, out var all)) return new Effect(DesignEffect.None);
        var hasParts = definition.Kind != FigureKind.Share || byChannel;
        var whole = definition.AllChannels || definition.Kind == FigureKind.Share ? AllChannels : channel;
        if (!hasParts || !wholes.TryGetValue((slot, whole), out var over) || over.Sum() == 0) return new Effect(Spread(all));
        var part = numerators.GetValueOrDefault((slot, channel)) ?? new long[Buckets];
        var rest = new long[Buckets];
        for (var i = 0; i < Buckets; i++) rest[i] = Math.Max(0, over[i] - part[i]);
        return new Effect(DesignEffect.Of(part, rest));
    }

    /// <summary>Variance over mean of the buckets' events: what repetition comes to where a customer always does the same.</summary>
    private static DesignEffect Spread(long[] counts)
    {
        var mean = counts.Average();
        if (mean == 0) return DesignEffect.None;
        var variance = counts.Sum(count => (count - mean) * (count - mean)) / (Buckets - 1);
        return new DesignEffect(Math.Clamp(variance / mean, 1, Math.Max(1, counts.Sum())), Buckets - 1);
    }

    private static long[] At(Dictionary<(int, int), long[]> sums, (int, int) key) =>
        CollectionsMarshal.GetValueRefOrAddDefault(sums, key, out _) ??= new long[Buckets];

    /// <summary>Where buckets are shorter than a day, the days' effects serve for them.</summary>
    private static (int[] OfBucket, Dictionary<int, int> OfDay) Slots(FigureQuestion question, FigureTable table, Periods periods)
    {
        var ofBucket = new int[table.Buckets.Count];
        var ofDay = new Dictionary<int, int>();
        for (var bucket = 0; bucket < ofBucket.Length; bucket++)
        {
            var first = periods.Zone.DayOf(table.Buckets[bucket].From).DayNumber;
            var last = periods.Zone.DayOf(table.Buckets[bucket].To - 1).DayNumber;
            ofBucket[bucket] = question.Grain >= AnswerGrain.Hour ? first : bucket;
            for (var day = first; day <= last; day++) ofDay.TryAdd(day, ofBucket[bucket]);
        }
        return (ofBucket, ofDay);
    }

    private static VersionStretch StretchAt(FigureTable table, long dayStart) =>
        table.Stretches.LastOrDefault(stretch => stretch.Span.From <= dayStart) ?? table.Stretches[0];
}
