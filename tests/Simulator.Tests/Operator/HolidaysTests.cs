using ECommerce.Channels.Simulator.Operator;
using Xunit;

namespace ECommerce.Channels.Simulator.Tests.Operator;

public sealed class HolidaysTests
{
    [Theory]
    [InlineData("2025-01-29", DayKind.SpringFestival)]
    [InlineData("2026-02-16", DayKind.SpringFestival)]
    [InlineData("2026-02-17", DayKind.SpringFestival)]
    [InlineData("2026-02-10", DayKind.BeforeSpringFestival)]
    [InlineData("2026-02-20", DayKind.Holiday)]
    [InlineData("2027-02-06", DayKind.SpringFestival)]
    [InlineData("2026-10-01", DayKind.Holiday)]
    [InlineData("2026-10-07", DayKind.Holiday)]
    [InlineData("2026-10-08", DayKind.Workday)]
    [InlineData("2026-05-03", DayKind.Holiday)]
    [InlineData("2026-06-19", DayKind.Holiday)]
    [InlineData("2026-11-21", DayKind.Weekend)]
    [InlineData("2026-11-25", DayKind.Workday)]
    [InlineData("2031-10-02", DayKind.Holiday)]
    public void KindOf_ADay_IsThatOfTheAlmanac(string day, object kind) => Assert.Equal(kind, Holidays.KindOf(DateOnly.Parse(day)));
}
