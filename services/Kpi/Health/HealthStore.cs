using System.Text.Json;
using ECommerce.Channels.Contracts;
using ECommerce.Channels.Contracts.Events;
using ECommerce.Channels.Platform.Messaging;
using ECommerce.Channels.Platform.Storage;
using Npgsql;
using NpgsqlTypes;

namespace ECommerce.Channels.Kpi.Health;

/// <summary>The health of channels as it was measured last, and its way to others.</summary>
internal sealed class HealthStore(NpgsqlDataSource database, Outbox outbox)
{
    public async Task<Dictionary<(string Channel, string Service), ChannelHealth>> AllAsync(CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        return await ReadAsync(connection, cancellation);
    }

    /// <summary>
    /// One round, of one replica: those that come at the same time, or too soon after another's, do nothing. What is measured is kept and
    /// told in the same transaction, one record for each channel with all its services.
    /// </summary>
    /// <param name="measure">Makes the next states of those before.</param>
    /// <returns>False: it was not this replica's turn.</returns>
    public async Task<bool> RoundAsync(
        DateTimeOffset now, TimeSpan interval, DateTimeOffset asOf,
        Func<Dictionary<(string Channel, string Service), ChannelHealth>, Dictionary<(string Channel, string Service), ChannelHealth>> measure, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await using (var turn = new NpgsqlCommand(
            "UPDATE channel_health_rounds SET at = $1 WHERE at <= $2 AND pg_try_advisory_xact_lock(hashtext('kpi.health'))", connection, transaction))
            if (await turn.With(now.UtcDateTime).With((now - (interval * 0.9)).UtcDateTime).ExecuteNonQueryAsync(cancellation) == 0) return false;
        var measured = measure(await ReadAsync(connection, cancellation));
        await SaveAsync(transaction, measured, cancellation);
        foreach (var channel in measured.GroupBy(one => one.Key.Channel).OrderBy(group => group.Key, StringComparer.Ordinal))
        {
            var told = new ChannelHealthMeasured(channel.Key, asOf, [.. channel.OrderBy(one => one.Key.Service, StringComparer.Ordinal).Select(one => Told(one.Key.Service, one.Value))]);
            await outbox.AddAsync(transaction, Topics.Health, channel.Key, ChannelHealthMeasured.Type, told, now.ToUnixTimeMilliseconds(), cancellation: cancellation);
        }
        await transaction.CommitAsync(cancellation);
        return true;
    }

    private static ServiceHealth Told(string service, ChannelHealth one) =>
        new(service, one.State, one.Successes, one.Failures, one.Low, one.High, one.Floor, one.WindowMinutes, one.Able);

    private static async Task SaveAsync(NpgsqlTransaction transaction, Dictionary<(string Channel, string Service), ChannelHealth> measured, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand("""
            WITH fresh AS (SELECT * FROM unnest($1::text[], $2::text[], $3::jsonb[]) t (channel, service, body)),
              gone AS (DELETE FROM channel_health h WHERE NOT EXISTS (SELECT 1 FROM fresh f WHERE f.channel = h.channel AND f.service = h.service))
            INSERT INTO channel_health (channel, service, body) SELECT * FROM fresh ON CONFLICT (channel, service) DO UPDATE SET body = EXCLUDED.body
            """, transaction.Connection, transaction);
        command.With(measured.Keys.Select(key => key.Channel).ToArray()).With(measured.Keys.Select(key => key.Service).ToArray())
            .With(measured.Values.Select(one => JsonSerializer.Serialize(one, JsonSerializerOptions.Web)).ToArray(), NpgsqlDbType.Array | NpgsqlDbType.Jsonb);
        await command.ExecuteNonQueryAsync(cancellation);
    }

    private static async Task<Dictionary<(string Channel, string Service), ChannelHealth>> ReadAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        var known = new Dictionary<(string, string), ChannelHealth>();
        await using var command = new NpgsqlCommand("SELECT channel, service, body::text FROM channel_health", connection);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
            known[(reader.GetString(0), reader.GetString(1))] = JsonSerializer.Deserialize<ChannelHealth>(reader.GetString(2), JsonSerializerOptions.Web)!;
        return known;
    }
}
