using ECommerce.Channels.Contracts;
using ECommerce.Channels.Platform.Audit;
using ECommerce.Channels.Platform.Messaging;
using ECommerce.Channels.Platform.Security;
using ECommerce.Channels.Platform.Storage;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;

namespace ECommerce.Channels.Care.Journeys;

/// <summary>Sources whose transactions so far are not kept any more, as kpi forgets them (decision 6).</summary>
internal sealed class ForgottenSources(NpgsqlDataSource database, IEventLog log, AuditLog audit, TimeProvider time)
{
    /// <summary>The steps of the source go, and what the log still holds of it is passed over by offset: what it sends later counts.</summary>
    /// <returns>How many steps went.</returns>
    public async Task<int> ForgetAsync(string source, string by, CancellationToken cancellation)
    {
        var identity = await log.IdentifyAsync(Topics.Transactions.Name, cancellation);
        var ranges = await log.RangesAsync(Topics.Transactions.Name, cancellation);
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        // First: a batch that is being committed is waited for, and the next one sees the list.
        await using (var command = new NpgsqlCommand("LOCK TABLE journey_forgotten IN EXCLUSIVE MODE", connection, transaction)) await command.ExecuteNonQueryAsync(cancellation);
        await using (var command = new NpgsqlCommand("""
            INSERT INTO journey_forgotten AS f (source, topic_id, partition, before_offset) SELECT $1, $2, * FROM unnest($3::int[], $4::bigint[])
            ON CONFLICT (source, topic_id, partition) DO UPDATE SET before_offset = greatest(f.before_offset, EXCLUDED.before_offset)
            """, connection, transaction))
            await command.With(source).With(identity.TopicId).With(ranges.Select(range => range.Partition).ToArray()).With(ranges.Select(range => range.End).ToArray())
                .ExecuteNonQueryAsync(cancellation);
        // What is left of their matters is another one now.
        await using (var command = new NpgsqlCommand("""
            INSERT INTO matter_turns AS t (customer, due) SELECT DISTINCT customer, $2::timestamptz FROM journey_steps WHERE source = $1 ORDER BY customer
            ON CONFLICT (customer) DO UPDATE SET due = least(t.due, EXCLUDED.due)
            """, connection, transaction)) await command.With(source).With(time.GetUtcNow().UtcDateTime).ExecuteNonQueryAsync(cancellation);
        await using var steps = new NpgsqlCommand("DELETE FROM journey_steps WHERE source = $1", connection, transaction).With(source);
        var gone = await steps.ExecuteNonQueryAsync(cancellation);
        await audit.AppendAsync(transaction, by, "source.forgotten", "source:" + source, new { Steps = gone }, cancellation);
        await transaction.CommitAsync(cancellation);
        return gone;
    }

    /// <summary>Up to which offset of each partition the topic's records of a source do not count; held against a forgetting until the transaction ends.</summary>
    public static async Task<Dictionary<(string Source, int Partition), long>> HoldAsync(NpgsqlTransaction transaction, CancellationToken cancellation)
    {
        await using (var command = new NpgsqlCommand("LOCK TABLE journey_forgotten IN ROW EXCLUSIVE MODE", transaction.Connection, transaction))
            await command.ExecuteNonQueryAsync(cancellation);
        var before = new Dictionary<(string, int), long>();
        await using var read = new NpgsqlCommand("""
            SELECT source, partition, before_offset FROM journey_forgotten
            WHERE topic_id IN (SELECT topic_id FROM consumer_offsets WHERE consumer_group = $1)
            """, transaction.Connection, transaction).With(JourneyConsumer.Group);
        await using var reader = await read.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation)) before[(reader.GetString(0), reader.GetInt32(1))] = reader.GetInt64(2);
        return before;
    }
}

internal static class SourcesApi
{
    public static void MapSources(this IEndpointRouteBuilder api) =>
        api.MapPost("/sources/{source}/forget", ForgetAsync).WithName("forgetJourneys").WithTags("Sources")
            .WithSummary("Forget what a source told about customers' journeys so far").RequireRoles(Roles.Manager, Roles.Admin).RequireAllRegions();

    private static async Task<Ok<JourneysForgotten>> ForgetAsync(string source, ForgottenSources sources, HttpContext http, CancellationToken cancellation) =>
        TypedResults.Ok(new JourneysForgotten(source, await sources.ForgetAsync(source, Caller.Of(http.User).Subject, cancellation)));
}

/// <param name="Steps">How many steps of customers were kept and are not any more.</param>
internal sealed record JourneysForgotten(string Source, int Steps);
