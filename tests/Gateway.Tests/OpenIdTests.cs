using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using ECommerce.Channels.Contracts;
using ECommerce.Channels.Gateway.Sessions;
using ECommerce.Channels.Testing;
using Npgsql;
using Xunit;

namespace ECommerce.Channels.Gateway.Tests;

/// <summary>A gateway and an identity provider that know each other.</summary>
public sealed class OpenIdGateway(PostgresServer postgres) : IAsyncLifetime
{
    private readonly int port = Ports.Free();

    public GatewayHost Host { get; private set; } = null!;

    internal IdentityProvider Provider { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Provider = new IdentityProvider($"http://127.0.0.1:{port}");
        await Provider.StartAsync();
        Host = await GatewayHost.StartAsync(postgres, port, Provider.Settings);
    }

    public async ValueTask DisposeAsync()
    {
        await Host.DisposeAsync();
        await Provider.DisposeAsync();
    }
}

/// <summary>Sign-in with an identity provider, there and back; each test with a person of its own.</summary>
public sealed class OpenIdTests : IClassFixture<OpenIdGateway>
{
    private readonly GatewayHost host;
    private readonly IdentityProvider provider;
    private readonly string user = "u-" + Guid.NewGuid().ToString("N")[..8];

    public OpenIdTests(OpenIdGateway shared)
    {
        host = shared.Host;
        provider = shared.Provider;
        provider.User = user;
        provider.Groups = ["channel-managers", "everyone"];
    }

    [Fact]
    public async Task RoundTrip_EndsInASessionWithMappedRolesAndRegions()
    {
        using var browser = host.Browser();
        var how = await browser.GetFromJsonAsync<JsonElement>("/api/v1/session/sign-in", TestContext.Current.CancellationToken);
        Assert.Equal("openid", how.GetProperty("kind").GetString());
        using var toProvider = await browser.GetAsync(how.GetProperty("address").GetString() + "?returnTo=/docs", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.Redirect, toProvider.StatusCode);
        Assert.Contains("code_challenge_method=S256", toProvider.Headers.Location!.Query, StringComparison.Ordinal);
        Assert.Contains("response_type=code", toProvider.Headers.Location.Query, StringComparison.Ordinal);
        using var back = await browser.GetAsync(toProvider.Headers.Location, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.Redirect, back.StatusCode);
        using var signedIn = await browser.GetAsync(back.Headers.Location, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.Redirect, signedIn.StatusCode);
        Assert.Equal("/docs", signedIn.Headers.Location!.ToString());

        var seen = await browser.GetFromJsonAsync<Seen>("/api/v1/kpi/anything", TestContext.Current.CancellationToken);
        Assert.Equal("user:" + user, seen!.Subject);
        Assert.Equal([Roles.Manager], seen.Roles);
        Assert.Equal(["4401"], seen.Regions);
        var who = await browser.GetFromJsonAsync<JsonElement>("/api/v1/session", TestContext.Current.CancellationToken);
        Assert.Equal("韩梅梅", who.GetProperty("name").GetString());
        // A code is good once, and only for the browser that asked for it.
        using var again = await browser.GetAsync(back.Headers.Location, TestContext.Current.CancellationToken);
        await ProblemAssert.IsAsync(again, 401, "unauthenticated");
    }

    [Fact]
    public async Task RoleTakenAwayAtTheProvider_IsGoneAtTheNextSignIn()
    {
        using var browser = host.Browser();
        Assert.Equal(HttpStatusCode.Redirect, await SignInAsync(browser));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(browser, "/api/v1/kpi/manager"));
        provider.Groups = ["desk"];
        using var other = host.Browser();
        Assert.Equal(HttpStatusCode.Redirect, await SignInAsync(other));
        Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(other, "/api/v1/kpi/manager"));
        // The account changed: sessions from before have the new roles, too.
        Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(browser, "/api/v1/kpi/manager"));
    }

    [Theory]
    [InlineData("no role of ours")]
    [InlineData("name of a local account")]
    [InlineData("disabled here")]
    public async Task StrangerAtTheProvider_Is403AndHasNoSession(string why)
    {
        using var browser = host.Browser();
        if (why == "no role of ours") provider.Groups = ["everyone"];
        if (why == "name of a local account") provider.User = "admin";
        if (why == "disabled here")
        {
            Assert.Equal(HttpStatusCode.Redirect, await SignInAsync(browser));
            using var admin = host.Client(Roles.Admin);
            using var disabled = await admin.PatchAsJsonAsync("/api/v1/access/users/" + user, new { disabled = true }, TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.NoContent, disabled.StatusCode);
            Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(browser, "/api/v1/session"));
        }
        Assert.Equal(HttpStatusCode.Forbidden, await SignInAsync(browser));
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(browser, "/api/v1/session"));
    }

    [Fact]
    public async Task Callback_WithForgedState_Is401()
    {
        using var browser = host.Browser();
        using var answer = await browser.GetAsync("/api/v1/session/callback?code=x&state=y", TestContext.Current.CancellationToken);
        await ProblemAssert.IsAsync(answer, 401, "unauthenticated");
    }

    [Fact]
    public async Task Callback_OnAnotherReplica_Works()
    {
        await using var replica = await host.ReplicaAsync(provider.Settings);
        using var browser = host.Browser();
        using var toProvider = await browser.GetAsync("/api/v1/session/openid", TestContext.Current.CancellationToken);
        using var back = await browser.GetAsync(toProvider.Headers.Location, TestContext.Current.CancellationToken);
        // Cookies know no ports: the browser sends those of the first replica to the second.
        var elsewhere = new UriBuilder(back.Headers.Location!) { Port = replica.Port }.Uri;
        using var request = new HttpRequestMessage(HttpMethod.Get, elsewhere);
        request.Headers.Host = $"127.0.0.1:{host.Port}";
        using var signedIn = await browser.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.Redirect, signedIn.StatusCode);
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(browser, "/api/v1/session"));
        await using var database = new NpgsqlConnection(host.Database);
        await database.OpenAsync(TestContext.Current.CancellationToken);
        await using var keys = new NpgsqlCommand("SELECT count(*) FROM gateway.data_protection_keys", database);
        Assert.Equal(1L, await keys.ExecuteScalarAsync(TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("https://attacker.example")]
    [InlineData("//attacker.example")]
    [InlineData("/\\attacker.example")]
    public async Task ReturnTo_Elsewhere_GoesHome(string returnTo)
    {
        using var browser = host.Browser();
        using var toProvider = await browser.GetAsync(
            "/api/v1/session/openid?returnTo=" + Uri.EscapeDataString(returnTo), TestContext.Current.CancellationToken);
        using var back = await browser.GetAsync(toProvider.Headers.Location, TestContext.Current.CancellationToken);
        using var signedIn = await browser.GetAsync(back.Headers.Location, TestContext.Current.CancellationToken);
        Assert.Equal("/", signedIn.Headers.Location!.ToString());
    }

    [Fact]
    public async Task LocalSignIn_WhereAProviderIsSet_Is409()
    {
        using var browser = host.Browser();
        using var answer = await browser.PostAsJsonAsync(
            "/api/v1/session", new { user = "admin", password = host.Accounts[0].Password }, TestContext.Current.CancellationToken);
        await ProblemAssert.IsAsync(answer, 409, "sign-in-elsewhere", "请使用统一身份认证登录");
    }

    [Theory]
    [InlineData("manager", "manager")]
    [InlineData("a,b,a", "a,b")]
    public void Mapped_WithoutMap_KeepsNames(string values, string expected) =>
        Assert.Equal(expected, string.Join(',', OpenIdSignIn.Mapped(values.Split(','), new Dictionary<string, string>())));

    private static async Task<HttpStatusCode> StatusAsync(HttpClient client, string path)
    {
        using var answer = await client.GetAsync(path);
        return answer.StatusCode;
    }

    private static async Task<HttpStatusCode> SignInAsync(HttpClient browser)
    {
        using var toProvider = await browser.GetAsync("/api/v1/session/openid");
        using var back = await browser.GetAsync(toProvider.Headers.Location);
        using var signedIn = await browser.GetAsync(back.Headers.Location);
        return signedIn.StatusCode;
    }
}
