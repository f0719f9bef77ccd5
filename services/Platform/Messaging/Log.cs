using Microsoft.Extensions.Logging;

namespace ECommerce.Channels.Platform.Messaging;

/// <summary>What messaging says; never a key, a value or a header.</summary>
internal static partial class Log
{
    [LoggerMessage(Level = LogLevel.Debug, Message = "{Client}: {Text}")]
    public static partial void Client(ILogger logger, string client, string text);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Event log: {Code} (fatal: {Fatal}): {Reason}")]
    public static partial void ClientError(ILogger logger, string code, bool fatal, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Records} records were not sent before the producer closed")]
    public static partial void RecordsLeftInProducer(ILogger logger, int records);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The producer had a fatal error and is built anew")]
    public static partial void ProducerRebuilt(ILogger logger);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Group} did not leave {Topic} in good order")]
    public static partial void ConsumerNotClosed(ILogger logger, string group, string topic, Exception exception);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Group} could not take or hand over partitions of {Topic}")]
    public static partial void OwnerFailed(ILogger logger, string group, string topic, Exception exception);

    [LoggerMessage(Level = LogLevel.Debug, Message = "Partition {Partition} of {Topic} cannot be sought yet: {Reason}")]
    public static partial void SeekLater(ILogger logger, string topic, int partition, string reason);

    [LoggerMessage(Level = LogLevel.Debug, Message = "The end of the log is not known: {Reason}")]
    public static partial void EndUnknown(ILogger logger, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Appends} appends were not taken: {Reason}")]
    public static partial void AppendFailed(ILogger logger, int appends, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Group} cannot read {Topic} now: {Reason}")]
    public static partial void ReadFailed(ILogger logger, string group, string topic, string reason);

    [LoggerMessage(Level = LogLevel.Debug, Message = "A hint between processes was not sent or not received: {Reason}")]
    public static partial void HintFailed(ILogger logger, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Group} could not give a sign of life: {Reason}")]
    public static partial void BeatFailed(ILogger logger, string group, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Retention and compaction of the log failed: {Reason}")]
    public static partial void MaintenanceFailed(ILogger logger, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Topic differs from what is wanted: {Difference}")]
    public static partial void TopicDiffers(ILogger logger, string difference);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Topics are not made yet: {Reason}")]
    public static partial void TopicsNotMade(ILogger logger, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Dead letters wait to be forwarded: {Reason}")]
    public static partial void DeadLettersNotForwarded(ILogger logger, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The outbox waits: {Reason}")]
    public static partial void OutboxWaits(ILogger logger, string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Group} cannot go on with {Topic}")]
    public static partial void ConsumerFailed(ILogger logger, string group, string topic, Exception exception);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Group} waits with {Topic}: {Reason}")]
    public static partial void ConsumerWaits(ILogger logger, string group, string topic, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Group} has not committed a batch of {Topic}: {Reason}")]
    public static partial void Fenced(ILogger logger, string group, string topic, string reason);
}
