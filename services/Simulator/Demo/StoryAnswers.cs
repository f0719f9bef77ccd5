using ECommerce.Channels.Simulator.Answers;
using ECommerce.Channels.Simulator.Operator;

namespace ECommerce.Channels.Simulator.Demo;

/// <summary>What a story's figure has to be.</summary>
/// <param name="From">Of the story's period, so far as it has happened.</param>
/// <param name="Target">What the demo aimed at, where the story is about that.</param>
/// <param name="Before">The same figure over the period to compare with.</param>
internal sealed record ExpectedBody(
    DateTimeOffset From, DateTimeOffset To, double? Value, long Numerator, long? Denominator, double? Target, ExpectedBody? Before);

/// <summary>The right answers to the planted stories. Those that are over are computed once, one that goes on at most once a minute.</summary>
internal sealed class StoryAnswers(DemoZone zone)
{
    private static readonly TimeSpan GoodFor = TimeSpan.FromMinutes(1);

    private readonly Lock gate = new();
    private int computing;
    private readonly Dictionary<string, (DateTimeOffset Through, ExpectedBody Expected)> known = [];
    private (DateTimeOffset Anchor, DemoOperator Demo)? made;

    /// <returns>Null before the story has begun, and while its answer is being computed.</returns>
    public ExpectedBody? Find(Story story, DateTimeOffset through)
    {
        lock (gate)
            return known.TryGetValue(story.Id, out var found) && (found.Through >= story.To || through - found.Through < GoodFor) ? found.Expected : null;
    }

    /// <summary>Computes what is not known, on a thread of its own, unless that is being done already.</summary>
    public void ComputeAside(DemoState state)
    {
        if (Interlocked.Exchange(ref computing, 1) == 1) return;
        _ = Task.Run(() =>
        {
            try
            {
                Compute(state);
            }
            finally
            {
                Volatile.Write(ref computing, 0);
            }
        });
    }

    /// <summary>Computes what is not known; seconds of work the first time.</summary>
    public void Compute(DemoState state)
    {
        DemoOperator demo;
        lock (gate)
        {
            if (made?.Anchor != state.Anchor) made = (state.Anchor, new DemoOperator((ulong)state.Seed, state.Anchor, zone.Zone, state.Customers));
            demo = made.Value.Demo;
        }
        var oracle = new Oracle(demo, state.Speeds);
        foreach (var story in demo.Stories.All)
        {
            var to = story.To < state.Through ? story.To : state.Through;
            if (to <= story.From || Find(story, state.Through) is not null) continue;
            var before = story.Before is { } past ? Expected(oracle, story, past.From, past.To) : null;
            var expected = Expected(oracle, story, story.From, to) with { Before = before, Target = TargetOf(story, state) };
            lock (gate) known[story.Id] = (state.Through, expected);
        }
    }

    private static ExpectedBody Expected(Oracle oracle, Story story, DateTimeOffset from, DateTimeOffset to)
    {
        var share = Measure.All[story.Indicator].Making == Making.Share;
        var channels = story.Channel is null || share ? null : new HashSet<string> { story.Channel };
        var question = new Question(story.Indicator, from, to)
        {
            By = share ? By.Channel : By.Nothing,
            Channels = channels,
            Services = story.Service is null ? null : new HashSet<string> { story.Service },
        };
        var answer = oracle.Answer(question).FirstOrDefault(cell => !share || cell.Key.Channel == story.Channel).Value;
        return new ExpectedBody(from, to, answer.Value, answer.Numerator, answer.Denominator, null, null);
    }

    private double? TargetOf(Story story, DemoState state) => story.Before is not null ? null : DemoTargets.For(zone.DayOf(state.Anchor), state.Customers)
        .FirstOrDefault(target => target.Indicator == story.Indicator && target.Channel == story.Channel
            && target.Month == DemoTargets.Name(zone.DayOf(story.From)))?.Value;
}
