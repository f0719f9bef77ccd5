using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using ECommerce.Channels.Contracts;
using ECommerce.Channels.Gateway.Access;
using ECommerce.Channels.Testing;
using Npgsql;
using Xunit;

namespace ECommerce.Channels.Gateway.Tests;

/// <summary>Accounts and keys, changed through the API.</summary>
public sealed class AccessTests(SharedGateway shared, PostgresServer postgres) : IClassFixture<SharedGateway>
{
    public static TheoryData<string> NotAdmins => [.. Roles.All.Where(role => role != Roles.Admin)];

    [Theory]
    [MemberData(nameof(NotAdmins))]
    public async Task AccessRoutes_ForAnyoneButAdmin_Are403(string role)
    {
        using var client = shared.Host.Client(role);
        foreach (var (method, path) in new[]
                 {
                     ("GET", "users"), ("POST", "users"), ("PATCH", "users/admin"), ("POST", "users/admin/password"),
                     ("GET", "keys"), ("POST", "keys"), ("POST", "keys/admin/rotate"), ("DELETE", "keys/admin"),
                 })
        {
            using var request = new HttpRequestMessage(new HttpMethod(method), "/api/v1/access/" + path) { Content = JsonContent.Create(new { }) };
            using var answer = await client.SendAsync(request, TestContext.Current.CancellationToken);
            await ProblemAssert.IsAsync(answer, 403, "forbidden");
        }
    }

    [Fact]
    public async Task User_Created_SignsInWithRolesAndRegions()
    {
        using var admin = shared.Host.Client(Roles.Admin);
        var user = NewUser("li." + Guid.NewGuid().ToString("N")[..8]);
        using var created = await admin.PostAsJsonAsync("/api/v1/access/users", user, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.Created, created.StatusCode);
        using var again = await admin.PostAsJsonAsync("/api/v1/access/users", user, TestContext.Current.CancellationToken);
        await ProblemAssert.IsAsync(again, 409, "user-exists");

        using var browser = await SignInAsync(user.Name, user.Password);
        var seen = await browser.GetFromJsonAsync<Seen>("/api/v1/kpi/anything", TestContext.Current.CancellationToken);
        Assert.Equal("user:" + user.Name, seen!.Subject);
        Assert.Equal([Roles.Manager, Roles.Agent], seen.Roles);
        Assert.Equal(["4401", "4403"], seen.Regions);
    }

    [Fact]
    public async Task User_WithBadFields_NamesEveryWrongOne()
    {
        using var admin = shared.Host.Client(Roles.Admin);
        using var answer = await admin.PostAsJsonAsync(
            "/api/v1/access/users", new { name = "no spaces", password = "short", roles = new[] { "root" }, regions = new[] { "44 01" } },
            TestContext.Current.CancellationToken);
        var problem = await ProblemAssert.IsAsync(answer, 400, "bad-input");
        Assert.Equal(["name", "password", "regions.0", "roles.0"], problem.Errors!.Keys.Order());
    }

    [Fact]
    public async Task RoleRevoked_ActsOnOpenSession_OnEveryReplica()
    {
        await using var replica = await shared.Host.ReplicaAsync();
        using var admin = shared.Host.Client(Roles.Admin);
        var (name, browser, cookie) = await NewSessionAsync(admin);
        using var elsewhere = replica.Client();
        elsewhere.DefaultRequestHeaders.Add("Cookie", cookie);
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(browser, "/api/v1/kpi/manager"));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(elsewhere, "/api/v1/kpi/manager"));
        using var changed = await admin.PatchAsJsonAsync($"/api/v1/access/users/{name}", new { roles = new[] { Roles.Agent } }, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.NoContent, changed.StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(browser, "/api/v1/kpi/manager"));
        await Poll.UntilAsync(async () => await StatusAsync(elsewhere, "/api/v1/kpi/manager") == HttpStatusCode.Forbidden, seconds: 2);
        browser.Dispose();
    }

    [Theory]
    [InlineData("disable")]
    [InlineData("password")]
    public async Task User_DisabledOrGivenAPassword_IsSignedOutAtOnce(string how)
    {
        using var admin = shared.Host.Client(Roles.Admin);
        var (name, browser, _) = await NewSessionAsync(admin);
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(browser, "/api/v1/session"));
        using var changed = how == "disable"
            ? await admin.PatchAsJsonAsync($"/api/v1/access/users/{name}", new { disabled = true }, TestContext.Current.CancellationToken)
            : await admin.PostAsJsonAsync($"/api/v1/access/users/{name}/password", new { password = "another-password" }, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.NoContent, changed.StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(browser, "/api/v1/session"));
        browser.Dispose();
    }

    [Fact]
    public async Task LastAdmin_CannotBeLockedOut()
    {
        using var admin = shared.Host.Client(Roles.Admin);
        foreach (var edit in new object[] { new { disabled = true }, new { roles = new[] { Roles.Sre } } })
        {
            using var answer = await admin.PatchAsJsonAsync("/api/v1/access/users/admin", edit, TestContext.Current.CancellationToken);
            await ProblemAssert.IsAsync(answer, 409, "last-admin", "至少要保留一名管理员");
        }
    }

    [Fact]
    public async Task Users_AreListedPageByPage()
    {
        using var admin = shared.Host.Client(Roles.Admin);
        var names = new List<string>();
        string? cursor = null;
        do
        {
            var page = await admin.GetFromJsonAsync<JsonElement>($"/api/v1/access/users?limit=3&cursor={cursor}", TestContext.Current.CancellationToken);
            Assert.InRange(page.GetProperty("items").GetArrayLength(), 1, 3);
            names.AddRange(page.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("name").GetString()!));
            Assert.DoesNotContain("hash", page.ToString(), StringComparison.OrdinalIgnoreCase);
            cursor = page.GetProperty("next").GetString();
        }
        while (cursor is not null);
        Assert.Subset(names.ToHashSet(), Roles.All.ToHashSet());
        Assert.Equal(names.Distinct(), names);
    }

    [Fact]
    public async Task Key_Created_IsShownOnceAndWorksWithItsLimits()
    {
        using var admin = shared.Host.Client(Roles.Admin);
        var (id, secret) = await NewKeyAsync(admin, new { name = "hall of Guangzhou", roles = new[] { Roles.Portal }, regions = new[] { "4401" }, source = "hall" });
        using var client = shared.Host.Client(key: secret);
        var seen = await client.GetFromJsonAsync<Seen>("/api/v1/kpi/anything", TestContext.Current.CancellationToken);
        Assert.Equal("key:" + id, seen!.Subject);
        Assert.Equal(["4401"], seen.Regions);
        Assert.Equal("hall", seen.Source);
        using var answer = await client.GetAsync("/api/v1/kpi/anything", TestContext.Current.CancellationToken);
        Assert.Equal("\"requests\";q=60000;w=60", answer.Headers.GetValues("RateLimit-Policy").Single());
        var list = await admin.GetStringAsync("/api/v1/access/keys?limit=200", TestContext.Current.CancellationToken);
        Assert.Contains(id, list, StringComparison.Ordinal);
        Assert.DoesNotContain(secret, list, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Key_Rotated_OldSecretWorksUntilTheGraceIsOver()
    {
        using var admin = shared.Host.Client(Roles.Admin);
        var (id, old) = await NewKeyAsync(admin, new { name = "rotated", roles = new[] { Roles.Agent } });
        var fresh = await RotateAsync(admin, id, graceSeconds: 2);
        Assert.NotEqual(old, fresh);
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(fresh));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(old));
        await Poll.UntilAsync(async () => await StatusAsync(old) == HttpStatusCode.Unauthorized, seconds: 5);
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(fresh));
        // Without grace the one before is gone at once.
        var last = await RotateAsync(admin, id, graceSeconds: 0);
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(fresh));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(last));
    }

    [Fact]
    public async Task Key_Revoked_IsRefusedOnEveryReplicaWithinTwoSeconds()
    {
        await using var replica = await shared.Host.ReplicaAsync();
        using var admin = shared.Host.Client(Roles.Admin);
        var (id, secret) = await NewKeyAsync(admin, new { name = "revoked", roles = new[] { Roles.Agent } });
        var fresh = await RotateAsync(admin, id, graceSeconds: 3600);
        using var elsewhere = replica.Client(key: secret);
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(elsewhere, "/api/v1/session"));
        using var revoked = await admin.DeleteAsync($"/api/v1/access/keys/{id}", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.NoContent, revoked.StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(secret));
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(fresh));
        await Poll.UntilAsync(async () => await StatusAsync(elsewhere, "/api/v1/session") == HttpStatusCode.Unauthorized, seconds: 2);
        using var missing = await admin.PostAsJsonAsync($"/api/v1/access/keys/{id}/rotate", new { }, TestContext.Current.CancellationToken);
        await ProblemAssert.IsAsync(missing, 404, "not-found");
    }

    [Fact]
    public async Task Key_Expired_IsRefused()
    {
        using var admin = shared.Host.Client(Roles.Admin);
        var expiresAt = TimeProvider.System.GetUtcNow().AddSeconds(1.5);
        var (_, secret) = await NewKeyAsync(admin, new { name = "short", roles = new[] { Roles.Agent }, expiresAt });
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(secret));
        await Poll.UntilAsync(async () => await StatusAsync(secret) == HttpStatusCode.Unauthorized, seconds: 5);
    }

    [Fact]
    public async Task EveryChange_IsInTheAuditChain_WithoutSecrets()
    {
        await using var host = await GatewayHost.StartAsync(postgres);
        using var admin = host.Client(Roles.Admin);
        var (id, secret) = await NewKeyAsync(admin, new { name = "audited", roles = new[] { Roles.Agent } });
        await RotateAsync(admin, id, graceSeconds: 60);
        using (await admin.DeleteAsync($"/api/v1/access/keys/{id}", TestContext.Current.CancellationToken)) { }
        var user = NewUser("zhao");
        using (await admin.PostAsJsonAsync("/api/v1/access/users", user, TestContext.Current.CancellationToken)) { }
        using (await admin.PatchAsJsonAsync("/api/v1/access/users/zhao", new { regions = new[] { "44" } }, TestContext.Current.CancellationToken)) { }
        using (await admin.PostAsJsonAsync("/api/v1/access/users/zhao/password", new { password = "another-password" }, TestContext.Current.CancellationToken)) { }
        using var browser = await host.SignedInAsync(Roles.Manager);
        using (await browser.DeleteAsync("/api/v1/session", TestContext.Current.CancellationToken)) { }

        var lines = await admin.GetFromJsonAsync<JsonElement>("/api/v1/access/audit?limit=200", TestContext.Current.CancellationToken);
        var written = lines.GetProperty("items").EnumerateArray()
            .Select(line => $"{line.GetProperty("actor")} {line.GetProperty("action")} {line.GetProperty("subject")}").Reverse().TakeLast(8);
        Assert.Equal(
            [
                $"key:admin key.created key:{id}", $"key:admin key.rotated key:{id}", $"key:admin key.revoked key:{id}", "key:admin user.created user:zhao",
                "key:admin user.changed user:zhao", "key:admin user.password-set user:zhao", "user:manager session.started user:manager",
                "user:manager session.ended user:manager",
            ],
            written);
        foreach (var hidden in new[] { secret, user.Password, "another-password" }) Assert.DoesNotContain(hidden, lines.ToString(), StringComparison.Ordinal);
        using var sre = host.Client(Roles.Sre);
        var verified = await sre.GetFromJsonAsync<JsonElement>("/api/v1/access/audit/verify", TestContext.Current.CancellationToken);
        Assert.True(verified.GetProperty("intact").GetBoolean());
        using var manager = host.Client(Roles.Manager);
        Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(manager, "/api/v1/access/audit/verify"));
    }

    [Fact]
    public async Task SuiteAccounts_EnsuredAgain_ChangeNothingAndRepairWhatWasChanged()
    {
        await using var host = await GatewayHost.StartAsync(postgres);
        Assert.Equal(Roles.All, host.Accounts.Select(account => account.Role));
        var before = await VersionAsync(host);
        await SuiteAccounts.EnsureAsync(host.Services, host.Accounts, TestContext.Current.CancellationToken);
        Assert.Equal(before, await VersionAsync(host));

        using var admin = host.Client(Roles.Admin);
        using (await admin.DeleteAsync("/api/v1/access/keys/sre", TestContext.Current.CancellationToken)) { }
        using (await admin.PatchAsJsonAsync("/api/v1/access/users/agent", new { disabled = true }, TestContext.Current.CancellationToken)) { }
        await SuiteAccounts.EnsureAsync(host.Services, host.Accounts, TestContext.Current.CancellationToken);
        foreach (var account in host.Accounts)
        {
            using var client = host.Client(key: account.ApiKey);
            Assert.Equal(HttpStatusCode.OK, await StatusAsync(client, "/api/v1/session"));
            using var browser = await host.SignedInAsync(account.Role);
        }
    }

    [Fact]
    public async Task DatabaseGone_KnownKeysWorkForAMinute()
    {
        await using var host = await GatewayHost.StartAsync(postgres);
        using var client = host.Client(Roles.Manager);
        await using (var database = new NpgsqlConnection(shared.Host.Database))
        {
            await database.OpenAsync(TestContext.Current.CancellationToken);
            var name = new NpgsqlConnectionStringBuilder(host.Database).Database;
            await using var close = new NpgsqlCommand(
                $"ALTER DATABASE {name} ALLOW_CONNECTIONS false; SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'", database);
            await close.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        }
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(client, "/api/v1/kpi/anything"));
        using var admin = host.Client(Roles.Admin);
        using var change = await admin.PostAsJsonAsync("/api/v1/access/keys", new { name = "x", roles = new[] { Roles.Agent } }, TestContext.Current.CancellationToken);
        await ProblemAssert.IsAsync(change, 503, "unavailable");
    }

    private static NewUserBody NewUser(string name) => new(name, "李雷", "a-long-password", [Roles.Manager, Roles.Agent], ["4401", "4403"]);

    private static async Task<HttpStatusCode> StatusAsync(HttpClient client, string path)
    {
        using var answer = await client.GetAsync(path);
        return answer.StatusCode;
    }

    private static async Task<(string Id, string Secret)> NewKeyAsync(HttpClient admin, object key)
    {
        using var answer = await admin.PostAsJsonAsync("/api/v1/access/keys", key);
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        var body = await answer.Content.ReadFromJsonAsync<JsonElement>();
        return (body.GetProperty("id").GetString()!, body.GetProperty("key").GetString()!);
    }

    private static async Task<string> RotateAsync(HttpClient admin, string id, int graceSeconds)
    {
        using var answer = await admin.PostAsJsonAsync($"/api/v1/access/keys/{id}/rotate", new { graceSeconds });
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        return (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("key").GetString()!;
    }

    private static async Task<long> VersionAsync(GatewayHost host)
    {
        await using var database = new NpgsqlConnection(host.Database);
        await database.OpenAsync();
        await using var command = new NpgsqlCommand("SELECT version FROM gateway.access_version", database);
        return (long)(await command.ExecuteScalarAsync())!;
    }

    private async Task<HttpStatusCode> StatusAsync(string key)
    {
        using var client = shared.Host.Client(key: key);
        return await StatusAsync(client, "/api/v1/session");
    }

    private async Task<HttpClient> SignInAsync(string name, string password)
    {
        var browser = shared.Host.Browser();
        using var answer = await browser.PostAsJsonAsync("/api/v1/session", new { user = name, password });
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return browser;
    }

    private async Task<(string Name, HttpClient Browser, string Cookie)> NewSessionAsync(HttpClient admin)
    {
        var user = NewUser("han." + Guid.NewGuid().ToString("N")[..8]);
        using (var created = await admin.PostAsJsonAsync("/api/v1/access/users", user)) Assert.Equal(HttpStatusCode.Created, created.StatusCode);
        using var client = shared.Host.Client();
        using var answer = await client.PostAsJsonAsync("/api/v1/session", new { user = user.Name, password = user.Password });
        var cookie = answer.Headers.GetValues("Set-Cookie").Single().Split(';')[0];
        var browser = shared.Host.Client();
        browser.DefaultRequestHeaders.Add("Cookie", cookie);
        return (user.Name, browser, cookie);
    }

    private sealed record NewUserBody(string Name, string DisplayName, string Password, string[] Roles, string[] Regions);
}
