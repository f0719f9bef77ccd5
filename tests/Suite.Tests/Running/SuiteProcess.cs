using System.Diagnostics;
using System.Text;
using ECommerce.Channels.Suite.CommandLine;
using ECommerce.Channels.Suite.Running;
using ECommerce.Channels.Testing;
using Npgsql;
using Xunit;

namespace ECommerce.Channels.Suite.Tests.Running;

/// <summary>A data folder, and suites that are run on it: each in a process and a process group of its own, as <c>./run</c> would be.</summary>
public sealed class SuiteProcess : IAsyncDisposable
{
    private readonly StringBuilder output = new();
    private readonly StringBuilder errors = new();
    private Process? process;

    // Below a folder that the database's user cannot enter, and with a blank: as a checkout in /root may be.
    public string Data { get; } = Path.Combine(Scratch.NewFolder("suite"), "da ta");

    public int Port { get; } = Ports.Free();

    public string Output => output.ToString();

    public string Errors => errors.ToString();

    public string SuiteJson => Path.Combine(Data, SuiteFile.Name);

    public int Id => process!.Id;

    /// <summary>With the demo operator; without it unless a test is about it.</summary>
    public bool Demo { get; init; }

    public TimeSpan ReadyBy { get; init; } = TimeSpan.FromMinutes(3);

    /// <summary>What runs the program: <c>setsid</c>, and before it whatever takes something away from it.</summary>
    public string[] Runner { get; init; } = ["setsid"];

    /// <summary>Variables that a suite is started with beside those of the tests.</summary>
    public Dictionary<string, string> Environment { get; } = new() { ["Simulator__Serving"] = "false" };

    /// <summary>Starts a suite and waits until it says that it is ready.</summary>
    public async Task StartAsync(CancellationToken cancellation)
    {
        Start();
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        deadline.CancelAfter(ReadyBy);
        while (!Output.Contains('\n', StringComparison.Ordinal))
        {
            if (process!.HasExited) Assert.Fail($"the suite ended with {process.ExitCode}:\n{Errors}");
            await Task.Delay(50, deadline.Token);
        }
    }

    public void Start(int? port = null)
    {
        output.Clear();
        errors.Clear();
        var program = Path.Combine(AppContext.BaseDirectory, "channels.dll");
        process = new Process
        {
            StartInfo = new ProcessStartInfo(Runner[0], [.. Runner[1..], "dotnet", program, "suite", "run", .. Demo ? (string[])[] : ["--empty"], "--port", (port ?? Port).ToString(), "--data", Data])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                UseShellExecute = false,
            },
        };
        foreach (var (name, value) in Environment) process.StartInfo.Environment[name] = value;
        process.OutputDataReceived += (_, line) => Keep(output, line.Data);
        process.ErrorDataReceived += (_, line) => Keep(errors, line.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>Asks it to end in good order; returns its exit code.</summary>
    public async Task<int> TerminateAsync(CancellationToken cancellation, string signal = "TERM")
    {
        await SignalAsync(signal, Id);
        return await EndAsync(cancellation);
    }

    /// <summary>SIGKILL for the whole process group.</summary>
    public async Task KillAsync(CancellationToken cancellation)
    {
        await SignalAsync("KILL", -Id);
        await EndAsync(cancellation);
    }

    public async Task<int> EndAsync(CancellationToken cancellation)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        deadline.CancelAfter(ReadyBy);
        await process!.WaitForExitAsync(deadline.Token);
        return process.ExitCode;
    }

    /// <summary>Runs <c>channels</c> on this suite.</summary>
    public Task<(int Exit, string Out, string Error)> ChannelsAsync(params string[] words) => Cli.RunAsync(["--suite", SuiteJson, .. words]);

    public IReadOnlyList<int> DatabaseProcesses() => new PostgresProcesses(Path.Combine(Data, "postgres/data")).All();

    /// <summary>The suite's own database, to look into.</summary>
    public async Task<NpgsqlDataSource> DatabaseAsync()
    {
        var server = new PrivatePostgres(Path.Combine(Data, "postgres"), Path.Combine(Data, "secrets"), _ => { }, TimeProvider.System);
        await server.StartAsync(TestContext.Current.CancellationToken);
        return NpgsqlDataSource.Create(server.ConnectionString);
    }

    public async ValueTask DisposeAsync()
    {
        if (process is { HasExited: false }) await KillAsync(CancellationToken.None);
        process?.Dispose();
        if (Directory.Exists(Path.Combine(Data, "postgres/data")))
            await new PrivatePostgres(Path.Combine(Data, "postgres"), Path.Combine(Data, "secrets"), _ => { }, TimeProvider.System).StopAsync();
        Directory.Delete(Path.GetDirectoryName(Data)!, recursive: true);
    }

    private static void Keep(StringBuilder kept, string? line)
    {
        if (line is not null) lock (kept) kept.AppendLine(line);
    }

    private static async Task SignalAsync(string signal, int target)
    {
        using var kill = Process.Start("/bin/sh", ["-c", $"kill -{signal} {target}"]);
        await kill.WaitForExitAsync();
    }
}

/// <summary>The command line, with its output in hand.</summary>
internal static class Cli
{
    /// <summary>In a process of its own, with these variables.</summary>
    public static async Task<(int Exit, string Out, string Error)> RunAsync(IReadOnlyDictionary<string, string> environment, params string[] words)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "channels.dll"), .. words])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        start.Environment["CHANNELS_LANG"] = "en";
        foreach (var (name, value) in environment) start.Environment[name] = value;
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var error = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, await output, error);
    }

    /// <summary>In this process.</summary>
    public static async Task<(int Exit, string Out, string Error)> RunAsync(params string[] words)
    {
        var output = new StringWriter();
        var error = new StringWriter();
        var terminal = new Terminal
        {
            Out = output,
            Error = error,
            English = true,
        };
        var exit = await ChannelsCommand.RunAsync(words, terminal, TestContext.Current.CancellationToken);
        return (exit, output.ToString(), error.ToString());
    }
}
