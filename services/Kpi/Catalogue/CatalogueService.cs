using System.Reflection;
using System.Text.Json;
using ECommerce.Channels.Platform.Security;

namespace ECommerce.Channels.Kpi.Catalogue;

/// <summary>The operator's day: what an edit is valid from unless it says otherwise.</summary>
public sealed class Today(TimeProvider time, OperatorZone zone)
{
    public DateOnly Day => zone.DayOf(time.GetUtcNow().ToUnixTimeSeconds() / 60);
}

public static class CatalogueService
{
    /// <summary>The build runs the program to write its API document: nothing may touch a database then.</summary>
    internal static bool WritesDocument => Assembly.GetEntryAssembly()?.GetName().Name == "GetDocument.Insider";

    public static WebApplicationBuilder AddCatalogue(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<CatalogueStore>();
        builder.Services.AddSingleton<CatalogueEditor>();
        builder.Services.AddSingleton<CatalogueHistory>();
        builder.Services.AddSingleton<Today>();
        if (!WritesDocument) builder.Services.AddHostedService<CatalogueRefresh>();
        return builder;
    }

    public static WebApplication MapCatalogue(this WebApplication app)
    {
        CatalogueApi.Map(app);
        return app;
    }
}

/// <summary>Fills the catalogue of a new installation before anything is served, then keeps the one in memory fresh.</summary>
internal sealed class CatalogueRefresh(CatalogueEditor editor, CatalogueHistory history, TimeProvider time, ILogger<CatalogueRefresh> log)
    : BackgroundService
{
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await editor.SeedAsync(cancellationToken);
        await history.LatestAsync(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1), time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken)) await RefreshAsync(stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The service stops.
        }
    }

    private async Task RefreshAsync(CancellationToken cancellation)
    {
        try
        {
            await history.LatestAsync(cancellation);
        }
        catch (Exception exception) when (exception is Npgsql.NpgsqlException or TimeoutException)
        {
            // The database is away for a moment: the last known catalogue stays.
            Log.RefreshFailed(log, exception.GetType().Name);
        }
    }
}

/// <summary>The catalogue of a new installation: <c>catalogue.seed.json</c>.</summary>
internal static class CatalogueSeed
{
    /// <summary>Before anything that can be imported.</summary>
    public static readonly DateOnly ValidFrom = new(2000, 1, 1);

    private static readonly Caller Installation = new("system:installation", "installation", [], RegionGrant.Everything, null);

    public static IReadOnlyList<CatalogueEdit> Edits()
    {
        using var stream = typeof(CatalogueSeed).Assembly.GetManifestResourceStream(typeof(CatalogueSeed), "catalogue.seed.json")
            ?? throw new InvalidOperationException("catalogue.seed.json is not embedded.");
        using var seed = JsonDocument.Parse(stream);
        return [.. CatalogueJson.Kinds.SelectMany(kind => seed.RootElement.GetProperty(kind).EnumerateArray()
            .Select(element => (Entry)CatalogueJson.Read(kind, element.GetRawText()))
            .Select(entry => new CatalogueEdit(kind, entry.Code, ValidFrom, entry, Installation)))];
    }

    /// <summary>The same as a timeline, without a database.</summary>
    public static CatalogueTimeline Timeline() => CatalogueTimeline.Of(
        [.. Edits().Select((edit, i) => new CatalogueChange(
            i + 1, edit.Kind, edit.Code, edit.ValidFrom, CatalogueJson.Write(edit.Entry!), DateTimeOffset.UnixEpoch, edit.By.Subject))],
        [new VersionMark(1, ValidFrom, Edits().Count)]);
}
