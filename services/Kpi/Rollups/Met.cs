using System.Numerics;
using ECommerce.Channels.Contracts;

namespace ECommerce.Channels.Kpi.Rollups;

/// <summary>A set of customers: per shard, a bit for each number.</summary>
internal sealed class Met
{
    private readonly ulong[][] shards = [.. Enumerable.Repeat(Array.Empty<ulong>(), CustomerShard.Count)];

    public long Bytes => shards.Sum(bits => (bits.Length * 8L) + 32);

    public void Add(uint customer)
    {
        ref var bits = ref shards[customer >> 24];
        var word = (int)(customer & 0xffffff) >> 6;
        if (word >= bits.Length) Array.Resize(ref bits, Math.Max(word + 1, bits.Length * 2));
        bits[word] |= 1UL << (int)(customer & 63);
    }

    public void Add(Met other)
    {
        for (var shard = 0; shard < shards.Length; shard++)
        {
            var more = other.shards[shard];
            if (more.Length > shards[shard].Length) Array.Resize(ref shards[shard], more.Length);
            var bits = shards[shard].AsSpan();
            for (var word = 0; word < more.Length; word++) bits[word] |= more[word];
        }
    }

    public long Count()
    {
        var count = 0L;
        foreach (var bits in shards)
            foreach (var word in bits) count += BitOperations.PopCount(word);
        return count;
    }

    public void Clear()
    {
        foreach (var bits in shards) Array.Clear(bits);
    }
}
