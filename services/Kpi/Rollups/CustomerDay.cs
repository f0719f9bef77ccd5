using System.Runtime.InteropServices;

namespace ECommerce.Channels.Kpi.Rollups;

/// <summary>
/// Which customers of one slice were seen on one day, by channel and region, and whether any of it was a success: a set of
/// (customer, channel, region) with one flag. Everything distinct is counted from these sets, exactly, over any union of channels,
/// regions and days.
/// </summary>
internal sealed class CustomerDay(DateOnly day)
{
    private const ulong Success = 1;
    private readonly List<ulong> added = [];

    // customer 32 bits | channel 15 | region 16 | success 1; a customer's number is never all zero together with its channel (ids start at 1).
    private ulong[] entries = new ulong[64];

    public DateOnly Day => day;

    public int Count { get; private set; }

    public long Generation { get; set; }

    public bool HasNew => added.Count > 0;

    public static ulong Pack(uint customer, int channel, int region, bool success) =>
        ((ulong)customer << 32) | ((ulong)channel << 17) | ((ulong)region << 1) | (success ? Success : 0);

    public static uint Customer(ulong entry) => (uint)(entry >> 32);

    public static int Channel(ulong entry) => (int)(entry >> 17) & 0x7fff;

    public static int Region(ulong entry) => (int)(entry >> 1) & 0xffff;

    public static bool IsSuccess(ulong entry) => (entry & Success) != 0;

    /// <summary>Adds what is new in it: the triple, or its first success.</summary>
    public void Add(ulong entry)
    {
        var slot = Find(entry);
        if (entries[slot] == 0)
        {
            if ((Count + 1) * 5 > entries.Length * 3)
            {
                Grow();
                slot = Find(entry);
            }
            entries[slot] = entry;
            Count++;
        }
        else if (!IsSuccess(entry) || IsSuccess(entries[slot]))
        {
            return;
        }
        else
        {
            entries[slot] = entry;
        }
        added.Add(entry);
    }

    /// <summary>What came since the last call: sorted, as steps.</summary>
    public byte[] TakeBlock()
    {
        added.Sort();
        var block = Write(CollectionsMarshal.AsSpan(added));
        added.Clear();
        return block;
    }

    public static byte[] Write(ReadOnlySpan<ulong> sorted)
    {
        var writer = new ByteWriter(sorted.Length * 5);
        ulong previous = 0;
        foreach (var entry in sorted)
        {
            writer.Unsigned(entry - previous);
            previous = entry;
        }
        return writer.ToArray();
    }

    public void Load(ReadOnlySpan<byte> block, Slice slice)
    {
        var reader = new ByteReader(block);
        ulong entry = 0;
        while (!reader.AtEnd)
        {
            entry += reader.Unsigned();
            if (slice.Holds((int)(entry >> 56))) Add(entry);
        }
        added.Clear();
    }

    /// <summary>All entries, sorted.</summary>
    public ulong[] Sorted()
    {
        var sorted = entries.Where(entry => entry != 0).ToArray();
        Array.Sort(sorted);
        return sorted;
    }

    private int Find(ulong entry)
    {
        var slot = (int)(((entry >> 1) * 0x9E3779B97F4A7C15) >> 33) & (entries.Length - 1);
        while (entries[slot] != 0 && entries[slot] >> 1 != entry >> 1) slot = (slot + 1) & (entries.Length - 1);
        return slot;
    }

    private void Grow()
    {
        var old = entries;
        entries = new ulong[old.Length * 2];
        foreach (var entry in old)
            if (entry != 0) entries[Find(entry)] = entry;
    }
}
