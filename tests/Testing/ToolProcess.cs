using System.Diagnostics;

namespace ECommerce.Channels.Testing;

/// <summary>A program started by a test: its output goes to a file, and it is ended by its own pid, whatever state it is in.</summary>
public sealed class ToolProcess : IAsyncDisposable
{
    private readonly Process process;

    private ToolProcess(Process process, string log)
    {
        this.process = process;
        Log = log;
    }

    public int Id => process.Id;

    public bool Running => !process.HasExited;

    /// <summary>Path of the file with everything it wrote.</summary>
    public string Log { get; }

    public static ToolProcess Start(string program, IEnumerable<string> arguments, string log, IReadOnlyDictionary<string, string>? environment = null)
    {
        // The shell only opens the file and becomes the program: the pid is the program's.
        var start = new ProcessStartInfo("/bin/sh", ["-c", "log=$1; shift; exec \"$@\" >>\"$log\" 2>&1 </dev/null", "sh", log, program, .. arguments]);
        foreach (var (name, value) in environment ?? new Dictionary<string, string>()) start.Environment[name] = value;
        return new ToolProcess(Process.Start(start)!, log);
    }

    /// <summary>SIGSTOP: it keeps its sockets and answers nothing.</summary>
    public Task PauseAsync() => Signals.SendAsync("STOP", Id);

    /// <summary>SIGCONT after <see cref="PauseAsync"/>.</summary>
    public Task ContinueAsync() => Signals.SendAsync("CONT", Id);

    /// <summary>SIGKILL, also to a paused one; returns when it is gone.</summary>
    public async Task KillAsync()
    {
        if (Running) process.Kill();
        await process.WaitForExitAsync();
    }

    /// <summary>SIGTERM, and SIGKILL where that is not obeyed within ten seconds.</summary>
    public async Task StopAsync()
    {
        if (!Running) return;
        await Signals.SendAsync("TERM", Id);
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        try
        {
            await process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            await KillAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        process.Dispose();
    }
}

/// <summary>Signals to one process that a test started.</summary>
public static class Signals
{
    /// <summary>Ends a process that may have ended already, as the children of one that was killed before.</summary>
    public static Task KillAsync(int pid) => Tools.OutputAsync("/bin/sh", ["-c", $"kill -KILL {pid} || ! kill -0 {pid}"], CancellationToken.None);

    /// <summary>Sends a signal by its name (<c>TERM</c>, <c>STOP</c>, …) to one process.</summary>
    public static async Task SendAsync(string signal, int pid) =>
        await Tools.OutputAsync("/bin/sh", ["-c", $"kill -{signal} {pid}"], CancellationToken.None);
}
