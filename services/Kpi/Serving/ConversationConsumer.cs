using ECommerce.Channels.Contracts.Events;
using ECommerce.Channels.Platform.Messaging;
using ECommerce.Channels.Platform.Storage;
using Npgsql;
using NpgsqlTypes;

namespace ECommerce.Channels.Kpi.Serving;

/// <summary>Keeps conversations, and the matters told on the same topic, as they were last told; a lower revision changes nothing.</summary>
internal sealed class ConversationConsumer(ServingCodes codes, OperatorZone zone) : IRecordHandler
{
    public const string Group = "kpi.conversations";

    private readonly MatterRows matters = new(codes, zone);

    public async Task HandleAsync(IReadOnlyList<ConsumedRecord> records, NpgsqlTransaction transaction, CancellationToken cancellation)
    {
        await codes.RefreshAsync(cancellation);
        var told = records.Where(record => record.Envelope?.Type is ConversationOpened.Type or ConversationChanged.Type or ConversationClosed.Type)
            .Select(record => ServingRows.Read<Told>(record, one => IsComplete(one.Conversation)).Conversation!);
        await ServingRows.WriteAsync(transaction, ServingRows.Newest(told, one => one.Id, one => one.Revision), Row, cancellation);
        await matters.SettledAsync(records, transaction, cancellation);
        await MatterRows.JudgedAsync(records, transaction, cancellation);
    }

    private static bool IsComplete(ConversationFacts? one) =>
        one is { Id.Length: > 0, Customer.Length: > 0, Channel.Length: > 0, Revision: > 0 } && one.OpenedAt.Year >= 2000;

    private NpgsqlBatchCommand Row(ConversationFacts one)
    {
        var day = zone.DayOf(one.OpenedAt);
        return new NpgsqlBatchCommand("""
            INSERT INTO serving_conversations AS c (id, revision, bucket, channel, service, region, brand, opened_at, opened_day, first_reply_at,
              closed_at, closed_day, close_reason, agent_messages, customer_replies, rating)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
            ON CONFLICT (id) DO UPDATE SET revision = EXCLUDED.revision, bucket = EXCLUDED.bucket, channel = EXCLUDED.channel,
              service = EXCLUDED.service, region = EXCLUDED.region, brand = EXCLUDED.brand, opened_at = EXCLUDED.opened_at,
              opened_day = EXCLUDED.opened_day, first_reply_at = EXCLUDED.first_reply_at, closed_at = EXCLUDED.closed_at,
              closed_day = EXCLUDED.closed_day, close_reason = EXCLUDED.close_reason, agent_messages = EXCLUDED.agent_messages,
              customer_replies = EXCLUDED.customer_replies, rating = EXCLUDED.rating
            WHERE c.revision < EXCLUDED.revision
            """)
            .With(one.Id).With(one.Revision).With(ServingRows.BucketOf(one.Customer)).WithCodes(codes, day, one.Channel, one.Service, one.Region, one.Brand)
            .WithInstant(one.OpenedAt).WithDay(day).WithInstant(one.FirstReplyAt).WithInstant(one.ClosedAt)
            .WithDay(one.ClosedAt is { } closed ? zone.DayOf(closed) : null).WithNullable(one.CloseReason, NpgsqlDbType.Text)
            .WithNullable(one.AgentMessages, NpgsqlDbType.Integer).WithNullable(one.CustomerReplies, NpgsqlDbType.Integer)
            .WithNullable(one.Rating, NpgsqlDbType.Integer);
    }

    /// <summary>What its events have in common.</summary>
    private sealed record Told(ConversationFacts? Conversation);
}
