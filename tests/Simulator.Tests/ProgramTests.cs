using System.Diagnostics;
using System.Net;
using System.Runtime.Versioning;
using ECommerce.Channels.Testing;
using Xunit;

namespace ECommerce.Channels.Simulator.Tests;

/// <summary>The simulator as a process of its own: without the wish for a demo it only waits.</summary>
[SupportedOSPlatform("linux")]
public sealed class ProgramTests(PostgresServer postgres) : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("channels-simulator-program-").FullName;
    private readonly int port = Ports.Free();
    private readonly HttpClient client = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        client.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task Sigterm_WhenReady_EndsWithZero()
    {
        using var process = Start(await postgres.NewDatabaseAsync());
        var errors = process.StandardError.ReadToEndAsync(Cancellation);
        await Tools.UntilAsync("it is ready", TimeSpan.FromSeconds(90), async () => process.HasExited ? throw new InvalidOperationException(await errors) : await IsReadyAsync(), Cancellation);
        using (var kill = Process.Start("kill", ["-TERM", process.Id.ToString()])) await kill.WaitForExitAsync(Cancellation);
        await process.WaitForExitAsync(Cancellation);
        Assert.Equal(0, process.ExitCode);
    }

    [Fact]
    public async Task Settings_Wrong_EndWithOneAndNameThem()
    {
        using var process = Start("Host=127.0.0.1;Port=1", ("Simulator__TickMs", "5"));
        var errors = await process.StandardError.ReadToEndAsync(Cancellation);
        await process.WaitForExitAsync(Cancellation);
        Assert.Equal(1, process.ExitCode);
        Assert.Contains("TickMs", errors, StringComparison.Ordinal);
    }

    private async Task<bool> IsReadyAsync()
    {
        try
        {
            using var response = await client.GetAsync(new Uri($"http://127.0.0.1:{port}/health/ready"), Cancellation);
            return response.StatusCode == HttpStatusCode.OK;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private Process Start(string connection, params (string Name, string Value)[] settings)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(SimulatorService).Assembly.Location])
        {
            UseShellExecute = false,
            RedirectStandardError = true,
            RedirectStandardOutput = true,
            WorkingDirectory = folder,
        };
        start.Environment["ConnectionStrings__simulator"] = connection;
        start.Environment["Identity__JwksAddress"] = "http://127.0.0.1:1/";
        start.Environment["Hosting__DrainDelay"] = "00:00:00";
        start.Environment["ASPNETCORE_URLS"] = $"http://127.0.0.1:{port}";
        foreach (var (name, value) in settings) start.Environment[name] = value;
        var process = Process.Start(start)!;
        // Nobody reads it, and a full pipe would hold the process.
        process.OutputDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        return process;
    }
}
