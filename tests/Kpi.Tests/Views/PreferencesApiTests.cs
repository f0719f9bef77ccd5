using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using ECommerce.Channels.Contracts;
using ECommerce.Channels.Testing;
using Xunit;

namespace ECommerce.Channels.Kpi.Tests.Views;

public sealed class PreferencesApiTests(PostgresServer postgres)
{
    private const string Root = "/api/v1/kpi/preferences";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private async Task<FiguresHost> StartAsync() => await FiguresHost.StartAsync(await postgres.NewDatabaseAsync());

    private static async Task<(JsonElement Body, string? ETag)> GetAsync(FiguresHost host)
    {
        using var response = await host.Client.GetAsync(Root, Cancellation);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return (JsonDocument.Parse(await response.Content.ReadAsStringAsync(Cancellation)).RootElement, response.Headers.ETag?.ToString());
    }

    private static async Task<int> PutAsync(FiguresHost host, object body, string? ifMatch = null, string? ifNoneMatch = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, Root) { Content = JsonContent.Create(body) };
        if (ifMatch is not null) request.Headers.TryAddWithoutValidation("If-Match", ifMatch);
        if (ifNoneMatch is not null) request.Headers.TryAddWithoutValidation("If-None-Match", ifNoneMatch);
        using var response = await host.Client.SendAsync(request, Cancellation);
        return (int)response.StatusCode;
    }

    [Fact]
    public async Task Preferences_AreOnesOwn()
    {
        await using var host = await StartAsync();
        var (none, noTag) = await GetAsync(host);
        Assert.Equal("""{"language":null,"theme":null,"directionColours":null,"shortcuts":null,"checklist":null}""", none.GetRawText());
        Assert.Null(noTag);
        Assert.Equal(204, await PutAsync(host, new { language = "en", theme = "dark", directionColours = "red-up", shortcuts = false, checklist = new { feed = true, targets = false } }));
        Assert.Equal(
            """{"language":"en","theme":"dark","directionColours":"red-up","shortcuts":false,"checklist":{"feed":true,"targets":false}}""",
            (await GetAsync(host)).Body.GetRawText());
        Assert.Equal(JsonValueKind.Null, (await GetAsync(host.As("agent", user: "bob"))).Body.GetProperty("language").ValueKind);
    }

    [Fact]
    public async Task Put_TwoAtOnce_TheSecondLearnsOfTheFirst()
    {
        await using var host = await StartAsync();
        Assert.Equal(204, await PutAsync(host, new { theme = "dark" }, ifNoneMatch: "*"));
        Assert.Equal(412, await PutAsync(host, new { theme = "light" }, ifNoneMatch: "*"));
        var (_, tag) = await GetAsync(host);
        Assert.Equal(204, await PutAsync(host, new { theme = "light" }, tag));
        Assert.Equal(412, await PutAsync(host, new { theme = "system" }, tag));
        Assert.Equal(412, await PutAsync(host, new { theme = "system" }, "\"not-one-of-ours\""));
        Assert.Equal(412, await PutAsync(host, new { theme = "system" }, "W/" + tag));
        Assert.Equal(412, await PutAsync(host, new { theme = "system" }, "\"\""));
        Assert.Equal(400, await PutAsync(host, new { theme = "system" }, "nothing"));
        Assert.Equal("light", (await GetAsync(host)).Body.GetProperty("theme").GetString());
        // Who does not ask writes.
        Assert.Equal(204, await PutAsync(host, new { theme = "system" }));
    }

    [Fact]
    public async Task Put_ThatIsWrong_NamesEveryField()
    {
        await using var host = await StartAsync();
        Assert.Equal(
            ["checklist.feed", "directionColours", "language", "shortcuts", "theme"],
            await host.WrongAsync(HttpMethod.Put, Root, new { language = "fr", theme = "pink", directionColours = 1, shortcuts = "yes", checklist = new { feed = "done" } }));
        Assert.Equal(["checklist"], await host.WrongAsync(HttpMethod.Put, Root, new { checklist = Enumerable.Range(0, 51).ToDictionary(i => $"step{i}", _ => true) }));
        await host.As("portal").SendAsync(HttpMethod.Get, Root, null, 403);
    }

    [Fact]
    public async Task Preferences_WithASidecar_AreKeptByIt_AndAre503WhileItIsDown()
    {
        await using var sidecar = new DaprSidecar(postgres) { AppId = "kpi" };
        await sidecar.StartedAsync(Cancellation);
        await using var host = await KpiHost.StartAsync(
            await postgres.NewDatabaseAsync(), await postgres.NewDatabaseAsync(), ("DAPR_GRPC_PORT", $"{sidecar.GrpcPort}"), ("DAPR_API_TOKEN", sidecar.Token),
            // A busy machine is no outage here.
            ("State:Deadline", "00:00:20"));
        Assert.Equal(204, await KeepAsync("""{"theme":"dark","checklist":{"feed":true}}"""));
        var (status, kept, _) = await host.GetAsync(Root);
        Assert.Equal((200, "dark", true), (status, kept.GetProperty("theme").GetString(), kept.GetProperty("checklist").GetProperty("feed").GetBoolean()));
        await sidecar.KillAsync();
        Assert.Equal(503, await KeepAsync("""{"theme":"light"}"""));
        Assert.Equal(503, (await host.GetAsync(Root)).Status);
        await sidecar.StartedAsync(Cancellation);
        await Tools.UntilAsync("there again", TimeSpan.FromSeconds(30), async () =>
            await host.GetAsync(Root) is { Status: 200, Body: var again } && again.GetProperty("theme").GetString() == "dark", Cancellation);

        async Task<int> KeepAsync(string body) =>
            (await host.SendAsync(HttpMethod.Put, Root, new StringContent(body), "application/json", Roles.Manager, key: null)).Status;
    }
}
