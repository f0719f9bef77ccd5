using ECommerce.Channels.Kpi.Calendars;

namespace ECommerce.Channels.Kpi.Targets;

/// <summary>What kind a day is for its volume: a day of the week (0 is Monday), or a public holiday.</summary>
internal static class DayKinds
{
    public const int Holiday = 7;

    /// <summary>So few holidays in the past say nothing: a holiday then counts as its day of the week.</summary>
    private const int EnoughHolidays = 3;

    /// <param name="days">Those whose kinds are wanted.</param>
    /// <param name="past">All days that a forecast stands on.</param>
    public static IReadOnlyList<int> Of(IEnumerable<DateOnly> days, IEnumerable<DateOnly> past)
    {
        var knowsHolidays = past.Where(IsHoliday).Take(EnoughHolidays).Count() == EnoughHolidays;
        return [.. days.Select(day => knowsHolidays && IsHoliday(day) ? Holiday : ((int)day.DayOfWeek + 6) % 7)];
    }

    private static bool IsHoliday(DateOnly day) => Holidays.Of(day) is not null;
}
