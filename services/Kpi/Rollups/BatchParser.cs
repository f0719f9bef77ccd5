using System.IO.Hashing;
using ECommerce.Channels.Contracts;
using ECommerce.Channels.Kpi.Ingestion;
using ECommerce.Channels.Platform.Hosting;
using ECommerce.Channels.Platform.Messaging;

namespace ECommerce.Channels.Kpi.Rollups;

/// <summary>
/// Turns the records of a batch into <see cref="ParsedEvent"/>s: reads the JSON, resolves codes, hashes identities. Records that
/// break a rule become refusals, records of another partition's customers are put aside.
/// </summary>
internal sealed class BatchParser(Codes codes, Calendar calendar, ImportBook imports)
{
    /// <summary>Clocks of the log and of the ingestion differ a little: what was timely when it was taken stays so.</summary>
    private const long ClockSlackMs = 5 * 60_000;

    private readonly TransactionReader reader = new();
    private ParsedEvent[] events = [];

    /// <summary>What the events touch and is not in memory yet: to be loaded before they are applied.</summary>
    public readonly List<(SliceState Slice, SeenHour Hour)> MissingHours = [];
    public readonly List<(SliceState Slice, CustomerDay Day)> MissingDays = [];
    public readonly List<(SliceState Slice, string Import, ImportRows Rows)> MissingRows = [];

    public int Count { get; private set; }

    public Span<ParsedEvent> Events => events.AsSpan(0, Count);

    public bool HasMissing => MissingHours.Count + MissingDays.Count + MissingRows.Count > 0;

    public void Parse(RecordBatch batch, IReadOnlyDictionary<int, SliceState> slices, Delta delta)
    {
        if (events.Length < batch.Count) events = new ParsedEvent[batch.Capacity];
        Count = 0;
        MissingHours.Clear();
        MissingDays.Clear();
        MissingRows.Clear();
        for (var i = 0; i < batch.Count; i++)
        {
            // A partition that was taken away while its records were on their way: its new owner reads them.
            if (!slices.TryGetValue(batch.Partition(i), out var slice)) continue;
            // A consumer that sought back gives again what was applied already.
            if (batch.Offset(i) < slice.Next) continue;
            slice.Next = batch.Offset(i) + 1;
            slice.AsOf = DateTimeOffset.FromUnixTimeMilliseconds(batch.AppendedAt(i));
            Parse(batch, i, slice, delta);
        }
        foreach (var (partition, asOf) in batch.AtEnd)
            if (slices.TryGetValue(partition, out var slice)) slice.AsOf = asOf;
    }

    private void Parse(RecordBatch batch, int index, SliceState slice, Delta delta)
    {
        var value = batch.Value(index);
        var view = default(TransactionView);
        if (!TransactionScanner.TryRead(value, ref view))
        {
            var errors = new FieldErrors();
            if (!reader.TryRead(value, TransactionForm.Log, ref view, errors))
            {
                Refuse(batch, index, view, errors, delta);
                return;
            }
        }
        if (slice.IsForgotten(CodeTable.Hash(view.Source), batch.Offset(index))) return;
        var import = view.Import.IsEmpty ? 0 : imports.Number(view.Import);
        if (!TransactionRules.IsTimely(view.At, view.History && import > 0, batch.AppendedAt(index) - ClockSlackMs)
            && !TransactionRules.IsTimely(view.At, view.History && import > 0, batch.AppendedAt(index) + ClockSlackMs))
        {
            Refuse(batch, index, view, Untimely(), delta);
            return;
        }
        var shard = CustomerShard.Of(view.Customer);
        if (!slice.Slice.Holds(shard))
        {
            delta.Misplaced.Add(new Misplaced(System.Text.Encoding.UTF8.GetString(view.Customer), value.ToArray()));
            return;
        }
        Keep(ref events[Count++], index, slice, shard, import, in view);
        slice.Meet(events[Count - 1].Source, batch.Offset(index), delta);
    }

    private void Keep(ref ParsedEvent parsed, int index, SliceState slice, int shard, int import, in TransactionView view)
    {
        var place = calendar.Of(view.Minute);
        var source = CodeTable.Hash(view.Source);
        parsed.Record = index;
        parsed.Slice = slice;
        parsed.Shard = shard;
        parsed.CustomerHash = XxHash3.HashToUInt64(view.Customer);
        parsed.Identity = Identity(in view, parsed.CustomerHash, source);
        parsed.At = view.At;
        parsed.Day = place.Day;
        parsed.Seen = slice.Hour(place.Hour, MissingHours);
        parsed.Customers = slice.Day(place.Day, MissingDays);
        parsed.Rows = import > 0 && view.Row > 0 ? slice.Import(imports.Id(import), MissingRows) : null;
        parsed.Outcome = view.Outcome;
        parsed.Assisted = view.Assisted;
        parsed.Amount = Math.Max(0, view.Amount);
        parsed.Duration = view.Duration;
        parsed.Import = import;
        parsed.Row = view.Row;
        parsed.Unknown = 0;
        parsed.Source = codes.Resolve(CodeField.Source, view.Source, source, place.Day, ref parsed.Unknown);
        ResolveCodes(ref parsed, in view);
    }

    /// <summary>Each code is hashed once: for its id, and into the hash of the content.</summary>
    private void ResolveCodes(ref ParsedEvent parsed, in TransactionView view)
    {
        var (channel, service) = (CodeTable.Hash(view.Channel), CodeTable.Hash(view.Service));
        var (region, brand) = (CodeTable.Hash(view.Region), CodeTable.Hash(view.Brand));
        var reason = view.Reason.IsEmpty ? 0 : CodeTable.Hash(view.Reason);
        parsed.Key = new CellKey(
            codes.Resolve(CodeField.Channel, view.Channel, channel, parsed.Day, ref parsed.Unknown),
            codes.Resolve(CodeField.Service, view.Service, service, parsed.Day, ref parsed.Unknown),
            codes.Resolve(CodeField.Region, view.Region, region, parsed.Day, ref parsed.Unknown),
            codes.Resolve(CodeField.Brand, view.Brand, brand, parsed.Day, ref parsed.Unknown)).Packed;
        parsed.Reason = view.Outcome == Outcome.Failed
            ? codes.Resolve(CodeField.Reason, view.Reason, reason, parsed.Day, ref parsed.Unknown)
            : (ushort)0;
        parsed.Content = Content(in view, Mix(Mix(Mix(Mix(channel, service), region), brand), reason));
    }

    /// <summary>Identity is (source, id, customer, minute).</summary>
    private static ulong Identity(in TransactionView view, ulong customer, ulong source) =>
        Mix(Mix(XxHash3.HashToUInt64(view.Id, unchecked((long)customer)), source), (ulong)view.Minute);

    private static uint Content(in TransactionView view, ulong codes)
    {
        var hash = Mix(codes, ((ulong)view.At << 3) | ((ulong)view.Outcome << 1) | (view.Assisted ? 1UL : 0));
        hash = Mix(hash, (ulong)view.Amount);
        hash = Mix(hash, (ulong)view.Duration);
        if (!view.Task.IsEmpty) hash = Mix(hash, CodeTable.Hash(view.Task) ^ 1);
        if (!view.Decision.IsEmpty) hash = Mix(hash, CodeTable.Hash(view.Decision) ^ 2);
        return (uint)(hash >> 32);
    }

    private static ulong Mix(ulong hash, ulong value)
    {
        hash = (hash ^ value) * 0x9E3779B97F4A7C15;
        return hash ^ (hash >> 32);
    }

    private static FieldErrors Untimely()
    {
        var errors = new FieldErrors();
        errors.Add("at", "早于 400 天或晚于 15 分钟之后", "is more than 400 days ago or 15 minutes ahead");
        return errors;
    }

    private void Refuse(RecordBatch batch, int index, in TransactionView view, FieldErrors errors, Delta delta)
    {
        var reason = string.Join("; ", errors.In("en").Select(pair => $"{pair.Key}: {string.Join(", ", pair.Value)}"));
        DateTimeOffset? at = view.At >= 0 ? DateTimeOffset.FromUnixTimeMilliseconds(view.At) : null;
        delta.Refusals.Add(new DeadRecord(batch.Partition(index), batch.Offset(index), default, batch.Value(index).ToArray(), reason, at));
        if (!view.Import.IsEmpty && imports.Number(view.Import) is > 0 and var import) delta.Import(imports.Id(import)).Refused++;
    }
}
