using System.Collections.Concurrent;
using System.Net;
using System.Text;
using ECommerce.Channels.Platform.Hosting;
using ECommerce.Channels.Platform.Security;
using ECommerce.Channels.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Xunit;

namespace ECommerce.Channels.Platform.Tests.Hosting;

public sealed class IdempotencyTests(PostgresServer postgres)
{
    private readonly ConcurrentDictionary<string, int> executions = new();
    private readonly TaskCompletionSource gate = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task SameKey_AHundredAtOnce_ExecutesOnceAndAnswersTheSameBytes()
    {
        await using var service = await StartAsync();
        var answers = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => UntilDoneAsync(service, "k1", "{\"a\":1}")));
        Assert.Equal(1, executions["/api/v1/tickets"]);
        Assert.Single(answers.Select(answer => answer.Body).Distinct());
        Assert.Equal(1, answers.Count(answer => !answer.Replayed));
        Assert.All(answers, answer => Assert.Equal("/api/v1/tickets/7", answer.Location));
        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.Created, answer.Status));
    }

    [Fact]
    public async Task SameKey_WhileRunning_Answers409()
    {
        await using var service = await StartAsync();
        var first = SendAsync(service, "/api/v1/wait", "k", "{}");
        await Poll.UntilAsync(() => executions.ContainsKey("/api/v1/wait"));
        using var second = await SendAsync(service, "/api/v1/wait", "k", "{}");
        await ErrorTests.ProblemOf(second, 409);
        Assert.NotNull(second.Headers.RetryAfter);
        gate.SetResult();
        using var done = await first;
        Assert.Equal(HttpStatusCode.OK, done.StatusCode);
        Assert.Equal(1, executions["/api/v1/wait"]);
    }

    [Theory]
    [InlineData("/api/v1/tickets", "{\"a\":2}")]
    [InlineData("/api/v1/tickets?b=1", "{\"a\":1}")]
    public async Task SameKey_OtherContent_Answers422(string path, string body)
    {
        await using var service = await StartAsync();
        using var first = await SendAsync(service, "/api/v1/tickets", "k", "{\"a\":1}");
        using var second = await SendAsync(service, path, "k", body);
        await ErrorTests.ProblemOf(second, 422);
        Assert.Equal(1, executions["/api/v1/tickets"]);
    }

    [Fact]
    public async Task SameKey_OtherCallerOrRoute_IsAnotherCall()
    {
        await using var service = await StartAsync();
        using var first = await SendAsync(service, "/api/v1/tickets", "k", "{}");
        using var other = await SendAsync(service, "/api/v1/tickets", "k", "{}", caller: "user:bob manager");
        using var route = await SendAsync(service, "/api/v1/orders", "k", "{}");
        Assert.Equal(2, executions["/api/v1/tickets"]);
        Assert.Equal(1, executions["/api/v1/orders"]);
        Assert.False(other.Headers.Contains("Idempotency-Replayed"));
    }

    [Theory]
    [InlineData(400, 2)]
    [InlineData(403, 2)]
    [InlineData(413, 2)]
    [InlineData(429, 2)]
    [InlineData(503, 2)]
    [InlineData(404, 1)]
    [InlineData(409, 1)]
    [InlineData(500, 1)]
    public async Task Answer_IsKept_OnlyWhereTheCallWasExecuted(int status, int executed)
    {
        await using var service = await StartAsync();
        var path = $"/api/v1/answer/{status}";
        using var first = await SendAsync(service, path, "k", "{}");
        using var second = await SendAsync(service, path, "k", "{}");
        Assert.Equal(status, (int)first.StatusCode);
        Assert.Equal(status, (int)second.StatusCode);
        Assert.Equal(executed, executions[path]);
        Assert.Equal(executed == 1, second.Headers.Contains("Idempotency-Replayed"));
        if (executed == 1)
            Assert.Equal(await first.Content.ReadAsStringAsync(Cancellation), await second.Content.ReadAsStringAsync(Cancellation));
    }

    [Fact]
    public async Task Crash_OfTheHandler_IsAnsweredAndKeptAs500()
    {
        await using var service = await StartAsync();
        using var first = await SendAsync(service, "/api/v1/crash", "k", "{}");
        using var second = await SendAsync(service, "/api/v1/crash", "k", "{}");
        await ErrorTests.ProblemOf(first, 500);
        Assert.Equal(await first.Content.ReadAsStringAsync(Cancellation), await second.Content.ReadAsStringAsync(Cancellation));
        Assert.Equal(1, executions["/api/v1/crash"]);
        Assert.Equal(1, service.Logs.Lines.Count(line => line.Level == Microsoft.Extensions.Logging.LogLevel.Error));
    }

    [Theory]
    [InlineData("")]
    [InlineData("a\tb")]
    [InlineData("long")]
    public async Task Key_ThatIsNone_IsBadInput(string key)
    {
        await using var service = await StartAsync();
        using var response = await SendAsync(service, "/api/v1/tickets", key == "long" ? new string('x', 256) : key, "{}");
        var problem = await ErrorTests.ProblemOf(response, 400);
        Assert.True(problem.GetProperty("errors").TryGetProperty("Idempotency-Key", out _));
    }

    [Fact]
    public async Task Lease_OfACrashedExecution_RunsOut()
    {
        var connection = await postgres.NewDatabaseAsync();
        await using var service = await StartAsync(connection);
        using var first = await SendAsync(service, "/api/v1/tickets", "k", "{}");
        await using var database = NpgsqlDataSource.Create(connection);
        await ExecuteAsync(database, "UPDATE probe.idempotency_keys SET lease_until = now() + interval '1 hour', status = null");
        using var running = await SendAsync(service, "/api/v1/tickets", "k", "{}");
        Assert.Equal(HttpStatusCode.Conflict, running.StatusCode);
        await ExecuteAsync(database, "UPDATE probe.idempotency_keys SET lease_until = now() - interval '1 second'");
        using var again = await SendAsync(service, "/api/v1/tickets", "k", "{}");
        Assert.Equal(HttpStatusCode.Created, again.StatusCode);
        Assert.Equal(2, executions["/api/v1/tickets"]);
    }

    [Fact]
    public async Task Lease_OfALongExecution_IsRenewed()
    {
        await using var service = await StartAsync(await postgres.NewDatabaseAsync(), ("Idempotency:Lease", "00:00:01"));
        var first = SendAsync(service, "/api/v1/wait", "k", "{}");
        await Poll.UntilAsync(() => executions.ContainsKey("/api/v1/wait"));
        var until = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(until) < TimeSpan.FromSeconds(2.5))
        {
            using var second = await SendAsync(service, "/api/v1/wait", "k", "{}");
            Assert.Equal(HttpStatusCode.Conflict, second.StatusCode);
        }
        gate.SetResult();
        using var done = await first;
        Assert.Equal(1, executions["/api/v1/wait"]);
    }

    [Fact]
    public async Task LargeBody_IsHashedAsItPasses_AndTheAnswerIsNowhereInClear()
    {
        var connection = await postgres.NewDatabaseAsync();
        await using var service = await StartAsync(connection);
        var large = string.Concat(Enumerable.Repeat("{\"line\":\"0123456789\"}\n", 700_000));
        using var first = await SendAsync(service, "/api/v1/length", "k", large);
        using var second = await SendAsync(service, "/api/v1/length", "k", large);
        using var third = await SendAsync(service, "/api/v1/length", "k", large + "\n");
        Assert.Equal("\"secret " + large.Length + "\"", await first.Content.ReadAsStringAsync(Cancellation));
        Assert.True(second.Headers.Contains("Idempotency-Replayed"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, third.StatusCode);
        await using var database = NpgsqlDataSource.Create(connection);
        await using var command = database.CreateCommand("SELECT count(*) FROM probe.idempotency_keys WHERE position('secret'::bytea in body) > 0");
        Assert.Equal(0L, await command.ExecuteScalarAsync(Cancellation));
    }

    [Fact]
    public async Task Prune_RemovesWhatIsOlderThanKept()
    {
        var connection = await postgres.NewDatabaseAsync();
        await using var service = await StartAsync(connection);
        using var first = await SendAsync(service, "/api/v1/tickets", "old", "{}");
        await using var database = NpgsqlDataSource.Create(connection);
        await ExecuteAsync(database, "UPDATE probe.idempotency_keys SET created_at = now() - interval '49 hours'");
        using var second = await SendAsync(service, "/api/v1/tickets", "new", "{}");
        Assert.Equal(1, await service.Services.GetRequiredService<IdempotencyStore>().PruneAsync(Cancellation));
    }

    private static async Task ExecuteAsync(NpgsqlDataSource database, string sql)
    {
        await using var command = database.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(Cancellation);
    }

    private static async Task<(HttpStatusCode Status, string Body, string? Location, bool Replayed)> UntilDoneAsync(
        TestService service, string key, string body)
    {
        while (true)
        {
            using var response = await SendAsync(service, "/api/v1/tickets", key, body);
            if (response.StatusCode == HttpStatusCode.Conflict) continue;
            var text = await response.Content.ReadAsStringAsync(Cancellation);
            return (response.StatusCode, text, response.Headers.Location?.ToString(), response.Headers.Contains("Idempotency-Replayed"));
        }
    }

    private static async Task<HttpResponseMessage> SendAsync(TestService service, string path, string key, string body, string? caller = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path);
        request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        request.Headers.TryAddWithoutValidation("Idempotency-Key", key);
        if (caller is not null) request.Headers.TryAddWithoutValidation("Authorization", "Test " + caller);
        return await service.Client.SendAsync(request, Cancellation);
    }

    private async Task<TestService> StartAsync() => await StartAsync(await postgres.NewDatabaseAsync());

    private Task<TestService> StartAsync(string connection, params (string, string)[] settings) =>
        TestService.StartAsync(connection, Map, settings: settings);

    private void Map(WebApplication app)
    {
        var api = app.MapGroup("/api/v1").RequireRoles("manager");
        api.MapPost("/tickets", (HttpContext context) => TypedResults.Created("/api/v1/tickets/7", new { Number = Count(context), Id = Guid.NewGuid() }));
        api.MapPost("/orders", (HttpContext context) => TypedResults.Ok(Count(context)));
        api.MapPost("/answer/{status}", (HttpContext context, int status) => Answer(context, status));
        api.MapPost("/crash", (HttpContext context) => Count(context) > 0 ? throw new InvalidOperationException("secret") : "");
        api.MapPost("/wait", async (HttpContext context) =>
        {
            Count(context);
            await gate.Task.WaitAsync(Cancellation);
            return "";
        });
        api.MapPost("/length", async (HttpContext context) =>
        {
            using var reader = new StreamReader(context.Request.Body);
            var length = (await reader.ReadToEndAsync(Cancellation)).Length;
            return TypedResults.Ok("secret " + length);
        }).WithBodyLimit(32 << 20);
    }

    private IResult Answer(HttpContext context, int status)
    {
        Count(context);
        return status == 404 ? TypedResults.StatusCode(404) : Problem.Of(status, "test", new Text("测试", "Test"));
    }

    private int Count(HttpContext context) => executions.AddOrUpdate(context.Request.Path, 1, (_, count) => count + 1);
}
