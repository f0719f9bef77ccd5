namespace ECommerce.Channels.Kpi.Rollups;

internal enum Seen
{
    First,

    /// <summary>The same again.</summary>
    Repeat,

    /// <summary>The same identity with other content.</summary>
    Conflict,
}

/// <summary>
/// The identities of one slice's events in one hour of event time: a 64-bit hash of (source, id, customer, minute) and a 32-bit hash
/// of the content. Keyed by the event's own time, a repeat always meets its first, whenever it comes. Two different events with the
/// same 64-bit hash in one hour and slice would count once: for n events the chance is about n²/2⁶⁵, 3·10⁻⁸ for a million.
/// </summary>
internal sealed class SeenHour(long hour)
{
    private ulong[] identities = new ulong[64];
    private uint[] contents = new uint[64];
    private readonly ByteWriter added = new();

    public long Hour => hour;

    public int Count { get; private set; }

    /// <summary>The batch that touched it last.</summary>
    public long Generation { get; set; }

    /// <summary>A repeat was met: the stored blocks of this hour have to be kept longer.</summary>
    public bool Repeated { get; set; }

    public bool HasNew => added.Length > 0;

    public Seen Add(ulong identity, uint content)
    {
        if (identity == 0) identity = 1;
        var slot = Find(identity);
        if (identities[slot] == identity)
        {
            Repeated = true;
            return contents[slot] == content ? Seen.Repeat : Seen.Conflict;
        }
        if ((Count + 1) * 5 > identities.Length * 3)
        {
            Grow();
            slot = Find(identity);
        }
        identities[slot] = identity;
        contents[slot] = content;
        Count++;
        added.Fixed64(identity);
        added.Fixed32(content);
        return Seen.First;
    }

    /// <summary>What came since the last call, as a block to be stored.</summary>
    public byte[] TakeBlock()
    {
        var block = added.ToArray();
        added.Clear();
        return block;
    }

    public void Load(ReadOnlySpan<byte> block)
    {
        var reader = new ByteReader(block);
        while (!reader.AtEnd) Add(reader.Fixed64(), reader.Fixed32());
        added.Clear();
        Repeated = false;
    }

    private int Find(ulong identity)
    {
        var slot = (int)(identity >> 20) & (identities.Length - 1);
        while (identities[slot] != 0 && identities[slot] != identity) slot = (slot + 1) & (identities.Length - 1);
        return slot;
    }

    private void Grow()
    {
        var (oldIdentities, oldContents) = (identities, contents);
        identities = new ulong[oldIdentities.Length * 2];
        contents = new uint[identities.Length];
        for (var i = 0; i < oldIdentities.Length; i++)
        {
            if (oldIdentities[i] == 0) continue;
            var slot = Find(oldIdentities[i]);
            identities[slot] = oldIdentities[i];
            contents[slot] = oldContents[i];
        }
    }
}
