using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using ECommerce.Channels.Platform.Audit;
using ECommerce.Channels.Platform.Tests.Hosting;
using ECommerce.Channels.Testing;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace ECommerce.Channels.Platform.Tests.Audit;

public sealed class AuditApiTests(PostgresServer postgres)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("/api/v1/probe/audit", "admin", HttpStatusCode.OK)]
    [InlineData("/api/v1/probe/audit", "sre", HttpStatusCode.Forbidden)]
    [InlineData("/api/v1/probe/audit", null, HttpStatusCode.Unauthorized)]
    [InlineData("/api/v1/probe/audit/verify", "admin", HttpStatusCode.OK)]
    [InlineData("/api/v1/probe/audit/verify", "sre", HttpStatusCode.OK)]
    [InlineData("/api/v1/probe/audit/verify", "manager", HttpStatusCode.Forbidden)]
    [InlineData("/api/v1/probe/audit/verify", null, HttpStatusCode.Unauthorized)]
    public async Task Route_ByRole_OpensToThoseAlone(string path, string? role, HttpStatusCode expected)
    {
        await using var service = await StartAsync();
        using var response = await GetAsync(service, path, role);
        Assert.Equal(expected, response.StatusCode);
    }

    [Fact]
    public async Task Read_ManyRows_PagesNewestFirstWithoutGapWhileRowsCome()
    {
        await using var service = await StartAsync();
        var log = service.Services.GetRequiredService<AuditLog>();
        for (var i = 1; i <= 25; i++) await log.AppendAsync(new AuditEntry("user:ann", "key.created", $"key:{i}", new { i }), Cancellation);

        var numbers = new List<long>();
        for (string? next = ""; next is not null;)
        {
            var page = await JsonAsync(service, "/api/v1/probe/audit?limit=10" + (next.Length == 0 ? "" : "&cursor=" + next), "admin");
            numbers.AddRange(page.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("number").GetInt64()));
            next = page.TryGetProperty("next", out var cursor) ? cursor.GetString() : null;
            await log.AppendAsync(new AuditEntry("user:ann", "key.created", "later"), Cancellation);
        }

        Assert.Equal(Enumerable.Range(1, 25).Reverse().Select(i => (long)i), numbers);
        var newest = (await JsonAsync(service, "/api/v1/probe/audit?limit=1", "admin")).GetProperty("items")[0];
        Assert.Equal("later", newest.GetProperty("subject").GetString());
        using var wrong = await GetAsync(service, "/api/v1/probe/audit?limit=0&cursor=x", "admin");
        Assert.Equal(HttpStatusCode.BadRequest, wrong.StatusCode);
    }

    [Fact]
    public async Task Verify_Tampered_NamesTheRowInTheCallersLanguage()
    {
        await using var service = await StartAsync();
        var log = service.Services.GetRequiredService<AuditLog>();
        for (var i = 1; i <= 3; i++) await log.AppendAsync(new AuditEntry("user:ann", "key.created", $"key:{i}"), Cancellation);
        Assert.True((await JsonAsync(service, "/api/v1/probe/audit/verify", "sre")).GetProperty("intact").GetBoolean());

        await using (var command = service.Services.GetRequiredService<Npgsql.NpgsqlDataSource>().CreateCommand(
            "SET session_replication_role = replica; UPDATE probe.audit_log SET subject = 'key:9' WHERE number = 2; RESET session_replication_role"))
            await command.ExecuteNonQueryAsync(Cancellation);

        var answer = await JsonAsync(service, "/api/v1/probe/audit/verify", "sre");
        Assert.False(answer.GetProperty("intact").GetBoolean());
        Assert.Equal(1, answer.GetProperty("rows").GetInt64());
        Assert.Equal("altered", answer.GetProperty("finding").GetProperty("kind").GetString());
        Assert.Equal(2, answer.GetProperty("finding").GetProperty("number").GetInt64());
        Assert.Equal("第 2 条记录被改动", answer.GetProperty("finding").GetProperty("text").GetString());
    }

    private async Task<TestService> StartAsync() =>
        await TestService.StartAsync(await postgres.NewDatabaseAsync(), app => app.MapAudit("probe"));

    private static async Task<JsonElement> JsonAsync(TestService service, string path, string role)
    {
        using var response = await GetAsync(service, path, role);
        var text = await response.Content.ReadAsStringAsync(Cancellation);
        Assert.True(response.IsSuccessStatusCode, text);
        return JsonDocument.Parse(text).RootElement;
    }

    private static async Task<HttpResponseMessage> GetAsync(TestService service, string path, string? role)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Authorization = role is null ? null : new AuthenticationHeaderValue("Test", "user:eve " + role);
        service.Client.DefaultRequestHeaders.Authorization = null;
        return await service.Client.SendAsync(request, Cancellation);
    }
}
