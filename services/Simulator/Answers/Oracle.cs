using ECommerce.Channels.Simulator.Demo;
using ECommerce.Channels.Simulator.Operator;

namespace ECommerce.Channels.Simulator.Answers;

/// <summary>
/// The right answers, computed the slow and plain way from the events themselves, without anything of kpi: what figures are compared with.
/// </summary>
/// <param name="speeds">How fast the stream ran from when on.</param>
/// <param name="keep">Keep the events of every day that was asked for: faster for many questions, 150 MB for the whole history.</param>
internal sealed class Oracle(DemoOperator demo, IReadOnlyList<SpeedChange> speeds, bool keep = false)
{
    /// <summary>The first so many days of data weigh the services of a standardised rate.</summary>
    private const int BasketDays = 28;

    private readonly Dictionary<DateOnly, DemoEvent[]> kept = [];
    private readonly Days days = new(demo);
    private Dictionary<Service, double>? basket;

    /// <summary>Every cell with any event, by its name. A rate over nothing has no value.</summary>
    /// <exception cref="KeyNotFoundException">There is no such indicator.</exception>
    public IReadOnlyDictionary<CellName, Answer> Answer(Question question)
    {
        var measure = Measure.All[question.Indicator];
        var cells = new Dictionary<CellName, Fold>();
        var wholes = new Dictionary<CellName, Fold>();
        foreach (var one in Events(question))
        {
            if (!IsAsked(question, one, anyChannel: measure.AllChannels)) continue;
            var name = NameOf(question, one);
            if (measure.Whole is not null) FoldOf(wholes, WholeOf(measure, name)).Whole(one, measure);
            var told = !question.By.HasFlag(By.Reason) || one.Outcome == Outcome.Failed;
            if (told && IsAsked(question, one, anyChannel: false)) FoldOf(cells, name).Part(one, measure);
        }
        return cells.ToDictionary(
            cell => cell.Key, cell => cell.Value.Answer(measure, wholes.GetValueOrDefault(WholeOf(measure, cell.Key)), measure.Making == Making.Standardised ? Basket() : null));
    }

    /// <summary>The one figure of a question that tells nothing apart.</summary>
    public Answer One(Question question) => Answer(question).Values.SingleOrDefault();

    private IEnumerable<DemoEvent> Events(Question question)
    {
        var (from, to) = (question.From.ToUnixTimeMilliseconds(), question.To.ToUnixTimeMilliseconds());
        for (var day = demo.DayOf(question.From); demo.StartOf(day) < question.To; day = day.AddDays(1))
        {
            foreach (var one in EventsOf(day))
                if (one.At >= from && one.At < to) yield return one;
        }
    }

    private DemoEvent[] EventsOf(DateOnly day)
    {
        if (kept.TryGetValue(day, out var events)) return events;
        events = [.. Stretch.Of(demo.StartOf(day), demo.StartOf(day.AddDays(1)), speeds).SelectMany(days.EventsOf)];
        if (keep) kept[day] = events;
        return events;
    }

    private static bool IsAsked(Question question, in DemoEvent one, bool anyChannel) =>
        (anyChannel || question.Channels?.Contains(Facts.ChannelOf(one)) != false)
        && question.Services?.Contains(Codes.Services[(int)one.Service]) != false
        && (question.Regions is null || question.Regions.Contains(Codes.Regions[one.Region]) || question.Regions.Contains(Codes.Province))
        && question.Brands?.Contains(Codes.Brands[one.Brand]) != false;

    private CellName NameOf(Question question, in DemoEvent one) => new(
        At(question, one),
        question.By.HasFlag(By.Channel) ? Facts.ChannelOf(one) : null,
        question.By.HasFlag(By.Service) ? Codes.Services[(int)one.Service] : null,
        question.By.HasFlag(By.Region) ? Codes.Regions[one.Region] : null,
        question.By.HasFlag(By.Brand) ? Codes.Brands[one.Brand] : null,
        question.By.HasFlag(By.Reason) ? Codes.Reasons[(int)one.Reason] : null);

    private string At(Question question, in DemoEvent one)
    {
        var local = demo.LocalOf(question.Grain == Grain.Total ? question.From : DateTimeOffset.FromUnixTimeMilliseconds(one.At));
        return question.Grain switch
        {
            Grain.Month => $"{local:yyyy-MM}",
            Grain.Hour => $"{local:yyyy-MM-dd'T'HH}:00{local:zzz}",
            // The whole period is named by its start, which may lie within a day.
            Grain.Total when local.TimeOfDay != TimeSpan.Zero => $"{local:yyyy-MM-dd'T'HH:mm}{local:zzz}",
            _ => $"{local:yyyy-MM-dd}",
        };
    }

    private static CellName WholeOf(Measure measure, CellName cell) => measure.Making == Making.Share
        ? new CellName(cell.At, null, null, null, null, null)
        : cell with { Channel = measure.AllChannels ? null : cell.Channel };

    private static Fold FoldOf(Dictionary<CellName, Fold> folds, CellName name)
    {
        if (!folds.TryGetValue(name, out var fold)) folds[name] = fold = new Fold();
        return fold;
    }

    /// <summary>Each service's part of the offloadable successes in the first days of data.</summary>
    private Dictionary<Service, double> Basket()
    {
        if (basket is not null) return basket;
        var counts = new Dictionary<Service, long>();
        for (var day = demo.FirstDay; day < demo.FirstDay.AddDays(BasketDays); day = day.AddDays(1))
            foreach (var one in EventsOf(day))
                if (one.Outcome == Outcome.Success && Facts.IsOffloadable(one)) counts[one.Service] = counts.GetValueOrDefault(one.Service) + 1;
        var total = (double)counts.Values.Sum();
        return basket = counts.ToDictionary(pair => pair.Key, pair => pair.Value / total);
    }

    /// <summary>What is known of one cell.</summary>
    private sealed class Fold
    {
        private readonly HashSet<int> customers = [];
        private readonly List<int> durations = [];
        private readonly Dictionary<Service, long> services = [];
        private long sum;

        public void Part(in DemoEvent one, Measure measure) => Add(one, measure, measure.Part(one));

        public void Whole(in DemoEvent one, Measure measure) => Add(one, measure, measure.Whole!(one));

        public Answer Answer(Measure measure, Fold? whole, Dictionary<Service, double>? basket) => measure.Making switch
        {
            Making.Sum => new Answer(sum, sum, null),
            Making.Distinct => new Answer(customers.Count, customers.Count, null),
            Making.DistinctRate => Rate(customers.Count, whole?.customers.Count ?? 0),
            Making.Quantile => new Answer(NearestRank(measure.Quantile), durations.Count, null),
            Making.Standardised => Standardised(whole, basket!),
            _ => Rate(sum, whole?.sum ?? 0),
        };

        private void Add(in DemoEvent one, Measure measure, long adds)
        {
            if (adds == 0) return;
            sum += adds;
            if (measure.Making is Making.Distinct or Making.DistinctRate) customers.Add(one.Customer);
            if (measure.Making == Making.Quantile) durations.Add(one.DurationMs);
            if (measure.Making == Making.Standardised) services[one.Service] = services.GetValueOrDefault(one.Service) + adds;
        }

        private static Answer Rate(long part, long whole) => new(whole == 0 ? null : (double)part / whole, part, whole);

        /// <summary>Of n in order, the one at place ⌈q·n⌉.</summary>
        private double? NearestRank(double q)
        {
            if (durations.Count == 0) return null;
            durations.Sort();
            return durations[(int)Math.Ceiling((decimal)q * durations.Count) - 1];
        }

        private Answer Standardised(Fold? whole, Dictionary<Service, double> basket)
        {
            if (whole is null || whole.services.Count == 0) return new Answer(null, sum, whole?.sum ?? 0);
            var rates = whole.services.Sum(of => basket.GetValueOrDefault(of.Key) * services.GetValueOrDefault(of.Key) / of.Value);
            var weights = whole.services.Sum(of => basket.GetValueOrDefault(of.Key));
            return new Answer(weights == 0 ? null : rates / weights, sum, whole.sum);
        }
    }
}
