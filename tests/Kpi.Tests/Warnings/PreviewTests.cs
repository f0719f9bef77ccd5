using CsCheck;
using ECommerce.Channels.Kpi.Catalogue;
using ECommerce.Channels.Kpi.Feeds;
using ECommerce.Channels.Kpi.Indicators;
using ECommerce.Channels.Kpi.Tests.Indicators;
using ECommerce.Channels.Kpi.Warnings;
using Xunit;

namespace ECommerce.Channels.Kpi.Tests.Warnings;

/// <summary>A preview over a stretch shows what the live evaluation raised in it, however the data came and whenever it looked.</summary>
public sealed class PreviewTests
{
    private const int Minutes = 5 * 1440;
    private static readonly DateTimeOffset Start = DateTimeOffset.Parse("2026-09-28T00:00:00+08:00");

    private static Gen<T> OneOf<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]);

    private static readonly Gen<Event> AnyEvent =
        from minute in Gen.Int[0, Minutes - 1]
        from channel in OneOf("app", "app", "web")
        from outcome in OneOf("success", "success", "failed", "abandoned")
        from customer in Gen.Int[0, 40]
        select new Event(new DateTime(2026, 9, 28).AddMinutes(minute).ToString("s"), channel, "payment.topup")
        {
            Outcome = outcome,
            Customer = $"c_{customer}",
        };

    /// <summary>When a feed delivers (after so many minutes since the last time), and how far behind it is then.</summary>
    private static readonly Gen<(int Every, int Behind)[]> AnyDeliveries = Gen.Select(Gen.Int[1, 700], Gen.Int[0, 900]).Array[20, 40];

    private static readonly Gen<WarningRule> AnyRule =
        from watched in OneOf(("attempts", "below", 2.0), ("failures", "above", 1.0), ("success-rate", "below", 0.72), ("attempts", "above", 3.0), ("customers", "below", 14.0))
        from channel in OneOf("app", null)
        from window in OneOf("hour", "day")
        select new WarningRule(
            "r", null, watched.Item1, channel, null, new WarningCondition(watched.Item2, watched.Item3, watched.Item1 == "customers" ? "day" : window),
            ["manager"], "warning", true, 1);

    [Fact]
    public async Task Preview_OfAnyStretch_IsWhatLiveEvaluationFound()
    {
        var raised = 0;
        await Gen.Select(AnyEvent.Array[150, 400], Gen.Select(AnyDeliveries, AnyDeliveries), AnyRule, Gen.Int[1, 300].Array[30, 60], Gen.Int[1, 5]).SampleAsync(
            async (events, deliveries, rule, looks, most) =>
            {
                var feeds = new[] { ("app", Line(deliveries.Item1)), ("web", Line(deliveries.Item2)) };
                var live = new List<JudgedWindow>();
                var progress = new RuleProgress(Minute(Start), null);
                var now = Start;
                // In the end everything is delivered, and it looks until there is nothing left.
                foreach (var look in looks.Concat(Enumerable.Repeat(0, 200)))
                {
                    now = look == 0 ? Start.AddMinutes(Minutes) : Earlier(now.AddMinutes(look), Start.AddMinutes(Minutes));
                    var found = await Evaluation.AdvanceAsync(rule, progress, View(events, feeds, now), most, TestContext.Current.CancellationToken);
                    live.AddRange(found);
                    if (found.Count > 0) progress = new RuleProgress(found[^1].Span.To, found[^1].Episode);
                }
                var whole = await Evaluation.AdvanceAsync(
                    rule, new RuleProgress(Minute(Start), null), View(events, feeds, now), int.MaxValue, TestContext.Current.CancellationToken);
                Assert.NotEmpty(whole);
                Assert.Equal(whole, live);
                Interlocked.Add(ref raised, whole.Count(window => window.Change == EpisodeChange.Raised));
            }, iter: 60);
        Assert.True(raised > 20, $"the rules fired {raised} times only: nothing was shown");
    }

    private static EvaluationView View(Event[] events, (string Channel, List<(DateTimeOffset At, DateTimeOffset Through)> Line)[] feeds, DateTimeOffset now)
    {
        var through = feeds.ToDictionary(
            feed => feed.Channel, feed => now >= Start.AddMinutes(Minutes) ? now : feed.Line.LastOrDefault(step => step.At <= now, (At: Start, Through: Start)).Through);
        var known = feeds.Select(feed => new Feed(
            "boss", feed.Channel, true, new Cadence("stream", 2000, null), null, through[feed.Channel], Start, Start)).ToList();
        var source = new MemoryFigures(events.Where(one => one.Time <= through[one.Channel]), Asked.Shanghai) { AsOf = now, Feeds = known };
        return new EvaluationView(
            source, new CompletenessFacts(now, known, []), CatalogueSeed.Timeline(), IndicatorSeed.Book(), new Periods(Asked.Shanghai), now);
    }

    /// <summary>A feed's deliveries: each brings everything up to its time, none goes back.</summary>
    private static List<(DateTimeOffset At, DateTimeOffset Through)> Line((int Every, int Behind)[] deliveries)
    {
        var line = new List<(DateTimeOffset At, DateTimeOffset Through)>();
        var (at, through) = (Start, Start);
        foreach (var (every, behind) in deliveries)
        {
            at = at.AddMinutes(every);
            through = Later(through, at.AddMinutes(-behind));
            line.Add((at, through));
        }
        return line;
    }

    private static long Minute(DateTimeOffset at) => at.ToUnixTimeSeconds() / 60;

    private static DateTimeOffset Earlier(DateTimeOffset one, DateTimeOffset other) => one < other ? one : other;

    private static DateTimeOffset Later(DateTimeOffset one, DateTimeOffset other) => one > other ? one : other;
}
