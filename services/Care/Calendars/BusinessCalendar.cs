using System.Text.Json.Serialization;

namespace ECommerce.Channels.Care.Calendars;

/// <summary>What people call something, in both languages of the suite.</summary>
internal sealed record Names([property: JsonPropertyName("zh-CN")] string Chinese, [property: JsonPropertyName("en")] string English);

/// <summary>Hours of one day, by the wall clock; a shift over midnight is two windows, the second on the next day.</summary>
/// <param name="From">Minutes since midnight.</param>
/// <param name="To">Exclusive; 1,440 is the end of the day.</param>
internal sealed record DayWindow(int From, int To)
{
    public const int EndOfDay = 1_440;

    public static readonly DayWindow WholeDay = new(0, EndOfDay);
}

/// <summary>A day that is worked whatever weekday or holiday it is: 调休.</summary>
internal sealed record ExtraDay(DateOnly Date, IReadOnlyList<DayWindow> Windows);

/// <summary>When people work.</summary>
/// <param name="TimeZone">As IANA names it: the windows are hours of its wall clock.</param>
/// <param name="Week">Seven lists, Sunday first; the windows of a day are in order and do not overlap.</param>
/// <param name="Holidays">Closed, unless the day is an extra one.</param>
internal sealed record BusinessCalendar(
    string Id, Names Names, string TimeZone, IReadOnlyList<IReadOnlyList<DayWindow>> Week, IReadOnlyList<DateOnly> Holidays, IReadOnlyList<ExtraDay> ExtraDays)
{
    /// <summary>Monday to Friday, with a break at noon.</summary>
    public const string Default = "default";

    /// <summary>Around the clock, every day.</summary>
    public const string Always = "always";

    public IReadOnlyList<DayWindow> On(DateOnly day) =>
        ExtraDays.FirstOrDefault(extra => extra.Date == day)?.Windows ?? (Holidays.Contains(day) ? [] : Week[(int)day.DayOfWeek]);
}
