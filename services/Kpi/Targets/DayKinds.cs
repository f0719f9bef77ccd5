using System.Globalization;

namespace ECommerce.Channels.Kpi.Targets;

/// <summary>
/// What kind a day is for its volume: a day of the week (0 is Monday), or one of China's public holidays. The working weekends that
/// the State Council decrees year by year to make up for them are not known here.
/// </summary>
internal static class DayKinds
{
    public const int Holiday = 7;

    /// <summary>So few holidays in the past say nothing: a holiday then counts as its day of the week.</summary>
    private const int EnoughHolidays = 3;

    private static readonly ChineseLunisolarCalendar Lunar = new();

    /// <param name="days">Those whose kinds are wanted.</param>
    /// <param name="past">All days that a forecast stands on.</param>
    public static IReadOnlyList<int> Of(IEnumerable<DateOnly> days, IEnumerable<DateOnly> past)
    {
        var knowsHolidays = past.Where(IsHoliday).Take(EnoughHolidays).Count() == EnoughHolidays;
        return [.. days.Select(day => knowsHolidays && IsHoliday(day) ? Holiday : ((int)day.DayOfWeek + 6) % 7)];
    }

    /// <summary>New Year, Spring Festival from its eve on, Qingming, Labour Day, Dragon Boat, Mid-Autumn and National Day, as long as they last.</summary>
    public static bool IsHoliday(DateOnly day) => (day.Month, day.Day) switch
    {
        (1, 1) => true,
        (4, 4 or 5) => day.Day == Qingming(day.Year),
        (5, <= 5) => true,
        (10, <= 7) => true,
        _ => IsLunarHoliday(day),
    };

    private static bool IsLunarHoliday(DateOnly day) => Lunisolar(day) switch
    {
        (1, <= 7) or (5, 5) or (8, 15) => true,
        // The eve has no number of its own: it is the day before the first.
        (12, >= 29) => Lunisolar(day.AddDays(1)) == (1, 1),
        _ => false,
    };

    /// <summary>Month and day of the lunisolar calendar; a leap month has the number 0, since no festival lies in it.</summary>
    private static (int Month, int Day) Lunisolar(DateOnly day)
    {
        var at = day.ToDateTime(TimeOnly.MinValue);
        if (at > Lunar.MaxSupportedDateTime) return (0, 0);
        var month = Lunar.GetMonth(at);
        var leap = Lunar.GetLeapMonth(Lunar.GetYear(at));
        if (leap > 0 && month == leap) return (0, Lunar.GetDayOfMonth(at));
        return (leap > 0 && month > leap ? month - 1 : month, Lunar.GetDayOfMonth(at));
    }

    /// <summary>The day in April on which the sun stands 15° past the equinox, of the years 2000 to 2099.</summary>
    private static int Qingming(int year) => (int)(((year % 100) * 0.2422) + 4.81) - ((year % 100) / 4);
}
