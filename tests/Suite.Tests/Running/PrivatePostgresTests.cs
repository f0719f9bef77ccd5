using System.Diagnostics;
using ECommerce.Channels.Suite.Running;
using ECommerce.Channels.Testing;
using Npgsql;
using Xunit;

namespace ECommerce.Channels.Suite.Tests.Running;

public sealed class PrivatePostgresTests : IAsyncLifetime
{
    // Below a folder that the server's user cannot enter, and with a blank: as a checkout in /root may be.
    private readonly string data = Path.Combine(Directory.CreateTempSubdirectory("channels-pg-").FullName, "da ta");
    private readonly List<string> told = [];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync()
    {
        Assert.SkipUnless(Directory.Exists("/usr/lib/postgresql"), "PostgreSQL is not installed");
        Directory.CreateDirectory(data);
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        if (!Directory.Exists(data)) return;
        NpgsqlConnection.ClearAllPools();
        await Server().StopAsync();
        Directory.Delete(Path.GetDirectoryName(data)!, recursive: true);
    }

    [Fact]
    public async Task Start_NewFolder_ServesTheDatabaseAsNobodySpecial()
    {
        var server = await StartedAsync();

        Assert.Equal("channels", await ScalarAsync(server, "SELECT current_user::text"));
        Assert.Equal("off", await ScalarAsync(server, "SELECT current_setting('is_superuser')"));
        Assert.Equal("UTF8 C.UTF-8", await ScalarAsync(server, "SELECT current_setting('server_encoding') || ' ' || datcollate FROM pg_database WHERE datname = current_database()"));
        Assert.Equal("on terse panic", await ScalarAsync(
            server, "SELECT current_setting('fsync') || ' ' || current_setting('log_error_verbosity') || ' ' || current_setting('log_min_error_statement')"));
        Assert.Equal("127.0.0.1", await ScalarAsync(server, "SELECT current_setting('listen_addresses')"));
        var pid = Pid();
        Assert.NotEqual(0, Uid(pid));
        Assert.Contains("Max core file size        0", await File.ReadAllTextAsync($"/proc/{pid}/limits", Cancellation), StringComparison.Ordinal);
        Assert.NotEqual(Session(Environment.ProcessId), Session(pid));
        Assert.All(Directory.GetFiles(Path.Combine(data, "secrets")), file =>
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file)));
    }

    [Fact]
    public async Task Start_WhileAliveAndAfterStop_KeepsTheDataAndAdopts()
    {
        var first = await StartedAsync();
        await ScalarAsync(first, "CREATE TABLE kept AS SELECT 42 AS n");
        var pid = Pid();

        var second = await StartedAsync();

        Assert.Equal(pid, Pid());
        Assert.Equal(first.Port, second.Port);
        Assert.Equal("42", await ScalarAsync(second, "SELECT n::text FROM kept"));
        Assert.Contains(told, line => line.Contains("adopting", StringComparison.Ordinal));

        await second.StopAsync();
        // Whose parent has gone is there until the machine's first process has looked after it.
        await Tools.UntilAsync("the end of all of it", TimeSpan.FromSeconds(10), () => Task.FromResult(new PostgresProcesses(Path.Combine(data, "postgres/data")).All().Count == 0), Cancellation);
        Assert.Equal("42", await ScalarAsync(await StartedAsync(), "SELECT n::text FROM kept"));
    }

    [Fact]
    public async Task Start_AfterTheServerWasKilledUnderABusyBackend_RecoversWhatWasCommitted()
    {
        var first = await StartedAsync();
        await ScalarAsync(first, "CREATE TABLE kept AS SELECT 42 AS n");
        await using var busy = new NpgsqlConnection(first.ConnectionString + ";Pooling=false");
        await busy.OpenAsync(Cancellation);
        await using var command = new NpgsqlCommand("SELECT count(*) FROM generate_series(1, 20000000) a", busy);
        var running = command.ExecuteScalarAsync(Cancellation);

        await KillAsync(Pid());
        var second = await StartedAsync();

        Assert.Equal("42", await ScalarAsync(second, "SELECT n::text FROM kept"));
        await Record.ExceptionAsync(() => running);
    }

    [Fact]
    public async Task Start_KilledWhileMakingTheDatabase_BeginsAnew()
    {
        var half = Path.Combine(data, "postgres/new");
        Directory.CreateDirectory(half);
        await File.WriteAllTextAsync(Path.Combine(half, "PG_VERSION"), "15", Cancellation);
        if (Environment.IsPrivilegedProcess)
        {
            using var chown = Process.Start("chown", ["-R", "postgres", Path.Combine(data, "postgres")]);
            await chown.WaitForExitAsync(Cancellation);
        }

        Assert.Equal("channels", await ScalarAsync(await StartedAsync(), "SELECT current_user::text"));
    }

    [Fact]
    public async Task Start_DataOfAnotherVersion_SaysWhichOneIsMissing()
    {
        Directory.CreateDirectory(Path.Combine(data, "postgres/data"));
        await File.WriteAllTextAsync(Path.Combine(data, "postgres/data/PG_VERSION"), "9.6\n", Cancellation);

        var wrong = await Assert.ThrowsAsync<SuiteException>(StartedAsync);

        Assert.Contains("9.6", wrong.Message, StringComparison.Ordinal);
        Assert.Contains("Install postgresql-9.6", wrong.Message, StringComparison.Ordinal);
        Directory.Delete(Path.Combine(data, "postgres"), recursive: true);
    }

    private PrivatePostgres Server() => new(Path.Combine(data, "postgres"), Path.Combine(data, "secrets"), told.Add, TimeProvider.System);

    private async Task<PrivatePostgres> StartedAsync()
    {
        var server = Server();
        await server.StartAsync(Cancellation);
        return server;
    }

    private static async Task<string?> ScalarAsync(PrivatePostgres server, string sql)
    {
        await using var connection = new NpgsqlConnection(server.ConnectionString + ";Pooling=false");
        await connection.OpenAsync(Cancellation);
        await using var command = new NpgsqlCommand(sql, connection);
        return (await command.ExecuteScalarAsync(Cancellation))?.ToString();
    }

    private int Pid() => new PostgresProcesses(Path.Combine(data, "postgres/data")).Postmaster()!.Value.Id;

    private static int Uid(int pid) => int.Parse(File.ReadLines($"/proc/{pid}/status").First(line => line.StartsWith("Uid:", StringComparison.Ordinal)).Split('\t')[1]);

    private static string Session(int pid) => File.ReadAllText($"/proc/{pid}/stat").Split(") ")[1].Split(' ')[3];

    private static async Task KillAsync(int pid)
    {
        using var kill = Process.Start("kill", ["-KILL", pid.ToString()]);
        await kill.WaitForExitAsync(Cancellation);
    }
}
