using System.Net;
using ECommerce.Channels.Contracts;
using ECommerce.Channels.Platform.Security;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;

namespace ECommerce.Channels.Gateway.Tests;

/// <summary>What a stub saw of a request.</summary>
public sealed record Seen(string Method, string Path, string Query, Dictionary<string, string[]> Headers, long BodyBytes, string? Subject, string[] Roles, string[] Regions, string? Source);

/// <summary>A service behind the gateway on a real socket: verifies tokens like a real one, and tells what arrived.</summary>
public sealed class StubService(string name, int port) : IAsyncDisposable
{
    private WebApplication? app;
    private string jwksAddress = "";

    public int Port => port;

    /// <summary>Requests that reached an endpoint under /api, refused ones too.</summary>
    public List<string> Arrived { get; } = [];

    /// <summary>What /health/ready answers.</summary>
    public bool Ready { get; set; } = true;

    public async Task StartAsync(string jwks)
    {
        jwksAddress = jwks;
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = "Production" });
        builder.Logging.ClearProviders();
        builder.Configuration.AddInMemoryCollection([new("Identity:JwksAddress", jwks)]);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, port);
            kestrel.Limits.MaxRequestBodySize = null;
        });
        builder.AddCallerTokens(name);
        app = builder.Build();
        app.Use(RememberAsync);
        app.UseRouting();
        app.UseAuthentication();
        app.UseAuthorization();
        Map(app);
        await app.StartAsync();
    }

    public Task AgainAsync() => StartAsync(jwksAddress);

    public async Task StopAsync()
    {
        if (app is null) return;
        using var now = new CancellationTokenSource(TimeSpan.Zero);
        await app.StopAsync(now.Token);
        await app.DisposeAsync();
        app = null;
    }

    public async ValueTask DisposeAsync() => await StopAsync();

    private void Map(WebApplication routes)
    {
        routes.MapGet("/health/ready", () => Ready ? Results.Ok() : Results.StatusCode(503)).AllowAnonymous();
        routes.MapGet("/openapi/v1.json", () => Results.Json(new { openapi = "3.1.1", info = new { title = name } })).AllowAnonymous();
        var api = routes.MapGroup($"/api/v1/{name}").RequireRoles([.. Roles.All]);
        api.MapGet("/slow", SlowAsync);
        api.MapGet("/events", StreamAsync);
        api.MapGet("/abort", (HttpContext context) => context.Abort());
        api.MapGet("/bare", (int status) => Results.StatusCode(status));
        api.MapGet("/manager", () => "managers only").RequireRoles(Roles.Manager);
        api.MapFallback("/{**path}", (Delegate)EchoAsync);
    }

    private async Task RememberAsync(HttpContext context, RequestDelegate next)
    {
        if (context.Request.Path.StartsWithSegments("/api"))
            lock (Arrived) Arrived.Add($"{context.Request.Method} {context.Request.Path}");
        await next(context);
    }

    private static async Task SlowAsync(HttpContext context)
    {
        var forever = new TaskCompletionSource();
        await using var ended = context.RequestAborted.Register(forever.SetResult);
        await forever.Task;
    }

    /// <summary>Sends one event, waits for the gateway's idle limit of ordinary calls to pass, and sends another.</summary>
    private static async Task StreamAsync(HttpContext context, int quietMilliseconds)
    {
        context.Response.ContentType = "text/event-stream";
        await context.Response.WriteAsync("data: first\n\n");
        await context.Response.Body.FlushAsync();
        await Task.Delay(quietMilliseconds, context.RequestAborted);
        await context.Response.WriteAsync("data: second\n\n");
    }

    private static async Task<Seen> EchoAsync(HttpContext context)
    {
        var bytes = 0L;
        var buffer = new byte[65536];
        while (await context.Request.Body.ReadAsync(buffer, context.RequestAborted) is > 0 and var read) bytes += read;
        context.Response.Headers.SetCookie = "evil=1";
        var caller = Caller.Of(context.User);
        return new Seen(
            context.Request.Method, context.Request.Path, context.Request.QueryString.Value ?? "",
            context.Request.Headers.ToDictionary(header => header.Key, header => header.Value.Select(value => value ?? "").ToArray(), StringComparer.OrdinalIgnoreCase),
            bytes, caller.Subject, [.. caller.Roles], caller.Regions.All ? ["*"] : [.. caller.Regions.Codes], caller.Source);
    }
}
