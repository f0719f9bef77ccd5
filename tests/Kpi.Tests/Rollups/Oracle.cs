using System.IO.Hashing;
using System.Text;
using System.Text.Json;
using ECommerce.Channels.Kpi.Rollups;
using ECommerce.Channels.Platform.Messaging;

namespace ECommerce.Channels.Kpi.Tests.Rollups;

/// <summary>A transaction as a test makes it.</summary>
internal sealed record MadeEvent(
    string Id, string Customer, DateTimeOffset At, string Channel, string Service, string? Region, string? Brand, string Outcome, string? Reason,
    long Amount, int Duration, bool Assisted, string Source = "test")
{
    public LogRecord Record => new(Customer, Encoding.UTF8.GetBytes(JsonSerializer.Serialize(
        new { id = Id, source = Source, at = At, customer = Customer, channel = Channel, service = Service, region = Region, brand = Brand, outcome = Outcome, reason = Reason, amount = Amount, durationMs = Duration, assisted = Assisted },
        Web)));

    private static readonly JsonSerializerOptions Web = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull,
    };

    public (string, string, string, long) Identity => (Source, Id, Customer, At.ToUnixTimeSeconds() / 60);
}

/// <summary>
/// The right answers, computed the slow and obvious way: the first of each identity counts, everything is grouped by its fields.
/// </summary>
internal sealed class Oracle(OperatorZone zone)
{
    private readonly Dictionary<(string, string, string, long), MadeEvent> first = [];

    public IReadOnlyCollection<MadeEvent> Counted => first.Values;

    public long Repeated { get; private set; }

    public long Conflicts { get; private set; }

    public void Add(IEnumerable<MadeEvent> events)
    {
        foreach (var made in events)
        {
            if (first.TryAdd(made.Identity, made)) continue;
            if (first[made.Identity] == made) Repeated++;
            else Conflicts++;
        }
    }

    /// <summary>One line per cell, sorted.</summary>
    public List<string> Cells(Grain grain) => Lines(first.Values.Select(made => (Cell(made, grain), made)).GroupBy(pair => pair.Item1).Select(cell =>
        $"{cell.Key} s={cell.Count(pair => pair.made.Outcome == "success")} as={cell.Count(pair => pair.made is { Outcome: "success", Assisted: true })} "
        + $"f={cell.Count(pair => pair.made.Outcome == "failed")} a={cell.Count(pair => pair.made.Outcome == "abandoned")} "
        + $"m={cell.Where(pair => pair.made.Outcome == "success").Sum(pair => pair.made.Amount)}"));

    public List<string> Reasons(Grain grain) => Lines(first.Values.Where(made => made.Outcome == "failed")
        .GroupBy(made => $"{Cell(made, grain)} {made.Reason ?? "none"}").Select(group => $"{group.Key} {group.Count()}"));

    public List<string> Durations(Grain grain) => Lines(first.Values.Where(made => made.Outcome == "success")
        .GroupBy(made => $"{Cell(made, grain)} {Statistics.DurationHistogram.BucketOf(made.Duration)}").Select(group => $"{group.Key} {group.Count()}"));

    public long Distinct(DateOnly from, DateOnly to, Func<string, bool> channel, Func<string, bool> region, bool success) => first.Values
        .Where(made => zone.DayOf(Minute(made)) is var day && day >= from && day < to && channel(made.Channel) && region(made.Region ?? "none") && (!success || made.Outcome == "success"))
        .Select(made => made.Customer).Distinct().Count();

    /// <summary>By day, channel and bucket of customers; what was abandoned is in none.</summary>
    public List<string> Buckets() => Lines(first.Values.Where(made => made.Outcome != "abandoned")
        .GroupBy(made => $"{zone.DayOf(Minute(made)):yyyy-MM-dd} {made.Channel} {XxHash3.HashToUInt64(Encoding.UTF8.GetBytes(made.Customer)) % 64}")
        .Select(group => $"{group.Key} s={group.Count(made => made.Outcome == "success")} f={group.Count(made => made.Outcome == "failed")}"));

    private string Cell(MadeEvent made, Grain grain) =>
        $"{Bucket(Minute(made), grain)} {made.Channel}|{made.Service}|{made.Region ?? "none"}|{made.Brand ?? "none"}";

    private static long Minute(MadeEvent made) => made.At.ToUnixTimeSeconds() / 60;

    private long Bucket(long minute, Grain grain) => grain switch
    {
        Grain.Minute => minute,
        Grain.Hour => zone.HourOf(minute),
        Grain.Day => zone.StartOf(zone.DayOf(minute)),
        _ => zone.MonthOf(minute),
    };

    private static List<string> Lines(IEnumerable<string> lines) => [.. lines.Order(StringComparer.Ordinal)];
}

/// <summary>The same lines, from the answers of the roll-ups.</summary>
internal sealed class Answer(CodeBook codes) : ICellSink
{
    private readonly Dictionary<string, Measures> cells = [];
    private readonly Dictionary<string, long> reasons = [];
    private readonly Dictionary<string, long> durations = [];

    public List<string> Cells => Lines(cells.Select(cell =>
        $"{cell.Key} s={cell.Value.Successes} as={cell.Value.AssistedSuccesses} f={cell.Value.Failures} a={cell.Value.Abandoned} m={cell.Value.Amount}"));

    public List<string> Reasons => Lines(reasons.Select(pair => $"{pair.Key} {pair.Value}"));

    public List<string> DurationLines => Lines(durations.Select(pair => $"{pair.Key} {pair.Value}"));

    public void Cell(long bucket, CellKey key, in Measures measures)
    {
        var name = Name(bucket, key);
        var sum = cells.GetValueOrDefault(name);
        sum.Add(measures);
        cells[name] = sum;
    }

    public void Failures(long bucket, CellKey key, ushort reason, long count)
    {
        var name = $"{Name(bucket, key)} {codes.Reasons[reason]}";
        reasons[name] = reasons.GetValueOrDefault(name) + count;
    }

    public void Durations(long bucket, CellKey key, int histogramBucket, long count)
    {
        var name = $"{Name(bucket, key)} {histogramBucket}";
        durations[name] = durations.GetValueOrDefault(name) + count;
    }

    private string Name(long bucket, CellKey key) =>
        $"{bucket} {codes.Channels[key.Channel]}|{codes.Services[key.Service]}|{codes.Regions[key.Region]}|{codes.Brands[key.Brand]}";

    private static List<string> Lines(IEnumerable<string> lines) => [.. lines.Order(StringComparer.Ordinal)];
}
