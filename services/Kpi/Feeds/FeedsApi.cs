using ECommerce.Channels.Contracts;
using ECommerce.Channels.Kpi.Catalogue;
using ECommerce.Channels.Kpi.Rollups;
using ECommerce.Channels.Platform.Audit;
using ECommerce.Channels.Platform.Hosting;
using ECommerce.Channels.Platform.Security;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;

namespace ECommerce.Channels.Kpi.Feeds;

/// <summary>Feeds: what is expected of them, what came, and the word that nothing is missing.</summary>
internal static class FeedsApi
{
    private static readonly TimeSpan Ahead = TimeSpan.FromMinutes(15);

    public static void Map(IEndpointRouteBuilder app)
    {
        var feeds = app.MapGroup("/api/v1/kpi/feeds").WithTags("Feeds");
        feeds.MapGet("", Get).WithName("listFeeds").WithSummary("Every feed: what is expected of it, and what came")
            .RequireRoles(Roles.Manager, Roles.Supervisor, Roles.Sre, Roles.Admin);
        feeds.MapPut("/{source}/{channel}", Put).WithName("setFeed").WithSummary("Set the cadence of a feed")
            .RequireRoles(Roles.Manager, Roles.Admin).RequireAllRegions();
        feeds.MapPost("/{source}/{channel}/heartbeat", Heartbeat).WithName("sendHeartbeat").WithSummary("Say that nothing of a feed is missing up to a time")
            .RequireRoles(Roles.Manager, Roles.Admin, Roles.Portal);
    }

    private static async Task<Ok<FeedsBody>> Get(
        RollupReader rollups, CatalogueHistory history, OperatorZone zone, TimeProvider time, CancellationToken cancellation)
    {
        var catalogue = await history.LatestAsync(cancellation);
        await using var snapshot = await rollups.OpenAsync(cancellation);
        var settings = await FeedStore.SettingsAsync(snapshot.Connection, cancellation);
        var feeds = FeedStore.Join(settings, await snapshot.FeedsAsync(cancellation), catalogue, zone);
        var now = time.GetUtcNow();
        return TypedResults.Ok(new FeedsBody([.. feeds.Select(feed => FeedBody.Of(feed, feeds, now, zone))]));
    }

    private static async Task<Results<NoContent, Problem>> Put(
        string source, string channel, JsonBody<FeedInput> body, HttpContext http, FeedStore store, CatalogueHistory history,
        NpgsqlDataSource database, AuditLog audit, CancellationToken cancellation)
    {
        if (Wrong(source, channel, await history.LatestAsync(cancellation)) is { } problem) return problem;
        var feed = new FeedSettings(source, channel, body.Value.Cadence, body.Value.Ends, null);
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await store.SetAsync(transaction, feed, cancellation);
        await audit.AppendAsync(transaction, Caller.Of(http.User).Subject, "feed.set", $"{source}/{channel}", body.Value, cancellation);
        await transaction.CommitAsync(cancellation);
        return TypedResults.NoContent();
    }

    private static async Task<Results<NoContent, Problem>> Heartbeat(
        string source, string channel, JsonBody<HeartbeatInput> body, HttpContext http, FeedStore store, CatalogueHistory history,
        TimeProvider time, CancellationToken cancellation)
    {
        if (Wrong(source, channel, await history.LatestAsync(cancellation)) is { } problem) return problem;
        var caller = Caller.Of(http.User);
        // A portal, and who sees some regions only, speaks for the own feed alone.
        var mayForAll = caller.Regions.All && (caller.Is(Roles.Manager) || caller.Is(Roles.Admin));
        if (!mayForAll && caller.Source != source) return Problem.Forbidden();
        if (body.Value.Through > time.GetUtcNow() + Ahead) return Problem.BadInput("through", "不能在将来", "Must not lie in the future");
        await store.HeartbeatAsync(source, channel, body.Value.Through, cancellation);
        return TypedResults.NoContent();
    }

    private static Problem? Wrong(string source, string channel, CatalogueTimeline catalogue)
    {
        var errors = new FieldErrors();
        if (!CatalogueInput.IsCode(source)) errors.Add("source", "须为 1 至 64 个字母、数字或 . _ : -", "Must be 1 to 64 letters, digits or . _ : -");
        if (!catalogue.Stretches.Any(version => version.Resolve(CatalogueField.Channel, channel) is not null))
            errors.Add("channel", "目录中没有该渠道", "Is no channel of the catalogue");
        return errors.Any ? Problem.BadInput(errors) : null;
    }
}

/// <summary>The cadence of a feed.</summary>
internal sealed record FeedInput(Cadence Cadence, DateOnly? Ends) : IJsonInput<FeedInput>
{
    private const int DefaultSilenceMinutes = 60;

    public static FeedInput Read(JsonFields fields)
    {
        var kind = fields.OneOf("cadence", "stream", "daily");
        var silence = fields.OptionalInteger("maxSilenceMinutes", 1, 7 * 1440);
        var due = fields.OptionalString("by", 5);
        var time = new TimeOnly(6, 0);
        if (due is not null && !TimeOnly.TryParseExact(due, "HH:mm", out time)) fields.Fail("by", "须为时刻，如 06:00", "Must be a time like 06:00");
        if (kind == "daily" && silence is not null) fields.Fail("maxSilenceMinutes", "仅用于 stream", "Is for a stream only");
        if (kind == "stream" && due is not null) fields.Fail("by", "仅用于 daily", "Is for a daily feed only");
        var cadence = kind == "stream" ? new Cadence(kind, (int)(silence ?? DefaultSilenceMinutes), null) : new Cadence(kind, null, time);
        return new FeedInput(cadence, fields.OptionalDate("ends"));
    }
}

/// <param name="Through">Nothing is missing up to here.</param>
internal sealed record HeartbeatInput(DateTimeOffset Through) : IJsonInput<HeartbeatInput>
{
    public static HeartbeatInput Read(JsonFields fields) => new(fields.Instant("through"));
}

internal sealed record FeedsBody(IReadOnlyList<FeedBody> Feeds);

/// <param name="State">on-time, late, silent, ended, or unset where no cadence was given.</param>
/// <param name="Overlaps">Other sources that delivered for the same channel in the same time; their transactions count twice.</param>
internal sealed record FeedBody(
    string Source, string Channel, string? Cadence, int? MaxSilenceMinutes, string? By, DateOnly? Ends, DateTimeOffset? Through,
    DateTimeOffset? FirstAt, DateTimeOffset? LastAt, DateTimeOffset? CoveredTo, string State, IReadOnlyList<string> Overlaps)
{
    public static FeedBody Of(Feed feed, IReadOnlyList<Feed> all, DateTimeOffset now, OperatorZone zone) => new(
        feed.Source, feed.Channel, feed.Cadence?.Kind, feed.Cadence?.MaxSilenceMinutes, feed.Cadence?.Due?.ToString("HH:mm"), feed.Ends,
        feed.Through, feed.FirstAt, feed.LastAt, feed.CoveredTo, FeedHealth.StateOf(feed, now, zone), FeedHealth.Overlaps(feed, all));
}

public static class FeedsService
{
    public static WebApplicationBuilder AddFeeds(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<FeedStore>();
        return builder;
    }

    public static WebApplication MapFeeds(this WebApplication app)
    {
        FeedsApi.Map(app);
        return app;
    }
}
