using System.Runtime.InteropServices;
using Confluent.Kafka;
using Microsoft.Extensions.Logging;

namespace ECommerce.Channels.Platform.Messaging;

/// <summary>The idempotent producer, built anew after a fatal error.</summary>
internal sealed class KafkaProducer(ClientConfig client, EventLogOptions options, TimeProvider time, ILogger logger) : IDisposable
{
    private readonly Lock gate = new();
    private readonly AppendAdmission admission = new(options, time);
    private Line? line;

    /// <summary>One native producer; broken after a fatal error.</summary>
    private sealed class Line
    {
        public IProducer<string, ReadOnlyMemory<byte>> Producer = null!;
        public volatile bool Broken;
    }

    public async Task<KafkaAppend> SendAsync(string topic, int partitions, IReadOnlyList<LogRecord> records, CancellationToken cancellation)
    {
        var bytes = await admission.EnterAsync(records, cancellation);
        var append = new KafkaAppend(records.Count, bytes, partitions, done => admission.Leave(done.Records, done.Bytes));
        var sent = 0;
        try
        {
            var producer = Current().Producer;
            for (; sent < records.Count; sent++)
                await ProduceAsync(producer, topic, partitions, records[sent], append, cancellation);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            append.Refuse(records.Count - sent, Translate(e));
        }
        return append;
    }

    public void Dispose()
    {
        if (line is null) return;
        if (line.Producer.Flush(options.AppendTimeout) is > 0 and var lost) Log.RecordsLeftInProducer(logger, lost);
        line.Producer.Dispose();
    }

    /// <summary>The client's queue may be full although ours had room (it counts its own overhead): a short wait, then 429.</summary>
    private async ValueTask ProduceAsync(
        IProducer<string, ReadOnlyMemory<byte>> producer, string topic, int partitions, LogRecord record, KafkaAppend append, CancellationToken cancellation)
    {
        var message = new Message<string, ReadOnlyMemory<byte>> { Key = record.Key, Value = record.Value, Headers = Headers(record) };
        var to = new TopicPartition(topic, AppendAdmission.Partition(record.Key, partitions));
        for (var start = time.GetTimestamp(); ;)
        {
            try
            {
                producer.Produce(to, message, append.Delivered);
                return;
            }
            catch (KafkaException e) when (e.Error.Code == ErrorCode.Local_QueueFull && time.GetElapsedTime(start) < options.QueueWait)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(10), time, cancellation);
            }
        }
    }

    private static Exception Translate(Exception e) => e switch
    {
        KafkaException { Error.Code: ErrorCode.Local_QueueFull } => new EventLogFullException("The producer's queue is full.", e),
        KafkaException => new EventLogUnavailableException($"The log did not take the records: {e.Message}", e),
        ObjectDisposedException => new EventLogUnavailableException("The producer is being rebuilt.", e),
        _ => e,
    };

    private static Headers? Headers(in LogRecord record)
    {
        if (record.Headers is not { Count: > 0 } headers) return null;
        var result = new Headers();
        foreach (var header in headers) result.Add(header.Name, header.Value);
        return result;
    }

    private Line Current()
    {
        lock (gate)
        {
            if (line is { Broken: false }) return line;
            if (line is not null)
            {
                // Its records have failed or will within the message timeout; disposing waits for their reports, so not here.
                Log.ProducerRebuilt(logger);
                var broken = line.Producer;
                _ = Task.Run(broken.Dispose);
            }
            return line = Build();
        }
    }

    private Line Build()
    {
        var built = new Line();
        var config = new ProducerConfig(new Dictionary<string, string>(client))
        {
            EnableIdempotence = true,
            Acks = Acks.All,
            CompressionType = CompressionType.Lz4,
            LingerMs = options.Kafka.LingerMilliseconds,
            MessageTimeoutMs = (int)options.AppendTimeout.TotalMilliseconds,
            RequestTimeoutMs = (int)Math.Min(5000, options.AppendTimeout.TotalMilliseconds),
            QueueBufferingMaxMessages = Math.Max(100_000, options.QueueRecords + 10_000),
            QueueBufferingMaxKbytes = (int)Math.Min(int.MaxValue, (options.QueueBytes >> 9) + 1024),
            MessageMaxBytes = options.MaxRecordBytes + 65_536,
            DeliveryReportFields = "none",
        };
        built.Producer = new ProducerBuilder<string, ReadOnlyMemory<byte>>(config)
            .SetKeySerializer(Serializers.Utf8)
            .SetValueSerializer(Bytes.Instance)
            .SetLogHandler((_, message) => Log.Client(logger, message.Name, message.Message))
            .SetErrorHandler((_, error) =>
            {
                if (error.IsFatal) built.Broken = true;
                Log.ClientError(logger, error.Code.ToString(), error.IsFatal, error.Reason);
            })
            .Build();
        return built;
    }

    /// <summary>Hands an array through where the memory is all of one; an empty value is Kafka's null, a tombstone.</summary>
    private sealed class Bytes : ISerializer<ReadOnlyMemory<byte>>
    {
        public static readonly Bytes Instance = new();

        public byte[] Serialize(ReadOnlyMemory<byte> data, SerializationContext context)
        {
            if (data.IsEmpty) return null!;
            return MemoryMarshal.TryGetArray(data, out var segment) && segment.Offset == 0 && segment.Array!.Length == segment.Count
                ? segment.Array
                : data.ToArray();
        }
    }
}
