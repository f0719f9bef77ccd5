namespace ECommerce.Channels.Platform.Operators;

/// <summary>
/// The operator's time zone, fixed at first start: days, months and the hours on charts are the operator's own. Minutes are counted
/// since 1970 in UTC everywhere inside.
/// </summary>
public sealed class OperatorZone(TimeZoneInfo zone)
{
    public string Id => zone.Id;

    public TimeSpan OffsetAt(long minute) => zone.GetUtcOffset(DateTimeOffset.FromUnixTimeSeconds(minute * 60));

    public DateOnly DayOf(long minute) =>
        DateOnly.FromDateTime(DateTimeOffset.FromUnixTimeSeconds(minute * 60).ToOffset(OffsetAt(minute)).DateTime);

    /// <summary>The first minute of a day; where midnight does not exist (a clock put forward), the first that does.</summary>
    public long StartOf(DateOnly day)
    {
        var midnight = day.ToDateTime(TimeOnly.MinValue);
        while (zone.IsInvalidTime(midnight)) midnight = midnight.AddMinutes(15);
        var offset = zone.IsAmbiguousTime(midnight) ? zone.GetAmbiguousTimeOffsets(midnight).Max() : zone.GetUtcOffset(midnight);
        return new DateTimeOffset(midnight, offset).ToUnixTimeSeconds() / 60;
    }

    /// <summary>The start of the local hour a minute lies in.</summary>
    public long HourOf(long minute)
    {
        var offset = (long)OffsetAt(minute).TotalMinutes;
        var local = minute + offset;
        return local - (((local % 60) + 60) % 60) - offset;
    }

    /// <summary>The first minute of the month a minute lies in.</summary>
    public long MonthOf(long minute)
    {
        var day = DayOf(minute);
        return StartOf(new DateOnly(day.Year, day.Month, 1));
    }

    /// <summary>A minute as the operator's clock shows it, with its offset.</summary>
    public DateTimeOffset Local(long minute) => DateTimeOffset.FromUnixTimeSeconds(minute * 60).ToOffset(OffsetAt(minute));
}
