using System.Collections.Concurrent;
using Confluent.Kafka;
using Confluent.Kafka.Admin;
using ECommerce.Channels.Contracts;
using Microsoft.Extensions.Logging;

namespace ECommerce.Channels.Platform.Messaging;

/// <summary>The event log on Apache Kafka, by librdkafka.</summary>
public sealed class KafkaEventLog : IEventLog
{
    private static readonly TimeSpan AdminTimeout = TimeSpan.FromSeconds(10);

    private readonly EventLogOptions options;
    private readonly TimeProvider time;
    private readonly ILogger logger;
    private readonly ClientConfig client;
    private readonly KafkaProducer producer;
    private readonly Lazy<IAdminClient> admin;
    private readonly ConcurrentDictionary<string, int> partitions = new();
    private int disposed;

    public KafkaEventLog(string bootstrap, EventLogOptions options, TimeProvider time, ILogger<KafkaEventLog> logger)
    {
        (this.options, this.time, this.logger) = (options, time, logger);
        client = new ClientConfig(new Dictionary<string, string>(options.Kafka.Client))
        {
            BootstrapServers = bootstrap,
            ClientId = "channels",
            ReconnectBackoffMs = 100,
            ReconnectBackoffMaxMs = 1000,
            SocketKeepaliveEnable = true,
            SocketNagleDisable = true,
        };
        producer = new KafkaProducer(client, options, time, logger);
        admin = new Lazy<IAdminClient>(() => new AdminClientBuilder(new AdminClientConfig(new Dictionary<string, string>(client)))
            .SetLogHandler((_, message) => Log.Client(logger, message.Name, message.Message))
            .SetErrorHandler((_, error) => Log.ClientError(logger, error.Code.ToString(), error.IsFatal, error.Reason))
            .Build());
    }

    public Task<IReadOnlyList<string>> ApplyAsync(IReadOnlyList<Topic> topics, CancellationToken cancellation) =>
        AskAsync(() => new KafkaTopics(admin.Value, options.Kafka, AdminTimeout, time).ApplyAsync(topics), cancellation);

    public async Task<LogIdentity> IdentifyAsync(string topic, CancellationToken cancellation)
    {
        var identity = await AskAsync(() => options.Kafka.Identities ? FullIdentityAsync(topic) : NamesOnlyAsync(topic), cancellation);
        partitions[topic] = identity.Partitions;
        return identity;
    }

    public async Task<AppendResult> AppendAsync(string topic, IReadOnlyList<LogRecord> records, CancellationToken cancellation)
    {
        if (records.Count == 0) return new AppendResult(new Dictionary<int, long>());
        if (!partitions.TryGetValue(topic, out var count))
            count = (await IdentifyAsync(topic, cancellation)).Partitions;
        var append = await producer.SendAsync(topic, count, records, cancellation);
        try
        {
            return await append.Done.WaitAsync(cancellation);
        }
        catch (EventLogUnavailableException)
        {
            // Perhaps the topic was made again with another number of partitions.
            partitions.TryRemove(topic, out _);
            throw;
        }
    }

    public Task<IReadOnlyList<OffsetRange>> RangesAsync(string topic, CancellationToken cancellation) => AskAsync(async () =>
    {
        var numbers = Enumerable.Range(0, (await IdentifyAsync(topic, cancellation)).Partitions).ToList();
        var first = await OffsetsAsync(topic, numbers, OffsetSpec.Earliest());
        var end = await OffsetsAsync(topic, numbers, OffsetSpec.Latest());
        return (IReadOnlyList<OffsetRange>)[.. numbers.Select(partition => new OffsetRange(partition, first[partition], end[partition]))];
    }, cancellation);

    public IEventConsumer Subscribe(SubscribeOptions options, IPartitionOwner owner) => new KafkaConsumer(
        ConsumerConfig(options), options, owner, watched => OffsetsAsync(options.Topic, watched, OffsetSpec.Latest()),
        this.options.Kafka.EndProbe, time, logger);

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref disposed, 1) == 1) return;
        await Task.Run(producer.Dispose);
        if (admin.IsValueCreated) admin.Value.Dispose();
    }

    private ConsumerConfig ConsumerConfig(SubscribeOptions subscribe)
    {
        var config = new ConsumerConfig(new Dictionary<string, string>(client))
        {
            GroupId = subscribe.Group,
            AutoOffsetReset = AutoOffsetReset.Error,
            // Only what StoreOffset names is committed, in the background: the client has no other commit that does not block.
            EnableAutoCommit = true,
            EnableAutoOffsetStore = false,
            EnablePartitionEof = true,
            AllowAutoCreateTopics = false,
            FetchQueueBackoffMs = 10,
            FetchErrorBackoffMs = 100,
            QueuedMaxMessagesKbytes = options.Kafka.PrefetchKilobytes,
            QueuedMinMessages = 1_000_000,
            ConsumeResultFields = subscribe.KeysAndHeaders ? "headers,timestamp" : "timestamp",
        };
        if (options.Kafka.ConsumerProtocol)
        {
            config.GroupProtocol = GroupProtocol.Consumer;
        }
        else
        {
            config.PartitionAssignmentStrategy = PartitionAssignmentStrategy.CooperativeSticky;
            config.SessionTimeoutMs = (int)options.Kafka.SessionTimeout.TotalMilliseconds;
            config.HeartbeatIntervalMs = config.SessionTimeoutMs / 4;
        }
        return config;
    }

    private async Task<TopicDescription> DescribeAsync(string topic)
    {
        try
        {
            var result = await admin.Value.DescribeTopicsAsync(TopicCollection.OfTopicNames([topic]), new DescribeTopicsOptions { RequestTimeout = AdminTimeout });
            return result.TopicDescriptions[0];
        }
        catch (DescribeTopicsException e)
        {
            throw new EventLogUnavailableException($"Topic {topic}: {e.Results.TopicDescriptions[0].Error.Reason}", e);
        }
    }

    private async Task<LogIdentity> FullIdentityAsync(string topic)
    {
        var described = await DescribeAsync(topic);
        var cluster = await admin.Value.DescribeClusterAsync(new DescribeClusterOptions { RequestTimeout = AdminTimeout });
        return new LogIdentity(cluster.ClusterId, topic, described.TopicId.ToString(), described.Partitions.Count);
    }

    private Task<LogIdentity> NamesOnlyAsync(string topic) => Task.Run(() =>
    {
        var metadata = admin.Value.GetMetadata(topic, AdminTimeout).Topics[0];
        if (metadata.Error.IsError) throw new EventLogUnavailableException($"Topic {topic}: {metadata.Error.Reason}");
        return new LogIdentity("unnamed", topic, topic, metadata.Partitions.Count);
    });

    private async Task<IReadOnlyDictionary<int, long>> OffsetsAsync(string topic, IReadOnlyList<int> partitions, OffsetSpec spec)
    {
        var asked = partitions.Select(partition => new TopicPartitionOffsetSpec
        {
            TopicPartition = new TopicPartition(topic, partition),
            OffsetSpec = spec,
        }).ToList();
        for (var start = time.GetTimestamp(); ;)
        {
            try
            {
                var answer = await admin.Value.ListOffsetsAsync(asked, new ListOffsetsOptions { RequestTimeout = AdminTimeout });
                return answer.ResultInfos.ToDictionary(
                    info => info.TopicPartitionOffsetError.Partition.Value, info => info.TopicPartitionOffsetError.Offset.Value);
            }
            catch (ListOffsetsException e) when (NoLeaderYet(e) && time.GetElapsedTime(start) < AdminTimeout)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(100), time);
            }
        }
    }

    /// <summary>A topic was made a moment ago, or a broker has gone: another leader is found soon.</summary>
    private static bool NoLeaderYet(ListOffsetsException e) => e.Result.ResultInfos.Exists(info => info.TopicPartitionOffsetError.Error.Code
        is ErrorCode.LeaderNotAvailable or ErrorCode.NotLeaderForPartition or ErrorCode.UnknownTopicOrPart or ErrorCode.UnknownLeaderEpoch or ErrorCode.FencedLeaderEpoch);

    private static async Task<T> AskAsync<T>(Func<Task<T>> ask, CancellationToken cancellation)
    {
        try
        {
            return await ask().WaitAsync(cancellation);
        }
        catch (KafkaException e)
        {
            throw new EventLogUnavailableException($"The log does not answer: {e.Error.Reason}", e);
        }
    }
}
