using System.Diagnostics;
using Npgsql;
using Xunit;

namespace ECommerce.Channels.Testing;

/// <summary>
/// A real PostgreSQL for one test assembly, from the machine's own binaries, in a temporary folder; each test takes a database of
/// its own. Named by <c>CHANNELS_TEST_POSTGRES</c> (a connection string of a superuser), an existing server is used instead.
/// Where neither is there, tests that need it are skipped by name.
/// </summary>
public sealed class PostgresServer : IAsyncLifetime
{
    private string folder = "";
    private string? server;
    private string? missing;

    /// <summary>With fsync on, for tests that kill the server; off is several times faster.</summary>
    public bool Durable { get; init; }

    public int Port { get; private set; }

    public string DataFolder => Path.Combine(folder, "data");

    public async ValueTask InitializeAsync()
    {
        server = Environment.GetEnvironmentVariable("CHANNELS_TEST_POSTGRES");
        if (server is not null) return;
        if (Binaries() is not { } bin)
        {
            missing = "PostgreSQL is not installed";
            return;
        }
        Port = Ports.Free();
        folder = Durable ? Directory.CreateTempSubdirectory("channels-pg-").FullName : Scratch.NewFolder("pg");
        await RunAsync("chown", "-R", User, folder);
        await AsServerUserAsync(Path.Combine(bin, "initdb"), "-D", DataFolder, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync");
        await StartAsync();
        server = $"Host=127.0.0.1;Port={Port};Username=postgres;Database=postgres;GSS Encryption Mode=Disable;Include Error Detail=true";
    }

    /// <summary>Starts the server, again after <see cref="StopAsync"/> too.</summary>
    public Task StartAsync()
    {
        var settings = $"-p {Port} -k {folder} -c listen_addresses=127.0.0.1 -c max_connections=200 -c log_error_verbosity=terse"
            // One worker after the other would look after hundreds of databases that nobody uses any more.
            + (Durable ? "" : " -c fsync=off -c synchronous_commit=off -c full_page_writes=off -c autovacuum=off");
        return AsServerUserAsync(Path.Combine(Binaries()!, "pg_ctl"), "-D", DataFolder, "-w", "-l", Path.Combine(folder, "log"), "-o", settings, "start");
    }

    /// <param name="mode"><c>fast</c>, or <c>immediate</c> for a crash.</param>
    public Task StopAsync(string mode) => AsServerUserAsync(Path.Combine(Binaries()!, "pg_ctl"), "-D", DataFolder, "-w", "-m", mode, "stop");

    /// <summary>Started here, and not named by <c>CHANNELS_TEST_POSTGRES</c>.</summary>
    public bool IsOurs => Port != 0;

    /// <summary>A new, empty database; skips the calling test where there is no PostgreSQL.</summary>
    /// <param name="where">More words for CREATE DATABASE.</param>
    public async Task<string> NewDatabaseAsync(string where = "")
    {
        Assert.SkipWhen(missing is not null, missing ?? "");
        var name = "t" + Guid.NewGuid().ToString("N")[..12];
        await ExecuteAsync($"CREATE DATABASE {name} {where}");
        return new NpgsqlConnectionStringBuilder(server) { Database = name, MaxPoolSize = 20 }.ConnectionString;
    }

    /// <summary>One statement as the superuser, in the database <c>postgres</c>.</summary>
    public async Task ExecuteAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(server);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (Port == 0) return;
        NpgsqlConnection.ClearAllPools();
        await StopAsync("immediate");
        Directory.Delete(folder, recursive: true);
    }

    private static bool Root => Environment.UserName == "root";

    private static string User => Root ? "postgres" : Environment.UserName;

    private static string? Binaries() =>
        Directory.Exists("/usr/lib/postgresql")
            ? Directory.GetDirectories("/usr/lib/postgresql").Order(StringComparer.Ordinal).Select(path => Path.Combine(path, "bin")).LastOrDefault(
                path => File.Exists(Path.Combine(path, "initdb")))
            : null;

    private static Task AsServerUserAsync(string program, params string[] arguments) => Root
        ? RunAsync("setpriv", ["--reuid=postgres", "--regid=postgres", "--clear-groups", program, .. arguments])
        : RunAsync(program, arguments);

    private static async Task RunAsync(string program, params string[] arguments)
    {
        // Output goes nowhere: a server started here would keep a pipe open.
        var start = new ProcessStartInfo("/bin/sh", ["-c", "cd / && exec \"$0\" \"$@\" >/dev/null 2>&1 </dev/null", program, .. arguments]);
        using var process = Process.Start(start)!;
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}");
    }
}
