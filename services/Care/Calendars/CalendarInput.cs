using System.Globalization;
using System.Text.Json;
using ECommerce.Channels.Platform.Hosting;

namespace ECommerce.Channels.Care.Calendars;

/// <summary>A calendar as it is asked for, and as it is told.</summary>
/// <param name="TimeZone">As IANA names it.</param>
/// <param name="Week">By <c>monday</c> … <c>sunday</c>; a day that is missing is closed. At least 300 minutes a week are worked.</param>
/// <param name="Holidays">Closed days, at most 800.</param>
/// <param name="ExtraDays">Days that are worked whatever weekday they are, at most 400; none of them is a holiday.</param>
internal sealed record CalendarInput(
    Names Names, string TimeZone, IReadOnlyDictionary<string, IReadOnlyList<WindowInput>> Week, IReadOnlyList<DateOnly>? Holidays = null,
    IReadOnlyList<ExtraDayInput>? ExtraDays = null)
{
    private const int MostWindows = 12;
    private const int MostHolidays = 800;
    private const int MostExtraDays = 400;
    private const int LeastWeek = 300;
    private static readonly string[] Days = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"];

    /// <summary>Reads a calendar; every wrong field is in the errors of <paramref name="fields"/>.</summary>
    public static BusinessCalendar Read(JsonFields fields, string id)
    {
        var week = fields.Object("week");
        var calendar = new BusinessCalendar(
            id, ReadNames(fields), ReadZone(fields), [.. Days.Select(day => ReadWindows(week, day, 0))],
            fields.Has("holidays") ? [.. fields.Values("holidays", 0, MostHolidays, (item, at) => ReadDate(fields, item, at)).Distinct().Order()] : [],
            fields.Has("extraDays")
                ? fields.Objects("extraDays", 0, MostExtraDays, extra => new ExtraDay(extra.Date("date"), ReadWindows(extra, "windows", 1)))
                : []);
        if (!fields.Errors.Any) Judge(fields, calendar);
        return calendar;
    }

    public static Names ReadNames(JsonFields fields)
    {
        var names = fields.Object("names");
        return new Names(names.String("zh-CN"), names.String("en"));
    }

    public static CalendarInput Of(BusinessCalendar calendar) => new(
        calendar.Names, calendar.TimeZone, Days.Select((day, at) => (day, at)).ToDictionary(one => one.day, one => WindowInput.Of(calendar.Week[one.at])),
        calendar.Holidays, [.. calendar.ExtraDays.Select(extra => new ExtraDayInput(extra.Date, WindowInput.Of(extra.Windows)))]);

    private static string ReadZone(JsonFields fields)
    {
        var zone = fields.String("timeZone");
        if (zone.Length > 0 && !TimeZoneInfo.TryFindSystemTimeZoneById(zone, out _)) fields.Fail("timeZone", "没有这个时区", "There is no such time zone");
        return zone;
    }

    private static IReadOnlyList<DayWindow> ReadWindows(JsonFields fields, string name, int min)
    {
        if (min == 0 && !fields.Has(name)) return [];
        var windows = fields.Objects(name, min, MostWindows, window => new DayWindow(ReadMinute(window, "from"), ReadMinute(window, "to")));
        for (var at = 0; at < windows.Count; at++)
        {
            if (windows[at].To <= windows[at].From) fields.Fail($"{name}.{at}.to", "须晚于 from；跨午夜请分两段", "Must be after from; over midnight it takes two windows");
            if (at > 0 && windows[at].From < windows[at - 1].To) fields.Fail($"{name}.{at}.from", "与前一段重叠", "Overlaps the window before");
        }
        return windows;
    }

    private static int ReadMinute(JsonFields window, string name)
    {
        var text = window.String(name);
        if (text == "24:00") return DayWindow.EndOfDay;
        if (TimeOnly.TryParseExact(text, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out var time)) return (time.Hour * 60) + time.Minute;
        if (text.Length > 0) window.Fail(name, "须为 00:00 至 24:00", "Must be 00:00 to 24:00");
        return name == "from" ? 0 : DayWindow.EndOfDay;
    }

    private static DateOnly ReadDate(JsonFields fields, JsonElement item, string at)
    {
        if (DateOnly.TryParseExact(JsonFields.Text(item), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date)) return date;
        fields.Errors.Add(at, "须为日期，如 2026-10-01", "Must be a date like 2026-10-01");
        return default;
    }

    private static void Judge(JsonFields fields, BusinessCalendar calendar)
    {
        if (calendar.Week.SelectMany(day => day).Sum(window => window.To - window.From) < LeastWeek)
            fields.Fail("week", $"每周至少工作 {LeastWeek} 分钟", $"At least {LeastWeek} minutes a week have to be worked");
        for (var at = 0; at < calendar.ExtraDays.Count; at++)
        {
            var day = calendar.ExtraDays[at].Date;
            if (calendar.Holidays.Contains(day)) fields.Fail($"extraDays.{at}.date", "已是节假日", "Is a holiday already");
            if (calendar.ExtraDays.Take(at).Any(other => other.Date == day)) fields.Fail($"extraDays.{at}.date", "重复", "Is there twice");
        }
    }
}

/// <param name="From"><c>09:00</c>, by the calendar's wall clock.</param>
/// <param name="To">Exclusive; <c>24:00</c> is the end of the day.</param>
internal sealed record WindowInput(string From, string To)
{
    public static IReadOnlyList<WindowInput> Of(IEnumerable<DayWindow> windows) => [.. windows.Select(one => new WindowInput(Text(one.From), Text(one.To)))];

    private static string Text(int minute) => $"{minute / 60:D2}:{minute % 60:D2}";
}

internal sealed record ExtraDayInput(DateOnly Date, IReadOnlyList<WindowInput> Windows);
