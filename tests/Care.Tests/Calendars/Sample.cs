using System.Globalization;
using System.Text.Json;
using ECommerce.Channels.Care.Calendars;
using ECommerce.Channels.Platform.Hosting;

namespace ECommerce.Channels.Care.Tests.Calendars;

/// <summary>Calendars of the tests, and instants of their wall clocks.</summary>
internal static class Sample
{
    private const string Office = """[{"from":"09:00","to":"12:00"},{"from":"13:30","to":"18:00"}]""";

    private static readonly Dictionary<string, BusinessCalendar> Calendars = new()
    {
        ["default"] = Of("Asia/Shanghai", Office, "monday", "tuesday", "wednesday", "thursday", "friday"),
        // Tuesday 24 November is a holiday, Saturday 28 is worked until noon.
        ["holiday"] = Of("Asia/Shanghai", Office, "monday", "tuesday", "wednesday", "thursday", "friday") with
        {
            Holidays = [new DateOnly(2026, 11, 24)],
            ExtraDays = [new ExtraDay(new DateOnly(2026, 11, 28), [new DayWindow(9 * 60, 12 * 60)])],
        },
        ["always"] = EveryDay("Asia/Shanghai", """[{"from":"00:00","to":"24:00"}]"""),
        ["night"] = EveryDay("Asia/Shanghai", """[{"from":"00:00","to":"06:00"},{"from":"22:00","to":"24:00"}]"""),
        ["new-york"] = Of("America/New_York", """[{"from":"09:00","to":"17:00"}]""", "monday", "tuesday", "wednesday", "thursday", "friday"),
        ["berlin"] = EveryDay("Europe/Berlin", """[{"from":"00:00","to":"24:00"}]"""),
        ["berlin-night"] = EveryDay("Europe/Berlin", """[{"from":"01:00","to":"04:00"}]"""),
        // Half past two is left out on 29 March.
        ["berlin-early"] = EveryDay("Europe/Berlin", """[{"from":"02:30","to":"05:00"}]"""),
        ["havana"] = EveryDay("America/Havana", """[{"from":"00:00","to":"02:00"},{"from":"22:00","to":"24:00"}]"""),
    };

    public static BusinessCalendar Calendar(string id) => Calendars[id];

    public static WorkingTime Working(string id) => new(Calendars[id]);

    /// <summary><c>11-23 09:00</c> of 2026 on the calendar's wall, or in UTC where it ends with Z.</summary>
    public static DateTimeOffset At(string calendar, string text)
    {
        var wall = DateTime.ParseExact("2026-" + text.TrimEnd('Z'), "yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);
        var offset = text.EndsWith('Z') ? TimeSpan.Zero : TimeZoneInfo.FindSystemTimeZoneById(Calendars[calendar].TimeZone).GetUtcOffset(wall);
        return new DateTimeOffset(wall, offset).ToUniversalTime();
    }

    private static BusinessCalendar EveryDay(string zone, string windows) =>
        Of(zone, windows, "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday");

    private static BusinessCalendar Of(string zone, string windows, params string[] days)
    {
        var week = "{" + string.Join(',', days.Select(day => $"\"{day}\":{windows}")) + "}";
        var json = $$"""{"names":{"zh-CN":"样例","en":"Sample"},"timeZone":"{{zone}}","week":{{week}} }""";
        var fields = new JsonFields(JsonDocument.Parse(json).RootElement);
        var calendar = CalendarInput.Read(fields, "sample");
        return fields.Errors.Any ? throw new InvalidOperationException(string.Join(',', fields.Errors.Fields)) : calendar;
    }
}
