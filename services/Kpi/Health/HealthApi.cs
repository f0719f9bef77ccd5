using ECommerce.Channels.Contracts;
using ECommerce.Channels.Platform.Hosting;
using ECommerce.Channels.Platform.Security;
using Microsoft.AspNetCore.Http.HttpResults;

namespace ECommerce.Channels.Kpi.Health;

/// <summary>How channels do now, over HTTP: the whole operator's, as it is told to others.</summary>
internal static class HealthApi
{
    public static void MapHealthOfChannels(this IEndpointRouteBuilder app) => app.MapGet("/api/v1/kpi/health", ListAsync)
        .WithTags("Health").WithName("getChannelHealth").WithSummary("How each channel does with each service now")
        .RequireRoles(Roles.Manager, Roles.Supervisor, Roles.Sre, Roles.Admin).RequireAllRegions();

    private static async Task<Ok<HealthBody>> ListAsync(HealthStore store, CancellationToken cancellation)
    {
        var all = await store.AllAsync(cancellation);
        return TypedResults.Ok(new HealthBody(
            [.. all.OrderBy(one => one.Key.Channel, StringComparer.Ordinal).ThenBy(one => one.Key.Service, StringComparer.Ordinal).Select(one => HealthLine.Of(one.Key, one.Value))]));
    }
}

internal static class HealthOfChannels
{
    public static IServiceCollection AddHealthOfChannels(this IServiceCollection services)
    {
        services.AddValidatedOptions<HealthOptions>(HealthOptions.Section);
        services.AddSingleton<HealthStore>();
        services.AddSingleton<HealthLoop>();
        services.AddHostedService(provider => provider.GetRequiredService<HealthLoop>());
        return services;
    }
}

internal sealed record HealthBody(IReadOnlyList<HealthLine> Health);

/// <param name="State">healthy, failing or unknown.</param>
/// <param name="Since">When the state began.</param>
/// <param name="MeasuredAt">When there were enough tries for the last time; null: never.</param>
/// <param name="Low">Of the success rate, 95 %; null without tries.</param>
/// <param name="Floor">Surely below it a channel fails.</param>
/// <param name="WindowMinutes">Which the numbers stand on.</param>
/// <param name="Able">It had a success of this service within the last 30 days.</param>
internal sealed record HealthLine(
    string Channel, string Service, string State, DateTimeOffset Since, DateTimeOffset? MeasuredAt, long Successes, long Failures, double? Low, double? High,
    double Floor, int WindowMinutes, bool Able)
{
    public static HealthLine Of((string Channel, string Service) key, ChannelHealth one) => new(
        key.Channel, key.Service, one.State, one.Since, one.MeasuredAt, one.Successes, one.Failures, one.Low, one.High, one.Floor, one.WindowMinutes, one.Able);
}
