using System.Text.Json;
using ECommerce.Channels.Contracts;
using ECommerce.Channels.Testing;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Xunit;

namespace ECommerce.Channels.Care.Tests.Knowledge;

/// <summary>Articles over HTTP and a real database. Whoever calls is named as their role: <c>user:agent</c> and so on.</summary>
internal sealed class KnowledgeHost : IAsyncDisposable
{
    public const string Root = "/api/v1/care/articles";

    private KnowledgeHost(CareHost care) => Care = care;

    public CareHost Care { get; }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static async Task<KnowledgeHost> StartAsync(PostgresServer postgres)
    {
        var host = new KnowledgeHost(await CareHost.StartAsync(postgres, ("Tickets:Interval", "01:00:00")));
        await host.Care.TellCatalogueAsync(Cancellation);
        return host;
    }

    public static object Draft(string title = "如何查询话费余额", string body = "发送 YE 到 10086。", string audience = "customer", params string[] tags) =>
        new { title, body, audience, tags };

    /// <summary>A new article; its id.</summary>
    public async Task<string> CreateAsync(
        string title = "如何查询话费余额", string body = "发送 YE 到 10086。", string audience = "customer", string language = "zh-CN", string[]? tags = null,
        string? service = null, string? product = null, string? translationOf = null)
    {
        var article = new { language, title, body, audience, tags = tags ?? [], service, product, translationOf };
        return (await SendAsync(HttpMethod.Post, Root, article, 201, Roles.Agent)).Text("id")!;
    }

    /// <summary>The last draft submitted by an agent and approved by a supervisor.</summary>
    public async Task<string> PublishAsync(string id)
    {
        var submitted = await ActAsync(id, "submit");
        await ActAsync(id, "approve", role: Roles.Supervisor, ifMatch: submitted.Tag());
        return id;
    }

    public Task<JsonElement> ActAsync(string id, string action, object? body = null, string role = Roles.Agent, string? ifMatch = null) =>
        SendAsync(HttpMethod.Post, $"{Root}/{id}/{action}", body, 200, role, ifMatch);

    public Task<JsonElement> DraftAsync(string id, object draft, string role = Roles.Agent, string? ifMatch = null) =>
        SendAsync(HttpMethod.Put, $"{Root}/{id}/draft", draft, 200, role, ifMatch);

    public Task<JsonElement> GetAsync(string id, string role = Roles.Agent) => SendAsync(HttpMethod.Get, $"{Root}/{id}", null, 200, role);

    public async Task<JsonElement[]> SearchAsync(object query, string role = Roles.Agent) =>
        [.. (await SendAsync(HttpMethod.Post, Root + "/search", query, 200, role)).GetProperty("hits").EnumerateArray()];

    public async Task<string[]> FoundAsync(object query, string role = Roles.Agent) => [.. (await SearchAsync(query, role)).Select(hit => hit.Text("id")!)];

    public async Task<string[]> IdsAsync(string filter, string role = Roles.Agent) =>
        [.. (await SendAsync(HttpMethod.Get, Root + filter, null, 200, role)).GetProperty("items").EnumerateArray().Select(one => one.Text("id")!)];

    public async Task<JsonElement> SendAsync(HttpMethod method, string path, object? body, int expected, string role = Roles.Admin, string? ifMatch = null)
    {
        var (status, answer) = await CallAsync(method, path, body, role, ifMatch);
        Assert.True(status == expected, $"{method} {path}: {status} {(answer.ValueKind == JsonValueKind.Undefined ? "" : answer.GetRawText())}");
        return answer;
    }

    public Task<(int Status, JsonElement Body)> CallAsync(HttpMethod method, string path, object? body, string role, string? ifMatch = null) =>
        Care.CallAsync(method, path, body, role, Cancellation, ifMatch);

    public async Task<List<string>> ReadAsync(string sql)
    {
        await using var command = Care.Services.GetRequiredService<NpgsqlDataSource>().CreateCommand(sql);
        await using var reader = await command.ExecuteReaderAsync(Cancellation);
        var rows = new List<string>();
        while (await reader.ReadAsync(Cancellation)) rows.Add(reader.IsDBNull(0) ? "null" : reader.GetValue(0).ToString()!);
        return rows;
    }

    public ValueTask DisposeAsync() => Care.DisposeAsync();
}

internal static class ArticleReading
{
    public static string? Text(this JsonElement one, string field) => one.GetProperty(field).GetString();

    public static int Number(this JsonElement one, string field) => one.GetProperty(field).GetInt32();

    /// <summary>The entity tag of an article as it was answered.</summary>
    public static string Tag(this JsonElement article) => $"\"{article.Number("revision")}\"";

    public static string[] History(this JsonElement detail) => [.. detail.GetProperty("history").EnumerateArray().Select(line => line.Text("what")!)];
}
