namespace ECommerce.Channels.Kpi.Rollups;

/// <summary>The operator's hour and day of a minute, remembered by quarter of an hour: no zone changes its offset within one.</summary>
internal sealed class Calendar(OperatorZone zone)
{
    private readonly (long Quarter, long Hour, int Day)[] cache = new (long, long, int)[4096];

    /// <summary>Start of the hour (minutes since 1970 UTC) and day number.</summary>
    public (long Hour, int Day) Of(long minute)
    {
        var quarter = minute / 15;
        ref var entry = ref cache[quarter & 4095];
        if (entry.Quarter != quarter || entry.Day == 0) entry = (quarter, zone.HourOf(minute), zone.DayOf(minute).DayNumber);
        return (entry.Hour, entry.Day);
    }
}
