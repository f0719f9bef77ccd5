using System.IO.Hashing;
using System.Text;
using ECommerce.Channels.Kpi.Catalogue;
using ECommerce.Channels.Kpi.Feeds;
using ECommerce.Channels.Kpi.Indicators;
using ECommerce.Channels.Kpi.Rollups;
using ECommerce.Channels.Kpi.Serving;
using ECommerce.Channels.Statistics;

namespace ECommerce.Channels.Kpi.Tests.Indicators;

/// <summary>One transaction, written down by hand.</summary>
internal sealed record Event(string At, string Channel, string Service)
{
    public string Outcome { get; init; } = "success";

    public string? Region { get; init; } = "4401";

    public string? Brand { get; init; } = "gotone";

    public string? Reason { get; init; }

    public string Customer { get; init; } = "c_1";

    public long Amount { get; init; }

    public bool Assisted { get; init; }

    public int? Duration { get; init; }

    public DateTimeOffset Time => DateTimeOffset.Parse(At + "+08:00");
}

/// <summary>Figures computed the slow and plain way from a list of events: what the roll-ups must agree with.</summary>
internal sealed class MemoryFigures : IFigureSource
{
    private readonly List<Event> events;
    private readonly OperatorZone zone;
    private readonly List<string?>[] raw = [[null], [null], [null], [null], [null]];

    public MemoryFigures(IEnumerable<Event> events, OperatorZone zone)
    {
        this.events = [.. events];
        this.zone = zone;
        foreach (var one in this.events)
        {
            Id(0, one.Channel);
            Id(1, one.Service);
            Id(2, one.Region ?? "none");
            Id(3, one.Brand ?? "none");
            Id(4, one.Reason ?? "none");
        }
        Codes = new CodeBook(raw[0], raw[1], raw[2], raw[3], raw[4]);
    }

    public DateTimeOffset AsOf { get; init; } = new(2027, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public CodeBook Codes { get; }

    public long FirstMinute { get; init; }

    public IReadOnlyList<Feed> Feeds { get; init; } = [];

    public IReadOnlyList<DateTimeOffset> DeadLetters { get; init; } = [];

    public List<CellQuery> Queries { get; } = [];

    public Task ReadAsync(CellQuery query, ICellSink sink, CancellationToken cancellation)
    {
        Queries.Add(query);
        foreach (var one in events)
        {
            var key = new CellKey(Id(0, one.Channel), Id(1, one.Service), Id(2, one.Region ?? "none"), Id(3, one.Brand ?? "none"));
            if (!IsIn(query, key) || Minute(one) < query.From || Minute(one) >= query.To) continue;
            var bucket = BucketOf(query.Grain, Minute(one));
            var told = new CellKey(
                query.By.HasFlag(Dimensions.Channel) ? key.Channel : (ushort)0, query.By.HasFlag(Dimensions.Service) ? key.Service : (ushort)0,
                query.By.HasFlag(Dimensions.Region) ? key.Region : (ushort)0, query.By.HasFlag(Dimensions.Brand) ? key.Brand : (ushort)0);
            sink.Cell(bucket, told, Measures(one));
            if (query.Reasons && one.Outcome == "failed") sink.Failures(bucket, told, Id(4, one.Reason ?? "none"), 1);
            if (query.Durations && one is { Outcome: "success", Duration: { } duration })
                sink.Durations(bucket, told, DurationHistogram.BucketOf(duration), 1);
        }
        return Task.CompletedTask;
    }

    public Task<long[]> DistinctAsync(IReadOnlyList<DistinctQuestion> questions, CancellationToken cancellation) => Task.FromResult(
        questions.Select(question => (long)events
            .Where(one => (!question.SuccessOnly || one.Outcome == "success") && question.Parts.Any(part => IsIn(part, one)))
            .Select(one => one.Customer).Distinct().Count()).ToArray());

    public Task<IReadOnlyList<CustomerBuckets>> CustomerBucketsAsync(DateOnly from, DateOnly to, CancellationToken cancellation)
    {
        var rows = events.Where(one => Day(one) >= from && Day(one) < to).GroupBy(one => (Day: Day(one), Channel: Id(0, one.Channel)))
            .Select(group => new CustomerBuckets(group.Key.Day, group.Key.Channel, Count(group, "success"), Count(group, "failed")));
        return Task.FromResult<IReadOnlyList<CustomerBuckets>>([.. rows]);
    }

    public Task<CompletenessFacts> CompletenessAsync(CatalogueTimeline catalogue, CancellationToken cancellation) =>
        Task.FromResult(new CompletenessFacts(AsOf, Feeds, DeadLetters));

    public Task<(DateOnly First, DateOnly Last)?> DaysAsync(CancellationToken cancellation) =>
        Task.FromResult<(DateOnly, DateOnly)?>(events.Count == 0 ? null : (events.Min(Day), events.Max(Day)));

    public ServingFacts Serving => throw new NotSupportedException("Serving's facts are counted in the database alone.");

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private ushort Id(int field, string code)
    {
        var at = raw[field].IndexOf(code);
        if (at > 0) return (ushort)at;
        raw[field].Add(code);
        return (ushort)(raw[field].Count - 1);
    }

    private static bool IsIn(CellQuery query, CellKey key) =>
        query.Channels?.Contains(key.Channel) != false && query.Services?.Contains(key.Service) != false
        && query.Regions?.Contains(key.Region) != false && query.Brands?.Contains(key.Brand) != false;

    private bool IsIn(DistinctPart part, Event one) =>
        Day(one) >= part.From && Day(one) < part.To && part.Channels?.Contains(Id(0, one.Channel)) != false
        && part.Regions?.Contains(Id(2, one.Region ?? "none")) != false;

    private static Measures Measures(Event one) => new()
    {
        Successes = one.Outcome == "success" ? 1 : 0,
        AssistedSuccesses = one.Outcome == "success" && one.Assisted ? 1 : 0,
        Failures = one.Outcome == "failed" ? 1 : 0,
        Abandoned = one.Outcome == "abandoned" ? 1 : 0,
        Amount = one.Outcome == "success" ? one.Amount : 0,
    };

    private static long[] Count(IEnumerable<Event> events, string outcome)
    {
        var buckets = new long[64];
        foreach (var one in events.Where(one => one.Outcome == outcome)) buckets[XxHash64.HashToUInt64(Encoding.UTF8.GetBytes(one.Customer)) % 64]++;
        return buckets;
    }

    private long BucketOf(Grain grain, long minute)
    {
        var day = zone.DayOf(minute);
        return grain switch
        {
            Grain.Minute => minute,
            Grain.Hour => zone.HourOf(minute),
            Grain.Day => zone.StartOf(day),
            _ => zone.StartOf(new DateOnly(day.Year, day.Month, 1)),
        };
    }

    private static long Minute(Event one) => one.Time.ToUnixTimeSeconds() / 60;

    private DateOnly Day(Event one) => zone.DayOf(Minute(one));
}
