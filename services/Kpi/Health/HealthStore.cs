using System.Text.Json;
using ECommerce.Channels.Contracts;
using ECommerce.Channels.Contracts.Events;
using ECommerce.Channels.Platform.Messaging;
using ECommerce.Channels.Platform.Storage;
using Npgsql;
using NpgsqlTypes;

namespace ECommerce.Channels.Kpi.Health;

/// <summary>A channel as it was measured in one round.</summary>
internal sealed record ChannelStanding(string Channel, DateTimeOffset At, IReadOnlyList<ServiceStanding> Services);

/// <summary>What is known of health.</summary>
/// <param name="At">When the last round was; null before the first.</param>
/// <param name="Channels">Every channel that was ever measured; the last round measured those of its own time.</param>
internal sealed record KnownHealth(DateTimeOffset? At, IReadOnlyList<ChannelStanding> Channels);

internal sealed class HealthStore(NpgsqlDataSource database, Outbox outbox)
{
    /// <summary>For how long a replica that took a round may work on it; then another may.</summary>
    public static readonly TimeSpan ClaimLength = TimeSpan.FromSeconds(30);

    public async Task<KnownHealth> LoadAsync(CancellationToken cancellation)
    {
        await using var command = database.CreateCommand("""
            SELECT r.at, h.channel, h.at, h.services::text FROM health_rounds r LEFT JOIN channel_health h ON true ORDER BY h.channel COLLATE "C"
            """);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        DateTimeOffset? at = null;
        var channels = new List<ChannelStanding>();
        while (await reader.ReadAsync(cancellation))
        {
            if (await reader.IsDBNullAsync(0, cancellation)) break;
            at = reader.GetFieldValue<DateTimeOffset>(0);
            if (await reader.IsDBNullAsync(1, cancellation)) break;
            channels.Add(new ChannelStanding(
                reader.GetString(1), reader.GetFieldValue<DateTimeOffset>(2),
                JsonSerializer.Deserialize<List<ServiceStanding>>(reader.GetString(3), JsonSerializerOptions.Web)!));
        }
        return new KnownHealth(at, channels);
    }

    /// <summary>Takes the round after the last one; false where another replica has it or has done it.</summary>
    /// <param name="last">When the last round was, as far as the caller knows.</param>
    public async Task<bool> ClaimAsync(DateTimeOffset? last, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand("""
            UPDATE health_rounds SET claimed_until = clock_timestamp() + $2 WHERE at IS NOT DISTINCT FROM $1 AND claimed_until < clock_timestamp()
            """).WithNullable(last?.UtcDateTime, NpgsqlDbType.TimestampTz).With(ClaimLength);
        return await command.ExecuteNonQueryAsync(cancellation) == 1;
    }

    /// <summary>Lets go of a round that cannot be done now.</summary>
    public async Task LeaveAsync(DateTimeOffset? last, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand("UPDATE health_rounds SET claimed_until = '-infinity' WHERE at IS NOT DISTINCT FROM $1")
            .WithNullable(last?.UtcDateTime, NpgsqlDbType.TimestampTz);
        await command.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>Keeps a round and tells it; false, and nothing done, where another replica was there first.</summary>
    public async Task<bool> SaveAsync(DateTimeOffset? last, DateTimeOffset at, IReadOnlyList<ChannelStanding> channels, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await using var moved = new NpgsqlCommand(
            "UPDATE health_rounds SET at = $2, claimed_until = '-infinity' WHERE at IS NOT DISTINCT FROM $1", connection, transaction)
            .WithNullable(last?.UtcDateTime, NpgsqlDbType.TimestampTz).With(at.UtcDateTime);
        if (await moved.ExecuteNonQueryAsync(cancellation) == 0) return false;
        foreach (var channel in channels) await SaveAsync(transaction, channel, cancellation);
        await transaction.CommitAsync(cancellation);
        return true;
    }

    private async Task SaveAsync(NpgsqlTransaction transaction, ChannelStanding channel, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand("""
            INSERT INTO channel_health (channel, sequence, at, services) VALUES ($1, 1, $2, $3)
            ON CONFLICT (channel) DO UPDATE SET sequence = channel_health.sequence + 1, at = $2, services = $3 RETURNING sequence
            """, transaction.Connection, transaction)
            .With(channel.Channel).With(channel.At.UtcDateTime).With(JsonSerializer.Serialize(channel.Services, JsonSerializerOptions.Web), NpgsqlDbType.Jsonb);
        var sequence = (long)(await command.ExecuteScalarAsync(cancellation))!;
        await outbox.AddAsync(
            transaction, Topics.Health, channel.Channel, ChannelHealthMeasured.Type, Told(channel), sequence, at: channel.At, cancellation: cancellation);
    }

    private static ChannelHealthMeasured Told(ChannelStanding channel) => new(channel.Channel, channel.At, [.. channel.Services.Select(Told)]);

    private static ServiceHealth Told(ServiceStanding one)
    {
        var bounds = one.Window.Bounds();
        return new ServiceHealth(
            one.Service, one.State, one.Window.Successes, one.Window.Failures, bounds?.Low, bounds?.High, one.Floor, one.Window.Minutes, one.Able);
    }
}
