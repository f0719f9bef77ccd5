using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text;
using ECommerce.Channels.Contracts;
using ECommerce.Channels.Testing;
using Xunit;

namespace ECommerce.Channels.Gateway.Tests;

/// <summary>What no ordinary client would send, byte by byte.</summary>
public sealed class WireTests(SharedGateway shared, PostgresServer postgres) : IClassFixture<SharedGateway>
{
    private string Key => shared.Host.KeyOf(Roles.Agent);

    [Fact]
    public async Task LengthAndChunked_Together_SmuggleNoSecondRequest()
    {
        var hidden = "/api/v1/kpi/hidden-" + Guid.NewGuid().ToString("N");
        var smuggled = $"GET {hidden} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {Key}\r\n\r\n";
        var answer = await SendAsync(
            $"POST /api/v1/kpi/anything HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {Key}\r\nContent-Length: {5 + smuggled.Length}\r\n"
            + $"Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n0\r\n\r\n{smuggled}");
        // The chunks are what counts, the length is dropped (RFC 9112, 6.3), and the connection is not used again.
        Assert.Single(Statuses(answer));
        AssertNotArrived(hidden);
    }

    [Theory]
    [InlineData("Content-Length: 5\r\nContent-Length: 6")]
    [InlineData("Content-Length: -1")]
    [InlineData("Content-Length: 5, 5")]
    [InlineData("Transfer-Encoding: chunked, identity")]
    [InlineData("Transfer-Encoding: xchunked")]
    [InlineData("Host: y")]
    [InlineData("Bad Name: x")]
    [InlineData("X-Folded: a\r\n b")]
    [InlineData("X-Null: a\0b")]
    public async Task MalformedHeaders_AreRefusedBeforeAnyService(string header)
    {
        var path = "/api/v1/kpi/malformed-" + Guid.NewGuid().ToString("N");
        var answer = await SendAsync(
            $"POST {path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {Key}\r\nConnection: close\r\n{header}\r\n\r\nhello");
        Assert.InRange(Statuses(answer).Single(), 400, 501);
        AssertNotArrived(path);
    }

    [Theory]
    [InlineData("/api/v1/kpi/..%2f..%2faccess%2fusers")]
    [InlineData("/api/v1/kpi/%2e%2e/access/users")]
    [InlineData("/api/v1/kpi/../access/users")]
    [InlineData("/api/v1/kpi/..%5c..%5caccess")]
    [InlineData("/api/v1/kpi//../../../etc/passwd")]
    [InlineData("/api/v1/kpi/..;/access/users")]
    [InlineData("/openapi/..%2fapi%2fv1%2fkpi%2fanything.json")]
    [InlineData("/..%2f..%2fgateway.json")]
    [InlineData("/%2e%2e/gateway.json")]
    public async Task PathTricks_NeverEscapeTheRouteOfTheCaller(string path)
    {
        var answer = await SendAsync($"GET {path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {Key}\r\nConnection: close\r\n\r\n");
        // An agent may not list users, by whatever spelling; what reaches a service keeps to that service's own paths.
        Assert.DoesNotContain("\"displayName\"", answer, StringComparison.Ordinal);
        Assert.DoesNotContain("ReverseProxy", answer, StringComparison.Ordinal);
        lock (shared.Host.Kpi.Arrived)
        {
            Assert.All(shared.Host.Kpi.Arrived, arrived => Assert.StartsWith("/api/v1/kpi/", arrived.Split(' ', 2)[1], StringComparison.Ordinal));
            Assert.DoesNotContain(shared.Host.Kpi.Arrived, arrived => arrived.Contains("/../", StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task PathTricks_WithoutCredentials_Are401()
    {
        foreach (var path in new[] { "/docs/..%2f..%2fapi/v1/access/users", "/health/..%2fapi%2fv1%2faccess%2fusers", "/health/../api/v1/access/users", "/start.js/../api/v1/access/users" })
        {
            var answer = await SendAsync($"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
            Assert.Equal(401, Statuses(answer).Single());
        }
    }

    [Fact]
    public async Task AbsoluteTarget_ElsewhereStaysHere()
    {
        using var elsewhere = new TcpListener(IPAddress.Loopback, 0);
        elsewhere.Start();
        var target = ((IPEndPoint)elsewhere.LocalEndpoint).Port;
        var answer = await SendAsync(
            $"GET http://127.0.0.1:{target}/api/v1/kpi/absolute HTTP/1.1\r\nHost: 127.0.0.1:{target}\r\nAuthorization: Bearer {Key}\r\nConnection: close\r\n\r\n");
        Assert.Equal(200, Statuses(answer).Single());
        Assert.Contains("\"path\":\"/api/v1/kpi/absolute\"", answer, StringComparison.Ordinal);
        Assert.False(elsewhere.Pending());
    }

    [Theory]
    [InlineData("CONNECT 127.0.0.1:22 HTTP/1.1")]
    [InlineData("TRACE /api/v1/kpi/anything HTTP/1.1")]
    [InlineData("OPTIONS * HTTP/1.1")]
    public async Task OddMethods_OpenNothing(string line)
    {
        var answer = await SendAsync($"{line}\r\nHost: x\r\nConnection: close\r\n\r\n");
        Assert.InRange(Statuses(answer).Single(), 400, 501);
    }

    [Fact]
    public async Task BodyAboveItsAnnouncedLimit_IsRefusedWithoutReadingIt()
    {
        // Ten gigabytes announced: the answer comes before any of them is sent.
        var answer = await SendAsync(
            $"POST /api/v1/kpi/transactions HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {Key}\r\nContent-Length: 10737418240\r\nConnection: close\r\n\r\n");
        Assert.Equal(413, Statuses(answer).Single());
        Assert.Contains("urn:channels:problem:too-large", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ForwardedHeaders_FromKnownNetwork_AreBelieved_AndMakeTlsKnown()
    {
        await using var host = await GatewayHost.StartAsync(postgres, ("Gateway:KnownNetworks:0", "127.0.0.0/8"));
        using var client = host.Client(Roles.Agent);
        client.DefaultRequestHeaders.Add("X-Forwarded-For", "203.0.113.9");
        client.DefaultRequestHeaders.Add("X-Forwarded-Proto", "https");
        client.DefaultRequestHeaders.Add("X-Forwarded-Host", "channels.example");
        using var answer = await client.GetAsync("/api/v1/kpi/anything", TestContext.Current.CancellationToken);
        var seen = (await answer.Content.ReadFromJsonAsync<Seen>(TestContext.Current.CancellationToken))!;
        Assert.Equal(["203.0.113.9"], seen.Headers["X-Forwarded-For"]);
        Assert.Equal(["https"], seen.Headers["X-Forwarded-Proto"]);
        Assert.Equal(["channels.example"], seen.Headers["X-Forwarded-Host"]);
        Assert.True(answer.Headers.Contains("Strict-Transport-Security"));
        // And the cookie is for TLS alone.
        var account = host.Accounts[0];
        using var signedIn = await client.PostAsJsonAsync(
            "/api/v1/session", new { user = account.User, password = account.Password }, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, signedIn.StatusCode);
        Assert.Contains("secure", signedIn.Headers.GetValues("Set-Cookie").Single(), StringComparison.OrdinalIgnoreCase);
    }

    private static List<int> Statuses(string answer) =>
        [.. answer.Split("HTTP/1.1 ").Skip(1).Select(part => int.Parse(part[..3]))];

    private async Task<string> SendAsync(string request)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        deadline.CancelAfter(TimeSpan.FromSeconds(20));
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, shared.Host.Port, deadline.Token);
        await using var stream = client.GetStream();
        await stream.WriteAsync(Encoding.UTF8.GetBytes(request), deadline.Token);
        var answer = new MemoryStream();
        try
        {
            await stream.CopyToAsync(answer, deadline.Token);
        }
        catch (IOException) when (answer.Length > 0)
        {
            // Closed with something of ours unread: what was answered before is what counts.
        }
        return Encoding.UTF8.GetString(answer.ToArray());
    }

    private void AssertNotArrived(string path)
    {
        lock (shared.Host.Kpi.Arrived) Assert.DoesNotContain(shared.Host.Kpi.Arrived, arrived => arrived.Contains(path, StringComparison.Ordinal));
    }
}
