using ECommerce.Channels.Platform.Audit;
using ECommerce.Channels.Platform.Hosting;
using ECommerce.Channels.Platform.Security;
using ECommerce.Channels.Platform.Storage;
using ECommerce.Channels.Simulator.Demo;

namespace ECommerce.Channels.Simulator;

/// <summary>The demo operator: one registration for its own process and for the suite in one process.</summary>
public static class SimulatorService
{
    public static readonly ServiceSchema Schema = ServiceSchema.Of("simulator", typeof(SimulatorService).Assembly, "Demo");

    public static WebApplicationBuilder AddSimulator(this WebApplicationBuilder builder)
    {
        builder.AddPlatform(Schema).AddCallerTokens(Schema.Schema);
        builder.Services.AddValidatedOptions<SimulatorOptions>(SimulatorOptions.Section);
        builder.Services.AddDemo(builder.Configuration["Operator:TimeZone"] ?? "Asia/Shanghai");
        return builder;
    }

    public static WebApplication MapSimulator(this WebApplication app)
    {
        app.UsePlatform();
        app.MapDemo();
        app.MapAudit(Schema.Schema);
        return app;
    }
}
