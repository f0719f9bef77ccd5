using ECommerce.Channels.Contracts;
using ECommerce.Channels.Platform.Messaging;
using ECommerce.Channels.Platform.Security;
using ECommerce.Channels.Platform.Storage;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;

namespace ECommerce.Channels.Kpi.Rollups;

/// <summary>How far a partition of the log is counted.</summary>
/// <param name="Next">Offset of the next record to count; -1 where none was.</param>
/// <param name="End">Offset after the last record in the log; null where the log does not answer.</param>
/// <param name="AsOf">Everything the log had accepted by then is in the figures.</param>
public sealed record PartitionStatus(int Partition, long Next, long? End, DateTimeOffset? AsOf);

/// <summary>The state of counting.</summary>
/// <param name="Fault">Why this replica counts nothing at the moment; null while all is well.</param>
/// <param name="Lag">Records in the log that are not counted yet; null where the log does not answer.</param>
/// <param name="Waiting">Blocks of minutes that are not folded into hours and days yet.</param>
/// <param name="Counters">Events since installation: accepted, repeated, conflict, refused, misplaced.</param>
public sealed record RollupStatus(
    string? Fault, long? Lag, long Waiting, IReadOnlyDictionary<string, long> Counters, IReadOnlyList<PartitionStatus> Partitions);

internal static class RollupStatusApi
{
    public static void MapRollupStatus(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/api/v1/kpi/rollups", ReadAsync).WithName("getRollupStatus").WithTags("operation")
            .WithSummary("How far counting is, and what it met").RequireRoles(Roles.Sre, Roles.Admin, Roles.Manager);

    private static async Task<Ok<RollupStatus>> ReadAsync(
        RollupConsumer consumer, NpgsqlDataSource database, IEventLog log, CancellationToken cancellation)
    {
        var ends = await EndsAsync(log, cancellation);
        await using var connection = await database.OpenConnectionAsync(cancellation);
        var partitions = new List<PartitionStatus>();
        await using (var command = new NpgsqlCommand(
            "SELECT partition, next_offset, as_of FROM consumer_offsets WHERE consumer_group = $1 ORDER BY partition", connection).With(RollupConsumer.Group))
        await using (var reader = await command.ExecuteReaderAsync(cancellation))
            while (await reader.ReadAsync(cancellation))
                partitions.Add(new PartitionStatus(
                    reader.GetInt32(0), reader.GetInt64(1), ends?.GetValueOrDefault(reader.GetInt32(0)),
                    reader.IsDBNull(2) ? null : reader.GetFieldValue<DateTimeOffset>(2)));
        var counters = new Dictionary<string, long>();
        await using (var command = new NpgsqlCommand("SELECT name, value FROM rollup_counters ORDER BY name", connection))
        await using (var reader = await command.ExecuteReaderAsync(cancellation))
            while (await reader.ReadAsync(cancellation)) counters[reader.GetString(0)] = reader.GetInt64(1);
        await using var waiting = new NpgsqlCommand("SELECT count(*) FROM rollup_minutes WHERE NOT folded", connection);
        long? lag = ends is null ? null : partitions.Sum(partition => Math.Max(0, partition.End!.Value - Math.Max(0, partition.Next)));
        return TypedResults.Ok(new RollupStatus(consumer.Fault, lag, (long)(await waiting.ExecuteScalarAsync(cancellation))!, counters, partitions));
    }

    /// <summary>A log that does not answer is no reason to say nothing about the rest.</summary>
    private static async Task<Dictionary<int, long>?> EndsAsync(IEventLog log, CancellationToken cancellation)
    {
        try
        {
            return (await log.RangesAsync(Topics.Transactions.Name, cancellation)).ToDictionary(range => range.Partition, range => range.End);
        }
        catch (EventLogUnavailableException)
        {
            return null;
        }
    }
}
