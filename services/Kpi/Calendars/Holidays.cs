using System.Globalization;
using ECommerce.Channels.Kpi.Catalogue;

namespace ECommerce.Channels.Kpi.Calendars;

/// <summary>One of China's public holidays, as long as it lasts.</summary>
/// <param name="To">The day after its last one.</param>
internal sealed record Holiday(string Code, Names Names, DateOnly From, DateOnly To);

/// <summary>
/// China's public holidays: New Year, Spring Festival from its eve on, Qingming, Labour Day, Dragon Boat, Mid-Autumn and National Day. The
/// working weekends that the State Council decrees year by year to make up for them are not known here. Of the years 1902 to 2100.
/// </summary>
internal static class Holidays
{
    public const int FirstYear = 1902;
    public const int LastYear = 2100;

    /// <summary>None lasts longer, its eve included.</summary>
    private const int Longest = 8;

    private static readonly ChineseLunisolarCalendar Lunar = new();

    private static readonly Dictionary<string, Names> Known = new()
    {
        ["new-year"] = new("元旦", "New Year"),
        ["spring-festival"] = new("春节", "Spring Festival"),
        ["qingming"] = new("清明节", "Qingming"),
        ["labour-day"] = new("劳动节", "Labour Day"),
        ["dragon-boat"] = new("端午节", "Dragon Boat Festival"),
        ["mid-autumn"] = new("中秋节", "Mid-Autumn Festival"),
        ["national-day"] = new("国庆节", "National Day"),
    };

    /// <summary>The code of the holiday that a day belongs to.</summary>
    public static string? Of(DateOnly day) => (day.Month, day.Day) switch
    {
        (1, 1) => "new-year",
        (4, 4 or 5) when day.Day == Qingming(day.Year) => "qingming",
        (5, <= 5) => "labour-day",
        (10, <= 7) => "national-day",
        _ => LunarHoliday(day),
    };

    /// <summary>Those that touch a period, each with all of its days.</summary>
    /// <param name="to">Exclusive.</param>
    public static IReadOnlyList<Holiday> Between(DateOnly from, DateOnly to)
    {
        var found = new List<Holiday>();
        for (var day = from.AddDays(-Longest); day < to.AddDays(Longest); day = day.AddDays(1))
        {
            if (Of(day) is not { } code) continue;
            if (found.Count > 0 && found[^1].Code == code && found[^1].To == day) found[^1] = found[^1] with { To = day.AddDays(1) };
            else found.Add(new Holiday(code, Known[code], day, day.AddDays(1)));
        }
        return [.. found.Where(one => one.From < to && one.To > from)];
    }

    /// <summary>The first day of the lunar year.</summary>
    public static DateOnly SpringFestival(int year) => DateOnly.FromDateTime(Lunar.ToDateTime(year, 1, 1, 0, 0, 0, 0));

    private static string? LunarHoliday(DateOnly day) => Lunisolar(day) switch
    {
        (1, <= 7) => "spring-festival",
        (5, 5) => "dragon-boat",
        (8, 15) => "mid-autumn",
        // The eve has no number of its own: it is the day before the first.
        (12, >= 29) when Lunisolar(day.AddDays(1)) == (1, 1) => "spring-festival",
        _ => null,
    };

    /// <summary>Month and day of the lunisolar calendar; a leap month has the number 0, since no festival lies in it.</summary>
    private static (int Month, int Day) Lunisolar(DateOnly day)
    {
        if (day.Year is < FirstYear or > LastYear) return (0, 0);
        var at = day.ToDateTime(TimeOnly.MinValue);
        var month = Lunar.GetMonth(at);
        var leap = Lunar.GetLeapMonth(Lunar.GetYear(at));
        if (leap > 0 && month == leap) return (0, Lunar.GetDayOfMonth(at));
        return (leap > 0 && month > leap ? month - 1 : month, Lunar.GetDayOfMonth(at));
    }

    /// <summary>The day in April on which the sun stands 15° past the equinox, of the years 2000 to 2099.</summary>
    private static int Qingming(int year) => (int)(((year % 100) * 0.2422) + 4.81) - ((year % 100) / 4);
}
