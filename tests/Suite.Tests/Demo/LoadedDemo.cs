using System.Net.Http.Headers;
using System.Text.Json;
using ECommerce.Channels.Simulator.Answers;
using ECommerce.Channels.Simulator.Operator;
using ECommerce.Channels.Suite.CommandLine;
using ECommerce.Channels.Suite.Tests.Running;
using ECommerce.Channels.Testing;
using Xunit;

namespace ECommerce.Channels.Suite.Tests.Demo;

/// <summary>A suite with the demo operator, its history loaded and its stream held, and the oracle that knows what the figures have to be.</summary>
public sealed class LoadedDemo : IAsyncLifetime
{
    private static readonly TimeZoneInfo Zone = TimeZoneInfo.FindSystemTimeZoneById("Asia/Shanghai");

    public SuiteProcess Suite { get; } = new() { Demo = true, ReadyBy = TimeSpan.FromMinutes(12) };

    public HttpClient Http { get; } = new(new SocketsHttpHandler { UseProxy = false });

    internal DemoOperator Demo { get; private set; } = null!;

    internal Oracle Oracle { get; private set; } = null!;

    /// <summary>Everything before is in the log, and counted.</summary>
    public DateTimeOffset Through { get; private set; }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        Assert.SkipUnless(Directory.Exists("/usr/lib/postgresql"), "PostgreSQL is not installed");
        await Suite.StartAsync(Cancellation);
        await SignInAsync();
        Assert.Equal(0, (await Suite.ChannelsAsync("simulate", "pause")).Exit);
        await Tools.UntilAsync("the stream is held", TimeSpan.FromSeconds(60), async () => (await GetAsync("/api/v1/simulator")).GetProperty("state").GetString() == "paused", Cancellation);
        await UntilCountedAsync();
        await using var database = await Suite.DatabaseAsync();
        await using var command = database.CreateCommand("SELECT seed, anchor, through, customers FROM simulator.demo");
        await using var row = await command.ExecuteReaderAsync(Cancellation);
        await row.ReadAsync(Cancellation);
        Demo = new DemoOperator((ulong)row.GetInt64(0), row.GetFieldValue<DateTimeOffset>(1), Zone, row.GetInt32(3));
        Through = row.GetFieldValue<DateTimeOffset>(2);
        Oracle = new Oracle(Demo, [], keep: true);
    }

    /// <summary>Calls as a manager.</summary>
    public async Task SignInAsync()
    {
        var file = await SuiteFile.ReadAsync(Suite.SuiteJson, Cancellation);
        Http.BaseAddress ??= new Uri(file.Address);
        Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", file.Accounts.Single(account => account.Role == "manager").ApiKey);
    }

    public async Task<JsonElement> GetAsync(string path)
    {
        using var answer = await Http.GetAsync(path, Cancellation);
        var text = await answer.Content.ReadAsStringAsync(Cancellation);
        Assert.True(answer.IsSuccessStatusCode, $"{path}: {(int)answer.StatusCode} {text}");
        return JsonDocument.Parse(text).RootElement;
    }

    public Task UntilCountedAsync() => Tools.UntilAsync(() => "everything is counted", TimeSpan.FromMinutes(5), TimeSpan.FromMilliseconds(200), async () =>
    {
        var status = await GetAsync("/api/v1/kpi/rollups");
        return status.GetProperty("lag").ValueKind == JsonValueKind.Number && status.GetProperty("lag").GetInt64() == 0;
    }, Cancellation);

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await Suite.DisposeAsync();
    }
}
