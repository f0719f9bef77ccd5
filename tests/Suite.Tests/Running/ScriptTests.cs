using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using ECommerce.Channels.Suite.CommandLine;
using ECommerce.Channels.Testing;
using Xunit;

namespace ECommerce.Channels.Suite.Tests.Running;

/// <summary>The scripts at the root of the checkout, as people type them; they build what has changed.</summary>
public sealed class ScriptTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    private readonly string folder = Directory.CreateTempSubdirectory("channels-script-").FullName;
    private readonly string mark = Guid.NewGuid().ToString("N");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    [Trait("Size", "all")]
    public async Task RunAndChannels_AsTyped_BecomeTheProgramAndLeaveNothingBehind()
    {
        var port = Ports.Free();
        var data = Path.Combine(folder, "data");
        using var run = Start("run", "--empty", "--port", $"{port}", "--data", data);
        var errors = run.StandardError.ReadToEndAsync(Cancellation);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        patience.CancelAfter(Patience);
        Assert.Equal($"ready http://127.0.0.1:{port}", await run.StandardOutput.ReadLineAsync(patience.Token));
        // No shell is left: a signal to the process that was started reaches the suite.
        Assert.Contains("channels.dll", CommandLineOf(run.Id), StringComparison.Ordinal);

        using var channels = Start("channels", "users", "list", "--suite", Path.Combine(data, SuiteFile.Name), "--json");
        var listed = await channels.StandardOutput.ReadToEndAsync(patience.Token);
        await channels.WaitForExitAsync(patience.Token);
        Assert.Equal(0, channels.ExitCode);
        Assert.Contains("\"manager\"", listed, StringComparison.Ordinal);

        await Signals.SendAsync("TERM", run.Id);
        await run.WaitForExitAsync(patience.Token);
        Assert.True(run.ExitCode == 0, await errors);
        Assert.Equal("", await run.StandardOutput.ReadToEndAsync(patience.Token));
        Assert.Empty(Marked());
    }

    /// <summary>A server that takes calls and never answers keeps the command waiting; then it is killed as a scheduler would, by the id it was started with.</summary>
    [Fact]
    [Trait("Size", "all")]
    public async Task Channels_KilledWhileItWaits_LeavesNothingBehind()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        using var channels = Start("channels", "users", "list", "--server", $"http://127.0.0.1:{((IPEndPoint)silent.LocalEndpoint).Port}");
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        patience.CancelAfter(Patience);
        using var call = await silent.AcceptTcpClientAsync(patience.Token);

        Assert.Contains("channels.dll", CommandLineOf(channels.Id), StringComparison.Ordinal);
        channels.Kill();
        await channels.WaitForExitAsync(patience.Token);
        Assert.Empty(Marked());
    }

    private Process Start(string script, params string[] words)
    {
        var start = new ProcessStartInfo(Path.Combine(Checkout.Folder, script), words)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            WorkingDirectory = folder,
        };
        // Whatever is started by it, a build server too, carries the mark in its environment.
        start.Environment["CHANNELS_TEST_MARK"] = mark;
        start.Environment["CHANNELS_API_KEY"] = "nobody's";
        return Process.Start(start)!;
    }

    private List<string> Marked() => [.. Directory.GetDirectories("/proc").Select(Path.GetFileName).Where(name => int.TryParse(name, out _))
        .Where(pid => Read($"/proc/{pid}/environ").Contains(mark, StringComparison.Ordinal)).Select(pid => CommandLineOf(int.Parse(pid!)))];

    private static string CommandLineOf(int pid) => Read($"/proc/{pid}/cmdline").Replace('\0', ' ');

    /// <summary>Nothing where the process has ended, or is another user's.</summary>
    private static string Read(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
