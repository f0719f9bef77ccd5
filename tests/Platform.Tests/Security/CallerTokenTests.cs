using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json;
using ECommerce.Channels.Contracts;
using ECommerce.Channels.Platform.Hosting;
using ECommerce.Channels.Platform.Security;
using Microsoft.Extensions.Time.Testing;
using Microsoft.IdentityModel.JsonWebTokens;
using Xunit;

namespace ECommerce.Channels.Platform.Tests.Security;

public sealed class CallerTokenTests
{
    private static readonly Caller Manager = new("user:li", "李雷", [Roles.Manager], new RegionGrant(false, ["4401", "4403"]), "boss");

    [Fact]
    public async Task Request_WithSignedToken_IsThatCaller()
    {
        await using var service = await TokenService.StartAsync();
        using var answer = await service.GetAsync(service.Tokens.Sign(Manager, "kpi"));
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var caller = await answer.Content.ReadFromJsonAsync<Caller>();
        Assert.Equivalent(Manager, caller);
    }

    [Fact]
    public async Task Request_WithoutToken_Is401ProblemInCallersLanguage()
    {
        await using var service = await TokenService.StartAsync();
        using var chinese = await service.GetAsync(token: null);
        await AssertUnauthenticatedAsync(chinese, "未登录或凭证无效");
        Assert.Equal("Bearer", chinese.Headers.WwwAuthenticate.ToString());
        using var english = await service.GetAsync(token: null, language: "en-GB, zh;q=0.5");
        await AssertUnauthenticatedAsync(english, "No valid credentials");
    }

    [Fact]
    public async Task Request_OfWrongRole_Is403Problem()
    {
        await using var service = await TokenService.StartAsync();
        using var answer = await service.GetAsync(service.Tokens.Sign(Manager with { Roles = [Roles.Agent] }, "kpi"));
        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.Equal("urn:channels:problem:forbidden", (await answer.Content.ReadFromJsonAsync<ProblemBody>())!.Type);
    }

    [Fact]
    public async Task RouteWithoutRoles_IsClosedToEveryone()
    {
        await using var service = await TokenService.StartAsync();
        using var stranger = await service.GetAsync(token: null, "/forgotten");
        Assert.Equal(HttpStatusCode.Unauthorized, stranger.StatusCode);
        using var admin = await service.GetAsync(service.Tokens.Sign(Manager with { Roles = [Roles.Admin] }, "kpi"), "/forgotten");
        Assert.Equal(HttpStatusCode.Forbidden, admin.StatusCode);
        using var open = await service.GetAsync(token: null, "/open");
        Assert.Equal(HttpStatusCode.OK, open.StatusCode);
    }

    [Fact]
    public async Task UnknownPathAndMethod_WithToken_Are404And405()
    {
        await using var service = await TokenService.StartAsync();
        var token = service.Tokens.Sign(Manager, "kpi");
        using var unknown = await service.GetAsync(token, "/api/v1/kpi/nothing");
        Assert.Equal(HttpStatusCode.NotFound, unknown.StatusCode);
        using var request = new HttpRequestMessage(HttpMethod.Delete, "/api/v1/kpi/figures");
        request.Headers.Authorization = new("Bearer", token);
        using var method = await service.Client.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, method.StatusCode);
        using var stranger = await service.GetAsync(token: null, "/api/v1/kpi/nothing");
        Assert.Equal(HttpStatusCode.Unauthorized, stranger.StatusCode);
    }

    [Theory]
    [InlineData("empty")]
    [InlineData("garbage")]
    [InlineData("two parts")]
    [InlineData("alg none")]
    [InlineData("alg None with signature")]
    [InlineData("signature removed")]
    [InlineData("signature of another token")]
    [InlineData("HS256 with the public key as secret")]
    [InlineData("ES384")]
    [InlineData("wrong audience")]
    [InlineData("no audience")]
    [InlineData("wrong issuer")]
    [InlineData("expired by 31 s")]
    [InlineData("without expiry")]
    [InlineData("not yet valid")]
    [InlineData("identity token")]
    [InlineData("unknown key id")]
    [InlineData("no key id")]
    [InlineData("key id as path")]
    [InlineData("key id as SQL")]
    [InlineData("foreign key with our id")]
    [InlineData("jku of the attacker")]
    [InlineData("jwk in the header")]
    [InlineData("64 kB")]
    [InlineData("payload altered")]
    public async Task Request_WithForgedToken_Is401Problem(string attack)
    {
        await using var service = await TokenService.StartAsync();
        var forge = new Forge(service.KeyFile);
        // The same builder makes a token that is accepted: the refusals below have no other cause than the attack.
        using var good = await service.GetAsync(forge.Good());
        Assert.Equal(HttpStatusCode.OK, good.StatusCode);
        using var answer = await service.GetAsync(forge.Token(attack));
        await AssertUnauthenticatedAsync(answer, "未登录或凭证无效");
    }

    [Fact]
    public async Task Request_WithTwoAuthorizationHeaders_Is401()
    {
        await using var service = await TokenService.StartAsync();
        var token = service.Tokens.Sign(Manager, "kpi");
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/kpi/figures");
        request.Headers.TryAddWithoutValidation("Authorization", ["Bearer " + token, "Bearer " + token]);
        using var answer = await service.Client.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
    }

    [Fact]
    public async Task Request_ExpiredWithinClockSkew_IsAccepted()
    {
        await using var service = await TokenService.StartAsync();
        using var answer = await service.GetAsync(new Forge(service.KeyFile).Expired(by: TimeSpan.FromSeconds(25)));
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task Request_WhileGatewayIsDown_WorksWithKnownKeys()
    {
        await using var service = await TokenService.StartAsync();
        using (var first = await service.GetAsync(service.Tokens.Sign(Manager, "kpi"))) Assert.Equal(HttpStatusCode.OK, first.StatusCode);
        await service.StopGatewayAsync();
        using var answer = await service.GetAsync(service.Tokens.Sign(Manager with { Name = "another" }, "kpi"));
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task Request_BeforeGatewayWasUp_IsRefusedUntilItsKeysAreThere()
    {
        await using var service = await TokenService.StartAsync(gatewayUp: false);
        using (var early = await service.GetAsync(service.Tokens.Sign(Manager, "kpi"))) Assert.Equal(HttpStatusCode.Unauthorized, early.StatusCode);
        await service.StartGatewayAsync();
        await UntilAsync(async () =>
        {
            using var answer = await service.GetAsync(service.Tokens.Sign(Manager, "kpi"));
            return answer.StatusCode == HttpStatusCode.OK;
        });
    }

    [Fact]
    public async Task Request_WithUnknownKeyIds_AsksForKeysRarely()
    {
        await using var service = await TokenService.StartAsync();
        using (await service.GetAsync(service.Tokens.Sign(Manager, "kpi"))) { }
        var forge = new Forge(service.KeyFile);
        for (var i = 0; i < 50; i++)
        {
            using var answer = await service.GetAsync(forge.Token("unknown key id"));
            Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        }
        Assert.InRange(service.Looks, 1, 5);
    }

    [Fact]
    public async Task Rotation_WithOverlap_RefusesNothing()
    {
        await using var service = await TokenService.StartAsync();
        var old = await File.ReadAllTextAsync(service.KeyFile, TestContext.Current.CancellationToken);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var fresh = key.ExportPkcs8PrivateKeyPem() + "\n";
        // Before, with the new key appended, with it in front, and with the old one gone.
        foreach (var file in new[] { old, old + fresh, fresh + old, fresh })
        {
            await File.WriteAllTextAsync(service.KeyFile, file, TestContext.Current.CancellationToken);
            service.ReloadKeys();
            await UntilAsync(async () =>
            {
                using var answer = await service.GetAsync(service.Tokens.Sign(Manager with { Name = Guid.NewGuid().ToString() }, "kpi"));
                return answer.StatusCode == HttpStatusCode.OK;
            });
        }
    }

    [Fact]
    public void SigningKeyFile_MadeAtFirstStart_IsReadableByOwnerOnlyAndKept()
    {
        var folder = Directory.CreateTempSubdirectory("channels-key-").FullName;
        var file = Path.Combine(folder, "secrets", "signing.pem");
        Parallel.For(0, 8, _ => SigningKeys.EnsureFile(file));
        var first = File.ReadAllText(file);
        SigningKeys.EnsureFile(file);
        Assert.Equal(first, File.ReadAllText(file));
        if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        Assert.Single(Directory.GetFileSystemEntries(Path.GetDirectoryName(file)!));
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public void CallerTokens_FileRotated_SignsWithNewKeyWithinTenSeconds()
    {
        var folder = Directory.CreateTempSubdirectory("channels-key-").FullName;
        var file = Path.Combine(folder, "signing.pem");
        var time = new FakeTimeProvider(DateTimeOffset.UnixEpoch.AddYears(56));
        var tokens = new CallerTokens(file, time);
        var before = tokens.PublicKeys().Keys.Single().KeyId;
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        File.WriteAllText(file, key.ExportPkcs8PrivateKeyPem() + "\n" + File.ReadAllText(file));
        File.SetLastWriteTimeUtc(file, DateTime.UnixEpoch.AddYears(50));
        time.Advance(TimeSpan.FromSeconds(11));
        Assert.Equal(2, tokens.PublicKeys().Keys.Count);
        Assert.NotEqual(before, new JsonWebToken(tokens.Sign(Manager, "kpi")).Kid);
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public void PublicKeys_NeverHoldAPrivatePart()
    {
        var folder = Directory.CreateTempSubdirectory("channels-key-").FullName;
        var tokens = new CallerTokens(Path.Combine(folder, "signing.pem"), TimeProvider.System);
        var json = JsonSerializer.SerializeToElement(tokens.PublicKeys());
        Assert.False(json.GetProperty("keys")[0].TryGetProperty("d", out _));
        Assert.Equal(7, json.GetProperty("keys")[0].EnumerateObject().Count());
        Directory.Delete(folder, recursive: true);
    }

    private static async Task AssertUnauthenticatedAsync(HttpResponseMessage answer, string title)
    {
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        var problem = await answer.Content.ReadFromJsonAsync<ProblemBody>();
        Assert.Equal("urn:channels:problem:unauthenticated", problem!.Type);
        Assert.Equal(401, problem.Status);
        Assert.Equal(title, problem.Title);
        Assert.NotEmpty(problem.CorrelationId);
    }

    private static async Task UntilAsync(Func<Task<bool>> condition)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (!await condition()) await Task.Delay(50, deadline.Token);
    }
}
