using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Npgsql;

namespace ECommerce.Channels.Suite.Running;

/// <summary>
/// A PostgreSQL of the suite's own, in <c>DATA/postgres</c>, from the machine's programs: on loopback alone, on a port that is free at
/// start, as a user that is not root. It lives in a session of its own and so outlives a kill of this process; the next start adopts
/// it. It is stopped last.
/// </summary>
/// <remarks>
/// The server is given its data folder as an open file (<see cref="ServerUser.Folder"/>): so a folder that its user could not reach by
/// name (below <c>/root</c>, say) serves as well as any, and no permission above it is touched.
/// </remarks>
internal sealed class PrivatePostgres(string folder, string secrets, Action<string> tell, TimeProvider time)
{
    private const string Database = "channels";
    private static readonly TimeSpan OrphansEndBy = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan AnswersBy = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(100);

    private readonly PostgresProcesses processes = new(Path.Combine(folder, "data"));

    private string Data => Path.Combine(folder, "data");

    public int Port { get; private set; }

    /// <summary>To the suite's database, as its owner.</summary>
    public string ConnectionString => Connection(Database, Database);

    /// <summary>Makes, starts or adopts the server, and waits until it answers.</summary>
    /// <exception cref="SuiteException">It does not start; the message says why and where to look.</exception>
    public async Task StartAsync(CancellationToken cancellation)
    {
        var binaries = PostgresBinaries.Find(Data);
        await PrepareFolderAsync(cancellation);
        if (!File.Exists(Path.Combine(Data, "PG_VERSION"))) await InitialiseAsync(binaries, cancellation);
        do
        {
            if (!await AdoptAsync(cancellation)) await StartServerAsync(binaries, cancellation);
        }
        while (!await AnswersAsync(cancellation));
        await CreateDatabaseAsync(cancellation);
    }

    /// <summary>Lets it finish and write everything down; returns when it has ended.</summary>
    public async Task StopAsync()
    {
        if (processes.Postmaster() is null) return;
        NpgsqlConnection.ClearAllPools();
        await RunAsync(Data, [PostgresBinaries.Find(Data)["pg_ctl"], "-D", ServerUser.Folder, "-m", "fast", "-w", "-t", "120", "stop"], CancellationToken.None);
    }

    /// <summary>Also one that a start has left which was killed before the folder was its user's.</summary>
    private async Task PrepareFolderAsync(CancellationToken cancellation)
    {
        if (Directory.Exists(Data)) return;
        Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        if (ServerUser.Switches) await RunAsRootAsync(["chown", ServerUser.Name, folder], cancellation);
    }

    /// <summary>A new cluster, under another name until it is whole: a kill half-way leaves nothing that looks like one.</summary>
    private async Task InitialiseAsync(PostgresBinaries binaries, CancellationToken cancellation)
    {
        tell($"making a PostgreSQL {binaries.Version} database in {folder}");
        var half = Path.Combine(folder, "new");
        if (Directory.Exists(half)) Directory.Delete(half, recursive: true);
        Directory.CreateDirectory(half, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var password = Path.Combine(folder, "new.password");
        await File.WriteAllTextAsync(password, Secret("postgres-superuser.password"), cancellation);
        File.SetUnixFileMode(password, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        try
        {
            if (ServerUser.Switches) await RunAsRootAsync(["chown", ServerUser.Name, half, password], cancellation);
            await RunAsync(
                half,
                [
                    binaries["initdb"], "-D", ServerUser.Folder, "-U", "postgres", "-A", "scram-sha-256", $"--pwfile={ServerUser.Folder}/../new.password",
                    "-E", "UTF8", "--locale=C.UTF-8", "--data-checksums",
                ],
                cancellation);
        }
        finally
        {
            File.Delete(password);
        }
        Directory.Move(half, Data);
    }

    /// <summary>A live server of this data is taken over; one that is stopping, and backends without a server, are waited for.</summary>
    private async Task<bool> AdoptAsync(CancellationToken cancellation)
    {
        var since = time.GetTimestamp();
        for (var told = false; ; told = true)
        {
            if (processes.Postmaster() is { Stopping: false } live)
            {
                tell($"adopting the PostgreSQL that is running (process {live.Id})");
                Port = live.Port;
                return true;
            }
            var others = processes.All();
            if (others.Count == 0) return false;
            if (!told) tell($"waiting for {others.Count} processes of an earlier PostgreSQL to end");
            if (time.GetElapsedTime(since) > OrphansEndBy) processes.Quit(others);
            await Task.Delay(LookEvery, time, cancellation);
        }
    }

    private async Task StartServerAsync(PostgresBinaries binaries, CancellationToken cancellation)
    {
        // No process is at work in the folder. The number in a lock file that was left may by now be another process's, or that of a
        // killed server whose parent never asks how it ended; PostgreSQL would refuse to start for either.
        File.Delete(Path.Combine(Data, "postmaster.pid"));
        for (var attempt = 1; ; attempt++)
        {
            Port = FreePort();
            var (exit, _) = await TryRunAsync(
                Data,
                [binaries["pg_ctl"], "-D", ServerUser.Folder, "-w", "-t", "300", "-l", ServerUser.Folder + "/start.log", "-o", Settings(Port), "start"],
                cancellation);
            if (exit == 0) return;
            // The port may have been taken between looking and using it; anything else fails again, and is told.
            if (attempt == 3)
                throw new SuiteException($"PostgreSQL does not start; the end of {Data}/start.log:\n{Tail(Path.Combine(Data, "start.log"))}");
        }
    }

    private static string Settings(int port) => string.Join(' ', ((string[])
    [
        $"port={port}",
        "listen_addresses=127.0.0.1",
        "unix_socket_directories=",
        "fsync=on",
        "max_connections=200",
        "shared_buffers=256MB",
        "max_wal_size=2GB",
        "dynamic_shared_memory_type=mmap",
        "jit=off",
        "timezone=UTC",
        // Nothing that a statement carries gets into a log: no statement text, no parameter, no detail of a row.
        "log_error_verbosity=terse",
        "log_statement=none",
        "log_min_error_statement=panic",
        "log_min_duration_statement=-1",
        "log_parameter_max_length=0",
        "log_parameter_max_length_on_error=0",
        // One file a day of the week, each begun anew after a week.
        "logging_collector=on",
        "log_directory=log",
        "log_filename=postgresql-%a.log",
        "log_truncate_on_rotation=on",
        "log_rotation_age=1d",
        "log_rotation_size=0",
    ]).Select(setting => $"-c {setting}"));

    /// <returns>False where it ended meanwhile: one that was adopted may have been about to.</returns>
    private async Task<bool> AnswersAsync(CancellationToken cancellation)
    {
        var since = time.GetTimestamp();
        await using var server = NpgsqlDataSource.Create(Connection("postgres", "postgres") + ";Pooling=false;Timeout=5");
        while (true)
        {
            try
            {
                await using var connection = await server.OpenConnectionAsync(cancellation);
                return true;
            }
            catch (PostgresException refused) when (refused.SqlState is "28P01" or "28000")
            {
                throw new SuiteException($"PostgreSQL in {folder} refuses the password in {secrets}: {refused.MessageText}");
            }
            catch (NpgsqlException) when (time.GetElapsedTime(since) < AnswersBy)
            {
                // Not yet: after a crash it replays its journal first.
                if (processes.Postmaster() is null) return false;
                await Task.Delay(LookEvery, time, cancellation);
            }
        }
    }

    private async Task CreateDatabaseAsync(CancellationToken cancellation)
    {
        await using var server = NpgsqlDataSource.Create(Connection("postgres", "postgres") + ";Pooling=false");
        await using var connection = await server.OpenConnectionAsync(cancellation);
        // The password is our own base64url: nothing in it needs quoting.
        await ExecuteAsync(connection, $"""
            DO $$ BEGIN
              IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{Database}') THEN
                CREATE ROLE {Database} LOGIN;
              END IF;
            END $$;
            ALTER ROLE {Database} PASSWORD '{Secret("postgres.password")}';
            """, cancellation);
        await using var exists = new NpgsqlCommand($"SELECT count(*) FROM pg_database WHERE datname = '{Database}'", connection);
        if ((long)(await exists.ExecuteScalarAsync(cancellation))! == 0)
            await ExecuteAsync(connection, $"CREATE DATABASE {Database} OWNER {Database}", cancellation);
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellation);
    }

    private string Connection(string database, string role) =>
        $"Host=127.0.0.1;Port={Port};Database={database};Username={role};GSS Encryption Mode=Disable;"
        + $"Password={Secret(role == "postgres" ? "postgres-superuser.password" : "postgres.password")}";

    private string Secret(string name) => SecretFiles.ReadOrMake(Path.Combine(secrets, name), () =>
        Convert.ToBase64String(RandomNumberGenerator.GetBytes(24)).Replace('+', '-').Replace('/', '_'));

    private static async Task RunAsync(string folder, string[] words, CancellationToken cancellation)
    {
        var (exit, output) = await TryRunAsync(folder, words, cancellation);
        if (exit != 0) throw new SuiteException($"{Path.GetFileName(words[0])} failed:\n{output}");
    }

    /// <summary>Runs one of PostgreSQL's programs in a folder as the server's user, without core dumps.</summary>
    private static Task<(int Exit, string Output)> TryRunAsync(string folder, string[] words, CancellationToken cancellation) =>
        ServerUser.RunAsync(folder, words, cancellation);

    private static async Task RunAsRootAsync(string[] words, CancellationToken cancellation)
    {
        using var process = Process.Start(new ProcessStartInfo(words[0], words[1..]))!;
        await process.WaitForExitAsync(cancellation);
        if (process.ExitCode != 0) throw new SuiteException($"{string.Join(' ', words)} ended with {process.ExitCode}");
    }

    private static string Tail(string path) =>
        File.Exists(path) ? string.Join('\n', File.ReadLines(path).TakeLast(20)) : "(there is none)";

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
