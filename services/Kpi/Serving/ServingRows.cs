using System.IO.Hashing;
using System.Text;
using System.Text.Json;
using ECommerce.Channels.Kpi.Rollups;
using ECommerce.Channels.Platform.Messaging;
using ECommerce.Channels.Platform.Storage;
using Npgsql;
using NpgsqlTypes;

namespace ECommerce.Channels.Kpi.Serving;

/// <summary>What the rows of serving's facts have in common.</summary>
internal static class ServingRows
{
    public const int Buckets = 64;

    /// <summary>The last of each subject, in one order for all writers, so that two never wait for each other.</summary>
    public static IEnumerable<T> Newest<T>(IEnumerable<T> facts, Func<T, string> id, Func<T, long> revision) =>
        facts.GroupBy(id).OrderBy(group => group.Key, StringComparer.Ordinal).Select(group => group.MaxBy(revision)!);

    /// <exception cref="PoisonRecordException">It is no JSON of that kind, or is not complete.</exception>
    public static T Read<T>(ConsumedRecord record, Predicate<T> isComplete)
        where T : class
    {
        try
        {
            if (JsonSerializer.Deserialize<T>(record.Value.Span, JsonSerializerOptions.Web) is { } read && isComplete(read)) return read;
        }
        catch (JsonException malformed)
        {
            throw new PoisonRecordException(record, "no JSON of what its type says", record.Envelope?.Time, malformed);
        }
        throw new PoisonRecordException(record, "the id, the customer or an instant is missing", record.Envelope?.Time);
    }

    /// <summary>One of 64 buckets of customers: enough to tell how they repeat, and nothing of who they are.</summary>
    public static short BucketOf(string customer) => (short)(XxHash3.HashToUInt64(Encoding.UTF8.GetBytes(customer)) % Buckets);

    public static DateOnly DayOf(this OperatorZone zone, DateTimeOffset at) => zone.DayOf((long)Math.Floor(at.ToUnixTimeMilliseconds() / 60_000.0));

    /// <summary>Channel, service, region and brand, in this order.</summary>
    public static NpgsqlBatchCommand WithCodes(
        this NpgsqlBatchCommand command, ServingCodes codes, DateOnly day, string? channel, string? service, string? region, string? brand) => command
        .With(codes.Of(CodeField.Channel, channel, day)).With(codes.Of(CodeField.Service, service, day))
        .With(codes.Of(CodeField.Region, region, day)).With(codes.Of(CodeField.Brand, brand, day));

    public static NpgsqlBatchCommand WithInstant(this NpgsqlBatchCommand command, DateTimeOffset? at) =>
        command.WithNullable(at?.UtcDateTime, NpgsqlDbType.TimestampTz);

    public static NpgsqlBatchCommand WithDay(this NpgsqlBatchCommand command, DateOnly? day) => command.WithNullable(day, NpgsqlDbType.Date);

    /// <summary>Writes what the facts say, where they are newer than what is known.</summary>
    public static async Task WriteAsync<T>(
        NpgsqlTransaction transaction, IEnumerable<T> facts, Func<T, NpgsqlBatchCommand> write, CancellationToken cancellation)
    {
        await using var batch = new NpgsqlBatch(transaction.Connection, transaction);
        foreach (var one in facts) batch.BatchCommands.Add(write(one));
        if (batch.BatchCommands.Count > 0) await batch.ExecuteNonQueryAsync(cancellation);
    }
}
