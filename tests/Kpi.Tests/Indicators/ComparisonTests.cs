using System.Text.Json;
using ECommerce.Channels.Kpi.Indicators;
using ECommerce.Channels.Statistics;
using Xunit;

namespace ECommerce.Channels.Kpi.Tests.Indicators;

/// <summary>Comparison is over equal elapsed time, on the operator's calendar.</summary>
public sealed class ComparisonTests
{
    /// <summary>One success an hour, all through the days given.</summary>
    private static Event[] Hourly(string from, int days) =>
        [.. Enumerable.Range(0, days * 24).Select(i => new Event(DateTime.Parse(from).AddHours(i).ToString("s"), "app", "payment.topup"))];

    private static JsonElement Comparison(JsonElement answer) => answer.Values()[0].GetProperty("comparison");

    private static (string?, string?) Period(JsonElement comparison) =>
        (comparison.GetProperty("from").GetString(), comparison.GetProperty("to").GetString());

    [Theory]
    // The same length just before.
    [InlineData("from=2026-09-28&to=2026-10-01&compare=previous", "2026-09-25", "2026-09-28")]
    [InlineData("from=2026-09-28T10:00+08:00&to=2026-09-28T12:00+08:00&compare=previous", "2026-09-28T08:00+08:00", "2026-09-28T10:00+08:00")]
    // A whole month against the month before, as many days of it as both have.
    [InlineData("from=2026-09-01&to=2026-10-01&compare=previous", "2026-08-01", "2026-08-31")]
    [InlineData("from=2026-03-01&to=2026-04-01&compare=previous", "2026-02-01", "2026-03-01")]
    // By weeks, without overlap.
    [InlineData("from=2026-09-28&to=2026-09-29&compare=weekday", "2026-09-21", "2026-09-22")]
    [InlineData("from=2026-09-20&to=2026-09-30&compare=weekday", "2026-09-06", "2026-09-16")]
    [InlineData("from=2026-09-28&to=2026-10-01&compare=year", "2025-09-28", "2025-10-01")]
    [InlineData("from=2024-02-29&to=2024-03-01&compare=year", "2023-02-28", "2023-03-01")]
    // From 384 days before on: the Spring Festival was on 29 January 2025 and on 17 February 2026.
    [InlineData("from=2026-02-10&to=2026-02-25&compare=lunar", "2025-01-22", "2025-02-06")]
    [InlineData("from=2026-09-28&to=2026-10-01&compare=2026-05-01..2026-05-04", "2026-05-01", "2026-05-04")]
    // What is longer is cut.
    [InlineData("from=2026-09-28&to=2026-10-01&compare=2026-05-01..2026-05-11", "2026-05-01", "2026-05-04")]
    public async Task Compare_Period_IsShiftedAndOfEqualLength(string question, string from, string to)
    {
        var asked = new Asked { Events = [.. Hourly("2023-02-28", 1), .. Hourly("2024-02-29", 1), .. Hourly("2025-01-15", 30), .. Hourly("2025-09-20", 20), .. Hourly("2026-01-01", 290)] };
        var comparison = Comparison(await asked.ForAsync($"attempts?{question}"));
        Assert.Equal((from, to), Period(comparison));
        Assert.Equal(0, comparison.GetProperty("difference").GetInt64());
    }

    [Fact]
    public async Task Compare_LongMonthWithAShortOne_KeepsTheValueAndComparesEqualDays()
    {
        var answer = await new Asked { Events = Hourly("2026-02-01", 59) }.ForAsync("attempts?from=2026-03-01&to=2026-04-01&compare=previous");
        Assert.Equal(31 * 24, answer.Values()[0].Count());
        var comparison = Comparison(answer);
        Assert.Equal(28 * 24, comparison.GetProperty("value").GetInt64());
        Assert.Equal(28 * 24, comparison.GetProperty("own").GetProperty("value").GetInt64());
        Assert.Equal("2026-03-29", comparison.GetProperty("own").GetProperty("to").GetString());
    }

    [Fact]
    public async Task Compare_RunningPeriod_IsCutAtAsOfOnBothSides()
    {
        var asked = new Asked
        {
            Events = [.. Hourly("2026-09-27", 1), .. Hourly("2026-09-28", 1).Take(10)],
            Now = new DateTimeOffset(2026, 9, 28, 9, 30, 20, TimeSpan.FromHours(8)),
        };
        var comparison = Comparison(await asked.ForAsync("attempts?from=2026-09-28&to=2026-09-29&compare=previous"));
        Assert.Equal(("2026-09-27", "2026-09-27T09:30+08:00"), Period(comparison));
        Assert.Equal(10, comparison.GetProperty("value").GetInt64());
        Assert.Equal(0, comparison.GetProperty("difference").GetInt64());
    }

    [Fact]
    public async Task Compare_RunningPeriodMinutesGone_IsCutAtTheHour()
    {
        var asOf = new DateTimeOffset(2026, 9, 28, 9, 30, 0, TimeSpan.FromHours(8));
        var source = new MemoryFigures([.. Hourly("2025-09-28", 1), .. Hourly("2026-09-28", 1).Take(10)], Asked.Shanghai)
        {
            AsOf = asOf,
            FirstMinute = new DateTimeOffset(2026, 9, 1, 0, 0, 0, TimeSpan.FromHours(8)).ToUnixTimeSeconds() / 60,
        };
        var comparison = Comparison(await new Asked { Now = asOf }.With(source).ForAsync("attempts?from=2026-09-28&to=2026-09-29&compare=year"));
        Assert.Equal(("2025-09-28", "2025-09-28T09:00+08:00"), Period(comparison));
        Assert.Equal(9, comparison.GetProperty("own").GetProperty("value").GetInt64());
        Assert.Equal(9, comparison.GetProperty("value").GetInt64());
    }

    [Fact]
    public async Task Compare_DistinctCustomersOfARunningPeriod_TakesWholeDays()
    {
        var asked = new Asked
        {
            Events = [.. Hourly("2026-09-21", 2), .. Hourly("2026-09-28", 2)],
            Now = new DateTimeOffset(2026, 9, 29, 9, 30, 0, TimeSpan.FromHours(8)),
        };
        var comparison = Comparison(await asked.ForAsync("customers?from=2026-09-28&to=2026-10-01&compare=weekday"));
        Assert.Equal(("2026-09-21", "2026-09-22"), Period(comparison));
    }

    [Fact]
    public async Task Compare_ByDay_EachDayWithItsOwn()
    {
        Event[] events = [.. Hourly("2026-09-21", 1).Take(5), .. Hourly("2026-09-22", 1).Take(3), .. Hourly("2026-09-28", 1).Take(6), .. Hourly("2026-09-29", 1).Take(1)];
        var answer = await new Asked { Events = events }.ForAsync("attempts?from=2026-09-28&to=2026-09-30&grain=day&compare=weekday");
        Assert.Equal([1, -2], answer.Values().Select(row => row.GetProperty("comparison").GetProperty("difference").GetInt32()));
        Assert.Equal("2026-09-22", answer.Values()[1].GetProperty("comparison").GetProperty("from").GetString());
    }

    [Fact]
    public async Task Compare_ByDayOverALeapDay_BothFebruaryDaysMeetThe28th()
    {
        Event[] events = [.. Hourly("2023-02-28", 1).Take(4), .. Hourly("2024-02-28", 2)];
        var answer = await new Asked { Events = events }.ForAsync("attempts?from=2024-02-28&to=2024-03-01&grain=day&compare=year");
        Assert.Equal([20, 20], answer.Values().Select(row => row.GetProperty("comparison").GetProperty("difference").GetInt32()));
    }

    [Fact]
    public async Task Compare_GroupWithoutEventsThen_CountsAsNothingWhereThePeriodHasData()
    {
        Event[] events = [new("2026-09-27T10:00:00", "web", "payment.topup"), new("2026-09-28T10:00:00", "app", "payment.topup")];
        var asked = new Asked { Events = events };
        var comparison = Comparison(await asked.ForAsync("attempts?from=2026-09-28&to=2026-09-29&by=channel&compare=previous"));
        Assert.Equal(0, comparison.GetProperty("value").GetInt64());
        Assert.Equal(1, comparison.GetProperty("difference").GetInt64());
        var nothing = Comparison(await asked.ForAsync("attempts?from=2026-09-28&to=2026-09-29&compare=year"));
        Assert.True(nothing.IsNull("value"));
        Assert.True(nothing.IsNull("difference"));
    }

    /// <summary>Many customers with one event each, so many of which succeed.</summary>
    private static IEnumerable<Event> Tries(string day, int n, int successes) => Enumerable.Range(0, n).Select(i =>
        new Event($"{day}T10:00:00", "app", "payment.topup") { Customer = $"c_{day}{i}", Outcome = i < successes ? "success" : "failed" });

    [Theory]
    [InlineData(1000, 950, 1000, 900, true)]
    [InlineData(1000, 950, 1000, 945, false)]
    public async Task BeyondNoise_Rates_ByTest(int n, int successes, int before, int successesBefore, bool expected)
    {
        Event[] events = [.. Tries("2026-09-28", n, successes), .. Tries("2026-09-27", before, successesBefore)];
        var answer = await new Asked { Events = events }.ForAsync("success-rate?from=2026-09-28&to=2026-09-29&compare=previous");
        var comparison = Comparison(answer);
        Assert.Equal(expected, comparison.GetProperty("beyondNoise").GetBoolean());
        var difference = comparison.GetProperty("difference").GetDouble();
        Assert.Equal(((double)successes / n) - ((double)successesBefore / before), difference, 12);
        Assert.InRange(difference, comparison.GetProperty("low").GetDouble(), comparison.GetProperty("high").GetDouble());
        var row = answer.Values()[0];
        Assert.InRange(row.Value(), row.GetProperty("low").GetDouble(), row.GetProperty("high").GetDouble());
    }

    [Fact]
    public async Task BeyondNoise_BelowMinimumN_IsWithheldButValueAndIntervalAreNot()
    {
        Event[] events = [.. Tries("2026-09-28", 20, 20), .. Tries("2026-09-27", 1000, 100)];
        var answer = await new Asked { Events = events }.ForAsync("success-rate?from=2026-09-28&to=2026-09-29&compare=previous");
        Assert.Equal(1, answer.Values()[0].Value());
        Assert.False(answer.Values()[0].IsNull("low"));
        Assert.True(Comparison(answer).IsNull("beyondNoise"));
        Assert.False(Comparison(answer).IsNull("low"));
    }

    [Theory]
    [InlineData("attempts")]
    [InlineData("amount")]
    [InlineData("customers")]
    [InlineData("duration-p50")]
    [InlineData("electronic-payment-share")]
    public async Task BeyondNoise_NoTestDefined_IsNull(string id)
    {
        Event[] events = [.. Tries("2026-09-28", 100, 90), .. Tries("2026-09-27", 100, 10)];
        var comparison = Comparison(await new Asked { Events = events }.ForAsync($"{id}?from=2026-09-28&to=2026-09-29&compare=previous"));
        Assert.True(comparison.IsNull("beyondNoise"));
        Assert.True(comparison.IsNull("low"));
    }

    [Theory]
    [InlineData("penetration")]
    [InlineData("offload-rate-standardised")]
    [InlineData("successes-share")]
    public async Task BeyondNoise_OtherRates_HaveATest(string id)
    {
        Event[] events =
        [
            .. Tries("2026-09-27", 300, 300).Select((one, i) => one with { Channel = i % 2 == 0 ? "counter" : "app" }),
            .. Tries("2026-09-28", 300, 300).Select((one, i) => one with { Channel = i % 10 == 0 ? "counter" : "app" }),
        ];
        var by = id == "successes-share" ? "&by=channel" : "";
        var answer = await new Asked { Events = events }.ForAsync($"{id}?from=2026-09-28&to=2026-09-29&compare=previous{by}");
        Assert.All(answer.Values(), row => Assert.True(row.GetProperty("comparison").GetProperty("beyondNoise").GetBoolean()));
    }

    [Fact]
    public async Task Interval_OfRatesAndTheirDifference_IsWilsonsAndNewcombes_At95PercentWithTheEffectiveN()
    {
        static IEnumerable<Event> repeated(string day, int successes) =>
            Tries(day, 1_000, successes).Select((one, i) => one with { Customer = $"c_{i / 10}" });
        var asked = new Asked { Events = [.. repeated("2026-09-28", 950), .. repeated("2026-09-27", 900)] };
        var answer = (await asked.ForAsync("success-rate?from=2026-09-28&to=2026-09-29&compare=previous")).Values()[0];
        var (now, then) = (await EffectiveAsync(asked, new DateOnly(2026, 9, 28)), await EffectiveAsync(asked, new DateOnly(2026, 9, 27)));
        Assert.InRange(now, 50, 500);
        Is(Intervals.Wilson(0.95, now, 0.95)!.Value, answer);
        Is(Intervals.Newcombe(0.95, now, 0.9, then, 0.95)!.Value, answer.GetProperty("comparison"));

        static void Is(Interval expected, JsonElement found)
        {
            Assert.Equal(expected.Low, found.GetProperty("low").GetDouble(), 9);
            Assert.Equal(expected.High, found.GetProperty("high").GetDouble(), 9);
        }

        static async Task<double> EffectiveAsync(Asked asked, DateOnly day)
        {
            var buckets = Assert.Single(await asked.Source.CustomerBucketsAsync(day, day.AddDays(1), TestContext.Current.CancellationToken));
            return new Effect(DesignEffect.Of(buckets.Successes, buckets.Failures)).EffectiveSize(1_000);
        }
    }

    [Fact]
    public async Task Interval_RepeatingCustomers_IsWiderThanForIndependentOnes()
    {
        Event[] apart = [.. Enumerable.Range(0, 2000).Select(i => new Event("2026-09-28T10:00:00", "app", "payment.topup") { Customer = $"c_{i}", Outcome = i % 5 == 0 ? "failed" : "success" })];
        Event[] repeating = [.. apart.Select((one, i) => one with { Customer = $"c_{i / 20}", Outcome = i / 20 % 5 == 0 ? "failed" : "success" })];
        async Task<double> WidthAsync(Event[] events)
        {
            var row = (await new Asked { Events = events }.ForAsync("success-rate?from=2026-09-28&to=2026-09-29")).Values()[0];
            Assert.Equal(0.8, row.Value(), 12);
            return row.GetProperty("high").GetDouble() - row.GetProperty("low").GetDouble();
        }
        Assert.True(await WidthAsync(repeating) > 2.5 * await WidthAsync(apart));
    }
}
