using System.Net;
using System.Text.Json;
using ECommerce.Channels.Platform.Hosting;
using ECommerce.Channels.Platform.Messaging;
using ECommerce.Channels.Platform.Security;
using ECommerce.Channels.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Npgsql;
using Xunit;

namespace ECommerce.Channels.Platform.Tests.Hosting;

/// <summary>Every error as a caller sees it, over a real socket, as Production.</summary>
public sealed class ErrorTests(PostgresServer postgres)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static TheoryData<string, string, int, string> Bare => new()
    {
        { "GET", "/api/v1/nothing", 404, "not-found" },
        { "DELETE", "/api/v1/things/1", 405, "method-not-allowed" },
        { "GET", "/api/v1/things/0", 404, "not-found" },
        { "GET", "/api/v1/crash", 500, "internal" },
        { "GET", "/api/v1/full", 429, "too-many-requests" },
        { "GET", "/api/v1/log-down", 503, "unavailable" },
        { "GET", "/api/v1/database-down", 503, "unavailable" },
        { "GET", "/api/v1/slow", 503, "unavailable" },
        { "GET", "/api/v1/things/1?note=a%00b", 400, "bad-input" },
        { "GET", "/api/v1/things/x", 400, "bad-input" },
        { "GET", "/api/v1/admin", 403, "forbidden" },
    };

    [Theory]
    [MemberData(nameof(Bare))]
    public async Task Error_OfEveryKind_IsAProblemWithoutInternals(string method, string path, int status, string slug)
    {
        await using var service = await StartAsync();
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        using var response = await service.Client.SendAsync(request, Cancellation);
        var problem = await ProblemOf(response, status);
        Assert.Equal("urn:channels:problem:" + slug, problem.GetProperty("type").GetString());
        Assert.Equal(response.Headers.GetValues("X-Correlation-Id").Single(), problem.GetProperty("correlationId").GetString());
        Assert.Equal(32, problem.GetProperty("correlationId").GetString()!.Length);
        if (status is 429 or 503) Assert.NotNull(response.Headers.RetryAfter);
        if (status == 405) Assert.Equal(["GET", "HEAD", "PUT"], response.Content.Headers.Allow.Order());
        Assert.Equal(status == 500 ? 1 : 0, service.Logs.Lines.Count(line => line.Level >= Microsoft.Extensions.Logging.LogLevel.Error));
    }

    [Theory]
    [InlineData(null, "zh-CN", "找不到")]
    [InlineData("en", "en", "Not found")]
    [InlineData("en-GB;q=0.5, zh;q=0.9", "zh-CN", "找不到")]
    [InlineData("fr, en;q=0.1", "en", "Not found")]
    [InlineData("en;q=0, zh;q=0.1", "zh-CN", "找不到")]
    [InlineData(";;;===", "zh-CN", "找不到")]
    public async Task Title_FollowsTheCallersLanguage(string? accept, string language, string title)
    {
        await using var service = await StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/nothing");
        if (accept is not null) request.Headers.TryAddWithoutValidation("Accept-Language", accept);
        using var response = await service.Client.SendAsync(request, Cancellation);
        Assert.Equal(title, (await ProblemOf(response, 404)).GetProperty("title").GetString());
        Assert.Equal([language], response.Content.Headers.ContentLanguage);
    }

    private Task<TestService> StartAsync() => StartAsync(postgres);

    internal static async Task<TestService> StartAsync(PostgresServer postgres) =>
        await TestService.StartAsync(await postgres.NewDatabaseAsync(), Map, settings: [("Hosting:RequestTimeout", "00:00:01")]);

    private static void Map(WebApplication app)
    {
        var api = app.MapGroup("/api/v1").RequireRoles("manager");
        api.MapGet("/things/{id}", IResult (int id) => id == 0 ? TypedResults.NotFound() : TypedResults.Ok(new { id }));
        api.MapPut("/things/{id}", (int id, JsonBody<Thing> thing) => TypedResults.Ok(thing.Value));
        api.MapPost("/plain", (Plain plain) => TypedResults.Ok(plain));
        api.MapGet("/crash", string () => throw new InvalidOperationException("secret inside 13812345678"));
        api.MapGet("/full", string () => throw new EventLogFullException("secret inside"));
        api.MapGet("/log-down", string () => throw new EventLogUnavailableException("secret inside"));
        api.MapGet("/database-down", string () => throw new NpgsqlException("secret inside", new TimeoutException()));
        api.MapGet("/slow", async (CancellationToken cancellation) => await Task.Delay(Timeout.Infinite, cancellation));
        app.MapGet("/api/v1/admin", () => "").RequireRoles("admin");
    }

    internal static async Task<JsonElement> ProblemOf(HttpResponseMessage response, int status)
    {
        var text = await response.Content.ReadAsStringAsync(Cancellation);
        Assert.True((HttpStatusCode)status == response.StatusCode, $"{response.StatusCode}: {text}");
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.ToString());
        var problem = JsonDocument.Parse(text).RootElement;
        Assert.Equal(status, problem.GetProperty("status").GetInt32());
        Assert.DoesNotContain("secret", text, StringComparison.Ordinal);
        Assert.DoesNotContain("Exception", text, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", text, StringComparison.Ordinal);
        return problem;
    }

    private sealed record Plain(int Count, string? Name);

    private sealed record Thing(string Name, long Amount, bool Active, DateOnly Day) : IJsonInput<Thing>
    {
        public static Thing Read(JsonFields fields) =>
            new(fields.String("name", max: 5), fields.Integer("amount", min: 0), fields.Bool("active"), fields.Date("day"));
    }
}
