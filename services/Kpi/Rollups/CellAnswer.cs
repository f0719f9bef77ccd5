namespace ECommerce.Channels.Kpi.Rollups;

/// <summary>Filters decoded cells, drops the dimensions that were not asked for, and hands them to the sink.</summary>
internal sealed class CellAnswer(CellQuery query, ICellSink sink, OperatorZone zone)
{
    private readonly ulong mask = Tier.MaskOf(query.By);

    /// <summary>Cells that are at the question's grain already.</summary>
    public void Add(Segment segment) => Add(segment, null, default);

    /// <summary>Cells by minute, of one hour of one day.</summary>
    public void AddMinutes(Segment segment, long hour, DateOnly day) => Add(segment, hour, day);

    private void Add(Segment segment, long? hour, DateOnly day)
    {
        var fixedBucket = hour is { } start && query.Grain != Grain.Minute ? Tier.BucketOf(query.Grain, zone, start, start, day) : -1;
        var cells = new Segment.CellReader(segment.Cells);
        while (cells.Next())
            if (Wanted(cells.Bucket, cells.Key)) sink.Cell(fixedBucket >= 0 ? fixedBucket : cells.Bucket, CellKey.Of(cells.Key & mask), cells.Sum);
        var reasons = new Segment.CountReader(segment.Reasons);
        while (reasons.Next())
            if (Wanted(reasons.Bucket, reasons.Key))
                sink.Failures(fixedBucket >= 0 ? fixedBucket : reasons.Bucket, CellKey.Of(reasons.Key & mask), (ushort)reasons.Code, reasons.Count);
        var durations = new Segment.CountReader(segment.Durations);
        while (durations.Next())
            if (Wanted(durations.Bucket, durations.Key))
                sink.Durations(fixedBucket >= 0 ? fixedBucket : durations.Bucket, CellKey.Of(durations.Key & mask), durations.Code, durations.Count);
    }

    private bool Wanted(long bucket, ulong key) =>
        bucket >= query.From && bucket < query.To
        && (query.Channels is null || query.Channels.Contains((ushort)(key >> 48)))
        && (query.Services is null || query.Services.Contains((ushort)(key >> 32)))
        && (query.Regions is null || query.Regions.Contains((ushort)(key >> 16)))
        && (query.Brands is null || query.Brands.Contains((ushort)key));
}
