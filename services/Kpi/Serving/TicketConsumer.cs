using ECommerce.Channels.Contracts.Events;
using ECommerce.Channels.Platform.Messaging;
using ECommerce.Channels.Platform.Storage;
using Npgsql;
using NpgsqlTypes;

namespace ECommerce.Channels.Kpi.Serving;

/// <summary>Keeps tickets as they were last told; a lower revision changes nothing.</summary>
internal sealed class TicketConsumer(ServingCodes codes, OperatorZone zone) : IRecordHandler
{
    public const string Group = "kpi.tickets";

    public async Task HandleAsync(IReadOnlyList<ConsumedRecord> records, NpgsqlTransaction transaction, CancellationToken cancellation)
    {
        await codes.RefreshAsync(cancellation);
        var told = records.Where(record => record.Envelope?.Type is TicketOpened.Type or TicketChanged.Type or TicketResolved.Type or TicketClosed.Type)
            .Select(record => ServingRows.Read<Told>(record, one => IsComplete(one.Ticket)).Ticket!);
        await ServingRows.WriteAsync(transaction, ServingRows.Newest(told, one => one.Id, one => one.Revision), Row, cancellation);
    }

    private static bool IsComplete(TicketFacts? one) =>
        one is { Id.Length: > 0, Customer.Length: > 0, Type.Length: > 0, Status.Length: > 0, Revision: > 0 } && one.OpenedAt.Year >= 2000;

    private NpgsqlBatchCommand Row(TicketFacts one)
    {
        var day = zone.DayOf(one.OpenedAt);
        return new NpgsqlBatchCommand("""
            INSERT INTO serving_tickets AS t (id, revision, bucket, channel, service, region, brand, type, status, opened_day,
              response_due, response_day, response_in_time, resolution_due, resolution_day, resolution_in_time)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
            ON CONFLICT (id) DO UPDATE SET revision = EXCLUDED.revision, bucket = EXCLUDED.bucket, channel = EXCLUDED.channel,
              service = EXCLUDED.service, region = EXCLUDED.region, brand = EXCLUDED.brand, type = EXCLUDED.type, status = EXCLUDED.status,
              opened_day = EXCLUDED.opened_day, response_due = EXCLUDED.response_due, response_day = EXCLUDED.response_day,
              response_in_time = EXCLUDED.response_in_time, resolution_due = EXCLUDED.resolution_due, resolution_day = EXCLUDED.resolution_day,
              resolution_in_time = EXCLUDED.resolution_in_time
            WHERE t.revision < EXCLUDED.revision
            """)
            .With(one.Id).With(one.Revision).With(ServingRows.BucketOf(one.Customer)).WithCodes(codes, day, one.Channel, one.Service, one.Region, one.Brand)
            .With(one.Type).With(one.Status).WithDay(day)
            .WithInstant(one.FirstResponseDue).WithDay(DayOf(one.FirstResponseDue ?? one.FirstResponseAt)).WithNullable(one.FirstResponseInTime, NpgsqlDbType.Boolean)
            .WithInstant(one.ResolutionDue).WithDay(DayOf(one.ResolutionDue ?? one.ResolvedAt)).WithNullable(one.ResolutionInTime, NpgsqlDbType.Boolean);
    }

    private DateOnly? DayOf(DateTimeOffset? at) => at is { } instant ? zone.DayOf(instant) : null;

    /// <summary>What its events have in common.</summary>
    private sealed record Told(TicketFacts? Ticket);
}
