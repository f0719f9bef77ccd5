using ECommerce.Channels.Contracts;
using ECommerce.Channels.Platform.Security;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ECommerce.Channels.Kpi.Health;

/// <summary>How the channels work now. The figures are of all regions together.</summary>
internal static class HealthApi
{
    public static void Map(IEndpointRouteBuilder app) =>
        app.MapGet("/api/v1/kpi/health", Get).WithName("getChannelHealth").WithTags("Health")
            .WithSummary("How each channel works now, service by service")
            .RequireRoles(Roles.Manager, Roles.Supervisor, Roles.Sre, Roles.Admin).RequireAllRegions();

    private static async Task<Ok<HealthBody>> Get(HealthStore store, CancellationToken cancellation)
    {
        var known = await store.LoadAsync(cancellation);
        // The rest had no event for 30 days when it was last measured.
        return TypedResults.Ok(new HealthBody(known.At, [.. known.Channels.Where(channel => channel.At == known.At).Select(ChannelHealthBody.Of)]));
    }
}

/// <param name="At">When it was measured; null before the first time.</param>
/// <param name="Channels">Those that had a transaction within 30 days, by code.</param>
internal sealed record HealthBody(DateTimeOffset? At, IReadOnlyList<ChannelHealthBody> Channels);

internal sealed record ChannelHealthBody(string Channel, IReadOnlyList<ServiceHealthBody> Services)
{
    public static ChannelHealthBody Of(ChannelStanding channel) => new(channel.Channel, [.. channel.Services.Select(ServiceHealthBody.Of)]);
}

/// <param name="State">healthy, failing or unknown.</param>
/// <param name="Since">Since when the state holds.</param>
/// <param name="Successes">Of the window that the state stands on; while it is unknown, of the last 60 minutes.</param>
/// <param name="Failures">Likewise.</param>
/// <param name="Low">Lower end of the success rate's 95 % interval, 0 to 1; null without events.</param>
/// <param name="High">Upper end; below the floor, the service fails.</param>
/// <param name="Floor">The success rate that a channel must be able to reach, 0 to 1.</param>
/// <param name="WindowMinutes">How many minutes the numbers stand on.</param>
/// <param name="MeasuredAt">When that window was judged; null where there never were events enough.</param>
/// <param name="GoodWindows">Of a failing one: good windows in a row so far; the second one ends it.</param>
/// <param name="Able">There was a success within the last 30 days.</param>
internal sealed record ServiceHealthBody(
    string Service, string State, DateTimeOffset Since, long Successes, long Failures, double? Low, double? High, double Floor, int WindowMinutes,
    DateTimeOffset? MeasuredAt, int GoodWindows, bool Able)
{
    public static ServiceHealthBody Of(ServiceStanding one)
    {
        var bounds = one.Window.Bounds();
        return new ServiceHealthBody(
            one.Service, one.State, one.Since, one.Window.Successes, one.Window.Failures, bounds?.Low, bounds?.High, one.Floor, one.Window.Minutes,
            one.MeasuredAt, one.GoodWindows, one.Able);
    }
}
