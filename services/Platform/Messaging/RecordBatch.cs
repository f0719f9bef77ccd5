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
        public int Partition, KeyStart, KeyLength, ValueStart, ValueLength;
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

    public ReadOnlySpan<byte> Key(int index) => bytes.AsSpan(entries[index].KeyStart, entries[index].KeyLength);

    /// <summary>The value; empty is a tombstone: the key has no state any more.</summary>
    public ReadOnlySpan<byte> Value(int index) => bytes.AsSpan(entries[index].ValueStart, entries[index].ValueLength);

    /// <summary>Headers, where the consumer was asked to read them; else empty.</summary>
    public IReadOnlyList<LogHeader> Headers(int index) => entries[index].Headers ?? [];

    public void Add(
        int partition, long offset, long appendedAt, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, IReadOnlyList<LogHeader>? headers = null)
    {
        var staged = Stage(key);
        AddStaged(partition, offset, appendedAt, staged, Stage(value), headers);
    }

    /// <summary>Bytes already in the buffer, of a record that is not added yet.</summary>
    internal readonly record struct Staged(int Start, int Length);

    /// <summary>Copies key or value of the next record, where its place in the log is not known yet.</summary>
    internal Staged Stage(ReadOnlySpan<byte> part)
    {
        if (bytes.Length - used < part.Length)
            Array.Resize(ref bytes, Math.Max(bytes.Length * 2, used + part.Length));
        part.CopyTo(bytes.AsSpan(used));
        used += part.Length;
        return new Staged(used - part.Length, part.Length);
    }

    internal void AddStaged(int partition, long offset, long appendedAt, Staged key, Staged value, IReadOnlyList<LogHeader>? headers)
    {
        entries[Count++] = new Entry
        {
            Partition = partition,
            Offset = offset,
            AppendedAt = appendedAt,
            Headers = headers,
            KeyStart = key.Start,
            KeyLength = key.Length,
            ValueStart = value.Start,
            ValueLength = value.Length,
        };
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
