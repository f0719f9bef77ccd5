using System.Net.Http.Json;
using System.Text.Json;
using ECommerce.Channels.Platform.Hosting;
using ECommerce.Channels.Platform.Security;
using ECommerce.Channels.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Xunit;

namespace ECommerce.Channels.Platform.Tests.Hosting;

/// <summary>Pages, entity tags, and the document that says so.</summary>
public sealed class EditTests(PostgresServer postgres)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(null, 428)]
    [InlineData("\"4\"", 412)]
    [InlineData("W/\"5\"", 412)]
    [InlineData("\"5\"", 200)]
    [InlineData("\"4\", \"5\"", 200)]
    [InlineData("*", 200)]
    [InlineData("5", 400)]
    public async Task IfMatch_Decides(string? header, int status)
    {
        await using var service = await StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Put, "/api/v1/thing");
        if (header is not null) request.Headers.TryAddWithoutValidation("If-Match", header);
        using var response = await service.Client.SendAsync(request, Cancellation);
        Assert.Equal(status, (int)response.StatusCode);
        if (status >= 400) await ErrorTests.ProblemOf(response, status);
    }

    [Theory]
    [InlineData("W/\"5\"", 304)]
    [InlineData("\"5\"", 304)]
    [InlineData("\"6\"", 200)]
    public async Task IfNoneMatch_Of_WhatTheCallerHas_Is304(string header, int status)
    {
        await using var service = await StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/thing");
        request.Headers.TryAddWithoutValidation("If-None-Match", header);
        using var response = await service.Client.SendAsync(request, Cancellation);
        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal("\"5\"", response.Headers.ETag?.Tag);
    }

    [Fact]
    public async Task Pages_FollowedByCursor_GiveEveryItemOnce()
    {
        await using var service = await StartAsync();
        var seen = new List<int>();
        string? next = null;
        do
        {
            var page = await service.Client.GetFromJsonAsync<JsonElement>($"/api/v1/list?limit=7&cursor={next}", Cancellation);
            var items = page.GetProperty("items").EnumerateArray().Select(item => item.GetInt32()).ToList();
            Assert.True(items.Count <= 7);
            seen.AddRange(items);
            next = page.GetProperty("next").GetString();
        }
        while (next is not null);
        Assert.Equal(Enumerable.Range(1, 50), seen);
    }

    [Theory]
    [InlineData("limit=0", "limit")]
    [InlineData("limit=201", "limit")]
    [InlineData("limit=x&cursor=!", "cursor,limit")]
    [InlineData("limit=2147483648", "limit")]
    [InlineData("cursor=WyJ4Il0", "cursor")]
    [InlineData("cursor=WyIxIiwiMiJd", "cursor")]
    [InlineData("cursor=bnVsbA", "cursor")]
    [InlineData("cursor=W251bGxd", "cursor")]
    public async Task Pages_AskedWrongly_Are400NamingTheParameter(string query, string fields)
    {
        await using var service = await StartAsync();
        using var response = await service.Client.GetAsync("/api/v1/list?" + query, Cancellation);
        var problem = await ErrorTests.ProblemOf(response, 400);
        Assert.Equal(fields, string.Join(',', problem.GetProperty("errors").EnumerateObject().Select(error => error.Name)));
    }

    [Fact]
    public async Task Document_NamesRolesProblemsAndStrictIntegers()
    {
        await using var service = await StartAsync();
        service.Client.DefaultRequestHeaders.Authorization = null;
        var document = await service.Client.GetFromJsonAsync<JsonElement>("/openapi/v1.json", Cancellation);
        var put = document.GetProperty("paths").GetProperty("/api/v1/thing").GetProperty("put");
        Assert.Equal("manager", put.GetProperty("x-roles")[0].GetString());
        Assert.Equal(2, put.GetProperty("security").GetArrayLength());
        Assert.Equal("#/components/schemas/Problem", put.GetProperty("responses").GetProperty("503").GetProperty("content")
            .GetProperty("application/problem+json").GetProperty("schema").GetProperty("$ref").GetString());
        var status = document.GetProperty("components").GetProperty("schemas").GetProperty("Problem").GetProperty("properties").GetProperty("status");
        Assert.Equal("integer", status.GetProperty("type").GetString());
        var list = document.GetProperty("paths").GetProperty("/api/v1/list").GetProperty("get");
        Assert.Equal(["limit", "cursor"], list.GetProperty("parameters").EnumerateArray().Select(parameter => parameter.GetProperty("name").GetString()));
        Assert.False(document.GetProperty("paths").TryGetProperty("/health/live", out _));
    }

    private async Task<TestService> StartAsync() => await TestService.StartAsync(await postgres.NewDatabaseAsync(), Map);

    private static void Map(WebApplication app)
    {
        var api = app.MapGroup("/api/v1").RequireRoles("manager");
        api.MapPut("/thing", Results<Ok, Problem> (HttpRequest request) =>
            EntityTags.IfMatch(request, current: 5, required: true) is { } problem ? problem : TypedResults.Ok());
        api.MapGet("/thing", Results<Ok<string>, StatusCodeHttpResult> (HttpContext context) =>
        {
            context.Response.Tag(5);
            return EntityTags.IsKnown(context.Request, 5) ? TypedResults.StatusCode(304) : TypedResults.Ok("thing");
        });
        api.MapGet("/list", Ok<Page<int>> (PageRequest request) =>
        {
            var after = (int)(request.AfterNumber() ?? 0);
            var read = Enumerable.Range(1, 50).Where(item => item > after).Take(request.Limit + 1).ToList();
            return TypedResults.Ok(Page<int>.Of(read, request, item => [item.ToString()]));
        });
    }
}
