using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization;
using ECommerce.Channels.Contracts;
using ECommerce.Channels.Gateway.Access;
using ECommerce.Channels.Platform.Security;
using Microsoft.Extensions.Options;

namespace ECommerce.Channels.Gateway.Sessions;

/// <summary>An account that one may try without a password.</summary>
internal sealed record DemoAccount(string User, string Role, DemoAccountName Name);

/// <summary>What its button says.</summary>
internal sealed record DemoAccountName([property: JsonPropertyName("zh-CN")] string Chinese, [property: JsonPropertyName("en")] string English);

/// <summary>
/// Signing in without a password, for who tries the suite: only where it is switched on, only from the machine itself, and only while the
/// demo operator's data are the only ones there. The simulator knows that; where it does not answer, nobody is let in.
/// </summary>
internal sealed class DemoSignIn(
    IOptions<GatewayOptions> options, IConfiguration configuration, CallerTokens tokens, AccessDirectory directory, TimeProvider time) : IDisposable
{
    private const string Service = "simulator";
    private static readonly TimeSpan Trusted = TimeSpan.FromSeconds(1);
    private static readonly Caller Asker = new("suite:gateway", "gateway", [Roles.Sre], RegionGrant.Of(["*"]), Source: null);

    private static readonly DemoAccount[] Offered =
    [
        new(Roles.Manager, Roles.Manager, new("渠道经理", "Channel manager")),
        new(Roles.Agent, Roles.Agent, new("客服代表", "Agent")),
        new(Roles.Supervisor, Roles.Supervisor, new("班组长", "Supervisor")),
        new(Roles.Sre, Roles.Sre, new("运维工程师", "SRE")),
    ];

    private readonly HttpClient http = new(new SocketsHttpHandler { UseProxy = false }) { Timeout = TimeSpan.FromSeconds(2) };
    private (bool There, DateTimeOffset Until) known;

    /// <summary>The accounts that this caller may try now; none where there is no demo.</summary>
    public async ValueTask<IReadOnlyList<DemoAccount>> AccountsAsync(ConnectionInfo connection, CancellationToken cancellation)
    {
        if (!options.Value.DemoSignIn || !IsLoopback(connection) || !await IsDemoThereAsync(cancellation)) return [];
        return [.. Offered.Where(account => directory.FindAccount(account.User) is not null)];
    }

    public void Dispose() => http.Dispose();

    /// <summary>Both ends: a suite that listens on every address is asked from elsewhere with the other end being ours.</summary>
    private static bool IsLoopback(ConnectionInfo connection) =>
        connection.LocalIpAddress is { } local && connection.RemoteIpAddress is { } remote && IPAddress.IsLoopback(local) && IPAddress.IsLoopback(remote);

    private async ValueTask<bool> IsDemoThereAsync(CancellationToken cancellation)
    {
        if (time.GetUtcNow() < known.Until) return known.There;
        var there = await AskAsync(cancellation);
        known = (there, time.GetUtcNow() + Trusted);
        return there;
    }

    private async Task<bool> AskAsync(CancellationToken cancellation)
    {
        if (configuration[$"ReverseProxy:Clusters:{Service}:Destinations:one:Address"] is not { } address) return false;
        try
        {
            using var question = new HttpRequestMessage(HttpMethod.Get, new Uri(new Uri(address), "/api/v1/simulator"));
            question.Headers.Authorization = new AuthenticationHeaderValue("Bearer", tokens.Sign(Asker, Service));
            using var answer = await http.SendAsync(question, cancellation);
            if (!answer.IsSuccessStatusCode) return false;
            var demo = await answer.Content.ReadFromJsonAsync<JsonElement>(cancellation);
            return demo.TryGetProperty("demo", out var there) && there.ValueKind == JsonValueKind.True;
        }
        catch (Exception error) when (error is HttpRequestException or JsonException or OperationCanceledException && !cancellation.IsCancellationRequested)
        {
            return false;
        }
    }
}
