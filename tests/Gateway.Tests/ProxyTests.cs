using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using ECommerce.Channels.Contracts;
using ECommerce.Channels.Testing;
using Xunit;

namespace ECommerce.Channels.Gateway.Tests;

/// <summary>What reaches a service, and what comes back when something is wrong on the way.</summary>
public sealed class ProxyTests(SharedGateway shared, PostgresServer postgres) : IClassFixture<SharedGateway>
{
    [Theory]
    [InlineData(Roles.Manager, "kpi")]
    [InlineData(Roles.Portal, "kpi")]
    [InlineData(Roles.Agent, "care")]
    public async Task Request_WithKey_ReachesServiceAsThatCaller(string role, string service)
    {
        var seen = await SeenAsync(role, $"/api/v1/{service}/anything?x=1&y=%20");
        Assert.Equal("key:" + role, seen.Subject);
        Assert.Equal([role], seen.Roles);
        Assert.Equal(["*"], seen.Regions);
        Assert.Equal(role, seen.Source);
        Assert.Equal($"/api/v1/{service}/anything", seen.Path);
        Assert.Equal("?x=1&y=%20", seen.Query);
    }

    [Fact]
    public async Task Request_WithSpoofedIdentity_ReachesServiceWithoutIt()
    {
        using var client = shared.Host.Client(Roles.Agent);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/kpi/anything");
        foreach (var name in new[]
                 {
                     "X-Identity", "X-Identity-Role", "X-User", "X-User-Id", "X-Role", "X-Roles", "X-Tenant", "X-Tenant-Id", "X-Remote-User", "Remote-User",
                     "X-Forwarded-User", "X-Forwarded-Email", "X-Real-IP", "X-Original-URL", "X-Rewrite-URL", "X-HTTP-Method-Override", "Forwarded", "X-Caller",
                 })
            request.Headers.TryAddWithoutValidation(name, "admin");
        request.Headers.TryAddWithoutValidation("X-Forwarded-For", "203.0.113.9");
        request.Headers.TryAddWithoutValidation("X-Forwarded-Host", "attacker.example");
        request.Headers.TryAddWithoutValidation("X-Forwarded-Proto", "https");
        request.Headers.TryAddWithoutValidation("X-Forwarded-Prefix", "/evil");
        request.Headers.TryAddWithoutValidation("Cookie", "a=b; channels=x");
        request.Headers.TryAddWithoutValidation("X-Harmless", "stays");
        using var answer = await client.SendAsync(request, TestContext.Current.CancellationToken);
        var seen = (await answer.Content.ReadFromJsonAsync<Seen>(TestContext.Current.CancellationToken))!;
        Assert.Equal("key:agent", seen.Subject);
        Assert.Equal(["stays"], seen.Headers["X-Harmless"]);
        Assert.Equal(["127.0.0.1"], seen.Headers["X-Forwarded-For"]);
        Assert.Equal([$"127.0.0.1:{shared.Host.Port}"], seen.Headers["X-Forwarded-Host"]);
        Assert.Equal(["http"], seen.Headers["X-Forwarded-Proto"]);
        Assert.DoesNotContain(seen.Headers, header => header.Value.Any(value => value.Contains("admin", StringComparison.Ordinal)));
        Assert.DoesNotContain(seen.Headers.Keys, name => name is "Cookie" or "Forwarded" or "X-Forwarded-User" or "X-Forwarded-Prefix" or "X-Real-IP");
        // The key itself never reaches a service, and what a service sets as cookie never a client.
        Assert.DoesNotContain(seen.Headers["Authorization"], value => value.Contains("chk_", StringComparison.Ordinal));
        Assert.False(answer.Headers.Contains("Set-Cookie"));
    }

    [Fact]
    public async Task Request_WithTraceParent_PassesTheTraceOn()
    {
        using var client = shared.Host.Client(Roles.Agent);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/kpi/anything");
        request.Headers.Add("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
        using var answer = await client.SendAsync(request, TestContext.Current.CancellationToken);
        var seen = (await answer.Content.ReadFromJsonAsync<Seen>(TestContext.Current.CancellationToken))!;
        Assert.StartsWith("00-4bf92f3577b34da6a3ce929d0e0e4736-", seen.Headers["traceparent"].Single(), StringComparison.Ordinal);
        Assert.Equal("4bf92f3577b34da6a3ce929d0e0e4736", answer.Headers.GetValues("X-Correlation-Id").Single());
    }

    [Theory]
    [InlineData("Bearer chk_manager_00000000000000000000000000000000000000000000000")]
    [InlineData("Bearer chk_nobody_00000000000000000000000000000000000000000000000")]
    [InlineData("Bearer chk__")]
    [InlineData("Bearer ")]
    [InlineData("Bearer not-a-key")]
    [InlineData("Basic bWFuYWdlcjptYW5hZ2Vy")]
    public async Task Request_WithBadCredentials_Is401AndReachesNobody(string authorization)
    {
        using var client = shared.Host.Client();
        var path = "/api/v1/kpi/" + Guid.NewGuid().ToString("N");
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.TryAddWithoutValidation("Authorization", authorization);
        using var answer = await client.SendAsync(request, TestContext.Current.CancellationToken);
        await ProblemAssert.IsAsync(answer, 401, "unauthenticated");
        lock (shared.Host.Kpi.Arrived) Assert.DoesNotContain("GET " + path, shared.Host.Kpi.Arrived);
    }

    [Fact]
    public async Task Request_WithTokenOf64Kilobytes_Is401()
    {
        using var client = shared.Host.Client(key: new string('x', 64 * 1024));
        using var answer = await client.GetAsync("/api/v1/kpi/anything", TestContext.Current.CancellationToken);
        await ProblemAssert.IsAsync(answer, 401, "unauthenticated");
    }

    [Fact]
    public async Task Request_WithOurOwnSignedToken_Is401()
    {
        // What services trust is no credential at the door.
        var seen = await SeenAsync(Roles.Admin, "/api/v1/kpi/anything");
        using var client = shared.Host.Client();
        client.DefaultRequestHeaders.Authorization = AuthenticationHeaderValue.Parse(seen.Headers["Authorization"].Single());
        using var answer = await client.GetAsync("/api/v1/kpi/anything", TestContext.Current.CancellationToken);
        await ProblemAssert.IsAsync(answer, 401, "unauthenticated");
    }

    [Fact]
    public async Task TokenOfOneService_IsRefusedByAnother()
    {
        var seen = await SeenAsync(Roles.Admin, "/api/v1/kpi/anything");
        using var client = new HttpClient();
        client.DefaultRequestHeaders.Authorization = AuthenticationHeaderValue.Parse(seen.Headers["Authorization"].Single());
        using var care = await client.GetAsync($"http://127.0.0.1:{shared.Host.Care.Port}/api/v1/care/anything", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.Unauthorized, care.StatusCode);
        using var kpi = await client.GetAsync($"http://127.0.0.1:{shared.Host.Kpi.Port}/api/v1/kpi/anything", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, kpi.StatusCode);
    }

    [Fact]
    public async Task WrongRole_Is403ProblemOfTheService()
    {
        using var client = shared.Host.Client(Roles.Agent);
        using var answer = await client.GetAsync("/api/v1/kpi/manager", TestContext.Current.CancellationToken);
        await ProblemAssert.IsAsync(answer, 403, "forbidden", "没有权限");
    }

    [Theory]
    [InlineData("/api/v1/kpi/transactions", 16 << 20)]
    [InlineData("/api/v1/kpi/imports/7/transactions", 16 << 20)]
    [InlineData("/api/v1/kpi/catalogue", 1 << 20)]
    [InlineData("/api/v1/care/pseudonyms", 1 << 20)]
    public async Task Body_UpToTheLimit_PassesAndAboveIs413(string path, int limit)
    {
        using var client = shared.Host.Client(Roles.Portal);
        foreach (var chunked in new[] { false, true })
        {
            // In chunks the limit is on what goes over the wire, the frames of the chunks included.
            var most = chunked ? limit - (limit / 100) : limit;
            using var fits = await client.SendAsync(Post(path, most, chunked), TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.OK, fits.StatusCode);
            Assert.Equal(most, (await fits.Content.ReadFromJsonAsync<Seen>(TestContext.Current.CancellationToken))!.BodyBytes);
            using var request = Post(path, limit + 1, chunked);
            request.Headers.Add("Accept-Language", chunked ? "en" : "zh");
            using var tooMuch = await client.SendAsync(request, TestContext.Current.CancellationToken);
            await ProblemAssert.IsAsync(tooMuch, 413, "too-large", chunked ? "The request is too large" : "请求内容过大");
        }
    }

    [Fact]
    public async Task SlowService_Is504ProblemInBothLanguages()
    {
        await using var host = await GatewayHost.StartAsync(postgres, ("ReverseProxy:Clusters:kpi:HttpRequest:ActivityTimeout", "00:00:00.500"));
        using var client = host.Client(Roles.Manager);
        using var chinese = await client.GetAsync("/api/v1/kpi/slow", TestContext.Current.CancellationToken);
        await ProblemAssert.IsAsync(chinese, 504, "timeout", "后端服务响应超时");
        client.DefaultRequestHeaders.Add("Accept-Language", "en-US");
        using var english = await client.GetAsync("/api/v1/kpi/slow", TestContext.Current.CancellationToken);
        await ProblemAssert.IsAsync(english, 504, "timeout", "The service took too long to answer");
        // A stream may be quiet for longer than that.
        var events = await client.GetStringAsync("/api/v1/kpi/events?quietMilliseconds=1500", TestContext.Current.CancellationToken);
        Assert.Equal("data: first\n\ndata: second\n\n", events);
    }

    [Fact]
    public async Task Stream_ArrivesEventByEvent()
    {
        using var client = shared.Host.Client(Roles.Manager);
        using var answer = await client.GetAsync(
            "/api/v1/kpi/events?quietMilliseconds=60000", HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        await using var body = await answer.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken);
        using var reader = new StreamReader(body);
        Assert.Equal("data: first", await reader.ReadLineAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task ServiceKilled_Is503WithRetryAfter_AndServesAgainWhenItIsBack()
    {
        await using var host = await GatewayHost.StartAsync(postgres);
        using var client = host.Client(Roles.Manager);
        await host.UntilReadyAsync();
        using (var before = await client.GetAsync("/api/v1/kpi/anything", TestContext.Current.CancellationToken)) Assert.Equal(HttpStatusCode.OK, before.StatusCode);

        await host.Kpi.StopAsync();
        for (var i = 0; i < 20; i++)
        {
            using var down = await client.GetAsync("/api/v1/kpi/anything", TestContext.Current.CancellationToken);
            await ProblemAssert.IsAsync(down, 503, "unavailable", "服务暂不可用，请稍后重试");
            Assert.NotNull(down.Headers.RetryAfter?.Delta);
        }
        using (var other = await client.GetAsync("/api/v1/care/anything", TestContext.Current.CancellationToken)) Assert.Equal(HttpStatusCode.OK, other.StatusCode);
        await Poll.UntilAsync(async () =>
        {
            using var ready = await client.GetAsync("/health/ready");
            return ready.StatusCode == HttpStatusCode.ServiceUnavailable
                && (await ready.Content.ReadAsStringAsync()).Contains("\"kpi\":\"down\"", StringComparison.Ordinal);
        });

        await host.Kpi.AgainAsync();
        await Poll.UntilAsync(async () =>
        {
            using var back = await client.GetAsync("/api/v1/kpi/anything");
            return back.StatusCode == HttpStatusCode.OK;
        });
        await host.UntilReadyAsync();
    }

    [Fact]
    public async Task ServiceThatBreaksOff_Is503ProblemAndCounted()
    {
        var counted = new ConcurrentBag<string>();
        using var meters = new MeterListener();
        meters.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Name == "channels.gateway.forwarder.errors") listener.EnableMeasurementEvents(instrument);
        };
        meters.SetMeasurementEventCallback<long>((_, _, tags, _) => counted.Add(string.Join(' ', tags.ToArray().Select(tag => tag.Value))));
        meters.Start();
        using var client = shared.Host.Client(Roles.Manager);
        client.DefaultRequestHeaders.Add("Accept-Language", "en");
        using var answer = await client.GetAsync("/api/v1/kpi/abort", TestContext.Current.CancellationToken);
        await ProblemAssert.IsAsync(answer, 503, "unavailable", "A part is down; try again later");
        Assert.Contains("kpi Request", counted);
    }

    [Fact]
    public async Task ServiceNotReady_StillAnswersForWhatItCan()
    {
        await using var host = await GatewayHost.StartAsync(postgres);
        host.Kpi.Ready = false;
        using var client = host.Client(Roles.Manager);
        await Poll.UntilAsync(async () =>
        {
            using var ready = await client.GetAsync("/health/ready");
            return ready.StatusCode == HttpStatusCode.ServiceUnavailable;
        });
        using var answer = await client.GetAsync("/api/v1/kpi/anything", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    private static HttpRequestMessage Post(string path, int bytes, bool chunked)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new ByteArrayContent(new byte[bytes]) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/x-ndjson");
        if (chunked) request.Headers.TransferEncodingChunked = true;
        request.Headers.ExpectContinue = !chunked;
        return request;
    }

    private async Task<Seen> SeenAsync(string role, string path)
    {
        using var client = shared.Host.Client(role);
        using var answer = await client.GetAsync(path);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        return (await answer.Content.ReadFromJsonAsync<Seen>())!;
    }
}
