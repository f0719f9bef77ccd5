using CsCheck;
using ECommerce.Channels.Care.Customers;
using Xunit;

namespace ECommerce.Channels.Care.Tests.Customers;

public sealed class ConsentsTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 1, 8, 0, 0, TimeSpan.Zero);

    private static readonly Gen<Consent> Said = Gen.Select(
        Gen.OneOf("marketing", "survey"), Gen.OneOf("sms", "app"), Gen.Bool, Gen.Int[0, 5],
        (purpose, channel, given, hour) => Of(purpose, channel, given, hour));

    [Fact]
    public void Holding_WithdrawnAfterGiven_IsANo_WhicheverWasRecordedFirst()
    {
        var given = Of("marketing", "sms", true, 1);
        var withdrawn = Of("marketing", "sms", false, 2);
        foreach (var order in new[] { new[] { given, withdrawn }, [withdrawn, given] })
            Assert.False(Consents.Allows(Consents.Holding(Numbered(order)), "marketing", "sms"));
        Assert.True(Consents.Allows(Consents.Holding(Numbered([withdrawn, given, Of("marketing", "sms", true, 3)])), "marketing", "sms"));
    }

    [Fact]
    public void Holding_YesAndNoAtTheSameInstant_IsANo() =>
        Assert.False(Consents.Allows(Consents.Holding(Numbered([Of("survey", "app", false, 1), Of("survey", "app", true, 1)])), "survey", "app"));

    [Fact]
    public void Allows_AnotherPurposeOrChannelOrNothingSaid_IsANo()
    {
        var holding = Consents.Holding(Numbered([Of("marketing", "sms", true, 1)]));
        Assert.True(Consents.Allows(holding, "marketing", "sms"));
        Assert.False(Consents.Allows(holding, "marketing", "app"));
        Assert.False(Consents.Allows(holding, "survey", "sms"));
        Assert.False(Consents.Allows([], "marketing", "sms"));
    }

    [Fact]
    public void Holding_AnyOrderOfRecording_IsTheSame() => Said.List[1, 12].SelectMany(said => Gen.Shuffle(said.ToArray()).Select(shuffled => (said, shuffled)))
        .Sample(both => Assert.Equal(State(both.said), State(both.shuffled)));

    private static List<(string, string, bool, DateTimeOffset)> State(IReadOnlyList<Consent> said) =>
        [.. Consents.Holding(Numbered(said)).Select(one => (one.Purpose, one.Channel, one.Given, one.At))];

    private static IEnumerable<Consent> Numbered(IReadOnlyList<Consent> said) => said.Select((one, at) => one with { Version = at + 1 });

    private static Consent Of(string purpose, string channel, bool given, int hour) => new(0, purpose, channel, given, Start.AddHours(hour), "test", "key:k1", Start);
}
