using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using CsCheck;
using ECommerce.Channels.Platform.Hosting;
using ECommerce.Channels.Testing;
using Xunit;

namespace ECommerce.Channels.Platform.Tests.Hosting;

/// <summary>What a caller sends wrongly, over a real socket: always a 4xx that names every wrong field, never a 5xx.</summary>
public sealed class InputTests(PostgresServer postgres)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("{}", "active,amount,day,name")]
    [InlineData("""{"name":1,"amount":"3","active":"true","day":20260928}""", "active,amount,day,name")]
    [InlineData("""{"name":[],"amount":{},"active":[],"day":{}}""", "active,amount,day,name")]
    [InlineData("""{"name":null,"amount":null,"active":null,"day":null}""", "active,amount,day,name")]
    [InlineData("""{"name":"","amount":-1,"active":0,"day":"2026-02-30"}""", "active,amount,day,name")]
    [InlineData("""{"name":"abcdef","amount":1.5,"active":1,"day":"28.9.2026"}""", "active,amount,day,name")]
    [InlineData("""{"name":"a\u0000","amount":9223372036854775808,"active":true,"day":"2026-09-28"}""", "amount,name")]
    [InlineData("""{"name":"\ud800","amount":1e400,"active":true,"day":"2026-09-28"}""", "amount,name")]
    [InlineData("""{"name":"a","amount":1,"active":true,"day":"2026-09-28","day":"2026-09-28"}""", "body")]
    [InlineData("""{"\ud800":1}""", "body")]
    [InlineData("null", "body")]
    [InlineData("[]", "body")]
    [InlineData("3", "body")]
    [InlineData("{", "body")]
    [InlineData("", "body")]
    [InlineData("{\"name\":NaN}", "body")]
    public async Task Body_Wrong_NamesEveryField(string body, string fields)
    {
        await using var service = await ErrorTests.StartAsync(postgres);
        using var response = await PutAsync(service, Encoding.UTF8.GetBytes(body));
        Assert.Equal(fields, await FieldsOf(response));
    }

    [Fact]
    public async Task Body_Right_WithAnUnknownField_IsTaken()
    {
        await using var service = await ErrorTests.StartAsync(postgres);
        using var response = await PutAsync(service, "{\"name\":\"中文\",\"amount\":1,\"active\":true,\"day\":\"2026-09-28\",\"new\":{}}"u8.ToArray());
        Assert.Equal("{\"name\":\"中文\",\"amount\":1,\"active\":true,\"day\":\"2026-09-28\"}", await response.Content.ReadAsStringAsync(Cancellation));
    }

    [Theory]
    [InlineData(new byte[] { (byte)'"', 0xFF, (byte)'"' })]
    [InlineData(new byte[] { 0xEF, 0xBB })]
    [InlineData(new byte[] { (byte)'"', 0xED, 0xA0, 0x80, (byte)'"' })]
    [InlineData(new byte[] { 0xC0, 0x80 })]
    public async Task Body_InBrokenUtf8_Is400(byte[] body)
    {
        await using var service = await ErrorTests.StartAsync(postgres);
        using var response = await PutAsync(service, body);
        Assert.Equal("body", await FieldsOf(response));
        using var plain = await SendAsync(service, HttpMethod.Post, "/api/v1/plain", body, "application/json");
        await ErrorTests.ProblemOf(plain, 400);
    }

    [Theory]
    [InlineData("text/plain", 415)]
    [InlineData("application/xml", 415)]
    [InlineData(null, 415)]
    [InlineData("application/json; charset=utf-8", 400)]
    [InlineData("application/merge-patch+json", 400)]
    public async Task Body_OfAnotherType_Is415(string? type, int status)
    {
        await using var service = await ErrorTests.StartAsync(postgres);
        using var response = await SendAsync(service, HttpMethod.Put, "/api/v1/things/1", "{}"u8.ToArray(), type);
        await ErrorTests.ProblemOf(response, status);
    }

    [Theory]
    [InlineData("""{"count":"3"}""", "count")]
    [InlineData("""{"count":3,"name":5}""", "name")]
    [InlineData("""{"count":1e99}""", "count")]
    [InlineData("{", "body")]
    public async Task Body_BoundByTheFramework_NamesItsField(string body, string field)
    {
        await using var service = await ErrorTests.StartAsync(postgres);
        using var response = await SendAsync(service, HttpMethod.Post, "/api/v1/plain", Encoding.UTF8.GetBytes(body), "application/json");
        Assert.Equal(field, await FieldsOf(response));
    }

    [Fact]
    public async Task Path_OfTheWrongType_NamesTheParameter()
    {
        await using var service = await ErrorTests.StartAsync(postgres);
        using var response = await service.Client.GetAsync("/api/v1/things/abc", Cancellation);
        Assert.Equal("id", await FieldsOf(response));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Body_TooLarge_Is413_AndTheLimitIsAnnounced(bool chunked)
    {
        await using var service = await ErrorTests.StartAsync(postgres);
        using var request = new HttpRequestMessage(HttpMethod.Put, "/api/v1/things/1");
        request.Content = new ByteArrayContent(new byte[(1 << 20) + 1]);
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.TransferEncodingChunked = chunked;
        using var response = await service.Client.SendAsync(request, Cancellation);
        await ErrorTests.ProblemOf(response, 413);
        Assert.Equal("1048576", response.Headers.GetValues(BodyLimit.Header).Single());
    }

    [Fact]
    public async Task Head_IsGetWithoutBody()
    {
        await using var service = await ErrorTests.StartAsync(postgres);
        using var get = await service.Client.GetAsync("/api/v1/things/7", Cancellation);
        using var request = new HttpRequestMessage(HttpMethod.Head, "/api/v1/things/7");
        using var head = await service.Client.SendAsync(request, Cancellation);
        Assert.Equal(HttpStatusCode.OK, head.StatusCode);
        Assert.Equal(get.Content.Headers.ContentType, head.Content.Headers.ContentType);
        Assert.Empty(await head.Content.ReadAsByteArrayAsync(Cancellation));
    }

    [Fact]
    public async Task Credentials_Missing_Are401_AlsoWhereNothingIs()
    {
        await using var service = await ErrorTests.StartAsync(postgres);
        service.Client.DefaultRequestHeaders.Authorization = null;
        foreach (var path in new[] { "/api/v1/things/1", "/api/v1/admin", "/api/v1/nothing" })
        {
            using var response = await service.Client.GetAsync(path, Cancellation);
            await ErrorTests.ProblemOf(response, 401);
        }
    }

    [Fact]
    public async Task Client_ThatGoesAway_IsNoErrorOfOurs()
    {
        await using var service = await ErrorTests.StartAsync(postgres);
        using (var impatient = new CancellationTokenSource(TimeSpan.FromMilliseconds(200)))
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => service.Client.GetAsync("/api/v1/slow", impatient.Token));
        using var after = await service.Client.GetAsync("/api/v1/things/1", Cancellation);
        Assert.Equal(HttpStatusCode.OK, after.StatusCode);
        // Where the user has no home folder, the framework warns of that.
        Assert.DoesNotContain(service.Logs.Lines, line =>
            line.Level >= Microsoft.Extensions.Logging.LogLevel.Warning && !line.Text.StartsWith("Microsoft.AspNetCore.DataProtection", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Fuzz_OfBodies_NeverGivesA5xx()
    {
        await using var service = await ErrorTests.StartAsync(postgres);
        var values = OneOf(
            "null", "1", "-1", "1.5", "1e999", "\"x\"", "\"\\u0000\"", "\"\\udc00\"", "true", "[]", "{}", "[[[[]]]]", "\"2026-09-28\"", "nul", "\"", "\u0001", "{\"a\":}");
        var names = OneOf("name", "amount", "active", "day", "", "\\ud800", "$ref", "__proto__", "a.b[0]");
        var bodies = Gen.Select(names, values).Array[0, 6].Select(pairs => "{" + string.Join(',', pairs.Select(pair => $"\"{pair.Item1}\":{pair.Item2}")) + "}");
        var bytes = Gen.Frequency((4, bodies.Select(Encoding.UTF8.GetBytes)), (1, Gen.Byte.Array[0, 40]), (1, Deep));
        await bytes.SampleAsync(
            async body =>
            {
                foreach (var (method, path) in new[] { (HttpMethod.Put, "/api/v1/things/1"), (HttpMethod.Post, "/api/v1/plain") })
                {
                    using var response = await SendAsync(service, method, path, body, "application/json");
                    if ((int)response.StatusCode >= 500) return false;
                }
                return true;
            },
            iter: 300, threads: 1);
        Assert.DoesNotContain(service.Logs.Lines, line => line.Level >= Microsoft.Extensions.Logging.LogLevel.Error);
    }

    [Fact]
    public async Task Fuzz_OfHeadersAndPaths_NeverGivesA5xx()
    {
        await using var service = await ErrorTests.StartAsync(postgres);
        var names = OneOf(
            "Accept", "Accept-Language", "Content-Type", "Content-Length", "If-Match", "If-None-Match", "Idempotency-Key", "traceparent", "tracestate",
            "baggage", "Range", "Expect", "Cookie", "Authorization", "X-Forwarded-For", "Content-Encoding", "Transfer-Encoding", "Upgrade", "X");
        var values = Gen.Char[' ', '~'].Array[0, 30].Select(characters => new string(characters));
        var paths = OneOf(
            "/api/v1/things/1", "/api/v1/things/%00", "/api/v1/things/%zz", "/api/v1/things/%ff", "/api/v1/things/1?a=%00", "/api/v1/things/..%2f", "//", "/api/v1/things/1?%00=1&&&=", "/openapi/v1.json?x", "/health/ready?%ff", "*");
        var methods = OneOf("GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "FOO");
        await Gen.Select(methods, paths, Gen.Select(names, values).Array[0, 4]).SampleAsync(
            async (method, path, headers) =>
            {
                var text = $"{method} {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Test user:ann manager\r\n"
                    + string.Concat(headers.Select(header => $"{header.Item1}: {header.Item2}\r\n")) + "\r\n";
                var status = await RawAsync(service.Address, text);
                return status is null or (>= 200 and < 500);
            },
            iter: 300, threads: 1);
        Assert.DoesNotContain(service.Logs.Lines, line => line.Level >= Microsoft.Extensions.Logging.LogLevel.Error);
    }

    private static Gen<string> OneOf(params string[] words) => Gen.Int[0, words.Length - 1].Select(i => words[i]);

    private static Gen<byte[]> Deep => Gen.Int[1, 20_000].Select(depth => Encoding.ASCII.GetBytes(new string('[', depth) + new string(']', depth)));

    /// <summary>The status of a raw request; null where the server closed the connection, or waits for a body that was announced.</summary>
    private static async Task<int?> RawAsync(Uri address, string request)
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync(address.Host, address.Port, Cancellation);
        await using var stream = socket.GetStream();
        await stream.WriteAsync(Encoding.Latin1.GetBytes(request), Cancellation);
        socket.Client.Shutdown(SocketShutdown.Send);
        var buffer = new byte[64];
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        patience.CancelAfter(TimeSpan.FromSeconds(10));
        try
        {
            var read = await stream.ReadAtLeastAsync(buffer, 12, throwOnEndOfStream: false, patience.Token);
            return read < 12 ? null : int.Parse(Encoding.ASCII.GetString(buffer, 9, 3));
        }
        catch (IOException)
        {
            return null;
        }
    }

    private static Task<HttpResponseMessage> PutAsync(TestService service, byte[] body) =>
        SendAsync(service, HttpMethod.Put, "/api/v1/things/1", body, "application/json");

    private static async Task<HttpResponseMessage> SendAsync(TestService service, HttpMethod method, string path, byte[] body, string? type)
    {
        using var request = new HttpRequestMessage(method, path) { Content = new ByteArrayContent(body) };
        if (type is not null) request.Content.Headers.TryAddWithoutValidation("Content-Type", type);
        return await service.Client.SendAsync(request, Cancellation);
    }

    private static async Task<string> FieldsOf(HttpResponseMessage response)
    {
        var problem = await ErrorTests.ProblemOf(response, 400);
        var errors = problem.GetProperty("errors").EnumerateObject().ToList();
        Assert.All(errors, error => Assert.All(error.Value.EnumerateArray(), message => Assert.Matches("\\p{IsCJKUnifiedIdeographs}", message.GetString()!)));
        return string.Join(',', errors.Select(error => error.Name));
    }
}
