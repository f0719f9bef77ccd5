using System.Diagnostics;
using System.Net;
using System.Runtime.Versioning;
using ECommerce.Channels.Testing;
using Xunit;

namespace ECommerce.Channels.Care.Tests;

/// <summary>The service as a process of its own: its settings, its signals, its exit codes.</summary>
[SupportedOSPlatform("linux")]
public sealed class ProgramTests(PostgresServer postgres) : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("channels-care-program-").FullName;
    private readonly int port = Ports.Free();
    private readonly HttpClient client = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        client.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task Sigterm_WhenReady_EndsWithZero() =>
        Assert.Equal(0, await RunUntilAsync("ready", await postgres.NewDatabaseAsync()));

    [Fact]
    public async Task Sigterm_WhileWaitingForTheDatabase_EndsWithZero() =>
        Assert.Equal(0, await RunUntilAsync("live", "Host=127.0.0.1;Port=1;Username=x;Database=x"));

    [Fact]
    public async Task Settings_Wrong_EndWithOneAndNameAllOfThem()
    {
        using var process = Start("Host=127.0.0.1;Port=1", ("Hosting__DrainDelay", "soon"), ("Pseudonyms__KeyFile", ""));
        var errors = await process.StandardError.ReadToEndAsync(Cancellation);
        await process.WaitForExitAsync(Cancellation);
        Assert.Equal(1, process.ExitCode);
        Assert.Contains("Hosting:DrainDelay", errors, StringComparison.Ordinal);
        Assert.Contains("Pseudonyms:KeyFile", errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task DataKey_ThatIsNotMounted_IsNotMadeInProduction()
    {
        using var process = Start(await postgres.NewDatabaseAsync(), ("DataKeys__MakeKey", "false"));
        var errors = await process.StandardError.ReadToEndAsync(Cancellation);
        await process.WaitForExitAsync(Cancellation);
        Assert.Equal(1, process.ExitCode);
        Assert.Contains("data.key", errors, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(folder, "data.key")));
    }

    /// <summary>A key of its own would give every customer another pseudonym than all other installations' parts.</summary>
    [Fact]
    public async Task Key_ThatIsNotMounted_IsNotMadeInProduction()
    {
        using var process = Start(await postgres.NewDatabaseAsync(), ("Pseudonyms__MakeKey", "false"));
        var errors = await process.StandardError.ReadToEndAsync(Cancellation);
        await process.WaitForExitAsync(Cancellation);
        Assert.Equal(1, process.ExitCode);
        Assert.Contains("pseudonym.key", errors, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(folder, "pseudonym.key")));
    }

    private async Task<int> RunUntilAsync(string probe, string connection)
    {
        using var process = Start(connection);
        var output = process.StandardOutput.ReadToEndAsync(Cancellation);
        var errors = process.StandardError.ReadToEndAsync(Cancellation);
        var start = Stopwatch.GetTimestamp();
        while (!await AnswersAsync("/health/" + probe))
        {
            if (process.HasExited || Stopwatch.GetElapsedTime(start) > TimeSpan.FromSeconds(60))
                Assert.Fail($"It did not get {probe}: {await output} {await errors}");
            await Task.Delay(50, Cancellation);
        }
        using (var kill = Process.Start("kill", ["-TERM", process.Id.ToString()])) await kill.WaitForExitAsync(Cancellation);
        await process.WaitForExitAsync(Cancellation);
        return process.ExitCode;
    }

    private async Task<bool> AnswersAsync(string path)
    {
        try
        {
            using var response = await client.GetAsync(new Uri($"http://127.0.0.1:{port}{path}"), Cancellation);
            return response.StatusCode == HttpStatusCode.OK;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private Process Start(string connection, params (string Name, string Value)[] settings)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(CareService).Assembly.Location])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder,
        };
        start.Environment["ConnectionStrings__care"] = connection;
        start.Environment["Identity__JwksAddress"] = "http://127.0.0.1:1/";
        start.Environment["Pseudonyms__KeyFile"] = Path.Combine(folder, "pseudonym.key");
        start.Environment["Pseudonyms__MakeKey"] = "true";
        start.Environment["DataKeys__KeyFile"] = Path.Combine(folder, "data.key");
        start.Environment["DataKeys__MakeKey"] = "true";
        start.Environment["ConnectionStrings__log"] = connection;
        start.Environment["Hosting__DrainDelay"] = "00:00:00";
        start.Environment["ASPNETCORE_URLS"] = $"http://127.0.0.1:{port}";
        foreach (var (name, value) in settings) start.Environment[name] = value;
        return Process.Start(start)!;
    }
}
