using ECommerce.Channels.Kpi.Ingestion;
using ECommerce.Channels.Statistics;

namespace ECommerce.Channels.Kpi.Rollups;

/// <summary>Adds parsed events to the state in memory and to the delta. Pure in-memory work: everything it touches was loaded before.</summary>
internal sealed class Applier(ImportBook imports)
{
    private const int BucketCount = 64;
    private static readonly CodeField[] UnknownFields = [CodeField.Channel, CodeField.Service, CodeField.Region, CodeField.Brand, CodeField.Reason];

    public void Apply(Span<ParsedEvent> events, Delta delta)
    {
        foreach (ref var parsed in events)
        {
            if (parsed.Rows is { } rows && !rows.Add(parsed.Row)) continue;
            parsed.Seen.Generation = delta.Generation;
            var seen = parsed.Seen.Add(parsed.Identity, parsed.Content);
            if (seen == Seen.First) Count(in parsed, delta);
            else if (seen == Seen.Repeat) delta.Repeated++;
            else delta.Conflicts++;
            if (parsed.Import > 0) CountImport(in parsed, seen, delta.Import(imports.Id(parsed.Import)));
        }
        delta.Records += events.Length;
    }

    private static void Count(in ParsedEvent parsed, Delta delta)
    {
        delta.Accepted++;
        CountCell(in parsed, delta.Cells);
        var success = parsed.Outcome == Outcome.Success;
        var customer = parsed.Slice.Customers.Number(parsed.Shard, parsed.CustomerHash);
        parsed.Customers.Generation = delta.Generation;
        parsed.Customers.Add(CustomerDay.Pack(customer, parsed.Channel, parsed.Region, success));
        if (parsed.Outcome != Outcome.Abandoned) delta.CountBucket(parsed.Day, parsed.Channel, Bucket(parsed.CustomerHash), success);
        delta.CountFeed(parsed.Source, parsed.Channel, parsed.At);
        if (parsed.Unknown == 0) return;
        foreach (var field in UnknownFields)
            if ((parsed.Unknown & (1 << (int)field)) != 0) delta.CountUnknown(field, parsed.Day, parsed.Code(field));
    }

    private static int Bucket(ulong customerHash) => (int)(customerHash % BucketCount);

    private static void CountCell(in ParsedEvent parsed, CellTable cells)
    {
        ref var cell = ref cells.Cell(parsed.Minute, parsed.Key);
        switch (parsed.Outcome)
        {
            case Outcome.Success:
                cell.Sum.Successes++;
                cell.Sum.Amount += parsed.Amount;
                if (parsed.Assisted) cell.Sum.AssistedSuccesses++;
                if (parsed.Duration >= 0) cells.AddDuration(ref cell, DurationHistogram.BucketOf(parsed.Duration), 1);
                break;
            case Outcome.Failed:
                cell.Sum.Failures++;
                cells.AddReason(ref cell, parsed.Reason, 1);
                break;
            default:
                cell.Sum.Abandoned++;
                break;
        }
    }

    private static void CountImport(in ParsedEvent parsed, Seen seen, ImportCounts counts)
    {
        counts.Channels[parsed.Channel] = Math.Max(counts.Channels.GetValueOrDefault(parsed.Channel), parsed.At);
        switch (seen)
        {
            case Seen.Repeat:
                counts.Repeated++;
                return;
            case Seen.Conflict:
                counts.Conflict++;
                return;
        }
        counts.Accepted++;
        if (parsed.Unknown == 0) return;
        foreach (var field in UnknownFields)
        {
            if ((parsed.Unknown & (1 << (int)field)) == 0) continue;
            var key = (field, (int)parsed.Code(field));
            counts.Unknown[key] = counts.Unknown.GetValueOrDefault(key) + 1;
        }
    }
}
