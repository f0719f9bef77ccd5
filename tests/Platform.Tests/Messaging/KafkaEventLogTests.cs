using Confluent.Kafka;
using ECommerce.Channels.Contracts;
using ECommerce.Channels.Platform.Messaging;
using ECommerce.Channels.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace ECommerce.Channels.Platform.Tests.Messaging;

/// <summary>The contract on a real broker.</summary>
public sealed class KafkaEventLogTests(KafkaBroker broker) : EventLogContract
{
    protected override async Task<IEventLog> OpenAsync(Action<EventLogOptions>? change = null)
    {
        var options = new EventLogOptions();
        change?.Invoke(options);
        return new KafkaEventLog(await broker.BootstrapAsync(Ending), options, TimeProvider.System, NullLogger<KafkaEventLog>.Instance);
    }

    protected override async Task<string> NewTopicAsync(IEventLog log)
    {
        var topic = "t" + Guid.NewGuid().ToString("N");
        Assert.Empty(await log.ApplyAsync([new Topic(topic, Partitions, 1)], Ending));
        return topic;
    }

    protected override async Task RecreateAsync(string topic)
    {
        using var admin = await AdminAsync();
        await admin.DeleteTopicsAsync([topic]);
        await using var log = await OpenAsync();
        await Tools.UntilAsync("the topic is gone", Patience, async () => await TryAsync(() => log.IdentifyAsync(topic, Ending)) is not null, Ending);
        await Tools.UntilAsync("the topic is made", Patience, async () => await TryAsync(() => log.ApplyAsync([new Topic(topic, Partitions, 1)], Ending)) is null, Ending);
        await Tools.UntilAsync("the topic is there", Patience, async () => await TryAsync(() => log.IdentifyAsync(topic, Ending)) is null, Ending);
    }

    protected override async Task TruncateAsync(string topic, int partition, long before)
    {
        using var admin = await AdminAsync();
        await admin.DeleteRecordsAsync([new TopicPartitionOffset(topic, partition, before)]);
    }

    protected override void ShortSessions(EventLogOptions options) => options.Kafka.Client["max.poll.interval.ms"] = "4000";

    private async Task<IAdminClient> AdminAsync() =>
        new AdminClientBuilder(new AdminClientConfig { BootstrapServers = await broker.BootstrapAsync(Ending) }).Build();

    protected override async Task<IOutage> StartAnotherAsync()
    {
        var own = new KafkaBroker();
        return new Outage(own, await own.BootstrapAsync(Ending));
    }

    private sealed class Outage(KafkaBroker own, string bootstrap) : IOutage
    {
        public IEventLog Open(Action<EventLogOptions> change)
        {
            var options = new EventLogOptions();
            change(options);
            return new KafkaEventLog(bootstrap, options, TimeProvider.System, NullLogger<KafkaEventLog>.Instance);
        }

        public Task DownAsync() => own.KillAsync();

        public Task UpAsync() => own.StartAsync(Ending);

        public ValueTask DisposeAsync() => own.DisposeAsync();
    }
}
