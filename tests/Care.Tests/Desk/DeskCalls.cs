using System.Net.Http.Json;
using System.Text.Json;
using ECommerce.Channels.Contracts;
using ECommerce.Channels.Testing;
using Xunit;

namespace ECommerce.Channels.Care.Tests.Desk;

/// <summary>A desk that loses no time, and what people do at it.</summary>
internal static class DeskCalls
{
    public const string Root = "/api/v1/care";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static async Task<CareHost> StartAsync(PostgresServer postgres, params (string, string)[] settings)
    {
        var host = await CareHost.StartAsync(postgres, [("Desk:Interval", "00:00:00.200"), .. settings]);
        await host.TellCatalogueAsync(Cancellation);
        return host;
    }

    /// <summary>A call of a person.</summary>
    /// <param name="regions">Granted codes; none given is all.</param>
    public static async Task<(int Status, JsonElement Body)> AsAsync(
        this CareHost host, string user, HttpMethod method, string path, object? body = null, string role = Roles.Agent, params string[] regions)
    {
        using var request = new HttpRequestMessage(method, Root + path) { Content = body is null ? null : JsonContent.Create(body) };
        host.Sign(request, role, regions, "user:" + user);
        using var answer = await host.Anonymous.SendAsync(request, Cancellation);
        var text = await answer.Content.ReadAsStringAsync(Cancellation);
        return ((int)answer.StatusCode, text.Length == 0 || text[0] != '{' ? default : JsonDocument.Parse(text).RootElement);
    }

    /// <summary>As a desk does it: where the service is too busy to answer in time, it says it again.</summary>
    public static async Task ComesAsync(this CareHost host, string user, params string[] regions)
    {
        for (var attempt = 0; ; attempt++)
        {
            var (status, _) = await host.AsAsync(user, HttpMethod.Put, "/desk/duty", new { status = "available" }, Roles.Agent, regions);
            if (status == 503 && attempt < 10) continue;
            Assert.Equal(200, status);
            return;
        }
    }

    public static async Task GoesAsync(this CareHost host, string user) =>
        Assert.Equal(200, (await host.AsAsync(user, HttpMethod.Put, "/desk/duty", new { status = "off" })).Status);

    public static async Task CanAsync(this CareHost host, string user, int capacity, params string[] skills) =>
        Assert.Equal(200, (await host.AsAsync("lead", HttpMethod.Put, "/agents/" + user, new { skills, capacity }, Roles.Supervisor)).Status);

    public static async Task<string> WriteAsync(this CareHost host, string customer = "c_ann", string skill = "billing", string? text = "hello")
    {
        var (status, body) = await host.CallAsync(HttpMethod.Post, Root + "/conversations", new { customer, channel = "app", skill, text }, Roles.Portal, Cancellation);
        Assert.Equal(201, status);
        return body.GetProperty("id").GetString()!;
    }

    public static Task CustomerAsync(this CareHost host, string customer, object facts) =>
        host.CallAsync(HttpMethod.Put, $"{Root}/customers/{customer}", facts, Roles.Admin, Cancellation);

    public static async Task<JsonElement> ConversationAsync(this CareHost host, string id) =>
        (await host.AsAsync("lead", HttpMethod.Get, $"/conversations/{id}", null, Roles.Supervisor)).Body.GetProperty("conversation");

    /// <summary>Waits until an agent has it.</summary>
    public static async Task<(string? Agent, string? Reason)> ServedAsync(this CareHost host, string id)
    {
        var now = default(JsonElement);
        await Tools.UntilAsync($"somebody has {id}", TimeSpan.FromSeconds(30), async () => Text(now = await host.ConversationAsync(id), "state") == "active", Cancellation);
        return (Text(now, "agent"), Text(now, "reason"));
    }

    public static Task WaitsAsync(this CareHost host, string id) =>
        Tools.UntilAsync($"{id} waits", TimeSpan.FromSeconds(30), async () => Text(await host.ConversationAsync(id), "state") == "waiting", Cancellation);

    public static string? Text(this JsonElement of, string name) => of.GetProperty(name) is { ValueKind: not JsonValueKind.Null } value ? value.ToString() : null;
}
