using System.Text.Json;
using ECommerce.Channels.Care.Matters;
using ECommerce.Channels.Contracts;
using ECommerce.Channels.Contracts.Transactions;
using ECommerce.Channels.Platform.Messaging;
using ECommerce.Channels.Platform.Storage;
using Npgsql;
using NpgsqlTypes;

namespace ECommerce.Channels.Care.Journeys;

/// <summary>
/// Keeps what customers did, from the topic of transactions. The same transaction again changes nothing, whatever it says. What cannot
/// be read is passed over: kpi, which counts it, keeps it as a dead letter, and a replay comes by here too.
/// </summary>
internal sealed class JourneyConsumer(JourneyDays days, TimeProvider time) : IRecordHandler
{
    public const string Group = "care.journeys";

    public async Task HandleAsync(IReadOnlyList<ConsumedRecord> records, NpgsqlTransaction transaction, CancellationToken cancellation)
    {
        var first = days.First.ToDateTime(TimeOnly.MinValue, DateTimeKind.Utc);
        var forgotten = await ForgottenSources.HoldAsync(transaction, cancellation);
        var steps = new List<TransactionRecorded>(records.Count);
        foreach (var record in records)
            if (Read(record) is { } one && one.At.UtcDateTime >= first && CustomerId.IsValid(one.Customer)
                && record.Offset >= forgotten.GetValueOrDefault((one.Source, record.Partition))) steps.Add(one);
        if (steps.Count == 0) return;
        await days.EnsureAsync(steps.Select(one => DateOnly.FromDateTime(one.At.UtcDateTime)), cancellation);
        await using var command = new NpgsqlCommand("""
            INSERT INTO journey_steps (customer, minute, source, id, at, channel, service, outcome, reason, region, amount, assisted, task)
            SELECT customer, date_trunc('minute', at), source, id, at, channel, service, outcome, reason, region, amount, assisted, task
            FROM unnest($1::text[], $2::text[], $3::text[], $4::timestamptz[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[],
              $10::bigint[], $11::boolean[], $12::text[]) AS t (customer, source, id, at, channel, service, outcome, reason, region, amount, assisted, task)
            ON CONFLICT DO NOTHING
            """, transaction.Connection, transaction);
        // In one order for all writers, so that two never wait for each other.
        steps.Sort((a, b) => string.CompareOrdinal(a.Customer, b.Customer));
        Texts(one => one.Customer);
        Texts(one => one.Source);
        Texts(one => one.Id);
        command.With(steps.ConvertAll(one => one.At.UtcDateTime).ToArray(), NpgsqlDbType.Array | NpgsqlDbType.TimestampTz);
        Texts(one => one.Channel);
        Texts(one => one.Service);
        Texts(one => JsonNamingPolicy.CamelCase.ConvertName(one.Outcome.ToString()));
        Texts(one => one.Reason);
        Texts(one => one.Region);
        command.With(steps.ConvertAll(one => one.Amount).ToArray(), NpgsqlDbType.Array | NpgsqlDbType.Bigint);
        command.With(steps.ConvertAll(one => one.Assisted).ToArray());
        Texts(one => one.Task);
        await command.ExecuteNonQueryAsync(cancellation);
        await MatterTurns.AddAsync(transaction, steps.Select(one => (one.Customer, one.At)), time.GetUtcNow(), cancellation);

        void Texts(Converter<TransactionRecorded, string?> of) => command.With(steps.ConvertAll(of).ToArray(), NpgsqlDbType.Array | NpgsqlDbType.Text);
    }

    private static TransactionRecorded? Read(ConsumedRecord record)
    {
        try
        {
            return TransactionRecorded.Read(record.Value.Span);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
