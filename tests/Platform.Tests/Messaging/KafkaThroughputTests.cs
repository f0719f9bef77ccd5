using ECommerce.Channels.Contracts;
using ECommerce.Channels.Platform.Messaging;
using ECommerce.Channels.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace ECommerce.Channels.Platform.Tests.Messaging;

/// <summary>Not part of the suite: run by hand (<c>--explicit only</c>) on a quiet machine.</summary>
public sealed class KafkaThroughputTests(KafkaBroker broker)
{
    [Fact(Explicit = true)]
    public async Task Consume_TwoMillionRecords_IsFast()
    {
        var cancellation = TestContext.Current.CancellationToken;
        await using var log = new KafkaEventLog(await broker.BootstrapAsync(cancellation), new EventLogOptions(), TimeProvider.System, NullLogger<KafkaEventLog>.Instance);
        var topic = "t" + Guid.NewGuid().ToString("N");
        await log.ApplyAsync([new Topic(topic, 16, 1)], cancellation);
        var value = new byte[247];
        var records = Enumerable.Range(0, 50_000).Select(i => new LogRecord($"c_{i}", value)).ToList();
        var time = TimeProvider.System;
        var start = time.GetTimestamp();
        for (var i = 0; i < 40; i++) await log.AppendAsync(topic, records, cancellation);
        TestContext.Current.TestOutputHelper!.WriteLine($"produced {2_000_000 / time.GetElapsedTime(start).TotalSeconds:0}/s");

        foreach (var full in new[] { false, false, true })
        {
            using var consumer = log.Subscribe(new SubscribeOptions(topic, $"g{Guid.NewGuid():N}") { KeysAndHeaders = full }, new FromStart());
            var batch = new RecordBatch(20_000);
            while (batch.Count == 0) consumer.Poll(batch, TimeSpan.FromSeconds(1), cancellation);
            start = time.GetTimestamp();
            var allocated = GC.GetAllocatedBytesForCurrentThread();
            var read = 0L;
            while (read < 1_960_000)
            {
                batch.Clear();
                consumer.Poll(batch, TimeSpan.FromMilliseconds(100), cancellation);
                read += batch.Count;
            }
            TestContext.Current.TestOutputHelper!.WriteLine(
                $"consumed ({(full ? "all" : "values")}) {read / time.GetElapsedTime(start).TotalSeconds:0}/s, {(GC.GetAllocatedBytesForCurrentThread() - allocated) / read} B/record");
        }
    }

    private sealed class FromStart : IPartitionOwner
    {
        public IReadOnlyDictionary<int, long> Assigned(IReadOnlyList<int> partitions) => partitions.ToDictionary(partition => partition, _ => -1L);

        public void Revoked(IReadOnlyList<int> partitions)
        {
            // Nothing to commit.
        }

        public void Lost(IReadOnlyList<int> partitions)
        {
            // Nothing to forget.
        }
    }
}
