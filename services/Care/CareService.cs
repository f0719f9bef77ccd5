using ECommerce.Channels.Care.Customers;
using ECommerce.Channels.Care.Imports;
using ECommerce.Channels.Platform.Audit;
using ECommerce.Channels.Platform.Hosting;
using ECommerce.Channels.Platform.Security;
using ECommerce.Channels.Platform.Storage;
using Microsoft.Extensions.Options;

namespace ECommerce.Channels.Care;

/// <summary>The serving service: one registration for its own process and for the suite in one process.</summary>
public static class CareService
{
    public static readonly ServiceSchema Schema = ServiceSchema.Of("care", typeof(CareService).Assembly);

    public static WebApplicationBuilder AddCare(this WebApplicationBuilder builder)
    {
        builder.AddPlatform(Schema).AddCallerTokens(Schema.Schema);
        builder.Services.AddAudit();
        builder.Services.AddValidatedOptions<PseudonymOptions>(PseudonymOptions.Section);
        builder.Services.AddSingleton(services => PseudonymOptions.Open(services.GetRequiredService<IOptions<PseudonymOptions>>().Value));
        builder.Services.AddAtStart<Pseudonymiser>();
        return builder;
    }

    public static WebApplication MapCare(this WebApplication app)
    {
        app.UsePlatform();
        var api = app.MapGroup("/api/v1/care");
        api.MapPseudonyms();
        api.MapImportRows();
        app.MapAudit(Schema.Schema);
        return app;
    }
}
