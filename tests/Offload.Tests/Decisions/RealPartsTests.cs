using System.Diagnostics;
using System.Text.Json;
using ECommerce.Channels.Contracts;
using ECommerce.Channels.Testing;
using Npgsql;
using Xunit;

namespace ECommerce.Channels.Offload.Tests.Decisions;

/// <summary>Decisions with a real broker and a real sidecar, whole and broken.</summary>
[Trait("Size", "all")]
public sealed class RealPartsTests(PostgresServer postgres) : IAsyncLifetime
{
    private const string Someone = "c_aAAAAAAAAAAAAAAAAAAAAAAAA";
    private readonly KafkaBroker broker = new();
    private DaprSidecar sidecar = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync()
    {
        sidecar = new DaprSidecar(postgres);
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await broker.DisposeAsync();
        await sidecar.DisposeAsync();
    }

    [Fact]
    public async Task Consent_WithdrawnOverKafka_StopsOffers()
    {
        await using var host = await OffloadHost.StartAsync(postgres, ("KAFKA_BOOTSTRAP", await broker.BootstrapAsync(Cancellation)), ("Decisions:HoldoutPercent", "0"));
        await CustomerAsync(host);
        await Tools.UntilAsync("it is offered", TimeSpan.FromSeconds(60), async () => CodeOf(await DecideAsync(host), "sms") == "cheapest", Cancellation);
        await host.TellCustomerAsync(Told.Customer(Someone, revision: 2, guidance: []), Cancellation);
        await Tools.UntilAsync("offers stop", TimeSpan.FromSeconds(20), async () => CodeOf(await DecideAsync(host), "sms") == "no-consent", Cancellation);
    }

    [Fact]
    public async Task Broker_Gone_TheAnswerIsToStay()
    {
        await using var host = await OffloadHost.StartAsync(
            postgres, ("KAFKA_BOOTSTRAP", await broker.BootstrapAsync(Cancellation)), ("Decisions:HoldoutPercent", "0"), ("Decisions:LongestLag", "00:00:05"));
        await CustomerAsync(host);
        await Tools.UntilAsync("it is offered", TimeSpan.FromSeconds(60), async () => CodeOf(await DecideAsync(host), "sms") == "cheapest", Cancellation);
        await broker.KillAsync();
        await Tools.UntilAsync("offers stop", TimeSpan.FromSeconds(30), async () => CodeOf(await DecideAsync(host), "sms") == "consents-unsure", Cancellation);
        await broker.StartAsync(Cancellation);
        await Tools.UntilAsync("it is offered again", TimeSpan.FromSeconds(90), async () =>
        {
            // Health that is too old stops offers too.
            await host.TellHealthAsync(Cancellation);
            return CodeOf(await DecideAsync(host), "sms") == "cheapest";
        }, Cancellation);
    }

    [Fact]
    public async Task Sidecar_StandsStillGoesAndTellsGarbage_TheAnswerIsToStayInItsBudget()
    {
        await sidecar.StartedAsync(Cancellation);
        await using var host = await OffloadHost.StartAsync(
            postgres, ("DAPR_GRPC_PORT", $"{sidecar.GrpcPort}"), ("DAPR_HTTP_PORT", $"{sidecar.HttpPort}"), ("DAPR_API_TOKEN", sidecar.Token), ("Decisions:HoldoutPercent", "0"),
            ("Decisions:Budget", "00:00:00.300"));
        await CustomerAsync(host);
        await OfferedAsync(host);
        await sidecar.PauseAsync();
        await StaysAsync(host);
        await sidecar.ContinueAsync();
        await OfferedAsync(host);
        await sidecar.KillAsync();
        await StaysAsync(host);
        await sidecar.StartAsync(sidecar.Database!, Cancellation);
        await OfferedAsync(host);
        await using (var database = NpgsqlDataSource.Create(sidecar.Database!))
        await using (var spoil = database.CreateCommand("UPDATE dapr_state SET value = convert_to('\"garbage\"', 'UTF8') WHERE key LIKE '%profile/%'"))
            Assert.True(await spoil.ExecuteNonQueryAsync(Cancellation) > 0);
        await StaysAsync(host);
    }

    /// <summary>The answer comes in time whatever is behind it; a profile in this process is good for a second.</summary>
    private static async Task StaysAsync(OffloadHost host)
    {
        await Tools.UntilAsync("the answer is to stay", TimeSpan.FromSeconds(20), async () => CodeOf(await DecideAsync(host), "sms") == "profile-unavailable", Cancellation);
        var watch = Stopwatch.StartNew();
        Assert.Equal("profile-unavailable", CodeOf(await DecideAsync(host), "sms"));
        // Far beyond the budget, for a machine that has much else to do; without it the answer would take as long as the sidecar stands still.
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(10), $"{watch.Elapsed}");
    }

    private static Task OfferedAsync(OffloadHost host) => Tools.UntilAsync("it is offered", TimeSpan.FromSeconds(60), async () =>
    {
        await host.TellHealthAsync(Cancellation);
        return CodeOf(await DecideAsync(host), "sms") == "cheapest";
    }, Cancellation);

    private static async Task CustomerAsync(OffloadHost host)
    {
        await host.TellTheWorldAsync(Cancellation);
        await host.TellCustomerAsync(Told.Customer(Someone, guidance: ["sms"]), Cancellation);
        await host.TellTransactionsAsync(Enumerable.Range(1, 8).Select(day => Told.Use(Someone, "sms", day)), Cancellation);
        await host.UntilCountAsync("SELECT count(*) FROM profiles JOIN customers USING (customer)", 1, Cancellation);
    }

    private static async Task<JsonElement> DecideAsync(OffloadHost host)
    {
        var (status, body) = await host.CallAsync(
            HttpMethod.Post, "/decisions", new { customer = Someone, service = "payment.topup", channel = "agent" }, Roles.Portal, Cancellation);
        Assert.Equal(200, status);
        return body;
    }

    private static string CodeOf(JsonElement answer, string channel) =>
        answer.GetProperty("reasons").EnumerateArray().Single(one => one.GetProperty("channel").GetString() == channel).GetProperty("code").GetString()!;
}
