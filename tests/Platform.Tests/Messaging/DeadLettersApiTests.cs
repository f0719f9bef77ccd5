using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using ECommerce.Channels.Contracts;
using ECommerce.Channels.Platform.Messaging;
using ECommerce.Channels.Platform.Tests.Hosting;
using ECommerce.Channels.Testing;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Xunit;

namespace ECommerce.Channels.Platform.Tests.Messaging;

public sealed class DeadLettersApiTests(PostgresServer postgres)
{
    private const string Path = "/api/v1/probe/dead-letters";

    private static CancellationToken Ending => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("GET", "", "sre", HttpStatusCode.OK)]
    [InlineData("GET", "", "admin", HttpStatusCode.OK)]
    [InlineData("GET", "", "manager", HttpStatusCode.Forbidden)]
    [InlineData("GET", "", null, HttpStatusCode.Unauthorized)]
    [InlineData("GET", "/1", "manager", HttpStatusCode.Forbidden)]
    [InlineData("GET", "/1", "sre", HttpStatusCode.NotFound)]
    [InlineData("POST", "/1/replay", "agent", HttpStatusCode.Forbidden)]
    [InlineData("POST", "/1/replay", "sre", HttpStatusCode.NotFound)]
    [InlineData("POST", "/1/resolve", "portal", HttpStatusCode.Forbidden)]
    [InlineData("POST", "/1/resolve", "admin", HttpStatusCode.NotFound)]
    [InlineData("GET", "?state=shut", "sre", HttpStatusCode.BadRequest)]
    [InlineData("GET", "?cursor=x", "sre", HttpStatusCode.BadRequest)]
    public async Task Route_ByRole_Answers(string method, string path, string? role, HttpStatusCode expected)
    {
        await using var service = await StartAsync();
        using var response = await SendAsync(service, method, Path + path, role);
        Assert.Equal(expected, response.StatusCode);
    }

    [Fact]
    public async Task List_SevenLetters_PagesNewestFirstAndSettlesOne()
    {
        await using var service = await StartAsync();
        await AddAsync(service, 7);
        var first = await JsonAsync(service, "GET", Path + "?limit=5");
        Assert.Equal([6L, 5, 4, 3, 2], Offsets(first));
        var second = await JsonAsync(service, "GET", $"{Path}?limit=5&cursor={first.GetProperty("next").GetString()}");
        Assert.Equal([1L, 0], Offsets(second));

        var id = second.GetProperty("items")[0].GetProperty("id").GetInt64();
        var one = await JsonAsync(service, "GET", $"{Path}/{id}");
        Assert.Equal("call *********** now", one.GetProperty("value").GetString());
        using (var replay = await SendAsync(service, "POST", $"{Path}/{id}/replay", "sre")) Assert.Equal(HttpStatusCode.Conflict, replay.StatusCode);
        using (var resolve = await SendAsync(service, "POST", $"{Path}/{id}/resolve", "sre")) Assert.Equal(HttpStatusCode.NoContent, resolve.StatusCode);
        var open = await JsonAsync(service, "GET", Path + "?state=open");
        Assert.Equal(6, Offsets(open).Length);
    }

    private async Task<TestService> StartAsync()
    {
        var connection = await postgres.NewDatabaseAsync();
        return await TestService.StartAsync(connection, app => app.MapDeadLetters(Path), add: builder =>
        {
            builder.Configuration["ConnectionStrings:log"] = connection;
            builder.Services.AddEventLog();
            builder.Services.AddDeadLetters();
        });
    }

    private static async Task AddAsync(TestService service, int count)
    {
        await using var connection = await service.Services.GetRequiredService<NpgsqlDataSource>().OpenConnectionAsync(Ending);
        await using var transaction = await connection.BeginTransactionAsync(Ending);
        for (var i = 0; i < count; i++)
            await service.Services.GetRequiredService<DeadLetters>().AddAsync(
                transaction, "g", Topics.Tickets.Name, 0, i, "c_1"u8.ToArray(), "call 13812345678 now"u8.ToArray(), "unreadable", cancellation: Ending);
        await transaction.CommitAsync(Ending);
    }

    private static long[] Offsets(JsonElement page) =>
        [.. page.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("offset").GetInt64())];

    private static async Task<JsonElement> JsonAsync(TestService service, string method, string path)
    {
        using var response = await SendAsync(service, method, path, "sre");
        var text = await response.Content.ReadAsStringAsync(Ending);
        Assert.True(response.IsSuccessStatusCode, text);
        return JsonDocument.Parse(text).RootElement;
    }

    private static async Task<HttpResponseMessage> SendAsync(TestService service, string method, string path, string? role)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        request.Headers.Authorization = role is null ? null : new AuthenticationHeaderValue("Test", "user:eve " + role);
        service.Client.DefaultRequestHeaders.Authorization = null;
        return await service.Client.SendAsync(request, Ending);
    }
}
