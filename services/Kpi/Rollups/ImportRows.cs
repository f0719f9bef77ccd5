namespace ECommerce.Channels.Kpi.Rollups;

/// <summary>The rows of one import that one slice has applied: a chunk that is sent again is neither accepted nor repeated.</summary>
internal sealed class ImportRows
{
    private readonly List<int> added = [];
    private ulong[] rows = new ulong[64];

    public bool HasNew => added.Count > 0;

    /// <summary>False where the row was applied before.</summary>
    public bool Add(int row)
    {
        var word = row >> 6;
        if (word >= rows.Length) Array.Resize(ref rows, Math.Max(word + 1, rows.Length * 2));
        var bit = 1UL << (row & 63);
        if ((rows[word] & bit) != 0) return false;
        rows[word] |= bit;
        added.Add(row);
        return true;
    }

    public byte[] TakeBlock()
    {
        added.Sort();
        var writer = new ByteWriter(added.Count * 2);
        var previous = 0;
        foreach (var row in added)
        {
            writer.Number(row - previous);
            previous = row;
        }
        added.Clear();
        return writer.ToArray();
    }

    public void Load(ReadOnlySpan<byte> block)
    {
        var reader = new ByteReader(block);
        var row = 0;
        while (!reader.AtEnd) Add(row += (int)reader.Number());
        added.Clear();
    }
}
