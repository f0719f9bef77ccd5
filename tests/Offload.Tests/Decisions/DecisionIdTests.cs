using ECommerce.Channels.Offload.Decisions;
using ECommerce.Channels.Platform.Security;
using Xunit;

namespace ECommerce.Channels.Offload.Tests.Decisions;

public sealed class DecisionIdTests
{
    private static readonly NamedKey Key = NamedKey.Parse("a:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=");
    private static readonly NamedKey Other = NamedKey.Parse("b:AQECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=");
    private static readonly DateTimeOffset At = new(2026, 11, 27, 8, 30, 15, TimeSpan.Zero);

    [Theory]
    [InlineData("c_aboev8y2j05LmGmvzUYA8qvjt", true)]
    [InlineData("c_7", true)]
    [InlineData("c_abcdefghij123456", true)]
    [InlineData("c_abcdefghijklmnopqrstuvwxyz0123456789_-abcdefghijklmnopqrstuvwxyz", false)]
    public void Id_OfAnyCustomer_TellsWhatItCarries(string customer, bool carried)
    {
        var ids = new DecisionIds([Key]);
        var id = ids.Make(customer, service: 513, channel: 7, holdout: true, eligible: false, ruleSet: 70_000, At);
        Assert.Equal(64, id.Length);
        Assert.Equal(new DecisionTicket(carried ? customer : null, 513, 7, true, false, 70_000, At), ids.Read(id));
    }

    [Fact]
    public void Id_MadeAgain_IsAnother()
    {
        var ids = new DecisionIds([Key]);
        Assert.NotEqual(Make(ids), Make(ids));
    }

    [Fact]
    public void Id_WithAnyCharacterChanged_IsNotOurs()
    {
        var ids = new DecisionIds([Key]);
        var id = Make(ids);
        for (var at = 0; at < id.Length; at++)
            foreach (var other in "A_9")
                if (id[at] != other) Assert.Null(ids.Read(id[..at] + other + id[(at + 1)..]));
        foreach (var wrong in new[] { "", "d_", id[..^1], id + "A", id.ToUpperInvariant() }) Assert.Null(ids.Read(wrong));
    }

    [Fact]
    public void Id_OfTheKeyBefore_IsStillOurs()
    {
        var id = Make(new DecisionIds([Key]));
        Assert.NotNull(new DecisionIds([Other, Key]).Read(id));
        Assert.Null(new DecisionIds([Other]).Read(id));
    }

    private static string Make(DecisionIds ids) => ids.Make("c_aboev8y2j05LmGmvzUYA8qvjt", 1, 2, false, true, 3, At);
}
