using System.ComponentModel.DataAnnotations;

namespace ECommerce.Channels.Platform.Messaging;

/// <summary>
/// Settings of the event log, section <c>EventLog</c>. The engine follows from what is named: <c>KAFKA_BOOTSTRAP</c> chooses Kafka,
/// else <c>ConnectionStrings__log</c> chooses PostgreSQL.
/// </summary>
public sealed class EventLogOptions : IValidatableObject
{
    public const string Section = "EventLog";

    /// <summary>Make missing topics at start. Off where topics are another team's: then <c>channels topics apply</c>, by hand.</summary>
    public bool ApplyTopics { get; set; } = true;

    /// <summary>Records waiting for the log in this process; past it an append is refused (429).</summary>
    [Range(1, 10_000_000)]
    public int QueueRecords { get; set; } = 200_000;

    /// <summary>Bytes waiting for the log in this process.</summary>
    [Range(1 << 20, 1L << 31)]
    public long QueueBytes { get; set; } = 128 << 20;

    /// <summary>How long an append waits for room in a full queue before it is refused.</summary>
    public TimeSpan QueueWait { get; set; } = TimeSpan.FromMilliseconds(250);

    /// <summary>How long an append may take before the log counts as unavailable (503).</summary>
    public TimeSpan AppendTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Largest key + value + headers of one record.</summary>
    [Range(1024, 16 << 20)]
    public int MaxRecordBytes { get; set; } = 900_000;

    [Required]
    public KafkaLogOptions Kafka { get; set; } = new();

    [Required]
    public PostgresLogOptions Postgres { get; set; } = new();

    /// <summary>What the attributes cannot say, and the parts' own.</summary>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        var faults = new List<ValidationResult>();
        Validator.TryValidateObject(Kafka, new ValidationContext(Kafka), faults, validateAllProperties: true);
        Validator.TryValidateObject(Postgres, new ValidationContext(Postgres), faults, validateAllProperties: true);
        foreach (var (name, time) in Times())
            if (time <= TimeSpan.Zero) faults.Add(new ValidationResult("must be longer than nothing", [name]));
        if (Kafka.MinInSyncReplicas > Kafka.ReplicationFactor)
            faults.Add(new ValidationResult("must not be more than ReplicationFactor", ["Kafka:MinInSyncReplicas"]));
        return faults;
    }

    private IEnumerable<(string Name, TimeSpan Time)> Times() =>
    [
        (nameof(AppendTimeout), AppendTimeout),
        ("Kafka:SessionTimeout", Kafka.SessionTimeout),
        ("Kafka:EndProbe", Kafka.EndProbe),
        ("Postgres:Lease", Postgres.Lease),
        ("Postgres:PollInterval", Postgres.PollInterval),
        ("Postgres:Maintenance", Postgres.Maintenance),
        ("Postgres:MaxPollInterval", Postgres.MaxPollInterval),
    ];
}

/// <summary>Settings of the Kafka engine, section <c>EventLog:Kafka</c>.</summary>
public sealed class KafkaLogOptions
{
    /// <summary>Copies of each partition of a topic that we make; 3 in production.</summary>
    [Range(1, 9)]
    public short ReplicationFactor { get; set; } = 1;

    /// <summary>Copies that must have a record before it is acknowledged; 2 in production.</summary>
    [Range(1, 9)]
    public short MinInSyncReplicas { get; set; } = 1;

    /// <summary>
    /// Off for brokers before 4.0: members then use the classic protocol, cooperative-sticky. Never mix both in one group. With it on,
    /// how soon a dead member's partitions move is the broker's setting (<c>group.consumer.session.timeout.ms</c>, 45 s by default).
    /// </summary>
    public bool ConsumerProtocol { get; set; } = true;

    /// <summary>
    /// Off for brokers that cannot tell cluster and topic ids (before 2.8, and the client library's mock cluster): then a log made
    /// anew, or a topic, is not recognised as another one.
    /// </summary>
    public bool Identities { get; set; } = true;

    /// <summary>Session of a member under the classic protocol.</summary>
    public TimeSpan SessionTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long records wait to travel together.</summary>
    [Range(0, 1000)]
    public double LingerMilliseconds { get; set; } = 5;

    /// <summary>Memory for records fetched ahead, per consumer; kilobytes.</summary>
    [Range(1024, 1 << 20)]
    public int PrefetchKilobytes { get; set; } = 65_536;

    /// <summary>How often a consumer asks where the log ends; how stale "everything up to then" may be.</summary>
    public TimeSpan EndProbe { get; set; } = TimeSpan.FromMilliseconds(250);

    /// <summary>Anything else of librdkafka, by its own name: <c>security.protocol</c>, <c>sasl.username</c>, …</summary>
    public Dictionary<string, string> Client { get; } = [];
}

/// <summary>Settings of the PostgreSQL engine, section <c>EventLog:Postgres</c>.</summary>
public sealed class PostgresLogOptions
{
    /// <summary>How long a member keeps its partitions without a sign of life.</summary>
    public TimeSpan Lease { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How often a reader looks without having been told to.</summary>
    public TimeSpan PollInterval { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>How often retention and compaction run.</summary>
    public TimeSpan Maintenance { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>Longest time between two polls before a member counts as stuck and loses its partitions.</summary>
    public TimeSpan MaxPollInterval { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>A row of the log holds at most about so many bytes.</summary>
    [Range(4096, 16 << 20)]
    public int SegmentBytes { get; set; } = 256 << 10;

    /// <summary>What one transaction takes from the queue at most, but for a single larger append.</summary>
    [Range(65536, 256 << 20)]
    public int TransactionBytes { get; set; } = 16 << 20;

    /// <summary>How long a compacted topic remembers that a key was deleted.</summary>
    public TimeSpan TombstonesKept { get; set; } = TimeSpan.FromDays(1);
}
