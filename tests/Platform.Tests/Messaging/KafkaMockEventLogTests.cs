using Confluent.Kafka;
using ECommerce.Channels.Platform.Messaging;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace ECommerce.Channels.Platform.Tests.Messaging;

/// <summary>
/// The contract on librdkafka's own mock cluster, which needs nothing installed. It makes topics on use, with four partitions, and has
/// neither topic administration nor retention: what needs those is proved on a real broker.
/// </summary>
public sealed class KafkaMockEventLogTests(KafkaMockCluster cluster) : EventLogContract, IClassFixture<KafkaMockCluster>
{
    protected override Task<IEventLog> OpenAsync(Action<EventLogOptions>? change = null)
    {
        var options = new EventLogOptions { Kafka = { Identities = false } };
        change?.Invoke(options);
        return Task.FromResult<IEventLog>(new KafkaEventLog(cluster.Bootstrap, options, TimeProvider.System, NullLogger<KafkaEventLog>.Instance));
    }

    protected override async Task<string> NewTopicAsync(IEventLog log)
    {
        var topic = "t" + Guid.NewGuid().ToString("N");
        cluster.Make(topic);
        await log.IdentifyAsync(topic, Ending);
        return topic;
    }

    protected override string? Lacks => "the mock cluster has no topic administration, no retention and no prompt rebalance";

    protected override Task RecreateAsync(string topic) => Task.CompletedTask;

    protected override Task TruncateAsync(string topic, int partition, long before) => Task.CompletedTask;

    protected override Task<IOutage> StartAnotherAsync() => Task.FromException<IOutage>(new NotSupportedException());

    protected override void ShortSessions(EventLogOptions options) => options.Kafka.Client["max.poll.interval.ms"] = "4000";
}

/// <summary>The mock cluster: it lives as long as the producer that carries it.</summary>
public sealed class KafkaMockCluster : IDisposable
{
    private readonly IProducer<Null, Null> carrier;
    private readonly IAdminClient admin;

    public KafkaMockCluster()
    {
        var config = new ProducerConfig { BootstrapServers = "ignored" };
        config.Set("test.mock.num.brokers", "3");
        carrier = new ProducerBuilder<Null, Null>(config).Build();
        admin = new DependentAdminClientBuilder(carrier.Handle).Build();
        Bootstrap = string.Join(',', admin.GetMetadata("first", TimeSpan.FromSeconds(10)).Brokers.Select(broker => $"{broker.Host}:{broker.Port}"));
    }

    public string Bootstrap { get; }

    public void Make(string topic) => admin.GetMetadata(topic, TimeSpan.FromSeconds(10));

    public void Dispose()
    {
        admin.Dispose();
        carrier.Dispose();
    }
}
