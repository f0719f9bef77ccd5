using ECommerce.Channels.Kpi.Calendars;
using Xunit;

namespace ECommerce.Channels.Kpi.Tests.Calendars;

public sealed class HolidaysTests
{
    [Theory]
    [InlineData("2026-10-01", true)]
    [InlineData("2026-10-08", false)]
    [InlineData("2026-02-16", true)] // Eve of the Spring Festival of 2026, on 17 February.
    [InlineData("2026-02-15", false)]
    [InlineData("2026-02-17", true)]
    [InlineData("2026-02-23", true)]
    [InlineData("2026-02-24", false)]
    [InlineData("2025-01-28", true)]
    [InlineData("2025-01-29", true)]
    [InlineData("2026-04-05", true)]
    [InlineData("2025-04-04", true)]
    [InlineData("2025-04-05", false)]
    [InlineData("2026-06-19", true)] // Dragon Boat.
    [InlineData("2025-05-31", true)]
    [InlineData("2023-06-22", true)] // After the leap second month of 2023.
    [InlineData("2023-09-29", true)]
    [InlineData("2026-09-25", true)]
    [InlineData("2024-09-17", true)]
    [InlineData("2026-11-25", false)]
    public void Holidays_OfChina_MoveWithTheMoon(string day, bool expected) => Assert.Equal(expected, Holidays.Of(DateOnly.Parse(day)) is not null);

    [Theory]
    [InlineData(2023, "2023-01-22")]
    [InlineData(2024, "2024-02-10")]
    [InlineData(2025, "2025-01-29")]
    [InlineData(2026, "2026-02-17")]
    [InlineData(2027, "2027-02-06")]
    public void SpringFestival_OfAYear_IsTheAlmanacs(int year, string day) => Assert.Equal(DateOnly.Parse(day), Holidays.SpringFestival(year));

    [Fact]
    public void Between_OfAPeriod_HasEachHolidayWithAllOfItsDays()
    {
        var found = Holidays.Between(new DateOnly(2026, 2, 20), new DateOnly(2026, 10, 2)).Select(one => $"{one.Code} {one.From:MM-dd} {one.To:MM-dd}");
        Assert.Equal(
            [
                "spring-festival 02-16 02-24", "qingming 04-05 04-06", "labour-day 05-01 05-06", "dragon-boat 06-19 06-20",
                "mid-autumn 09-25 09-26", "national-day 10-01 10-08",
            ],
            found);
    }

    [Fact]
    public void Between_DaysWithoutOne_IsEmpty() => Assert.Empty(Holidays.Between(new DateOnly(2026, 11, 2), new DateOnly(2026, 12, 1)));
}
