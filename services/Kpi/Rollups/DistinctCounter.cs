using ECommerce.Channels.Platform.Storage;
using Npgsql;

namespace ECommerce.Channels.Kpi.Rollups;

/// <summary>
/// Counts distinct customers exactly, in bitmaps that are filled from the stored entries of days. The days of a question are cut into
/// runs where its whole months begin and end: while a period moves on by the day, the long run in the middle stays the same for a
/// month. What was read of a run is kept in the cache, so that a question asked again reads new days only.
/// </summary>
/// <param name="today">Runs that reach the last weeks before it grow still.</param>
internal sealed class DistinctCounter(NpgsqlConnection connection, RollupCache cache, DayStamps days, DateOnly today)
{
    private const int LateDays = 40;

    private readonly Dictionary<RunKey, DistinctRun> runs = [];
    private readonly Stack<Met> spare = new();

    /// <summary>A question, and the runs whose union is its answer.</summary>
    private sealed record Asked(int Index, IReadOnlyList<DistinctRun> Runs)
    {
        public DateOnly Due => Runs.Count == 0 ? DateOnly.MinValue : Runs.Max(run => run.LastMissing);
    }

    public async Task<long[]> CountAsync(IReadOnlyList<DistinctQuestion> questions, CancellationToken cancellation)
    {
        var counts = new long[questions.Count];
        var parts = questions.SelectMany(question => question.Parts).Where(part => part.From < part.To).ToList();
        if (parts.Count == 0) return counts;
        await days.LoadAsync(parts.Min(part => part.From), parts.Max(part => part.To), cancellation);
        var due = questions.Select((question, index) => new Asked(index, RunsOf(question))).ToLookup(asked => asked.Due);
        var full = runs.Values.ToLookup(run => run.LastMissing);

        void Close(DateOnly day)
        {
            foreach (var run in full[day]) run.Finish(cache);
            foreach (var asked in due[day]) counts[asked.Index] = Answer(asked.Runs);
        }

        Close(DateOnly.MinValue);
        await ReadAsync(Close, cancellation);
        return counts;
    }

    private List<DistinctRun> RunsOf(DistinctQuestion question)
    {
        var pieces = question.Parts.Where(part => part.From < part.To)
            .SelectMany(part => Cut(part.From, part.To), (part, days) => (part.Channels, part.Regions, days.From, days.To)).ToList();
        return pieces.ConvertAll(piece =>
        {
            var grows = piece.From.AddDays(1) < piece.To && piece.To > today.AddDays(-LateDays);
            return Run(new RunKey(
                piece.From, piece.To, piece.Channels, piece.Regions, question.SuccessOnly, KeepsSet: pieces.Count > 1 || grows, days.Epoch));
        });
    }

    private DistinctRun Run(RunKey key)
    {
        if (!runs.TryGetValue(key, out var run)) runs[key] = run = new DistinctRun(key, cache.Find<KnownRun>(key), days);
        run.AskedOnce();
        return run;
    }

    /// <summary>The days before the first whole month, the whole months, the days after.</summary>
    private static IEnumerable<(DateOnly From, DateOnly To)> Cut(DateOnly from, DateOnly to)
    {
        var first = from.Day == 1 ? from : new DateOnly(from.Year, from.Month, 1).AddMonths(1);
        var last = new DateOnly(to.Year, to.Month, 1);
        if (first >= last) return [(from, to)];
        return new[] { (From: from, To: first), (From: first, To: last), (From: last, To: to) }.Where(run => run.From < run.To);
    }

    /// <summary>Reads the missing days of all runs in one pass, in the order of days.</summary>
    private async Task ReadAsync(Action<DateOnly> dayIsRead, CancellationToken cancellation)
    {
        var wanting = runs.Values.SelectMany(run => run.Missing, (run, day) => (run, day)).ToLookup(pair => pair.day, pair => pair.run);
        var wanted = wanting.Select(day => day.Key).Order().ToArray();
        if (wanted.Length == 0) return;
        await using var command = new NpgsqlCommand("SELECT day, block FROM customer_days WHERE day = ANY($1) ORDER BY day", connection).With(wanted);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var row = await reader.ReadAsync(cancellation);
        foreach (var day in wanted)
        {
            var targets = new DayTargets([.. wanting[day].Select(run => (run.Key, run.Into(day, Empty)))]);
            for (; row && reader.GetFieldValue<DateOnly>(0) == day; row = await reader.ReadAsync(cancellation))
                targets.Add(reader.GetFieldValue<byte[]>(1));
            dayIsRead(day);
        }
    }

    private long Answer(IReadOnlyList<DistinctRun> parts)
    {
        var count = parts is [{ Count: { } alone }] ? alone : Union(parts);
        foreach (var run in parts) run.Answered(spare);
        return count;
    }

    private long Union(IReadOnlyList<DistinctRun> parts)
    {
        var all = Empty();
        foreach (var run in parts) run.AddTo(all);
        spare.Push(all);
        return all.Count();
    }

    private Met Empty()
    {
        if (!spare.TryPop(out var met)) return new Met();
        met.Clear();
        return met;
    }
}

/// <summary>The sets that are filled from one day, by channel and region, so that an entry meets only those that want it.</summary>
internal sealed class DayTargets(IReadOnlyList<(RunKey Key, Met Met)> sets)
{
    private readonly record struct Target(bool SuccessOnly, Met Met);

    // By channel, then region; grown as codes come.
    private Target[]?[]?[] targets = new Target[]?[64][];

    public void Add(byte[] block)
    {
        var reader = new ByteReader(block);
        ulong entry = 0;
        while (!reader.AtEnd)
        {
            entry += reader.Unsigned();
            foreach (var target in Wanting(CustomerDay.Channel(entry), CustomerDay.Region(entry)))
                if (!target.SuccessOnly || CustomerDay.IsSuccess(entry)) target.Met.Add(CustomerDay.Customer(entry));
        }
    }

    private Target[] Wanting(int channel, int region)
    {
        if (channel < targets.Length && targets[channel] is { } regions && region < regions.Length && regions[region] is { } known) return known;
        return Find(channel, region);
    }

    private Target[] Find(int channel, int region)
    {
        if (channel >= targets.Length) Array.Resize(ref targets, Math.Max(channel + 1, targets.Length * 2));
        ref var regions = ref targets[channel];
        if (regions is null || region >= regions.Length) Array.Resize(ref regions, Math.Max(region + 1, (regions?.Length ?? 32) * 2));
        return regions[region] = [.. sets
            .Where(set => set.Key.Channels?.Contains((ushort)channel) != false && set.Key.Regions?.Contains((ushort)region) != false)
            .Select(set => new Target(set.Key.SuccessOnly, set.Met))];
    }
}
