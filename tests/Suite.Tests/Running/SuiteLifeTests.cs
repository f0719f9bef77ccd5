using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using ECommerce.Channels.Contracts;
using ECommerce.Channels.Suite.CommandLine;
using ECommerce.Channels.Testing;
using Xunit;

namespace ECommerce.Channels.Suite.Tests.Running;

public sealed class SuiteLifeTests : IAsyncLifetime
{
    private readonly SuiteProcess suite = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync()
    {
        Assert.SkipUnless(Directory.Exists("/usr/lib/postgresql"), "PostgreSQL is not installed");
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync() => suite.DisposeAsync();

    [Fact]
    public async Task Run_StartTerminateStart_KeepsAccountsAndLeavesNothingRunning()
    {
        var foreign = Path.Combine(suite.Data, "reports", "notes.txt");
        Directory.CreateDirectory(Path.GetDirectoryName(foreign)!);
        await File.WriteAllTextAsync(foreign, "not the suite's", Cancellation);
        await suite.StartAsync(Cancellation);
        Assert.Equal($"ready http://127.0.0.1:{suite.Port}\n", suite.Output);
        foreach (var secret in new[] { suite.SuiteJson, Path.Combine(suite.Data, "secrets", "pseudonym.key") })
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(secret));
        var first = await SuiteFile.ReadAsync(suite.SuiteJson, Cancellation);
        Assert.Equal($"http://127.0.0.1:{suite.Port}", first.Address);
        Assert.Equal(Roles.All.Order(), first.Accounts.Select(account => account.Role).Order());
        await EveryKeyWorksAsync(first);

        Assert.Equal(0, await suite.TerminateAsync(Cancellation));

        Assert.Equal($"ready http://127.0.0.1:{suite.Port}\n", suite.Output);
        Assert.Empty(suite.DatabaseProcesses());
        // The gateway first, what it leads to next, the database last.
        Assert.Equal(
            ["stopping", "stopping gateway", "stopping simulator", "stopping offload", "stopping care", "stopping kpi", "stopping PostgreSQL", "stopped"],
            suite.Errors.Split('\n').Where(line => line.StartsWith("stop", StringComparison.Ordinal)));
        await suite.StartAsync(Cancellation);
        var second = await SuiteFile.ReadAsync(suite.SuiteJson, Cancellation);
        Assert.Equal(first.Accounts, second.Accounts);
        await EveryKeyWorksAsync(second);
        Assert.Equal("not the suite's", await File.ReadAllTextAsync(foreign, Cancellation));
        // As Ctrl-C does.
        Assert.Equal(0, await suite.TerminateAsync(Cancellation, "INT"));
        Assert.Empty(suite.DatabaseProcesses());
    }

    [Fact]
    public async Task Run_ProcessGroupKilled_GoesOnWithEverythingThatWasThere()
    {
        await suite.StartAsync(Cancellation);
        var made = await suite.ChannelsAsync("keys", "create", "web-hall", "--role", "portal", "--json");
        Assert.Equal(0, made.Exit);
        var id = JsonDocument.Parse(made.Out).RootElement.GetProperty("id").GetString();

        await suite.KillAsync(Cancellation);
        Assert.NotEmpty(suite.DatabaseProcesses());
        await suite.StartAsync(Cancellation);

        Assert.Contains("adopting", suite.Errors, StringComparison.Ordinal);
        var listed = await suite.ChannelsAsync("keys", "list", "--json");
        Assert.Contains(id!, listed.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0.3)]
    [InlineData(1)]
    [InlineData(3)]
    public async Task Run_KilledWhileStarting_StartsTheNextTime(double seconds)
    {
        suite.Start();
        var until = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(until).TotalSeconds < seconds) await Task.Delay(20, Cancellation);
        await suite.KillAsync(Cancellation);

        await suite.StartAsync(Cancellation);

        await EveryKeyWorksAsync(await SuiteFile.ReadAsync(suite.SuiteJson, Cancellation));
    }

    [Theory]
    [InlineData(0.5)]
    [InlineData(2)]
    public async Task Run_TerminatedWhileStarting_EndsInGoodOrder(double seconds)
    {
        suite.Start();
        var since = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(since).TotalSeconds < seconds) await Task.Delay(20, Cancellation);
        Assert.Equal(0, await suite.TerminateAsync(Cancellation));
        Assert.Equal("", suite.Output);
        Assert.Empty(suite.DatabaseProcesses());
        await suite.StartAsync(Cancellation);
    }

    /// <summary>What was begun when it is told to stop is finished, answered and kept.</summary>
    [Fact]
    public async Task Run_TerminatedWhileEventsArrive_TakesThemAllAndCountsThem()
    {
        await suite.StartAsync(Cancellation);
        var file = await SuiteFile.ReadAsync(suite.SuiteJson, Cancellation);
        using var http = new HttpClient { BaseAddress = new Uri(file.Address) };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", file.Accounts.Single(account => account.Role == Roles.Manager).ApiKey);
        var at = TimeProvider.System.GetUtcNow().AddMinutes(-5);
        using var slow = new HeldBody(Enumerable.Range(0, 2_000).Select(number =>
            $$"""{"id":"{{number}}","at":"{{at:O}}","customer":"c_drain{{number}}","channel":"app","service":"payment.topup","outcome":"success"}"""));

        var answered = http.PostAsync("/api/v1/kpi/transactions", slow, Cancellation);
        await slow.HalfSent.WaitAsync(TimeSpan.FromSeconds(30), Cancellation);
        var ended = suite.TerminateAsync(Cancellation);
        await Tools.UntilAsync("its end begins", TimeSpan.FromSeconds(30), () => Task.FromResult(suite.Errors.Contains("stopping", StringComparison.Ordinal)), Cancellation);
        slow.Release();

        using var answer = await answered;
        Assert.Equal((HttpStatusCode.Accepted, """{"accepted":2000,"rejected":[],"rejectedTotal":0}"""), (answer.StatusCode, await answer.Content.ReadAsStringAsync(Cancellation)));
        Assert.Equal(0, await ended);
        await suite.StartAsync(Cancellation);
        await Tools.UntilAsync("all are counted", TimeSpan.FromSeconds(60), async () => await AttemptsAsync(http, at) == 2_000, Cancellation);
    }

    /// <summary>As in most containers: there root has no CAP_SYS_PTRACE.</summary>
    [Fact]
    public async Task Run_AsRootThatMayNotLookIntoProcessesOfOthers_StopsAndStartsItsDatabase()
    {
        Assert.SkipUnless(System.Environment.IsPrivilegedProcess, "only root runs its database as somebody else");
        await using var confined = new SuiteProcess { Runner = ["setpriv", "--bounding-set=-sys_ptrace", "setsid"] };
        await confined.StartAsync(Cancellation);
        Assert.Equal(0, await confined.TerminateAsync(Cancellation));
        Assert.Empty(confined.DatabaseProcesses());
        await confined.StartAsync(Cancellation);
        await confined.KillAsync(Cancellation);
        Assert.NotEmpty(confined.DatabaseProcesses());
        await confined.StartAsync(Cancellation);
        Assert.Contains("adopting", confined.Errors, StringComparison.Ordinal);
        Assert.Equal(0, await confined.TerminateAsync(Cancellation));
        Assert.Empty(confined.DatabaseProcesses());
    }

    /// <summary>What a kill leaves between the making of the folder and its handing over to the server's user.</summary>
    [Fact]
    public async Task Run_FolderMadeAndNotHandedOver_Starts()
    {
        Directory.CreateDirectory(Path.Combine(suite.Data, "postgres"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);

        await suite.StartAsync(Cancellation);

        await EveryKeyWorksAsync(await SuiteFile.ReadAsync(suite.SuiteJson, Cancellation));
    }

    [Fact]
    public async Task Run_SecondOnTheSameData_SaysSo()
    {
        await suite.StartAsync(Cancellation);

        var second = await Cli.RunAsync("suite", "run", "--data", suite.Data, "--port", Ports.Free().ToString());

        Assert.Equal(ExitCodes.Failure, second.Exit);
        Assert.Contains("already running", second.Error, StringComparison.Ordinal);
        Assert.Equal("", second.Out);
        await EveryKeyWorksAsync(await SuiteFile.ReadAsync(suite.SuiteJson, Cancellation));
    }

    [Fact]
    public async Task Run_TakenPort_SaysSoAndStartsNothing()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();

        suite.Start(((IPEndPoint)other.LocalEndpoint).Port);

        Assert.Equal(ExitCodes.Failure, await suite.EndAsync(Cancellation));
        Assert.Contains("is taken by another program", suite.Errors, StringComparison.Ordinal);
        Assert.Equal("", suite.Output);
        Assert.Empty(suite.DatabaseProcesses());
    }

    private static async Task<long> AttemptsAsync(HttpClient http, DateTimeOffset at)
    {
        var (from, to) = (at.AddDays(-1), at.AddDays(2));
        var answer = await http.GetFromJsonAsync<JsonElement>($"/api/v1/kpi/indicators/attempts/values?from={from:yyyy-MM-dd}&to={to:yyyy-MM-dd}", Cancellation);
        return answer.GetProperty("values").EnumerateArray().Sum(value => value.GetProperty("value").GetInt64());
    }

    /// <summary>Each is for its role, in all regions; what a role may do is tested elsewhere.</summary>
    private static async Task EveryKeyWorksAsync(SuiteFile file)
    {
        using var http = new HttpClient { BaseAddress = new Uri(file.Address) };
        foreach (var account in file.Accounts)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/session");
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", account.ApiKey);
            using var answer = await http.SendAsync(request, Cancellation);
            var session = await answer.Content.ReadFromJsonAsync<JsonElement>(Cancellation);
            Assert.Equal($"""["{account.Role}"]""", session.GetProperty("roles").GetRawText());
            Assert.Equal("""["*"]""", session.GetProperty("regions").GetRawText());
        }
    }
}

/// <summary>Lines of a body of which the second half is sent when it is released.</summary>
internal sealed class HeldBody : HttpContent
{
    private readonly byte[] bytes;
    private readonly TaskCompletionSource halfSent = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource released = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public HeldBody(IEnumerable<string> lines)
    {
        bytes = Encoding.UTF8.GetBytes(string.Join('\n', lines));
        Headers.ContentType = new MediaTypeHeaderValue("application/x-ndjson");
    }

    public Task HalfSent => halfSent.Task;

    public void Release() => released.TrySetResult();

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
    {
        var half = bytes.Length / 2;
        await stream.WriteAsync(bytes.AsMemory(0, half));
        await stream.FlushAsync();
        halfSent.TrySetResult();
        await released.Task;
        await stream.WriteAsync(bytes.AsMemory(half));
    }

    protected override bool TryComputeLength(out long length)
    {
        length = bytes.Length;
        return true;
    }
}
