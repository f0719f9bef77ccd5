using System.Diagnostics;
using System.Text.Json;
using ECommerce.Channels.Suite.Tests.Running;
using Xunit;

namespace ECommerce.Channels.Suite.Tests.EndToEnd;

/// <summary>The importer and the whole suite under it are killed while an import runs, and the same command ends in the same counts.</summary>
[Trait("Size", "all")]
public sealed class KilledImportTests : IAsyncLifetime
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
    public async Task Import_EverythingKilledInTheMiddle_EndsInTheSameCounts()
    {
        await suite.StartAsync(Cancellation);
        using (var importer = Import())
        {
            await UntilRowsAreReportedAsync();
            importer.Kill();
            await importer.WaitForExitAsync(Cancellation);
        }
        await suite.KillAsync(Cancellation);
        await suite.StartAsync(Cancellation);

        var (exit, output, error) = await suite.ChannelsAsync("import", "transactions", ImportedSample.File, "--mapping", "boss", "--json");

        Assert.True(exit == 0, error);
        Assert.Contains("an interrupted import goes on", error, StringComparison.Ordinal);
        var import = JsonDocument.Parse(output).RootElement;
        Assert.Equal(119898, import.GetProperty("accepted").GetInt64());
        Assert.Equal(1229, import.GetProperty("repeated").GetInt64());
        Assert.Equal(102, import.GetProperty("rejected").EnumerateObject().Sum(cause => cause.Value.GetInt64()));
        var shown = await suite.ChannelsAsync("show", "attempts", "--json");
        Assert.Equal(119898, JsonDocument.Parse(shown.Out).RootElement.GetProperty("values")[0].GetProperty("value").GetDouble());
    }

    private Process Import() => Process.Start(new ProcessStartInfo(
        "dotnet",
        [Path.Combine(AppContext.BaseDirectory, "channels.dll"), "import", "transactions", ImportedSample.File, "--mapping", "boss", "--suite", suite.SuiteJson])
    {
        RedirectStandardOutput = true,
        RedirectStandardError = true,
        UseShellExecute = false,
    })!;

    private async Task UntilRowsAreReportedAsync()
    {
        using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{suite.Port}") };
        var file = await ECommerce.Channels.Suite.CommandLine.SuiteFile.ReadAsync(suite.SuiteJson, Cancellation);
        http.DefaultRequestHeaders.Authorization = new("Bearer", file.Accounts.Single(account => account.Role == "admin").ApiKey);
        var since = TimeProvider.System.GetTimestamp();
        while (true)
        {
            Assert.True(TimeProvider.System.GetElapsedTime(since) < TimeSpan.FromMinutes(2), "no rows were reported");
            using var answer = JsonDocument.Parse(await http.GetStringAsync("/api/v1/kpi/imports", Cancellation));
            if (answer.RootElement.EnumerateArray().Any(import => import.GetProperty("rows").GetInt64() > 0)) return;
            await Task.Delay(50, Cancellation);
        }
    }
}
