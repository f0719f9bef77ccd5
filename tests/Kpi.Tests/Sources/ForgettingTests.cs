using System.Text.Json;
using ECommerce.Channels.Contracts;
using ECommerce.Channels.Kpi.Sources;
using ECommerce.Channels.Platform.Messaging;
using ECommerce.Channels.Platform.Storage;
using ECommerce.Channels.Testing;
using Xunit;

namespace ECommerce.Channels.Kpi.Tests.Sources;

public sealed class ForgettingTests(PostgresServer postgres)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(0, 0, "")]
    [InlineData(100, 100, "")]
    [InlineData(99, 100, "boss")]
    [InlineData(-1, 100, "boss")]
    [InlineData(-1, 0, "")]
    public void Lost_OfAnotherSource_IsWhatTheLogNoLongerHolds(long met, long first, string lost) => Assert.Equal(
        lost,
        string.Join(',', Forgetting.Lost("demo", [new("boss", 3, met), new("demo", 3, 0)], [new OffsetRange(3, first, 1_000)])));

    [Fact]
    public async Task Forget_OverHttp_ForgetsAndIsAudited()
    {
        var database = await postgres.NewDatabaseAsync();
        await using var kpi = await KpiHost.StartAsync(database, database);
        await SendAsync(kpi, "a");
        Assert.Equal(1, await AttemptsAsync(kpi));
        var (status, answer, _) = await kpi.PostAsync("/api/v1/kpi/sources/portal-1/forget", "{}");
        Assert.Equal(200, status);
        Assert.Equal((1, 0), (answer.GetProperty("recounted").GetInt32(), answer.GetProperty("lost").GetArrayLength()));
        await Tools.UntilAsync("nothing is counted", TimeSpan.FromSeconds(30), async () => await AttemptsAsync(kpi) == 0 && await LagAsync(kpi) == 0, Cancellation);
        var audit = await kpi.GetAsync("/api/v1/kpi/audit", Roles.Admin);
        Assert.Contains("source.forgotten", audit.Body.GetRawText(), StringComparison.Ordinal);
        // What the source sends from now on counts again, the same event included.
        await SendAsync(kpi, "a");
        Assert.Equal(1, await AttemptsAsync(kpi));
    }

    [Fact]
    public async Task Forget_OthersNotInTheLogAnyMore_Is409NamingThemUnlessForced()
    {
        var database = await postgres.NewDatabaseAsync();
        await using var kpi = await KpiHost.StartAsync(database, database);
        await SendAsync(kpi, "a");
        await using (var log = ServiceStorage.DataSource(database, "log"))
        await using (var command = log.CreateCommand("UPDATE log.partitions SET first_offset = end_offset WHERE end_offset > 0"))
            await command.ExecuteNonQueryAsync(Cancellation);
        foreach (var body in (string[])["{}", """{"dryRun":true}"""])
        {
            var (status, answer, _) = await kpi.PostAsync("/api/v1/kpi/sources/demo/forget", body);
            Assert.Equal(409, status);
            Assert.Contains("portal-1", answer.GetRawText(), StringComparison.Ordinal);
        }
        Assert.Equal(1, await AttemptsAsync(kpi));
        var dry = await kpi.PostAsync("/api/v1/kpi/sources/demo/forget", """{"dryRun":true,"force":true}""");
        Assert.Equal("portal-1", dry.Body.GetProperty("lost")[0].GetString());
        Assert.Equal(1, await AttemptsAsync(kpi));
        Assert.Equal(200, (await kpi.PostAsync("/api/v1/kpi/sources/demo/forget", """{"force":true}""")).Status);
        Assert.Equal(0, await AttemptsAsync(kpi));
    }

    [Theory]
    [InlineData("{\"force\":1}", 400)]
    [InlineData("[]", 400)]
    [InlineData("{}", 404, "no%20code")]
    public async Task Forget_BadInput_IsRefused(string body, int expected, string source = "demo")
    {
        var database = await postgres.NewDatabaseAsync();
        await using var kpi = await KpiHost.StartAsync(database, database);
        Assert.Equal(expected, (await kpi.PostAsync($"/api/v1/kpi/sources/{source}/forget", body)).Status);
    }

    private static async Task SendAsync(KpiHost kpi, string id)
    {
        var at = TimeProvider.System.GetUtcNow().AddHours(-1).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'");
        var line = JsonSerializer.Serialize(new { id, at, customer = "c_x", channel = "app", service = "payment.topup", outcome = "success" });
        Assert.Equal(202, (await kpi.PostAsync("/api/v1/kpi/transactions", line)).Status);
        await Tools.UntilAsync("it is counted", TimeSpan.FromSeconds(30), async () => await LagAsync(kpi) == 0 && await AttemptsAsync(kpi) == 1, Cancellation);
    }

    private static async Task<long> LagAsync(KpiHost kpi) => (await kpi.GetAsync("/api/v1/kpi/rollups")).Body.GetProperty("lag").GetInt64();

    private static async Task<long> AttemptsAsync(KpiHost kpi)
    {
        var today = DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime);
        var answer = await kpi.GetAsync($"/api/v1/kpi/indicators/attempts/values?from={today.AddDays(-3):yyyy-MM-dd}&to={today.AddDays(3):yyyy-MM-dd}");
        return answer.Body.GetProperty("values").EnumerateArray().Sum(value => value.GetProperty("value").GetInt64());
    }
}
