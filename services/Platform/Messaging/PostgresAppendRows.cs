namespace ECommerce.Channels.Platform.Messaging;

/// <summary>What one transaction of appends writes, column by column: one row per partition, and one or more segments for each.</summary>
internal sealed class PostgresAppendRows
{
    private readonly List<int> segmentTopics = [];
    private readonly List<int> segmentPartitions = [];
    private readonly List<long> since = [];
    private readonly List<int> records = [];
    private readonly List<byte[]> payloads = [];

    public int[] Topics { get; private init; } = [];

    public int[] Partitions { get; private init; } = [];

    /// <summary>Records for each partition.</summary>
    public long[] Counts { get; private init; } = [];

    public int[] SegmentTopics => [.. segmentTopics];

    public int[] SegmentPartitions => [.. segmentPartitions];

    /// <summary>How far a segment's first record is from the first record of its partition in this transaction.</summary>
    public long[] Since => [.. since];

    public int[] Records => [.. records];

    public byte[][] Payloads => [.. payloads];

    private sealed class Open
    {
        public SegmentWriter Writer = new();
        public long Count;
        public long SegmentStart;
    }

    /// <param name="appends">In order; each one's deltas are filled in.</param>
    public static PostgresAppendRows Of(
        IEnumerable<(int Topic, int Partitions, IReadOnlyList<LogRecord> Records, Dictionary<int, long> LastDeltas)> appends, int segmentBytes)
    {
        var open = new SortedDictionary<(int Topic, int Partition), Open>();
        var full = new PostgresAppendRows();
        foreach (var (topic, partitions, records, lastDeltas) in appends)
        {
            for (var i = 0; i < records.Count; i++)
            {
                var record = records[i];
                var partition = AppendAdmission.Partition(record.Key, partitions);
                if (!open.TryGetValue((topic, partition), out var target)) open[(topic, partition)] = target = new Open();
                target.Writer.Add((int)(target.Count - target.SegmentStart), record);
                lastDeltas[partition] = target.Count++;
                if (target.Writer.Length >= segmentBytes) full.Seal(topic, partition, target);
            }
        }
        foreach (var ((topic, partition), target) in open)
            if (target.Writer.Records > 0) full.Seal(topic, partition, target);
        var rows = new PostgresAppendRows
        {
            Topics = [.. open.Keys.Select(key => key.Topic)],
            Partitions = [.. open.Keys.Select(key => key.Partition)],
            Counts = [.. open.Values.Select(target => target.Count)],
        };
        rows.Take(full);
        return rows;
    }

    private void Seal(int topic, int partition, Open target)
    {
        segmentTopics.Add(topic);
        segmentPartitions.Add(partition);
        since.Add(target.SegmentStart);
        records.Add(target.Writer.Records);
        payloads.Add(target.Writer.ToArray());
        target.SegmentStart = target.Count;
        target.Writer = new SegmentWriter();
    }

    private void Take(PostgresAppendRows other)
    {
        segmentTopics.AddRange(other.segmentTopics);
        segmentPartitions.AddRange(other.segmentPartitions);
        since.AddRange(other.since);
        records.AddRange(other.records);
        payloads.AddRange(other.payloads);
    }
}
