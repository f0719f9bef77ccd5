namespace ECommerce.Channels.Kpi.Rollups;

/// <summary>How many buckets lie together in one row.</summary>
internal enum Period
{
    Hour,
    Day,
    Month,
}

/// <summary>
/// Cells kept ready at one grain, told apart by some of the dimensions. A question is answered from the smallest tier that has what it
/// asks for: most ask for channel and service, and read a hundredth of what the full tier holds.
/// </summary>
internal sealed record Tier(short Id, Grain Grain, Dimensions Shape, Period Period)
{
    private const Dimensions Cs = Dimensions.Channel | Dimensions.Service;
    private const Dimensions Cr = Dimensions.Channel | Dimensions.Region;
    private const Dimensions Csr = Cs | Dimensions.Region;
    private const Dimensions Csb = Cs | Dimensions.Brand;
    private const Dimensions Full = Csr | Dimensions.Brand;

    /// <summary>The tier whose cells are also written as plain rows.</summary>
    public static readonly Tier FullDays = new(6, Grain.Day, Full, Period.Day);

    /// <summary>The tier with a row for each day; its stamps say whether a day has changed.</summary>
    public static readonly Tier EachDay = new(8, Grain.Day, Csr, Period.Day);

    /// <summary>All tiers, the small ones of a grain first.</summary>
    public static readonly IReadOnlyList<Tier> All =
    [
        new(1, Grain.Hour, Cs, Period.Day), new(2, Grain.Hour, Cr, Period.Day), new(3, Grain.Hour, Full, Period.Hour),
        new(4, Grain.Day, Cr, Period.Month), new(5, Grain.Day, Cs, Period.Month), new(7, Grain.Day, Csb, Period.Month),
        EachDay, FullDays,
        new(9, Grain.Month, Cr, Period.Month), new(10, Grain.Month, Cs, Period.Month), new(11, Grain.Month, Csb, Period.Month),
        new(12, Grain.Month, Csr, Period.Month), new(13, Grain.Month, Full, Period.Month),
    ];

    /// <summary>Clears the ids of dimensions that the tier does not tell apart.</summary>
    public ulong Mask { get; } = MaskOf(Shape);

    public static Tier For(Grain grain, Dimensions needed) => All.First(tier => tier.Grain == grain && (tier.Shape & needed) == needed);

    public static ulong MaskOf(Dimensions shape) =>
        (shape.HasFlag(Dimensions.Channel) ? 0xFFFFUL << 48 : 0) | (shape.HasFlag(Dimensions.Service) ? 0xFFFFUL << 32 : 0)
        | (shape.HasFlag(Dimensions.Region) ? 0xFFFFUL << 16 : 0) | (shape.HasFlag(Dimensions.Brand) ? 0xFFFFUL : 0);

    /// <summary>Where the cells of an hour belong: the period's first day, and the hour itself where that is the period.</summary>
    public (DateOnly Start, long Hour) PeriodOf(DateOnly day, long hour) => Period switch
    {
        Period.Hour => (day, hour),
        Period.Day => (day, 0),
        _ => (new DateOnly(day.Year, day.Month, 1), 0),
    };

    /// <summary>The bucket of a minute that lies in the given hour and day.</summary>
    public static long BucketOf(Grain grain, OperatorZone zone, long minute, long hour, DateOnly day) => grain switch
    {
        Grain.Minute => minute,
        Grain.Hour => hour,
        Grain.Day => zone.StartOf(day),
        _ => zone.StartOf(new DateOnly(day.Year, day.Month, 1)),
    };
}
