using System.ComponentModel.DataAnnotations;
using ECommerce.Channels.Contracts;
using ECommerce.Channels.Kpi.Catalogue;
using ECommerce.Channels.Kpi.Warnings;
using ECommerce.Channels.Platform.Hosting;
using ECommerce.Channels.Platform.Live;
using ECommerce.Channels.Platform.Security;
using Microsoft.Extensions.Options;

namespace ECommerce.Channels.Kpi.Live;

/// <summary>Settings of live updates: section <c>Live</c>.</summary>
public sealed class LiveOptions : StreamOptions
{
    /// <summary>How often figures are told at most. Default 1 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.050", "00:01:00")]
    public TimeSpan Interval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>How often it is told up to when figures are, while they do not change. Default 10 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.050", "01:00:00")]
    public TimeSpan AsOfInterval { get; set; } = TimeSpan.FromSeconds(10);
}

/// <summary>Changes as they happen, for screens: one stream a browser. It says what has changed and never how: the figures are asked for.</summary>
internal static class EventsApi
{
    public static void Map(IEndpointRouteBuilder app) =>
        app.MapGet("/api/v1/kpi/events", GetAsync).WithName("streamEvents").WithTags("Live")
            .WithSummary("Server-sent events: figures, targets, warnings, catalogue, annotations; reset where too much was missed")
            .Produces<string>(200, "text/event-stream").DisableRequestTimeout()
            .RequireRoles(Roles.Manager, Roles.Supervisor, Roles.Sre, Roles.Admin);

    private static async Task<IResult> GetAsync(HttpContext http, LiveHub hub, CatalogueHistory history, CancellationToken cancellation)
    {
        var regions = Granted.Regions(Caller.Of(http.User).Regions, await history.LatestAsync(cancellation));
        return LiveAnswer.Of(http, hub, regions, cancellation);
    }
}

internal static class LiveService
{
    public static void AddLive(this IServiceCollection services)
    {
        services.AddValidatedOptions<LiveOptions>("Live");
        services.AddSingleton(provider => new LiveHub(
            provider.GetRequiredService<IOptions<LiveOptions>>().Value, provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<Hints>();
        services.AddHostedService<KpiFeed>();
    }

    public static void MapLive(this IEndpointRouteBuilder app) => EventsApi.Map(app);
}
