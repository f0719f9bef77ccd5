using ECommerce.Channels.Platform.Hosting;
using ECommerce.Channels.Platform.Storage;

namespace ECommerce.Channels.Care;

/// <summary>The serving service: one registration for its own process and for the suite in one process.</summary>
public static class CareService
{
    public static readonly ServiceSchema Schema = ServiceSchema.Of("care", typeof(CareService).Assembly);

    public static WebApplicationBuilder AddCare(this WebApplicationBuilder builder)
    {
        builder.AddPlatform(Schema);
        return builder;
    }

    public static WebApplication MapCare(this WebApplication app)
    {
        app.UsePlatform();
        return app;
    }
}
