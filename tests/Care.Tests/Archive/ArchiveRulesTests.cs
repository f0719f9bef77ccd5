using ECommerce.Channels.Care.Archive;
using Xunit;

namespace ECommerce.Channels.Care.Tests.Archive;

public sealed class ArchiveRulesTests
{
    private static readonly DateTimeOffset At = new(2026, 10, 5, 0, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(40, 20, "worked")]
    [InlineData(100, 75, "worked")]
    [InlineData(100, 81, "persists")]
    [InlineData(10, 5, "persists")]
    [InlineData(10, 1, "worked")]
    [InlineData(20, 20, "persists")]
    [InlineData(0, 0, "persists")]
    [InlineData(0, 3, "persists")]
    public void Suggest_FallOfCases_IsAFifthAndMoreThanChance(int before, int after, string suggested) =>
        Assert.Equal(suggested, ArchiveRules.Suggest(before, after));

    [Fact]
    public void Months_OfAHandfulOfCases_AreThoseCountedByHand()
    {
        ArchivedCase[] cases =
        [
            Case("2026-10", "fault", "network", null, inTime: true, days: 1), Case("2026-10", "fault", "billing", "needs-visit", inTime: false, days: 9),
            Case("2026-10", "use", null, null, inTime: true, days: 2), Case("2026-11", "suggestion", null, null, inTime: true, days: 4, complaint: false),
        ];
        var months = ArchiveRules.Months(
            "2026-10", "2026-12", cases, new Dictionary<string, int> { ["2026-10"] = 2 },
            [("m_1", new ArchivedMeasure("callerid", "network", "new switch", null, "2026-11"))],
            [new ArchivedVerdict("callerid", "m_1", "2026-11", "persists", 1, 1, "persists"), new ArchivedVerdict("callerid", "m_1", "2026-11", "worked", 1, 0, "persists")]);
        Assert.Equal(["2026-10", "2026-11", "2026-12"], months.Select(month => month.Month));
        var october = months[0];
        Assert.Equal((3, 3, 2.0), (october.Cases, october.Complaints, october.MedianDays));
        Assert.Equal([new Share("fault", 2, 3), new Share("use", 1, 3)], october.Natures);
        Assert.Equal([new Share("billing", 1, 3), new Share("network", 1, 3)], october.FaultClasses);
        Assert.Equal([new Share("needs-visit", 1, 3)], october.NotFirstTime);
        Assert.Equal(new Share("first-time", 2, 3), october.FirstTime);
        // Two of three in time, and two more that are open and overdue.
        Assert.Equal(new Share("timely", 2, 5), october.Timely);
        Assert.Empty(october.Measures);
        Assert.Equal((1, 0, "worked"), (months[1].Cases, months[1].Complaints, Assert.Single(months[1].Measures).Verdict));
        Assert.Equal((0, null), (months[2].Cases, months[2].MedianDays));
        Assert.Null(Assert.Single(months[2].Measures).Verdict);
    }

    [Theory]
    [InlineData("question", "use")]
    [InlineData("request", "use")]
    [InlineData("suggestion", "suggestion")]
    [InlineData("complaint", "fault")]
    [InlineData("incident", "fault")]
    public void Nature_OfATicketsType_IsWhatTheArchiveCallsIt(string type, string nature) => Assert.Equal(nature, ArchivedCase.NatureOf(type));

    private static ArchivedCase Case(string month, string nature, string? fault, string? notFirstTime, bool inTime, int days, bool complaint = true) => new(
        "callerid", null, "app", nature, complaint, fault, notFirstTime, "normal", "solved", month, At, At.AddDays(days), inTime, days, false, null);
}
