using System.Diagnostics;
using System.Text;
using ECommerce.Channels.Platform.Security;
using ECommerce.Channels.Testing;

namespace ECommerce.Channels.Kpi.Tests.Rollups;

/// <summary>The measuring service in a process of its own, to be killed.</summary>
internal sealed class KpiProcess(IReadOnlyDictionary<string, string> environment) : IDisposable
{
    private static readonly string Program = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "ECommerce.Channels.Kpi.dll"));
    private readonly StringBuilder output = new();
    private Process? process;

    public string Output => output.ToString();

    public bool HasExited => process?.HasExited ?? true;

    /// <summary>What every process of the service needs, whatever the log.</summary>
    public static Dictionary<string, string> Environment(string database)
    {
        var keys = Path.Combine(Path.GetTempPath(), "channels-keys-" + Guid.NewGuid().ToString("N")[..8] + ".pem");
        SigningKeys.EnsureFile(keys);
        return new()
        {
            ["ConnectionStrings__kpi"] = database,
            ["Identity__PublicKeysFile"] = keys,
            ["Rollups__CommitIntervalMs"] = "50",
            ["Rollups__FoldIntervalMs"] = "300",
            ["DOTNET_TieredPGO"] = "0",
        };
    }

    private readonly string address = $"http://127.0.0.1:{Ports.Free()}";

    /// <summary>Waits until it says that it is ready.</summary>
    public async Task ReadyAsync(CancellationToken cancellation)
    {
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = new Uri(address) };
        await Tools.UntilAsync("a replica ready: " + Output, TimeSpan.FromMinutes(1), async () =>
        {
            try
            {
                return (await http.GetAsync("/health/ready", cancellation)).IsSuccessStatusCode;
            }
            catch (HttpRequestException)
            {
                return false;
            }
        }, cancellation);
    }

    public void Start()
    {
        var start = new ProcessStartInfo("dotnet", [Program, "--urls", address])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetTempPath(),
        };
        foreach (var (name, value) in environment) start.Environment[name] = value;
        process = Process.Start(start)!;
        process.OutputDataReceived += (_, line) => Keep(line.Data);
        process.ErrorDataReceived += (_, line) => Keep(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>SIGKILL: nothing in the process hears of it.</summary>
    public async Task KillAsync()
    {
        process!.Kill();
        await process.WaitForExitAsync();
        process.Dispose();
        process = null;
    }

    /// <summary>SIGSTOP or SIGCONT.</summary>
    public Task SignalAsync(string signal) => Signals.SendAsync(signal, process!.Id);

    public void Dispose()
    {
        if (process is null) return;
        process.Kill();
        process.WaitForExit();
        process.Dispose();
    }

    private void Keep(string? line)
    {
        if (line is not null) lock (output) output.AppendLine(line);
    }
}
