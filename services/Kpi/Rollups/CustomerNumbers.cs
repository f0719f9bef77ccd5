using System.IO.Hashing;

namespace ECommerce.Channels.Kpi.Rollups;

/// <summary>
/// Gives every customer of a slice a number, for good: shard (8 bits) and index within the shard (24 bits). Customers are known by a
/// 64-bit hash of the pseudonym; among a million the chance that two share one is 3·10⁻⁸, among a billion 3 %.
/// </summary>
internal sealed class CustomerNumbers
{
    private readonly int[] next = new int[Contracts.CustomerShard.Count];
    private readonly List<ulong>[] added = [.. Enumerable.Range(0, Contracts.CustomerShard.Count).Select(_ => new List<ulong>())];
    private ulong[] hashes = new ulong[1024];
    private uint[] numbers = new uint[1024];

    public int Count { get; private set; }

    /// <summary>How a customer is known; never 0.</summary>
    public static ulong HashOf(ReadOnlySpan<byte> customer) => Math.Max(1, XxHash3.HashToUInt64(customer));

    public uint Number(int shard, ulong hash)
    {
        if (hash == 0) hash = 1;
        var slot = Find(hash);
        if (hashes[slot] == hash) return numbers[slot];
        added[shard].Add(hash);
        return Insert(shard, hash);
    }

    /// <summary>
    /// The customers that came since the last call, as a block: per shard its number, the first index, how many, and their hashes.
    /// Null where none came.
    /// </summary>
    public byte[]? TakeBlock()
    {
        ByteWriter? writer = null;
        for (var shard = 0; shard < added.Length; shard++)
        {
            if (added[shard].Count == 0) continue;
            writer ??= new ByteWriter();
            writer.Byte((byte)shard);
            writer.Number(next[shard] - added[shard].Count);
            writer.Number(added[shard].Count);
            foreach (var hash in added[shard]) writer.Fixed64(hash);
            added[shard].Clear();
        }
        return writer?.ToArray();
    }

    /// <summary>Blocks of a shard come in the order in which they were written; others' shards are left out.</summary>
    public void Load(ReadOnlySpan<byte> block, Slice slice)
    {
        var reader = new ByteReader(block);
        while (!reader.AtEnd)
        {
            int shard = reader.Byte();
            var first = reader.Number();
            var mine = slice.Holds(shard);
            if (mine && first != next[shard])
                throw new InvalidDataException($"Customers of shard {shard}: block starts at {first}, {next[shard]} are known.");
            for (var left = reader.Number(); left > 0; left--)
            {
                var hash = reader.Fixed64();
                if (mine) Insert(shard, hash);
            }
        }
    }

    /// <summary>Puts other bits in the place of a customer's hash in a block; whether it was there.</summary>
    public static bool Replace(Span<byte> block, int shard, ulong hash, ulong replacement)
    {
        var reader = new ByteReader(block);
        while (!reader.AtEnd)
        {
            var mine = reader.Byte() == shard;
            reader.Number();
            for (var left = reader.Number(); left > 0; left--)
            {
                if (reader.Fixed64() != hash || !mine) continue;
                BitConverter.TryWriteBytes(block[(reader.Position - sizeof(ulong))..], replacement);
                return true;
            }
        }
        return false;
    }

    private uint Insert(int shard, ulong hash)
    {
        if ((Count + 1) * 5 > hashes.Length * 3) Grow();
        var slot = Find(hash);
        var index = next[shard]++;
        if (index >= 1 << 24) throw new InvalidOperationException($"Shard {shard} has no number left: more than 16 million customers.");
        hashes[slot] = hash;
        numbers[slot] = ((uint)shard << 24) | (uint)index;
        Count++;
        return numbers[slot];
    }

    private int Find(ulong hash)
    {
        var slot = (int)(hash >> 20) & (hashes.Length - 1);
        while (hashes[slot] != 0 && hashes[slot] != hash) slot = (slot + 1) & (hashes.Length - 1);
        return slot;
    }

    private void Grow()
    {
        var (oldHashes, oldNumbers) = (hashes, numbers);
        hashes = new ulong[oldHashes.Length * 2];
        numbers = new uint[hashes.Length];
        for (var i = 0; i < oldHashes.Length; i++)
        {
            if (oldHashes[i] == 0) continue;
            var slot = Find(oldHashes[i]);
            hashes[slot] = oldHashes[i];
            numbers[slot] = oldNumbers[i];
        }
    }
}

/// <summary>
/// The customers of one partition: those whose shard is <paramref name="Residue"/> modulo <paramref name="Modulus"/>. Stored blocks say
/// whose they are in the same words, so they stay valid when the number of partitions changes.
/// </summary>
internal readonly record struct Slice(int Modulus, int Residue)
{
    public bool Holds(int shard) => shard % Modulus == Residue;

    /// <summary>Whether two slices share a shard; both moduli are powers of two.</summary>
    public bool Meets(Slice other) => Residue % Math.Min(Modulus, other.Modulus) == other.Residue % Math.Min(Modulus, other.Modulus);
}
