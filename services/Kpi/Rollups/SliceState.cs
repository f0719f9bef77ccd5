using ECommerce.Channels.Platform.Messaging;

namespace ECommerce.Channels.Kpi.Rollups;

/// <summary>
/// What is known in memory of one partition's customers: their numbers, the identities of their events by hour, who was seen by day,
/// the rows of imports. All of it is a copy of what the database holds plus what the deltas on their way there add; hours and days
/// come when they are touched and leave when memory is short.
/// </summary>
internal sealed class SliceState(Slice slice, OwnedPartition owned)
{
    public readonly CustomerNumbers Customers = new();
    public readonly Dictionary<long, SeenHour> Hours = [];
    public readonly Dictionary<int, CustomerDay> Days = [];
    public readonly Dictionary<string, ImportRows> Imports = [];

    private readonly HashSet<ushort> met = [];
    private IReadOnlyDictionary<ulong, long> forgotten = new Dictionary<ulong, long>();
    private int lastMet = -1;

    public Slice Slice => slice;

    public int Partition => owned.Partition;

    public long Epoch => owned.Epoch;

    /// <summary>The offset that the database holds once every sealed delta is written.</summary>
    public long Sealed { get; set; } = owned.Next;

    /// <summary>The offset after the last record applied in memory.</summary>
    public long Next { get; set; } = owned.Next;

    /// <summary>Everything the log had accepted by then has been applied in memory.</summary>
    public DateTimeOffset AsOf { get; set; }

    /// <summary>By hash of the source: its records before this offset are passed over.</summary>
    public void Forget(IReadOnlyDictionary<ulong, long> before) => forgotten = before;

    public bool IsForgotten(ulong source, long offset) => forgotten.Count > 0 && forgotten.TryGetValue(source, out var before) && offset < before;

    /// <summary>Notes where a source is met first; most events are of the same source as the one before.</summary>
    public void Meet(ushort source, long offset, Delta delta)
    {
        if (source == lastMet) return;
        lastMet = source;
        if (met.Add(source)) delta.FirstMet.Add((source, Partition, offset));
    }

    private SeenHour? lastHour;
    private CustomerDay? lastDay;

    public long Entries => Hours.Values.Sum(hour => (long)hour.Count) + Days.Values.Sum(day => (long)day.Count);

    /// <summary>The identities of an hour; one that is not in memory yet is added to <paramref name="missing"/> to be loaded.</summary>
    public SeenHour Hour(long hour, List<(SliceState, SeenHour)> missing)
    {
        if (lastHour is { } last && last.Hour == hour) return last;
        if (!Hours.TryGetValue(hour, out var found))
        {
            Hours[hour] = found = new SeenHour(hour);
            missing.Add((this, found));
        }
        return lastHour = found;
    }

    /// <summary>Who was seen on a day; likewise.</summary>
    public CustomerDay Day(int day, List<(SliceState, CustomerDay)> missing)
    {
        if (lastDay is { } last && last.Day.DayNumber == day) return last;
        if (!Days.TryGetValue(day, out var found))
        {
            Days[day] = found = new CustomerDay(DateOnly.FromDayNumber(day));
            missing.Add((this, found));
        }
        return lastDay = found;
    }

    /// <summary>The applied rows of an import; likewise.</summary>
    public ImportRows Import(string import, List<(SliceState, string, ImportRows)> missing)
    {
        if (Imports.TryGetValue(import, out var found)) return found;
        Imports[import] = found = new ImportRows();
        missing.Add((this, import, found));
        return found;
    }

    /// <summary>Moves what is new into a delta, with the step of the offset.</summary>
    public void Seal(Delta delta)
    {
        foreach (var hour in Hours.Values)
        {
            if (hour.HasNew) delta.Seen.Add((hour.Hour, slice, hour.TakeBlock()));
            if (hour.Repeated) delta.SeenAgain.Add((hour.Hour, slice));
            hour.Repeated = false;
        }
        if (Customers.TakeBlock() is { } numbers) delta.CustomerNumbers.Add((slice, numbers));
        foreach (var day in Days.Values)
            if (day.HasNew) delta.CustomerDays.Add((day.Day.DayNumber, slice, day.TakeBlock()));
        foreach (var (import, rows) in Imports)
            if (rows.HasNew) delta.ImportRows.Add((import, slice, rows.TakeBlock()));
        delta.Moves.Add(new OffsetMove(Partition, Epoch, Sealed, Next, AsOf));
        Sealed = Next;
    }

    /// <summary>Forgets hours and days that no delta after <paramref name="committed"/> touched.</summary>
    public void Evict(long committed)
    {
        (lastHour, lastDay) = (null, null);
        foreach (var hour in Hours.Values.Where(hour => hour.Generation <= committed).ToList()) Hours.Remove(hour.Hour);
        foreach (var day in Days.Values.Where(day => day.Generation <= committed).ToList()) Days.Remove(day.Day.DayNumber);
    }
}
