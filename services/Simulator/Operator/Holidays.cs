namespace ECommerce.Channels.Simulator.Operator;

/// <summary>How a day differs from an ordinary one.</summary>
internal enum DayKind
{
    Workday,
    Weekend,

    /// <summary>A public holiday: counters are quiet, people are on their phones.</summary>
    Holiday,

    /// <summary>The week before Spring Festival: everybody tops up before travelling.</summary>
    BeforeSpringFestival,

    /// <summary>New Year's Eve and the first two days of the lunar year: almost nothing.</summary>
    SpringFestival,
}

/// <summary>
/// China's public holidays. Those of the lunar calendar move: their days stand in a table, by the almanac (Spring Festival 2025-01-29, 2026-02-17,
/// 2027-02-06, 2028-01-26). A year that is not in the table has only the fixed ones.
/// </summary>
internal static class Holidays
{
    /// <summary>First days of the lunar year.</summary>
    public static readonly IReadOnlyList<DateOnly> SpringFestivals = [new(2025, 1, 29), new(2026, 2, 17), new(2027, 2, 6), new(2028, 1, 26)];

    private const int FestivalDays = 7;
    private const int TravelDays = 8;

    /// <summary>First day and length of the others that move: Qingming, Dragon Boat, Mid-Autumn.</summary>
    private static readonly (DateOnly First, int Days)[] Moving =
    [
        (new(2025, 4, 4), 3), (new(2025, 5, 31), 3), (new(2025, 10, 6), 3),
        (new(2026, 4, 4), 3), (new(2026, 6, 19), 3), (new(2026, 9, 25), 3),
        (new(2027, 4, 3), 3), (new(2027, 6, 9), 1), (new(2027, 9, 15), 3),
    ];

    /// <summary>First day and length of those with a date: New Year, Labour Day, National Day.</summary>
    private static readonly (int Month, int Day, int Days)[] Fixed = [(1, 1, 3), (5, 1, 5), (10, 1, 7)];

    public static DayKind KindOf(DateOnly day)
    {
        foreach (var festival in SpringFestivals)
        {
            var distance = day.DayNumber - festival.DayNumber;
            if (distance is >= -1 and <= 1) return DayKind.SpringFestival;
            if (distance is >= -TravelDays and < -1) return DayKind.BeforeSpringFestival;
            if (distance is > 1 and < FestivalDays) return DayKind.Holiday;
        }
        if (Moving.Any(holiday => IsWithin(day, holiday.First, holiday.Days))) return DayKind.Holiday;
        if (Fixed.Any(holiday => IsWithin(day, new DateOnly(day.Year, holiday.Month, holiday.Day), holiday.Days))) return DayKind.Holiday;
        return day.DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday ? DayKind.Weekend : DayKind.Workday;
    }

    private static bool IsWithin(DateOnly day, DateOnly first, int days) => day >= first && day < first.AddDays(days);
}
