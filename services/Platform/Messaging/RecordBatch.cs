namespace ECommerce.Channels.Platform.Messaging;

/// <summary>
/// Records read from one topic, in order within each partition, laid out in one growing buffer that is used again for the next
/// batch: reading a record allocates nothing. Not thread-safe; spans are valid until <see cref="Clear"/>.
/// </summary>
public sealed class RecordBatch(int capacity)
{
    private readonly Entry[] entries = new Entry[capacity];
    private readonly Dictionary<int, DateTimeOffset> atEnd = [];
    private byte[] bytes = new byte[Math.Max(64, capacity) * 64];
    private int used;

    private struct Entry
    {
        public int Partition, Start, KeyLength, ValueLength;
        public long Offset, AppendedAt;
        public IReadOnlyList<LogHeader>? Headers;
    }

    public int Capacity => entries.Length;

    public int Count { get; private set; }

    public bool IsFull => Count == entries.Length;

    /// <summary>
    /// Partitions whose end was reached: by the given time everything in them had been returned, in this batch or before it.
    /// </summary>
    public IReadOnlyDictionary<int, DateTimeOffset> AtEnd => atEnd;

    public int Partition(int index) => entries[index].Partition;

    public long Offset(int index) => entries[index].Offset;

    /// <summary>When the log took the record; milliseconds since 1970.</summary>
    public long AppendedAt(int index) => entries[index].AppendedAt;

    public ReadOnlySpan<byte> Key(int index) => bytes.AsSpan(entries[index].Start, entries[index].KeyLength);

    public ReadOnlySpan<byte> Value(int index) =>
        bytes.AsSpan(entries[index].Start + entries[index].KeyLength, entries[index].ValueLength);

    /// <summary>Headers, where the consumer was asked to read them; else empty.</summary>
    public IReadOnlyList<LogHeader> Headers(int index) => entries[index].Headers ?? [];

    public void Add(
        int partition, long offset, long appendedAt, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, IReadOnlyList<LogHeader>? headers = null)
    {
        var length = key.Length + value.Length;
        if (bytes.Length - used < length)
            Array.Resize(ref bytes, Math.Max(bytes.Length * 2, used + length));
        key.CopyTo(bytes.AsSpan(used));
        value.CopyTo(bytes.AsSpan(used + key.Length));
        entries[Count++] = new Entry
        {
            Partition = partition,
            Offset = offset,
            AppendedAt = appendedAt,
            Headers = headers,
            Start = used,
            KeyLength = key.Length,
            ValueLength = value.Length,
        };
        used += length;
    }

    public void ReachedEnd(int partition, DateTimeOffset asOf) => atEnd[partition] = asOf;

    public void Clear()
    {
        if (Count > 0) Array.Clear(entries, 0, Count);
        Count = 0;
        used = 0;
        atEnd.Clear();
    }
}
