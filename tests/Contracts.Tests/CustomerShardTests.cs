using System.Text;
using Xunit;

namespace ECommerce.Channels.Contracts.Tests;

public sealed class CustomerShardTests
{
    /// <summary>The vectors of Kafka's own test of its hash (UtilsTest.testMurmur2).</summary>
    [Theory]
    [InlineData("21", -973932308)]
    [InlineData("foobar", -790332482)]
    [InlineData("a-little-bit-long-string", -985981536)]
    [InlineData("a-little-bit-longer-string", -1486304829)]
    [InlineData("lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58897971)]
    [InlineData("abc", 479470107)]
    public void Murmur2_VectorsOfKafka_AreTheSame(string key, int expected) =>
        Assert.Equal(expected, unchecked((int)CustomerShard.Murmur2(Encoding.UTF8.GetBytes(key))));

    [Fact]
    public void Of_AnyTopic_IsWhereKafkasPartitionerPutsTheKey()
    {
        foreach (var topic in Topics.All)
        {
            for (var i = 0; i < 1000; i++)
            {
                var customer = $"c_{i}";
                var hash = CustomerShard.Murmur2(Encoding.UTF8.GetBytes(customer));
                Assert.Equal((int)(hash & 0x7fffffff) % topic.Partitions, CustomerShard.Of(customer) % topic.Partitions);
            }
        }
    }

    [Fact]
    public void Of_ManyCustomers_UsesEveryShardEvenly()
    {
        var shards = Enumerable.Range(0, 256_000).GroupBy(i => CustomerShard.Of($"c_{i}")).ToDictionary(group => group.Key, group => group.Count());
        Assert.Equal(CustomerShard.Count, shards.Count);
        // 1,000 expected; six standard deviations either way.
        Assert.All(shards.Values, count => Assert.InRange(count, 810, 1190));
    }
}
