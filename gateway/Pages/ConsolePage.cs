using System.Security.Cryptography;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace ECommerce.Channels.Gateway.Pages;

/// <summary>
/// The console: its files, and its one page for every path that is nobody else's, because the console finds its way by the path itself.
/// Open to everyone: what it shows, it asks for with the reader's session.
/// </summary>
internal sealed class ConsolePage(RequestDelegate next, ConsoleFiles files)
{
    /// <summary>Paths that are not the console's: an unknown one of these is a problem, never a page.</summary>
    private static readonly string[] Others = ["/api", "/openapi", ApiPage.Path, "/health", "/.well-known"];

    public Task InvokeAsync(HttpContext context)
    {
        var request = context.Request;
        var reads = HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method);
        if (!reads || !files.Any || Others.Any(other => request.Path.StartsWithSegments(other))) return next(context);
        var path = request.Path.Value ?? "/";
        if (files.Find(path) is { } file) return SendAsync(context, file);
        return Path.HasExtension(path) ? next(context) : SendPageAsync(context);
    }

    private Task SendPageAsync(HttpContext context)
    {
        var nonce = Convert.ToBase64String(RandomNumberGenerator.GetBytes(16));
        SecurityHeaders.AllowStyles(context, nonce);
        context.Response.ContentType = "text/html; charset=utf-8";
        context.Response.Headers.CacheControl = "no-store";
        return WriteAsync(context, files.Page(nonce));
    }

    private static Task SendAsync(HttpContext context, ConsoleFile file)
    {
        var headers = context.Response.Headers;
        headers.CacheControl = file.Immutable ? "public, max-age=31536000, immutable" : "no-cache";
        headers.ETag = file.Tag;
        headers.Vary = HeaderNames.AcceptEncoding;
        if (context.Request.Headers.IfNoneMatch.ToString().Split(',', StringSplitOptions.TrimEntries).Contains(file.Tag))
        {
            context.Response.StatusCode = StatusCodes.Status304NotModified;
            return Task.CompletedTask;
        }
        context.Response.ContentType = file.ContentType;
        var taken = context.Request.GetTypedHeaders().AcceptEncoding;
        if (file.Brotli is { } brotli && Takes("br")) return WriteEncodedAsync(context, brotli, "br");
        if (file.Gzip is { } gzip && Takes("gzip")) return WriteEncodedAsync(context, gzip, "gzip");
        return WriteAsync(context, file.Plain);

        bool Takes(string encoding) => taken.Any(one => one.Value.Equals(encoding, StringComparison.OrdinalIgnoreCase) && one.Quality is not 0);
    }

    private static Task WriteEncodedAsync(HttpContext context, byte[] content, string encoding)
    {
        context.Response.Headers.ContentEncoding = encoding;
        return WriteAsync(context, content);
    }

    private static Task WriteAsync(HttpContext context, byte[] content)
    {
        context.Response.ContentLength = content.Length;
        return HttpMethods.IsHead(context.Request.Method)
            ? Task.CompletedTask
            : context.Response.Body.WriteAsync(content, context.RequestAborted).AsTask();
    }
}

internal static class ConsoleRegistration
{
    public static void AddConsole(this IServiceCollection services) => services.AddSingleton(provider =>
    {
        var folder = provider.GetRequiredService<IOptions<GatewayOptions>>().Value.ConsoleFolder;
        // Beside the program, not in its content root: in one process with other services that is somebody else's.
        return ConsoleFiles.Read(folder ?? Path.Combine(AppContext.BaseDirectory, "wwwroot"));
    });
}
