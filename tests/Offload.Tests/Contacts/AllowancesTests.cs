using ECommerce.Channels.Offload.Contacts;
using Xunit;

namespace ECommerce.Channels.Offload.Tests.Contacts;

public sealed class AllowancesTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 27, 3, 0, 0, TimeSpan.Zero);
    private static readonly Allowance[] Rules = [new("guidance-week", "guidance", null, 7, 2), new("sms-day", null, "sms", 1, 1), new("any-month", null, null, 30, 4)];

    [Theory]
    [InlineData("guidance", "app", null)]
    [InlineData("guidance", "app", "guidance-week", "guidance app 1", "guidance web 6.9")]
    // The window rolls: what is seven days old is out of it.
    [InlineData("guidance", "app", null, "guidance app 1", "guidance web 7")]
    [InlineData("survey", "sms", "sms-day", "marketing sms 0.5")]
    [InlineData("survey", "app", null, "marketing sms 0.5")]
    [InlineData("survey", "app", "any-month", "care app 1", "care app 2", "marketing web 20", "survey web 29")]
    [InlineData("guidance", "app", null, "guidance app 1 released", "guidance web 2 released", "guidance web 3")]
    public void Contact_BesideOthers_BreaksTheFirstRuleInItsWay(string purpose, string channel, string? broken, params string[] contacts) =>
        Assert.Equal(broken, Allowances.Broken(Rules, [.. contacts.Select(Read)], purpose, channel, Now)?.Name);

    [Fact]
    public void Rule_ThatIsBroken_TellsWhenItIsFree() =>
        Assert.Equal(Now.AddDays(-6).AddDays(7), Allowances.FreeAt(Rules[0], [Read("guidance app 1"), Read("guidance web 6")], Now));

    [Theory]
    [InlineData(1260, 480, 1259, false)]
    [InlineData(1260, 480, 1260, true)]
    [InlineData(1260, 480, 0, true)]
    [InlineData(1260, 480, 480, false)]
    [InlineData(600, 720, 660, true)]
    [InlineData(600, 720, 720, false)]
    [InlineData(600, 600, 600, false)]
    public void QuietHours_OverMidnightOrNot_Hold(int from, int to, int minute, bool holds) => Assert.Equal(holds, new QuietHours(from, to).Holds(minute));

    private static Contact Read(string text)
    {
        var parts = text.Split(' ');
        return new Contact(parts[0], parts[1], Now.AddDays(-double.Parse(parts[2], System.Globalization.CultureInfo.InvariantCulture)), parts.Length > 3 ? parts[3] : "spent", null);
    }
}
