using CsCheck;
using ECommerce.Channels.Offload.Preferences;
using Xunit;

namespace ECommerce.Channels.Offload.Tests.Preferences;

public sealed class ScoringTests
{
    private static readonly Gen<ScoreFacts> Facts = Gen.Select(
        Gen.Int[0, 40], Gen.Int[0, 6], Gen.Int[0, 40], Gen.Bool, Gen.Int[0, 3], Gen.Int[0, 4], Gen.Bool, (a, b, c, d, e, f, g) => new ScoreFacts(a, b, c, d, e, f, g));

    [Theory]
    // Twelve uses in four of six months: 60 + 20 points; eight uses elsewhere and lately: 16 + 10.
    [InlineData(12, 4, 8, true, 0, 0, false, 80, 26, 10)]
    // Never used, much used elsewhere: potential alone.
    [InlineData(0, 0, 30, true, 0, 0, false, 0, 30, 4)]
    // A complaint and two refusals: 15 + 20 off.
    [InlineData(12, 4, 8, true, 1, 2, false, 45, 26, 8)]
    // Said no: what was done does not count against it, and what is left is taken from the potential.
    [InlineData(2, 1, 8, true, 0, 0, true, 0, 0, 1)]
    [InlineData(0, 0, 0, false, 0, 0, false, 0, 0, 1)]
    public void Score_OfACustomer_IsTheOperatorsPoints(
        int uses, int periods, int elsewhere, bool lately, int complaints, int refusals, bool disliked, int current, int potential, int bin)
    {
        var score = Scoring.Of(new ScoreFacts(uses, periods, elsewhere, lately, complaints, refusals, disliked));
        Assert.Equal((current, potential, bin), (score.Current, score.Potential, score.Bin));
    }

    [Fact]
    public void Score_OfAnyone_IsInItsRange() => Facts.Sample(facts =>
    {
        var score = Scoring.Of(facts);
        Assert.InRange(score.Current, 0, 100);
        Assert.InRange(score.Potential, 0, 100);
        Assert.InRange(score.Bin, 1, 10);
    });

    [Fact]
    public void Score_WithOneMoreUse_IsNotLower() => Facts.Sample(facts =>
        Assert.True(Scoring.Of(facts with { Uses = facts.Uses + 1 }).Total >= Scoring.Of(facts).Total));

    [Fact]
    public void Score_WithOneMoreRefusal_IsNotHigher() => Facts.Sample(facts =>
        Assert.True(Scoring.Of(facts with { Refusals = facts.Refusals + 1 }).Total <= Scoring.Of(facts).Total));

    [Fact]
    public void Share_BeforeAnything_IsTheSameForAll() => Assert.Equal(0.1, ChannelShare.Mean(0, 0, 10), 12);

    [Fact]
    public void Share_OverAllChannels_AddsUpToOne() => Gen.Double[0, 50].Array[8].Sample(on =>
        Assert.Equal(1, on.Sum(one => ChannelShare.Mean(one, on.Sum(), 8)), 9));

    [Fact]
    public void Weight_AfterTheHalfLife_IsHalf() => Assert.Equal(0.5, ChannelShare.Weight(ChannelShare.HalfLifeDays), 12);
}
