using System.Text.Json;
using ECommerce.Channels.Contracts.Events;
using ECommerce.Channels.Platform.Messaging;
using ECommerce.Channels.Platform.Storage;
using Npgsql;
using NpgsqlTypes;

namespace ECommerce.Channels.Offload.Health;

/// <summary>Keeps what kpi tells of the channels' health: the last record of a channel is all of it.</summary>
internal sealed class HealthConsumer : IRecordHandler
{
    public const string Group = "offload.health";

    public async Task HandleAsync(IReadOnlyList<ConsumedRecord> records, NpgsqlTransaction transaction, CancellationToken cancellation)
    {
        foreach (var record in records.Where(one => !one.Value.IsEmpty))
        {
            if (record.Envelope is { } envelope && envelope.Type != ChannelHealthMeasured.Type) continue;
            var measured = Read(record);
            await using var command = new NpgsqlCommand("""
                INSERT INTO channel_health (channel, body) VALUES ($1, $2) ON CONFLICT (channel) DO UPDATE SET body = EXCLUDED.body
                """, transaction.Connection, transaction);
            command.With(measured.Channel).With(JsonSerializer.Serialize(measured, JsonSerializerOptions.Web), NpgsqlDbType.Jsonb);
            await command.ExecuteNonQueryAsync(cancellation);
        }
    }

    private static ChannelHealthMeasured Read(ConsumedRecord record)
    {
        try
        {
            if (JsonSerializer.Deserialize<ChannelHealthMeasured>(record.Value.Span, JsonSerializerOptions.Web) is { Channel.Length: > 0, Services: not null } measured)
                return measured;
        }
        catch (JsonException malformed)
        {
            throw new PoisonRecordException(record, "no JSON of a channel's health", inner: malformed);
        }
        throw new PoisonRecordException(record, "channel or services are missing");
    }
}
