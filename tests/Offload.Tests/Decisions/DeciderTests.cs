using CsCheck;
using ECommerce.Channels.Contracts.Events;
using ECommerce.Channels.Offload.Decisions;
using ECommerce.Channels.Offload.Rules;
using Xunit;

namespace ECommerce.Channels.Offload.Tests.Decisions;

/// <summary>Properties over random rule sets, customers and states of channels.</summary>
public sealed class DeciderTests
{
    private const int Times = 20_000;

    [Fact]
    public void Offer_OfAnyRules_PassesEveryGuard()
    {
        var offers = 0;
        Gen.Select(RandomWorld.All, RandomWorld.Situations).Sample(
            (world, situation) =>
            {
                var reasons = new Reason[world.Channels.Length];
                var verdict = Decider.Decide(world, situation, holdout: false, reasons);
                if (verdict.Chosen < 0) return;
                Interlocked.Increment(ref offers);
                ShouldBeAllowed(world, situation, world.Channels[verdict.Chosen].Code, verdict.Rule!);
            },
            iter: Times);
        // Or nothing was shown.
        Assert.True(offers > Times / 100, $"only {offers} offers");
    }

    [Fact]
    public void Decision_OnTheSame_IsTheSame() => Gen.Select(RandomWorld.All, RandomWorld.Situations, Gen.Bool).Sample(
        (world, situation, holdout) =>
        {
            var (first, second) = (new Reason[world.Channels.Length], new Reason[world.Channels.Length]);
            var verdict = Decider.Decide(world, situation, holdout, first);
            // Compiled anew from the same content: as another replica, or after years.
            var again = Decider.Decide(world with { Rules = new CompiledRules(1, RuleJson.Read(RuleJson.Write(world.Rules.Set)), world.Catalogue) }, situation, holdout, second);
            Assert.Equal((verdict.Chosen, verdict.Rule?.Rule.Id, verdict.Eligible), (again.Chosen, again.Rule?.Rule.Id, again.Eligible));
            Assert.Equal(first, second);
        },
        iter: Times / 10);

    [Fact]
    public void Decision_GivesEveryChannelItsReason() => Gen.Select(RandomWorld.All, RandomWorld.Situations, Gen.Bool).Sample(
        (world, situation, holdout) =>
        {
            // What was there before must not stay.
            var reasons = Enumerable.Repeat(Reason.MostUseful, world.Channels.Length).ToArray();
            var verdict = Decider.Decide(world, situation, holdout, reasons);
            for (var at = 0; at < reasons.Length; at++)
            {
                Assert.Equal(at == verdict.Chosen, Reasons.IsChoice(reasons[at]));
                var words = ReasonWords.Of(reasons[at], world, situation, world.Channels[at]);
                Assert.False(string.IsNullOrWhiteSpace(words.Chinese) || string.IsNullOrWhiteSpace(words.English));
            }
        },
        iter: Times / 10);

    [Fact]
    public void Holdout_IsDecidedLikeTheOthersAndStays() => Gen.Select(RandomWorld.All, RandomWorld.Situations).Sample(
        (world, situation) =>
        {
            var (treated, held) = (new Reason[world.Channels.Length], new Reason[world.Channels.Length]);
            var offer = Decider.Decide(world, situation, holdout: false, treated);
            var stay = Decider.Decide(world, situation, holdout: true, held);
            Assert.Equal(-1, stay.Chosen);
            Assert.Equal(offer.Eligible, stay.Eligible);
            for (var at = 0; at < held.Length; at++) Assert.Equal(at == offer.Chosen ? Reason.Holdout : treated[at], held[at]);
        },
        iter: Times / 10);

    [Fact]
    public void Decision_AllocatesNothing() => Gen.Select(RandomWorld.All, RandomWorld.Situations).Sample(
        (world, situation) =>
        {
            var reasons = new Reason[world.Channels.Length];
            for (var warm = 0; warm < 100; warm++) Decider.Decide(world, situation, false, reasons);
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var times = 0; times < 100; times++) Decider.Decide(world, situation, false, reasons);
            Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        },
        iter: 300,
        threads: 1);

    [Theory]
    [InlineData(5, 0.04, 0.06)]
    [InlineData(0, 0, 0)]
    [InlineData(50, 0.48, 0.52)]
    public void Holdout_OfManyCustomers_IsItsShare(double percent, double low, double high)
    {
        var held = Enumerable.Range(0, 20_000).Count(number => Holdout.Holds($"c_{number}x", percent));
        Assert.InRange(held / 20_000.0, low, high);
    }

    /// <summary>Who is held out stays so when more are.</summary>
    [Fact]
    public void Holdout_Widened_KeepsThoseWhoWereInIt() => Assert.All(
        Enumerable.Range(0, 5_000).Select(number => $"c_{number}x").Where(customer => Holdout.Holds(customer, 5)), customer => Assert.True(Holdout.Holds(customer, 10)));

    /// <summary>Told again, in other words than the decider's.</summary>
    private static void ShouldBeAllowed(World world, Situation situation, string channel, CompiledRule rule)
    {
        var (customer, set) = (situation.Profile, world.Rules.Set);
        Assert.False(world.AllStopped);
        Assert.DoesNotContain(rule.Rule.Id, world.Stopped);
        Assert.True(rule.Rule.Enabled && rule.Rule.Then.Policy is not null);
        Assert.True(customer.Known && customer.OpenComplaints == 0);
        Assert.Empty(customer.Tags.Intersect([.. set.KeyMoments, .. set.Vulnerable, .. set.OptedOut]));
        Assert.True(situation.Service.Offloadable && situation.From.Assisted);
        Assert.Contains(channel, customer.Guidance);
        Assert.NotEqual(situation.From.Code, channel);
        Assert.True(world.Catalogue.Channels[channel].Electronic);
        var health = world.Health.Of(channel, situation.Service.Code, situation.Now);
        Assert.True(health is { Told: true, Able: true } && health.State != HealthStates.Failing);
        Assert.True(set.OpenToAll.Contains(channel) || customer.Channels[channel].LastUse is not null || customer.PreferredChannel == channel);
        Assert.True(rule.Rule.Then.Channels?.Contains(channel) ?? true);
        Assert.True(customer.Channels[channel].Score.Bin >= (rule.Rule.Then.MinimumScore ?? 0));
        Assert.True(customer.Contacts.Count(one => one.Purpose == ConsentPurposes.Guidance && one.At > situation.Now.AddDays(-7)) < set.Allowances[0].Most);
        Assert.DoesNotContain(customer.FailedTries, one => one.Minute >= RandomWorld.MinuteOf(situation.Now) - (set.FailedHours * 60)
            && (one.Task == 0 || situation.Task == 0 ? one.Group == situation.Service.Group : one.Task == situation.Task));
    }
}
