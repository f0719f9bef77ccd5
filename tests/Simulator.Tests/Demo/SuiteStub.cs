using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace ECommerce.Channels.Simulator.Tests.Demo;

/// <summary>The suite's API as the simulator sees it: takes transactions, and can be told to refuse.</summary>
internal sealed class SuiteStub : IAsyncDisposable
{
    private readonly WebApplication app;

    private SuiteStub(WebApplication app) => this.app = app;

    public Uri Address => new(app.Urls.Single());

    /// <summary>Ids of the transactions that were taken, and how often.</summary>
    public ConcurrentDictionary<string, int> Taken { get; } = new();

    /// <summary>Everything else that was asked, with its body.</summary>
    public ConcurrentQueue<(string Call, string Body)> Asked { get; } = new();

    /// <summary>Answers these instead, one after the other.</summary>
    public ConcurrentQueue<int> Refusals { get; } = new();

    /// <summary>A source that delivered something already; null for none.</summary>
    public string? OtherSource { get; set; }

    /// <summary>What forgetting is answered.</summary>
    public int Forget { get; set; } = 200;

    public static async Task<SuiteStub> StartAsync()
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = "Production" });
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var stub = new SuiteStub(builder.Build());
        stub.app.Run(stub.AnswerAsync);
        await stub.app.StartAsync();
        return stub;
    }

    public async ValueTask DisposeAsync() => await app.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body);
        var body = await reader.ReadToEndAsync();
        var call = $"{context.Request.Method} {context.Request.Path}";
        if (call == "POST /api/v1/kpi/transactions")
        {
            await TakeAsync(context, body);
            return;
        }
        Asked.Enqueue((call, body));
        object? answer = call switch
        {
            "GET /api/v1/kpi/feeds" => new { feeds = OtherSource is null ? [] : new[] { new { source = OtherSource, firstAt = "2026-01-01T00:00:00Z" } } },
            "GET /api/v1/kpi/rollups" => new { lag = 0, waiting = 0 },
            "POST /api/v1/kpi/warning-rules" => new { id = "rule-" + Asked.Count },
            _ => null,
        };
        if (call.EndsWith("/forget", StringComparison.Ordinal)) context.Response.StatusCode = Forget;
        if (answer is not null) await context.Response.WriteAsJsonAsync(answer);
        else if (call.EndsWith("/forget", StringComparison.Ordinal)) await context.Response.WriteAsJsonAsync(new { });
    }

    private async Task TakeAsync(HttpContext context, string body)
    {
        if (Refusals.TryDequeue(out var status))
        {
            context.Response.StatusCode = status;
            context.Response.Headers.RetryAfter = "0";
            return;
        }
        foreach (var line in body.Split('\n', StringSplitOptions.RemoveEmptyEntries))
            Taken.AddOrUpdate(JsonDocument.Parse(line).RootElement.GetProperty("id").GetString()!, 1, (_, times) => times + 1);
        context.Response.StatusCode = StatusCodes.Status202Accepted;
        await context.Response.WriteAsJsonAsync(new { accepted = 1, rejected = Array.Empty<object>(), rejectedTotal = 0 });
    }
}
