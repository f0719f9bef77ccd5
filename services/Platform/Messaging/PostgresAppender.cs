using System.Threading.Channels;
using ECommerce.Channels.Platform.Storage;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace ECommerce.Channels.Platform.Messaging;

/// <summary>
/// Group commit: while one transaction commits, appends of this process queue, and the next one takes all of them. Per topic and
/// partition their records become one row, in the order in which they came.
/// </summary>
internal sealed class PostgresAppender : IAsyncDisposable
{
    private readonly NpgsqlDataSource database;
    private readonly EventLogOptions options;
    private readonly AppendAdmission admission;
    private readonly ILogger logger;
    private readonly Action<IReadOnlyCollection<int>> appended;
    private readonly Channel<Append> queue = Channel.CreateUnbounded<Append>(new UnboundedChannelOptions { SingleReader = true });
    private readonly Task running;

    public PostgresAppender(NpgsqlDataSource database, EventLogOptions options, TimeProvider time, ILogger logger, Action<IReadOnlyCollection<int>> appended)
    {
        (this.database, this.options, this.logger, this.appended) = (database, options, logger, appended);
        admission = new AppendAdmission(options, time);
        running = Task.Run(RunAsync);
    }

    private sealed record Append(KnownTopic Topic, IReadOnlyList<LogRecord> Records, long Bytes, CancellationToken Cancellation)
    {
        public TaskCompletionSource<AppendResult> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>By partition: how far the append's last record is from the first of its transaction.</summary>
        public Dictionary<int, long> LastDeltas { get; } = [];
    }

    public async Task<AppendResult> AppendAsync(KnownTopic topic, IReadOnlyList<LogRecord> records, CancellationToken cancellation)
    {
        var bytes = await admission.EnterAsync(records, cancellation);
        var append = new Append(topic, records, bytes, cancellation);
        if (!queue.Writer.TryWrite(append))
        {
            admission.Leave(records.Count, bytes);
            throw new EventLogUnavailableException("The log is closing.");
        }
        return await append.Done.Task.WaitAsync(cancellation);
    }

    public async ValueTask DisposeAsync()
    {
        queue.Writer.TryComplete();
        await running;
    }

    private async Task RunAsync()
    {
        var group = new List<Append>();
        while (await queue.Reader.WaitToReadAsync())
        {
            long bytes = 0;
            while (bytes < options.Postgres.TransactionBytes && queue.Reader.TryRead(out var next))
            {
                bytes += next.Bytes;
                if (next.Cancellation.IsCancellationRequested) Finish(next, new OperationCanceledException(next.Cancellation));
                else group.Add(next);
            }
            if (group.Count > 0) await CommitAsync(group);
            group.Clear();
        }
    }

    private async Task CommitAsync(List<Append> group)
    {
        try
        {
            var rows = PostgresAppendRows.Of(group.Select(append => (append.Topic.Number, append.Topic.Identity.Partitions, append.Records, append.LastDeltas)), options.Postgres.SegmentBytes);
            using var limit = new CancellationTokenSource(options.AppendTimeout);
            var bases = await WriteAsync(rows, limit.Token);
            foreach (var append in group)
                Finish(append, new AppendResult(append.LastDeltas.ToDictionary(pair => pair.Key, pair => bases[(append.Topic.Number, pair.Key)] + pair.Value)));
            appended([.. rows.Topics.Distinct()]);
        }
        catch (Exception e) when (e is NpgsqlException or OperationCanceledException or TimeoutException or EventLogUnavailableException or InvalidOperationException)
        {
            Log.AppendFailed(logger, group.Count, e.Message);
            var reason = e as EventLogUnavailableException ?? new EventLogUnavailableException("The log did not take the records.", e);
            foreach (var append in group) Finish(append, reason);
        }
    }

    private async Task<Dictionary<(int Topic, int Partition), long>> WriteAsync(PostgresAppendRows rows, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var batch = new NpgsqlBatch(connection);
        // Both run in one implicit transaction; rows are locked in order, so that two processes never wait for each other crosswise.
        batch.BatchCommands.Add(new NpgsqlBatchCommand("""
            SELECT 1 FROM log.partitions p JOIN unnest($1::int[], $2::int[]) w (topic, partition) USING (topic, partition)
            ORDER BY p.topic, p.partition FOR UPDATE OF p
            """).With(rows.Topics).With(rows.Partitions));
        batch.BatchCommands.Add(new NpgsqlBatchCommand("""
            WITH moved AS (
              UPDATE log.partitions p SET end_offset = p.end_offset + w.records
              FROM unnest($1::int[], $2::int[], $3::bigint[]) w (topic, partition, records)
              WHERE p.topic = w.topic AND p.partition = w.partition
              RETURNING p.topic, p.partition, p.end_offset - w.records AS base),
            written AS (
              INSERT INTO log.segments (topic, partition, end_offset, base_offset, records, bytes, appended_at, payload)
              SELECT m.topic, m.partition, m.base + s.since + s.records, m.base + s.since, s.records, length(s.payload), clock_timestamp(), s.payload
              FROM unnest($4::int[], $5::int[], $6::bigint[], $7::int[], $8::bytea[]) s (topic, partition, since, records, payload)
              JOIN moved m USING (topic, partition))
            SELECT topic, partition, base FROM moved
            """)
            .With(rows.Topics).With(rows.Partitions).With(rows.Counts)
            .With(rows.SegmentTopics).With(rows.SegmentPartitions).With(rows.Since).With(rows.Records).With(rows.Payloads));
        var bases = new Dictionary<(int, int), long>();
        await using var reader = await batch.ExecuteReaderAsync(cancellation);
        await reader.NextResultAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
            bases.Add((reader.GetInt32(0), reader.GetInt32(1)), reader.GetInt64(2));
        await reader.CloseAsync();
        if (bases.Count != rows.Topics.Length)
            throw new EventLogUnavailableException("A topic has been deleted or made again.");
        return bases;
    }

    private void Finish(Append append, AppendResult result)
    {
        admission.Leave(append.Records.Count, append.Bytes);
        append.Done.TrySetResult(result);
    }

    private void Finish(Append append, Exception reason)
    {
        admission.Leave(append.Records.Count, append.Bytes);
        append.Done.TrySetException(reason);
    }
}
