using ECommerce.Channels.Platform.Hosting;
using ECommerce.Channels.Platform.Storage;

namespace ECommerce.Channels.Kpi;

/// <summary>The measuring service: one registration for its own process and for the suite in one process.</summary>
public static class KpiService
{
    public static readonly ServiceSchema Schema = ServiceSchema.Of("kpi", typeof(KpiService).Assembly);

    public static WebApplicationBuilder AddKpi(this WebApplicationBuilder builder)
    {
        builder.AddPlatform(Schema);
        return builder;
    }

    public static WebApplication MapKpi(this WebApplication app)
    {
        app.UsePlatform();
        return app;
    }
}
