using System.Globalization;
using Confluent.Kafka;
using Confluent.Kafka.Admin;
using ECommerce.Channels.Contracts;

namespace ECommerce.Channels.Platform.Messaging;

/// <summary>Makes missing topics, and says where existing ones differ from what is wanted.</summary>
internal sealed class KafkaTopics(IAdminClient admin, KafkaLogOptions options, TimeSpan timeout, TimeProvider time)
{
    public async Task<IReadOnlyList<string>> ApplyAsync(IReadOnlyList<Topic> topics)
    {
        var existing = await DescribeAsync(topics);
        var missing = topics.Where(topic => !existing.ContainsKey(topic.Name)).ToList();
        if (missing.Count > 0)
        {
            await CreateAsync(missing);
            await UntilUsableAsync(missing);
        }
        var settings = existing.Count > 0 ? await SettingsAsync(existing.Keys) : [];
        return [.. topics.Where(topic => existing.ContainsKey(topic.Name)).SelectMany(topic => Differences(topic, existing[topic.Name], settings[topic.Name]))];
    }

    private async Task<Dictionary<string, TopicDescription>> DescribeAsync(IReadOnlyList<Topic> topics)
    {
        List<TopicDescription> described;
        try
        {
            var names = TopicCollection.OfTopicNames(topics.Select(topic => topic.Name));
            described = (await admin.DescribeTopicsAsync(names, new DescribeTopicsOptions { RequestTimeout = timeout })).TopicDescriptions;
        }
        catch (DescribeTopicsException e)
        {
            described = e.Results.TopicDescriptions;
        }
        if (described.Find(topic => topic.Error.IsError && topic.Error.Code != ErrorCode.UnknownTopicOrPart) is { } failed)
            throw new EventLogUnavailableException($"Topic {failed.Name}: {failed.Error.Reason}");
        return described.Where(topic => !topic.Error.IsError).ToDictionary(topic => topic.Name);
    }

    private async Task CreateAsync(List<Topic> missing)
    {
        try
        {
            await admin.CreateTopicsAsync(
                missing.Select(Specification),
                new CreateTopicsOptions { RequestTimeout = timeout, OperationTimeout = timeout });
        }
        catch (CreateTopicsException e)
        {
            // Another replica starts at the same time.
            if (e.Results.Find(result => result.Error.IsError && result.Error.Code != ErrorCode.TopicAlreadyExists) is { } failed)
                throw new EventLogUnavailableException($"Topic {failed.Topic} was not made: {failed.Error.Reason}", e);
        }
    }

    /// <summary>The controller knows a new topic before every broker does.</summary>
    private async Task UntilUsableAsync(List<Topic> made)
    {
        for (var start = time.GetTimestamp(); ;)
        {
            var there = await DescribeAsync(made);
            if (made.TrueForAll(topic => there.TryGetValue(topic.Name, out var found) && found.Partitions.TrueForAll(partition => partition.Leader is { Id: >= 0 })))
                return;
            if (time.GetElapsedTime(start) > timeout) throw new EventLogUnavailableException("Topics were made, and have no leaders yet.");
            await Task.Delay(TimeSpan.FromMilliseconds(100), time);
        }
    }

    private TopicSpecification Specification(Topic topic) => new()
    {
        Name = topic.Name,
        NumPartitions = topic.Partitions,
        ReplicationFactor = options.ReplicationFactor,
        Configs = Wanted(topic),
    };

    private Dictionary<string, string> Wanted(Topic topic)
    {
        var wanted = new Dictionary<string, string>
        {
            ["cleanup.policy"] = topic.Compacted ? "compact" : "delete",
            ["min.insync.replicas"] = options.MinInSyncReplicas.ToString(),
            // When the log took a record, not when the producer says it made it.
            ["message.timestamp.type"] = "LogAppendTime",
        };
        if (topic.RetentionDays is { } days)
            wanted["retention.ms"] = TimeSpan.FromDays(days).TotalMilliseconds.ToString(CultureInfo.InvariantCulture);
        return wanted;
    }

    private async Task<Dictionary<string, Dictionary<string, ConfigEntryResult>>> SettingsAsync(IEnumerable<string> topics)
    {
        var resources = topics.Select(topic => new ConfigResource { Type = ResourceType.Topic, Name = topic });
        var results = await admin.DescribeConfigsAsync(resources, new DescribeConfigsOptions { RequestTimeout = timeout });
        return results.ToDictionary(result => result.ConfigResource.Name, result => result.Entries);
    }

    private IEnumerable<string> Differences(Topic topic, TopicDescription existing, Dictionary<string, ConfigEntryResult> settings)
    {
        if (existing.Partitions.Count != topic.Partitions)
            yield return $"{topic.Name}: {existing.Partitions.Count} partitions, {topic.Partitions} wanted";
        if (existing.Partitions[0].Replicas.Count != options.ReplicationFactor)
            yield return $"{topic.Name}: {existing.Partitions[0].Replicas.Count} replicas, {options.ReplicationFactor} wanted";
        foreach (var (name, wanted) in Wanted(topic))
            if (settings.TryGetValue(name, out var setting) && setting.Value != wanted)
                yield return $"{topic.Name}: {name}={setting.Value}, {wanted} wanted";
    }
}
