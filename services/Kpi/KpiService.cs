using ECommerce.Channels.Kpi.Calendars;
using ECommerce.Channels.Kpi.Catalogue;
using ECommerce.Channels.Kpi.Erasures;
using ECommerce.Channels.Kpi.Feeds;
using ECommerce.Channels.Kpi.Health;
using ECommerce.Channels.Kpi.Indicators;
using ECommerce.Channels.Kpi.Ingestion;
using ECommerce.Channels.Kpi.Live;
using ECommerce.Channels.Kpi.Rollups;
using ECommerce.Channels.Kpi.Serving;
using ECommerce.Channels.Kpi.Sources;
using ECommerce.Channels.Kpi.Targets;
using ECommerce.Channels.Kpi.Views;
using ECommerce.Channels.Kpi.Warnings;
using ECommerce.Channels.Platform.Audit;
using ECommerce.Channels.Platform.Hosting;
using ECommerce.Channels.Platform.Messaging;
using ECommerce.Channels.Platform.Security;
using ECommerce.Channels.Platform.State;
using ECommerce.Channels.Platform.Storage;

namespace ECommerce.Channels.Kpi;

/// <summary>The measuring service: one registration for its own process and for the suite in one process.</summary>
public static class KpiService
{
    public static readonly ServiceSchema Schema =
        ServiceSchema.Of(
            "kpi", typeof(KpiService).Assembly, "Catalogue", "Rollups", "Ingestion", "Feeds", "Indicators", "Sources", "Targets", "Views",
            "Warnings", "Serving", "Health");

    public static WebApplicationBuilder AddKpi(this WebApplicationBuilder builder)
    {
        builder.AddPlatform(Schema).AddCallerTokens(Schema.Schema);
        builder.Services.AddEventLog();
        builder.Services.AddOutbox();
        builder.Services.AddDeadLetters();
        builder.AddStateStore();
        builder.Services.AddOperatorZone();
        builder.Services.AddHostedService<ZoneIsFixed>();
        builder.AddCatalogue();
        builder.AddFeeds();
        builder.AddIndicators();
        builder.AddTargets();
        builder.AddViews();
        builder.Services.AddIngestion();
        builder.Services.AddRollups();
        builder.Services.AddWarnings();
        builder.Services.AddChannelHealth();
        builder.Services.AddLive();
        builder.Services.AddSources();
        builder.Services.AddServing();
        builder.Services.AddErasures();
        return builder;
    }

    public static WebApplication MapKpi(this WebApplication app)
    {
        app.UsePlatform();
        app.MapCatalogue();
        app.MapCalendars();
        app.MapFeeds();
        app.MapIndicators();
        app.MapTargets();
        app.MapViews();
        app.MapIngestion();
        app.MapRollupStatus();
        app.MapWarnings();
        app.MapChannelHealth();
        app.MapLive();
        app.MapSources();
        app.MapDeadLetters("/api/v1/kpi/dead-letters");
        app.MapTopics("/api/v1/kpi/topics");
        app.MapAudit(Schema.Schema);
        return app;
    }
}
