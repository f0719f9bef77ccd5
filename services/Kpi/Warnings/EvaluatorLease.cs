using ECommerce.Channels.Platform.Storage;
using Npgsql;
using NpgsqlTypes;

namespace ECommerce.Channels.Kpi.Warnings;

/// <summary>When rules were last evaluated.</summary>
/// <param name="LastRound">End of the last round, of whichever replica; null before the first.</param>
/// <param name="Fault">Why the last round did not end well.</param>
internal sealed record EvaluatorStatus(DateTimeOffset? LastRound, string? Fault);

/// <summary>
/// Which replica evaluates: the one that holds the lease. One that died loses it when it runs out; one that was paused and wakes finds
/// that every rule it wants to move on was moved on already.
/// </summary>
internal sealed class EvaluatorLease(NpgsqlDataSource database)
{
    public static readonly TimeSpan Length = TimeSpan.FromMinutes(2);

    private readonly Guid holder = Guid.NewGuid();

    public async Task<bool> HoldAsync(CancellationToken cancellation)
    {
        await using var command = database.CreateCommand("""
            UPDATE warning_evaluator SET holder = $1, expires_at = clock_timestamp() + $2 WHERE holder = $1 OR expires_at < clock_timestamp()
            """).With(holder).With(Length);
        return await command.ExecuteNonQueryAsync(cancellation) == 1;
    }

    /// <summary>A round has ended.</summary>
    public async Task DoneAsync(DateTimeOffset at, string? fault, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand("UPDATE warning_evaluator SET last_round = $2, fault = $3 WHERE holder = $1")
            .With(holder).With(at.UtcDateTime).WithNullable(fault, NpgsqlDbType.Text);
        await command.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>A round has failed: the time of the last one stays.</summary>
    public async Task FailedAsync(string fault, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand("UPDATE warning_evaluator SET fault = $2 WHERE holder = $1").With(holder).With(fault);
        await command.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>Lets another replica go on at once.</summary>
    public async Task LeaveAsync(CancellationToken cancellation)
    {
        await using var command = database.CreateCommand("UPDATE warning_evaluator SET holder = NULL, expires_at = '-infinity' WHERE holder = $1").With(holder);
        await command.ExecuteNonQueryAsync(cancellation);
    }

    public async Task<EvaluatorStatus> StatusAsync(CancellationToken cancellation)
    {
        await using var command = database.CreateCommand("SELECT last_round, fault FROM warning_evaluator");
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        await reader.ReadAsync(cancellation);
        return new EvaluatorStatus(
            await reader.IsDBNullAsync(0, cancellation) ? null : reader.GetFieldValue<DateTimeOffset>(0),
            await reader.IsDBNullAsync(1, cancellation) ? null : reader.GetString(1));
    }
}
