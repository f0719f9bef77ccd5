using System.Diagnostics;
using Xunit;

namespace ECommerce.Channels.Testing;

/// <summary>
/// A real Kafka broker, started when a test first asks for it; named by <c>KAFKA_BOOTSTRAP</c>, an existing one is used instead. Where
/// there is neither, or no Java, tests that need it are skipped by name.
/// </summary>
public sealed class KafkaBroker : IAsyncLifetime
{
    private readonly string folder = Scratch.NewFolder("kafka");
    private readonly SemaphoreSlim starting = new(1);
    private readonly string? named = Environment.GetEnvironmentVariable("KAFKA_BOOTSTRAP");
    private int port;
    private int pid;

    /// <summary>Why there is no broker here, or null: then <see cref="BootstrapAsync"/> will not skip.</summary>
    public string? Missing =>
        !string.IsNullOrEmpty(named) ? null
        : Tools.Folder is null || !File.Exists(Path.Combine(Tools.Folder, "kafka")) ? "no Kafka (neither KAFKA_BOOTSTRAP nor CHANNELS_TOOLS)"
        : !Tools.Installed("java") ? "no Java for Kafka"
        : null;

    /// <summary>Address of the broker; starts it where it is not running. Skips the calling test where there is none.</summary>
    public async Task<string> BootstrapAsync(CancellationToken cancellation = default)
    {
        Assert.SkipWhen(Missing is not null, Missing ?? "");
        if (!string.IsNullOrEmpty(named)) return named;
        await starting.WaitAsync(cancellation);
        try
        {
            if (port == 0) await LaunchAsync(cancellation);
        }
        finally
        {
            starting.Release();
        }
        return $"127.0.0.1:{port}";
    }

    /// <summary>Starts it again on the same data and port, after <see cref="StopAsync"/> or <see cref="KillAsync"/>.</summary>
    public async Task StartAsync(CancellationToken cancellation = default)
    {
        OnlyOurOwn();
        await LaunchAsync(cancellation);
    }

    /// <summary>SIGTERM; returns when it has closed its logs and is gone.</summary>
    public Task StopAsync() => EndAsync("TERM");

    /// <summary>SIGKILL: what a crash of the machine leaves, but for the page cache.</summary>
    public Task KillAsync() => EndAsync("KILL");

    /// <summary>SIGSTOP: connections stay open and nothing is answered.</summary>
    public Task PauseAsync()
    {
        OnlyOurOwn();
        return Signals.SendAsync("STOP", pid);
    }

    public Task ContinueAsync()
    {
        OnlyOurOwn();
        return Signals.SendAsync("CONT", pid);
    }

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        if (pid != 0) await EndAsync("KILL");
        if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
        starting.Dispose();
    }

    private async Task LaunchAsync(CancellationToken cancellation)
    {
        if (port == 0) port = Ports.Free(2);
        using var unpacking = await Tools.OneAtATimeAsync(cancellation);
        var script = Tools.Script("kafka");
        await Tools.OutputAsync("/bin/sh", ["-c", "KAFKA_HEAP=512m exec \"$0\" start \"$1\" \"$2\" </dev/null", script, folder, port.ToString()], cancellation);
        pid = int.Parse((await File.ReadAllTextAsync(Path.Combine(folder, "pid"), cancellation)).Trim());
    }

    private async Task EndAsync(string signal)
    {
        OnlyOurOwn();
        if (pid == 0) return;
        using var broker = Find(pid);
        if (broker is not null)
        {
            await Signals.SendAsync(signal, pid);
            await Tools.UntilAsync("the broker's end", TimeSpan.FromSeconds(30), () => Task.FromResult(broker.HasExited));
        }
        pid = 0;
    }

    private void OnlyOurOwn() => Assert.SkipWhen(!string.IsNullOrEmpty(named), "the broker of KAFKA_BOOTSTRAP is not ours to stop");

    private static Process? Find(int pid)
    {
        try
        {
            return Process.GetProcessById(pid);
        }
        catch (ArgumentException)
        {
            return null;
        }
    }
}
