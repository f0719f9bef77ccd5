using ECommerce.Channels.Platform.Security;
using Scalar.AspNetCore;

namespace ECommerce.Channels.Gateway.Pages;

/// <summary>The page to read and try the API (<c>/docs</c>), all of it from our own origin, and the documents behind it.</summary>
internal static class ApiPage
{
    public const string Path = "/docs";

    /// <summary>Like every service the gateway has its document at <c>/openapi/v1.json</c>; seen from outside it is one of several, with a name.</summary>
    public static Task NameOwnDocumentAsync(HttpContext context, RequestDelegate next)
    {
        if (context.Request.Path == $"/openapi/{GatewayService.DocumentName}.json") context.Request.Path = "/openapi/v1.json";
        return next(context);
    }

    public static void MapApiPage(this IEndpointRouteBuilder routes, IConfiguration configuration)
    {
        routes.MapGet("/.well-known/jwks.json", (CallerTokens tokens) => TypedResults.Ok(tokens.PublicKeys())).AllowAnonymous().ExcludeFromDescription();
        var services = configuration.GetSection("ReverseProxy:Routes").GetChildren()
            .Select(route => route["Match:Path"] ?? "")
            .Where(path => path.StartsWith("/openapi/", StringComparison.Ordinal))
            .Select(System.IO.Path.GetFileNameWithoutExtension)
            .Order(StringComparer.Ordinal)
            .ToList();
        routes.MapScalarApiReference(Path, options =>
        {
            options.Title = "Channels API";
            options.DefaultFonts = false;
            options.Telemetry = false;
            foreach (var service in services) options.AddDocument(service!, service, $"/openapi/{service}.json");
            options.AddDocument(GatewayService.DocumentName, GatewayService.DocumentName, $"/openapi/{GatewayService.DocumentName}.json");
        }).AllowAnonymous();
    }
}
