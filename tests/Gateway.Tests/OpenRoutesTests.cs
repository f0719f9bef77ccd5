using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using ECommerce.Channels.Contracts;
using ECommerce.Channels.Testing;
using Xunit;

namespace ECommerce.Channels.Gateway.Tests;

/// <summary>What is open to everyone, and that nothing else is.</summary>
public sealed class OpenRoutesTests(SharedGateway shared) : IClassFixture<SharedGateway>
{
    [Theory]
    [InlineData("/", "text/html")]
    [InlineData("/explore", "text/html")]
    [InlineData("/targets/2026-11", "text/html")]
    [InlineData("/assets/index-abc.js", "text/javascript")]
    [InlineData("/icon.svg", "image/svg+xml")]
    [InlineData("/health/live", "application/json")]
    [InlineData("/docs/", "text/html")]
    [InlineData("/openapi/access.json", "application/json")]
    [InlineData("/openapi/kpi.json", "application/json")]
    [InlineData("/openapi/care.json", "application/json")]
    [InlineData("/.well-known/jwks.json", "application/json")]
    [InlineData("/api/v1/session/sign-in", "application/json")]
    public async Task OpenPath_WithoutCredentials_Answers(string path, string type)
    {
        using var client = shared.Host.Client();
        using var answer = await client.GetAsync(path, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(type, answer.Content.Headers.ContentType?.MediaType);
        Assert.Equal("nosniff", answer.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.Contains("frame-ancestors 'none'", answer.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        Assert.Equal("no-referrer", answer.Headers.GetValues("Referrer-Policy").Single());
        Assert.False(answer.Headers.Contains("Server"));
    }

    [Theory]
    [InlineData("GET", "/api/v1/kpi/indicators")]
    [InlineData("POST", "/api/v1/kpi/transactions")]
    [InlineData("GET", "/api/v1/care/tickets")]
    [InlineData("GET", "/api/v1/access/users")]
    [InlineData("GET", "/api/v1/access/keys")]
    [InlineData("GET", "/api/v1/access/audit/verify")]
    [InlineData("GET", "/api/v1/session")]
    [InlineData("DELETE", "/api/v1/session")]
    [InlineData("GET", "/api/unknown")]
    [InlineData("GET", "/api/v1/kpi/..%2f..%2fadmin")]
    [InlineData("GET", "/health/unknown")]
    [InlineData("GET", "/assets/unknown.js")]
    [InlineData("POST", "/explore")]
    [InlineData("GET", "/gateway.json")]
    public async Task AnythingElse_WithoutCredentials_Is401Problem(string method, string path)
    {
        using var client = shared.Host.Client();
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        using var answer = await client.SendAsync(request, TestContext.Current.CancellationToken);
        await ProblemAssert.IsAsync(answer, 401, "unauthenticated", "未登录或凭证无效");
        Assert.Equal("Bearer", answer.Headers.WwwAuthenticate.ToString());
    }

    [Fact]
    public async Task UnknownApiPath_WithKey_Is404ProblemInBothLanguages()
    {
        using var client = shared.Host.Client(Roles.Admin);
        using var chinese = await client.GetAsync("/api/v1/nothing/here", TestContext.Current.CancellationToken);
        await ProblemAssert.IsAsync(chinese, 404, "not-found", "找不到");
        client.DefaultRequestHeaders.Add("Accept-Language", "en");
        using var english = await client.GetAsync("/api", TestContext.Current.CancellationToken);
        await ProblemAssert.IsAsync(english, 404, "not-found", "Not found");
    }

    [Fact]
    public async Task WrongMethod_Is405ProblemWithAllow()
    {
        using var client = shared.Host.Client(Roles.Admin);
        using var answer = await client.PutAsJsonAsync("/api/v1/access/keys", new { }, TestContext.Current.CancellationToken);
        await ProblemAssert.IsAsync(answer, 405, "method-not-allowed");
        Assert.Contains("POST", answer.Content.Headers.Allow);
    }

    [Fact]
    public async Task ApiPage_LoadsNothingFromElsewhere()
    {
        using var client = shared.Host.Client();
        var page = await client.GetStringAsync("/docs/", TestContext.Current.CancellationToken);
        Assert.DoesNotContain("//cdn", page, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("https://", page.Replace("https://www.w3.org", "", StringComparison.Ordinal), StringComparison.Ordinal);
        foreach (var document in new[] { "kpi", "care", "access" }) Assert.Contains($"openapi/{document}.json", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task OwnDocument_NamesEveryRouteOfTheGateway()
    {
        using var client = shared.Host.Client();
        var document = await client.GetFromJsonAsync<JsonElement>("/openapi/access.json", TestContext.Current.CancellationToken);
        var paths = document.GetProperty("paths").EnumerateObject().Select(path => path.Name).Order(StringComparer.Ordinal);
        Assert.Equal(
            [
                "/api/v1/access/audit", "/api/v1/access/audit/verify", "/api/v1/access/keys", "/api/v1/access/keys/{id}", "/api/v1/access/keys/{id}/rotate",
                "/api/v1/access/users", "/api/v1/access/users/{name}", "/api/v1/access/users/{name}/password", "/api/v1/session",
                "/api/v1/session/openid", "/api/v1/session/sign-in",
            ],
            paths);
    }

    [Fact]
    public async Task OwnDocument_IsTheCommittedOne()
    {
        using var client = shared.Host.Client();
        await ApiDocuments.AssertCommittedAsync(client, GatewayService.DocumentName, shared.Host.Services, TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task KeySet_HoldsPublicHalvesOnly()
    {
        using var client = shared.Host.Client();
        var set = await client.GetStringAsync("/.well-known/jwks.json", TestContext.Current.CancellationToken);
        Assert.Contains("\"kid\"", set, StringComparison.Ordinal);
        Assert.DoesNotContain("\"d\"", set, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ready_TellsEachPart()
    {
        await shared.Host.UntilReadyAsync();
        using var client = shared.Host.Client();
        var report = await client.GetFromJsonAsync<JsonElement>("/health/ready", TestContext.Current.CancellationToken);
        Assert.Equal("ready", report.GetProperty("status").GetString());
        foreach (var part in new[] { "database", "kpi", "care" }) Assert.Equal("ok", report.GetProperty("parts").GetProperty(part).GetString());
    }
}
