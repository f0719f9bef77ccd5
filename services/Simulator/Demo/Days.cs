using ECommerce.Channels.Simulator.Operator;

namespace ECommerce.Channels.Simulator.Demo;

/// <summary>The operator's days as the stream asks for them: those of the newest day are kept, since it is asked for twice a second.</summary>
internal sealed class Days(DemoOperator demo)
{
    private readonly Dictionary<int, DemoEvent[]> crowds = [];
    private DateOnly kept;

    public IEnumerable<DemoEvent> EventsOf(Stretch stretch)
    {
        for (var day = demo.DayOf(stretch.From); demo.StartOf(day) < stretch.To; day = day.AddDays(1))
            foreach (var one in EventsOf(day, stretch)) yield return one;
    }

    private IEnumerable<DemoEvent> EventsOf(DateOnly day, Stretch stretch)
    {
        if (stretch.Speed == 1) return Within(EventsOf(day, 0), stretch);
        return Enumerable.Range(0, stretch.Speed).SelectMany(crowd => Within(EventsOf(day, crowd), stretch).ToArray()).OrderBy(one => one.At).ToList();
    }

    private DemoEvent[] EventsOf(DateOnly day, int crowd)
    {
        if (day != kept) crowds.Clear();
        kept = day;
        if (!crowds.TryGetValue(crowd, out var events)) crowds[crowd] = events = demo.EventsOf(day, crowd);
        return events;
    }

    private static ArraySegment<DemoEvent> Within(DemoEvent[] events, Stretch stretch)
    {
        var first = FirstAt(events, stretch.From.ToUnixTimeMilliseconds());
        return new ArraySegment<DemoEvent>(events, first, FirstAt(events, stretch.To.ToUnixTimeMilliseconds()) - first);
    }

    /// <summary>The index of the first event at or after a time.</summary>
    private static int FirstAt(DemoEvent[] events, long at)
    {
        var (low, high) = (0, events.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (events[middle].At < at) low = middle + 1;
            else high = middle;
        }
        return low;
    }
}
