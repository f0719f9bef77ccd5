using System.Text.Json;
using ECommerce.Channels.Console.Tests.Harness;

namespace ECommerce.Channels.Console.Tests.Desk;

/// <summary>Customers who write, as their portal would say it, and what colleagues do meanwhile.</summary>
internal sealed class Served(RunningSuite suite)
{
    private const string Root = "/api/v1/care/conversations";
    private int count;

    /// <summary>A customer of the directory comes with some words.</summary>
    /// <returns>The conversation's id.</returns>
    public async Task<string> ComesAsync(string text, string tier = "gold", string skill = "billing", string language = "en")
    {
        var customer = $"c_test{Guid.NewGuid().ToString("N")[..10]}x{count++}";
        await suite.SendAsync(HttpMethod.Put, $"/api/v1/care/customers/{customer}", new { tier, stage = "mature", brand = "gotone", language, tags = new[] { "5g" }, address = "1 Some Street", manager = "li.na" }, "portal");
        await suite.SendAsync(HttpMethod.Post, $"/api/v1/care/customers/{customer}/consents", new { purpose = "care", channel = "app", given = true }, "portal");
        var one = await suite.SendAsync(HttpMethod.Post, Root, new { customer, channel = "app", skill, language, text }, "portal");
        return one.GetProperty("id").GetString()!;
    }

    public Task SaysAsync(string id, string text) =>
        suite.SendAsync(HttpMethod.Post, $"{Root}/{id}/messages", new { clientId = Guid.NewGuid().ToString("N"), text }, "portal");

    /// <summary>A colleague takes it over, answers, and gives it back.</summary>
    public async Task IsAnsweredByAColleagueAsync(string id, string text, string backTo)
    {
        var seen = (await ThreadAsync(id)).GetProperty("conversation").GetProperty("lastSeq").GetInt64();
        await suite.SendAsync(HttpMethod.Post, $"{Root}/{id}/assign", new { }, "supervisor");
        await suite.SendAsync(HttpMethod.Post, $"{Root}/{id}/messages", new { clientId = Guid.NewGuid().ToString("N"), text, seen }, "supervisor");
        await suite.SendAsync(HttpMethod.Post, $"{Root}/{id}/assign", new { agent = backTo }, "supervisor");
    }

    public Task<JsonElement> ThreadAsync(string id) => suite.GetAsync($"{Root}/{id}", "supervisor");

    public async Task<string?> StateAsync(string id) => (await ThreadAsync(id)).GetProperty("conversation").GetProperty("state").GetString();

    /// <summary>What agents said, and what they noted.</summary>
    public async Task<IReadOnlyList<string>> SaidAsync(string id, string kind = "text") =>
    [
        .. (await ThreadAsync(id)).GetProperty("messages").EnumerateArray()
            .Where(one => one.GetProperty("side").GetString() == "agent" && one.GetProperty("kind").GetString() == kind).Select(one => one.GetProperty("text").GetString()!),
    ];

    /// <summary>Nobody waits and nobody is served.</summary>
    public async Task ClearAsync()
    {
        foreach (var state in new[] { "waiting", "active" })
        {
            var found = await suite.GetAsync($"{Root}?state={state}&limit=200", "supervisor");
            foreach (var one in found.GetProperty("items").EnumerateArray())
                await suite.SendAsync(HttpMethod.Post, $"{Root}/{one.GetProperty("id").GetString()}/close", new { reason = "other" }, "supervisor");
        }
    }

    /// <summary>An article that customers may read, approved by somebody else than its author.</summary>
    public async Task ArticleAsync(string title, string body)
    {
        var made = await suite.SendAsync(HttpMethod.Post, "/api/v1/care/articles", new { language = "en", title, body, audience = "customer" }, "agent");
        var id = made.GetProperty("id").GetString();
        await suite.SendAsync(HttpMethod.Post, $"/api/v1/care/articles/{id}/submit", null, "agent");
        await suite.SendAsync(HttpMethod.Post, $"/api/v1/care/articles/{id}/approve", null, "supervisor", anyVersion: true);
    }

    public Task SkillsAsync(string user, string[] skills, int capacity = 4) =>
        suite.SendAsync(HttpMethod.Put, $"/api/v1/care/agents/{user}", new { skills, capacity }, "supervisor");
}
