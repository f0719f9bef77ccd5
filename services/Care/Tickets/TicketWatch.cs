using ECommerce.Channels.Platform.Storage;
using Npgsql;

namespace ECommerce.Channels.Care.Tickets;

/// <summary>Which replica reminds: the one that holds the lease. One that died loses it when it runs out.</summary>
internal sealed class WatchLease(NpgsqlDataSource database)
{
    public static readonly TimeSpan Length = TimeSpan.FromMinutes(2);

    private readonly Guid holder = Guid.NewGuid();

    public async Task<bool> HoldAsync(CancellationToken cancellation)
    {
        await using var command = database.CreateCommand("""
            UPDATE ticket_watch SET holder = $1, expires_at = clock_timestamp() + $2 WHERE holder = $1 OR expires_at < clock_timestamp()
            """).With(holder).With(Length);
        return await command.ExecuteNonQueryAsync(cancellation) == 1;
    }

    /// <summary>Lets another replica go on at once.</summary>
    public async Task LeaveAsync(CancellationToken cancellation)
    {
        await using var command = database.CreateCommand("UPDATE ticket_watch SET holder = NULL, expires_at = '-infinity' WHERE holder = $1").With(holder);
        await command.ExecuteNonQueryAsync(cancellation);
    }
}

/// <summary>
/// Reminds of tickets and escalates them when it is due, each once: the row that says so is unique, whatever becomes of the lease. What
/// was due while nobody watched is made up for.
/// </summary>
internal sealed partial class TicketWatch(
    NpgsqlDataSource database, TicketStore store, TicketLedger ledger, WatchLease lease, TimeProvider time, ILogger<TicketWatch> log)
{
    private const int AtOnce = 500;
    private const string By = "system";

    /// <returns>How many reminders and escalations were written; none where another replica watches.</returns>
    public async Task<int> RoundAsync(CancellationToken cancellation)
    {
        if (!await lease.HoldAsync(cancellation)) return 0;
        foreach (var id in await store.OutdatedAsync(AtOnce, cancellation)) await TryAsync(id, MoveAsync, cancellation);
        var told = 0;
        foreach (var id in await store.AlarmedAsync(time.GetUtcNow(), AtOnce, cancellation)) told += await TryAsync(id, AlarmAsync, cancellation);
        return told;
    }

    /// <summary>Tells everything about a ticket that is due and was not told yet.</summary>
    internal async Task<int> AlarmAsync(NpgsqlTransaction transaction, Ticket one, CancellationToken cancellation)
    {
        var now = Ticket.Next(one, time);
        var (reading, _) = await TicketLedger.ReadAsync(transaction.Connection!, one, null, now, cancellation);
        var told = 0;
        foreach (var alarm in reading.Alarms.Where(alarm => alarm.At <= now))
        {
            if (!one.IsLive || !await TicketHistory.TellAsync(transaction, one.Id, alarm, now, cancellation)) continue;
            one = await ledger.SaveAsync(transaction, ChangeOf(one, alarm, now), cancellation);
            told++;
        }
        if (told == 0) await TicketLedger.RefreshAsync(transaction, one, now, cancellation);
        return told;
    }

    /// <summary>Counts a ticket's due instants by its calendar as it is now.</summary>
    private async Task<int> MoveAsync(NpgsqlTransaction transaction, Ticket one, CancellationToken cancellation)
    {
        var now = Ticket.Next(one, time);
        var moved = await TicketLedger.RefreshAsync(transaction, one, now, cancellation);
        if ((moved.Due.Response, moved.Due.Resolution) == (one.Due.Response, one.Due.Resolution)) return 0;
        await ledger.SaveAsync(transaction, new TicketChange(one, moved, TicketEvents.DueMoved, By, now, TicketTexts.None), cancellation);
        return 1;
    }

    private static TicketChange ChangeOf(Ticket one, Alarm alarm, DateTimeOffset now)
    {
        var (after, what) = alarm.Role is { } role ? (TicketRules.Escalate(role)(one, now)!, TicketEvents.Escalated) : (one, TicketEvents.Reminded);
        return new TicketChange(one, after, what, By, now, TicketTexts.None) { Alarm = alarm };
    }

    /// <summary>One ticket that cannot be done is no reason to leave the others.</summary>
    private async Task<int> TryAsync(string id, Func<NpgsqlTransaction, Ticket, CancellationToken, Task<int>> act, CancellationToken cancellation)
    {
        try
        {
            await using var connection = await database.OpenConnectionAsync(cancellation);
            await using var transaction = await connection.BeginTransactionAsync(cancellation);
            if (await TicketStore.HoldAsync(transaction, id, null, cancellation) is not { } one) return 0;
            var done = await act(transaction, one, cancellation);
            await transaction.CommitAsync(cancellation);
            return done;
        }
        catch (Exception failure) when (!cancellation.IsCancellationRequested)
        {
            LogFailed(failure, id);
            return 0;
        }
    }

    [LoggerMessage(1, LogLevel.Error, "Ticket {Ticket} was not looked after; the next round tries again")]
    private partial void LogFailed(Exception failure, string ticket);
}
