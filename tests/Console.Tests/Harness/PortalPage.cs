using ECommerce.Channels.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace ECommerce.Channels.Console.Tests.Harness;

/// <summary>A page of an operator's portal, on an origin of its own and with a strict policy, with the chat in it.</summary>
public sealed class PortalPage : IAsyncDisposable
{
    private static readonly int Port = Ports.Free();
    private readonly WebApplication app;

    private PortalPage(WebApplication app) => this.app = app;

    public static string Origin { get; } = $"http://127.0.0.1:{Port}";

    /// <param name="suite">From where the chat's script comes.</param>
    /// <param name="token">As the portal's server got it.</param>
    public static async Task<PortalPage> StartAsync(Uri suite, string token, string language)
    {
        var builder = WebApplication.CreateBuilder();
        builder.WebHost.UseUrls(Origin);
        builder.Logging.ClearProviders();
        var page = builder.Build();
        var server = suite.GetLeftPart(UriPartial.Authority);
        var html = $"""
            <!doctype html><html lang="{language}"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Portal</title>
            <h1>Portal</h1><p>The operator's own page.</p><script src="{server}/widget.js" data-token="{token}" data-language="{language}" defer></script></html>
            """;
        page.MapGet("/", (HttpResponse response) =>
        {
            response.Headers.ContentSecurityPolicy = $"default-src 'none'; script-src {server}; connect-src {server}";
            return Microsoft.AspNetCore.Http.Results.Content(html, "text/html");
        });
        page.MapGet("/favicon.ico", () => Microsoft.AspNetCore.Http.Results.NoContent());
        await page.StartAsync();
        return new PortalPage(page);
    }

    public async ValueTask DisposeAsync()
    {
        await app.StopAsync();
        await app.DisposeAsync();
    }
}
