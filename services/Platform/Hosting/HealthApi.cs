using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace ECommerce.Channels.Platform.Hosting;

/// <summary><c>/health/live</c>: the process answers. <c>/health/ready</c>: it can do its work now. Open to everyone, everywhere.</summary>
internal static class HealthApi
{
    public static bool IsProbe(HttpContext context) => context.Request.Path.StartsWithSegments("/health");

    public static void MapHealth(this IEndpointRouteBuilder routes)
    {
        var health = routes.MapGroup("/health").AllowAnonymous().ExcludeFromDescription();
        health.MapGet("/live", Live);
        health.MapGet("/ready", ReadyAsync);
    }

    /// <summary>Until the schema is up to date only the probes are answered.</summary>
    public static Task RefuseUntilMigratedAsync(HttpContext context, RequestDelegate next, ServicePhase phase) =>
        phase.Migrated || IsProbe(context) ? next(context) : Problem.Unavailable(StatusProblems.RetrySoon).ExecuteAsync(context);

    /// <summary>While draining, each answer closes its connection, so that the next request goes to another replica.</summary>
    public static Task CloseWhileDrainingAsync(HttpContext context, RequestDelegate next, ServicePhase phase)
    {
        if (phase.Draining && context.Request.Protocol == HttpProtocol.Http11) context.Response.Headers.Connection = "close";
        return next(context);
    }

    private static Ok<Liveness> Live(HttpResponse response)
    {
        response.Headers.CacheControl = "no-store";
        return TypedResults.Ok(new Liveness("live"));
    }

    private sealed record Liveness(string Status);

    private static async Task<IResult> ReadyAsync(Readiness readiness, HttpResponse response, CancellationToken cancellation)
    {
        response.Headers.CacheControl = "no-store";
        var report = await readiness.AskAsync(cancellation);
        if (!report.Ready) response.Headers.RetryAfter = "1";
        return TypedResults.Json(report, statusCode: report.Ready ? 200 : 503);
    }
}
