using System.Numerics;

namespace ECommerce.Channels.Kpi.Rollups;

/// <summary>A cell while it is being added up: one cache line.</summary>
internal struct CellSum
{
    /// <summary>Start of the bucket, minutes since 1970 UTC.</summary>
    public long Bucket;

    public ulong Key;
    public Measures Sum;

    /// <summary>First node of its durations and of its reasons; -1 for none.</summary>
    public int Durations;

    public int Reasons;
}

/// <summary>One count under a cell: a duration's histogram bucket, or a reason.</summary>
internal struct CountNode
{
    public int Next;
    public ushort Code;
    public long Count;
}

/// <summary>
/// Adds events up to cells: open addressing over (bucket, packed key). Durations and reasons are appended as nodes and only added up
/// when the cells are written, so that an event never searches a list. Cleared and used again; it does not shrink.
/// </summary>
internal sealed class CellTable
{
    private CellSum[] cells = new CellSum[1024];
    private CountNode[] nodes = new CountNode[1024];
    private int[] slots = new int[2048];
    private int nodeCount;

    public int Count { get; private set; }

    public ReadOnlySpan<CellSum> Cells => cells.AsSpan(0, Count);

    public ref readonly CountNode Node(int index) => ref nodes[index];

    public ref CellSum Cell(long bucket, ulong key)
    {
        var slot = Slot(bucket, key);
        while (slots[slot] != 0)
        {
            ref var found = ref cells[slots[slot] - 1];
            if (found.Key == key && found.Bucket == bucket) return ref found;
            slot = (slot + 1) & (slots.Length - 1);
        }
        if (Count == cells.Length)
        {
            Grow();
            return ref Cell(bucket, key);
        }
        slots[slot] = ++Count;
        ref var cell = ref cells[Count - 1];
        cell = new CellSum { Bucket = bucket, Key = key, Durations = -1, Reasons = -1 };
        return ref cell;
    }

    public void AddDuration(ref CellSum cell, int histogramBucket, long count) => cell.Durations = Append(cell.Durations, (ushort)histogramBucket, count);

    public void AddReason(ref CellSum cell, ushort reason, long count) => cell.Reasons = Append(cell.Reasons, reason, count);

    public void Clear()
    {
        Count = 0;
        nodeCount = 0;
        Array.Clear(slots);
    }

    private int Append(int head, ushort code, long count)
    {
        if (nodeCount == nodes.Length) Array.Resize(ref nodes, nodes.Length * 2);
        nodes[nodeCount] = new CountNode { Next = head, Code = code, Count = count };
        return nodeCount++;
    }

    private int Slot(long bucket, ulong key)
    {
        var hash = (key ^ BitOperations.RotateLeft((ulong)bucket * 0x9E3779B97F4A7C15, 29)) * 0xD6E8FEB86659FD93;
        return (int)(hash >> 33) & (slots.Length - 1);
    }

    private void Grow()
    {
        Array.Resize(ref cells, cells.Length * 2);
        slots = new int[cells.Length * 2];
        for (var i = 0; i < Count; i++)
        {
            var slot = Slot(cells[i].Bucket, cells[i].Key);
            while (slots[slot] != 0) slot = (slot + 1) & (slots.Length - 1);
            slots[slot] = i + 1;
        }
    }
}
