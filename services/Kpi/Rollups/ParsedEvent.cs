using ECommerce.Channels.Kpi.Ingestion;

namespace ECommerce.Channels.Kpi.Rollups;

/// <summary>A record of a batch, read and with its codes resolved; what applying needs and nothing else.</summary>
internal struct ParsedEvent
{
    /// <summary>Index of the record in its batch.</summary>
    public int Record;

    public SliceState Slice;
    public SeenHour Seen;
    public CustomerDay Customers;

    /// <summary>Null where the event came by no import.</summary>
    public ImportRows? Rows;

    public ulong Identity;
    public ulong CustomerHash;
    public ulong Key;
    public long At;
    public long Amount;
    public uint Content;
    public int Shard;
    public int Day;
    public int Duration;
    public int Import;
    public int Row;
    public ushort Reason;
    public ushort Source;
    public Outcome Outcome;
    public bool Assisted;

    /// <summary>One bit per <see cref="CodeField"/> whose code the catalogue did not know that day.</summary>
    public byte Unknown;

    public readonly long Minute => At / 60_000;

    public readonly ushort Channel => (ushort)(Key >> 48);

    public readonly ushort Region => (ushort)(Key >> 16);

    public readonly ushort Code(CodeField field) => field switch
    {
        CodeField.Channel => (ushort)(Key >> 48),
        CodeField.Service => (ushort)(Key >> 32),
        CodeField.Region => (ushort)(Key >> 16),
        CodeField.Brand => (ushort)Key,
        CodeField.Reason => Reason,
        _ => Source,
    };
}
