using CsCheck;
using ECommerce.Channels.Contracts.Transactions;
using ECommerce.Channels.Offload.Preferences;
using Xunit;

namespace ECommerce.Channels.Offload.Tests.Preferences;

public sealed class UseListTests
{
    private static readonly Gen<Use> Uses = Gen.Select(
        Gen.Int[0, 600_000], Gen.UInt[0, 3], Gen.UShort[0, 3], Gen.UShort[0, 12], Gen.UShort[0, 40], Gen.Int[0, 2], Gen.Bool, Gen.UInt[0, 2],
        (minute, identity, source, channel, service, outcome, assisted, task) => new Use(29_000_000 - minute, identity, source, channel, service, (Outcome)outcome, assisted, task));

    [Fact]
    public void List_WrittenAndRead_IsTheSame() =>
        Uses.List[0, 60].Sample(uses => Assert.Equal(Once(uses), UseList.Read(UseList.Write(Once(uses)))));

    [Fact]
    public void Lists_MergedInAnyOrderAndAgain_AreTheSame() =>
        Gen.Select(Uses.List[0, 30], Uses.List[0, 30], Uses.List[0, 30]).Sample((a, b, c) =>
        {
            var forwards = Fold([a, b, c]);
            Assert.Equal(Identities(forwards), Identities(Fold([c, a, b])));
            Assert.Equal(forwards, Fold([a, b, c, b, a, c]));
        });

    [Fact]
    public void List_OfSeveralYears_KeepsWhatIsNotTooOld()
    {
        var uses = new List<Use> { One(29_000_000), One(28_500_000), One(28_000_000) };
        Assert.Equal([29_000_000, 28_500_000], UseList.Merge([], uses, firstMinute: 28_500_000).Select(use => use.Minute));
    }

    [Fact]
    public void Use_OfTheSameMinuteAndIdentity_IsTheFirst()
    {
        var first = One(29_000_000);
        Assert.Equal([first], UseList.Merge([first], [first with { Channel = 9, Outcome = Outcome.Failed }], 0));
    }

    /// <summary>A customer's ordinary use takes about ten bytes.</summary>
    [Fact]
    public void Use_OfTheSameKindAsTheOneBefore_IsSmall()
    {
        var uses = Enumerable.Range(0, 100).Select(at => One(29_000_000 - (at * 1_440)) with { Identity = (uint)at }).ToList();
        Assert.InRange(UseList.Write(uses).Length, 700, 820);
    }

    private static Use One(int minute) => new(minute, 7, 1, 2, 3, Outcome.Success, false, 0);

    private static List<Use> Once(List<Use> uses) => UseList.Merge([], [.. uses], 0);

    private static List<Use> Fold(IEnumerable<List<Use>> parts) => parts.Aggregate(new List<Use>(), (known, part) => UseList.Merge(known, [.. part], 0));

    private static IEnumerable<(int, uint)> Identities(List<Use> uses) => uses.Select(use => (use.Minute, use.Identity));
}
