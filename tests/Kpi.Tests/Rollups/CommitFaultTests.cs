using ECommerce.Channels.Kpi.Rollups;
using ECommerce.Channels.Platform.Messaging;
using ECommerce.Channels.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Xunit;

namespace ECommerce.Channels.Kpi.Tests.Rollups;

/// <summary>The database goes away in the very middle of a commit: whether it came through or not, everything counts once.</summary>
public sealed class CommitFaultTests(PostgresServer postgres, Toxiproxy toxiproxy)
{
    private const int Gate = 4711;
    private static readonly DateTimeOffset Start = new(TimeProvider.System.GetUtcNow().UtcDateTime.Date.AddDays(-3), TimeSpan.Zero);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public enum Fault
    {
        /// <summary>The server ends the session: nothing is written.</summary>
        RolledBack,

        /// <summary>The connection is lost, the commit comes through, and nobody hears of it.</summary>
        WrittenUnheard,

        /// <summary>The same, and the consumer is back and tries again while the first commit still runs.</summary>
        WrittenWhileTriedAgain,
    }

    [Theory]
    [InlineData(Fault.RolledBack)]
    [InlineData(Fault.WrittenUnheard)]
    [InlineData(Fault.WrittenWhileTriedAgain)]
    public async Task Commit_BrokenOffInTheMiddle_CountsEverythingOnce(Fault fault)
    {
        var direct = await postgres.NewDatabaseAsync();
        var proxy = await toxiproxy.InFrontOfAsync(new NpgsqlConnectionStringBuilder(direct).Port, Cancel);
        await using var log = new PostgresEventLog(
            await postgres.NewDatabaseAsync(), new EventLogOptions(), TimeProvider.System, NullLogger<PostgresEventLog>.Instance);
        await using var harness = await RollupHarness.NewAsync(new NpgsqlConnectionStringBuilder(direct) { Port = proxy.Port }.ConnectionString, log);
        await using var beside = NpgsqlDataSource.Create(direct);
        var events = new EventStream(14, Start, 2).Take(600);
        await harness.StartConsumerAsync();
        await harness.SendAsync(events.Take(300));
        await harness.CaughtUpAsync();
        await using var gate = await CloseGateAsync(beside);
        await harness.SendAsync(events.Skip(300));
        await WaitingAsync(beside, atLeast: 1);

        if (fault == Fault.RolledBack) await ExecuteAsync(beside, $"SELECT pg_terminate_backend(pid) FROM ({Waiting}) w");
        else await proxy.CutAsync(Cancel);
        if (fault == Fault.WrittenWhileTriedAgain)
        {
            await proxy.HealAsync(Cancel);
            await WaitingAsync(beside, atLeast: 2);
        }
        await OpenAsync(gate);
        await WaitingAsync(beside, atLeast: 0);
        await proxy.HealAsync(Cancel);

        await harness.SendAsync(events.Take(100));
        await harness.CaughtUpAsync();
        var oracle = new Oracle(RollupHarness.Zone);
        oracle.Add([.. events, .. events.Take(100)]);
        await harness.ExpectAsync(oracle, Grain.Minute, Grain.Day);
        Assert.Equal((600, 100), (await harness.CounterAsync("accepted"), await harness.CounterAsync("repeated")));
    }

    /// <summary>Sessions of the consumer that wait for a lock.</summary>
    private const string Waiting = """
        SELECT pid FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND application_name = 'channels-kpi' AND datname = current_database()
        """;

    /// <summary>From now on a commit of offsets runs until the gate is opened: a deferred trigger waits inside it.</summary>
    private static async Task<NpgsqlConnection> CloseGateAsync(NpgsqlDataSource database)
    {
        await ExecuteAsync(database, $"""
            CREATE FUNCTION kpi.wait_at_gate() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_advisory_xact_lock_shared({Gate}); RETURN NULL; END $$;
            CREATE CONSTRAINT TRIGGER gate AFTER UPDATE ON kpi.consumer_offsets DEFERRABLE INITIALLY DEFERRED
              FOR EACH ROW WHEN (OLD.next_offset <> NEW.next_offset) EXECUTE FUNCTION kpi.wait_at_gate()
            """);
        var holder = await database.OpenConnectionAsync(Cancel);
        await using var close = new NpgsqlCommand($"SELECT pg_advisory_lock({Gate})", holder);
        await close.ExecuteNonQueryAsync(Cancel);
        return holder;
    }

    private static async Task OpenAsync(NpgsqlConnection holder)
    {
        // Closing it would give it back to its pool, and keep the lock.
        await using var open = new NpgsqlCommand("SELECT pg_advisory_unlock_all()", holder);
        await open.ExecuteNonQueryAsync(Cancel);
    }

    private static Task WaitingAsync(NpgsqlDataSource database, int atLeast) =>
        Tools.UntilAsync($"{atLeast} sessions waiting", TimeSpan.FromSeconds(30), async () =>
        {
            await using var command = database.CreateCommand($"SELECT count(*) FROM ({Waiting}) w");
            var waiting = (long)(await command.ExecuteScalarAsync(Cancel))!;
            return atLeast == 0 ? waiting == 0 : waiting >= atLeast;
        }, Cancel);

    private static async Task ExecuteAsync(NpgsqlDataSource database, string sql)
    {
        await using var command = database.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(Cancel);
    }
}
