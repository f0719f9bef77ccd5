using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using ECommerce.Channels.Contracts;
using ECommerce.Channels.Testing;
using Npgsql;
using Xunit;

namespace ECommerce.Channels.Gateway.Tests;

public sealed class SessionTests(SharedGateway shared, PostgresServer postgres) : IClassFixture<SharedGateway>
{
    [Fact]
    public async Task SignIn_WithPassword_GivesSessionThatScriptsCannotRead()
    {
        var account = shared.Host.Accounts.Single(one => one.Role == Roles.Manager);
        using var browser = shared.Host.Browser();
        using var answer = await browser.PostAsJsonAsync(
            "/api/v1/session", new { user = account.User, password = account.Password }, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var cookie = answer.Headers.GetValues("Set-Cookie").Single();
        foreach (var part in new[] { "channels=", "httponly", "samesite=lax", "path=/" })
            Assert.Contains(part, cookie, StringComparison.OrdinalIgnoreCase);
        // The cookie is nothing but a name for the session: no token in the browser.
        Assert.DoesNotContain('.', cookie.Split(';')[0]);
        var body = await answer.Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken);
        Assert.Equal(["manager"], body.GetProperty("roles").EnumerateArray().Select(role => role.GetString()));

        var who = await browser.GetFromJsonAsync<JsonElement>("/api/v1/session", TestContext.Current.CancellationToken);
        Assert.Equal(account.User, who.GetProperty("user").GetString());
        var seen = await browser.GetFromJsonAsync<Seen>("/api/v1/kpi/anything", TestContext.Current.CancellationToken);
        Assert.Equal("user:manager", seen!.Subject);
        Assert.DoesNotContain("Cookie", seen.Headers.Keys);
    }

    [Theory]
    [InlineData("manager", "wrong-password")]
    [InlineData("nobody-of-that-name", "wrong-password")]
    public async Task SignIn_WithWrongPassword_SaysTheSameForEveryone(string user, string password)
    {
        using var browser = shared.Host.Browser();
        using var answer = await browser.PostAsJsonAsync("/api/v1/session", new { user, password }, TestContext.Current.CancellationToken);
        await ProblemAssert.IsAsync(answer, 401, "wrong-password", "用户名或密码错误");
        Assert.False(answer.Headers.Contains("Set-Cookie"));
    }

    [Fact]
    public async Task SignIn_OfUnknownUser_TakesAsLongAsOfAKnownOne()
    {
        await using var host = await GatewayHost.StartAsync(postgres, ("Gateway:SignInAttempts", "100000"));
        using var browser = host.Browser();
        var known = new List<double>();
        var unknown = new List<double>();
        for (var i = 0; i < 12; i++)
        {
            known.Add(await TimeAsync(browser, "manager"));
            unknown.Add(await TimeAsync(browser, "nobody"));
        }
        known.Sort();
        unknown.Sort();
        // Without the hash an unknown name would be answered in a few per cent of the time.
        Assert.InRange(unknown[6] / known[6], 0.5, 2);
    }

    [Fact]
    public async Task SignIn_WithBadBody_NamesEveryWrongField()
    {
        using var browser = shared.Host.Browser();
        using var answer = await browser.PostAsJsonAsync("/api/v1/session", new { user = 7 }, TestContext.Current.CancellationToken);
        var problem = await ProblemAssert.IsAsync(answer, 400, "bad-input");
        Assert.Equal(["password", "user"], problem.Errors!.Keys.Order());
    }

    [Fact]
    public async Task SignIn_TooOften_Is429WithRetryAfter_OnEveryReplica()
    {
        await using var host = await GatewayHost.StartAsync(postgres, ("Gateway:SignInAttempts", "3"));
        await using var replica = await host.ReplicaAsync(("Gateway:SignInAttempts", "3"));
        var codes = await Task.WhenAll(Enumerable.Range(0, 8).Select(async i =>
        {
            using var browser = (i % 2 == 0 ? host : replica).Browser();
            using var answer = await browser.PostAsJsonAsync("/api/v1/session", new { user = "manager", password = "guess-" + i });
            return (int)answer.StatusCode;
        }));
        Assert.Equal([401, 401, 401, 429, 429, 429, 429, 429], codes.Order());
        // Even with the right password, until the time is over; another account is not concerned.
        using var right = host.Browser();
        using var refused = await right.PostAsJsonAsync(
            "/api/v1/session", new { user = "manager", password = host.Accounts[0].Password }, TestContext.Current.CancellationToken);
        await ProblemAssert.IsAsync(refused, 429, "too-many-requests");
        Assert.InRange(refused.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 900);
        using var other = await host.SignedInAsync(Roles.Agent);
    }

    [Fact]
    public async Task SignOut_EndsTheSessionAtOnce_EvenForACopyOfItsCookie()
    {
        await using var replica = await shared.Host.ReplicaAsync();
        using var browser = await shared.Host.SignedInAsync(Roles.Supervisor);
        using var copy = Copy(await CookieAsync(Roles.Interviewer), shared.Host);
        using var elsewhere = Copy(copy.DefaultRequestHeaders.GetValues("Cookie").Single(), replica);
        // A session started a moment ago on one replica is good on another at once.
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(elsewhere));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(copy));
        copy.DefaultRequestHeaders.Add("X-Channels-Request", "1");
        using var answer = await copy.DeleteAsync("/api/v1/session", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(copy));
        await Poll.UntilAsync(async () => await StatusAsync(elsewhere) == HttpStatusCode.Unauthorized, seconds: 2);
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(browser));
    }

    [Fact]
    public async Task Session_OlderThanItsLife_IsRefused()
    {
        using var copy = Copy(await CookieAsync(Roles.Sre), shared.Host);
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(copy));
        await using var database = new NpgsqlConnection(shared.Host.Database);
        await database.OpenAsync(TestContext.Current.CancellationToken);
        await using var age = new NpgsqlCommand("""
            WITH v AS (UPDATE gateway.access_version SET version = version + 1 RETURNING version)
            UPDATE gateway.sessions SET expires_at = now() + interval '1 second', version = v.version FROM v WHERE account = 'sre'
            """, database);
        await age.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        await Poll.UntilAsync(async () => await StatusAsync(copy) == HttpStatusCode.Unauthorized, seconds: 5);
    }

    [Fact]
    public async Task Database_HoldsNoSessionTokenPasswordOrKey()
    {
        var cookie = await CookieAsync(Roles.Agent);
        await using var database = new NpgsqlConnection(shared.Host.Database);
        await database.OpenAsync(TestContext.Current.CancellationToken);
        var all = new StringBuilder();
        foreach (var table in new[] { "accounts", "api_keys", "sessions", "sign_in_attempts" })
        {
            await using var command = new NpgsqlCommand($"SELECT string_agg(t::text, ' ') FROM gateway.{table} t", database);
            all.Append(await command.ExecuteScalarAsync(TestContext.Current.CancellationToken));
        }
        var text = all.ToString();
        Assert.Contains("manager", text, StringComparison.Ordinal);
        var secrets = shared.Host.Accounts.SelectMany(account => new[] { account.Password, account.ApiKey, account.ApiKey.Split('_')[2] })
            .Append(cookie.Split('=')[1]);
        foreach (var secret in secrets)
        {
            Assert.DoesNotContain(secret, text, StringComparison.Ordinal);
            Assert.DoesNotContain(secret, shared.Host.Logs.Text, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("no header", null, null, false)]
    [InlineData("other site", "Sec-Fetch-Site", "cross-site", true)]
    [InlineData("sister site", "Sec-Fetch-Site", "same-site", true)]
    [InlineData("other origin", "Origin", "https://attacker.example", true)]
    [InlineData("origin null", "Origin", "null", true)]
    [InlineData("other port", "Origin", "http://127.0.0.1:1", true)]
    public async Task Change_WithCookieFromElsewhere_Is403AndReachesNobody(string why, string? header, string? value, bool ownHeader)
    {
        using var browser = await shared.Host.SignedInAsync(Roles.Admin, ownHeader);
        var path = "/api/v1/kpi/" + Guid.NewGuid().ToString("N");
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = JsonContent.Create(new { why }) };
        if (header is not null) request.Headers.Add(header, value);
        using var answer = await browser.SendAsync(request, TestContext.Current.CancellationToken);
        await ProblemAssert.IsAsync(answer, 403, "cross-site", "请求不是从本站页面发出的");
        lock (shared.Host.Kpi.Arrived) Assert.DoesNotContain("POST " + path, shared.Host.Kpi.Arrived);
    }

    [Fact]
    public async Task Change_WithCookieFromOwnPage_Passes()
    {
        using var browser = await shared.Host.SignedInAsync(Roles.Admin);
        browser.DefaultRequestHeaders.Add("Origin", shared.Host.Address.ToString().TrimEnd('/'));
        browser.DefaultRequestHeaders.Add("Sec-Fetch-Site", "same-origin");
        using var answer = await browser.PostAsJsonAsync("/api/v1/kpi/anything", new { }, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task SignIn_FromAnotherSite_Is403()
    {
        var account = shared.Host.Accounts[0];
        using var browser = shared.Host.Browser();
        browser.DefaultRequestHeaders.Add("Origin", "https://attacker.example");
        using var answer = await browser.PostAsJsonAsync(
            "/api/v1/session", new { user = account.User, password = account.Password }, TestContext.Current.CancellationToken);
        await ProblemAssert.IsAsync(answer, 403, "cross-site");
        Assert.False(answer.Headers.Contains("Set-Cookie"));
    }

    [Fact]
    public async Task BadKeyBesideGoodCookie_Is401()
    {
        using var browser = await shared.Host.SignedInAsync(Roles.Admin);
        browser.DefaultRequestHeaders.Authorization = new("Bearer", "chk_admin_" + new string('0', 48));
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(browser));
    }

    [Theory]
    [InlineData("")]
    [InlineData("x")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!")]
    public async Task Cookie_ThatIsNoSession_Is401(string token)
    {
        using var copy = Copy("channels=" + token, shared.Host);
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(copy));
    }

    private static async Task<double> TimeAsync(HttpClient browser, string user)
    {
        var start = TimeProvider.System.GetTimestamp();
        using var answer = await browser.PostAsJsonAsync("/api/v1/session", new { user, password = "wrong-password" });
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        return TimeProvider.System.GetElapsedTime(start).TotalMilliseconds;
    }

    private static async Task<HttpStatusCode> StatusAsync(HttpClient client)
    {
        using var answer = await client.GetAsync("/api/v1/session");
        return answer.StatusCode;
    }

    private static HttpClient Copy(string cookie, GatewayHost host)
    {
        var client = host.Client();
        client.DefaultRequestHeaders.Add("Cookie", cookie);
        return client;
    }

    private async Task<string> CookieAsync(string role)
    {
        var account = shared.Host.Accounts.Single(one => one.Role == role);
        using var client = shared.Host.Client();
        using var answer = await client.PostAsJsonAsync("/api/v1/session", new { user = account.User, password = account.Password });
        return answer.Headers.GetValues("Set-Cookie").Single().Split(';')[0];
    }
}
