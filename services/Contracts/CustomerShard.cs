using System.Text;

namespace ECommerce.Channels.Contracts;

/// <summary>
/// The shard of a customer: murmur2 of the pseudonym, as Kafka's own partitioner computes it, modulo 256.
/// Since the number of partitions is a power of two up to 256, partition = shard mod partitions is also where
/// Kafka's default partitioner of any client puts a record whose key is the pseudonym.
/// </summary>
public static class CustomerShard
{
    public const int Count = 256;

    public static int Of(string customer) => Of(Encoding.UTF8.GetBytes(customer));

    public static int Of(ReadOnlySpan<byte> customer) => (int)(Murmur2(customer) & 0x7fffffff) % Count;

    /// <summary>Murmur2 with the seed of org.apache.kafka.common.utils.Utils.murmur2.</summary>
    public static uint Murmur2(ReadOnlySpan<byte> data)
    {
        const uint m = 0x5bd1e995;
        var h = 0x9747b28c ^ (uint)data.Length;
        while (data.Length >= 4)
        {
            var k = BitConverter.ToUInt32(data) * m;
            k ^= k >> 24;
            h = (h * m) ^ (k * m);
            data = data[4..];
        }
        if (data.Length == 3) h ^= (uint)data[2] << 16;
        if (data.Length >= 2) h ^= (uint)data[1] << 8;
        if (data.Length >= 1) h = (h ^ data[0]) * m;
        h ^= h >> 13;
        h *= m;
        return h ^ (h >> 15);
    }
}
