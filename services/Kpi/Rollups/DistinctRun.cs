namespace ECommerce.Channels.Kpi.Rollups;

/// <summary>Whose customers: a run of days, some channels and regions (null is all), and whether only successes count.</summary>
/// <param name="KeepsSet">Besides their number the customers are kept: the run grows still, or its questions ask for a union with others.</param>
internal sealed record RunKey(DateOnly From, DateOnly To, CodeSet? Channels, CodeSet? Regions, bool SuccessOnly, bool KeepsSet, long Epoch);

/// <summary>What is known of a run: the customers met on its days, up to the state that each had then.</summary>
/// <param name="Stamps">By day of the run; <see cref="Stamp.None"/> for a day that is not in it.</param>
/// <param name="Met">Null where only their number is kept.</param>
internal sealed record KnownRun(Stamp[] Stamps, Met? Met, long Count);

/// <summary>
/// One run of days of one or more questions, while they are answered. Sets of customers only grow: a day that changed since the run was
/// known is read and added, and one with minutes that are not folded yet is read for this answer alone, since its stamp does not tell
/// its state.
/// </summary>
internal sealed class DistinctRun
{
    private readonly Stamp[] stamps;
    private readonly KnownRun? known;
    private readonly HashSet<DateOnly> changed = [];
    private readonly HashSet<DateOnly> growing = [];
    private int questions;
    private Met? met;
    private Met? more;
    private KnownRun done = null!;

    public DistinctRun(RunKey key, KnownRun? found, DayStamps days)
    {
        Key = key;
        stamps = new Stamp[key.To.DayNumber - key.From.DayNumber];
        known = found is not null && IsUsable(found, days) ? found : null;
        for (var i = 0; i < stamps.Length; i++)
        {
            var day = key.From.AddDays(i);
            var before = known?.Stamps[i] ?? Stamp.None;
            var grows = days.IsGrowing(day);
            stamps[i] = grows ? before : days.Of(day);
            if (grows) growing.Add(day);
            else if (stamps[i] != before) changed.Add(day);
            if (grows || stamps[i] != before) LastMissing = day;
        }
    }

    public RunKey Key { get; }

    /// <summary>Days that have to be read.</summary>
    public IEnumerable<DateOnly> Missing => changed.Concat(growing);

    /// <summary><see cref="DateOnly.MinValue"/> where none has to be.</summary>
    public DateOnly LastMissing { get; }

    public void AskedOnce() => questions++;

    /// <summary>The set that a missing day's customers go into.</summary>
    public Met Into(DateOnly day, Func<Met> empty)
    {
        if (growing.Contains(day)) return more ??= empty();
        if (met is not null) return met;
        met = empty();
        // What others may be reading stays as it is.
        if (known is not null) met.Add(known.Met!);
        return met;
    }

    /// <summary>Every missing day was read: what is new is kept.</summary>
    public void Finish(RollupCache cache)
    {
        if (met is null)
        {
            done = known ?? new KnownRun(stamps, Key.KeepsSet ? new Met() : null, 0);
            return;
        }
        done = new KnownRun(stamps, Key.KeepsSet ? met : null, met.Count());
        cache.Keep(Key, done, (stamps.Length * 16) + (done.Met?.Bytes ?? 0));
    }

    /// <summary>How many customers the run has by itself; null where that takes a union.</summary>
    public long? Count => more is null ? done.Count : null;

    public void AddTo(Met all)
    {
        if ((met ?? done.Met) is { } set) all.Add(set);
        if (more is not null) all.Add(more);
    }

    /// <summary>One of its questions is answered; after the last, sets that nobody else holds are free.</summary>
    public void Answered(Stack<Met> spare)
    {
        if (--questions > 0) return;
        if (met is not null && !Key.KeepsSet) spare.Push(met);
        if (more is not null) spare.Push(more);
        met = more = null;
    }

    /// <summary>
    /// A day that is older in the asking snapshot than in the run, or gone, cannot be taken out of a set; and a number serves only
    /// where no day has changed.
    /// </summary>
    private bool IsUsable(KnownRun found, DayStamps days)
    {
        for (var i = 0; i < found.Stamps.Length; i++)
        {
            var day = Key.From.AddDays(i);
            var isSame = found.Stamps[i] == days.Of(day) && !days.IsGrowing(day);
            if (!isSame && (found.Met is null || days.Of(day).Version < found.Stamps[i].Version)) return false;
        }
        return true;
    }
}
