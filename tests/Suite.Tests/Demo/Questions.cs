using System.Globalization;
using ECommerce.Channels.Simulator.Answers;
using ECommerce.Channels.Simulator.Operator;

namespace ECommerce.Channels.Suite.Tests.Demo;

/// <summary>Questions of every kind that an indicator takes, the same for the same seed; each as the oracle and as the API are asked.</summary>
internal sealed class Questions(DemoOperator demo, DateTimeOffset through, int seed)
{
    private readonly Random random = new(seed);

    public Question Next(string indicator)
    {
        var making = Measure.All[indicator].Making;
        var distinct = making is Making.Distinct or Making.DistinctRate;
        var grain = Pick(distinct ? [Grain.Total, Grain.Day, Grain.Month] : (Grain[])[Grain.Total, Grain.Day, Grain.Month, Grain.Hour]);
        var (from, to) = Period(grain, wholeDays: distinct);
        var services = !distinct && making != Making.Standardised;
        return new Question(indicator, from, to)
        {
            Grain = grain,
            By = Told(grain, services, brands: !distinct, reasons: indicator.StartsWith("failures", StringComparison.Ordinal)),
            Channels = Some([.. Codes.Channels.Take(Codes.CatalogueChannels), Facts.Unknown]),
            Services = services ? Some(Codes.Services) : null,
            Regions = Some([.. Codes.Regions.Take(Codes.Cities), Codes.Province]),
            Brands = distinct ? null : Some(Codes.Brands),
        };
    }

    /// <summary>The path and query of the values endpoint.</summary>
    public string Path(Question question)
    {
        var by = string.Join(',', Enum.GetValues<By>().Where(by => by != By.Nothing && question.By.HasFlag(by)).Select(by => by.ToString().ToLowerInvariant()));
        var filters = string.Concat(
            new (string Name, IReadOnlySet<string>? Codes)[] { ("channel", question.Channels), ("service", question.Services), ("region", question.Regions), ("brand", question.Brands) }
                .Where(filter => filter.Codes is not null).Select(filter => $"&{filter.Name}={string.Join(',', filter.Codes!)}"));
        return $"/api/v1/kpi/indicators/{question.Indicator}/values?from={At(question.From)}&to={At(question.To)}"
            + $"&grain={question.Grain.ToString().ToLowerInvariant()}&by={by}{filters}";
    }

    private (DateTimeOffset From, DateTimeOffset To) Period(Grain grain, bool wholeDays)
    {
        var today = demo.DayOf(through);
        if (grain == Grain.Month)
        {
            var first = new DateOnly(demo.FirstDay.Year, demo.FirstDay.Month, 1).AddMonths(1 + random.Next(8));
            return (demo.StartOf(first), demo.StartOf(first.AddMonths(1 + random.Next(4))));
        }
        var from = today.AddDays(-1 - random.Next(today.DayNumber - demo.FirstDay.DayNumber - 1));
        var most = Math.Min(today.DayNumber - from.DayNumber, grain switch { Grain.Hour => 3, Grain.Day => 20, _ => 120 });
        var to = demo.StartOf(from.AddDays(1 + random.Next(most)));
        // Some end or begin within a day.
        return wholeDays || grain is Grain.Day || random.Next(2) == 0
            ? (demo.StartOf(from), to)
            : (demo.StartOf(from).AddHours(random.Next(20)), to.AddHours(-random.Next(3)));
    }

    private By Told(Grain grain, bool services, bool brands, bool reasons)
    {
        var told = By.Nothing;
        if (random.Next(2) == 0) told |= By.Channel;
        if (random.Next(3) == 0) told |= By.Region;
        if (services && grain != Grain.Hour && random.Next(3) == 0) told |= By.Service;
        if (brands && random.Next(4) == 0) told |= By.Brand;
        if (reasons && random.Next(2) == 0) told |= By.Reason;
        return told;
    }

    private HashSet<string>? Some(string[] codes) =>
        random.Next(3) > 0 ? null : [.. Enumerable.Range(0, 1 + random.Next(3)).Select(_ => codes[random.Next(codes.Length)])];

    private T Pick<T>(IReadOnlyList<T> from) => from[random.Next(from.Count)];

    private string At(DateTimeOffset at)
    {
        var local = demo.LocalOf(at);
        return local.TimeOfDay == TimeSpan.Zero
            ? local.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)
            : at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
    }
}
