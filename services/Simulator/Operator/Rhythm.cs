namespace ECommerce.Channels.Simulator.Operator;

/// <summary>When people want something: over the month and the week, and over the hours of a day by channel.</summary>
internal static class Rhythm
{
    /// <summary>Share of a channel's day by local hour; need not sum to one.</summary>
    private static readonly double[] Office = [0, 0, 0, 0, 0, 0, 0, 0, 2, 9, 13, 11, 6, 7, 11, 12, 11, 9, 5, 1, 0, 0, 0, 0];
    private static readonly double[] Voice = [1, .6, .4, .3, .3, .5, 1.2, 3, 6, 9, 11, 9, 6, 6, 8, 9, 9, 8, 6, 6, 5, 4, 3, 2];
    private static readonly double[] Phone = [2.2, 1.2, .7, .5, .4, .6, 1.6, 3.4, 5, 5.6, 5.8, 6.2, 7.4, 6, 5, 5, 5.4, 6, 6.8, 8, 9.6, 9.4, 7, 4.2];
    private static readonly double[] Desktop = [.9, .4, .2, .2, .2, .3, .6, 1.6, 5, 9, 10, 8, 5, 7, 9, 9, 8.6, 6, 4, 5, 6, 5, 3, 1.6];
    private static readonly double[] Street = [.1, 0, 0, 0, 0, .1, .6, 2, 5, 8, 9, 8, 8, 7, 7, 7, 8, 9, 9, 7, 5, 3, 1, .3];

    public static ReadOnlySpan<double> HoursOf(Channel channel) => channel switch
    {
        Channel.Counter => Office,
        Channel.Agent or Channel.Desk12580 or Channel.Ivr => Voice,
        Channel.Web => Desktop,
        Channel.Kiosk => Street,
        _ => Phone,
    };

    /// <summary>How much more or less of everything there is than on an ordinary day.</summary>
    public static double FactorOf(DateOnly day) => Holidays.KindOf(day) switch
    {
        DayKind.Weekend => .93,
        DayKind.Holiday => .84,
        DayKind.BeforeSpringFestival => 1.24,
        DayKind.SpringFestival => .46,
        _ => 1,
    };

    /// <summary>Bills come on the first: the first days of a month see more payments and more questions about bills.</summary>
    public static double BillingFactor(DateOnly day) => day.Day switch
    {
        1 => 1.9,
        2 => 1.7,
        3 => 1.5,
        4 or 5 => 1.25,
        >= 28 => 1.15,
        _ => .9,
    };

    /// <summary>How willing people are to go to a place with employees or machines on such a day.</summary>
    public static double WalkFactor(DateOnly day) => Holidays.KindOf(day) switch
    {
        DayKind.Workday or DayKind.BeforeSpringFestival => 1,
        DayKind.Weekend => .8,
        DayKind.Holiday => .45,
        _ => .12,
    };
}
