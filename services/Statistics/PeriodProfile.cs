namespace ECommerce.Channels.Statistics;

/// <summary>A period that is over, step by step: a month by its days.</summary>
/// <param name="Amounts">What each step brought, ≥ 0.</param>
/// <param name="Classes">What kind each step is, such as its day of the week; of the same length.</param>
public sealed record PastPeriod(IReadOnlyList<double> Amounts, IReadOnlyList<int> Classes)
{
    public int Steps => Amounts.Count;

    public double Total { get; } = Amounts.Sum();

    /// <summary>The part of the total that the first steps brought.</summary>
    public double ShareOf(int steps) => Amounts.Take(steps).Sum() / Total;
}

/// <summary>
/// How the total of a period builds up: each step weighs the factor of its class (a Sunday brings 0.8 of an average day) times the
/// factor of its place (the fifth of a month brings 1.3, whatever day of the week it is). Both are averages over past periods, each
/// scaled to its own mean, so that growth between periods does not count.
/// </summary>
/// <remarks>The multiplicative classical decomposition, with two seasons at once: the class first, the place out of what it leaves.</remarks>
public sealed class PeriodProfile
{
    private readonly Dictionary<int, double> byClass;
    private readonly double[] byPlace;

    private PeriodProfile(Dictionary<int, double> byClass, double[] byPlace)
    {
        this.byClass = byClass;
        this.byPlace = byPlace;
    }

    /// <param name="past">At least one; each with a total above 0.</param>
    /// <exception cref="ArgumentException">None, or one that brought nothing.</exception>
    public static PeriodProfile Of(IReadOnlyCollection<PastPeriod> past)
    {
        if (past.Count == 0 || past.Any(period => !(period.Total > 0)))
            throw new ArgumentException("A profile needs past periods, each with a total above 0.");
        var steps = past.SelectMany(Scaled).ToList();
        var classes = steps.GroupBy(step => step.Class).ToDictionary(group => group.Key, group => group.Average(step => step.Amount));
        var places = steps.GroupBy(step => step.Place).OrderBy(group => group.Key)
            .Select(group => Ratio(group.Sum(step => step.Amount), group.Sum(step => classes[step.Class])));
        return new PeriodProfile(classes, [.. places]);
    }

    /// <summary>The part of the total that the first steps bring in a period whose steps are of these classes; 0 to 1, never falling.</summary>
    public double ShareOf(int steps, IReadOnlyList<int> classes)
    {
        var weights = classes.Select(Weight).ToList();
        var total = weights.Sum();
        // Past periods that brought something on other steps only say nothing about this one: every step weighs the same.
        return total > 0 ? Math.Min(1, weights.Take(steps).Sum() / total) : (double)steps / classes.Count;
    }

    /// <summary>
    /// How far the profile of the other periods would have missed each period, had its total been told after so many steps:
    /// the logarithm of told ÷ true. Periods that brought nothing by then are left out.
    /// </summary>
    /// <param name="past">At least two.</param>
    public static IReadOnlyList<double> Misses(IReadOnlyList<PastPeriod> past, int steps)
    {
        var misses = new List<double>();
        for (var left = 0; left < past.Count; left++)
        {
            var period = past[left];
            // A shorter period is asked while something of it is still to come.
            var first = Math.Min(steps, period.Steps - 1);
            var (share, expected) = (period.ShareOf(first), Of([.. past.Where((_, i) => i != left)]).ShareOf(first, period.Classes));
            if (share > 0 && expected > 0) misses.Add(Math.Log(share / expected));
        }
        return misses;
    }

    private static IEnumerable<(int Class, int Place, double Amount)> Scaled(PastPeriod period)
    {
        var mean = period.Total / period.Steps;
        return period.Amounts.Select((amount, place) => (period.Classes[place], place, amount / mean));
    }

    /// <summary>A class or a place that no past period has counts as an average one.</summary>
    private double Weight(int kind, int place) => byClass.GetValueOrDefault(kind, 1) * (place < byPlace.Length ? byPlace[place] : 1);

    private static double Ratio(double amount, double expected) => expected > 0 ? amount / expected : 0;
}
