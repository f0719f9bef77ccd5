using ECommerce.Channels.Platform.Storage;
using ECommerce.Channels.Testing;
using Npgsql;
using Xunit;

namespace ECommerce.Channels.Platform.Tests.Storage;

public sealed class SchemaMigrationsTests(PostgresServer postgres)
{
    private static readonly (string, string) First = ("0001_first", "CREATE TABLE first (id int PRIMARY KEY)");
    private static readonly (string, string) Second = ("0002_second", "CREATE TABLE second (id int PRIMARY KEY); INSERT INTO second VALUES (7)");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Apply_ThreeReplicasAtOnceOnEmptyDatabase_AllPassAndEachScriptRanOnce()
    {
        var connectionString = await postgres.NewDatabaseAsync();

        await Task.WhenAll(Enumerable.Range(0, 3).Select(async _ =>
        {
            await using var replica = ServiceStorage.DataSource(connectionString, "kpi");
            await ApplyAsync(replica, First, Second);
        }));

        await using var database = ServiceStorage.DataSource(connectionString, "kpi");
        Assert.Equal("1,2", await ScalarAsync(database, "SELECT string_agg(number::text, ',' ORDER BY number) FROM schema_migrations"));
        Assert.Equal(7, await ScalarAsync(database, "SELECT id FROM second"));
    }

    [Fact]
    public async Task Apply_AgainWithOneMore_AppliesOnlyThat()
    {
        await using var database = ServiceStorage.DataSource(await postgres.NewDatabaseAsync(), "kpi");
        await ApplyAsync(database, First);

        await ApplyAsync(database, First, Second);

        Assert.Equal(2L, await ScalarAsync(database, "SELECT count(*) FROM schema_migrations"));
    }

    [Fact]
    public async Task Apply_ScriptChangedAfterwards_IsRefusedByName()
    {
        await using var database = ServiceStorage.DataSource(await postgres.NewDatabaseAsync(), "kpi");
        await ApplyAsync(database, First);

        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() =>
            ApplyAsync(database, ("0001_first", "CREATE TABLE first (id bigint PRIMARY KEY)"), Second));

        Assert.Contains("0001_first", refused.Message, StringComparison.Ordinal);
        Assert.Equal(DBNull.Value, await ScalarAsync(database, "SELECT to_regclass('second')::text"));
    }

    [Theory]
    [InlineData("0003_third")]
    [InlineData("0001_other")]
    public async Task Apply_NumberMissingOrTwice_IsRefusedBeforeAnythingRuns(string name)
    {
        await using var database = ServiceStorage.DataSource(await postgres.NewDatabaseAsync(), "kpi");

        await Assert.ThrowsAsync<InvalidOperationException>(() => ApplyAsync(database, First, (name, "CREATE TABLE other (id int)")));

        Assert.Equal(DBNull.Value, await ScalarAsync(database, "SELECT to_regclass('first')::text"));
    }

    [Fact]
    public async Task Apply_SecondScriptFails_LeavesNothingOfItAndGoesOnWhenItIsMended()
    {
        await using var database = ServiceStorage.DataSource(await postgres.NewDatabaseAsync(), "kpi");

        await Assert.ThrowsAsync<PostgresException>(() =>
            ApplyAsync(database, First, ("0002_second", "CREATE TABLE half (id int); SELECT 1 / 0")));

        Assert.Equal(DBNull.Value, await ScalarAsync(database, "SELECT to_regclass('half')::text"));
        Assert.Equal(1L, await ScalarAsync(database, "SELECT count(*) FROM schema_migrations"));
        await ApplyAsync(database, First, Second);
        Assert.Equal(7, await ScalarAsync(database, "SELECT id FROM second"));
    }

    [Fact]
    public async Task Apply_ConcurrentIndexWhileAReplicaWaits_BothPass()
    {
        var connectionString = await postgres.NewDatabaseAsync();
        (string, string) index = ("0002_index", "-- no transaction\nCREATE INDEX CONCURRENTLY first_id ON first (id)");

        await Task.WhenAll(Enumerable.Range(0, 3).Select(async _ =>
        {
            await using var replica = ServiceStorage.DataSource(connectionString, "kpi");
            await ApplyAsync(replica, First, index);
        }));

        await using var database = ServiceStorage.DataSource(connectionString, "kpi");
        Assert.Equal(true, await ScalarAsync(database, "SELECT indisvalid FROM pg_index WHERE indexrelid = 'first_id'::regclass"));
    }

    [Fact]
    public async Task Apply_DatabaseThatIsAhead_IsLeftAsItIs()
    {
        await using var database = ServiceStorage.DataSource(await postgres.NewDatabaseAsync(), "kpi");
        await ApplyAsync(database, First, Second);

        // The version before, started again in the middle of a rolling update.
        await ApplyAsync(database, First);

        Assert.Equal(2L, await ScalarAsync(database, "SELECT count(*) FROM schema_migrations"));
        Assert.Equal(7, await ScalarAsync(database, "SELECT id FROM second"));
    }

    /// <summary>It blocks nobody, and given up half-way it would leave an index that is not valid.</summary>
    [Fact]
    [Trait("Size", "all")]
    public async Task Apply_ConcurrentIndexBesideALongTransaction_WaitsForItsEnd()
    {
        var connectionString = await postgres.NewDatabaseAsync();
        await using var database = ServiceStorage.DataSource(connectionString, "kpi");
        await ApplyAsync(database, First);
        await using var other = ServiceStorage.DataSource(connectionString, "kpi");
        await using var reader = await other.OpenConnectionAsync(Cancellation);
        await using (var read = new NpgsqlCommand("BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM first", reader)) await read.ExecuteNonQueryAsync(Cancellation);

        var building = ApplyAsync(database, First, ("0002_index", "-- no transaction\nCREATE INDEX CONCURRENTLY first_id ON first (id)"));
        // Longer than a script in a transaction may wait for a lock.
        await Tools.UntilAsync("waiting for six seconds", TimeSpan.FromSeconds(30), async () => building.IsCompleted || await ScalarAsync(
            other, "SELECT count(*) > 0 FROM pg_stat_activity WHERE query LIKE '%CONCURRENTLY%' AND wait_event_type = 'Lock' AND pid <> pg_backend_pid() AND now() - query_start > interval '6 s' AND datname = current_database()") is true);
        await using (var end = new NpgsqlCommand("COMMIT", reader)) await end.ExecuteNonQueryAsync(Cancellation);

        await building;
        Assert.Equal(true, await ScalarAsync(database, "SELECT indisvalid FROM pg_index WHERE indexrelid = 'first_id'::regclass"));
    }

    [Theory]
    [InlineData("SELECT 1")]
    [InlineData("SELECT 1 / 0")]
    public async Task Apply_DoneOrFailed_ConnectionGoesBackWithoutLockAndSettings(string script)
    {
        var connectionString = await postgres.NewDatabaseAsync();
        // Without the pool's own reset, what was left behind would show.
        var pooled = new NpgsqlConnectionStringBuilder(connectionString) { MaxPoolSize = 1, NoResetOnClose = true };
        await using var database = ServiceStorage.DataSource(pooled.ConnectionString, "kpi");

        await Record.ExceptionAsync(() => ApplyAsync(database, First, ("0002_script", script)));

        await using var other = ServiceStorage.DataSource(connectionString, "kpi");
        Assert.Equal(0L, await ScalarAsync(other, "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"));
        Assert.Equal("0", await ScalarAsync(database, "SHOW lock_timeout"));
        Assert.Equal("kpi", await ScalarAsync(database, "SHOW search_path"));
    }

    [Fact]
    public async Task Apply_AnotherReplicaHoldsTheLock_WaitsUntilItIsReleased()
    {
        var connectionString = await postgres.NewDatabaseAsync();
        await using var database = ServiceStorage.DataSource(connectionString, "kpi");
        await using var holder = await database.OpenConnectionAsync(Cancellation);
        await using (var take = new NpgsqlCommand("SELECT pg_advisory_lock(hashtext('kpi.migrations'))", holder)) await take.ExecuteNonQueryAsync(Cancellation);

        var waiting = ApplyAsync(database, First);
        await using var other = ServiceStorage.DataSource(connectionString, "kpi");
        await Tools.UntilAsync("a second session", TimeSpan.FromSeconds(10), async () =>
            await ScalarAsync(other, "SELECT count(*) > 0 FROM pg_stat_activity WHERE query LIKE 'SELECT pg_try_advisory_lock%' AND datname = current_database()") is true);
        Assert.False(waiting.IsCompleted);
        await using (var release = new NpgsqlCommand("SELECT pg_advisory_unlock_all()", holder)) await release.ExecuteNonQueryAsync(Cancellation);

        await waiting;
        Assert.Equal(1L, await ScalarAsync(database, "SELECT count(*) FROM schema_migrations"));
    }

    private static Task ApplyAsync(NpgsqlDataSource database, params (string, string)[] scripts) =>
        new SchemaMigrations(database, "kpi", new FakeScripts(scripts), FakeScripts.Set).ApplyAsync(Cancellation);

    private static async Task<object?> ScalarAsync(NpgsqlDataSource database, string sql)
    {
        await using var command = database.CreateCommand(sql);
        return await command.ExecuteScalarAsync(Cancellation);
    }
}
